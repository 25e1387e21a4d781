"""One daemon per database: a lock that dies with its process, on SQLite a file's, on PostgreSQL a session's."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, text, update
from sqlalchemy.exc import DBAPIError

from monitor.ports import StoreError
from monitor.store.engine import Database
from monitor.store.schema import deliveries, lines

_KEY = 0x62_6D_6F_6E
"""Any number of our own: the advisory lock's key on PostgreSQL."""

_MINE = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()"
)


class Instance:
    """Holds the lock from :meth:`take_over` to :meth:`release`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._file: int | None = None
        self._session: Connection | None = None
        self._taken = False
        self._looking = Lock()

    def take_over(self) -> bool:
        """Take the lock and free every lease of a dead predecessor. False: another process holds it."""
        if not (self._lock_file(self._database.path) if self._database.path else self._lock_session()):
            return False
        self._taken = True
        with self._database.write() as connection:
            for table in (lines, deliveries):
                held = table.c.lease_token.is_not(None)
                connection.execute(update(table).where(held).values(lease_until=None, lease_token=None))
        return True

    def hold_on(self) -> None:
        """Make sure that a lock once taken is still ours: a restart of PostgreSQL ends its session, and the lock with it.

        Leases stay as they are: those of this process are still worked on.

        Raises:
            StoreError: another process has taken the lock meanwhile, or the server does not answer.
        """
        with self._looking:
            if not self._taken or self._file is not None or self._lock_session():
                return
        raise StoreError(
            "another billing-monitor took this database over while PostgreSQL was away",
            next_step="stop one of the two: only one may work on a database",
            retryable=False,
        )

    def release(self) -> None:
        """Give the lock back; safe to call twice."""
        self._taken = False
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._session is not None:
            session, self._session = self._session, None
            with suppress(DBAPIError):  # the server may be gone, and the lock with it
                session.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _KEY})
            session.close()

    def _lock_file(self, path: Path) -> bool:
        if self._file is not None:
            return True
        handle = os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self._file = handle
        return True

    def _lock_session(self) -> bool:
        if self._session is not None:
            if self._alive(self._session):
                return True
            lost, self._session = self._session, None
            lost.invalidate()
            lost.close()
        session = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            if session.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY}).scalar():
                self._session = session
        finally:
            if self._session is None:
                session.close()
        return self._session is not None

    @staticmethod
    def _alive(session: Connection) -> bool:
        """Whether a session still holds the lock."""
        try:
            return bool(session.execute(_MINE).scalar())
        except DBAPIError:
            return False
