"""What was seen: a reading, a failure, or an event from elsewhere. Missing is ``None``, never zero."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.core.money import Money
from monitor.core.words import Autopay, Basis, Billing, Cause, FailureKind, Status


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer of a carrier (or of an SMS, or of the owner) about one line.

    All amounts have the customer's sign: ``balance`` positive is the customer's money, ``amount_due`` is owed and ≥ 0.
    """

    observed_at: datetime
    """When we saw it; aware."""
    as_of: datetime | None = None
    """The carrier's own time of the figure."""
    source: str = ""
    """Where it came from: ``tmf``, ``sms:arrears``, ``owner``, …"""
    status: Status = Status.UNKNOWN
    cause: Cause = Cause.UNKNOWN
    cause_basis: Basis = Basis.NONE
    billing: Billing = Billing.UNKNOWN
    balance: Money | None = None
    amount_due: Money | None = None
    due_on: date | None = None
    unbilled: Money | None = None
    """Post-paid use of the running period, not billed yet."""
    credit_limit: Money | None = None
    next_charge_on: date | None = None
    fee: Money | None = None
    """The plan's fee as advertised; the carrier may take more (tax)."""
    credit_expires_on: date | None = None
    autopay: Autopay = Autopay.UNKNOWN
    card_expires_on: date | None = None
    """Last day on which the card behind automatic payment is valid."""
    month_spend: Money | None = None
    plan: str | None = None
    bill_state: str | None = None
    ends_at: datetime | None = None
    """When the carrier says that service will stop."""
    partial: tuple[str, ...] = ()
    """Functions that are closed while the line works otherwise: ``data``, ``voice_out``, ``roaming``, …"""
    missing: tuple[str, ...] = ()
    """Sources that did not answer this time while others did: the reading is incomplete."""

    @property
    def figure_at(self) -> datetime:
        """The instant the figures describe, as well as it is known."""
        if self.as_of is not None and self.as_of <= self.observed_at:
            return self.as_of
        return self.observed_at


@dataclass(frozen=True, slots=True)
class Failure:
    """A poll that brought no reading. It never changes a line's status."""

    observed_at: datetime
    kind: FailureKind
    message: str = ""
    """One sentence for the owner, without secrets."""
    retry_after: timedelta | None = None
    """How long the carrier asked us to wait."""

    @property
    def retryable(self) -> bool:
        """Whether waiting alone may help."""
        return self.kind in _WAITING_HELPS


_WAITING_HELPS = frozenset(
    {
        FailureKind.TIMEOUT,
        FailureKind.UNREACHABLE,
        FailureKind.RATE_LIMITED,
        FailureKind.MAINTENANCE,
        FailureKind.MALFORMED,
        FailureKind.TLS,
    }
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something another source said: ``sms:<class>``, ``ack:<notice id>``, ``payment``, ``record``."""

    observed_at: datetime
    what: str
    amount: Money | None = None
    detail: str = ""

    @property
    def flags(self) -> frozenset[str]:
        """The words of the detail before its first bar: ``gift``, ``voluntary``, …; the text behind it is not read."""
        return frozenset(self.detail.partition("|")[0].split())


Seen = Reading | Failure | Event
"""Whatever makes us decide anew; ``None`` in its place means that only time has passed."""
