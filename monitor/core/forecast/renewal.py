"""The renewal of a pre-paid plan: when it comes, what it takes, and the chance that the balance does not reach for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from monitor.core.forecast.cycle import EARLY, monthly, next_learned
from monitor.core.forecast.days import midnight, use_days
from monitor.core.forecast.model import Ledger, Need, units
from monitor.core.forecast.plan import (
    is_coarse,
    is_more_than,
    is_proven,
    learned_charge,
    learned_charges,
    learned_days,
    learned_plan,
    rounding,
)
from monitor.core.forecast.use import Law, any_use
from monitor.core.line import Line
from monitor.core.reading import Reading
from monitor.core.words import Autopay, Billing

AUTOPAY_LATE = timedelta(hours=30)
"""An automatic payment that did not come so long after it was expected has failed, whatever the carrier shows."""

_RENEWED_BY, _TO_ACT = timedelta(hours=6), timedelta(hours=42)
"""A figure so long after the day began shows whether it was renewed, and the time that an owner should have left before the cut-off."""
_AHEAD = (timedelta(hours=12), timedelta(days=5))
"""How long before a renewal its automatic payment comes, where it comes ahead."""
_COLLECTED_ALREADY = 0.7
"""Chance that what is short after automatic payment has come is not collected once more."""
_RETRY_FAILS = 0.9
"""Chance that an automatic payment that failed does so at the renewal, too."""
_UNTRIED_TAX = 6
"""Before the first charge was seen, it may be up to a sixth more than the advertised fee."""
_MORE_THAN = 3
"""A charge that is only known to be more than what a renewal failed with may be more by up to a third."""
_UNTRIED = 0.2
"""The chance that it is, of either."""
_EXTRA, _EXTRA_A_DAY = (20, 4), 0.012
"""What comes beside a plan now and then takes between these parts of its charge; the chance that it begins on a day."""
_JUST_PAID, _JUST_PAID_AGAIN = 0.1, 0.4
"""The chance that an owner paid exactly what a charge takes, where a step of the display hides it: at first, and once a renewal failed
with about as much."""
_BUSY = 0.55
"""The share of days on which a typical phone uses something that is paid."""
_STEP_HIDES = 0.2
"""Chance that a renewal fails which is short by less than one step of a display that rounds down."""
_ROUNDED = 0.05
"""The same where as much was shown before, and the line worked."""
_NOT_TAKEN, _HIDDEN = timedelta(hours=24), 0.6
"""So long after its day a learned renewal that was not taken has failed, with this chance where a step of the display may hide that it was short."""


def autopay_of(line: Line, reading: Reading) -> Autopay:
    """What is known of automatic payment: the carrier's word before the owner's."""
    return reading.autopay if reading.autopay is not Autopay.UNKNOWN else line.autopay


def _next_renewal(
    ledger: Ledger, line: Line, reading: Reading, now: datetime
) -> tuple[date, int, bool] | None:
    """(day, units that will be taken, learned rather than shown); None where either is unknown."""
    fee = units(reading.fee.amount) if reading.fee else 0
    if not fee and line.monthly_fee is not None:
        fee = units(line.monthly_fee)
    charge = learned_charge(ledger, fee)
    if not charge:
        return None
    if reading.next_charge_on is not None:
        return reading.next_charge_on, charge, False
    today = now.astimezone(line.zone).date()
    if learned_plan(ledger):
        return next_learned(learned_days(ledger), today), charge, True
    if line.billing is Billing.PREPAID and line.bill_day is not None:
        return monthly(line.bill_day, today), charge, False
    return None


def _grace(ledger: Ledger, line: Line) -> tuple[timedelta, timedelta]:
    """Earliest and latest time from a failed renewal to the cut-off."""
    if line.grace_hours is not None:
        return timedelta(hours=line.grace_hours), timedelta(hours=line.grace_hours)
    if ledger.grace_hours is not None:
        return timedelta(hours=ledger.grace_hours), timedelta(hours=ledger.grace_hours + 12)
    return timedelta(0), timedelta(hours=24)


def renewal(ledger: Ledger, line: Line, reading: Reading, law: Law, now: datetime) -> Iterator[Need]:
    """Yield the danger that the next renewal fails, with its chance; nothing where no plan is known."""
    found = _next_renewal(ledger, line, reading, now)
    if found is None or ledger.units is None or ledger.at is None:
        return
    on, charge, guessed = found
    start = midnight(on, line)
    soon, late = _grace(ledger, line)
    learned = guessed and line.grace_hours is None and ledger.grace_hours is not None
    if learned and ledger.at >= start + late + EARLY:  # it works although it should be cut off: paid unseen
        return
    left, since, days = ledger.units - charge, ledger.at - start, use_days(line, ledger.at, start)
    failed = since >= (_RENEWED_BY if reading.as_of is None else timedelta(0))
    match autopay_of(line, reading):
        case Autopay.ON if failed:
            chance = float(not guessed and since >= _patience(line))
        case Autopay.ON:
            short = left < 0 and not guessed and _collected(ledger, line, on)
            chance = _COLLECTED_ALREADY if short else 0.0
        case Autopay.FAILED if not failed:
            chance = _RETRY_FAILS
        case _:
            chance = 1.0
    if chance:
        chance *= _fails(ledger, law, left, charge, days=days, guessed=guessed, since=since)
    code = "renewal_failed" if failed else "renewal_short"
    lacking = max(0, -left) or int(law.mean * days)
    yield Need(code, start, start + soon, chance, start + late, lacking, charge, guessed)


def _fails(
    ledger: Ledger, law: Law, left: int, charge: int, *, days: float, guessed: bool, since: timedelta
) -> float:
    """The chance that the balance does not reach for a charge, by what it leaves (below zero: lacks) and the use until then.

    ``since``: how long after its day the balance was seen, below zero where the day lies ahead.
    """
    some = any_use(ledger, days) if any(ledger.burns) else 0.0
    hidden = ledger.grain // 2
    if left >= 0:
        chance = min(some, law.reach(left + max(1, hidden), days)) if left < 60 * law.mean else 0.0
        if left < _may_be_more(ledger, charge):
            chance = max(chance, _UNTRIED)
    elif is_more_than(ledger, charge):
        chance = _HIDDEN if is_coarse(ledger, charge) and -left < ledger.grain else 1.0
    else:
        chance = 1.0
        if guessed and -left < ledger.grain:
            chance = 0.45 * -left / ledger.grain
        elif -left < ledger.grain and charge % ledger.grain:
            chance = _STEP_HIDES
        if _rounds_to(ledger, left, charge):
            chance = min(chance, _ROUNDED)
        chance = max(chance, min(some, law.reach(max(1, hidden), days)))
    chance = 1 - (1 - chance) * (1 - some * _extra(left, charge, days))
    if left <= hidden:
        chance = max(chance, _just_paid(ledger, charge, days))
    not_taken = guessed and since >= _NOT_TAKEN and 0 <= left < ledger.grain and is_proven(ledger)
    return max(chance, _HIDDEN) if not_taken else chance


def _may_be_more(ledger: Ledger, charge: int) -> float:
    """By how much a charge that was never seen exactly may be more than is known of it."""
    if not learned_charges(ledger):
        return charge / _UNTRIED_TAX
    return charge / _MORE_THAN if is_more_than(ledger, charge) else 0.0


def _extra(left: int, charge: int, days: float) -> float:
    """The chance that something beside the plan and its usual use, a journey or a single large charge, takes what is left."""
    least, most = charge / _EXTRA[0], charge / _EXTRA[1]
    takes = min(1.0, max(0.0, (most - left) / (most - least)))
    return takes * _begins(_EXTRA_A_DAY, days)


def _begins(a_day: float, days: float) -> float:
    """The chance that what begins with the same chance each day has begun within some days."""
    never: float = (1 - a_day) ** days
    return 1 - never


def _just_paid(ledger: Ledger, charge: int, days: float) -> float:
    """The chance that a balance which a coarse display shows as just enough is exactly that, and any use makes it too little.

    Such a display does not tell on which days something is used.
    """
    if not is_coarse(ledger, charge) or not any(ledger.burns):
        return 0.0
    failed_before = ledger.short_at is not None and 2 * (charge - ledger.short_at) < 3 * ledger.grain
    return (_JUST_PAID_AGAIN if failed_before else _JUST_PAID) * _begins(_BUSY, days)


def _rounds_to(ledger: Ledger, left: int, charge: int) -> bool:
    """Whether what a charge would leave is below zero by a rounding, and as much was shown before on a line that worked."""
    return -rounding(ledger, charge) <= left < 0 and ledger.low_level is not None and ledger.low_level <= left


def _collected(ledger: Ledger, line: Line, on: date) -> bool:
    """Whether automatic payment, which on this line comes some days before a renewal, has come for this one."""
    ahead = {day for day, _, _ in ledger.charges if _paid_ahead(ledger, line, day)}
    return bool(ahead - {on}) and _paid_ahead(ledger, line, on)


def _paid_ahead(ledger: Ledger, line: Line, on: date) -> bool:
    start = midnight(on, line)
    return any(_AHEAD[0] <= start - at <= _AHEAD[1] for at, _ in ledger.credits)


def _patience(line: Line) -> timedelta:
    """How long a renewal by automatic payment may be late: less where a short grace would leave no time to act."""
    if line.grace_hours is None:
        return AUTOPAY_LATE
    return min(AUTOPAY_LATE, max(_RENEWED_BY, timedelta(hours=line.grace_hours) - _TO_ACT))
