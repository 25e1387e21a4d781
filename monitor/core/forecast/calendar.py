"""Dated dangers: renewal, expiry, bill and dunning, spending cap, and what the carrier itself announces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from monitor.core.forecast.cycle import EARLY, monthly, next_learned
from monitor.core.forecast.days import midnight
from monitor.core.forecast.model import COMMON_VALIDITY, Ledger, Need, units
from monitor.core.forecast.plan import is_proven, learned_charge, learned_days, learned_plan, rounding
from monitor.core.forecast.use import Law, any_use, clock
from monitor.core.line import Line
from monitor.core.reading import Reading
from monitor.core.rules import Rules
from monitor.core.words import Autopay, Billing

AUTOPAY_LATE = timedelta(hours=30)
"""An automatic payment that did not come so long after it was expected has failed, whatever the carrier shows."""

_RENEWED_BY, _TO_ACT = timedelta(hours=6), timedelta(hours=42)
"""A figure so long after the day began shows whether it was renewed, and the time that an owner should have left before the cut-off."""
_AHEAD = (timedelta(hours=12), timedelta(days=5))
"""How long before a renewal its automatic payment comes, where it comes ahead."""
_COLLECTED_ALREADY = 0.7
"""Chance that what is short after automatic payment has come is not collected once more."""
_UNTRIED_TAX = 6
"""Before the first charge was seen, it may be up to a sixth more than the advertised fee."""
_STEP_HIDES = 0.2
"""Chance that a renewal fails which is short by less than one step of a display that rounds down."""
_DUNNING = timedelta(days=7)
"""From due date to cut-off where neither owner, rulebook nor history says: the shortest that is usual."""
_NOT_TAKEN, _HIDDEN = timedelta(hours=24), 0.6
"""So long after its day a learned renewal that was not taken has failed, with this chance where a step of the display may hide that it was short."""
_NIGHT_ENDS = 8
_EVENING = (timedelta(hours=9), timedelta(hours=26))
"""A payment first seen in the night was made the day before, mostly in its evening: its credit lives until that hour of its last day."""
_GUESSED = 0.5
"""Chance that credit expires on a day that was only learned."""
_MAY_EXPIRE = 0.2
"""The chance that credit expires after a common time, where neither carrier nor rule says."""
GUESSES = frozenset({"credit_may_expire"})
"""Dangers of which it is not known that they exist on this line: told, but no part of any probability."""
_STILL_THERE = timedelta(hours=24)
"""Credit that is shown so long after its last day has not expired, or the page has stood still since."""
_RETRIES = 0.6
"""Chance that a failed automatic payment stays failed, so that it comes to a cut-off."""


def autopay_of(line: Line, reading: Reading) -> Autopay:
    """What is known of automatic payment: the carrier's word before the owner's."""
    return reading.autopay if reading.autopay is not Autopay.UNKNOWN else line.autopay


def hours_to(now: datetime, at: datetime) -> float:
    """Hours from one instant to another."""
    return (at - now).total_seconds() / 3600


def use_days(line: Line, start: datetime, end: datetime) -> float:
    """Days of use between two instants, by the daily rhythm of the line's zone."""
    local = start.astimezone(line.zone)
    hour = local.hour + local.minute / 60
    return max(0.0, clock(hour + hours_to(start, end)) - clock(hour)) if end > start else 0.0


def needs(
    ledger: Ledger, line: Line, rules: Rules, reading: Reading, *, law: Law, now: datetime
) -> Iterator[Need]:
    """Yield every dated danger, each with the chance that it cuts the line off if nobody pays."""
    if reading.balance is not None:
        yield from _renewal(ledger, line, reading, law, now)
        yield from _expiry(ledger, line, rules, reading, law=law, now=now)
    yield from _arrears(ledger, line, rules, reading, now)
    if reading.ends_at is not None and reading.ends_at > now:
        yield Need("carrier_stop", reading.ends_at, reading.ends_at, 1.0)


