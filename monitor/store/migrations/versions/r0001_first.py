"""Lines, readings, notices, deliveries, attempts, answers, notes, secrets."""

import sqlalchemy as sa
from alembic import op

from monitor.store.schema import Instant

revision = "0001"
down_revision = None

_SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_QUEUED = sa.text("state = 'queued'")


def upgrade() -> None:
    op.create_table(
        "lines",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("watched", sa.Boolean, nullable=False),
        sa.Column("next_poll_at", Instant, nullable=False),
        sa.Column("lease_until", Instant),
        sa.Column("lease_token", sa.Text),
        sa.Column("state", sa.Text),
        sa.PrimaryKeyConstraint("name", name="pk_lines"),
    )
    op.create_index(
        "ix_lines_due",
        "lines",
        ["next_poll_at"],
        sqlite_where=sa.text("watched = 1"),
        postgresql_where=sa.text("watched"),
    )
    op.create_index(
        "ix_lines_leased",
        "lines",
        ["lease_until"],
        sqlite_where=sa.text("lease_token IS NOT NULL"),
        postgresql_where=sa.text("lease_token IS NOT NULL"),
    )
    op.create_table(
        "readings",
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("observed_at", Instant, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("line", "observed_at", "n", name="pk_readings"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notices",
        sa.Column("seq", _SEQUENCE, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("episode", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("acked_at", Instant),
        sa.PrimaryKeyConstraint("seq", name="pk_notices"),
        sa.UniqueConstraint("line", "episode", "stage", name="uq_notices_line_episode_stage"),
    )
    op.create_index("ix_notices_id", "notices", ["id"])
    op.create_table(
        "deliveries",
        sa.Column("id", _SEQUENCE, nullable=False),
        sa.Column("notice", _SEQUENCE, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("episode", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("notice_at", Instant, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("queued_at", Instant, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("not_before", Instant, nullable=False),
        sa.Column("lease_until", Instant),
        sa.Column("lease_token", sa.Text),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("escalation", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.ForeignKeyConstraint(["notice"], ["notices.seq"], name="fk_deliveries_notice_notices"),
        sa.UniqueConstraint(
            "line", "episode", "stage", "channel", name="uq_deliveries_line_episode_stage_channel"
        ),
    )
    op.create_index("ix_deliveries_notice", "deliveries", ["notice"])
    op.create_index(
        "ix_deliveries_due", "deliveries", ["not_before"], sqlite_where=_QUEUED, postgresql_where=_QUEUED
    )
    op.create_index(
        "ix_deliveries_order",
        "deliveries",
        ["line", "channel", "notice_at"],
        sqlite_where=_QUEUED,
        postgresql_where=_QUEUED,
    )
    op.create_table(
        "attempts",
        sa.Column("id", _SEQUENCE, nullable=False),
        sa.Column("delivery", _SEQUENCE, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
        sa.ForeignKeyConstraint(["delivery"], ["deliveries.id"], name="fk_attempts_delivery_deliveries"),
    )
    op.create_index("ix_attempts_delivery", "attempts", ["delivery"])
    op.create_table(
        "answers",
        sa.Column("id", _SEQUENCE, nullable=False),
        sa.Column("notice", _SEQUENCE, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        sa.ForeignKeyConstraint(["notice"], ["notices.seq"], name="fk_answers_notice_notices"),
    )
    op.create_index("ix_answers_notice", "answers", ["notice"])
    op.create_table(
        "notes",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("expires_at", Instant),
        sa.PrimaryKeyConstraint("key", name="pk_notes"),
    )
    op.create_table(
        "secrets",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", Instant),
        sa.PrimaryKeyConstraint("key", name="pk_secrets"),
    )
