"""What of a change of the balance was a charge of the plan: announced by a day that moved on, or told from use by its size."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from monitor.core.forecast.cycle import APART, SEEN_LATE, possible_next
from monitor.core.forecast.model import CUT, Ledger, units
from monitor.core.forecast.payment import heavy
from monitor.core.forecast.plan import (
    KEEP_CHARGES,
    KEEP_LUMPS,
    is_lump,
    is_usual,
    learned_charge,
    learned_charges,
    learned_days,
    repeats,
)
from monitor.core.line import Line
from monitor.core.reading import Reading

_RENEWED = 5
"""A balance that falls by this part of the largest one while a cut line comes back paid for a renewal."""
_BEYOND, _NEARLY_ALL = 4, 0.9
"""A drop that is more than so many times as large as one of the weeks before, and takes this part of the balance, which was paid for it,
may be a charge, and that one was use."""
_PROVEN = 2
"""So many charges seen prove a plan: a heavy day between them is use."""


def split(ledger: Ledger, line: Line, seen: Reading, known: dict[str, Any]) -> tuple[int, int]:
    """Tell what of a change was use and what a payment, both in ledger units, entering charges and lumps into ``known``.

    Args:
        ledger: what was known, with a first figure.
        line: the line, for its zone.
        seen: a reading with a balance.
        known: what this reading teaches so far, with its instant, its day and its balance.
    """
    assert ledger.units is not None  # noqa: S101 - the caller saw a first figure
    drop = ledger.units - known["units"]
    (was, fee), now = ledger.renews or (None, 0), seen.next_charge_on
    if was is not None and now is not None and (now - was).days >= 7:
        return _announced(ledger, drop, was, (fee, units(seen.fee.amount) if seen.fee else 0), known)
    if drop <= 0:
        return 0, -drop
    if now is not None or seen.status in CUT:
        return drop, 0
    return _unannounced(ledger, line, drop, known), 0


def _announced(
    ledger: Ledger, drop: int, was: date, fees: tuple[int, int], known: dict[str, Any]
) -> tuple[int, int]:
    """The renewal day moved on: what of a change was its charge. A new price may be shown only once it was taken."""
    fee, shown = fees
    if shown and abs(drop - learned_charge(ledger, shown)) < abs(drop - learned_charge(ledger, fee)):
        fee = shown
    expected = learned_charge(ledger, fee)
    if drop * 4 >= expected * 3:
        if not fee:
            known["charges"] = (*ledger.charges, (was, drop, 0))[-KEEP_CHARGES:]
            return 0, 0
        taken = drop if fee - ledger.grain <= drop and drop * 3 <= expected * 4 else expected
        if expected < taken <= expected + _used_beside(ledger, known):
            taken = expected
        known["charges"] = (*ledger.charges, (was, taken, fee))[-KEEP_CHARGES:]
        return max(0, drop - taken), max(0, taken - drop - ledger.grain)
    known["charges"] = (*ledger.charges, (was, expected, fee))[-KEEP_CHARGES:]
    return 0, max(0, expected - drop)


def _used_beside(ledger: Ledger, known: dict[str, Any]) -> float:
    """What may have been used between two readings besides a charge; nothing on a line that has shown no use."""
    assert ledger.at is not None  # noqa: S101 - the caller saw a first figure
    return heavy(ledger, known["at"] - ledger.at) if any(ledger.burns) else 0.0


def _charged_on(ledger: Ledger, line: Line, today: date) -> date:
    """The day of a charge that was seen today: the one on which it was expected, where nothing was seen between, or a page stood still.

    A charge is never late where the money was there: a page that goes on showing that money has stood still.
    """
    charges, last, since = learned_charges(ledger), ledger.day, ledger.shown_since
    if last is None or since is None or ledger.units is None:
        return today
    if not charges:
        return _first_of(last + timedelta(days=1), today)
    late = timedelta(days=SEEN_LATE)
    paid = since.astimezone(line.zone).date() if ledger.units >= learned_charge(ledger, 0) else today
    found = possible_next(learned_days(ledger), min(last, paid))
    expected = min(found)
    unseen = last < expected < today
    stood = paid < expected < today - late and max(found) - expected <= late
    return expected if unseen or stood else today


def _first_of(first: date, today: date) -> date:
    """Of the days on which a charge may have been taken the first, or the one of which one warning before the next is in time for all."""
    return min(today, max(first, today - timedelta(days=SEEN_LATE)))


def enter_charge(ledger: Ledger, line: Line, taken: int, known: dict[str, Any]) -> None:
    """Enter a charge that was paid after a cut-off: when the line was seen to work again, or since it was last seen cut off."""
    assert ledger.day is not None  # noqa: S101 - the caller saw a first figure
    assert ledger.cut_since is not None  # noqa: S101
    day = _first_of(ledger.day, known["day"])
    known["charges"] = (*learned_charges(ledger), (day, taken, 0))[-KEEP_CHARGES:]
    known["stops"] = (*ledger.stops, (day, ledger.cut_since.astimezone(line.zone).date()))[-KEEP_CHARGES:]


def _unannounced(ledger: Ledger, line: Line, drop: int, known: dict[str, Any]) -> int:
    """What of a drop was use, where the carrier announces no charges; charges and lumps are entered."""
    today = known["day"]
    if ledger.cut_since is not None and drop * _RENEWED >= ledger.scale and drop > 2 * ledger.grain:
        if not learned_charges(ledger):
            enter_charge(ledger, line, max(drop, (ledger.short_at or 0) + 1), known)
        return 0
    if not is_lump(ledger, drop, today):
        return drop
    if ledger.lumps and (today - ledger.lumps[-1][0]).days < APART and not is_usual(ledger, drop):
        if not ledger.charges and _is_the_charge(ledger, drop):
            known["lumps"] = (*ledger.lumps[:-1], (_charged_on(ledger, line, today), drop))
            return 0
        if len(learned_charges(ledger)) < _PROVEN:
            known["lumps"] = ledger.lumps[:-1]
            known["charges"] = tuple(c for c in ledger.charges if c[2])
        return drop
    today = _charged_on(ledger, line, today)
    known["lumps"] = (*ledger.lumps, (today, drop))[-KEEP_LUMPS:]
    if proven := repeats(ledger, today, drop):
        known["charges"] = proven[-KEEP_CHARGES:]
    return 0


def _is_the_charge(ledger: Ledger, drop: int) -> bool:
    """Whether of two unlike drops within a month the last is the charge, and not the one before."""
    return drop > _BEYOND * ledger.lumps[-1][1] and drop >= _NEARLY_ALL * (ledger.units or 0)
