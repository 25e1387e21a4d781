"""Post-paid lines in the ledger: bills made and paid, use of the running period, the time from a due date to the cut-off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from monitor.core.forecast.days import enter, midnight
from monitor.core.forecast.model import CUT, KEEP_CREDITS, Ledger, fade, units
from monitor.core.line import Line
from monitor.core.reading import Reading
from monitor.core.values import changed

_HOUR = timedelta(hours=1)


def bill(ledger: Ledger, line: Line, before: Reading | None, seen: Reading, *, near: bool) -> Ledger:
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
            known["day"], known["burns"], known["hours"] = enter(
                ledger, line, ledger.at, at, max(0, grown), watched=grown >= 0 and ledger.cut_since is None
            )
        else:
            known["day"], known["burns"], known["hours"] = today, (0,), (0,)
    known["cut_since"] = None if not cut else ledger.cut_since or at
    if cut and ledger.cut_since is None:
        _learn_dunning(ledger, line, before, known)
    return changed(ledger, **known)


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
        known["credits"] = (*ledger.credits, (seen.observed_at, ledger.billed - owed))[-KEEP_CREDITS:]
        known["saves"] = fade(ledger.saves) if near and ledger.cut_since is None else ledger.saves


def _learn_dunning(ledger: Ledger, line: Line, before: Reading | None, known: dict[str, Any]) -> None:
    known["cuts"] = fade(ledger.cuts)
    due = before.due_on if before else None
    if due is None or ledger.seen_at is None:
        return
    hours = (ledger.seen_at - midnight(due + timedelta(days=1), line)) // _HOUR
    if hours >= 24:
        known["dunning_hours"] = hours if ledger.dunning_hours is None else min(hours, ledger.dunning_hours)
