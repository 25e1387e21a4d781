"""What is no longer needed, or must no longer be kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from monitor.ports import Cutoffs, DeliveryState
from monitor.store import trail as trail_
from monitor.store.outbox import chunks
from monitor.store.schema import answers, attempts, deliveries, lines, notes, notices, readings, secrets
from monitor.store.trail import Writer


def readings_of(connection: Connection, names: Sequence[str], before: Cutoffs) -> int:
    """Remove what was seen of some lines before its instant, messages before theirs; return how many rows."""
    mine = readings.c.line.in_(names)
    gone = 0
    if before.readings is not None:
        gone += connection.execute(
            delete(readings).where(mine, readings.c.observed_at < before.readings)
        ).rowcount
    if before.messages is not None:
        said = (
            readings.alias()
        )  # what else was made of a message shares its instant: an announcement holds its text
        message = (
            select(said.c.n)
            .where(
                said.c.line == readings.c.line,
                said.c.observed_at == readings.c.observed_at,
                said.c.kind == "event",
                said.c.data.contains('"what":"sms:', autoescape=True),
            )
            .exists()
        )
        old = delete(readings).where(mine, readings.c.observed_at < before.messages, message)
        gone += connection.execute(old.where(readings.c.kind == "event")).rowcount
    return gone


def notices_of(connection: Connection, names: Sequence[str], before: datetime) -> int:
    """Remove what was said of some lines before an instant, with its attempts; what still waits to be sent stays."""
    queued = select(deliveries.c.notice).where(deliveries.c.state == DeliveryState.QUEUED.value)
    told = select(notices.c.seq).where(
        notices.c.line.in_(names), notices.c.at < before, notices.c.seq.not_in(queued)
    )
    numbers = list(connection.execute(told).scalars())
    for some in chunks(numbers):
        sent = select(deliveries.c.id).where(deliveries.c.notice.in_(some))
        connection.execute(delete(attempts).where(attempts.c.delivery.in_(sent)))
        connection.execute(delete(answers).where(answers.c.notice.in_(some)))
        connection.execute(delete(deliveries).where(deliveries.c.notice.in_(some)))
        connection.execute(delete(notices).where(notices.c.seq.in_(some)))
    return len(numbers)


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
