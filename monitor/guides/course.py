"""The course of events in a letter: what was seen, shortened to what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from monitor.core.money import Money
from monitor.core.reading import Event, Reading, Seen
from monitor.core.words import Status

_STATUS = {
    Status.ACTIVE: ("the line works", "号码正常"),
    Status.RESTRICTED: ("one-way bar: calls come in, none go out", "单停：能接听，不能拨出"),
    Status.SUSPENDED: ("out of service in both directions", "双向停机"),
    Status.PENDING_TERMINATION: ("pending termination", "预销户"),
    Status.TERMINATED: ("terminated", "销户"),
}
_GIFT = ("credit given by the carrier, which settles no debt", "运营商赠送（不抵欠费）")
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


def course(
    seen: Iterable[Seen], language: str, recorded: Iterable[datetime] = ()
) -> Iterator[tuple[datetime, str]]:
    """Tell each change of status or debt, each payment and each telling text, oldest first.

    ``recorded`` are the instants of the owner's own notes, which tell the payment of that instant themselves.
    """
    zh = language.startswith("zh")
    noted = set(recorded)
    status, owed = Status.UNKNOWN, ""
    for one in seen:
        match one:
            case Reading() if one.status is not status and one.status in _STATUS:
                status = one.status
                owed = _sum(one.amount_due, zh=zh) if one.amount_due else ""
                yield one.observed_at, _STATUS[status][zh] + _owed(owed, zh=zh)
            case Reading() if one.amount_due is not None and _sum(one.amount_due, zh=zh) != owed:
                owed = _sum(one.amount_due, zh=zh)
                yield one.observed_at, (f"应缴 {owed}" if zh else f"amount due {owed}")
            case Event(what="payment") if one.observed_at in noted:
                continue
            case Event() if one.what in _EVENTS:
                what = _GIFT if "gift" in one.flags else _EVENTS[one.what]
                yield one.observed_at, what[zh] + (f" {_sum(one.amount, zh=zh)}" if one.amount else "")
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
        how = str(facts.get("channel") or "")
        parts = [p for p in (_CHANNELS.get(how, how) if zh else how, str(facts.get("text") or "")) if p]
        given = dict(facts) | {"operator": str(facts.get("operator") or "").removeprefix("工号").strip()}
        if zh and str(given.get("paid") or "").endswith(" CNY"):
            given["paid"] = str(given["paid"]).removesuffix("CNY") + "元"
        if facts.get("gift"):
            parts.append(f"{_GIFT[zh]} {given.pop('paid', '')}".strip())
        parts += [(chinese if zh else en).format(given[k]) for k, en, chinese in names if given.get(k)]
        yield at, ("；" if zh else "; ").join(parts)


def _sum(amount: Money, *, zh: bool) -> str:
    return f"{amount.amount} 元" if zh and amount.currency == "CNY" else str(amount)


_CHANNELS = {"hotline": "客服热线", "app": "App", "hall": "营业厅", "sms": "短信", "chat": "在线客服"}


def complaint(records: Iterable[tuple[datetime, Mapping[str, object]]]) -> tuple[datetime, str] | None:
    """Return (instant, ticket) of the first note with a ticket: the complaint to the carrier, as far as is known."""
    return next(((at, str(facts["ticket"])) for at, facts in records if facts.get("ticket")), None)


def _owed(owed: str, *, zh: bool) -> str:
    return (f"，应缴 {owed}" if zh else f", amount due {owed}") if owed else ""
