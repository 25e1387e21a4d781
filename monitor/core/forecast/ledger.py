"""The burn ledger: what each believed reading teaches about use, charges, payments and the carrier's habits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from math import gcd
from typing import Any

from monitor.core.forecast.model import DAYS, Ledger, units
from monitor.core.line import Line
from monitor.core.reading import Reading
from monitor.core.words import Autopay, Status

CUT = frozenset({Status.RESTRICTED, Status.SUSPENDED, Status.PENDING_TERMINATION, Status.TERMINATED})
"""A line in one of these states burns nothing that could be seen."""

_HOUR = timedelta(hours=1)
_KEEP_CREDITS, _KEEP_CHARGES, _KEEP_LUMPS = 8, 4, 4
_LUMP_DAYS = 20
"""A drop of this many usual days at once is no use, but a charge (or one wild day: it is kept aside)."""
_LUMP_APART = 12
"""Days that lie between two charges at least; heavier days that come sooner are use."""
_LUMP_WATCHED = 5
"""Days that must have been watched before a drop can be told from use."""
_SHORTEST_VALIDITY = 20
"""Days that credit lives at least, where the carrier does not say."""
_WORKS_EMPTY = timedelta(days=3)
"""A line that works so long with nothing left is not cut off by use."""
_TRIMMED = 10
"""From so many watched days on, the two heaviest days do not count as usual use: they may have been charges."""
_REFRESH_SEEN, _REFRESH_SHARE = 12, 0.93
"""New figures that must have been seen, and the share of them within nine hours, to believe in a nightly refresh."""


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
        seen = replace(seen, observed_at=seen.observed_at.astimezone(UTC), as_of=as_of)
    if seen.balance is not None:
        return _balance(ledger, line, before, seen, near=near)
    if seen.amount_due is not None or seen.unbilled is not None:
        return _bill(ledger, line, before, seen, near=near)
    return ledger


def nightly(ledger: Ledger) -> int | None:
    """The local hour at which the carrier renews its figures once a day, where that was learned."""
    total = sum(ledger.changes)
    if total < _REFRESH_SEEN:
        return None
    around = ledger.changes + ledger.changes[:2]
    best = max(range(8), key=lambda i: around[i] + around[i + 1] + around[i + 2])
    inside = around[best] + around[best + 1] + around[best + 2]
    return best * 3 + 1 if inside >= _REFRESH_SHARE * total else None


def figure_at(ledger: Ledger, line: Line, seen: Reading) -> datetime:
    """The instant that the figures describe: the carrier's word, a learned nightly refresh, else when we saw them."""
    if seen.as_of is not None and seen.as_of <= seen.observed_at:
        return seen.as_of
    hour = nightly(ledger)
    if hour is None:
        return seen.observed_at
    local = seen.observed_at.astimezone(line.zone)
    fresh = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return (fresh if fresh <= local else fresh - timedelta(days=1)).astimezone(UTC)


def learned_charge(ledger: Ledger, advertised: int) -> int:
    """What a renewal will take: the last charge seen, scaled to today's advertised fee (tax stays, prices move)."""
    charges = learned_charges(ledger)
    if charges and not advertised and not any(fee for _, _, fee in charges):
        sizes = sorted(x for _, x, _ in charges[-3:])
        return sum(sizes) // len(sizes) if ledger.grain * 20 > sizes[-1] else sizes[len(sizes) // 2]
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
    return ((day, size, 0),) if sum(ledger.burns) * 4 < size else ()


