"""What moved the date lately: a heavy day, another pace, a payment, a refund, a charge, a new price."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from monitor.core.forecast.model import Ledger, money
from monitor.core.forecast.plan import last_taken
from monitor.core.line import Line
from monitor.core.notice import Why

_SEEN_DAYS = 14
"""Days that must have been watched before anything is said to be unusual."""
_HEAVY = 4
"""So many usual days in one are told as the cause."""
_LATELY = timedelta(days=3)
"""What happened longer ago is no news."""
_PACE_DAYS, _FASTER, _SLOWER = 7, 1.75, 0.5
"""A week's use in proportion to the days before it, from which on, or down to which, the pace has changed."""
_SMALL = 4
"""A credit below this part of the usual one is no top-up."""


def moved(ledger: Ledger) -> dict[str, object]:
    """Facts for a run-out's reason: how long it would have lasted before one heavy day; empty when no day stands out."""
    return _burst(ledger, _usual(ledger, 3))


def _burst(ledger: Ledger, usual: int) -> dict[str, object]:
    if ledger.day is None or not ledger.units or ledger.units <= 0:
        return {}
    lately = ledger.burns[-3:]
    heaviest = max(lately)
    if usual <= 0 or heaviest < _HEAVY * usual:
        return {}
    on = ledger.day - timedelta(days=len(lately) - 1 - lately.index(heaviest))
    return {
        "was_days": (ledger.units + heaviest) // usual,
        "now_days": ledger.units // usual,
        "moved_by": "burst",
        "moved_on": on,
        "moved_amount": money(heaviest, ledger.currency),
    }


def causes(ledger: Ledger, line: Line) -> Iterator[Why]:
    """Yield what moved the date within the last days, the heaviest first."""
    day, left = ledger.day, ledger.units
    if day is None or left is None or left <= 0:
        return
    usual = _usual(ledger, 3)
    burst = _burst(ledger, usual)
    if burst:
        facts = {"was_days": burst["was_days"], "now_days": burst["now_days"]}
        yield Why.of("moved_burst", on=burst["moved_on"], amount=burst["moved_amount"], **facts)
    if usual > 0 and ledger.credits:
        seen, paid = ledger.credits[-1]
        on = seen.astimezone(line.zone).date()
        if day - on <= _LATELY:
            sizes = sorted(x for _, x in ledger.credits[:-1])
            small = len(sizes) > 1 and paid * _SMALL < sizes[len(sizes) // 2]
            facts = _days(left - paid, left, usual)
            code = "moved_refund" if small else "moved_payment"
            yield Why.of(code, on=on, amount=money(paid, ledger.currency), **facts)
    yield from _charged(ledger, day, left, usual)
    if not burst:
        yield from _pace(ledger, left)


def _charged(ledger: Ledger, day: date, left: int, usual: int) -> Iterator[Why]:
    if not ledger.charges or not timedelta(0) <= day - ledger.charges[-1][0] <= _LATELY:
        return
    on, taken, _ = ledger.charges[-1]
    if not taken:
        return
    if usual > 0:
        facts = _days(left + taken, left, usual)
        yield Why.of("moved_charge", on=on, amount=money(taken, ledger.currency), **facts)
    before = last_taken(ledger.charges[:-1]) or taken
    if abs(taken - before) * 50 > before and abs(taken - before) > 2 * ledger.grain:
        was, now = money(before, ledger.currency), money(taken, ledger.currency)
        yield Why.of("moved_price", was=was, now=now, on=on)


def _pace(ledger: Ledger, left: int) -> Iterator[Why]:
    """The last week against the days before it."""
    usual, watched = _usual(ledger, _PACE_DAYS), sum(ledger.hours[-_PACE_DAYS:])
    if usual <= 0 or watched < (_PACE_DAYS - 2) * 2400:
        return
    lately = sum(ledger.burns[-_PACE_DAYS:]) * 2400 // watched
    if lately > 0 and not _SLOWER * usual < lately < _FASTER * usual:
        yield Why.of("moved_pace", was_days=left // usual, now_days=left // lately)


def _usual(ledger: Ledger, without: int) -> int:
    """Units a day before the last days; 0 while too few were watched."""
    watched = sum(ledger.hours[:-without])
    return sum(ledger.burns[:-without]) * 2400 // watched if watched >= _SEEN_DAYS * 2400 else 0


def _days(before: int, after: int, usual: int) -> dict[str, object]:
    return {"was_days": max(0, before) // usual, "now_days": max(0, after) // usual}
