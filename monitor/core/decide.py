"""④ The decision: state, and what was seen, to the new state, the next poll and what must be said. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core import forecast as foresight
from monitor.core.assess import assess
from monitor.core.ladder import climb
from monitor.core.line import Line
from monitor.core.notice import Notice
from monitor.core.reading import Failure, Reading, Seen
from monitor.core.rules import Rules
from monitor.core.state import LineState


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole outcome of one look at a line."""

    state: LineState
    next_poll_at: datetime
    notices: tuple[Notice, ...] = ()


def decide(line: Line, rules: Rules, state: LineState, seen: Seen | None, now: datetime) -> Decision:
    """Decide what one observation, or the mere passing of time (``seen`` is None), means for a line."""
    paid = isinstance(seen, Reading) and _paid(state.reading, seen)
    after = _absorb(line, state, seen)
    forecast = foresight.foresee(after.ledger, line, rules, after.reading, now)
    dangers = assess(line, after, forecast, now)
    fresh = seen if isinstance(seen, Reading) else None
    episodes, notices = climb(
        line=line.name, state=after, dangers=dangers, forecast=forecast, fresh=fresh, paid=paid, now=now
    )
    after = replace(after, episodes=episodes, forecast=forecast)
    return Decision(after, now + _pace(line, after), tuple(notices))


def _absorb(line: Line, state: LineState, seen: Seen | None) -> LineState:
    match seen:
        case Reading():
            ledger = foresight.absorb(state.ledger, line, seen)
            return replace(state, reading=seen, failure=None, failing_since=None, failures=0, ledger=ledger)
        case Failure():
            since = state.failing_since or seen.observed_at
            return replace(state, failure=seen, failing_since=since, failures=state.failures + 1)
        case _:
            return state


def _paid(before: Reading | None, now: Reading) -> bool:
    if before is None:
        return False
    rose = (
        before.balance is not None and now.balance is not None and now.balance.amount > before.balance.amount
    )
    owed = before.amount_due.amount if before.amount_due else 0
    settled = bool(owed) and now.amount_due is not None and now.amount_due.amount < owed
    return rose or settled


def _pace(line: Line, state: LineState) -> timedelta:
    """How long until the next poll: sooner after a failure that waiting may cure, never against the carrier's wish."""
    if state.failure is None:
        return line.poll_every
    wait = min(line.poll_every, timedelta(minutes=5) * (1 << min(state.failures - 1, 6)))
    if not state.failure.retryable:
        wait = line.poll_every
    return max(wait, state.failure.retry_after or timedelta(0))
