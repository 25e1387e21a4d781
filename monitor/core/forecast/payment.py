"""Payments: what was paid behind a rise of the balance, and what was used under it."""

from __future__ import annotations

from datetime import timedelta
from math import exp

from monitor.core.forecast.model import Ledger

_HEAVY_DAY, _LEAST_DAY = 4, 0.25
"""So many usual days make a heavy one, and no interval counts for less than this part of a day."""
_NEW_AMOUNT = 0.1
"""The odds of an amount that was never seen: one seen before has one for each time that it is remembered, if nothing was used."""


def pace(ledger: Ledger) -> int:
    """Units burned on a watched day, all days alike."""
    return sum(ledger.burns) * 2400 // max(2400, sum(ledger.hours))


def typical(ledger: Ledger) -> int:
    """Units a day of a line of this size, before its own days tell: what it holds at most lasts some weeks."""
    return ledger.scale // 25


def heavy(ledger: Ledger, within: timedelta) -> float:
    """Units that a heavy day uses within a stretch of time."""
    return max(1.0, _HEAVY_DAY * pace(ledger) * max(_LEAST_DAY, within / timedelta(days=1)))


def amount_paid(ledger: Ledger, rise: int, within: timedelta) -> int:
    """What was paid behind a rise of the balance: an amount seen before that exceeds it by what was used meanwhile, or the rise.

    A page that is renewed once a night hides the use of a whole day under each payment. What is inferred here must never be
    remembered as seen, or a wrong guess would confirm itself.

    Args:
        ledger: what was known before, with the rises as they were seen.
        rise: units by which the balance rose.
        within: time between the two readings.

    Returns:
        Units paid; that which exceeds the rise was used.
    """
    before = [x for _, x in ledger.credits]
    if not before or rise * 2 < min(before):
        return rise
    much = heavy(ledger, within)
    odds = {x: before.count(x) * exp((rise - x) / much) for x in before if x >= rise}
    odds[rise] = before.count(rise) + _NEW_AMOUNT
    return max(odds, key=lambda x: odds[x])
