"""The forecast: the law of use and the calendar together make the distribution of the cut-off instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import exp

from monitor.core.forecast.calendar import GUESSES, needs
from monitor.core.forecast.cycle import monthly
from monitor.core.forecast.days import midnight, use_days
from monitor.core.forecast.model import HORIZONS, Forecast, Ledger, Need, along, at_hour, units
from monitor.core.forecast.moved import causes
from monitor.core.forecast.payment import typical
from monitor.core.forecast.plan import learned_charge, learned_charges, learned_plan
from monitor.core.forecast.renewal import autopay_of
from monitor.core.forecast.use import EVEN_CV2, LEARNING_DAYS, Law, clock, law
from monitor.core.line import Line
from monitor.core.notice import CutOff, Quantiles, Why
from monitor.core.reading import Reading
from monitor.core.rules import Rules
from monitor.core.words import Autopay, CutOffBasis

_GRID = (0, 3, 6, 9, 12, 16, 20, 24, 30, 36, 42, 48, 60, 72, 84, 96, 120, 144, 168, 192, 216, 264, 312, 384, 480, 600, 720, 960, 1200)  # fmt: skip
"""Hours ahead at which the distribution is computed; between them it is drawn straight."""
_FAR = _GRID[-1]
_NEVER = tuple((h, 0.0) for h in HORIZONS)
_RETRIED = 0.25
"""Chance that an automatic top-up that failed goes on failing."""
_USE_CUTS_PLAN = 0.5
"""Chance that use cuts a plan that neither announces its charges nor ever worked with nothing left."""
_SEEN, _PAYS_A_DAY, _SEEN_LEAST = 0.985, 0.26, 0.3
"""Chance that no payment is on its way that the carrier does not show yet: at once, how it falls with each day that the figure
is old (who runs low, pays), and where it stops: blindness hides a danger no more than it hides a payment."""
_AVERTED = frozenset({"credit_expires", "renewal_short", "renewal_failed"})
"""Dated dangers that a payment not shown yet would have averted."""
_TODAY_LEAST, _TODAY_DOUBT, _GOES_ON = 0.02, 0.2, 1.2
"""Share of a day's use that must be over to tell a busy day from a quiet one, the share at which that is half sure, and at
which pace the rest goes on."""
_BUSIEST, _TODAY_MOST, _FINE = 7.2, 0.9, 0.5
"""A day goes on at so many usual days at most, and takes at most this part of what is left; displays coarser than this part
of a usual day tell nothing of today."""
_USED_UP = 1 - 1e-6
"""From this probability on the rest of the curve is level."""
_CERTAIN = 0.9
"""Beyond this probability that an older figure is used up, that the line still works says nothing more."""
_BASIS = {
    "carrier_stop": CutOffBasis.CARRIER,
    "bill_due": CutOffBasis.ARREARS,
    "bill_overdue": CutOffBasis.ARREARS,
}


def foresee(ledger: Ledger, line: Line, rules: Rules, reading: Reading | None, now: datetime) -> Forecast:
    """Forecast the cut-off from the ledger and the last good reading, however old it is.

    Args:
        ledger: what was learned.
        line: the line and what its owner knows of it.
        rules: the rulebook's values for it.
        reading: the last believed reading.
        now: the instant to look from.
    """
    now = now.astimezone(UTC)
    if reading is None:
        return Forecast(now)
    use = usual(ledger)
    dated = [
        n for n in needs(ledger, line, rules, reading, law=use, now=now) if n.chance > 0.0 or n.cut > now
    ]
    curve = _curve(ledger, line, reading, use, now)
    whole = _whole(curve, _unpaid(dated, ledger, now), now)
    use_up, by_use = _quantiles(curve, now), _at_horizons(curve)
    ends, chances = (use_up, by_use) if whole is curve else (_quantiles(whole, now), _at_horizons(whole))
    found = _needs(ledger, reading, dated, curve, use_up)
    cut = CutOff()
    if ends.p10 is not None and found:
        cut = CutOff(ends.p10, ends.p50, _BASIS.get(found[0].code, CutOffBasis.BALANCE))
    pay_by = cut.earliest - line.payment_lead if cut.earliest is not None else None
    learning = (
        (int(use.days), LEARNING_DAYS) if use.days < LEARNING_DAYS and reading.balance is not None else None
    )
    reasons = list(causes(ledger, line))
    if learning is not None:
        reasons.insert(0, Why.of("learning", learning_days=learning[0], learning_need=learning[1]))
    return Forecast(
        now, ends, cut, pay_by, chances, by_use, tuple(reasons), learning, use_up, int(use.mean), found
    )


def horizon_chance(
    ledger: Ledger, line: Line, rules: Rules, reading: Reading, *, now: datetime, hours: float
) -> float:
    """Probability of a cut-off within any number of hours."""
    now = now.astimezone(UTC)
    use = usual(ledger)
    dated = list(needs(ledger, line, rules, reading, law=use, now=now))
    return at_hour(_whole(_curve(ledger, line, reading, use, now), _unpaid(dated, ledger, now), now), hours)


def usual(ledger: Ledger) -> Law:
    """The line's law of use as forecasts take it: in the first weeks with that of a typical phone mixed in."""
    return law(ledger, 0 if learned_plan(ledger) else typical(ledger))


