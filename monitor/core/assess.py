"""Which dangers are true now: level-triggered, from the state alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from monitor.core.forecast import Forecast
from monitor.core.line import Line
from monitor.core.notice import Danger, Why
from monitor.core.reading import Reading
from monitor.core.state import LineState
from monitor.core.words import Autopay, Cause, CutOffBasis, Kind, Severity, Status

BLIND_POLLS = 2
"""A line is blind when nothing trustworthy came for this many poll intervals."""


def assess(line: Line, state: LineState, forecast: Forecast, now: datetime) -> list[Danger]:
    """Return every danger that holds now, worst first within each thread."""
    found = list(_sight(line, state, now))
    if state.reading is not None:
        found += _service(line, state.reading)
        if not any(d.thread == "service" for d in found):
            found += _money(line, state.reading, forecast, now)
    return found


def _sight(line: Line, state: LineState, now: datetime) -> Iterator[Danger]:
    if state.failure is None or state.failing_since is None:
        return
    last = state.reading.observed_at if state.reading else None
    since = last or state.failing_since
    needs_person = not state.failure.retryable
    if now - since >= BLIND_POLLS * line.poll_every or (needs_person and state.failures >= 2):
        why = Why.of("blind", failure=state.failure.kind, since=since, message=state.failure.message)
        yield Danger("sight", Kind.BLIND, Severity.WARNING, "blind", why)


def _service(line: Line, reading: Reading) -> Iterator[Danger]:
    status, cause = reading.status, reading.cause
    if line.hold is not None and status is not Status.TERMINATED:
        return
    facts = Why.of(
        "status", status=status, cause=cause, basis=reading.cause_basis, amount_due=reading.amount_due
    )
    match status:
        case Status.TERMINATED:
            yield Danger("service", Kind.TERMINATED, Severity.CRITICAL, "terminated", facts)
        case Status.PENDING_TERMINATION:
            yield Danger("service", Kind.TERMINATION_WARNING, Severity.CRITICAL, "pending-termination", facts)
        case Status.SUSPENDED | Status.RESTRICTED:
            kind = Kind.SUSPENDED
            if cause is Cause.VIOLATION:
                kind = Kind.VIOLATION_HOLD
            elif cause is Cause.USER_REQUEST:
                kind = Kind.VOLUNTARY_HOLD
            yield Danger("service", kind, Severity.CRITICAL, str(status), facts)
        case Status.ACTIVE | Status.UNKNOWN:
            return


def _money(line: Line, reading: Reading, forecast: Forecast, now: datetime) -> Iterator[Danger]:
    cut, pay_by = forecast.cut_off, forecast.pay_by
    owed = reading.amount_due is not None and reading.amount_due.amount > 0
    due_at = datetime.combine(reading.due_on, time(23), line.zone).astimezone(UTC) if reading.due_on else None
    if reading.autopay is Autopay.FAILED:
        why = Why.of("autopay_failed", amount_due=reading.amount_due, due_on=reading.due_on)
        yield Danger("money", Kind.AUTOPAY_FAILED, Severity.WARNING, "autopay-failed", why, cut, pay_by)
    if owed and due_at is not None and reading.autopay is not Autopay.ON:
        why = Why.of("amount_due", amount_due=reading.amount_due, due_on=reading.due_on)
        if now > due_at:
            yield Danger("money", Kind.ARREARS, Severity.CRITICAL, "arrears", why, cut, pay_by)
        elif due_at - now <= timedelta(days=3):
            yield Danger("money", Kind.PAYMENT_DUE, Severity.WARNING, "due-3d", why, cut, pay_by)
    negative = reading.balance is not None and reading.balance.amount < 0
    if negative and not owed:
        why = Why.of("balance_negative", balance=reading.balance)
        yield Danger("money", Kind.ARREARS, Severity.CRITICAL, "arrears", why, cut, pay_by)
    if cut.earliest is not None and cut.basis is not CutOffBasis.NONE:
        left = cut.earliest - now
        balance = cut.basis is CutOffBasis.BALANCE
        why = Why.of(
            "run_out" if balance else "cut_off",
            balance=reading.balance,
            earliest=cut.earliest,
            likely=cut.likely,
        )
        if left <= timedelta(hours=30):
            yield Danger("money", Kind.SUSPENSION_WARNING, Severity.CRITICAL, "urgent", why, cut, pay_by)
        if left <= timedelta(days=4) and balance:
            yield Danger("money", Kind.LOW_BALANCE, Severity.WARNING, "likely", why, cut, pay_by)
