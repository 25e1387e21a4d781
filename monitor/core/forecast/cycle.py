"""Cycles of charges that the carrier does not announce: on which day the next one is due, whatever was paid late or seen late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

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


class Taken(NamedTuple):
    """A charge: the day on which it was taken, and the days between which it was due: another one where it was paid after a cut-off."""

    on: date
    since: date
    until: date
    late: bool = False

    @classmethod
    def at_once(cls, on: date) -> Taken:
        """A charge that was taken as it fell due."""
        return cls(on, on, on)

    def fits(self, on: date, *, early: timedelta = timedelta(0)) -> int:
        """How well a day explains it: most if it is the very day, 1 if it lies among those that may be, or the charge was seen some days late."""
        if on == self.since == self.until:
            return _TO_THE_DAY
        return self.since - _LATEST <= on <= self.until + early


def explained(charges: Sequence[Taken]) -> int:
    """How well the best cycle explains charges: nothing where they follow none, more than 1 where one came on its very day or two near it."""
    return _cycles(_in_order(charges))[1]


def next_learned(charges: Sequence[Taken], today: date) -> date:
    """The charge that comes next, by the cycle that explains most of those seen; of several that do as well, the earliest.

    A cycle is so many days from the last charge, however late that was paid, or a day of the month, whatever was paid late.
    """
    return min(possible_next(charges, today))


def possible_next(charges: Sequence[Taken], today: date) -> set[date]:
    """The same by each of the cycles that explain the charges as well."""
    charges = _in_order(charges)
    cycles, fit = _cycles(charges)
    last = charges[-1]
    if not fit and (last.on - charges[0].on).days > _ONE_LATE:
        cycles = (_Cycle(30), _Cycle(0, last.until.day))
    return {_following(cycle, charges, today) for cycle in cycles}


def is_due(charges: Sequence[Taken], today: date) -> bool:
    """Whether a charge may come on a day, by one of the cycles that explain those before it: on its day, or seen some days late."""
    return next_learned(charges, today) <= today + EARLY


class _Cycle(NamedTuple):
    """So many days, or a day of the month; where a month is too short for it, its last day or the first of the next one."""

    length: int
    day: int = 0
    rolls: bool = False

    def after(self, last: date) -> date:
        """The charge after one."""
        if self.length:
            return last + timedelta(days=self.length)
        return monthly(self.day, last + timedelta(days=20), rolls=self.rolls)

    def explains(self, charges: Sequence[Taken]) -> int:
        """How well it explains charges: most for each that comes on its very day, 1 for one that is seen within the time by which it may be late.

        A day of the month needs no earlier charge for that; the one that it was taken from does not count.
        """
        if self.length:
            return sum(map(self._apart, charges, charges[1:]))
        days = ((c, monthly(self.day, c.since - _LATEST, rolls=self.rolls)) for c in charges)
        fits = [c.fits(on) for c, on in days]
        return sum(fits) - max(fits)

    def _apart(self, before: Taken, seen: Taken) -> int:
        on = self.after(before.on)
        while (seen.until - on).days > APART:
            on = self.after(on)
        return seen.fits(on, early=EARLY if before.late else _LATEST)


def _in_order(charges: Sequence[Taken]) -> tuple[Taken, ...]:
    return tuple(sorted({c.on: c for c in charges}.values()))


@lru_cache(maxsize=256)
def _cycles(charges: tuple[Taken, ...]) -> tuple[tuple[_Cycle, ...], int]:
    """The cycles that explain most of the charges, and how much they explain: asked several times in one decision."""
    of_month = {c.until.day for c in charges if c.since == c.until} or {c.until.day for c in charges}
    cycles = [_Cycle(30), *(_Cycle(0, d) for d in of_month)]
    if 1 in of_month:
        cycles += [_Cycle(0, d, rolls=True) for d in of_month if d > _SHORTEST_MONTH]
    if any((b.until - a.on).days % 28 == 0 and b.until.day != a.on.day for a, b in pairwise(charges)):
        cycles.append(_Cycle(28))
    fits = {cycle: cycle.explains(charges) for cycle in cycles}
    most = max(fits.values())
    return tuple(cycle for cycle, fit in fits.items() if fit == most), most


def _following(cycle: _Cycle, charges: Sequence[Taken], today: date) -> date:
    """The first charge after the last that is not long past; earlier ones may show that the last was seen some days late."""
    last, length = charges[-1], cycle.length
    start = last.on if length else last.until
    if length and not last.late:
        start -= timedelta(
            days=max(k for c in charges[-2:] if (k := (last.on - c.on).days % length) <= SEEN_LATE)
        )
    on = cycle.after(start)
    while on <= last.on or on < today - _UNSEEN:
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
