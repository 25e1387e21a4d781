"""From whatever schema a database has to the newest. Alembic is imported only where there is something to do."""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, inspect, text

from monitor.core.evidence import GENESIS
from monitor.ports import StoreError
from monitor.store.engine import Database
from monitor.store.schema import REVISION, metadata, trail_head

log = logging.getLogger(__name__)

_ONE_AT_A_TIME = 7_310_562_017
"""Any number: the key of PostgreSQL's advisory lock under which only one process migrates."""

_alembic_is_global = Lock()
"""Alembic keeps the migration under way in module globals: two threads would work on each other's connection."""


def revision_of(connection: Connection) -> str | None:
    """Return the schema's revision, None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def bring_up_to_date(database: Database, target: str = REVISION) -> None:
    """Migrate in one transaction, so that a crash leaves the old schema or the new one.

    Raises:
        StoreError: the database was made by a newer version of this program.
    """
    with database.read() as connection:
        if revision_of(connection) == target:
            return
    with database.write() as connection:
        if database.postgres:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        found = revision_of(connection)
        if found is None and target == REVISION:
            create(connection)
        elif found != target:
            upgrade(connection, found, target)


def require_current(connection: Connection) -> None:
    """Raise if the database has another schema than this program works with."""
    found = revision_of(connection)
    if found != REVISION:
        raise StoreError(
            f"the database has schema {found}, this program needs {REVISION}",
            next_step="restart the service: it migrates the database, or says why it cannot",
            retryable=False,
        )


def create(connection: Connection) -> None:
    """Write the newest schema into an empty database; a test proves that the revisions lead to the same one."""
    metadata.create_all(connection, checkfirst=False)
    connection.execute(trail_head.insert(), {"id": 1, "seq": 0, "hash": GENESIS})
    connection.execute(
        text(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL CONSTRAINT alembic_version_pkc PRIMARY KEY)"
        )
    )
    connection.execute(
        text("INSERT INTO alembic_version (version_num) VALUES (:newest)"), {"newest": REVISION}
    )
    log.info("database schema: %s, new", REVISION)


def upgrade(connection: Connection, found: str | None, target: str) -> None:
    """Run the revisions between ``found`` and ``target`` on an open transaction."""
    from alembic.command import upgrade as alembic_upgrade  # noqa: PLC0415 - 30 ms that a daily start need not pay
    from alembic.config import Config  # noqa: PLC0415 - as above
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    known = {r.revision for r in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StoreError(
            f"the database has schema {found}, which is newer than this program",
            next_step="install the newer version again, or restore the backup made before it",
            retryable=False,
        )
    config.attributes["connection"] = connection
    with _alembic_is_global:
        alembic_upgrade(config, target)
    log.info("database schema: %s → %s", found or "empty", target)
