"""Small histories of one line for the tests of foresight: days in, the state after them out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from monitor.core.decide import Decision, decide
from monitor.core.line import Line
from monitor.core.money import Money
from monitor.core.notice import Notice
from monitor.core.reading import Reading, Seen
from monitor.core.rules import NO_RULES
from monitor.core.state import LineState
from monitor.core.words import Autopay, Billing, Status

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
PREPAID = Line(
    "home", "tmf", timezone="Europe/Madrid", billing=Billing.PREPAID, overdraft=Decimal(0), grace_hours=0
)
POSTPAID = Line("work", "tmf", timezone="Europe/Madrid", billing=Billing.POSTPAID, dunning_days=15)


def euro(amount: object) -> Money:
    return Money.of(amount, "EUR")


def reading(at: datetime, balance: object = None, **more: object) -> Reading:
    known: dict[str, object] = {"status": Status.ACTIVE, "autopay": Autopay.OFF}
    if balance is not None:
        known["balance"] = euro(balance)
    return Reading(at, **(known | more))  # type: ignore[arg-type]


def burn(
    balances: Iterable[object], start: datetime = START, every: timedelta = timedelta(hours=6)
) -> list[Reading]:
    """One reading per balance."""
    return [reading(start + i * every, b) for i, b in enumerate(balances)]


def live(
    seen: Sequence[Seen | tuple[datetime, None]], line: Line = PREPAID, state: LineState | None = None
) -> tuple[LineState, list[Notice]]:
    """Show a line everything in turn; a (instant, None) is a tick without a reading."""
    state, said = state or LineState(), list[Notice]()
    for one in seen:
        if isinstance(one, tuple):
            done: Decision = decide(line, NO_RULES, state, None, one[0])
        else:
            done = decide(line, NO_RULES, state, one, one.observed_at)
        state = done.state
        said += done.notices
    return state, said


def steady(days: int, pace: str = "0.50", start: str = "40.00") -> list[Reading]:
    """A line that burns evenly, day by day."""
    each = Decimal(pace) / 4
    return burn([Decimal(start) - each * i for i in range(days * 4)])


def day(offset: int) -> date:
    return (START + timedelta(days=offset)).date()