def _next_renewal(
    ledger: Ledger, line: Line, reading: Reading, now: datetime
) -> tuple[date, int, bool] | None:
    """(day, units that will be taken, learned rather than shown)."""
    fee = units(reading.fee.amount) if reading.fee else 0
    if not fee and line.monthly_fee is not None:
        fee = units(line.monthly_fee)
    charge = learned_charge(ledger, fee)
    if reading.next_charge_on is not None:
        return (reading.next_charge_on, charge, False) if charge else None
    today = now.astimezone(line.zone).date()
    if learned_plan(ledger):
        return next_learned(learned_days(ledger), today), charge, True
    if line.billing is Billing.PREPAID and line.bill_day is not None and charge:
        return monthly(line.bill_day, today), charge, False
    return None


def _grace(ledger: Ledger, line: Line) -> tuple[timedelta, timedelta]:
    """Earliest and latest time from a failed renewal to the cut-off."""
    if line.grace_hours is not None:
        return timedelta(hours=line.grace_hours), timedelta(hours=line.grace_hours)
    if ledger.grace_hours is not None:
        return timedelta(hours=ledger.grace_hours), timedelta(hours=ledger.grace_hours + 12)
    return timedelta(0), timedelta(hours=24)


def _renewal(ledger: Ledger, line: Line, reading: Reading, law: Law, now: datetime) -> Iterator[Need]:
    found = _next_renewal(ledger, line, reading, now)
    if found is None or ledger.units is None or ledger.at is None:
        return
    on, charge, guessed = found
    start = midnight(on, line)
    soon, late = _grace(ledger, line)
    learned = guessed and line.grace_hours is None and ledger.grace_hours is not None
    if learned and ledger.at >= start + late + EARLY:  # it works although it should be cut off: paid unseen
        return
    left, days = ledger.units - charge, use_days(line, ledger.at, start)
    hides = guessed and ledger.at - start >= _NOT_TAKEN and is_proven(ledger)
    chance = _fails(ledger, law, left, charge, days=days, guessed=guessed)
    if hides and 0 <= left < ledger.grain:
        chance = max(chance, _HIDDEN)
    failed = ledger.at >= start + timedelta(hours=6 if reading.as_of is None else 0)
    match autopay_of(line, reading):
        case Autopay.ON if failed:
            chance *= not guessed and ledger.at - start >= _patience(line)
        case Autopay.ON:
            short = left < 0 and not guessed and _collected(ledger, line, on)
            chance *= _COLLECTED_ALREADY if short else 0.0
        case Autopay.FAILED if not failed:
            chance *= 0.9
    code = "renewal_failed" if failed else "renewal_short"
    lacking = max(0, -left) or int(law.mean * days)
    yield Need(code, start, start + soon, chance, start + late, lacking, charge, guessed)


