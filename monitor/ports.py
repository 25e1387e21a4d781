"""The seams: what the flows need from the outside, and the values that cross. Adapters implement, tests fake with behaviour."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from monitor.core.decide import Decision
from monitor.core.evidence import GENESIS, Entry, Fault
from monitor.core.line import Line
from monitor.core.notice import Notice
from monitor.core.people import Addressees
from monitor.core.reading import Event, Failure, Reading, Seen
from monitor.core.rules import Rules
from monitor.core.state import LineState
from monitor.core.words import Severity

# --- carriers -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Access:
    """How a line's carrier is reached. Secrets live here and in nothing that is printed."""

    url: str = ""
    token: str = field(default="", repr=False)
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The connector's own settings, keys in lower case: ``bill_url``, ``path``, ``balance``, …"""


@dataclass(frozen=True, slots=True)
class Watched:
    """A line together with the way to ask about it and the rules that hold for it."""

    line: Line
    access: Access = field(default_factory=Access)
    rules: Rules = field(default_factory=Rules)
    to: Addressees = Addressees()
    """Who hears of it, for ``core.route.plan``."""


class Vault(Protocol):
    """Sessions and tokens that outlive the process; encrypted at rest by the store."""

    def get(self, key: str) -> str | None:
        """Return the secret, or None if there is none or it can no longer be read."""

    def put(self, key: str, value: str, expires_at: datetime | None = None) -> None:
        """Keep a secret."""

    def drop(self, key: str) -> None:
        """Forget a secret."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round of asking a carrier."""

    now: datetime
    seconds: float
    """Hard limit for the whole round, in seconds of wall time."""
    vault: Vault


class Carrier(Protocol):
    """Answers "what is the balance, debt and status of these lines now?"."""

    name: str
    passive: bool
    """True where news come by themselves (SMS, by hand): a line without an answer is then no failure."""

    def group(self, watched: Watched) -> str:
        """Lines with the same key are asked in one call of :meth:`fetch`; by default one account is one group."""

    def fetch(self, lines: Sequence[Watched], round_: Round) -> Mapping[str, Reading | Failure]:
        """Ask about lines of one group. Never raises; every line asked about has an answer, by its name.

        A passive carrier leaves out the lines that have no news.
        """


