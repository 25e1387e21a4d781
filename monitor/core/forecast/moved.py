"""What moved the date: one heavy day among the last three."""

from __future__ import annotations

from datetime import timedelta

from monitor.core.forecast.model import Ledger, money

_SEEN_DAYS = 14
_HEAVY = 4
"""So many usual days in one are told as the cause."""


def moved(ledger: Ledger) -> dict[str, object]:
    """Facts for a run-out's reason: how long it would have lasted before that day; empty when no day stands out."""
    earlier, lately = ledger.burns[:-3], ledger.burns[-3:]
    watched = sum(ledger.hours[:-3])
    if watched < _SEEN_DAYS * 2400 or ledger.day is None or not ledger.units or ledger.units <= 0:
        return {}
    usual = sum(earlier) * 2400 // watched
    heaviest = max(lately)
    if usual <= 0 or heaviest < _HEAVY * usual:
        return {}
    on = ledger.day - timedelta(days=len(lately) - 1 - lately.index(heaviest))
    was, now = (ledger.units + heaviest) // usual, ledger.units // usual
    return {
        "was_days": was,
        "now_days": now,
        "moved_by": "burst",
        "moved_on": on,
        "moved_amount": money(heaviest, ledger.currency),
    }