def _balance(ledger: Ledger, line: Line, before: Reading | None, seen: Reading, *, near: bool) -> Ledger:
    assert seen.balance is not None  # noqa: S101 - the caller's branch
    now, at, code = units(seen.balance.amount), figure_at(ledger, line, seen), seen.balance.currency
    cut = seen.status in CUT
    if ledger.units is None or ledger.at is None or ledger.currency != code:
        day = at.astimezone(line.zone).date()
        return Ledger(
            currency=code, first_at=seen.observed_at, at=at, seen_at=seen.observed_at, units=now, shown_since=at,
            step=abs(now), day=day, burns=(0,), hours=(0,),
            cut_since=at if cut else None, low_level=None if cut else now, scale=max(0, now),
        )  # fmt: skip
    if at <= ledger.at:
        if now == ledger.units and cut == (ledger.cut_since is not None):
            return replace(ledger, seen_at=seen.observed_at)
        at = max(ledger.at, seen.observed_at if seen.as_of is None else ledger.at)
    known: dict[str, Any] = {
        "at": at,
        "seen_at": seen.observed_at,
        "units": now,
        "scale": max(now, ledger.scale),
        "step": gcd(ledger.step, abs(now)) if now <= ledger.units else ledger.step,
    }
    known["day"] = at.astimezone(line.zone).date()
    had, was_at = ledger.units, ledger.at
    drop = had - now
    if drop > 0 and not cut and seen.next_charge_on is None and _is_lump(ledger, drop, known["day"]):
        ledger = _unlump(ledger, drop)
    burned, rise = _split(ledger, before, seen, drop, today=known["day"], known=known)
    if drop:
        known["shown_since"] = at
        slot = seen.observed_at.astimezone(line.zone).hour // 3
        known["changes"] = _count(ledger.changes, slot) if drop > 0 else ledger.changes
    if rise > 0:
        known["credits"] = (*ledger.credits, (seen.observed_at, rise))[-_KEEP_CREDITS:]
        known["saves"] = _fade(ledger.saves) if near and ledger.cut_since is None else ledger.saves
        if seen.autopay is Autopay.ON and ledger.cut_since is None:
            known["auto_level"] = had if ledger.auto_level is None else min(ledger.auto_level, had)
    below = seen.autopay is Autopay.ON and ledger.auto_level is not None and now < ledger.auto_level
    known["auto_since"] = (ledger.auto_since or seen.observed_at) if below else None
    if cut and ledger.cut_since is None:
        _learn_cut(ledger, line, before, seen, known)
    elif not cut:
        _works(ledger, seen, now, rise, known)
    lost = ledger.cut_since is None and _forfeited(ledger, line, before, seen)
    watched = ledger.cut_since is None and not lost
    watched = watched and (drop > 0 or had > 0)
    known["day"], known["burns"], known["hours"] = _enter(
        ledger, line, was_at, at, 0 if lost else max(0, burned), watched=watched
    )
    return replace(ledger, **known)


