"""What is known, as the sentences may use it: the newest reading and forecast, and the notice's own reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from monitor.core.forecast import Forecast
from monitor.core.money import Money
from monitor.core.notice import CutOff, Notice, Why
from monitor.core.reading import Reading
from monitor.core.reasons import BY_CODE
from monitor.core.state import LineState
from monitor.core.words import Autopay, Basis, Cause, CutOffBasis, Kind, Status

OLD = timedelta(hours=24)
"""Figures of this age are said to be old."""
HELD = timedelta(minutes=15)
"""A notice that waited this long says so, and is written from the newest figures."""
PAYABLE = frozenset(
    {
        *(Kind.PAYMENT_DUE, Kind.AUTOPAY_MISSING, Kind.AUTOPAY_FAILED, Kind.LOW_BALANCE),
        *(Kind.ARREARS, Kind.SUSPENSION_WARNING),
    }
)
"""Dangers that a payment ends."""
_MORNING, _EVENING = 8, time(21)
_ANY_TIME = timedelta(hours=6)
"""A stop that the terms allow already, or so soon, may come at any time: nobody knows its hour."""
_COLLECTED = frozenset({"debit_ahead", "card_expires"})
"""What is paid without its owner's doing: no day to pay by, and no cut-off that comes from it."""
_DUE = frozenset({Kind.PAYMENT_DUE, Kind.AUTOPAY_MISSING})


@dataclass(frozen=True, slots=True)
class WhyFacts:
    """A reason's facts as values: money as Money, instants and days as such. Whatever is missing is None."""

    code: str
    facts: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.facts.get(name)


def reason(why: Why) -> WhyFacts:
    """Read a reason's facts by the types that its entry in the list of reasons declares."""
    known = BY_CODE.get(why.code)
    types = {name: kind.split("*")[0].split(" ")[0] for name, kind in known.facts} if known else {}
    facts = {name: _value(value, types.get(name, "")) for name, value in why.facts}
    if why.code.startswith("moved_"):
        facts = {"moved_on": facts.get("on"), "moved_amount": facts.get("amount")} | facts
    return WhyFacts(why.code, facts)


def _value(value: Any, kind: str) -> Any:
    if not isinstance(value, str) or kind in ("word", "text", "bool"):
        return value
    readers = {"money": (_money,), "instant": (_instant,), "day": (_day,), "int": (_int,)}
    for read in readers.get(kind, (_instant, _day, _money)):
        found = read(value)
        if found is not None:
            return found
    return None if kind in readers else value


def _money(text: str) -> Money | None:
    amount, _, currency = text.partition(" ")
    try:
        return Money.of(Decimal(amount), currency)
    except (ValueError, InvalidOperation):
        return None


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _int(text: str) -> int | None:
    return int(text) if text.lstrip("-").isdigit() else None


def known(notice: Notice, state: LineState, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Return what the sentences of one notice may use.

    The newest reading and forecast count, not those of the instant at which the notice was decided: a message that waited
    for the end of quiet hours must not replay the night.
    """
    why = reason(notice.why)
    reading, forecast = state.reading, state.forecast
    fresh = forecast is not None and forecast.made_at >= notice.at
    cut = forecast.cut_off if forecast and fresh else notice.cut_off
    pay_by = forecast.pay_by if forecast and fresh else notice.pay_by
    if notice.kind not in PAYABLE and notice.why.code != "paid_too_little":
        pay_by = None
    if notice.why.code in _COLLECTED:
        cut, pay_by = CutOff(), None
    earliest = cut.earliest
    if cut.basis is not CutOffBasis.CARRIER:
        earliest = earliest.replace(minute=0, second=0, microsecond=0) if earliest else None
        if earliest and notice.kind is Kind.SUSPENSION_WARNING and cut.basis is CutOffBasis.ARREARS:
            earliest = now if earliest - now <= _ANY_TIME else earliest
        pay_by = _waking(pay_by, now, zone) if pay_by else None
    due_on = (reading.due_on if reading else None) or why.due_on
    if pay_by and due_on and notice.kind in _DUE and pay_by.date() > due_on:
        pay_by = None  # the due day comes first, and is the day to name
    low, high = _lasts(notice, forecast if fresh else None, why, now)
    due = (reading.amount_due if reading else None) or why.amount_due
    read_at = reading.observed_at if reading else None
    cause = str(why.cause or (reading.cause if reading else Cause.UNKNOWN))
    basis = why.basis or (reading.cause_basis if reading else Basis.NONE)
    return {
        "now": now,
        "kind": str(notice.kind),
        "stage": notice.stage,
        "severity": str(notice.severity),
        "why": why,
        "balance": (reading.balance if reading else None) or why.balance,
        "due": due if due is not None and due.amount > 0 else None,
        "settled": due is not None and due.amount == 0,
        "collected": reading is not None and reading.autopay is Autopay.ON,
        "due_on": due_on,
        "status": str((reading.status if reading else None) or why.status or Status.UNKNOWN),
        "cause": cause,
        "inferred": basis == Basis.INFERRED,
        "earliest": earliest or why.cut_off or why.ends_at,
        "likely": cut.likely,
        "basis": str(cut.basis),
        "pay_by": pay_by,
        "short": why.short,
        "low": low,
        "high": high,
        "ends_at": why.ends_at or why.until or why.effective_on or (reading.ends_at if reading else None),
        "read_at": read_at,
        "as_of": _as_of(reading),
        "old": read_at is not None and now - read_at >= OLD,
        "held": now - notice.at >= HELD,
        "decided_at": notice.at,
        "moved": "",
    }


def _waking(pay_by: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """Name an hour at which people are awake: an estimate knows no minutes, and one in the night is due the evening before."""
    hour = pay_by.replace(minute=0, second=0, microsecond=0)
    local = hour.astimezone(zone)
    if local.hour >= _MORNING:
        return hour
    evening = datetime.combine(local.date() - timedelta(days=1), _EVENING, zone).astimezone(UTC)
    return evening if evening > now else hour


def _as_of(reading: Reading | None) -> datetime | None:
    """The carrier's own time, where it differs enough to matter."""
    if reading is None or reading.as_of is None or reading.observed_at - reading.as_of < timedelta(hours=1):
        return None
    return reading.as_of


def _lasts(
    notice: Notice, forecast: Forecast | None, why: WhyFacts, now: datetime
) -> tuple[int | None, int | None]:
    """Whole days that the balance lasts, from and to; (None, None) where nobody knows."""
    run_out = forecast.run_out if forecast else notice.run_out
    if run_out.p10 is not None:
        low = max(0, (run_out.p10 - now).days)
        last = run_out.p90 or run_out.p50
        return low, max(low, (last - now).days) if last else low
    if notice.kind is Kind.LOW_BALANCE and why.days_low is not None:
        return why.days_low, why.days_high if why.days_high is not None else why.days_low
    return None, None


def certainty(facts: Mapping[str, Any]) -> str:
    """Return the sentence (of ``[text]``) that says how sure the date is, or an empty string."""
    if facts["earliest"] is None or facts["kind"] not in {str(k) for k in PAYABLE}:
        return ""
    names = {CutOffBasis.BALANCE: "forecast", CutOffBasis.ARREARS: "terms", CutOffBasis.CARRIER: "named"}
    return names.get(CutOffBasis(facts["basis"]), "")
