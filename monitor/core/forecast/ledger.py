"""The burn ledger: what each believed reading teaches about use, charges, payments and the carrier's habits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import gcd
from typing import Any

from monitor.core.forecast.bill import bill
from monitor.core.forecast.charges import enter_charge, split
from monitor.core.forecast.cycle import EARLY, next_learned
from monitor.core.forecast.days import enter, figure_at, midnight
from monitor.core.forecast.model import COMMON_VALIDITY, CUT, KEEP_CREDITS, Ledger, fade, units
from monitor.core.forecast.payment import amount_paid, pace, typical
from monitor.core.forecast.plan import (
    is_lump,
    learned_charge,
    learned_charges,
    learned_days,
    unlump,
)
from monitor.core.line import Line
from monitor.core.reading import Reading
from monitor.core.values import changed
from monitor.core.words import NOT_FOR_MONEY, Autopay

_HOUR = timedelta(hours=1)
_SHORTEST_VALIDITY = 20
"""Days that credit lives at least, where the carrier does not say."""
_WORKS_EMPTY = timedelta(days=3)
_STEP_LASTS, _STEP_MOST = 5, 90
"""A line that works so long with nothing left is not cut off by use; so many times the time that a step of its display lasts at
the usual pace is added, in days at most the number named last."""


def absorb(
    ledger: Ledger, line: Line, before: Reading | None, seen: Reading, *, near: bool = False
) -> Ledger:
    """Enter one believed reading; the same one twice, or an older one, changes nothing.

    Args:
        ledger: what was known.
        line: the line, for its zone and terms.
        before: the reading before this one.
        seen: a reading that is believed.
        near: a danger was near, so that a payment now is one made in time.
    """
    if ledger.seen_at is not None and seen.observed_at <= ledger.seen_at:
        return ledger
    if seen.observed_at.tzinfo is not UTC or (seen.as_of is not None and seen.as_of.tzinfo is not UTC):
        as_of = seen.as_of.astimezone(UTC) if seen.as_of is not None else None
        # not changed(): the same instant in another zone is equal, and reckons otherwise around a change of clocks
        seen = replace(seen, observed_at=seen.observed_at.astimezone(UTC), as_of=as_of)
    if seen.balance is not None:
        return _balance(ledger, line, before, seen, near=near)
    if seen.amount_due is not None or seen.unbilled is not None:
        return bill(ledger, line, before, seen, near=near)
    return ledger


def _balance(ledger: Ledger, line: Line, before: Reading | None, seen: Reading, *, near: bool) -> Ledger:
    assert seen.balance is not None  # noqa: S101 - the caller's branch
    ledger = _so_far(ledger, line, before, seen)
    now, at, code = units(seen.balance.amount), figure_at(ledger, line, seen), seen.balance.currency
    cut = seen.status in CUT
    if ledger.units is None or ledger.at is None or ledger.currency != code or _was_misread(ledger, now):
        day = at.astimezone(line.zone).date()
        return Ledger(
            currency=code, first_at=seen.observed_at, at=at, seen_at=seen.observed_at, units=now, shown_since=at,
            step=abs(now), day=day, burns=(0,), hours=(0,),
            cut_since=at if cut else None, low_level=None if cut else now, scale=max(0, now), renews=_renews(seen),
        )  # fmt: skip
    if at <= ledger.at:
        if now == ledger.units and cut == (ledger.cut_since is not None):
            return changed(ledger, seen_at=seen.observed_at)
        at = max(ledger.at, seen.observed_at if seen.as_of is None else ledger.at)
    known: dict[str, Any] = {
        "at": at,
        "seen_at": seen.observed_at,
        "units": now,
        "renews": _renews(seen),
        "scale": max(now, ledger.scale),
        "step": gcd(ledger.step, abs(now)),
    }
    known["day"] = at.astimezone(line.zone).date()
    had, was_at = ledger.units, ledger.at
    drop = had - now
    if drop > 0 and not cut and seen.next_charge_on is None and is_lump(ledger, drop, known["day"]):
        ledger = unlump(ledger, drop)
    burned, rise = split(ledger, line, seen, known)
    if drop:
        known["shown_since"] = at
        slot = seen.observed_at.astimezone(line.zone).hour // 3
        known["changes"] = _count(ledger.changes, slot) if drop > 0 else ledger.changes
    hidden = _enter_payment(ledger, seen, rise, at, known, near=near) if rise > 0 else 0
    below = seen.autopay is Autopay.ON and ledger.auto_level is not None and now < ledger.auto_level
    known["auto_since"] = (ledger.auto_since or seen.observed_at) if below else None
    if cut and ledger.cut_since is None:
        _learn_cut(ledger, line, before, seen, known)
    elif not cut:
        _works(ledger, line, seen, rise, known)
    lost = ledger.cut_since is None and _forfeited(ledger, line, before, seen)
    watched = ledger.cut_since is None and not lost
    watched = watched and (drop > 0 or had > 0)
    burned = 0 if lost else max(0, burned)
    known["day"], known["burns"], known["hours"] = enter(ledger, line, was_at, at, burned, watched=watched)
    known["hidden"] = (was_at, at, hidden) if hidden else None
    return changed(ledger, **known)


def _so_far(ledger: Ledger, line: Line, before: Reading | None, seen: Reading) -> Ledger:
    """The ledger as a new figure finds it: with the use that a payment hid, and the next charge of the reading before.

    A line that was off for another reason than money, and works again, tells of no charge paid.
    """
    if ledger.hidden is not None:
        _, burns, hours = enter(ledger, line, *ledger.hidden, watched=False)
        ledger = changed(ledger, burns=burns, hours=hours, hidden=None)
    if before is None:
        return ledger
    if ledger.renews is None and before.next_charge_on is not None:
        ledger = changed(ledger, renews=_renews(before))
    if ledger.cut_since is not None and seen.status not in CUT and before.cause in NOT_FOR_MONEY:
        ledger = changed(ledger, cut_since=None)
    return ledger


def _renews(seen: Reading) -> tuple[date, int] | None:
    """The next charge that is shown: its day and the fee."""
    if seen.next_charge_on is None:
        return None
    return seen.next_charge_on, units(seen.fee.amount) if seen.fee is not None else 0


def _enter_payment(
    ledger: Ledger, seen: Reading, rise: int, at: datetime, known: dict[str, Any], *, near: bool
) -> int:
    """Enter a payment; return the use that is hidden under it."""
    assert ledger.units is not None  # noqa: S101 - the caller saw a rise
    assert ledger.at is not None  # noqa: S101
    known["credits"] = (*ledger.credits, (seen.observed_at, rise))[-KEEP_CREDITS:]
    if ledger.cut_since is not None:
        return 0
    known["saves"] = fade(ledger.saves) if near else ledger.saves
    if seen.autopay is Autopay.ON:
        known["auto_level"] = (
            ledger.units if ledger.auto_level is None else min(ledger.auto_level, ledger.units)
        )
    by_use = seen.next_charge_on is None and not learned_charges(ledger)
    return amount_paid(ledger, rise, at - ledger.at) - rise if by_use else 0


def _was_misread(ledger: Ledger, now: int) -> bool:
    """Whether the figures so far, all of them the first one, were a hundred times too large: a lost decimal point."""
    first = ledger.units is not None and not any(ledger.burns) and not ledger.credits and not ledger.charges
    return first and now > 0 and abs((ledger.units or 0) - 100 * now) <= 5 * now


def _works(ledger: Ledger, line: Line, seen: Reading, rise: int, known: dict[str, Any]) -> None:
    """The line works: how low its balance went, and whether a renewal was paid and taken between two readings."""
    now: int = known["units"]
    known["cut_since"] = None
    if ledger.cut_since is None:
        paid = ledger.last_top_up or ledger.first_at or seen.observed_at
        known["lived_days"] = max(ledger.lived_days, (seen.observed_at - paid).days)
    known["low_level"] = now if ledger.low_level is None else min(now, ledger.low_level)
    if ledger.cut_level is not None and now < ledger.cut_level - ledger.grain and ledger.cut_since is None:
        known["cut_level"] = None
    was = ledger.units if ledger.units is not None else now
    renewed = learned_charges(ledger)
    plan = bool(renewed) or seen.next_charge_on is not None
    if now >= was and (plan or was == 0) and _empty_for_long(ledger, known["at"], plan=plan):
        known["works_empty"] = True
    if ledger.cut_since is None or not renewed or seen.next_charge_on is not None or "charges" in known:
        return
    size = learned_charge(ledger, 0)
    if rise * 2 < size:
        enter_charge(ledger, line, 0, known)
        known["credits"] = (*ledger.credits, (seen.observed_at, size + rise))[-KEEP_CREDITS:]


def _empty_for_long(ledger: Ledger, at: datetime, *, plan: bool) -> bool:
    """Whether the line has worked so long with nothing left that use does not cut it.

    A coarse display shows zero while almost a step is left, which may last long where little is used; and where use was seen
    to cut the line, only a plan is taken at its word.
    """
    if ledger.units is None or ledger.units > 0 or ledger.shown_since is None or ledger.cut_since is not None:
        return False
    if ledger.cut_level is not None and not plan:
        return False
    step = 2 * ledger.grain if plan else _STEP_LASTS * ledger.step
    lasts = min(_STEP_MOST, step // max(1, pace(ledger) or typical(ledger)))
    return at - ledger.shown_since > _WORKS_EMPTY + timedelta(days=lasts)


def _count(changes: tuple[int, ...], slot: int) -> tuple[int, ...]:
    new = [x + (i == slot) for i, x in enumerate(changes)]
    return tuple(x // 2 for x in new) if sum(new) >= 120 else tuple(new)


def _learn_cut(
    ledger: Ledger, line: Line, before: Reading | None, seen: Reading, known: dict[str, Any]
) -> None:
    """Learn from the line's being cut off: at which balance, how long after a failed renewal, after what validity.

    A stop for another reason than money teaches nothing of it.
    """
    known["cut_since"] = known["at"]
    if seen.cause in NOT_FOR_MONEY:
        return
    known["cuts"] = fade(ledger.cuts)
    assert ledger.units is not None  # noqa: S101 - the caller saw a first figure
    assert ledger.seen_at is not None  # noqa: S101
    on, level = before.next_charge_on if before else None, known["units"]
    if on is not None or learned_charges(ledger):
        unsure = timedelta(0)
        if on is None:
            known["short_at"] = max(level, ledger.short_at or 0)
            on = next_learned(learned_days(ledger), seen.observed_at.astimezone(line.zone).date())
            unsure = EARLY
        start = midnight(on, line)
        if ledger.seen_at >= start:
            hours = max(0, (ledger.seen_at - start - unsure) // _HOUR)
            known["grace_hours"] = hours if ledger.grace_hours is None else min(hours, ledger.grace_hours)
        elif seen.observed_at >= start:
            known["grace_hours"] = 0
        return
    if _forfeited(ledger, line, before, seen):
        if (before is None or before.credit_expires_on is None) and ledger.last_top_up is not None:
            known["validity_days"] = (ledger.seen_at - ledger.last_top_up).days
        return
    size = max([ledger.scale, *(x for _, x in ledger.credits)])
    idle = ledger.shown_since is not None and known["at"] - ledger.shown_since >= timedelta(days=1)
    if level > ledger.grain and (level * 6 > size or idle):
        known["short_at"] = max(level, ledger.short_at or 0)
        if charges := [(day, taken, 0) for day, taken in ledger.lumps if taken > level]:
            known["charges"] = (max(charges, key=lambda x: x[1]),)
        return
    known["works_empty"] = False
    known["cut_level"] = level if ledger.cut_level is None else max(level, ledger.cut_level)


def _forfeited(ledger: Ledger, line: Line, before: Reading | None, seen: Reading) -> bool:
    """Whether credit was lost at its expiry: an emptied balance, on its day or long after the last payment."""
    if ledger.units is None or seen.balance is None or seen.status not in CUT or seen.balance.amount > 0:
        return False
    if before is not None and before.credit_expires_on is not None:
        return seen.observed_at >= midnight(before.credit_expires_on, line)
    paid = ledger.last_top_up
    days = (seen.observed_at - paid).days if paid is not None else 0
    if days < _SHORTEST_VALIDITY or ledger.units <= max(2 * ledger.grain, 4 * pace(ledger)):
        return False
    usual = any(0 <= days - common <= 1 for common in COMMON_VALIDITY)
    return usual or ledger.units > max(ledger.burns, default=0)
