"""What is remembered of a line between two polls: plain frozen data, stored as one JSON value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.core.forecast.model import Forecast, Ledger
from monitor.core.reading import Event, Failure, Reading
from monitor.core.storystate import StoryState
from monitor.core.words import Kind, Severity


def _rung(stage: str) -> str:
    """The rung that a stage names: one said again has a number behind it."""
    rung, _, number = stage.rpartition("-")
    return rung if number.isdecimal() else stage


@dataclass(frozen=True, slots=True)
class Episode:
    """One danger from its first sign to its end. One thread of messages."""

    id: str
    thread: str
    opened_at: datetime
    kind: Kind
    severity: Severity
    told: tuple[tuple[str, datetime], ...] = ()
    """Rungs said, and when."""
    calm_since: datetime | None = None
    acked_at: datetime | None = None
    snoozed_until: datetime | None = None
    level: int = 0
    """The highest rung said so far."""
    heights: tuple[tuple[int, datetime | None], ...] = ()
    """Rungs said so far by their height, and the date from which on each would be due again: None is never."""
    since: tuple[tuple[int, datetime], ...] = ()
    """When each of these heights was last said; empty in a state that an older version stored."""

    def said(self, rung: str) -> datetime | None:
        """When this rung was last said, at first or again, or None."""
        return next((at for stage, at in reversed(self.told) if _rung(stage) == rung), None)


@dataclass(frozen=True, slots=True)
class LineState:
    """Everything the next decision needs."""

    reading: Reading | None = None
    """The last good reading; a failed poll never changes it."""
    doubt: Reading | None = None
    """An implausible reading that must be seen twice before it is believed."""
    failure: Failure | None = None
    """The newest failure, None after a success."""
    failing_since: datetime | None = None
    failures: int = 0
    """Failed polls in a row."""
    ledger: Ledger = Ledger()
    forecast: Forecast | None = None
    episodes: tuple[Episode, ...] = ()
    blind_told_at: datetime | None = None
    """When the loss of sight was last told, in this episode or one before."""
    had_autopay: bool = False
    """Automatic payment has been seen on."""
    autopay_failed_at: datetime | None = None
    """When the carrier last called an automatic payment failed."""
    muted_until: datetime | None = None
    """Its owner wants no message about it before then; what is to be said waits."""
    heard: Event | None = None
    """The last warning of another source (a text message of the carrier) that no reading has answered yet."""
    story: StoryState = StoryState()
    """The stop, the payment, the terms and the promises so far."""

    def episode(self, thread: str) -> Episode | None:
        """The open episode of a thread, or None."""
        return next((e for e in self.episodes if e.thread == thread), None)
