"""Plans that the carrier does not announce: charges told from use by their size and their rhythm."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from monitor.core.forecast.model import Ledger

KEEP_CHARGES, KEEP_LUMPS = 6, 6
_LUMP_DAYS = 8
"""A drop of this many usual days at once is no use, but a charge (or one wild day: it is kept aside)."""
_LUMP_SHARE = 3
"""A charge is at least this part of the largest balance."""
LUMP_APART = 12
"""Days that lie between two charges at least; heavier days that come sooner are use."""
_ALONE = 6
"""One charge proves a plan where all use together is less than this part of it."""
_LUMP_WATCHED = 5
"""Days that must have been watched before a drop can be told from use."""
_TRIMMED = 10
"""From so many watched days on, the two heaviest days do not count as usual use: they may have been charges."""
_FORGET_PLAN = 65
"""A learned monthly charge that was not seen for so many days is none."""
SEEN_LATE = 3
"""Days by which a charge may be seen after its day: renewed late, or seen late."""
_MONTHLY = (0, 1, 2, 3, 4, 28, 29)
"""Days between two charges, modulo 30: cycles of a month, of 28 or 30 days, and such as were paid some days late."""
_TELLING = 3
"""So many charges that follow no cycle are no plan's."""
_SHORTEST_MONTH = 28
_ONE_LATE = 45
"""Two charges so many days apart at most may be one cycle, the second paid late."""
_UNSEEN = timedelta(days=3)
"""A learned charge that was not seen to fail so long after its day was paid unseen."""


def learned_charge(ledger: Ledger, advertised: int) -> int:
    """What a renewal will take: the last charge seen, scaled to today's advertised fee (tax stays, prices move)."""
    charges = learned_charges(ledger)
    if charges and not advertised and not any(fee for _, _, fee in charges):
        sizes = sorted(x for _, x, _ in charges[-3:])
        size = sum(sizes) // len(sizes) if ledger.grain * 20 > sizes[-1] else sizes[len(sizes) // 2]
        return max(size, ledger.short_at + 1) if ledger.short_at is not None else size
    for _, taken, fee in reversed(charges):
        if not advertised or not fee:
            return taken or advertised
        return taken * advertised // fee
    return advertised


def learned_charges(ledger: Ledger) -> tuple[tuple[date, int, int], ...]:
    """Charges taken so far: announced or repeated ones, else a single drop beside which use is nothing."""
    if ledger.charges:
        return ledger.charges
    if not ledger.lumps or sum(ledger.hours) < 2400 * 10:
        return ()
    day, size = max(ledger.lumps, key=lambda x: x[1])
    return ((day, size, 0),) if sum(ledger.burns) * _ALONE < size else ()


def is_lump(ledger: Ledger, drop: int, today: date) -> bool:
    """Whether a drop is far above use: it may be a charge that the carrier does not announce."""
    if ledger.charges and abs(drop - ledger.charges[-1][1]) * 8 <= drop:
        return (today - ledger.charges[-1][0]).days >= LUMP_APART
    size = max([ledger.scale, *(x for _, x in ledger.credits), *(x for _, x in ledger.lumps)])
    if drop <= 3 * ledger.grain or drop * 2 < (ledger.units or 0) or drop * _LUMP_SHARE < size:
        return False
    days = sum(ledger.hours) / 2400
    if days < _LUMP_WATCHED:
        return drop * 2 > size
    usual, largest = sum(ledger.burns), max(ledger.burns)
    if days >= _TRIMMED:
        *rest, _, _ = sorted(ledger.burns)
        usual, largest = sum(rest), rest[-1]
    return drop > _LUMP_DAYS * usual / days and drop > 4 * largest


def unlump(ledger: Ledger, drop: int) -> Ledger:
    """Take days that look like an earlier charge of the same size out of the use."""
    assert ledger.day is not None  # noqa: S101 - the caller saw a first figure
    first = ledger.day - timedelta(days=len(ledger.burns) - 1)
    old = len(ledger.burns) - 2 * LUMP_APART
    same = [
        i
        for i, x in enumerate(ledger.burns)
        if i < old and abs(x - drop) * 8 <= drop + 16 * ledger.grain and x * 2 > drop
    ]
    if not same:
        return ledger
    lumps = sorted([*ledger.lumps, *((first + timedelta(days=i), ledger.burns[i]) for i in same)])
    burns = tuple(0 if i in same else x for i, x in enumerate(ledger.burns))
    return replace(ledger, burns=burns, lumps=tuple(lumps)[-KEEP_LUMPS:])


