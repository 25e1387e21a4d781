"""Cycles of charges that the carrier does not announce: on which day the next one is due, whatever was paid late or seen late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

APART = 12
"""Days that lie between two charges at least; heavier days that come sooner are use."""
SEEN_LATE = 3
"""Days by which a charge may be seen after its day: renewed late, or seen late."""
EARLY = timedelta(hours=24)
"""By how much a learned day may be too early."""
_LATEST = timedelta(days=SEEN_LATE)
_TO_THE_DAY = 4
"""How much more a charge on its very day says for a cycle than one some days beside it, which falls near that of many a cycle."""
_SHORTEST_MONTH = 28
_ONE_LATE = 45
"""Two charges so many days apart at most may be one cycle, the second paid late."""
_UNSEEN = timedelta(days=3)
"""A learned charge that was not seen to fail so long after its day was paid unseen."""


def explained(days: Sequence[date]) -> int:
    """How well the best cycle explains charges: nothing where they follow none, more than 1 where one came on its very day or two near it."""
    return _cycles(sorted(set(days)))[1]


def next_learned(days: Sequence[date], today: date) -> date:
    """The charge that comes next, by the cycle that explains most of those seen; of several that do as well, the earliest.

    A cycle is so many days from the last charge, however late that was paid, or a day of the month, whatever was paid late.
    """
    return min(possible_next(days, today))


def possible_next(days: Sequence[date], today: date) -> set[date]:
    """The same by each of the cycles that explain the charges as well."""
    days = sorted(set(days))
    cycles, fit = _cycles(days)
    if not fit and (days[-1] - days[0]).days > _ONE_LATE:
        cycles = [_Cycle(30), _Cycle(0, days[-1].day)]
    return {_following(cycle, days, today) for cycle in cycles}


@dataclass(frozen=True, slots=True)
class _Cycle:
    """So many days, or a day of the month; where a month is too short for it, its last day or the first of the next one."""

    length: int
    day: int = 0
    rolls: bool = False

    def after(self, last: date) -> date:
        """The charge after one."""
        if self.length:
            return last + timedelta(days=self.length)
        return monthly(self.day, last + timedelta(days=20), rolls=self.rolls)

    def explains(self, days: Sequence[date]) -> int:
        """How well it explains charges: most for each that comes on its very day, 1 for one that is seen within the time by which it may be late.

        A day of the month needs no earlier charge for that; the one that it was taken from does not count.
        """
        if self.length:
            return sum(map(self._apart, days, days[1:]))
        late = [(seen - monthly(self.day, seen - _LATEST, rolls=self.rolls)).days for seen in days]
        return sum(_TO_THE_DAY if not off else off > 0 for off in late) - _TO_THE_DAY

    def _apart(self, before: date, seen: date) -> int:
        on = self.after(before)
        while (seen - on).days > APART:
            on = self.after(on)
        return _TO_THE_DAY if seen == on else abs(seen - on) <= _LATEST


def _cycles(days: list[date]) -> tuple[list[_Cycle], int]:
    """The cycles that explain most of the charges, and how much they explain."""
    of_month = {d.day for d in days}
    cycles = [_Cycle(30), *(_Cycle(0, d) for d in of_month)]
    if 1 in of_month:
        cycles += [_Cycle(0, d, rolls=True) for d in of_month if d > _SHORTEST_MONTH]
    if any((b - a).days % 28 == 0 and b.day != a.day for a, b in pairwise(days)):
        cycles.append(_Cycle(28))
    fits = {cycle: cycle.explains(days) for cycle in cycles}
    most = max(fits.values())
    return [cycle for cycle, fit in fits.items() if fit == most], most


def _following(cycle: _Cycle, days: list[date], today: date) -> date:
    """The first charge after the last that is not long past; earlier ones may show that the last was seen some days late."""
    last, length = days[-1], cycle.length
    if length:
        last -= timedelta(days=max(k for d in days[-2:] if (k := (days[-1] - d).days % length) <= SEEN_LATE))
    on = cycle.after(last)
    while on <= days[-1] or on < today - _UNSEEN:
        on = cycle.after(on)
    return on


def monthly(day: int, start: date, *, rolls: bool = False) -> date:
    """The first date on or after ``start`` with that day of month; in a month too short its last day, or the day after that."""
    for k in range(-1, 3):
        month = start.month - 1 + k
        y, m = start.year + month // 12, month % 12 + 1
        ends = date(y + m // 12, m % 12 + 1, 1) - timedelta(days=1)
        found = date(y, m, day) if day <= ends.day else ends + timedelta(days=rolls)
        if found >= start:
            return found
    return start
