"""What is handed to the store, and what comes back: claims, outcomes, deliveries, notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from monitor.core.decide import Decision
from monitor.core.notice import Notice
from monitor.core.reading import Seen
from monitor.core.state import LineState


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
