"""Why a line is stopped, when its carrier does not say: arrears are inferred only with evidence."""

from __future__ import annotations

from monitor.core.reading import Reading
from monitor.core.words import Autopay, Basis, Cause, Status


def exhausted(reading: Reading) -> bool:
    """Whether the balance is used up, credit included."""
    balance, limit = reading.balance, reading.credit_limit
    if balance is None:
        return False
    extra = limit.amount if limit is not None and limit.currency == balance.currency else 0
    return balance.amount + extra <= 0


def cause(reading: Reading, *, overdue: bool = False, payment_failed: bool = False) -> tuple[Cause, Basis]:
    """Return the cause of a stop that the carrier left unexplained, and how it is known."""
    match reading.status:
        case Status.ACTIVE:
            return Cause.NONE, Basis.NONE
        case Status.UNKNOWN | Status.TERMINATED:
            return Cause.UNKNOWN, Basis.NONE
        case Status.RESTRICTED | Status.SUSPENDED | Status.PENDING_TERMINATION:
            if overdue or payment_failed or exhausted(reading):
                return Cause.ARREARS, Basis.INFERRED
            return Cause.UNKNOWN, Basis.NONE


def says_something(reading: Reading) -> bool:
    """Whether a reading holds any fact at all."""
    figures = (
        reading.balance,
        reading.amount_due,
        reading.credit_limit,
        reading.unbilled,
        reading.month_spend,
        reading.bill_state,
        reading.credit_expires_on,
    )
    return (
        reading.status is not Status.UNKNOWN
        or reading.autopay is not Autopay.UNKNOWN
        or any(figure is not None for figure in figures)
    )
