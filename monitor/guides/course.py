"""The course of events in a letter: what was seen, shortened to what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from monitor.core.reading import Event, Reading, Seen
from monitor.core.words import Status

_STATUS = {
    Status.ACTIVE: ("the line works", "号码正常"),
    Status.RESTRICTED: ("one-way bar: calls come in, none go out", "单停：能接听，不能拨出"),
    Status.SUSPENDED: ("out of service in both directions", "双向停机"),
    Status.PENDING_TERMINATION: ("pending termination", "预销户"),
    Status.TERMINATED: ("terminated", "销户"),
}
_EVENTS = {
    "payment": ("payment made", "缴费"),
    "sms:top_up": ("text: payment received", "短信：缴费到账"),
    "sms:arrears": ("text: a debt", "短信：欠费提醒"),
    "sms:low_balance": ("text: balance low", "短信：余额不足"),
    "sms:suspended": ("text: stopped", "短信：已停机"),
    "sms:restored": ("text: restored", "短信：已复机"),
    "sms:violation": ("text: real-name or abnormal use", "短信：实名核验或异常使用"),
    "sms:policy": ("text: plan or network change", "短信：套餐或网络调整"),
}


def course(seen: Iterable[Seen], language: str) -> Iterator[tuple[datetime, str]]:
    """Tell each change of status or debt, each payment and each telling text, oldest first."""
    zh = language.startswith("zh")
    status, owed = Status.UNKNOWN, ""
    for one in seen:
        match one:
            case Reading() if one.status is not status and one.status in _STATUS:
                status = one.status
                owed = str(one.amount_due) if one.amount_due else ""
                yield one.observed_at, _STATUS[status][zh] + _owed(owed, zh=zh)
            case Reading() if one.amount_due is not None and str(one.amount_due) != owed:
                owed = str(one.amount_due)
                yield one.observed_at, (f"应缴 {owed}" if zh else f"amount due {owed}")
            case Event() if one.what in _EVENTS:
                amount = f" {one.amount}" if one.amount else ""
                yield one.observed_at, _EVENTS[one.what][zh] + amount
            case _:
                continue


def notes(
    records: Iterable[tuple[datetime, Mapping[str, object]]], language: str
) -> Iterator[tuple[datetime, str]]:
    """Tell the owner's own notes (``record``): how, with whom, what, which ticket, what was promised."""
    zh = language.startswith("zh")
    names = (
        ("operator", "staff {}", "工号 {}"),
        ("ticket", "ticket {}", "工单 {}"),
        ("paid", "paid {}", "缴费 {}"),
        ("ref", "reference {}", "单号 {}"),
        ("promise_by", "promised by {}", "承诺于 {} 前办妥"),
    )
    for at, facts in records:
        parts = [str(facts[k]) for k in ("channel", "text") if facts.get(k)]
        parts += [(chinese if zh else en).format(facts[k]) for k, en, chinese in names if facts.get(k)]
        yield at, ("；" if zh else "; ").join(parts)


def complaint(records: Iterable[tuple[datetime, Mapping[str, object]]]) -> tuple[datetime, str] | None:
    """Return (instant, ticket) of the first note with a ticket: the complaint to the carrier, as far as is known."""
    return next(((at, str(facts["ticket"])) for at, facts in records if facts.get("ticket")), None)


def _owed(owed: str, *, zh: bool) -> str:
    return (f"，应缴 {owed}" if zh else f", amount due {owed}") if owed else ""
