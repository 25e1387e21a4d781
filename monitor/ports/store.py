"""The seam to the database. Its contract suite runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from monitor.core.evidence import GENESIS, Entry, Fault
from monitor.core.reading import Event, Failure, Reading, Seen
from monitor.core.state import LineState
from monitor.ports.carrier import Vault
from monitor.ports.records import (
    Change,
    Cutoffs,
    Delivery,
    DeliveryState,
    Forgotten,
    Notes,
    NoticeRow,
    Outcome,
    Planned,
    PollClaim,
    Settlement,
    Taken,
)


class Store(Protocol):
    """Lines, readings, notices and deliveries. Every method is one transaction, and may raise :class:`StoreError`."""

    def sync_lines(self, names: Iterable[str], now: datetime) -> None:
        """Make the watched lines exactly ``names``: new ones are due at once, missing ones are no longer polled."""

    def claim_polls(
        self, now: datetime, limit: int, lease: timedelta, lines: Collection[str] | None = None
    ) -> list[PollClaim]:
        """Claim up to ``limit`` lines whose ``next_poll_at`` has come, most overdue first, of these only (None: of all)."""

    def commit_polls(self, outcomes: Sequence[Outcome], now: datetime) -> list[str]:
        """Store readings, states, notices and deliveries; return the lines whose lease was lost (nothing stored)."""

    def release_polls(self, claims: Sequence[PollClaim]) -> None:
        """Give claimed lines back untouched, due as before."""

    def poll_now(self, names: Iterable[str], now: datetime) -> None:
        """Make lines due now."""

    def next_poll_at(self) -> datetime | None:
        """When the next line is due, or None."""

    def states(self, names: Iterable[str] | None = None) -> dict[str, LineState]:
        """Return the states of lines, all watched ones by default."""

    def update(
        self,
        line: str,
        change: Change,
        now: datetime,
        seen: Seen | None = None,
        entries: Sequence[tuple[str, Mapping[str, object]]] = (),
    ) -> bool:
        """Read a line's state, change it and store it with ``seen`` and what follows, atomically. False: no such line.

        ``entries`` are (kind, facts) for the chain of evidence. A poll of this line that is under way was decided on the old state: its outcome will be refused, and the line
        is due again at once.
        """

    def update_once(
        self,
        line: str,
        change: Change,
        now: datetime,
        seen: Sequence[Seen],
        once: Mapping[str, datetime],
    ) -> Taken:
        """As :meth:`update`, for what may be handed over twice.

        ``once`` are notes, and until when they hold. They are written in the same transaction, so a crash leaves both or
        neither; where one of them is there already, nothing is done.
        """

    def history(self, line: str, since: datetime, until: datetime) -> list[Reading | Failure | Event]:
        """What was seen of a line in [since, until), oldest first."""

    def claim_deliveries(
        self, now: datetime, limit: int, lease: timedelta, channels: Collection[str] | None = None
    ) -> list[Delivery]:
        """Claim up to ``limit`` deliveries that are due, oldest first, of these channels only (None: of all).

        Those of one line and channel leave in the order of their notices: a later one waits while an earlier one is
        in flight, due, or about to be tried again. Notices of one instant are claimed together.
        """

    def settle(
        self, delivery: Delivery, state: DeliveryState, detail: str, retry_at: datetime | None, now: datetime
    ) -> bool:
        """Record an attempt and its end; ``QUEUED`` with ``retry_at`` for another try. False: the lease was lost."""

    def waiting(self, channel: str, stage: str, until: datetime) -> list[str]:
        """Return the lines of which something of this stage is queued for a channel and due by ``until``."""

    def settle_many(self, settlements: Sequence[Settlement], now: datetime) -> int:
        """Record many ends in one transaction; return how many leases were still held (the rest is left alone)."""

    def enqueue(self, planned: Sequence[Planned], now: datetime) -> int:
        """Queue notices that no poll made (a digest, a failing channel; their line is empty); return how many were new."""

    def supersede(self, line: str, episode: str, until: datetime, detail: str, now: datetime) -> int:
        """Drop, with a record, what is queued of an episode and was decided up to ``until``; return how many."""

    def hasten(self, line: str, now: datetime, *, escalations: bool = False) -> int:
        """Make what is queued of a line due now, because a mute or a snooze was lifted; return how many.

        ``escalations``: what waits for somebody to acknowledge, and nothing else, because nobody will.
        """

    def acted(self, notice_id: str, action: str, by: str, now: datetime) -> bool:
        """Record in the ledger, and in the notice's row, what somebody did about it. False: no such notice."""

    def notes(self) -> Notes:
        """Return the place for small facts."""

    def notices(self, line: str | None = None, limit: int = 100) -> list[NoticeRow]:
        """Return notices, newest first, with what became of them."""

    def notice(self, notice_id: str) -> NoticeRow | None:
        """Return one notice by its id (or a unique beginning of it)."""

    def outbox_age(self, now: datetime) -> timedelta | None:
        """How long the oldest undelivered, due delivery has waited; None when there is none."""

    def trail_append(self, kind: str, line: str, facts: Mapping[str, object], now: datetime) -> Entry:
        """Add one entry to the chain of evidence: a record of the contact log, a watched page, … JSON values only."""

    def trail(self, line: str | None = None, after: int = 0, limit: int = 1000) -> list[Entry]:
        """Return entries with a number above ``after``, in order; those of one line, or all."""

    def sources(self, line: str, instants: Collection[datetime]) -> list[tuple[datetime, str, str]]:
        """Return what is still kept of observations, (when, kind, JSON as stored), whose digests the chain holds."""

    def trail_head(self) -> tuple[int, str]:
        """Return number and hash of the newest entry."""

    def verify_trail(
        self,
        progress: Callable[[int, int], None] | None = None,
        after: tuple[int, str] = (0, GENESIS),
        limit: int | None = None,
    ) -> list[Fault]:
        """Check the chain and what is still kept of each reading; return every fault with its place.

        ``after`` (number, hash) and ``limit`` check a stretch: what was said to stand there must still stand there.
        """

    def forget_line(self, line: str, now: datetime) -> bool:
        """Erase what is known of a line: readings, state, notices, the content of its evidence. False: no such line.

        The chain still holds afterwards: it keeps digests, and one entry that says that something was erased.
        """

    def forget_old(self, before: Cutoffs, now: datetime, spare: Collection[str] = ()) -> Forgotten:
        """Remove what is older than each kind's instant, save of the lines to spare: their case is open.

        The chain still holds: entries keep their digests, and one entry says that contents were erased.
        """

    def take_over(self, owner: str) -> bool:
        """Become the one daemon called ``owner`` until :meth:`close`, and free the leases of a dead predecessor.

        False: another process holds that name.
        """

    def vault(self) -> Vault:
        """Return the place for sessions."""

    def check(self) -> None:
        """Raise if the database does not answer, is not writable, has another schema, or another daemon took it over."""

    def close(self) -> None:
        """Release connections; safe to call twice."""
