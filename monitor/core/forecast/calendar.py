"""Dated dangers: renewal (see ``renewal``), expiry, bill and dunning, spending cap, and what the carrier itself announces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from monitor.core.forecast.days import midnight, use_days
from monitor.core.forecast.model import COMMON_VALIDITY, Ledger, Need, units
from monitor.core.forecast.plan import learned_plan
from monitor.core.forecast.renewal import AUTOPAY_LATE, autopay_of, renewal
from monitor.core.forecast.use import Law
from monitor.core.line import Line
from monitor.core.reading import Reading
from monitor.core.rules import Rules
from monitor.core.words import Autopay, Billing

_DUNNING = timedelta(days=7)
"""From due date to cut-off where neither owner, rulebook nor history says: the shortest that is usual."""
_NIGHT_ENDS = 8
_EVENING = (timedelta(hours=9), timedelta(hours=26))
"""A payment first seen in the night was made the day before, mostly in its evening: its credit lives until that hour of its last day."""
_SEEN_LATE = (timedelta(hours=8), timedelta(hours=2.5))
"""Credit lives until the hour in which it was paid: at most so long before that payment was first seen, at most so much later."""
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


def needs(
    ledger: Ledger, line: Line, rules: Rules, reading: Reading, *, law: Law, now: datetime
) -> Iterator[Need]:
    """Yield every dated danger, each with the chance that it cuts the line off if nobody pays."""
    if reading.balance is not None:
        yield from renewal(ledger, line, reading, law, now)
        yield from _expiry(ledger, line, rules, reading, law=law, now=now)
    yield from _arrears(ledger, line, rules, reading, now)
    if reading.ends_at is not None and reading.ends_at > now:
        yield Need("carrier_stop", reading.ends_at, reading.ends_at, 1.0)


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
        soon, late = start + max(timedelta(0), hour - _SEEN_LATE[0]), start + hour + _SEEN_LATE[1]
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
