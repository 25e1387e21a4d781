"""How each database is reached and how a transaction begins."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from monitor.ports import StoreError
from monitor.store.errors import translated
from monitor.store.schema import declare_for_postgresql

BUSY_MS = 15_000
"""How long SQLite waits for another process's write, in milliseconds."""

_ALIVE = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""How soon a PostgreSQL server that vanished without a word is found out: seconds, the last in milliseconds."""


class Database:
    """An engine with the two kinds of transaction that the store uses."""

    def __init__(self, url: str) -> None:
        parsed = _parse(url)
        self.postgres = parsed.get_backend_name() == "postgresql"
        self.path: Path | None = None
        self._writing: Any = nullcontext()
        if self.postgres:
            self.engine = _postgres(parsed)
        else:
            self.path = Path(parsed.database or "").absolute()
            _prepare_file(self.path)
            self.engine = _sqlite(self.path)
            self._writing = Lock()
        self._writer = self.engine.execution_options(write=True)
        self._inode = _inode(self.path)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one instant of the database."""
        with translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds SQLite's write lock from its start, so that what it read still holds when it writes."""
        with self._writing, translated(), self._writer.begin() as connection:
            yield connection

    def same_file(self) -> None:
        """Raise if the database file was removed or replaced under the open connections: writes would be lost."""
        if self.path is not None and _inode(self.path) != self._inode:
            raise StoreError(
                f"the database file {self.path} was removed or replaced while in use",
                next_step="put it back or restart the service; what was written since is in no file",
                retryable=False,
            )

    def tidy(self) -> None:
        """Write SQLite's log into its file and empty it, so that what was erased is in neither; waits for no reader."""
        if not self.postgres:
            with translated(), self.engine.connect() as connection:
                raw: Any = connection.connection.driver_connection
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the connections; safe to call twice."""
        self.engine.dispose()


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is not None and parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed is not None and parsed.drivername == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed
    raise StoreError(
        "MONITOR_DATABASE_URL is not understood",
        next_step="write sqlite:////path/to/file.db or postgresql://user:password@host/database",
        retryable=False,
    )


def _prepare_file(path: Path) -> None:
    """Make folder and file for their owner alone, before SQLite would make them for everybody."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            if os.fstat(handle).st_uid == os.geteuid():
                os.fchmod(handle, 0o600)
        finally:
            os.close(handle)
    except OSError as error:
        raise StoreError(
            f"the database file {path} cannot be opened for writing: {error.strerror}",
            next_step="make its folder writable for the user of the service, or set MONITOR_DATABASE_URL",
            retryable=False,
        ) from None


def _inode(path: Path | None) -> tuple[int, int] | None:
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return found.st_dev, found.st_ino


def _sqlite(path: Path) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)), pool_size=4, max_overflow=16)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver must not begin or commit on its own
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # an alert survives a power cut
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA trusted_schema=OFF")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _postgres(url: URL) -> Engine:
    declare_for_postgresql()
    try:
        engine = create_engine(
            url,
            pool_size=4,
            max_overflow=16,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 10, "application_name": "billing-monitor", **_ALIVE},
        )
    except ImportError:
        raise StoreError(
            "the PostgreSQL driver is not installed",
            next_step="pip install 'billing-monitor[postgres]'",
            retryable=False,
        ) from None

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.autocommit = True
        connection.execute("SET TIME ZONE 'UTC'; SET lock_timeout = '15s'; SET synchronous_commit = on")
        connection.autocommit = False

    return engine