def _fails(ledger: Ledger, law: Law, left: int, charge: int, *, days: float, guessed: bool) -> float:
    """The chance that the balance does not reach for a charge, by what it leaves (below zero: lacks) and the use until then."""
    some = any_use(ledger, days) if any(ledger.burns) else 0.0
    if left >= 0:
        chance = min(some, law.reach(left + max(1, ledger.grain // 2), days)) if left < 60 * law.mean else 0.0
        untried = not ledger.charges and left * _UNTRIED_TAX < charge
        return max(chance, 0.2) if untried else chance
    chance = 1.0
    if guessed and -left < ledger.grain:
        chance = 0.45 * -left / ledger.grain
    elif -left < ledger.grain and charge % ledger.grain:
        chance = _STEP_HIDES
    if _rounds_to(ledger, left, charge):
        chance = min(chance, _STEP_HIDES)
    return max(chance, min(some, law.reach(max(1, ledger.grain // 2), days)))


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


def _expiry(
    ledger: Ledger, line: Line, rules: Rules, reading: Reading, *, law: Law, now: datetime
) -> Iterator[Need]:
    found = _last_day(ledger, line, rules, reading)
    if found is None:
        return
    day, code, chance = found
    paid = ledger.last_top_up
    start = midnight(day, line)
    soon, late = start, start + timedelta(hours=24)
    if paid is not None and (start - paid).days >= 20:
        local = paid.astimezone(line.zone)
        hour = timedelta(hours=local.hour, minutes=local.minute)
        soon, late = start + max(timedelta(0), hour - timedelta(hours=9)), start + hour + timedelta(hours=2)
        if local.hour < _NIGHT_ENDS:
            soon, late = start + _EVENING[0], start + _EVENING[1]
    if now > late + (_STILL_THERE if chance >= 1 else timedelta(0)):
        return
    if autopay_of(line, reading) is Autopay.ON and ledger.units is not None and ledger.at is not None:
        level = ledger.auto_level
        steps_in = (
            law.reach(ledger.units - level, use_days(line, ledger.at, start)) if level is not None else 0.5
        )
        chance *= 1 - steps_in
    yield Need(code, start, soon, chance, late, guessed=reading.credit_expires_on is None)


def _last_day(ledger: Ledger, line: Line, rules: Rules, reading: Reading) -> tuple[date, str, float] | None:
    """The day after which credit is lost if nobody pays, the reason, and the chance: shown, learned, by rule, or as is common."""
    if reading.credit_expires_on is not None:
        return reading.credit_expires_on, "credit_expires", 1.0
    known = rules.span("credit_expires")
    lives = ledger.validity_days if ledger.validity_days is not None else known.days if known else None
    if lives is not None:
        paid = ledger.last_top_up
        return (_day_after(paid, lives, line), "credit_expires", _GUESSED) if paid is not None else None
    since = ledger.last_top_up or ledger.first_at
    left = next((days for days in COMMON_VALIDITY if days > ledger.lived_days), None)
    if since is None or left is None or rules.get("credit_expires") is not None:
        return None
    paid_by_use = reading.next_charge_on is None and not learned_plan(ledger)
    paid_by_use = paid_by_use and Billing.POSTPAID not in {line.billing, reading.billing}
    if not paid_by_use or autopay_of(line, reading) is Autopay.ON or (ledger.units or 0) <= 0:
        return None
    return _day_after(since, left, line), "credit_may_expire", _MAY_EXPIRE


def _day_after(since: datetime, days: int, line: Line) -> date:
    return (since + timedelta(days=days)).astimezone(line.zone).date()


def dunning(ledger: Ledger, line: Line, rules: Rules) -> tuple[timedelta, bool]:
    """From due date to cut-off, and whether that is a guess."""
    if line.dunning_days is not None:
        return timedelta(days=line.dunning_days), False
    if ledger.dunning_hours is not None:
        return timedelta(hours=ledger.dunning_hours), False
    known = rules.span("suspend_after_due")
    return (known, False) if known is not None else (_DUNNING, True)


def due_at(day: date, line: Line) -> datetime:
    """The end of a due date."""
    return datetime.combine(day, time(23), line.zone).astimezone(UTC)


def _arrears(ledger: Ledger, line: Line, rules: Rules, reading: Reading, now: datetime) -> Iterator[Need]:
    owed = reading.amount_due
    if owed is None or owed.amount <= 0 or reading.due_on is None:
        return
    due = due_at(reading.due_on, line)
    wait, guessed = dunning(ledger, line, rules)
    cut = due + wait
    chance = 1.0
    pays = autopay_of(line, reading)
    seen = ledger.at or reading.observed_at
    if pays is Autopay.ON and seen < due + AUTOPAY_LATE:
        chance = 0.0
    elif pays is Autopay.FAILED:
        chance = _RETRIES
    code = "bill_overdue" if now >= due else "bill_due"
    yield Need(code, due, cut, chance, cut + timedelta(hours=60), units(owed.amount), guessed=guessed)
