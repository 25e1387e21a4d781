"""An entry of the chain as one row that a person reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.core.evidence import Entry
from monitor.core.money import Money
from monitor.evidence import names

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
    "status": ("", ""),
    "cause": ("cause:", "原因："),
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
    state: str = ""
    """Of a reading: status, cause and debt; one that differs from the reading before is shown."""


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
        text = _notice(facts, zone, chinese=chinese)
    else:
        text = _listed({**seen, **facts}, chinese=chinese)
    balance = seen.get("balance")
    money = Money.of(balance["amount"], balance["currency"]) if balance else None
    state = ""
    if entry.kind == "reading" and seen:
        due = seen.get("amount_due") or {}
        state = f"{seen.get('status')} {seen.get('cause')} {due.get('amount')}"
    plain = " ".join(text.split())
    return Row(
        entry.seq,
        entry.at.astimezone(zone),
        entry.kind,
        label,
        plain,
        money,
        entry.kind not in _ROUTINE,
        state,
    )


def _notice(facts: Mapping[str, object], zone: ZoneInfo, *, chinese: bool) -> str:
    decided = facts.get("decided")
    if not isinstance(decided, dict):
        return ""
    why = dict(decided.get("why", {}).get("facts", ()))
    if chinese and why.get("source_zh"):
        why["source"] = why["source_zh"]
    head = names.name(names.NOTICE, decided.get("kind"), chinese=chinese)
    how = names.name(names.SEVERITY, decided.get("severity"), chinese=chinese)
    known = [
        f"{said[chinese]} {_local(why[key], zone)}".strip()
        for key, said in names.FACT.items()
        if why.get(key) not in (None, "")
    ]
    return " · ".join((f"{head}（{how}）" if chinese else f"{head} ({how})", *known))


def _local(value: object, zone: ZoneInfo) -> str:
    """Write an instant in the line's zone; leave everything else as it is."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at.tzinfo else str(value)


_NAMED = {"status": names.STATUS, "cause": names.CAUSE, "channel": names.CHANNEL, "what": names.EVENT}


def _listed(facts: Mapping[str, object], *, chinese: bool) -> str:
    parts = [str(facts["text"])] if "text" in facts else []
    flags, bar, _ = str(facts.get("detail", "")).partition("|")
    if facts.get("gift") or (bar and facts.get("what") == "payment" and "gift" in flags.split()):
        parts.append(f"{names.EVENT['gift'][chinese]} {facts.get('paid') or ''}".strip())
        facts = {k: v for k, v in facts.items() if k not in ("paid", "what")}
    for key, words in _FACTS.items():
        value = facts.get(key)
        if value in (None, "", "unknown", "none"):
            continue
        if isinstance(value, dict):
            value = f"{value.get('amount')} {value.get('currency')}"
        if key == "detail":  # the flags before the bar are for the program
            value = str(value).rpartition("|")[2].strip()
        said = words[chinese]
        guess = key == "cause" and facts.get("cause_basis") == "inferred"
        value = names.name(_NAMED[key], value, chinese=chinese) if key in _NAMED else value
        value = str(value)[:_SHOWN] + ("…" if len(str(value)) > _SHOWN else "")
        value += ("（推断）" if chinese else " (inferred)") * guess
        parts.append(f"{said}{'' if said.endswith('：') else ' '}{value}" if said else value)
    attached = facts.get("attachments")
    if isinstance(attached, list):
        parts += [f"📎 {one['name']} ({one['sha256'][:16]}…)" for one in attached]
    return " · ".join(part for part in parts if part)
