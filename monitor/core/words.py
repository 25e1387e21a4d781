"""The words of the outside contract: the same in JSON, CSV, metrics, templates and code."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Whether a line works, by the carrier's word."""

    ACTIVE = "active"
    RESTRICTED = "restricted"
    """One-way bar (单停): receives, cannot call out; or one function is closed."""
    SUSPENDED = "suspended"
    """Two-way bar (双停): emergency calls only."""
    PENDING_TERMINATION = "pending_termination"
    """Last chance before the number is lost (预销户)."""
    TERMINATED = "terminated"
    UNKNOWN = "unknown"


CUT_OFF = frozenset({Status.SUSPENDED, Status.PENDING_TERMINATION, Status.TERMINATED})
"""A line with one of these does not work at all."""


class Cause(StrEnum):
    """Why a line is not fully active."""

    NONE = "none"
    ARREARS = "arrears"
    CREDIT_CONTROL = "credit_control"
    POLICY = "policy"
    USER_REQUEST = "user_request"
    VIOLATION = "violation"
    FAULT = "fault"
    UNKNOWN = "unknown"


NOT_FOR_MONEY = frozenset({Cause.VIOLATION, Cause.FAULT, Cause.USER_REQUEST})
"""Causes of a stop that say nothing of balance or debt."""


class Basis(StrEnum):
    """How a cause is known."""

    REPORTED = "reported"
    INFERRED = "inferred"
    NONE = "none"


class Severity(StrEnum):
    """How bad it is, ordered by :func:`rank`; ``unknown`` is its own thing, not a level of health."""

    OK = "ok"
    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"
    UNKNOWN = "unknown"


_RANK = {Severity.OK: 0, Severity.INFO: 1, Severity.WARNING: 2, Severity.UNKNOWN: 3, Severity.CRITICAL: 4}


def rank(severity: Severity) -> int:
    """Order severities: ok < info < warning < unknown < critical."""
    return _RANK[severity]


class Kind(StrEnum):
    """What a notice is about."""

    PAYMENT_DUE = "payment_due"
    AUTOPAY_MISSING = "autopay_missing"
    AUTOPAY_FAILED = "autopay_failed"
    LOW_BALANCE = "low_balance"
    ARREARS = "arrears"
    SUSPENSION_WARNING = "suspension_warning"
    SUSPENDED = "suspended"
    PAYMENT_SEEN = "payment_seen"
    RESTORED = "restored"
    RESTORATION_OVERDUE = "restoration_overdue"
    TERMINATION_WARNING = "termination_warning"
    TERMINATED = "terminated"
    VOLUNTARY_HOLD = "voluntary_hold"
    VIOLATION_HOLD = "violation_hold"
    POLICY_CHANGE = "policy_change"
    FAULT_SUSPECTED = "fault_suspected"
    ABNORMAL_SPEND = "abnormal_spend"
    BLIND = "blind"
    SIGHT_RESTORED = "sight_restored"
    DIGEST = "digest"


class FailureKind(StrEnum):
    """Why a poll brought no reading."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    AUTH = "auth"
    RATE_LIMITED = "rate_limited"
    BLOCKED = "blocked"
    MAINTENANCE = "maintenance"
    MALFORMED = "malformed"
    NOT_FOUND = "not_found"
    UNSUPPORTED = "unsupported"


class Billing(StrEnum):
    """How a line is paid for."""

    PREPAID = "prepaid"
    POSTPAID = "postpaid"
    HYBRID = "hybrid"
    UNKNOWN = "unknown"


class Autopay(StrEnum):
    """Whether the carrier collects by itself."""

    ON = "on"
    OFF = "off"
    FAILED = "failed"
    UNKNOWN = "unknown"


class CutOffBasis(StrEnum):
    """What a predicted cut-off rests on."""

    BALANCE = "balance"
    ARREARS = "arrears"
    CARRIER = "carrier"
    NONE = "none"
