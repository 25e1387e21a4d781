"""A line under watch: what its owner told us about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from monitor.core.words import Autopay, Billing


class Foresight(StrEnum):
    """How early its owner wants to be told of a danger that is only likely."""

    EARLY = "early"
    BALANCED = "balanced"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Hold:
    """A stop that the owner asked for (停机保号, 挂失): no alarm while it lasts."""

    since: date
    until: date | None = None
    monthly_fee: Decimal | None = None
    reason: str = "hold"


@dataclass(frozen=True, slots=True)
class Line:
    """One phone line and the terms its owner knows. Every term is optional: missing is not zero."""

    name: str
    carrier: str
    number: str = ""
    """E.164. Personal data: shown masked, see :func:`mask`."""
    account: str = ""
    """Lines of one account are told of in one message."""
    timezone: str = "UTC"
    rules: str = ""
    """Rulebook entry, ``cn.mobile``; empty means the connector's own."""
    province: str = ""
    billing: Billing = Billing.UNKNOWN
    currency: str = ""
    bill_day: int | None = None
    """Day of month on which the bill is made or the plan renews, 1–31."""
    due_days: int | None = None
    """Days from bill to due date."""
    monthly_fee: Decimal | None = None
    credit_limit: Decimal | None = None
    autopay: Autopay = Autopay.UNKNOWN
    debit_notice: timedelta | None = None
    """How long before it an automatic payment is announced; None: only where one has failed lately."""
    card_expires: date | None = None
    """Last day on which the card behind automatic payment is valid."""
    grace_hours: int | None = None
    """Hours from a failed renewal to the cut-off."""
    dunning_days: int | None = None
    """Days from the due date to the cut-off."""
    overdraft: Decimal | None = None
    """How far below zero a pre-paid line may go."""
    foresight: Foresight = Foresight.BALANCED
    payment_lead: timedelta = timedelta(hours=2)
    """How long a payment needs to count with the carrier."""
    poll_every: timedelta = timedelta(hours=6)
    hold: Hold | None = None
    receives_codes: bool = False
    """The number receives one-time codes of banks and logins."""

    @property
    def zone(self) -> ZoneInfo:
        """The line's time zone; its days are days there."""
        return ZoneInfo(self.timezone)


def mask(number: str) -> str:
    """Hide the middle of a number: ``+8613812348000`` → ``+86138****8000``.

    Short or odd numbers keep at most their last two digits.
    """
    if not number:
        return ""
    plus, digits = ("+", number[1:]) if number.startswith("+") else ("", number)
    if len(digits) < 7:
        return plus + "*" * max(0, len(digits) - 2) + digits[-2:]
    tail = digits[-4:] if len(digits) >= 10 else digits[-2:]
    head = digits[: max(2, len(digits) - len(tail) - 4)]
    return f"{plus}{head}****{tail}"
