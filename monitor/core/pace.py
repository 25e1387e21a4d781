"""How long until a line is asked again: rarely far from danger, densely near it, and never against the carrier's wish."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.core.line import Line
from monitor.core.policy import DATED_RUNGS
from monitor.core.state import LineState
from monitor.core.words import CUT_OFF, Status

LEAST = timedelta(minutes=15)
"""No line is asked more often than this to look closer, unless its owner wants it so."""
FIRST_RETRY = timedelta(minutes=5)
AWAITING = timedelta(hours=1)
"""While a paid line is to come back, its owner wants to know soon."""
JITTER = 0.05
"""Share of the interval by which a poll comes later at the most, so that a thousand lines do not ask at once."""


def next_poll(line: Line, state: LineState, now: datetime) -> datetime:
    """Return when to ask again; the poller spreads it by a little, see :data:`JITTER`."""
    wait = _after_failure(line, state) if state.failure is not None else _after_reading(line, state, now)
    asked = state.failure.retry_after if state.failure else None
    return now + max(min(wait, _until_rung(state, now)), asked or timedelta(0))


def _until_rung(state: LineState, now: datetime) -> timedelta:
    """Until the next warning before the end that the carrier has named: to be said in time, whoever answers then."""
    ends = state.reading.ends_at if state.reading else None
    if ends is None or state.reading is None or state.reading.status is Status.TERMINATED:
        return timedelta.max
    left = [ends - span - now for span, _ in DATED_RUNGS if ends - span > now]
    return max(LEAST, min(left)) if left else timedelta.max


def _after_failure(line: Line, state: LineState) -> timedelta:
    failure = state.failure
    if failure is None or not failure.retryable:
        return line.poll_every
    return min(line.poll_every, FIRST_RETRY * (1 << min(state.failures - 1, 6)))


def _after_reading(line: Line, state: LineState, now: datetime) -> timedelta:
    closer = line.poll_every
    if state.story.paid_at is not None and state.story.stopped_at is not None:
        closer = AWAITING
    elif state.reading is not None and state.reading.status in CUT_OFF:
        return line.poll_every  # what was to be foreseen has happened
    elif state.doubt is not None or _within(state, now, timedelta(days=2)) or _chance(state, 30) >= 0.5:
        closer = line.poll_every / 4
    elif _chance(state, 96) >= 0.2:
        closer = line.poll_every / 2
    return min(line.poll_every, max(LEAST, closer))


def _within(state: LineState, now: datetime, span: timedelta) -> bool:
    """Whether something may cut the line off within ``span``, by the forecast's pay-by moment."""
    pay_by = state.forecast.pay_by if state.forecast else None
    return pay_by is not None and now <= pay_by <= now + span


def _chance(state: LineState, hours: int) -> float:
    return state.forecast.chance(hours) if state.forecast else 0.0
