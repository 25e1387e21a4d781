"""④ The decision: state, and what was seen, to the new state, the next poll and what must be said. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from monitor.core.assess import NEAR
from monitor.core.autopay import had_autopay
from monitor.core.dangers import dangers_of
from monitor.core.forecast import absorb, doubtful, foresee
from monitor.core.forecast.doubt import agrees, implausible
from monitor.core.heard import hear
from monitor.core.ladder import climb
from monitor.core.line import Line
from monitor.core.notice import Notice
from monitor.core.pace import next_poll
from monitor.core.reading import Event, Failure, Reading, Seen
from monitor.core.rules import Rules
from monitor.core.state import LineState
from monitor.core.story import remember
from monitor.core.values import changed
from monitor.core.words import Autopay, Billing, Kind, Status

_YEARS = 3660
"""Days beyond which a date is no date of this line."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole outcome of one look at a line."""

    state: LineState
    next_poll_at: datetime
    notices: tuple[Notice, ...] = ()


def decide(line: Line, rules: Rules, state: LineState, seen: Seen | None, now: datetime) -> Decision:
    """Decide what one observation, or the mere passing of time (``seen`` is None), means for a line."""
    now = now.astimezone(UTC)
    after = remember(line, rules, state, _absorb(line, state, seen), seen)
    fresh = after.reading if after.reading is not state.reading else None
    paid = after.ledger.last_credit != state.ledger.last_credit and after.ledger.last_credit is not None
    forecast = foresee(after.ledger, line, rules, after.reading, now)
    if after.doubt is not None:
        forecast = changed(forecast, reasons=(*forecast.reasons, *implausible(after.doubt, after.reading)))
    after = changed(after, forecast=forecast)
    dangers = dangers_of(line, rules, after, now)
    episodes, notices = climb(line.name, after, dangers, was=state.forecast, fresh=fresh, paid=paid, now=now)
    failed = any(d.why.code == "autopay_failed" for d in dangers)
    blind = any(n.kind is Kind.BLIND for n in notices)
    after = changed(
        after,
        episodes=episodes,
        autopay_failed_at=now if failed else after.autopay_failed_at,
        blind_told_at=now if blind else after.blind_told_at,
    )
    return Decision(after, next_poll(line, after, now), tuple(notices))


def _absorb(line: Line, state: LineState, seen: Seen | None) -> LineState:
    match seen:
        case Reading():
            return _read(line, state, seen)
        case Failure():
            since = state.failing_since or seen.observed_at
            return changed(state, failure=seen, failing_since=since, failures=state.failures + 1)
        case Event():
            return hear(line.name, state, seen)
        case None:
            return state


def _read(line: Line, state: LineState, seen: Reading) -> LineState:
    """Enter a reading, unless it is odd (then it must be seen twice) or older than what is known."""
    before = state.reading
    seen = _sane(seen)
    known = [r.observed_at for r in (before, state.doubt) if r is not None]
    if known and seen.observed_at <= max(known):
        return state
    sighted = changed(state, failure=None, failing_since=None, failures=0)
    odd = doubtful(state.ledger, before, seen, line)
    if odd and (state.doubt is None or not agrees(state.doubt, seen)):
        return changed(sighted, doubt=seen)
    near = state.forecast is not None and state.forecast.chance(NEAR.hours) >= NEAR.chance
    ledger = absorb(state.ledger, line, before, seen, near=near)
    kept = had_autopay(state.had_autopay, seen)
    whole = _whole(before, seen)
    return changed(sighted, reading=whole, doubt=None, ledger=ledger, heard=None, had_autopay=kept)


def _sane(seen: Reading) -> Reading:
    """Drop dates that no calendar of a phone bill holds: a reading is as odd as the carrier's worst day."""
    today = seen.observed_at.date()
    wrong: dict[str, None] = {}
    for name in ("due_on", "next_charge_on", "credit_expires_on", "card_expires_on"):
        day: date | None = getattr(seen, name)
        if day is not None and not -_YEARS < (day - today).days < _YEARS:
            wrong[name] = None
    for name in ("ends_at", "as_of"):
        at: datetime | None = getattr(seen, name)
        if at is not None and not -_YEARS < (at.date() - today).days < _YEARS:
            wrong[name] = None
    return changed(seen, **wrong)  # type: ignore[arg-type]


def _whole(before: Reading | None, seen: Reading) -> Reading:
    """A reading that lacks what the one before had keeps the older figure and says so: a gap is not a zero."""
    if before is None:
        return seen
    gone: dict[str, object] = {}
    if seen.balance is None and before.balance is not None:
        gone["balance"] = before.balance
    if seen.amount_due is None and before.amount_due is not None:
        gone |= {"amount_due": before.amount_due, "due_on": seen.due_on or before.due_on}
    for name in ("next_charge_on", "fee", "credit_expires_on"):
        if gone and getattr(seen, name) is None and getattr(before, name) is not None:
            gone[name] = getattr(before, name)
    if seen.status is Status.UNKNOWN and before.status is not Status.UNKNOWN:
        gone |= {"status": before.status, "cause": before.cause, "cause_basis": before.cause_basis}
    if seen.autopay is Autopay.UNKNOWN and before.autopay is not Autopay.UNKNOWN and gone:
        gone["autopay"] = before.autopay
    billing = before.billing if seen.billing is Billing.UNKNOWN else seen.billing
    return changed(seen, **gone, billing=billing, missing=_names(seen, gone))  # type: ignore[arg-type]


def _names(seen: Reading, gone: dict[str, object]) -> tuple[str, ...]:
    return (*seen.missing, *(n for n in gone if n not in seen.missing))
