"""The burn ledger and the forecast of the cut-off. First version: mean burn of the recent past plus known dates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from monitor.core.line import Line
from monitor.core.notice import CutOff, Quantiles, Why
from monitor.core.reading import Reading
from monitor.core.rules import Rules
from monitor.core.words import CutOffBasis, Status

_KEEP = 120


@dataclass(frozen=True, slots=True)
class Ledger:
    """What use has cost so far: intervals of (start, end, burned in 1/10000 of the currency unit)."""

    currency: str = ""
    burns: tuple[tuple[datetime, datetime, int], ...] = ()
    last_at: datetime | None = None
    last_units: int | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected if nobody pays."""

    made_at: datetime
    run_out: Quantiles = Quantiles()
    """When use alone empties the balance."""
    cut_off: CutOff = CutOff()
    """Whatever comes first: use, renewal, expiry, bill, the carrier's own word."""
    pay_by: datetime | None = None
    """Earliest credible cut-off minus the time that a payment needs to count."""
    chances: tuple[tuple[int, float], ...] = ()
    """(hours, probability of a cut-off within them), hours ascending."""
    reasons: tuple[Why, ...] = ()
    learning: tuple[int, int] | None = None
    """(days seen, days needed) while the history is still short."""

    def chance(self, hours: int) -> float:
        """Probability of a cut-off within ``hours``, by the nearest horizon that is not shorter."""
        return next((p for h, p in self.chances if h >= hours), self.chances[-1][1] if self.chances else 0.0)


def absorb(ledger: Ledger, line: Line, reading: Reading) -> Ledger:
    """Enter one plausible reading into the ledger; the same reading twice changes nothing."""
    del line
    if reading.balance is None or (ledger.last_at and reading.figure_at <= ledger.last_at):
        return ledger
    units = int(reading.balance.amount * 10000)
    if ledger.currency and ledger.currency != reading.balance.currency:
        ledger = Ledger()
    burns = ledger.burns
    if (
        ledger.last_at is not None
        and ledger.last_units is not None
        and units <= ledger.last_units
        and reading.status not in (Status.SUSPENDED, Status.PENDING_TERMINATION)
    ):
        burns = (*burns, (ledger.last_at, reading.figure_at, ledger.last_units - units))[-_KEEP:]
    return replace(
        ledger, currency=reading.balance.currency, burns=burns, last_at=reading.figure_at, last_units=units
    )


def foresee(ledger: Ledger, line: Line, rules: Rules, reading: Reading | None, now: datetime) -> Forecast:
    """Forecast the cut-off from the ledger and the last good reading, however old it is."""
    if reading is None:
        return Forecast(now)
    candidates: list[tuple[datetime, CutOffBasis]] = []
    run_out = _run_out(ledger, line)
    if run_out.p10 is not None:
        candidates.append((run_out.p10, CutOffBasis.BALANCE))
    for when, basis in _dated(line, rules, reading):
        candidates.append((when, basis))
    if reading.ends_at is not None:
        candidates.append((reading.ends_at, CutOffBasis.CARRIER))
    if not candidates:
        return Forecast(now, run_out)
    earliest, basis = min(candidates)
    likely = run_out.p50 if basis is CutOffBasis.BALANCE else earliest
    chances = tuple(
        (h, 1.0 if earliest <= now + timedelta(hours=h) else 0.0) for h in (24, 30, 72, 96, 144, 168)
    )
    return Forecast(now, run_out, CutOff(earliest, likely, basis), earliest - line.payment_lead, chances)


def _run_out(ledger: Ledger, line: Line) -> Quantiles:
    if ledger.last_units is None or ledger.last_at is None:
        return Quantiles()
    floor = -int((line.overdraft or 0) * 10000)
    left = ledger.last_units - floor
    if left <= 0:
        return Quantiles(ledger.last_at, ledger.last_at, ledger.last_at)
    seconds = sum(int((b - a).total_seconds()) for a, b, _ in ledger.burns)
    burned = sum(x for _, _, x in ledger.burns)
    if burned <= 0 or seconds < 3600:
        return Quantiles()
    lasts = left * seconds // burned
    at = [ledger.last_at + timedelta(seconds=min(lasts * k // 10, 10**9)) for k in (7, 10, 15)]
    return Quantiles(*at)


def _dated(line: Line, rules: Rules, reading: Reading) -> list[tuple[datetime, CutOffBasis]]:
    found = []
    if reading.amount_due is not None and reading.amount_due.amount > 0 and reading.due_on is not None:
        wait = (
            timedelta(days=line.dunning_days)
            if line.dunning_days is not None
            else rules.span("suspend_after_due")
        )
        due = datetime.combine(reading.due_on, time(23), line.zone).astimezone(UTC)
        found.append((due + (wait or timedelta(0)), CutOffBasis.ARREARS))
    return found