def cut_level(ledger: Ledger, line: Line) -> int:
    """The balance at which use cuts the line: the owner's word, what was seen, else zero."""
    if line.overdraft is not None:
        return -units(line.overdraft)
    if ledger.cut_level is not None:
        return ledger.cut_level
    return min(0, ledger.low_level or 0)


def margin(ledger: Ledger, line: Line, use: Law) -> float:
    """What may still be burned, in units: a balance shown in steps is a range, narrowed by the use since it was shown.

    Displays round down, as long as no cut-off was seen: one that shows zero or more at a cut-off rounds to the nearest step.
    """
    assert ledger.units is not None  # noqa: S101 - the caller has a balance
    left = float(ledger.units - cut_level(ledger, line))
    step = ledger.grain if use.mean and ledger.grain > 0.2 * use.mean else 0
    if not step or ledger.at is None or ledger.shown_since is None:
        return left
    gone = use.mean * use_days(line, ledger.shown_since, ledger.at)
    if ledger.cut_level is not None and ledger.cut_level >= 0:
        return max(left + max(-0.35 * step, step / 2 - gone), 0.15 * step)
    if ledger.cut_level is not None and line.overdraft is None:
        left -= step
    return left + max(0.25 * step, step - gone)


def _curve(
    ledger: Ledger, line: Line, reading: Reading, use: Law, now: datetime
) -> list[tuple[float, float]]:
    """(hours from now, probability that use alone has cut the line by then)."""
    weight = _use_cuts(ledger, line, reading, use)
    if not weight or ledger.at is None:
        return []
    left = _left(ledger, line, reading, use)
    if use.mean <= 0:
        return [(h, weight) for h in (0.0, float(_FAR))] if left <= 0 else []
    if left > 150 * use.mean:
        return []
    if reading.balance is not None and line.overdraft is None and ledger.cut_level is None:
        left = max(left, 0.5 * use.mean)
    charge_at, charge = _known_charge(ledger, line, reading, now)
    gone = use_days(line, ledger.at, now)
    local = now.astimezone(line.zone)
    hour = local.hour + local.minute / 60
    base = clock(hour)
    before = use.reach(left, gone) if gone > 0 else (1.0 if left <= 0 else 0.0)
    alive = reading.observed_at >= now - timedelta(hours=1) and before < _CERTAIN
    weight *= _all_seen(ledger, now)
    curve = []
    rest, busy = _today(ledger, line, use)
    for h in _GRID:
        days = gone + clock(hour + h) - base
        have = left - (charge if h >= charge_at else 0)
        if rest and have > 0:
            today = min(days, rest)
            p = use.reach(have - min(today * busy, _TODAY_MOST * have), days - today)
        else:
            p = use.reach(have, days)
        if alive:
            p = max(0.0, (p - before) / (1 - before))
        curve.append((float(h), p * weight))
        if p >= _USED_UP:
            break
    return curve


def _today(ledger: Ledger, line: Line, use: Law) -> tuple[float, float]:
    """What is left of the figure's local day, as far as it will go on as it began: (days of use, units a day at its pace).

    A day is busy or quiet as a whole, and what was used so far tells which, the surer the more of it is over. Where all
    days are alike, as a tracker's, it tells nothing.
    """
    if ledger.at is None or not ledger.burns or use.mean <= 0 or ledger.grain > _FINE * use.mean:
        return 0.0, 0.0
    local = ledger.at.astimezone(line.zone)
    hour = local.hour + local.minute / 60
    watched = clock(hour) * min(1.0, ledger.hours[-1] / 100 / hour) if hour else 0.0
    if watched < _TODAY_LEAST or local.date() != ledger.day:
        return 0.0, 0.0
    uneven = min(1.0, max(0.0, use.var / (use.mean * use.mean) - EVEN_CV2))
    sure = uneven * watched / (watched + _TODAY_DOUBT)
    return (1 - clock(hour)) * sure, min(_GOES_ON * ledger.burns[-1] / watched, _BUSIEST * use.mean)


def _all_seen(ledger: Ledger, now: datetime) -> float:
    """The chance that no payment is on its way that the newest figure does not show yet."""
    age = max(0.0, (now - ledger.at).total_seconds() / 86400) if ledger.at is not None else 0.0
    return max(_SEEN_LEAST, _SEEN * exp(-_PAYS_A_DAY * age))


def _unpaid(dated: list[Need], ledger: Ledger, now: datetime) -> list[tuple[Need, float]]:
    """The dated dangers and their chances, of a balance as likely as that nobody has paid by now; a mere guess moves no probability."""
    seen = _all_seen(ledger, now)
    known = [n for n in dated if n.code not in GUESSES and n.chance > 0]
    return [(n, n.chance * seen if n.code in _AVERTED else n.chance) for n in known]


