"""An entry of the chain as one row that a person reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.core.evidence import Entry
from monitor.core.money import Money

KINDS: dict[str, tuple[str, str]] = {
    "reading": ("Reading", "读数"),
    "failure": ("Failed poll", "查询失败"),
    "answer": ("The carrier's own words", "运营商原始应答"),
    "event": ("Message or event", "短信或事件"),
    "notice": ("Notice decided", "决定提醒"),
    "queued": ("Notice queued", "提醒排队"),
    "attempt": ("Attempt to send", "发送尝试"),
    "deferred": ("Put off", "推迟"),
    "superseded": ("Dropped for a newer one", "由更新的提醒取代"),
    "acted": ("Answer", "用户答复"),
    "acknowledged": ("Acknowledged", "已确认"),
    "record": ("Contact log", "沟通记录"),
    "export": ("Evidence exported", "导出证据"),
    "stamp": ("Time stamp", "时间戳"),
}
_FACTS: dict[str, tuple[str, str]] = {
    "channel": ("by", "方式"),
    "operator": ("staff", "工号"),
    "ticket": ("ticket", "工单"),
    "paid": ("paid", "已付"),
    "ref": ("reference", "流水号"),
    "balance": ("balance", "余额"),
    "amount_due": ("due", "应付"),
    "promise_by": ("promised by", "承诺期限"),
    "status": ("status", "状态"),
    "cause": ("cause", "原因"),
    "asked": ("", ""),
    "answer": ("answer", "应答"),
    "message": ("", ""),
    "what": ("", ""),
    "detail": ("", ""),
    "kind": ("", ""),
    "result": ("result", "结果"),
    "action": ("answer", "答复"),
    "by": ("who", "答复人"),
    "file": ("file", "文件"),
}
_SHOWN = 300
"""Characters of one fact in a row; the whole is in contents.jsonl."""
_ROUTINE = frozenset({"reading", "queued", "deferred"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the index and the timeline."""

    seq: int
    at: datetime
    """In the line's time zone."""
    kind: str
    label: str
    text: str
    balance: Money | None = None
    worth_showing: bool = True
    """Readings that say nothing new fill no page."""


def row(entry: Entry, data: str, zone: ZoneInfo, language: str) -> Row:
    """Put an entry into words.

    Args:
        entry: the entry.
        data: what is still kept of an observation, as JSON; empty otherwise.
        zone: the line's.
        language: ``en`` or ``zh-CN``.
    """
    chinese = language.startswith("zh")
    facts = entry.facts()
    seen = json.loads(data) if data else {}
    label = KINDS.get(entry.kind, (entry.kind, entry.kind))[chinese]
    if entry.payload is None:
        text = "内容已删除（按要求或超过保存期限）" if chinese else "content erased, on request or by age"
    elif entry.kind == "notice":
        text = _notice(facts)
    else:
        text = _listed({**seen, **facts}, chinese=chinese)
    balance = seen.get("balance")
    money = Money.of(balance["amount"], balance["currency"]) if balance else None
    plain = " ".join(text.split())
    return Row(
        entry.seq, entry.at.astimezone(zone), entry.kind, label, plain, money, entry.kind not in _ROUTINE
    )


def _notice(facts: Mapping[str, object]) -> str:
    decided = facts.get("decided")
    if not isinstance(decided, dict):
        return ""
    why = decided.get("why", {})
    reasons = "; ".join(f"{name} {value}" for name, value in why.get("facts", ()) if value is not None)
    return f"{decided.get('kind')} · {decided.get('severity')} · {decided.get('stage')} · {why.get('code')}: {reasons}"


def _listed(facts: Mapping[str, object], *, chinese: bool) -> str:
    parts = [str(facts["text"])] if "text" in facts else []
    for name, words in _FACTS.items():
        value = facts.get(name)
        if value in (None, "", "unknown", "none"):
            continue
        if isinstance(value, dict):
            value = f"{value.get('amount')} {value.get('currency')}"
        said = words[chinese]
        value = str(value)[:_SHOWN] + ("…" if len(str(value)) > _SHOWN else "")
        parts.append(f"{said} {value}" if said else str(value))
    attached = facts.get("attachments")
    if isinstance(attached, list):
        parts += [f"📎 {one['name']} ({one['sha256'][:16]}…)" for one in attached]
    return " · ".join(parts)
