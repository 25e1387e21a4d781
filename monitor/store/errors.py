"""What a database says, in words that tell whether waiting helps and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from monitor.ports import StoreError

_SQLITE = (
    ("database or disk is full", True, "the disk of the database is full", "free some space there"),
    (
        "readonly database",
        False,
        "the database is read-only",
        "make the file and its folder writable for the user of the service",
    ),
    (
        "unable to open",
        False,
        "the database file cannot be opened",
        "check that its folder exists and belongs to the user of the service",
    ),
    (
        "locked",
        True,
        "another process holds the database",
        "end other programs that use the file, or wait",
    ),
    (
        "not a database",
        False,
        "the database file is damaged or is no SQLite database",
        "stop the service, move the file away (keep it for `sqlite3 FILE .recover`), restore a backup or start anew",
    ),
    (
        "malformed",
        False,
        "the database file is damaged",
        "stop the service, move the file away (keep it for `sqlite3 FILE .recover`), restore a backup or start anew",
    ),
    ("disk i/o error", True, "the disk of the database does not answer", "check it with dmesg and smartctl"),
)

_POSTGRES = {
    "53100": (True, "the disk of the PostgreSQL server is full", "free some space on the server"),
    "53300": (True, "PostgreSQL has no free connection", "raise max_connections or stop another client"),
    "25006": (False, "PostgreSQL is read-only (a standby?)", "point MONITOR_DATABASE_URL at the primary"),
    "28P01": (False, "PostgreSQL refused the password", "mend MONITOR_DATABASE_URL"),
    "28000": (False, "PostgreSQL refused this user", "mend MONITOR_DATABASE_URL or pg_hba.conf"),
    "3D000": (False, "the PostgreSQL database does not exist", "make it: createdb NAME"),
    "42501": (False, "the PostgreSQL user lacks a right", "GRANT it CREATE on the schema and the tables"),
    "42P01": (
        False,
        "a table is missing in PostgreSQL",
        "restore it from a backup, or start with an empty database",
    ),
    "55P03": (True, "PostgreSQL could not lock a row in time", "wait"),
    "40P01": (True, "PostgreSQL ended a deadlock", "wait"),
    "40001": (True, "PostgreSQL asks to try again", "wait"),
    "57P01": (True, "PostgreSQL is shutting down", "wait until it is back"),
    "57P03": (True, "PostgreSQL is starting", "wait until it is ready"),
}


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the database raises into :class:`StoreError`, without SQL, parameters or passwords."""
    try:
        yield
    except DBAPIError as error:
        raise explain(error) from None
    except PoolTimeout:
        raise StoreError("every database connection is busy", next_step="wait", retryable=True) from None
    except StatementError as error:  # a value that no column takes: a fault of the caller, told as it is
        raise (error.orig or error) from None
    except SQLAlchemyError as error:
        raise StoreError(
            f"the database layer failed: {type(error).__name__}",
            next_step="report it as a bug",
            retryable=False,
        ) from error


def explain(error: DBAPIError) -> StoreError:
    """Say what happened in the owner's words."""
    original = error.orig
    code = getattr(original, "sqlstate", None)
    if isinstance(code, str):
        if code in _POSTGRES:
            retryable, what, step = _POSTGRES[code]
            return StoreError(what, next_step=step, retryable=retryable)
        return StoreError(
            f"PostgreSQL refused a statement (SQLSTATE {code})",
            next_step="look into the server's log at this time",
            retryable=code[:2] in {"08", "53", "57"},
        )
    said = str(original).lower()
    if type(original).__module__.startswith("psycopg"):
        for part, known in (("password", "28P01"), ("does not exist", "3D000"), ("starting up", "57P03")):
            if part in said:
                retryable, what, step = _POSTGRES[known]
                return StoreError(what, next_step=step, retryable=retryable)
        return StoreError(
            "PostgreSQL does not answer",
            next_step="check that it runs and that MONITOR_DATABASE_URL names its host and port",
            retryable=True,
        )
    for part, retryable, what, step in _SQLITE:
        if part in said:
            return StoreError(what, next_step=step, retryable=retryable)
    return StoreError(
        f"SQLite refused a statement: {str(original)[:120]}",
        next_step="report it as a bug",
        retryable=False,
    )
