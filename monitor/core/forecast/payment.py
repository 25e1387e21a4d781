"""Payments: what was paid behind a rise of the balance, and what was used under it."""

from __future__ import annotations

from datetime import timedelta
from math import exp

from monitor.core.forecast.model import Ledger

_HEAVY_DAY, _LEAST_DAY = 4, 0.25
"""So many usual days make a heavy one, and no interval counts for less than this part of a day."""
_NEW_AMOUNT, _FITS = 0.2, 0.05
"""The odds of an amount that was never paid but exceeds one that was, and the least odds that are believed: an amount paid before,
with nothing used, has one for each time that it is remembered."""
_LIKE = 1.5
"""How many times larger than another an amount may be to be like it."""


def pace(ledger: Ledger) -> int:
    """Units burned on a watched day, all days alike."""
    return sum(ledger.burns) * 2400 // max(2400, sum(ledger.hours))


def paid(ledger: Ledger, rise: int, within: timedelta) -> int:
    """What was paid behind a rise of the balance: an amount paid before that exceeds it by what was used meanwhile, or the rise.

    A page that is renewed once a night hides the use of a whole day under each payment.

    Args:
        ledger: what was known before.
        rise: units by which the balance rose.
        within: time between the two readings.

    Returns:
        Units paid; that which exceeds the rise was used.
    """
    before = [x for _, x in ledger.credits]
    if rise * 2 < min(before, default=0):
        return rise
    heavy = max(1.0, _HEAVY_DAY * pace(ledger) * max(_LEAST_DAY, within / timedelta(days=1)))
    odds = {x: before.count(x) * exp((rise - x) / heavy) for x in before if x >= rise}
    if any(x < rise < _LIKE * x for x in before):
        odds.setdefault(rise, _NEW_AMOUNT)
    best = max(odds, key=lambda x: odds[x], default=rise)
    return best if odds.get(best, 0) >= _FITS else rise
