"""Lines, states and notices to be put into words: one for every kind, with the facts that its reasons declare."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from monitor.core.forecast import Forecast
from monitor.core.line import Line
from monitor.core.money import Money
from monitor.core.notice import CutOff, Notice, Quantiles, Why
from monitor.core.reading import Reading
from monitor.core.reasons import BY_CODE
from monitor.core.state import LineState
from monitor.core.words import Basis, Cause, CutOffBasis, Kind, Severity, Status
from monitor.ports import Watched

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday 23 November, 09:00 in Shanghai."""
NUMBER = "+8613812348000"

KIND_OF = {
    "run_out": Kind.LOW_BALANCE,
    "run_out_soon": Kind.SUSPENSION_WARNING,
    "renewal_short": Kind.PAYMENT_DUE,
    "renewal_failed": Kind.PAYMENT_DUE,
    "credit_expires": Kind.LOW_BALANCE,
    "credit_may_expire": Kind.LOW_BALANCE,
    "limit_near": Kind.LOW_BALANCE,
    "bill_due": Kind.PAYMENT_DUE,
    "bill_overdue": Kind.ARREARS,
    "balance_negative": Kind.ARREARS,
    "autopay_failed": Kind.AUTOPAY_FAILED,
    "autopay_late": Kind.AUTOPAY_FAILED,
    "autopay_missing": Kind.AUTOPAY_MISSING,
    "debit_ahead": Kind.PAYMENT_DUE,
    "card_expires": Kind.AUTOPAY_MISSING,
    "carrier_stop": Kind.SUSPENSION_WARNING,
    "sms_warning": Kind.SUSPENSION_WARNING,
    "abnormal_spend": Kind.ABNORMAL_SPEND,
    "spend_unusual": Kind.ABNORMAL_SPEND,
    "status": Kind.SUSPENDED,
    "termination_near": Kind.TERMINATION_WARNING,
    "awaiting_restoration": Kind.PAYMENT_SEEN,
    "restoration_overdue": Kind.RESTORATION_OVERDUE,
    "hold_ends": Kind.VOLUNTARY_HOLD,
    "hold_over": Kind.VOLUNTARY_HOLD,
    "terms_changed": Kind.POLICY_CHANGE,
    "policy_announced": Kind.POLICY_CHANGE,
    "source_lost": Kind.POLICY_CHANGE,
    "number_reuse_near": Kind.TERMINATION_WARNING,
    "number_reused": Kind.TERMINATED,
    "dispute_limit": Kind.RESTORATION_OVERDUE,
    "promise_broken": Kind.RESTORATION_OVERDUE,
    "fault_signs": Kind.FAULT_SUSPECTED,
    "blind": Kind.BLIND,
    "payment_seen": Kind.PAYMENT_SEEN,
    "paid_too_little": Kind.PAYMENT_SEEN,
    "restored": Kind.RESTORED,
    "sight_restored": Kind.SIGHT_RESTORED,
}
"""The kind of notice that each reason usually comes with; reasons that are not here only explain others."""

CRITICAL = {Kind.SUSPENSION_WARNING, Kind.SUSPENDED, Kind.ARREARS, Kind.TERMINATED, Kind.TERMINATION_WARNING}
GOOD = {Kind.PAYMENT_SEEN, Kind.RESTORED, Kind.SIGHT_RESTORED}

_VALUES: dict[str, object] = {
    "balance": Money(Decimal("12.30"), "CNY"),
    "amount_due": Money(Decimal("58.00"), "CNY"),
    "short": Money(Decimal("20.00"), "CNY"),
    "pace": Money(Decimal("4.10"), "CNY"),
    "days_low": 3,
    "days_high": 8,
    "hours_left": 20,
    "chance": 45,
    "horizon_hours": 96,
    "learning_days": 9,
    "learning_need": 21,
    "was_days": 9,
    "now_days": 5,
    "moved_by": "burst",
    "age_hours": 30,
    "times": 6,
    "limit": 5,
    "month": "2026-11",
    "seconds": 93600,
    "hours": 24,
    "days": 5,
    "failure": "auth",
    "message": "HTTP 401",
    "needs_person": True,
    "status": "suspended",
    "cause": "arrears",
    "basis": "inferred",
    "sms_class": "arrears",
    "term": "fee",
    "ticket": "A-1017",
    "summary": "2G closes",
    "source": "Art. 34",
    "trust": "verified",
    "province": "Henan",
    "guessed": True,
    "tax": True,
    "more_than": False,
    "said_by": "settings",
}


