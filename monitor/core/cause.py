"""Why is the line off? Weighted evidence, added up in the open: the cause, its reasons, and what would change our mind.

Each sign adds log-odds to causes; a softmax over the causes and "not known" turns them into shares. Below the threshold,
or where signs of a violation, a fault, an own hold or an ended service speak against a debt, the answer is "unknown": asking the hotline
costs a call, paying for the wrong cause costs money and time. The weights are judgement, written down, not learned.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from monitor.core.words import Cause

A, X, B, C, D, E = (
    Cause.ARREARS,
    Cause.CREDIT_CONTROL,
    Cause.POLICY,
    Cause.USER_REQUEST,
    Cause.VIOLATION,
    Cause.FAULT,
)
CAUSES = (A, X, B, C, D, E)
PAYABLE = frozenset({A, X})
"""The causes that a payment cures."""

THRESHOLD = 0.55
"""The share that a cause needs to be named."""
_UNKNOWN = 1.0
"""Log-odds of "not known" before any evidence."""
_VETO = 2.0
"""Evidence this strong for a violation, a fault or an own hold forbids the answer "pay"."""


class Signal(StrEnum):
    """One sign, from readings, messages, the modem, or the owner's own ears."""

    CARRIER_SAYS_ARREARS = "carrier_says_arrears"
    CARRIER_SAYS_CREDIT = "carrier_says_credit_control"
    CARRIER_SAYS_POLICY = "carrier_says_policy"
    CARRIER_SAYS_HOLD = "carrier_says_user_request"
    CARRIER_SAYS_VIOLATION = "carrier_says_violation"
    CARRIER_SAYS_FAULT = "carrier_says_fault"
    FIGURES_ARREARS = "figures_arrears"
    FIGURES_CREDIT = "figures_credit_control"
    DEBT = "debt"
    BALANCE_SHORT = "balance_short"
    BALANCE_POSITIVE = "balance_positive"
    SPEND_BURST = "spend_burst"
    SMS_ARREARS = "sms_arrears"
    SMS_POLICY = "sms_policy"
    SMS_HOLD = "sms_hold"
    SMS_VIOLATION = "sms_violation"
    OWN_HOLD = "own_hold"
    TERMS_CHANGED = "terms_changed"
    SIM_MISSING = "sim_missing"
    SIM_LOCKED = "sim_locked"
    REGISTRATION_DENIED = "registration_denied"
    OLD_NETWORK_DENIED = "old_network_denied"
    REGISTERED = "registered"
    NO_SIGNAL = "no_signal"
    OTHER_SIM_DEAD_TOO = "other_sim_dead_too"
    WORKS_IN_OTHER_PHONE = "works_in_other_phone"
    OTHER_SIM_WORKS_HERE = "other_sim_works_here"
    OUTAGE_NOTICE = "outage_notice"
    ONE_WAY = "one_way"
    PROMPT_ARREARS = "prompt_arrears"
    PROMPT_SUSPENDED = "prompt_suspended"
    PROMPT_STOPPED = "prompt_stopped"
    PROMPT_VACANT = "prompt_vacant"
    IDLE_DATA_SIM = "idle_data_sim"
    LOGIN_REFUSED = "login_refused"
    PAID_AND_STILL_OFF = "paid_and_still_off"
    UNTRUSTED_MESSAGE = "untrusted_message"


WEIGHTS: dict[Signal, dict[Cause, float]] = {
    Signal.CARRIER_SAYS_ARREARS: {A: 6.0},
    Signal.CARRIER_SAYS_CREDIT: {X: 6.0},
    Signal.CARRIER_SAYS_POLICY: {B: 6.0},
    Signal.CARRIER_SAYS_HOLD: {C: 6.0},
    Signal.CARRIER_SAYS_VIOLATION: {D: 6.0},
    Signal.CARRIER_SAYS_FAULT: {E: 6.0},
    Signal.FIGURES_ARREARS: {A: 2.6, X: 0.3, C: -1.0, E: -1.0},
    Signal.FIGURES_CREDIT: {X: 2.6, A: 0.3, C: -1.0, E: -1.0},
    Signal.DEBT: {A: 3.5, X: 0.5, C: -1.5, E: -1.5},
    Signal.BALANCE_SHORT: {A: 1.5},
    Signal.BALANCE_POSITIVE: {A: -3.5, X: -0.5, B: 0.6, C: 0.6, D: 0.6, E: 0.6},
    Signal.SPEND_BURST: {X: 3.2},
    Signal.SMS_ARREARS: {A: 2.6, X: 0.3},
    Signal.SMS_POLICY: {B: 2.6},
    Signal.SMS_HOLD: {C: 2.8},
    Signal.SMS_VIOLATION: {D: 3.8},
    Signal.OWN_HOLD: {C: 3.8},
    Signal.TERMS_CHANGED: {B: 1.6},
    Signal.SIM_MISSING: {E: 3.8},
    Signal.SIM_LOCKED: {E: 3.8},
    Signal.REGISTRATION_DENIED: {A: 0.4, C: 0.4, D: 0.4, E: 0.9},
    Signal.OLD_NETWORK_DENIED: {B: 1.6, E: 0.8},
    Signal.REGISTERED: {},
    Signal.NO_SIGNAL: {E: 1.2},
    Signal.OTHER_SIM_DEAD_TOO: {E: 3.5, A: -1.5, D: -1.5, C: -1.5},
    Signal.WORKS_IN_OTHER_PHONE: {E: 4.0, A: -3.5, X: -3.5, C: -3.5, D: -3.5, B: -2.0},
    Signal.OTHER_SIM_WORKS_HERE: {E: 0.6, A: 0.4, C: 0.4, D: 0.4},
    Signal.OUTAGE_NOTICE: {E: 3.2},
    Signal.ONE_WAY: {A: 1.0, X: 0.8, D: 1.0, E: -1.5, C: -1.0},
    Signal.PROMPT_ARREARS: {A: 2.8},
    Signal.PROMPT_SUSPENDED: {D: 0.8, A: 0.4, C: 0.4},
    Signal.PROMPT_STOPPED: {A: 0.5, C: 0.5, D: 0.3},
    Signal.PROMPT_VACANT: {A: 0.4, C: 0.4, B: 0.4},
    Signal.IDLE_DATA_SIM: {D: 1.0, B: 0.4},
    Signal.LOGIN_REFUSED: {A: 0.2, D: 0.2},
    Signal.PAID_AND_STILL_OFF: {A: -0.8, D: 0.3, E: 0.3},
    Signal.UNTRUSTED_MESSAGE: {},
}
"""Log-odds that each sign adds; a sign with none was considered and says nothing (it may look as if it did)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the evidence says."""

    cause: Cause
    """``unknown`` below the threshold: then the three questions are to be asked."""
    share: float
    """Of the leading cause, 0–1."""
    leading: Cause
    why: tuple[tuple[Signal, float], ...] = ()
    """The signs for the leading cause and what each added, strongest first."""
    against: tuple[tuple[Signal, float], ...] = ()
    rival: Cause | None = None
    """The next likely cause."""
    would_change: tuple[Signal, ...] = ()
    """Signs not seen that would turn the verdict, those first that the owner can check at once."""

    @property
    def may_say_pay(self) -> bool:
        """Whether the owner may be told to pay."""
        return self.cause in PAYABLE


