"""What is no longer needed, or must no longer be kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from monitor.store import trail as trail_
from monitor.store.schema import answers, attempts, deliveries, lines, notes, notices, readings, secrets
from monitor.store.trail import Writer


def readings_of(connection: Connection, names: Sequence[str], before: datetime) -> int:
    """Remove what was seen of some lines before an instant; return how many rows."""
    gone = delete(readings).where(readings.c.line.in_(names), readings.c.observed_at < before)
    return connection.execute(gone).rowcount


def expired(connection: Connection, now: datetime) -> None:
    """Remove sessions and notes whose time has passed."""
    connection.execute(delete(secrets).where(secrets.c.expires_at <= now))
    connection.execute(delete(notes).where(notes.c.expires_at <= now))


def line(connection: Connection, trail: Writer, name: str) -> bool:
    """Erase a line, also from the free pages of an SQLite file. False: nothing is known of it."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
    for table in (notes, secrets):
        connection.execute(delete(table).where(table.c.key.endswith(f":{name}", autoescape=True)))
    told = select(notices.c.seq).where(notices.c.line == name)
    queued = select(deliveries.c.id).where(deliveries.c.notice.in_(told))
    rows = sum(
        connection.execute(gone).rowcount
        for gone in (
            delete(attempts).where(attempts.c.delivery.in_(queued)),
            delete(answers).where(answers.c.notice.in_(told)),
            delete(deliveries).where(deliveries.c.notice.in_(told)),
            delete(notices).where(notices.c.line == name),
            delete(readings).where(readings.c.line == name),
            delete(lines).where(lines.c.name == name),
        )
    )
    erased = trail_.erase(connection, name)
    if not rows and not erased:
        return False
    trail.add("forgotten", "", {"entries": erased, "rows": rows})
    return True
