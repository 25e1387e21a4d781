"""⑤ The store: readings, state, notices and deliveries, each method one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from monitor.clock import utcnow
from monitor.core.evidence import GENESIS, Entry, Fault
from monitor.core.reading import Event, Failure, Reading, Seen
from monitor.core.state import LineState
from monitor.ports import (
    Change,
    Cutoffs,
    Delivery,
    DeliveryState,
    Forgotten,
    NoticeRow,
    Outcome,
    Planned,
    PollClaim,
    Settlement,
    StoreError,
    Taken,
)
from monitor.store import answers, ends, forget, outbox
from monitor.store import lines as lines_
from monitor.store import notices as notices_
from monitor.store import trail as trail_
from monitor.store.change import apply
from monitor.store.engine import Database
from monitor.store.errors import translated
from monitor.store.instance import Instance
from monitor.store.migrate import bring_up_to_date, require_current
from monitor.store.trail import Writer
from monitor.store.vault import SqlVault, read_or_make_key

_CHUNK = 200
_ERASED = 5000


class SqlStore:
    """Implements :class:`monitor.ports.Store` on SQLite and PostgreSQL."""

    def __init__(self, database: Database, key: Callable[[], bytes], clock: Callable[[], datetime]) -> None:
        self._database = database
        self._key = key
        self._clock = clock
        self._vault: SqlVault | None = None
        self._instance = Instance(database)

    @contextmanager
    def _recording(self, now: datetime) -> Iterator[tuple[Connection, Writer]]:
        """A transaction whose facts enter the chain of evidence with it."""
        with self._database.write() as connection:
            trail = Writer(connection, now)
            yield connection, trail
            trail.flush()

    def sync_lines(self, names: Iterable[str], now: datetime) -> None:
        """See :meth:`monitor.ports.Store.sync_lines`."""
        with self._database.write() as connection:
            lines_.sync(connection, names, now)

    def claim_polls(
        self, now: datetime, limit: int, lease: timedelta, lines: Collection[str] | None = None
    ) -> list[PollClaim]:
        """See :meth:`monitor.ports.Store.claim_polls`."""
        with self._database.write() as connection:
            return lines_.claim(connection, now, limit, lease, lines)

    def commit_polls(self, outcomes: Sequence[Outcome], now: datetime) -> list[str]:
        """See :meth:`monitor.ports.Store.commit_polls`."""
        with self._recording(now) as (connection, trail):
            held = lines_.held(connection, {o.line: o.token for o in outcomes})
            good = [o for o in outcomes if o.line in held]
            lines_.append(connection, trail, [(o.line, o.seen) for o in good if o.seen is not None])
            lines_.save_polled(
                connection, [(o.line, o.decision.state, o.decision.next_poll_at) for o in good]
            )
            for o in good:
                for kind, facts in o.entries:
                    trail.add(kind, o.line, facts)
            found = [n for o in good for n in o.decision.notices]
            outbox.add(connection, trail, found, [p for o in good for p in o.deliveries], now)
            for o in good:
                notices_.acknowledged(connection, trail, o.line, o.decision.state)
        return [o.line for o in outcomes if o.line not in held]

    def release_polls(self, claims: Sequence[PollClaim]) -> None:
        """See :meth:`monitor.ports.Store.release_polls`."""
        with self._database.write() as connection:
            lines_.release(connection, claims)

    def poll_now(self, names: Iterable[str], now: datetime) -> None:
        """See :meth:`monitor.ports.Store.poll_now`."""
        with self._database.write() as connection:
            lines_.hurry(connection, names, now)

    def next_poll_at(self) -> datetime | None:
        """See :meth:`monitor.ports.Store.next_poll_at`."""
        with self._database.read() as connection:
            return lines_.next_poll_at(connection)

    def states(self, names: Iterable[str] | None = None) -> dict[str, LineState]:
        """See :meth:`monitor.ports.Store.states`."""
        with self._database.read() as connection:
            return lines_.states(connection, names)

    def update(
        self,
        line: str,
        change: Change,
        now: datetime,
        seen: Seen | None = None,
        entries: Sequence[tuple[str, Mapping[str, object]]] = (),
    ) -> bool:
        """See :meth:`monitor.ports.Store.update`."""
        told = () if seen is None else (seen,)
        with self._recording(now) as (connection, trail):
            return apply(connection, trail, line, change, now, seen=told, entries=entries) is Taken.STORED

    def update_once(
        self, line: str, change: Change, now: datetime, seen: Sequence[Seen], once: Mapping[str, datetime]
    ) -> Taken:
        """See :meth:`monitor.ports.Store.update_once`."""
        with self._recording(now) as (connection, trail):
            return apply(connection, trail, line, change, now, seen=seen, once=once)

    def history(self, line: str, since: datetime, until: datetime) -> list[Reading | Failure | Event]:
        """See :meth:`monitor.ports.Store.history`."""
        with self._database.read() as connection:
            return lines_.history(connection, line, since, until)

    def claim_deliveries(
        self, now: datetime, limit: int, lease: timedelta, channels: Collection[str] | None = None
    ) -> list[Delivery]:
        """See :meth:`monitor.ports.Store.claim_deliveries`."""
        with self._database.write() as connection:
            return outbox.claim(connection, now, limit, lease, channels)

    def settle(
        self, delivery: Delivery, state: DeliveryState, detail: str, retry_at: datetime | None, now: datetime
    ) -> bool:
        """See :meth:`monitor.ports.Store.settle`."""
        return self.settle_many([Settlement(delivery, state, detail, retry_at)], now) == 1

    def waiting(self, channel: str, stage: str, until: datetime) -> list[str]:
        """See :meth:`monitor.ports.Store.waiting`."""
        with self._database.read() as connection:
            return outbox.waiting(connection, channel, stage, until)

    def settle_many(self, settlements: Sequence[Settlement], now: datetime) -> int:
        """See :meth:`monitor.ports.Store.settle_many`."""
        with self._recording(now) as (connection, trail):
            return ends.settle(connection, trail, settlements, now)

    def enqueue(self, planned: Sequence[Planned], now: datetime) -> int:
        """See :meth:`monitor.ports.Store.enqueue`."""
        with self._recording(now) as (connection, trail):
            return outbox.add(connection, trail, [], planned, now)

    def supersede(self, line: str, episode: str, until: datetime, detail: str, now: datetime) -> int:
        """See :meth:`monitor.ports.Store.supersede`."""
        with self._recording(now) as (connection, trail):
            return answers.supersede(connection, trail, line, episode, until=until, detail=detail, now=now)

    def hasten(self, line: str, now: datetime, *, escalations: bool = False) -> int:
        """See :meth:`monitor.ports.Store.hasten`."""
        with self._database.write() as connection:
            return answers.hasten(connection, line, now, escalations=escalations)

    def acted(self, notice_id: str, action: str, by: str, now: datetime) -> bool:
        """See :meth:`monitor.ports.Store.acted`."""
        with self._recording(now) as (connection, trail):
            return answers.record(connection, trail, notice_id, action, by=by, now=now)

    def notices(self, line: str | None = None, limit: int = 100) -> list[NoticeRow]:
        """See :meth:`monitor.ports.Store.notices`."""
        with self._database.read() as connection:
            return notices_.listed(connection, line, limit)

    def notice(self, notice_id: str) -> NoticeRow | None:
        """See :meth:`monitor.ports.Store.notice`."""
        with self._database.read() as connection:
            return notices_.one(connection, notice_id)

    def outbox_age(self, now: datetime) -> timedelta | None:
        """See :meth:`monitor.ports.Store.outbox_age`."""
        with self._database.read() as connection:
            since = outbox.oldest_due(connection, now)
        return None if since is None else now - since

    def trail_append(self, kind: str, line: str, facts: Mapping[str, object], now: datetime) -> Entry:
        """See :meth:`monitor.ports.Store.trail_append`."""
        with self._recording(now) as (_, trail):
            return trail.add(kind, line, facts)

    def trail(self, line: str | None = None, after: int = 0, limit: int = 1000) -> list[Entry]:
        """See :meth:`monitor.ports.Store.trail`."""
        with self._database.read() as connection:
            return trail_.page(connection, line, after, limit)

    def sources(self, line: str, instants: Collection[datetime]) -> list[tuple[datetime, str, str]]:
        """See :meth:`monitor.ports.Store.sources`."""
        with self._database.read() as connection:
            return trail_.sources(connection, line, instants)

    def trail_head(self) -> tuple[int, str]:
        """See :meth:`monitor.ports.Store.trail_head`."""
        with self._database.read() as connection:
            return trail_.head(connection)

    def verify_trail(
        self,
        progress: Callable[[int, int], None] | None = None,
        after: tuple[int, str] = (0, GENESIS),
        limit: int | None = None,
    ) -> list[Fault]:
        """See :meth:`monitor.ports.Store.verify_trail`."""
        with self._database.read() as connection:
            return trail_.verify(connection, progress, after, limit)

    def forget_line(self, line: str, now: datetime) -> bool:
        """See :meth:`monitor.ports.Store.forget_line`."""
        with self._recording(now) as (connection, trail):
            gone = forget.line(connection, trail, line)
        self._database.tidy()
        return gone

    def forget_old(self, before: Cutoffs, now: datetime, spare: Collection[str] = ()) -> Forgotten:
        """See :meth:`monitor.ports.Store.forget_old`; in steps, so that a poll never waits long for it."""
        with self._database.write() as connection:
            forget.expired(connection, now)
        with self._database.read() as connection:
            names = [name for name in lines_.names(connection) if name not in set(spare)]
        readings = notices = 0
        for start in range(0, len(names), _CHUNK):
            some = names[start : start + _CHUNK]
            with self._database.write() as connection:
                readings += forget.readings_of(connection, some, before)
                if before.notices is not None:
                    notices += forget.notices_of(connection, [*some, ""], before.notices)
        if before.evidence is None:
            return Forgotten(readings, notices)
        return Forgotten(readings, notices, *self._forget_evidence(before.evidence, now, spare))

    def _forget_evidence(
        self, before: datetime, now: datetime, spare: Collection[str]
    ) -> tuple[int, tuple[str, ...]]:
        gone, named = 0, set[str]()
        with self._database.read() as connection:
            more = trail_.has_old(connection, before, spare)
        while more:
            with self._recording(now) as (connection, trail):
                some, files = trail_.erase_old(connection, before, spare, _ERASED)
                if some:
                    trail.add("forgotten", "", {"entries": some, "before": before.isoformat()})
            gone, named, more = gone + some, named | files, some == _ERASED
        if not named:
            return gone, ()
        with self._database.read() as connection:
            return gone, tuple(sorted(named - trail_.attachments(connection)))

    def notes(self) -> answers.SqlNotes:
        """See :meth:`monitor.ports.Store.notes`."""
        return answers.SqlNotes(self._database)

    def take_over(self, owner: str) -> bool:
        """See :meth:`monitor.ports.Store.take_over`; one daemon a database, so that the name is for people only."""
        del owner
        with translated():
            return self._instance.take_over()

    def vault(self) -> SqlVault:
        """See :meth:`monitor.ports.Store.vault`."""
        if self._vault is None:
            self._vault = SqlVault(self._database, self._key(), self._clock)
        return self._vault

    def check(self) -> None:
        """See :meth:`monitor.ports.Store.check`; takes the write lock and gives it back without touching the disk."""
        self._database.same_file()
        with translated():
            self._instance.hold_on()
        with self._database.write() as connection:
            require_current(connection)
            lines_.probe(connection)

    def close(self) -> None:
        """See :meth:`monitor.ports.Store.close`."""
        self._instance.release()
        self._database.close()


def open_store(
    url: str,
    *,
    key: bytes | None = None,
    key_folder: Path | None = None,
    clock: Callable[[], datetime] = utcnow,
) -> SqlStore:
    """Open the database, bring its schema up to date, and return the store.

    Args:
        url: ``sqlite:////path/to/file.db`` or ``postgresql://user:password@host/database``.
        key: seals the vault; any length of 16 bytes or more.
        key_folder: where the key is made and kept, in ``vault.key``, when none is given and the database has no folder
            of its own; beside an SQLite file otherwise. Mode 0600, made when first needed.
        clock: tells whether a stored session has expired.

    Raises:
        StoreError: the database cannot be used; says what to do.
    """
    database = Database(url)
    try:
        bring_up_to_date(database)
    except BaseException:
        database.close()
        raise
    folder = database.path.parent if database.path else key_folder

    def find_key() -> bytes:
        if key is not None:
            return key
        if folder is None:
            raise StoreError(
                "no key for stored sessions",
                next_step="give a key, or a folder to keep one in: PostgreSQL has none of its own",
                retryable=False,
            )
        return read_or_make_key(folder / "vault.key")

    return SqlStore(database, find_key, clock)
