"""The one schema, for SQLite and PostgreSQL. A change here needs a revision in ``migrations/versions``; a test says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    TIMESTAMP,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

REVISION = "0002"
"""The newest revision; a database that says so is used as it is, without importing Alembic."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def _partial(name: str, *columns: str, where: TextClause, sqlite: TextClause | None = None) -> Index:
    """An index of the rows where a condition holds."""
    found = Index(name, *columns, sqlite_where=where if sqlite is None else sqlite)
    found.info["where"] = where
    return found


def declare_for_postgresql() -> None:
    """Give PostgreSQL its conditions too. Naming them loads its dialect, 2 MB that a daemon on SQLite has no use for."""
    for table in metadata.tables.values():
        for index in table.indexes:
            if "where" in index.info:
                index.dialect_options["postgresql"]["where"] = index.info["where"]


class Instant(TypeDecorator[datetime]):
    """An aware instant: ``timestamptz`` on PostgreSQL, whole microseconds since 1970 UTC on SQLite."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Pick the column type of the database at hand."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse a naive instant: nobody can say later which one it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value if dialect.name == "postgresql" else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            at: datetime = value.astimezone(UTC)
            return at
        return _EPOCH + timedelta(microseconds=value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_Sequence = BigInteger().with_variant(Integer(), "sqlite")
"""Only an ``INTEGER PRIMARY KEY`` counts by itself on SQLite."""

lines = Table(
    "lines",
    metadata,
    Column("name", Text, primary_key=True),
    Column("watched", Boolean, nullable=False),
    Column("next_poll_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("lease_token", Text),
    Column("state", Text),
    _partial("ix_lines_due", "next_poll_at", where=text("watched"), sqlite=text("watched = 1")),
    _partial("ix_lines_leased", "lease_until", where=text("lease_token IS NOT NULL")),
)

readings = Table(
    "readings",
    metadata,
    Column("line", Text, primary_key=True),
    Column("observed_at", Instant, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("data", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""Readings, failures and events. The key is the order on disk, so 90 days of one line lie side by side."""

notices = Table(
    "notices",
    metadata,
    Column("seq", _Sequence, primary_key=True),
    Column("id", Text, nullable=False, index=True),
    Column("line", Text, nullable=False),
    Column("episode", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("data", Text, nullable=False),
    Column("acked_at", Instant),
    UniqueConstraint("line", "episode", "stage"),
)

_QUEUED = text("state = 'queued'")

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _Sequence, primary_key=True),
    Column("notice", _Sequence, ForeignKey("notices.seq"), nullable=False, index=True),
    Column("line", Text, nullable=False),
    Column("episode", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("notice_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("lease_token", Text),
    Column("detail", Text, nullable=False),
    Column("escalation", Boolean, nullable=False),
    UniqueConstraint("line", "episode", "stage", "channel"),
    _partial("ix_deliveries_due", "not_before", where=_QUEUED),
    _partial("ix_deliveries_order", "line", "channel", "notice_at", where=_QUEUED),
)
"""The outbox. ``due_at`` is when it was first due; ``not_before`` is moved by each retry."""

attempts = Table(
    "attempts",
    metadata,
    Column("id", _Sequence, primary_key=True),
    Column("delivery", _Sequence, ForeignKey("deliveries.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("result", Text, nullable=False),
    Column("detail", Text, nullable=False),
)

secrets = Table(
    "secrets",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    Column("expires_at", Instant),
)

answers = Table(
    "answers",
    metadata,
    Column("id", _Sequence, primary_key=True),
    Column("notice", _Sequence, ForeignKey("notices.seq"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("action", Text, nullable=False),
    Column("by", Text, nullable=False),
)
"""What people did about notices: acknowledged, snoozed, refused links."""

notes = Table(
    "notes",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("expires_at", Instant),
)
"""Small facts of the delivering side: a channel's health, caps, used links."""

trail = Table(
    "trail",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("payload", Text),
    Column("digest", Text, nullable=False),
    Column("prev", Text, nullable=False),
    Column("prev_line", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("ix_trail_line", "line", "seq"),
)
"""The chain of :mod:`monitor.core.evidence`; only ever added to, except that a payload may be erased."""

trail_head = Table(
    "trail_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)
"""One row: the newest entry. It tells when the end was cut off, and its lock gives each entry its place."""
