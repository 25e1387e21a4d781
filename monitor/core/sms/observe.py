"""What a parsed message means for a line: observations that combine with the API's, or a warning and nothing else."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from typing import assert_never

from monitor.core.money import Money
from monitor.core.notice import Notice, Why
from monitor.core.reading import Event, Reading, Seen
from monitor.core.sms.classify import Class, Flag
from monitor.core.sms.parse import Parsed
from monitor.core.words import Basis, Cause, Kind, Severity, Status

_MONEY_CLASSES = frozenset(
    {
        Class.SUSPENDED,
        Class.ARREARS,
        Class.LOW_BALANCE,
        Class.RESTORED,
        Class.TOP_UP,
        Class.BILL,
        Class.BALANCE,
    }
)


def observe(parsed: Parsed, received_at: datetime, kept: str, currency: str) -> tuple[Seen, ...]:
    """Turn a message into what the decision takes, oldest first.

    A trusted message becomes a reading (if it states a figure or a status) and the event ``sms:<class>``. Anything
    else becomes the event ``sms:untrusted`` or ``sms:phishing``, which is kept and changes nothing. The event's detail
    is the flags, a bar, and the text.

    Args:
        parsed: the message.
        received_at: when it came; aware.
        kept: the text as it may be kept, see :func:`monitor.core.sms.redact.redact`.
        currency: of the line.
    """
    detail = " ".join((*sorted(parsed.flags), "|", kept))
    if not parsed.trusted:
        what = "sms:phishing" if parsed.kind is Class.PHISHING else "sms:untrusted"
        return (Event(received_at, what, None, detail),)
    stated = parsed.top_up or parsed.amount_due or parsed.balance
    event = Event(
        received_at, f"sms:{parsed.kind}", None if stated is None else Money(abs(stated), currency), detail
    )
    reading = _reading(parsed, received_at, kept, currency)
    announced = _announced(parsed, received_at, kept)
    return tuple(seen for seen in (reading, event, announced) if seen is not None)


_COMING = re.compile(
    r"公告|通告|退网|关停|下线|停售|停止(?:受理|服务)|将[^，。;]{0,20}(?:调整|变更|迁转|升级|终止|取消|结束|到期)|自[^，。;]{0,16}起|will (?:be )?(?:change|increase|end|close|expire)",
    re.IGNORECASE,
)


def _announced(parsed: Parsed, at: datetime, text: str) -> Event | None:
    """A change of terms that the carrier announces. What the owner has just ordered is no news to him."""
    if parsed.kind is not Class.POLICY or not _COMING.search(text):
        return None
    day = parsed.deadline.date() if isinstance(parsed.deadline, datetime) else parsed.deadline
    detail = {"summary": text[:200], "effective_on": day.isoformat() if day else None}
    return Event(at, "policy", None, json.dumps(detail, ensure_ascii=False))


def _reading(parsed: Parsed, at: datetime, text: str, currency: str) -> Reading | None:
    status, cause = _state(parsed, text)
    figures = parsed.kind in _MONEY_CLASSES and Flag.HISTORY not in parsed.flags
    balance = parsed.balance if figures else None
    due = parsed.amount_due if figures else None
    if status is Status.UNKNOWN and balance is None and due is None:
        return None
    as_of = parsed.as_of if isinstance(parsed.as_of, datetime) else None
    if as_of is not None and not at - timedelta(days=3) <= as_of <= at:
        as_of = None
    return Reading(
        observed_at=at,
        as_of=as_of,
        source=f"sms:{parsed.kind}",
        status=status,
        cause=cause,
        cause_basis=Basis.NONE if cause is Cause.UNKNOWN else Basis.REPORTED,
        balance=None if balance is None else Money(balance, currency),
        amount_due=None if due is None else Money(due, currency),
        due_on=_day(parsed) if due else None,
        ends_at=_ends(parsed, status),
        partial=("voice_out",) if Flag.ONE_WAY in parsed.flags and status is Status.RESTRICTED else (),
    )


def _day(parsed: Parsed) -> date | None:
    if parsed.kind not in (Class.BILL, Class.ARREARS):
        return None
    return parsed.deadline.date() if isinstance(parsed.deadline, datetime) else parsed.deadline


def _ends(parsed: Parsed, status: Status) -> datetime | None:
    """The instant at which the carrier says that service will stop, for a line that still works."""
    if status in (Status.SUSPENDED, Status.TERMINATED) or parsed.kind not in (Class.VIOLATION, Class.ARREARS):
        return None
    return parsed.deadline if isinstance(parsed.deadline, datetime) else None


def _state(parsed: Parsed, text: str) -> tuple[Status, Cause]:
    match parsed.kind:
        case Class.VIOLATION:
            done = any(
                word in text for word in ("已停机", "已关停", "已保护性停机", "已被停", "现已停", "已暂停")
            )
            limited = Flag.ONE_WAY in parsed.flags and parsed.deadline is None
            status = Status.SUSPENDED if done else Status.RESTRICTED if limited else Status.UNKNOWN
            return status, Cause.VIOLATION
        case Class.SUSPENDED:
            return _stopped(parsed, text)
        case Class.RESTORED:
            return Status.ACTIVE, Cause.NONE
        case Class.PHISHING | Class.ARREARS | Class.LOW_BALANCE | Class.TOP_UP | Class.BILL | Class.BALANCE:
            return Status.UNKNOWN, Cause.UNKNOWN
        case Class.USAGE | Class.POLICY | Class.MARKETING:
            return Status.UNKNOWN, Cause.UNKNOWN
        case _:
            assert_never(parsed.kind)


def _stopped(parsed: Parsed, text: str) -> tuple[Status, Cause]:
    if Flag.VOLUNTARY in parsed.flags:
        return Status.SUSPENDED, Cause.USER_REQUEST
    debt = bool(parsed.amount_due) or (parsed.balance is not None and parsed.balance < 0)
    debt = debt or any(
        w in text for w in ("欠费", "余额不足", "欠費", "餘額不足", "overdue", "arrears", "unpaid")
    )
    cause = Cause.ARREARS if debt else Cause.UNKNOWN
    if any(w in text for w in ("高额", "信用额度", "信控", "credit limit")):
        cause = Cause.CREDIT_CONTROL
    if Flag.CANCELLATION in parsed.flags:
        over = any(
            w in text
            for w in ("已销户", "已被销", "已拆机", "已注销", "被注销", "销号处理", "terminated", "cancelled")
        )
        return (Status.TERMINATED if over else Status.PENDING_TERMINATION), cause
    return (Status.RESTRICTED if Flag.ONE_WAY in parsed.flags else Status.SUSPENDED), cause


def warning(parsed: Parsed, line: str, at: datetime) -> Notice | None:
    """A warning of a message that pretends to be a carrier's; at most one a day and pretence. None: no need for one."""
    if parsed.kind is not Class.PHISHING:
        return None
    claims = parsed.claimed or Class.MARKETING
    why = Why.of("untrusted_message", sms_class=claims, carrier=parsed.carrier, at=at)
    return Notice(
        line, at, Kind.FAULT_SUSPECTED, Severity.WARNING, "untrusted", f"untrusted-{at.date()}-{claims}", why
    )