def classify(signals: Iterable[Signal]) -> Verdict:
    """Weigh the signs. The same sign twice counts once; the order does not matter."""
    seen = sorted(set(signals))
    scores = {c: sum(WEIGHTS[s].get(c, 0.0) for s in seen) for c in CAUSES}
    shares = _softmax(scores)
    ranked = sorted(CAUSES, key=lambda c: (-scores[c], CAUSES.index(c)))
    leading, rival = ranked[0], ranked[1]
    named = _nameable(leading, scores, shares, seen)
    why = _moved(seen, leading, 1)
    return Verdict(
        cause=leading if named else Cause.UNKNOWN,
        share=shares[leading],
        leading=leading,
        why=why,
        against=_moved(seen, leading, -1),
        rival=rival if scores[rival] > 0 else None,
        would_change=_would_change(seen, leading if named else None),
    )


def _softmax(scores: dict[Cause, float]) -> dict[Cause, float]:
    whole = math.exp(_UNKNOWN) + sum(math.exp(v) for v in scores.values())
    return {c: math.exp(v) / whole for c, v in scores.items()}


def _nameable(
    leading: Cause, scores: dict[Cause, float], shares: dict[Cause, float], seen: list[Signal]
) -> bool:
    """Whether the leading cause may be named. The two that a payment cures need not be told apart to be sure of it."""
    share = sum(shares[c] for c in PAYABLE) if leading in PAYABLE else shares[leading]
    return scores[leading] > 0 and share >= THRESHOLD and not _vetoed(leading, seen)


def _vetoed(leading: Cause, seen: list[Signal]) -> bool:
    """Forbid "pay" beside strong signs of a violation, a fault, an own hold or an ended service, and after a full payment.

    Paying (again) might cure nothing there.
    """
    if leading not in PAYABLE:
        return False
    if Signal.PAID_AND_STILL_OFF in seen:
        return True
    against = {c: sum(max(0.0, WEIGHTS[s].get(c, 0.0)) for s in seen) for c in (B, C, D, E)}
    return max(against.values()) >= _VETO


def _moved(seen: list[Signal], cause: Cause, sign: int) -> tuple[tuple[Signal, float], ...]:
    found = [(s, WEIGHTS[s].get(cause, 0.0)) for s in seen if WEIGHTS[s].get(cause, 0.0) * sign > 0]
    return tuple(sorted(found, key=lambda p: (-abs(p[1]), p[0])))


_CHECKS = (
    Signal.SMS_VIOLATION,
    Signal.DEBT,
    Signal.WORKS_IN_OTHER_PHONE,
    Signal.OTHER_SIM_DEAD_TOO,
    Signal.SMS_POLICY,
    Signal.SMS_HOLD,
    Signal.PROMPT_ARREARS,
    Signal.BALANCE_POSITIVE,
)
"""What an owner can look up or try within minutes, most telling first."""


def _would_change(seen: list[Signal], named: Cause | None) -> tuple[Signal, ...]:
    """Return up to three checks whose outcome would give another verdict."""
    found = []
    for check in _CHECKS:
        if check in seen:
            continue
        scores = {c: sum(WEIGHTS[s].get(c, 0.0) for s in (*seen, check)) for c in CAUSES}
        leading = max(CAUSES, key=lambda c: scores[c])
        then = leading if _nameable(leading, scores, _softmax(scores), [*seen, check]) else None
        if then is not named:
            found.append(check)
    return tuple(found[:3])