def _works(ledger: Ledger, seen: Reading, now: int, rise: int, known: dict[str, Any]) -> None:
    """The line works: how low its balance went, and whether a renewal was paid and taken between two readings."""
    known["cut_since"] = None
    known["low_level"] = now if ledger.low_level is None else min(now, ledger.low_level)
    if now <= 0 and now == ledger.units and ledger.shown_since is not None and ledger.cut_since is None:
        pace = sum(ledger.burns) * 2400 // max(2400, sum(ledger.hours))
        patience = _WORKS_EMPTY + timedelta(days=min(90, 2 * ledger.grain // max(1, pace)))
        if known["at"] - ledger.shown_since > patience and (
            ledger.lumps or ledger.charges or seen.next_charge_on
        ):
            known["works_empty"] = True
    renewed = learned_charges(ledger)
    if ledger.cut_since is None or not renewed or seen.next_charge_on is not None or "charges" in known:
        return
    size = learned_charge(ledger, 0)
    if rise * 2 < size:
        known["charges"] = (*renewed, (known["day"], size, 0))[-_KEEP_CHARGES:]
        known["credits"] = (*ledger.credits, (seen.observed_at, size + rise))[-_KEEP_CREDITS:]


def _count(changes: tuple[int, ...], slot: int) -> tuple[int, ...]:
    new = [x + (i == slot) for i, x in enumerate(changes)]
    return tuple(x // 2 for x in new) if sum(new) >= 120 else tuple(new)


def _fade(count: int) -> int:
    return count * 15 // 16 + 16


def _split(
    ledger: Ledger, before: Reading | None, seen: Reading, drop: int, *, today: date, known: dict[str, Any]
) -> tuple[int, int]:
    """Tell what of a change was use and what a payment, entering charges and lumps into ``known``."""
    was, now = before.next_charge_on if before else None, seen.next_charge_on
    fee = units(before.fee.amount) if before and before.fee else 0
    if was is not None and now is not None and (now - was).days >= 7:
        expected = learned_charge(ledger, fee)
        if drop * 4 >= expected * 3:
            taken = drop if fee - ledger.grain <= drop and drop * 3 <= expected * 4 else expected
            if fee and abs(taken - fee) <= ledger.grain:
                taken = fee
            known["charges"] = (*ledger.charges, (was, taken, fee))[-_KEEP_CHARGES:]
            return max(0, drop - taken), max(0, taken - drop - ledger.grain)
        known["charges"] = (*ledger.charges, (was, expected, fee))[-_KEEP_CHARGES:]
        return 0, max(0, expected - drop)
    if drop <= 0:
        return 0, -drop
    if now is None and seen.status not in CUT and _is_lump(ledger, drop, today):
        if ledger.lumps and (today - ledger.lumps[-1][0]).days < _LUMP_APART:
            known["lumps"] = ()
            known["charges"] = tuple(c for c in ledger.charges if c[2])
            return drop, 0
        known["lumps"] = (*ledger.lumps, (today, drop))[-_KEEP_LUMPS:]
        if _monthly(ledger, today, drop):
            known["charges"] = (*ledger.charges, (today, drop, 0))[-_KEEP_CHARGES:]
        return 0, 0
    return drop, 0


def _is_lump(ledger: Ledger, drop: int, today: date) -> bool:
    """Whether a drop is far above use: it may be a charge that the carrier does not announce."""
    days = sum(ledger.hours) / 2400
    if ledger.charges and abs(drop - ledger.charges[-1][1]) * 8 <= drop:
        return (today - ledger.charges[-1][0]).days >= _LUMP_APART
    size = max([x for _, x in ledger.credits] + [x for _, x in ledger.lumps], default=0)
    if drop <= 3 * ledger.grain or days < _LUMP_WATCHED or drop * 2 < (ledger.units or 0) or drop * 5 < size:
        return False
    usual, largest = sum(ledger.burns), max(ledger.burns)
    if days >= _TRIMMED:
        *rest, _, _ = sorted(ledger.burns)
        usual, largest = sum(rest), rest[-1]
    return drop > _LUMP_DAYS * usual / days and drop > 4 * largest


def _unlump(ledger: Ledger, drop: int) -> Ledger:
    """Take days that look like an earlier charge of the same size out of the use."""
    assert ledger.day is not None  # noqa: S101 - the caller saw a first figure
    first = ledger.day - timedelta(days=len(ledger.burns) - 1)
    old = len(ledger.burns) - 2 * _LUMP_APART
    same = [
        i
        for i, x in enumerate(ledger.burns)
        if i < old and abs(x - drop) * 8 <= drop + 16 * ledger.grain and x * 2 > drop
    ]
    if not same:
        return ledger
    lumps = sorted([*ledger.lumps, *((first + timedelta(days=i), ledger.burns[i]) for i in same)])
    burns = tuple(0 if i in same else x for i, x in enumerate(ledger.burns))
    return replace(ledger, burns=burns, lumps=tuple(lumps)[-_KEEP_LUMPS:])


def _monthly(ledger: Ledger, today: date, drop: int) -> bool:
    """Whether a lump repeats an earlier one of about the same size after about a month, or nothing else is ever used."""
    for day, size in ledger.lumps:
        if abs(size - drop) * 8 <= drop + 16 * ledger.grain and (today - day).days % 30 in (0, 1, 2, 28, 29):
            return True
    return sum(ledger.hours) >= 2400 * 10 and sum(ledger.burns) * 4 < drop


def _learn_cut(
    ledger: Ledger, line: Line, before: Reading | None, seen: Reading, known: dict[str, Any]
) -> None:
    """Learn from the line's being cut off: at which balance, how long after a failed renewal, after what validity."""
    known["cut_since"] = known["at"]
    known["cuts"] = _fade(ledger.cuts)
    assert ledger.units is not None  # noqa: S101 - the caller saw a first figure
    assert ledger.seen_at is not None  # noqa: S101
    on = before.next_charge_on if before else None
    if on is not None or learned_charges(ledger):
        if on is not None and ledger.seen_at >= (start := midnight(on, line)):
            hours = (ledger.seen_at - start) // _HOUR
            known["grace_hours"] = hours if ledger.grace_hours is None else min(hours, ledger.grace_hours)
        elif on is not None and seen.observed_at >= midnight(on, line):
            known["grace_hours"] = 0
        return
    if _forfeited(ledger, line, before, seen):
        if (before is None or before.credit_expires_on is None) and ledger.last_credit is not None:
            known["validity_days"] = (ledger.seen_at - ledger.last_credit).days
        return
    level = known["units"]
    size = max((x for _, x in ledger.credits), default=ledger.units)
    idle = ledger.shown_since is not None and known["at"] - ledger.shown_since >= timedelta(days=2)
    if level * 6 > size or (idle and level == ledger.units and level <= 0 and not ledger.grain):
        if ledger.lumps:
            day, taken = max(ledger.lumps, key=lambda x: x[1])
            known["charges"] = ((day, taken, 0),)
        return
    known["works_empty"] = False
    known["cut_level"] = level if ledger.cut_level is None else max(level, ledger.cut_level)


def _forfeited(ledger: Ledger, line: Line, before: Reading | None, seen: Reading) -> bool:
    """Whether credit was lost at its expiry: an emptied balance, on its day or long after the last payment."""
    if ledger.units is None or seen.balance is None or seen.status not in CUT or seen.balance.amount > 0:
        return False
    if before is not None and before.credit_expires_on is not None:
        return seen.observed_at >= midnight(before.credit_expires_on, line)
    usual = sum(ledger.burns) * 2400 // max(2400, sum(ledger.hours))
    paid = ledger.last_credit
    old = paid is not None and (seen.observed_at - paid).days >= _SHORTEST_VALIDITY
    return old and ledger.units > max(2 * ledger.grain, 4 * usual, max(ledger.burns, default=0))


def midnight(day: date, line: Line) -> datetime:
    """The first instant of a local day."""
    return datetime.combine(day, time(0), line.zone).astimezone(UTC)


def _enter(
    ledger: Ledger, line: Line, start: datetime, end: datetime, burned: int, *, watched: bool
) -> tuple[date, tuple[int, ...], tuple[int, ...]]:
    """Spread what was burned in an interval over its local days, evenly by time."""
    a, b = start.astimezone(line.zone), end.astimezone(line.zone)
    first, last = a.date(), b.date()
    burns, hours, day = list(ledger.burns), list(ledger.hours), ledger.day or first
    total = (end - start).total_seconds()
    ahead = (last - day).days
    if ahead > 0:
        burns += [0] * min(ahead, DAYS)
        hours += [0] * min(ahead, DAYS)
        day = last
    left = burned
    for back in range(min((last - first).days, DAYS - 1, len(burns) - 1), -1, -1):
        i = len(burns) - 1 - back - (day - last).days
        if i < 0:
            continue
        d = last - timedelta(days=back)
        begins = start if d == first else midnight(d, line)
        ends = end if d == last else midnight(d + timedelta(days=1), line)
        seconds = max(0.0, (ends - begins).total_seconds())
        share = left if back == 0 else int(burned * seconds / total) if total else 0
        burns[i] += share
        left -= share
        if watched:
            hours[i] += int(seconds / 36)
    return day, tuple(burns[-DAYS:]), tuple(hours[-DAYS:])


def _bill(ledger: Ledger, line: Line, before: Reading | None, seen: Reading, *, near: bool) -> Ledger:
    """Post-paid: bills made and paid, use of the running period."""
    figure = seen.amount_due if seen.amount_due is not None else seen.unbilled
    assert figure is not None  # noqa: S101 - the caller's branch
    at, today = seen.observed_at, seen.observed_at.astimezone(line.zone).date()
    known: dict[str, Any] = {
        "at": at,
        "seen_at": at,
        "currency": figure.currency,
        "first_at": ledger.first_at or at,
    }
    cut = seen.status in CUT
    owed = units(seen.amount_due.amount) if seen.amount_due is not None else None
    used = units(seen.unbilled.amount) if seen.unbilled is not None else None
    if owed is not None:
        _owed(ledger, seen, owed, known, today, near=near)
    if used is not None:
        known["unbilled"] = used
        if ledger.at is not None and ledger.unbilled is not None:
            grown = used - ledger.unbilled
            known["day"], known["burns"], known["hours"] = _enter(
                ledger, line, ledger.at, at, max(0, grown), watched=grown >= 0 and ledger.cut_since is None
            )
        else:
            known["day"], known["burns"], known["hours"] = today, (0,), (0,)
    known["cut_since"] = None if not cut else ledger.cut_since or at
    if cut and ledger.cut_since is None:
        _learn_dunning(ledger, line, before, known)
    return replace(ledger, **known)


def _owed(
    ledger: Ledger, seen: Reading, owed: int, known: dict[str, Any], today: date, *, near: bool
) -> None:
    known["billed"], known["due"] = owed, seen.due_on if owed else None
    if ledger.billed is None:
        return
    if owed > ledger.billed:
        known["bill_day"] = today.day
        if ledger.unbilled is not None:
            known["plan_fee"] = max(0, owed - ledger.billed - ledger.unbilled)
    elif owed < ledger.billed:
        known["credits"] = (*ledger.credits, (seen.observed_at, ledger.billed - owed))[-_KEEP_CREDITS:]
        known["saves"] = _fade(ledger.saves) if near and ledger.cut_since is None else ledger.saves


def _learn_dunning(ledger: Ledger, line: Line, before: Reading | None, known: dict[str, Any]) -> None:
    known["cuts"] = _fade(ledger.cuts)
    due = before.due_on if before else None
    if due is None or ledger.seen_at is None:
        return
    hours = (ledger.seen_at - midnight(due + timedelta(days=1), line)) // _HOUR
    if hours >= 24:
        known["dunning_hours"] = hours if ledger.dunning_hours is None else min(hours, ledger.dunning_hours)
