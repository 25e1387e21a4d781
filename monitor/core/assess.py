"""Which dangers are true now: level-triggered, from the state alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core import policy as rule
from monitor.core import worth
from monitor.core.forecast.calendar import GUESSES, due_at
from monitor.core.forecast.days import last_renewed
from monitor.core.forecast.model import CUT, Forecast, Need
from monitor.core.forecast.plan import learned_charge, learned_plan, rounding
from monitor.core.forecast.renewal import AUTOPAY_LATE, autopay_of
from monitor.core.forecast.use import LEARNING_DAYS
from monitor.core.grounds import age, failed, grounds, late
from monitor.core.line import Line
from monitor.core.notice import CutOff, Danger, Why
from monitor.core.reading import Reading
from monitor.core.state import LineState
from monitor.core.words import Autopay, Billing, Cause, CutOffBasis, Kind, Severity, Status


@dataclass(frozen=True, slots=True)
class _Near:
    hours: int
    chance: float


NEAR = _Near(96, 0.14)
"""A danger is near when a cut-off is at least so probable within so many hours."""

_BY_USE = frozenset({"run_out", "limit_near"})
_CENT = 100
"""Ledger units."""


def assess(line: Line, state: LineState, now: datetime) -> list[Danger]:
    """Return every danger that holds now. The state's forecast is of this instant."""
    found = list(_sight(line, state, now))
    if state.reading is None or on_hold(line, now):
        return found
    service = list(_service(state, state.reading, now))
    found += service
    if not service and state.forecast is not None and state.reading.status not in CUT:
        found += _money(line, state, state.forecast, now)
    return found


def on_hold(line: Line, now: datetime) -> bool:
    """Whether the owner himself stopped the line now."""
    if line.hold is None:
        return False
    today = now.astimezone(line.zone).date()
    return line.hold.since <= today and (line.hold.until is None or today <= line.hold.until)


