"""Plans that the carrier does not announce: charges told from use by their size and their rhythm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from math import sqrt

from monitor.core.forecast.cycle import APART, SEEN_LATE, Taken, explained, is_due
from monitor.core.forecast.model import Ledger
from monitor.core.forecast.payment import pace
from monitor.core.values import changed

KEEP_CHARGES, KEEP_LUMPS = 6, 6
_LAST = 3
"""So many last charges tell what one is, where they are seen exactly."""
FINE = 100
"""A display that shows this part of a charge shows it exactly."""
_ROUNDED = 0.8
"""A mean of charges that is off the advertised fee by no more than so many steps, divided by the root of their number, is that fee."""
_SMALL = 5
"""A decimal place that was never shown may be small change in an amount so many times as large."""
_LUMP_DAYS = 8
"""A drop of this many usual days at once is no use, but a charge (or one wild day: it is kept aside)."""
_LUMP_SHARE = 3
"""A charge is at least this part of the largest balance."""
_ALONE = 6
"""One charge proves a plan where all use together is less than this part of it."""
_LUMP_WATCHED = 5
"""Days that must have been watched before a drop can be told from use."""
_TRIMMED = 10
"""From so many watched days on, the two heaviest days do not count as usual use: they may have been charges."""
_FORGET_PLAN = 65
"""A learned monthly charge that was not seen for so many days is none."""
_MONTHLY = (0, 1, 2, 3, 4, 28, 29)
"""Days between two charges, modulo 30: cycles of a month, of 28 or 30 days, and such as were paid some days late."""
_TELLING = 3
"""So many charges that follow no cycle are no plan's."""
_LONGEST_MONTH = 31
_GRACE_UNSURE = 36
"""Hours by which a learned grace may be too short: the day from which it counts, and the time between two readings."""


def learned_charge(ledger: Ledger, advertised: int) -> int:
    """What a renewal will take: what the last ones took, scaled to today's advertised fee (tax stays, prices move)."""
    charges = learned_charges(ledger)
    sizes = [
        taken * advertised // fee if advertised and fee else max(taken, advertised)
        for _, taken, fee in charges
        if taken
    ]
    sizes = [x for x in sizes if not is_more_than(ledger, x)] or sizes
    size = advertised
    if sizes:
        step = shown_step(ledger, sizes[-1])
        size = _usual_size(sizes, step, max(1, pace(ledger)), advertised=advertised > 0)
        if advertised and abs(size - advertised) <= _ROUNDED * step / sqrt(len(sizes)):
            size = advertised
    if not charges or ledger.short_at is None or any(fee for _, _, fee in charges):
        return size
    if size > ledger.short_at:
        return size
    return min((x for x in sizes if x > ledger.short_at), default=ledger.short_at + 1)


def is_more_than(ledger: Ledger, charge: int) -> bool:
    """Whether a learned charge is only known to be more than what a renewal once failed with."""
    return ledger.short_at is not None and charge == ledger.short_at + 1


def is_coarse(ledger: Ledger, charge: int) -> bool:
    """Whether a display shows in so large steps that it tells neither a charge exactly nor on which days something is used."""
    return ledger.grain * FINE > charge