# --- channels -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A notice in words, in one language, for one channel."""

    notice_id: str
    subject: str
    short: str
    """Push form: the first 80 characters carry line, what and when."""
    text: str
    html: str = ""
    """Images are referred to as ``cid:<attachment name>``."""
    markdown: str = ""
    severity: Severity = Severity.INFO
    thread: str = ""
    """Messages of one episode share it."""
    attachments: tuple[Attachment, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """(label, URL) of one-tap actions."""


class SendResult(StrEnum):
    """How one attempt ended."""

    DELIVERED = "delivered"
    RETRY = "retry"
    """It may work later."""
    REFUSED = "refused"
    """It will never work with these settings; the channel is to be disabled loudly."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The result of one attempt with a reason for people, without secrets."""

    result: SendResult
    detail: str = ""


class Channel(Protocol):
    """Sends messages to people, over one Apprise URL."""

    name: str

    def send(self, message: Message, seconds: float) -> Sent:
        """Send and wait for the answer, at most ``seconds``. Never raises."""


@dataclass(frozen=True, slots=True)
class Part:
    """One line's share of a message about several."""

    watched: Watched
    state: LineState
    notices: tuple[Notice, ...] = ()


class Linker(Protocol):
    """Makes the links by which a reader answers a notice; handed to the composer by the application."""

    def __call__(self, notice: Notice, channel: str, now: datetime) -> Sequence[tuple[str, str]]:
        """Return (action, URL) pairs: ``answer`` opens the page with every choice, then one for each choice: ``paid``, ``working``, ``snooze``, ``not_mine``.

        Empty where no public address is set, and for what needs no answer. The composer puts the actions into words.
        """


class Composer(Protocol):
    """Puts a notice into words, with the newest facts."""

    def compose(
        self, notices: Sequence[Notice], watched: Watched, state: LineState, channel: str, now: datetime
    ) -> Message:
        """Write one message for one channel about the notices of one line."""

    def overview(
        self, parts: Sequence[Part], more: int, channel: str, now: datetime, unseen: int = 0
    ) -> Message:
        """Write one message about several lines: an account's, a carrier's that is down, or what the cap put together.

        ``parts`` are worst first; ``more`` lines are counted and not named ("and 27 more"); ``unseen`` lines of a
        carrier that answers again could not be read yet.
        """

    def bulletin(self, notice: Notice, parts: Sequence[Part], channel: str, now: datetime) -> Message:
        """Write what concerns no single line (``notice.line`` is empty): a digest of ``parts``, or a channel that fails."""


# --- store ----------------------------------------------------------------------------------------------------------


class StoreError(Exception):
    """The database could not do what was asked; nothing of it was stored."""

    def __init__(self, what: str, *, next_step: str, retryable: bool) -> None:
        self.what = what
        self.next_step = next_step
        self.retryable = retryable
        waiting = "Waiting may help" if retryable else "Waiting will not help"
        super().__init__(f"{what}. {waiting}. Next: {next_step}")


@dataclass(frozen=True, slots=True)
class PollClaim:
    """A line that is due and now ours until the lease ends."""

    line: str
    state: LineState
    token: str
    salvaged: bool = False
    """Parts of the stored state could not be read and start anew; ``Store.history`` tells what was seen."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A delivery to be queued with its notice."""

    notice: Notice
    channel: str
    not_before: datetime
    escalation: bool = False
    """Goes out only if nobody has acknowledged the episode by then."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one poll: everything that goes into one transaction."""

    line: str
    token: str
    """The claim's token; an outcome whose lease was lost is refused, so that nothing is decided twice."""
    seen: Seen | None
    decision: Decision
    deliveries: tuple[Planned, ...] = ()
    entries: tuple[tuple[str, Mapping[str, object]], ...] = ()
    """(kind, facts) for the chain of evidence: the carrier's own words."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice for one channel, claimed for sending."""

    id: int
    notice: Notice
    channel: str
    attempts: int
    """Attempts made before this one."""
    queued_at: datetime
    token: str
    escalation: bool = False
    """For somebody who is told only because nobody has acknowledged; see :class:`Planned`."""
    newer: Notice | None = None
    """The newest notice of the same episode that is queued for the same channel and due as well."""
    told: bool = True
    """Something of the same episode has been delivered over this channel before."""


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    SUPERSEDED = "superseded"
    """Dropped with a record, because a newer notice of its episode says it better."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice with what became of it, for ``notices``."""

    notice: Notice
    deliveries: tuple[tuple[str, DeliveryState, int, str], ...]
    """(channel, state, attempts, last detail)"""
    acked_at: datetime | None = None
    answers: tuple[tuple[datetime, str, str], ...] = ()
    """(when, what, by whom): what people did about it, refused links among it; oldest first"""


@dataclass(frozen=True, slots=True)
class Settlement:
    """The end of one attempt, or of the wait for one."""

    delivery: Delivery
    state: DeliveryState
    detail: str = ""
    retry_at: datetime | None = None
    """When it is tried again, for ``QUEUED``."""
    tried: bool = True
    """False: nothing was sent, so it counts as no attempt (quiet hours, a channel that is resting)."""
    instead: str = ""
    """The channel that takes it over from here, queued at once in the same transaction."""


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """The oldest instant that is kept of each kind of data; None: all of it."""

    readings: datetime | None = None
    """Figures, states and failed polls."""
    messages: datetime | None = None
    """Texts of SMS."""
    notices: datetime | None = None
    """What was sent, with each attempt and answer."""
    evidence: datetime | None = None
    """Contents of the chain: the contact log, the carrier's own words."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed."""

    readings: int = 0
    notices: int = 0
    entries: int = 0
    attachments: tuple[str, ...] = ()
    """Digests of files that no entry names any more."""


class Notes(Protocol):
    """Small facts of the delivering side that outlive the process: a channel's health, caps, used links. No secrets."""

    def get(self, key: str, now: datetime) -> str | None:
        """Return a note, or None if there is none or it has expired."""

    def put(self, key: str, value: str, expires_at: datetime | None = None) -> None:
        """Write a note, over an older one."""

    def put_new(self, key: str, value: str, now: datetime, expires_at: datetime | None = None) -> bool:
        """Write a note unless there is one; atomically, so that of two only one is told True."""

    def drop(self, key: str) -> None:
        """Forget a note."""


Change = Callable[[LineState], tuple[LineState, Sequence[Planned]]]
"""From a line's state to the state after, and what is to be said."""


class Taken(StrEnum):
    """What became of something handed over for a line."""

    STORED = "stored"
    REPEAT = "repeat"
    """It was taken before."""
    NO_LINE = "no_line"


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
