"""The row of ``check`` and ``status``: what is known of one line now, as one value. Missing is None, never zero."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from monitor.core.aftermath import PAID_FOR
from monitor.core.dangers import dangers_of
from monitor.core.forecast import Forecast
from monitor.core.line import Line, mask
from monitor.core.money import Money
from monitor.core.notice import CutOff, Danger, Quantiles
from monitor.core.reading import Failure
from monitor.core.rules import NO_RULES, Rules
from monitor.core.state import LineState
from monitor.core.words import CUT_OFF, Basis, Cause, Severity, Status, rank

STALE_AFTER = 2
"""A figure older than this many poll intervals is marked stale."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line for people and scripts; the names are those of the outside contract."""

    line: str
    carrier: str
    number: str
    """Masked."""
    status: Status = Status.UNKNOWN
    cause: Cause = Cause.UNKNOWN
    cause_basis: Basis = Basis.NONE
    balance: Money | None = None
    amount_due: Money | None = None
    due_on: date | None = None
    observed_at: datetime | None = None
    stale: bool = True
    run_out: Quantiles = Quantiles()
    cut_off: CutOff = CutOff()
    severity: Severity = Severity.UNKNOWN
    error: Failure | None = None
    dangers: tuple[Danger, ...] = ()
    """What holds now, worst first: the next step is made from it. What was paid for comes before the stop itself."""


def row(line: Line, state: LineState, now: datetime, rules: Rules = NO_RULES) -> Row:
    """Say what is known of a line now; with its rules also what its story holds (paid and not restored, holds, …)."""
    reading, forecast = state.reading, state.forecast or Forecast(now)
    found = dangers_of(line, rules, state, now)
    dangers = tuple(sorted(found, key=lambda d: (d.thread != PAID_FOR, -rank(d.severity))))
    known = reading.observed_at if reading else None
    stale = known is None or now - known > STALE_AFTER * line.poll_every
    severity = max((d.severity for d in dangers), key=rank, default=Severity.OK)
    if stale:
        severity = max(severity, Severity.UNKNOWN, key=rank)
    head = (line.name, line.carrier, mask(line.number))
    if reading is None:
        return Row(*head, severity=severity, error=state.failure, dangers=dangers)
    works = reading.status not in CUT_OFF  # what has happened is no forecast any more
    return Row(
        *head,
        status=reading.status,
        cause=reading.cause,
        cause_basis=reading.cause_basis,
        balance=reading.balance,
        amount_due=reading.amount_due,
        due_on=reading.due_on,
        observed_at=reading.observed_at,
        stale=stale,
        run_out=forecast.run_out if works else Quantiles(),
        cut_off=forecast.cut_off if works else CutOff(),
        severity=severity,
        error=state.failure,
        dangers=dangers,
    )


def as_json(one: Row, zone: Line, next_step: str) -> dict[str, object]:
    """Return the row as the outside contract writes it, instants in the line's time zone."""

    def instant(at: datetime | None) -> str | None:
        return None if at is None else at.astimezone(zone.zone).isoformat(timespec="seconds")

    def money(amount: Money | None) -> dict[str, str] | None:
        return None if amount is None else {"amount": f"{amount.amount:f}", "currency": amount.currency}

    error = None
    if one.error is not None:
        error = {"kind": str(one.error.kind), "message": one.error.message, "retryable": one.error.retryable}
    run_out = one.run_out
    return {
        "line": one.line,
        "carrier": one.carrier,
        "number": one.number,
        "status": str(one.status),
        "cause": str(one.cause),
        "cause_basis": str(one.cause_basis),
        "balance": money(one.balance),
        "amount_due": money(one.amount_due),
        "due_on": one.due_on.isoformat() if one.due_on else None,
        "observed_at": instant(one.observed_at),
        "stale": one.stale,
        "run_out": {"p10": instant(run_out.p10), "p50": instant(run_out.p50), "p90": instant(run_out.p90)},
        "cut_off": {
            "earliest": instant(one.cut_off.earliest),
            "likely": instant(one.cut_off.likely),
            "basis": str(one.cut_off.basis),
        },
        "severity": str(one.severity),
        "next_step": next_step,
        "error": error,
    }