def repeats(ledger: Ledger, today: date, drop: int) -> tuple[tuple[date, int, int], ...]:
    """The charges that a lump proves: an earlier one of about the same size a month before, or itself if nothing else is ever used."""
    earlier = tuple(
        (day, size, 0)
        for day, size in ledger.lumps
        if abs(size - drop) * 8 <= drop + 16 * ledger.grain
        and (today - day).days >= LUMP_APART
        and (today - day).days % 30 in _MONTHLY
    )
    if ledger.charges or earlier or (sum(ledger.hours) >= 2400 * 10 and sum(ledger.burns) * _ALONE < drop):
        known = {day for day, _, _ in ledger.charges}
        return (*sorted((*ledger.charges, *(x for x in earlier if x[0] not in known))), (today, drop, 0))
    return ()


def learned_plan(ledger: Ledger) -> bool:
    """Whether charges were seen that the carrier does not announce, the last one lately."""
    charges = learned_charges(ledger)
    if not charges or ledger.day is None or (ledger.day - charges[-1][0]).days > _FORGET_PLAN:
        return False
    days = sorted({day for day, _, _ in charges})
    return any(fee for _, _, fee in charges) or len(days) < _TELLING or _cycles(days)[1] > 0


def is_proven(ledger: Ledger) -> bool:
    """Whether the learned charges follow a cycle, so that one that does not come on its day has failed."""
    return _cycles(sorted({day for day, _, _ in learned_charges(ledger)}))[1] > 1


def next_learned(days: list[date], today: date) -> date:
    """The charge that comes next, by the cycle that explains most of those seen; of several that do as well, the earliest.

    A cycle is so many days from the last charge, however late that was paid, or a day of the month, whatever was paid late.
    """
    days = sorted(set(days))
    cycles, fit = _cycles(days)
    if not fit and (days[-1] - days[0]).days > _ONE_LATE:
        cycles = [_Cycle(30), _Cycle(0, days[-1].day)]
    return min(_following(cycle, days, today) for cycle in cycles)


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

    def late(self, seen: date) -> int:
        """Days by which a charge is behind its day; below zero where it does not belong to this cycle."""
        if self.length:
            return 0
        return (seen - monthly(self.day, seen - timedelta(days=SEEN_LATE), rolls=self.rolls)).days


def _cycles(days: list[date]) -> tuple[list[_Cycle], int]:
    """The cycles that explain most of the charges, and how much they explain."""
    of_month = {d.day for d in days}
    cycles = [_Cycle(30), *(_Cycle(0, d) for d in of_month)]
    if 1 in of_month:
        cycles += [_Cycle(0, d, rolls=True) for d in of_month if d > _SHORTEST_MONTH]
    if any((b - a).days % 28 == 0 and b.day != a.day for a, b in pairwise(days)):
        cycles.append(_Cycle(28))
    fits = {cycle: sum(_explained(cycle, a, b) for a, b in pairwise(days)) for cycle in cycles}
    most = max(fits.values())
    return [cycle for cycle, fit in fits.items() if fit == most], most


def _explained(cycle: _Cycle, before: date, seen: date) -> int:
    """How well a cycle explains the time between two charges: 2 to the day, 1 within the time by which one may be seen late."""
    late = cycle.late(before)
    if late < 0:
        return 0
    on, best = cycle.after(before), 1 if late else 2
    while (seen - on).days > LUMP_APART:
        on = cycle.after(on)
    off = (seen - on).days
    return best if not off else 1 if abs(off) <= SEEN_LATE else 0


def _following(cycle: _Cycle, days: list[date], today: date) -> date:
    """The first charge after the last that is not long past; earlier ones may show that the last was seen some days late."""
    last, length = days[-1], cycle.length
    if length:
        last -= timedelta(days=max(k for d in days[-3:] if (k := (days[-1] - d).days % length) <= SEEN_LATE))
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
