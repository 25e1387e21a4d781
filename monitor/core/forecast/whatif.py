"""What if: a top-up, a date to reach, a journey, a habit. Estimates for the owner, never decisions."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from monitor.core.forecast.days import midnight, use_days
from monitor.core.forecast.foresee import cut_level, foresee, horizon_chance, usual
from monitor.core.forecast.model import Forecast, Ledger
from monitor.core.forecast.use import Law, law
from monitor.core.line import Line
from monitor.core.reading import Reading
from monitor.core.rules import Rules

SAFE = 0.1
"""A date is reached safely when a cut-off before it is no more probable than this."""
ROAMING = 3.5
"""How many usual days one day abroad costs, where the line's own journeys do not tell."""
_Z90 = 1.2816
_MOST = 10_000_000_000


@dataclass(frozen=True, slots=True)
class Journey:
    """What use until the end of a journey costs, in ledger units."""

    likely: int
    high: int
    """Nine times out of ten it is less."""
    short: int
    """What to pay before leaving, so that it is enough nine times out of ten."""


@dataclass(frozen=True, slots=True)
class Habit:
    """The smallest routine that avoids trouble."""

    below: int
    """Top up when the balance is below this (a week's use, nine times out of ten)."""
    amount: int
    """The usual top-up."""
    days: int
    """How long it lasts at the usual pace."""


def topped_up(ledger: Ledger, units: int) -> Ledger:
    """The ledger as it would be after a payment."""
    return replace(ledger, units=(ledger.units or 0) + units)


def needed_until(
    ledger: Ledger, line: Line, rules: Rules, reading: Reading, *, now: datetime, until: date
) -> int | None:
    """Units to pay now so that the line lives until the end of a day; 0 if it does anyway, None if money cannot help."""
    hours = (midnight(until + timedelta(days=1), line) - now).total_seconds() / 3600

    def chance(units: int) -> float:
        return horizon_chance(topped_up(ledger, units), line, rules, reading, now=now, hours=hours)

    if chance(0) <= SAFE:
        return 0
    low, high = 0, 10_000
    while chance(high) > SAFE:
        low, high = high, high * 2
        if high > _MOST:
            return None
    while high - low > max(100, high // 200):
        middle = (low + high) // 2
        low, high = (middle, high) if chance(middle) > SAFE else (low, middle)
    return high


def journey(ledger: Ledger, line: Line, *, now: datetime, leave: date, back: date, roaming: bool) -> Journey:
    """Use from now to the end of a journey; abroad a day costs as ``ROAMING`` usual ones, or nothing when the SIM is off."""
    use = usual(ledger)
    start, end = max(now, midnight(leave, line)), midnight(back + timedelta(days=1), line)
    home = use_days(line, now, start)
    away = use_days(line, start, end) * (ROAMING if roaming else 0.0)
    mean = (home + away) * use.mean
    high = quantile(use, home + away) * (1.25 if roaming else 1.0)
    left = (ledger.units or 0) - cut_level(ledger, line)
    return Journey(int(mean), int(high), max(0, int(high) - left))


def quantile(use: Law, days: float, z: float = _Z90) -> float:
    """Use within some days that is not exceeded nine times out of ten (or at another normal score)."""
    if use.mean <= 0 or days <= 0:
        return 0.0
    mean = days * use.mean
    variance = days * use.var + use.doubt * mean * mean
    c = variance / (9 * mean * mean)
    root = max(0.0, 1 - c + z * math.sqrt(c))
    return mean * root * root * root


def habit(ledger: Ledger) -> Habit | None:
    """The cheapest routine that avoids trouble, once a pace and a usual top-up are known."""
    use = law(ledger)
    if use.mean <= 0 or use.days < 14:
        return None
    paid = sorted(x for _, x in ledger.credits)
    amount = paid[len(paid) // 2] if paid else int(use.mean * 30)
    return Habit(int(quantile(use, 7)), amount, int(amount / use.mean))


def with_top_up(
    ledger: Ledger, line: Line, rules: Rules, reading: Reading, *, now: datetime, units: int
) -> Forecast:
    """The forecast as it would be after a payment of so many units."""
    return foresee(topped_up(ledger, units), line, rules, reading, now)