def value(name: str, kind: str) -> object:
    """A believable value for a fact of a type."""
    base = kind.split("*", maxsplit=1)[0].split(" ", maxsplit=1)[0]
    match base:
        case "money":
            found = _VALUES.get(name)
            return found if isinstance(found, Money) else Money(Decimal("66.60"), "CNY")
        case "instant":
            return NOW + timedelta(days=3, hours=5) if name not in _PAST else NOW - timedelta(hours=26)
        case "day":
            return date(2026, 11, 27)
        case "int":
            return _VALUES.get(name, 7)
        case "bool":
            return _VALUES.get(name, True)
        case _:
            return _VALUES.get(name, "text")


_BILLED = {"bill_due", "bill_overdue", "autopay_failed", "autopay_late", "autopay_missing"}
_PAST = {"since", "paid_at", "at"}


def why(code: str, *, all_facts: bool = True) -> Why:
    """A reason with every fact that it may carry, or with none but those that are always there."""
    facts = BY_CODE[code].facts
    return Why.of(code, **{n: value(n, t) if all_facts or "*" in t else None for n, t in facts})


def severity(kind: Kind) -> Severity:
    if kind in CRITICAL:
        return Severity.CRITICAL
    return Severity.INFO if kind in GOOD else Severity.WARNING


def notice(code: str, *, kind: Kind | None = None, at: datetime = NOW, all_facts: bool = True) -> Notice:
    kind = kind or KIND_OF[code]
    cut = CutOff(NOW + timedelta(days=3, hours=5), NOW + timedelta(days=5), CutOffBasis.BALANCE)
    if kind not in PAYABLE:
        cut = CutOff()
    run = Quantiles(NOW + timedelta(days=3, hours=5), NOW + timedelta(days=5), NOW + timedelta(days=8))
    pay_by = cut.earliest - timedelta(hours=2) if cut.earliest else None
    head = ("home", at, kind, severity(kind), code, "money-20261120T010000", why(code, all_facts=all_facts))
    return Notice(*head, cut, run, pay_by)


PAYABLE = {
    *(Kind.LOW_BALANCE, Kind.SUSPENSION_WARNING, Kind.PAYMENT_DUE, Kind.ARREARS),
    *(Kind.AUTOPAY_FAILED, Kind.AUTOPAY_MISSING),
}


def watched(name: str = "home", number: str = NUMBER) -> Watched:
    return Watched(Line(name, "cn-mobile", number, timezone="Asia/Shanghai", rules="cn.mobile"))


def reading(**changes: object) -> Reading:
    base = Reading(
        observed_at=NOW - timedelta(hours=2),
        status=Status.ACTIVE,
        cause=Cause.NONE,
        balance=Money(Decimal("12.30"), "CNY"),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def state(code: str = "run_out", **changes: object) -> LineState:
    """The state of a line about which such a notice is written."""
    match KIND_OF.get(code):
        case Kind.SUSPENDED:
            changes = {
                "status": Status.SUSPENDED,
                "cause": Cause.ARREARS,
                "cause_basis": Basis.INFERRED,
            } | changes
        case Kind.PAYMENT_DUE | Kind.ARREARS | Kind.AUTOPAY_FAILED | Kind.AUTOPAY_MISSING if (
            code != "balance_negative"
        ):
            due = {
                "balance": None,
                "amount_due": Money(Decimal("58.00"), "CNY"),
                "due_on": date(2026, 11, 27),
            }
            changes = due | changes
        case _:
            pass
    if code == "balance_negative":
        changes = {"balance": Money(Decimal("-3.00"), "CNY")} | changes
    return LineState(reading(**changes), forecast=Forecast(NOW - timedelta(days=1)))