def _use_cuts(ledger: Ledger, line: Line, reading: Reading, use: Law) -> float:
    """The chance that an empty balance cuts this line at all: not one that pays by itself, nor most plans."""
    if reading.balance is None and reading.credit_limit is not None and reading.unbilled is not None:
        return 1.0
    if ledger.units is None or reading.balance is None:
        return 0.0
    if autopay_of(line, reading) is Autopay.ON or ledger.works_empty:
        return 0.0
    if not learned_plan(ledger) or ledger.cut_level is not None:
        return _RETRIED if autopay_of(line, reading) is Autopay.FAILED else 1.0
    charges = learned_charges(ledger)
    charge = max((c for _, c, _ in charges), default=0)
    announced = any(fee for _, _, fee in charges)
    worked_at_zero = ledger.low_level is not None and ledger.low_level <= max(ledger.grain, charge // 20)
    return _USE_CUTS_PLAN if not announced and not worked_at_zero and use.mean * 120 > charge else 0.0


def _left(ledger: Ledger, line: Line, reading: Reading, use: Law) -> float:
    """What may still be used: the balance, or what the credit limit leaves beside bills and use of the running period."""
    if reading.balance is not None:
        return margin(ledger, line, use)
    owed = [m.amount for m in (reading.amount_due, reading.unbilled) if m is not None]
    return float(units(reading.credit_limit.amount - sum(owed))) if reading.credit_limit is not None else 0.0


def _known_charge(ledger: Ledger, line: Line, reading: Reading, now: datetime) -> tuple[float, int]:
    """(hours until a charge that will be taken, units): a renewal of a line not known as a plan yet, a bill under a spending cap."""
    on, charge = reading.next_charge_on, 0
    if reading.balance is None:
        today = now.astimezone(line.zone).date()
        on = monthly(ledger.bill_day, today + timedelta(days=1)) if ledger.bill_day else None
        charge = ledger.plan_fee or 0
    elif on is not None and not learned_plan(ledger):
        charge = learned_charge(ledger, units(reading.fee.amount) if reading.fee is not None else 0)
    if on is None or not charge:
        return float(_FAR) * 2, 0
    return max(0.0, (midnight(on, line) - now).total_seconds() / 3600), charge


def _whole(
    curve: list[tuple[float, float]], dated: list[tuple[Need, float]], now: datetime
) -> list[tuple[float, float]]:
    """The distribution with the dated dangers and their chances added: the line lives on only if it survives each of them."""
    spans = []
    marks = {h for h, _ in curve} or {0.0, float(_FAR)}
    for need, chance in dated:
        soon = max(0.0, (need.cut - now).total_seconds() / 3600)
        late = max(soon, (need.late - now).total_seconds() / 3600) if need.late else soon
        spans.append((soon, late, chance))
        marks |= {max(0.0, soon - 0.01), soon, soon + 0.01, late}
    if not spans:
        return curve
    whole, hours = [], sorted(marks | set(map(float, HORIZONS)))
    for h, p in zip(hours, along(curve, hours), strict=True):
        alive = 1 - p
        for soon, late, chance in spans:
            share = 0.0 if h < soon else 1.0 if h >= late else 0.12 + 0.88 * (h - soon) / (late - soon)
            alive *= 1 - chance * share
        whole.append((h, 1 - alive))
    return whole


def _at_horizons(curve: Sequence[tuple[float, float]]) -> tuple[tuple[int, float], ...]:
    if not curve:
        return _NEVER
    return tuple([(h, round(p, 4)) for h, p in zip(HORIZONS, along(curve, HORIZONS), strict=True)])


def _quantiles(curve: Sequence[tuple[float, float]], now: datetime) -> Quantiles:
    """When the probability reaches 10, 50 and 90 %."""
    found, wanted = [], [0.9, 0.5, 0.1]
    last_h = last_p = 0.0
    for h, p in curve:
        while wanted and p >= wanted[-1]:
            q = wanted.pop()
            hours = last_h + (h - last_h) * (q - last_p) / (p - last_p) if p > last_p else h
            found.append(now + timedelta(seconds=int(hours * 3600)))
        last_h, last_p = h, p
    return Quantiles(*found)


def _needs(
    ledger: Ledger, reading: Reading, dated: list[Need], curve: list[tuple[float, float]], use: Quantiles
) -> tuple[Need, ...]:
    """The credible dangers, nearest first: dated ones by their day, use by its 10 % quantile; mere guesses at the end."""
    found = [n for n in dated if n.chance >= 0.05]
    if use.p10 is not None:
        code = "run_out" if reading.balance is not None else "limit_near"
        found.append(Need(code, use.p10, use.p10, at_hour(curve, 96), use.p90, max(0, -(ledger.units or 0))))
    return tuple(sorted(found, key=lambda n: (n.code in GUESSES, n.cut)))
