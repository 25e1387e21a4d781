"""What is not believed at first sight: an odd figure must be seen twice before it is entered."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from monitor.core.forecast.cycle import next_learned
from monitor.core.forecast.days import midnight
from monitor.core.forecast.model import CUT, Ledger, units
from monitor.core.forecast.plan import learned_days
from monitor.core.line import Line
from monitor.core.money import Money
from monitor.core.notice import Why
from monitor.core.reading import Reading

_HUGE, _DEEP = 10, 5
"""Before a payment was seen, a balance so many times the largest one is no top-up; nor is a fall by so many times it a debt."""


def doubtful(ledger: Ledger, before: Reading | None, seen: Reading, line: Line) -> bool:
    """Whether a reading is too odd to be believed at once: a sudden zero, a factor of a hundred, a huge rise."""
    if before is None:
        return False
    if _centuple(ledger, seen) or _abyss(ledger, seen):
        return True
    return seen.status not in CUT and (_odd_balance(ledger, before, seen, line) or _odd_due(before, seen))


def agrees(doubt: Reading, seen: Reading) -> bool:
    """Whether a second reading says the same as the doubted one, so that it has now been seen twice."""
    return _near(doubt.balance, seen.balance) and _near(doubt.amount_due, seen.amount_due)


def implausible(doubt: Reading, believed: Reading | None) -> tuple[Why, ...]:
    """The reason that a figure is not believed yet, with both figures."""
    for name in ("balance", "amount_due"):
        seen, held = getattr(doubt, name), getattr(believed, name, None)
        if seen is not None and held is not None and seen != held:
            return (Why.of("implausible", seen=seen, believed=held),)
    return ()


def _near(a: Money | None, b: Money | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a.amount - b.amount) * 5 <= max(abs(a.amount), abs(b.amount))


def _moved(ledger: Ledger, seen: Reading) -> tuple[int, int] | None:
    """The last balance and the one seen, in ledger units, where both are known and of one currency."""
    if ledger.units is None or seen.balance is None or seen.balance.currency != ledger.currency:
        return None
    return ledger.units, units(seen.balance.amount)


def _centuple(ledger: Ledger, seen: Reading) -> bool:
    """A balance a hundred times the last one and larger than any, as when a decimal point was lost.

    Where little is left and figures are shown in steps, many a payment is about a hundred times as much.
    """
    moved = _moved(ledger, seen)
    if moved is None:
        return False
    if 0 < moved[1] <= ledger.scale:
        return False
    old, now = map(abs, moved)
    return old > 0 and abs(now - 100 * old) <= 5 * old + 100 * ledger.grain


def _abyss(ledger: Ledger, seen: Reading) -> bool:
    """A fall below zero by many times the largest balance ever shown, as when a debt lost its decimal point."""
    moved = _moved(ledger, seen)
    return moved is not None and moved[1] < 0 < ledger.scale and moved[0] - moved[1] > _DEEP * ledger.scale


def _odd_balance(ledger: Ledger, before: Reading, seen: Reading, line: Line) -> bool:
    moved = _moved(ledger, seen)
    if moved is None:
        return False
    old, now = moved
    if now > old:
        return _huge(ledger, old, now)
    return now == 0 and old > 2 * ledger.grain and not _zero_is_due(ledger, before, seen, line)


def _huge(ledger: Ledger, old: int, now: int) -> bool:
    """A rise far above every payment seen."""
    largest = max((x for _, x in ledger.credits), default=0)
    if not largest:
        return old > 0 and now > _HUGE * ledger.scale
    return now - old > 6 * largest and now - old > abs(old)


def _zero_is_due(ledger: Ledger, before: Reading, seen: Reading, line: Line) -> bool:
    """Whether credit expires now, or a renewal or a plan's extras take all that was left."""
    if before.credit_expires_on is not None and seen.observed_at >= _begun(before.credit_expires_on, line):
        return True
    charge = max((c for _, c, _ in ledger.charges), default=0)
    charge = charge or (units(before.fee.amount) if before.fee else 0)
    due = before.next_charge_on
    if due is None and ledger.charges and ledger.day is not None:
        due = next_learned(learned_days(ledger), ledger.day)
    if due is None or not charge or ledger.units is None:
        return False
    if seen.observed_at >= _begun(due, line) and abs(ledger.units - charge) * 5 <= charge + 5 * ledger.grain:
        return True
    usual = sum(ledger.burns) // max(1, len(ledger.burns))
    return ledger.units <= max(4 * usual, *ledger.burns, 0)


def _odd_due(before: Reading, seen: Reading) -> bool:
    old, new = before.amount_due, seen.amount_due
    if old is None or new is None or old.currency != new.currency:
        return False
    if new.amount == 0 and old.amount > 0:
        return seen.due_on is not None and seen.due_on == before.due_on
    return old.amount > 0 and abs(new.amount - 100 * old.amount) * 50 <= 100 * old.amount


def _begun(day: date, line: Line) -> datetime:
    return midnight(day, line) - timedelta(hours=1)