def _sight(line: Line, state: LineState, now: datetime) -> Iterator[Danger]:
    if state.failure is None or state.failing_since is None:
        return
    last = state.reading.observed_at if state.reading else None
    since = last or state.failing_since
    person = not state.failure.retryable
    near = _danger_near(state)
    wait = rule.BLIND_NEAR if near else _patience(state, person=person)
    due = max(since + max(wait, 2 * line.poll_every), _not_again_before(state, near=near) or since)
    if now >= due or (last is None and person and state.failures >= 2):
        age = int((now - last).total_seconds() // 3600) if last else None
        why = Why.of(
            "blind", failure=state.failure.kind, since=since, message=state.failure.message or None,
            needs_person=person, age_hours=age,
        )  # fmt: skip
        yield Danger("sight", Kind.BLIND, Severity.WARNING, "blind", why, repeat=rule.REPEAT)


def _danger_near(state: LineState) -> bool:
    """Whether a line that works may soon be cut off, or nothing is known that would speak against it."""
    if state.reading is None or state.forecast is None:
        return True
    return state.reading.status not in CUT and state.forecast.chance(NEAR.hours) >= NEAR.chance


def _patience(state: LineState, *, person: bool) -> timedelta:
    """How long blindness far from danger lasts before it is told: longer once the line's habits are known, or that it has none."""
    assert state.reading is not None  # noqa: S101 - _danger_near() looked
    assert state.forecast is not None  # noqa: S101 - _danger_near() looked
    first = state.ledger.first_at
    watched = first is not None and state.forecast.made_at - first >= timedelta(days=LEARNING_DAYS)
    if state.reading.status not in CUT and (watched or state.forecast.learning is None):
        return rule.BLIND_CALM
    return rule.BLIND_PERSON if person else rule.BLIND_WAIT


def _not_again_before(state: LineState, *, near: bool) -> datetime | None:
    """Where sight is lost every few days (a session that lives three days), it is told once a week, unless a danger is near."""
    if near or state.blind_told_at is None or state.episode("sight") is not None:
        return None
    return state.blind_told_at + rule.REPEAT


def _service(state: LineState, reading: Reading, now: datetime) -> Iterator[Danger]:
    status, cause = reading.status, reading.cause
    if status not in CUT:
        return
    why = Why.of(
        "status", status=status, cause=cause, basis=reading.cause_basis,
        amount_due=reading.amount_due, balance=reading.balance,
    )  # fmt: skip
    match status:
        case Status.TERMINATED:
            yield Danger("service", Kind.TERMINATED, Severity.CRITICAL, "terminated", why, level=9)
        case Status.PENDING_TERMINATION:
            ends = reading.ends_at
            near = Why.of("termination_near", ends_at=ends, status=status, since=state.ledger.cut_since)
            left = ends - now if ends is not None else timedelta(days=8)
            passed = [name for span, name in rule.DATED_RUNGS if left <= span]
            rung = f"termination-{passed[-1]}" if passed else "pending-termination"
            cut = CutOff(ends, ends, CutOffBasis.CARRIER if ends else CutOffBasis.NONE)
            kind = Kind.TERMINATION_WARNING
            slack = rule.slack_of(passed[-1]) if passed else None
            yield Danger(
                "service", kind, Severity.CRITICAL, rung, near, cut, level=4 + len(passed), repeat=rule.REPEAT,
                due=ends, slack=slack,
            )  # fmt: skip
        case Status.SUSPENDED | Status.RESTRICTED:
            kind, severity = Kind.SUSPENDED, Severity.CRITICAL
            if cause is Cause.VIOLATION:
                kind = Kind.VIOLATION_HOLD
            elif cause is Cause.USER_REQUEST:
                kind, severity = Kind.VOLUNTARY_HOLD, Severity.INFO
            level = 3 if status is Status.SUSPENDED else 2
            yield Danger("service", kind, severity, str(status), why, level=level)


def _money(line: Line, state: LineState, forecast: Forecast, now: datetime) -> Iterator[Danger]:
    assert state.reading is not None  # noqa: S101 - assess() looked
    policy = rule.POLICIES[line.foresight]
    pays = autopay_of(line, state.reading)
    for need in forecast.needs:
        yield from _need(line, state, forecast, need, policy=policy, now=now)
    if pays is Autopay.FAILED:
        yield _autopay_failed(state, forecast, now)
    heard = state.heard
    if heard is not None and now - heard.observed_at < rule.REPEAT:
        why = Why.of(
            "sms_warning",
            sms_class=heard.what.removeprefix("sms:"),
            at=heard.observed_at,
            amount=heard.amount,
        )
        kind = Kind.ARREARS if heard.what == "sms:arrears" else Kind.LOW_BALANCE
        yield Danger("money", kind, Severity.WARNING, "sms", why, forecast.cut_off, forecast.pay_by)
    negative = state.reading.balance is not None and state.reading.balance.amount < 0
    allowed = line.overdraft is not None or state.ledger.cut_level is not None
    if negative and not allowed and not _no_debt(line, state, now):
        why = Why.of("balance_negative", balance=state.reading.balance, **age(state, now))
        severity, level = (Severity.WARNING, 4) if pays is Autopay.ON else (Severity.CRITICAL, 5)
        cut, by = forecast.cut_off, forecast.pay_by
        yield Danger("money", Kind.ARREARS, severity, "negative", why, cut, by, level=level)
    urgent = forecast.chance(rule.URGENT_HOURS) >= rule.URGENT and forecast.needs
    if urgent and figures_awaited(line, state, forecast, now) is None:
        need = _urgent(forecast)
        why = grounds(line, state, forecast, need, now, soon=True)
        cut, by = forecast.cut_off, forecast.pay_by
        yield Danger(
            "money",
            Kind.SUSPENSION_WARNING,
            Severity.CRITICAL,
            "urgent" if need.code in _BY_USE else "urgent-due",
            why,
            cut,
            by,
            level=5,
            quiet=rule.HASTE if forecast.chance(24) >= rule.SURE else rule.QUIET,
            due=need.cut,
            slack=rule.IN_TIME,
            rest=rule.REPEAT if need.code in _BY_USE else rule.IN_TIME,
        )


def figures_awaited(line: Line, state: LineState, forecast: Forecast, now: datetime) -> datetime | None:
    """Until when an urgent message waits for figures that are renewed once a night; None where it does not wait."""
    if state.reading is None or worth.told_at(state) is None:
        return None
    renewed = last_renewed(state.ledger, line, state.reading)
    if renewed is None or not rule.awaits(renewed, forecast.pay_by, now):
        return None
    return renewed + rule.OLDEST


def _urgent(forecast: Forecast) -> Need:
    """The nearest danger; not use, where it is one with a date that makes the cut-off so likely."""
    dated = [n for n in forecast.needs if n.code not in _BY_USE and n.code not in GUESSES]
    by_use = forecast.use_chance(rule.URGENT_HOURS) >= rule.URGENT
    return forecast.needs[0] if by_use or not dated else dated[0]


def _no_debt(line: Line, state: LineState, now: datetime) -> bool:
    """Whether a balance below zero is none: automatic payment has yet to collect a bill, or a plan's charge left it by a rounding."""
    reading, ledger = state.reading, state.ledger
    below = -ledger.units if ledger.units is not None else 0
    if reading is None or autopay_of(line, reading) is not Autopay.ON:
        charged = learned_plan(ledger) and ledger.works_empty
        return charged and 0 < below <= rounding(ledger, learned_charge(ledger, 0))
    if reading.due_on is not None:
        return now < due_at(reading.due_on, line) + AUTOPAY_LATE
    rounded = 0 < below <= max(_CENT, ledger.grain, rounding(ledger, ledger.scale))
    return rounded or ledger.works_empty or Billing.POSTPAID in {line.billing, reading.billing}


def _need(
    line: Line, state: LineState, forecast: Forecast, need: Need, *, policy: rule.Policy, now: datetime
) -> Iterator[Danger]:
    assert state.reading is not None  # noqa: S101 - assess() looked
    left, pays = need.cut - now, autopay_of(line, state.reading)
    kind, rung, severity, level = Kind.LOW_BALANCE, "likely", Severity.WARNING, 2
    due = slack = None
    rest = timedelta(0)
    again: timedelta | None = rule.REPEAT
    match need.code:
        case "run_out" | "limit_near":
            holds, again = worth.run_out(line, state, forecast, policy, now)
        case "renewal_short" | "renewal_failed":
            kind, due, slack, rest = Kind.PAYMENT_DUE, need.cut, rule.IN_TIME, rule.REPEAT
            holds, rung, level = worth.renewal(line, state, policy, need, now)
            if need.code == "renewal_failed" and pays is Autopay.ON:
                kind, rung = Kind.AUTOPAY_FAILED, "renewal-late"
        case "credit_expires":
            due, slack, rest = need.cut, rule.IN_TIME, rule.REPEAT
            holds = need.chance >= rule.CREDIBLE and left <= policy.expiry
            rung, level = "expiry", 3
        case "credit_may_expire":
            holds = left <= policy.expiry
            rung, level = "expiry-maybe", 1
        case "bill_due" | "bill_overdue":
            holds = need.chance >= rule.CREDIBLE and need.at - now <= policy.due
            kind, rung, severity, level = worth.bill(need, pays, now)
        case _:
            passed = [name for span, name in rule.DATED_RUNGS if left <= span]
            holds, named = bool(passed), passed[-1] if passed else ""
            kind, rung, level = Kind.SUSPENSION_WARNING, f"stop-{named}", 3 + len(passed)
            due, slack = need.at, rule.slack_of(named)
            severity = Severity.CRITICAL if len(passed) > 2 else Severity.WARNING
    if holds:
        say = late if kind is Kind.AUTOPAY_FAILED else grounds
        why = say(line, state, forecast, need, now)
        cut, by = forecast.cut_off, forecast.pay_by
        quiet = rule.QUIET if level == worth.DATED and not worth.only_slight(state) else timedelta(0)
        again = again if severity is not Severity.INFO else None
        if need.code in GUESSES:
            cut, by, again = CutOff(need.cut, None, CutOffBasis.NONE), need.at - line.payment_lead, None
        elif rung == worth.SLIGHT:
            cut, by = CutOff(need.cut, None, CutOffBasis.BALANCE), need.cut - line.payment_lead
        yield Danger(
            "money", kind, severity, rung, why, cut, by, level=level, quiet=quiet, repeat=again, due=due,
            slack=slack, rest=rest,
        )  # fmt: skip


def _autopay_failed(state: LineState, forecast: Forecast, now: datetime) -> Danger:
    """A failed automatic payment is told at once; it is a warning when the carrier's own retries may not save it."""
    near = any(
        n.cut - now <= rule.CUT_NEAR and n.chance >= rule.CREDIBLE
        for n in forecast.needs
        if n.code != "run_out"
    )
    near = near or forecast.chance(72) >= rule.CREDIBLE
    why = failed(state, forecast, now)
    severity, rung, level = (
        (Severity.WARNING, "autopay-failed-near", 2) if near else (Severity.INFO, "autopay-failed", 1)
    )
    return Danger(
        "money", Kind.AUTOPAY_FAILED, severity, rung, why, forecast.cut_off, forecast.pay_by, level=level
    )
