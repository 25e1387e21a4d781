"""Automatic payment that was there and is no longer: nobody pays by hand what he believes to be collected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from monitor.core.line import Line
from monitor.core.notice import Danger, Why
from monitor.core.reading import Reading
from monitor.core.state import LineState
from monitor.core.words import Autopay, Kind, Severity

_REPEAT = timedelta(days=30)


def had_autopay(before: bool, seen: Reading) -> bool:  # noqa: FBT001  # a fact and not a switch
    """Return whether automatic payment has ever been seen on."""
    return before or seen.autopay is Autopay.ON


def autopay_lost(line: Line, state: LineState) -> Iterator[Danger]:
    """Yield the danger that automatic payment is off although it was on, or its owner said that it is."""
    reading = state.reading
    if reading is None or reading.autopay is not Autopay.OFF:
        return
    if state.had_autopay or line.autopay is Autopay.ON:
        why = Why.of("autopay_missing", amount_due=reading.amount_due, due_on=reading.due_on)
        yield Danger("autopay", Kind.AUTOPAY_MISSING, Severity.WARNING, "autopay-off", why, repeat=_REPEAT)