def _usual_size(sizes: Sequence[int], step: int, beside: int, *, advertised: bool) -> int:
    """What a charge is, by drops that are shown in steps and hold what was used beside it.

    Coarse ones: the mean of those that lie within a step of the last, with a margin for the price by which they were scaled.
    Of exact ones the least, where they differ by no more than is used in a day, else the middle one.
    """
    last = sorted(sizes[-_LAST:])
    if step * FINE > sizes[-1]:
        near = [x for x in sizes if 2 * abs(x - sizes[-1]) < 3 * step]
        return sum(near) // len(near)
    if last[-1] - last[0] <= beside:
        return last[0]
    dearer = not advertised and len(last) == _LAST and sizes[-1] == last[-1] and last[1] - last[0] <= beside
    return sizes[-1] if dearer else last[len(last) // 2]


def shown_step(ledger: Ledger, amount: int) -> int:
    """The step of the display, or the last decimal place that it ever showed; 0 where that is no small part of an amount."""
    if ledger.grain:
        return ledger.grain
    place = 1
    while ledger.step and ledger.step % (place * 10) == 0:
        place *= 10
    return place if place * _SMALL <= amount else 0


def rounding(ledger: Ledger, amount: int) -> int:
    """The step of the display where it is nothing beside an amount: what is below zero by no more may be a rounding. Else 0."""
    step = shown_step(ledger, amount)
    return step if step * FINE <= amount else 0


def learned_charges(ledger: Ledger) -> tuple[tuple[date, int, int], ...]:
    """Charges taken so far: announced or repeated ones, else a single drop beside which use is nothing."""
    if ledger.charges:
        return ledger.charges
    if not ledger.lumps:
        return ()
    day, size = max(ledger.lumps, key=lambda x: x[1])
    alone = sum(ledger.hours) >= 2400 * 10 and sum(ledger.burns) * _ALONE < size
    return ((day, size, 0),) if alone or ledger.works_empty else ()


def learned_days(ledger: Ledger) -> tuple[Taken, ...]:
    """When these charges were taken and due: one that was paid after a cut-off was due by as much before that as is learned to be usual."""
    return _taken(learned_charges(ledger), ledger.stops, ledger.grace_hours)


@lru_cache(maxsize=256)
def _taken(
    charges: tuple[tuple[date, int, int], ...], paid_late: tuple[tuple[date, date], ...], grace: int | None
) -> tuple[Taken, ...]:
    stops = dict(paid_late)
    if grace is None:
        soon, late = timedelta(0), timedelta(days=SEEN_LATE)
    else:
        soon, late = (
            timedelta(days=grace // 24),
            timedelta(days=(grace + _GRACE_UNSURE) // 24 if grace else 0),
        )
    return tuple(
        Taken(on, stops[on] - late, stops[on] - soon, late=True) if on in stops else Taken.at_once(on)
        for on in dict.fromkeys(day for day, _, _ in charges)
    )


def is_lump(ledger: Ledger, drop: int, today: date) -> bool:
    """Whether a drop is far above use: it may be a charge that the carrier does not announce."""
    if is_usual(ledger, drop):
        return (today - ledger.charges[-1][0]).days >= APART
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


def is_usual(ledger: Ledger, drop: int) -> bool:
    """Whether a drop is of the size of the last charge."""
    return bool(ledger.charges) and abs(drop - last_taken(ledger.charges)) * 8 <= drop


def unlump(ledger: Ledger, drop: int) -> Ledger:
    """Take days that look like an earlier charge of the same size out of the use."""
    assert ledger.day is not None  # noqa: S101 - the caller saw a first figure
    first = ledger.day - timedelta(days=len(ledger.burns) - 1)
    old = len(ledger.burns) - 2 * APART
    same = [
        i
        for i, x in enumerate(ledger.burns)
        if i < old and abs(x - drop) * 8 <= drop + 16 * ledger.grain and x * 2 > drop
    ]
    if not same:
        return ledger
    lumps = sorted([*ledger.lumps, *((first + timedelta(days=i), ledger.burns[i]) for i in same)])
    burns = tuple(0 if i in same else x for i, x in enumerate(ledger.burns))
    return changed(ledger, burns=burns, lumps=tuple(lumps)[-KEEP_LUMPS:])


def repeats(ledger: Ledger, today: date, drop: int) -> tuple[tuple[date, int, int], ...]:
    """The charges that a lump proves: an earlier one of about the same size a month before, or itself if nothing else is ever used."""
    earlier = tuple(
        (day, size, 0)
        for day, size in ledger.lumps
        if abs(size - drop) * 8 <= drop + 16 * ledger.grain
        and (today - day).days >= APART
        and (today - day).days % 30 in _MONTHLY
    )
    small = ledger.short_at is not None and drop <= ledger.short_at
    odd = ledger.charges and not earlier and not is_usual(ledger, drop)
    if odd and (small or is_proven(ledger)) and not is_due(learned_days(ledger), today):
        return ()
    if ledger.charges or earlier or (sum(ledger.hours) >= 2400 * 10 and sum(ledger.burns) * _ALONE < drop):
        known = {day for day, _, _ in ledger.charges}
        return (*sorted((*ledger.charges, *(x for x in earlier if x[0] not in known))), (today, drop, 0))
    return ()


def learned_plan(ledger: Ledger) -> bool:
    """Whether charges were seen that the carrier does not announce, the last one lately."""
    charges = learned_charges(ledger)
    if not charges or ledger.day is None or (ledger.day - charges[-1][0]).days > _FORGET_PLAN:
        return False
    days = learned_days(ledger)
    return any(fee for _, _, fee in charges) or len(days) < _TELLING or explained(days) >= len(days) - 1


def last_taken(charges: Sequence[tuple[date, int, int]]) -> int:
    """What the last charge took that was seen; 0 where none was."""
    return next((taken for _, taken, _ in reversed(charges) if taken), 0)


def may_be_plan(ledger: Ledger) -> bool:
    """Whether one drop far above use was seen and the month is not over yet that would have shown the next one."""
    if len(ledger.lumps) != 1 or ledger.charges or ledger.day is None or ledger.cut_level is not None:
        return False
    return (ledger.day - ledger.lumps[-1][0]).days <= _LONGEST_MONTH + SEEN_LATE


def is_proven(ledger: Ledger) -> bool:
    """Whether the learned charges follow a cycle, so that one that does not come on its day has failed."""
    return explained(learned_days(ledger)) > 1
