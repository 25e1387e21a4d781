"""What people do about notices, and the small facts that the delivering side keeps."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from monitor.ports import DeliveryState
from monitor.store.dialect import insert_new, upsert
from monitor.store.engine import Database
from monitor.store.schema import answers, attempts, deliveries, notes, notices


def supersede(
    connection: Connection, line: str, episode: str, *, until: datetime, detail: str, now: datetime
) -> int:
    """Drop what is queued of an episode, leases or not: an attempt under way can no longer be called back."""
    queued = (
        deliveries.c.line == line,
        deliveries.c.episode == episode,
        deliveries.c.state == DeliveryState.QUEUED.value,
        deliveries.c.notice_at <= until,
    )
    gone = list(connection.execute(select(deliveries.c.id).where(*queued).with_for_update()).scalars())
    if gone:
        dropped = DeliveryState.SUPERSEDED.value
        rows = [{"delivery": number, "at": now, "result": dropped, "detail": detail} for number in gone]
        connection.execute(insert(attempts), rows)
        change = update(deliveries).where(*queued)
        connection.execute(change.values(state=dropped, detail=detail, lease_until=None, lease_token=None))
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


def record(connection: Connection, notice_id: str, action: str, by: str, now: datetime) -> bool:
    """Keep what somebody did about a notice."""
    query = select(notices.c.seq).where(notices.c.id == notice_id).order_by(notices.c.seq.desc()).limit(1)
    number = connection.execute(query).scalar()
    if number is None:
        return False
    connection.execute(insert(answers).values(notice=number, at=now, action=action, by=by))
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
            return connection.execute(insert_new(connection, notes), row).rowcount == 1

    def drop(self, key: str) -> None:
        """See :meth:`monitor.ports.Notes.drop`."""
        with self._database.write() as connection:
            connection.execute(delete(notes).where(notes.c.key == key))
