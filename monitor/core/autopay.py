"""Automatic payment: gone, about to collect, its card about to end. Nobody pays by hand what he believes to be collected.

That a payment failed or did not come is a danger of money, see :mod:`monitor.core.assess`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from monitor.core.forecast.renewal import autopay_of
from monitor.core.line import Line
from monitor.core.money import Money
from monitor.core.notice import Danger, Why
from monitor.core.reading import Reading
from monitor.core.state import LineState
from monitor.core.words import Autopay, Kind, Severity

DEBIT = "debit-"
"""Threads of announced payments, one for each day of payment."""
_REPEAT = timedelta(days=30)
_AHEAD = timedelta(days=2)
_REMEMBERED = timedelta(days=45)
"""So long after the carrier called an automatic payment failed the next one, a month later, is announced."""
_CARD_SOON = timedelta(days=30)


def had_autopay(before: bool, seen: Reading) -> bool:  # noqa: FBT001  # a fact and not a switch
    """Return whether automatic payment has ever been seen on."""
    return before or seen.autopay is Autopay.ON


def autopay_dangers(line: Line, state: LineState, now: datetime) -> Iterator[Danger]:
    """Yield what there is to say of automatic payment beside that it failed."""
    reading = state.reading
    if reading is None:
        return
    pays, today = autopay_of(line, reading), now.astimezone(line.zone).date()
    if reading.autopay is Autopay.OFF and (state.had_autopay or line.autopay is Autopay.ON):
        why = Why.of("autopay_missing", amount_due=reading.amount_due, due_on=reading.due_on)
        yield Danger("autopay", Kind.AUTOPAY_MISSING, Severity.WARNING, "autopay-off", why, repeat=_REPEAT)
    if pays is Autopay.ON:
        yield from _debit(line, state, reading, now, today)
    if pays is not Autopay.OFF:
        yield from _card(line, state, reading, today)


def collected(line: Line, reading: Reading) -> tuple[Money, date] | None:
    """Return what automatic payment is to collect next, and on which day; None: nothing that is known."""
    owed, fee = reading.amount_due, reading.fee
    if autopay_of(line, reading) is not Autopay.ON:
        return None
    if owed is not None and owed.amount > 0 and reading.due_on is not None:
        return owed, reading.due_on
    balance, on = reading.balance, reading.next_charge_on
    if fee is None or balance is None or on is None or fee.currency != balance.currency or balance >= fee:
        return None
    return fee - balance, on


def _debit(line: Line, state: LineState, reading: Reading, now: datetime, today: date) -> Iterator[Danger]:
    """A payment that is near is announced where the last ones did not all work, or its owner wants it so."""
    failed = state.autopay_failed_at
    lately = failed is not None and now - failed <= _REMEMBERED
    ahead = line.debit_notice or (_AHEAD if lately else None)
    found = collected(line, reading)
    if ahead is None or found is None or not timedelta(0) <= found[1] - today <= ahead:
        return
    amount, on = found
    failed_on = failed.astimezone(line.zone).date() if failed and lately else None
    why = Why.of("debit_ahead", amount=amount, on=on, failed_on=failed_on)
    yield Danger(f"{DEBIT}{on:%Y%m%d}", Kind.PAYMENT_DUE, Severity.INFO, "debit", why, level=1)


def _card(line: Line, state: LineState, reading: Reading, today: date) -> Iterator[Danger]:
    """The card behind automatic payment ends; a payment seen after its last day shows that another took its place."""
    until = reading.card_expires_on or line.card_expires
    if until is None or until - today > _CARD_SOON:
        return
    paid = state.ledger.last_credit
    if paid is not None and paid.astimezone(line.zone).date() > until:
        return
    why = Why.of(
        "card_expires", on=until, expired=today > until, amount_due=reading.amount_due, due_on=reading.due_on,
        said_by="carrier" if reading.card_expires_on else "settings",
    )  # fmt: skip
    rung, severity, level = (
        ("expired", Severity.WARNING, 2) if today > until else ("expires", Severity.INFO, 1)
    )
    yield Danger("card", Kind.AUTOPAY_MISSING, severity, f"card-{rung}", why, level=level)
