"""What people do about notices, and the small facts that the delivering side keeps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from monitor.ports import DeliveryState
from monitor.store.dialect import insert_new, upsert
from monitor.store.engine import Database
from monitor.store.schema import answers, attempts, deliveries, notes, notices
from monitor.store.trail import Writer


def supersede(
    connection: Connection,
    trail: Writer,
    line: str,
    episode: str,
    *,
    until: datetime,
    detail: str,
    now: datetime,
) -> int:
    """Drop what is queued of an episode, leases or not: an attempt under way can no longer be called back."""
    query = (
        select(deliveries.c.id, deliveries.c.channel, notices.c.id.label("notice_id"))
        .join(notices, notices.c.seq == deliveries.c.notice)
        .where(
            deliveries.c.line == line,
            deliveries.c.episode == episode,
            deliveries.c.state == DeliveryState.QUEUED.value,
            deliveries.c.notice_at <= until,
        )
        .with_for_update(of=deliveries)
    )
    gone = connection.execute(query).all()
    if gone:
        dropped = DeliveryState.SUPERSEDED.value
        rows = [{"delivery": d.id, "at": now, "result": dropped, "detail": detail} for d in gone]
        connection.execute(insert(attempts), rows)
        change = update(deliveries).where(deliveries.c.id == bindparam("b_id"))
        change = change.values(state=dropped, detail=detail, lease_until=None, lease_token=None)
        connection.execute(change, [{"b_id": d.id} for d in gone])
    for d in gone:
        trail.add("superseded", line, {"notice": d.notice_id, "channel": d.channel, "detail": detail})
    return len(gone)


def hasten(connection: Connection, line: str, now: datetime, *, escalations: bool) -> int:
    """Make what is queued of a line due now; what need not go out yet is put back when it is looked at."""
    return connection.execute(
        update(deliveries)
        .where(
            deliveries.c.line == line,
            deliveries.c.state == DeliveryState.QUEUED.value,
            deliveries.c.not_before > now,
            deliveries.c.escalation == escalations,
        )
        .values(not_before=now)
    ).rowcount


def record(
    connection: Connection, trail: Writer, notice_id: str, action: str, *, by: str, now: datetime
) -> bool:
    """Keep what somebody did about a notice."""
    query = select(notices.c.seq, notices.c.line).where(notices.c.id == notice_id)
    found = connection.execute(query.order_by(notices.c.seq.desc()).limit(1)).one_or_none()
    if found is None:
        return False
    connection.execute(insert(answers).values(notice=found.seq, at=now, action=action, by=by))
    trail.add("acted", found.line, {"notice": notice_id, "action": action, "by": by})
    return True


def note_all_new(connection: Connection, once: Mapping[str, datetime], now: datetime) -> bool:
    """Write these notes with their ends; False, and none of them, where one is there already."""
    connection.execute(delete(notes).where(notes.c.expires_at <= now))
    new = insert_new(connection, notes).returning(notes.c.key)
    written: list[str] = []
    for key, until in sorted(once.items()):
        row = {"key": key, "value": "1", "expires_at": until}
        if connection.execute(new, row).first() is None:
            connection.execute(delete(notes).where(notes.c.key.in_(written)))
            return False
        written.append(key)
    return True


class SqlNotes:
    """Implements :class:`monitor.ports.Notes`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str, now: datetime) -> str | None:
        """See :meth:`monitor.ports.Notes.get`."""
        alive = or_(notes.c.expires_at.is_(None), notes.c.expires_at > now)
        with self._database.read() as connection:
            value: str | None = connection.execute(
                select(notes.c.value).where(notes.c.key == key, alive)
            ).scalar()
        return value

    def put(self, key: str, value: str, expires_at: datetime | None = None) -> None:
        """See :meth:`monitor.ports.Notes.put`."""
        row = {"key": key, "value": value, "expires_at": expires_at}
        with self._database.write() as connection:
            connection.execute(upsert(connection, notes, ("key",)), row)

    def put_new(self, key: str, value: str, now: datetime, expires_at: datetime | None = None) -> bool:
        """See :meth:`monitor.ports.Notes.put_new`; expired notes, of any key, make room first."""
        row = {"key": key, "value": value, "expires_at": expires_at}
        with self._database.write() as connection:
            connection.execute(delete(notes).where(notes.c.expires_at <= now))
            new = insert_new(connection, notes).returning(notes.c.key)
            return connection.execute(new, row).first() is not None

    def drop(self, key: str) -> None:
        """See :meth:`monitor.ports.Notes.drop`."""
        with self._database.write() as connection:
            connection.execute(delete(notes).where(notes.c.key == key))
