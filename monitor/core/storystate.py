"""What is remembered of a line's story between two looks: the stop, the payment, the terms, the promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from monitor.core.money import Money
from monitor.core.words import Cause


@dataclass(frozen=True, slots=True)
class Change:
    """A plan, tariff or rule that is not what it was, or will not be."""

    term: str
    """``plan``, ``fee``, ``due_day``, ``credit_limit``, ``announced`` or ``source_lost``."""
    seen_at: datetime
    was: str = ""
    now: str = ""
    effective_on: date | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """What the carrier said it would do, and by when; or a dispute that runs against a limit."""

    ticket: str
    due_on: date
    kind: str = "promise"
    """``promise``, ``dispute:fee`` or ``dispute:other``; for a dispute ``due_on`` is the day it began."""


@dataclass(frozen=True, slots=True)
class StoryState:
    """Everything that the later parts of a story need to know of the earlier ones."""

    stopped_at: datetime | None = None
    """When the stop was first seen; None while the line works."""
    worked_at: datetime | None = None
    """When the line was last seen working before that: the stop cannot be older. None while it works, or where nobody saw."""
    stop_cause: Cause = Cause.UNKNOWN
    figures: Cause = Cause.UNKNOWN
    """What the connector took from the last reading's figures for the cause of a stop that nobody explained."""
    owed: Money | None = None
    """The debt before the last payment."""
    paid_at: datetime | None = None
    """When a payment for an open debt or stop was first seen."""
    paid: Money | None = None
    paid_in_full: bool = False
    terminated_on: date | None = None
    """When the end was first seen."""
    lived_on: date | None = None
    """The last day before that on which it was seen not to have ended; None where nobody saw."""
    terms: tuple[tuple[str, str], ...] = ()
    """The plan's terms as last seen: (term, canonical text)."""
    due_days: tuple[date, ...] = ()
    """The last due dates, oldest first, at most three."""
    changes: tuple[Change, ...] = ()
    spends: tuple[tuple[str, int], ...] = ()
    """(month ``YYYY-MM``, spend in 1/10000 of the currency unit), oldest first, at most five."""
    heard: tuple[tuple[datetime, str], ...] = ()
    """What messages and the owner said lately: (when, signal), at most twelve."""
    promises: tuple[Promise, ...] = ()
