"""Letters drafted from what is known: text, and HTML that prints well. The user reads, completes and sends them."""

from __future__ import annotations

import html
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from jinja2 import DictLoader, Environment, StrictUndefined

from monitor.core.aftermath import restoration_limit
from monitor.core.lifecycle import reply_by
from monitor.core.line import Line, mask
from monitor.core.money import Money
from monitor.core.rules import Rules
from monitor.core.state import LineState
from monitor.core.words import Cause, Status
from monitor.guides.facts import Facts
from monitor.guides.gates import Case
from monitor.guides.playbook import usual_stage
from monitor.rulebook import Rulebook


class LetterKind(StrEnum):
    """What a letter asks for."""

    EXPLANATION = "explanation"
    COMPLAINT = "complaint"
    PETITION = "petition"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who signs. What is empty is left as a gap to be filled in by hand."""

    name: str = ""
    address: str = ""
    postcode: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything that a letter is made from."""

    line: Line
    rules: Rules
    state: LineState
    book: Rulebook
    today: date
    sender: Sender = Sender()
    case: Case | None = None
    ticket: str = ""
    course: Sequence[tuple[datetime, str]] = field(default_factory=tuple)
    """What happened, oldest first, in the letter's language."""
    full_number: bool = False


_GAPS = {
    "name": ("[name]", "【姓名】"),
    "address": ("[address]", "【地址】"),
    "postcode": ("[postcode]", "【邮编】"),
    "phone": ("[phone]", "【联系电话】"),
}


def draft(kind: LetterKind, brief: Brief, language: str) -> str:
    """Write a letter as text.

    Args:
        kind: what it asks for.
        brief: what is known.
        language: ``en`` or ``zh-CN``.
    """
    zh = language.startswith("zh")
    environment = _environment("zh-CN" if zh else "en")
    text = environment.get_template(kind.value).render(**_words(kind, brief, "zh-CN" if zh else "en"))
    rows = [row.rstrip() for row in text.strip().splitlines()]
    return "\n".join(r for i, r in enumerate(rows) if r or (i and rows[i - 1])) + "\n"


def as_html(text: str, language: str) -> str:
    """Turn a drafted letter into one HTML page that prints well on A4."""
    rows, body, listed = text.splitlines(), [], False
    for number, row in enumerate(rows):
        if row.startswith("- "):
            body += ([] if listed else ["<ul>"]) + [f"<li>{html.escape(row[2:])}</li>"]
            listed = True
            continue
        if listed:
            body.append("</ul>")
            listed = False
        if row:
            tag = "h1" if number == 0 else "p"
            body.append(f"<{tag}>{html.escape(row)}</{tag}>")
    body += ["</ul>"] if listed else []
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{html.escape(rows[0] if rows else '')}</title><style>{_CSS}</style></head>\n<body>\n"
        + "\n".join(body)
        + "\n</body></html>\n"
    )


_CSS = (
    "@page{size:A4;margin:22mm}body{font:11.5pt/1.6 'Noto Serif','Noto Serif CJK SC','Songti SC',SimSun,serif;"
    "max-width:42em;margin:2em auto;padding:0 1em}h1{font-size:1.3em;text-align:center}li{margin:.25em 0}"
    "@media print{body{margin:0;padding:0}}"
)


def matter(state: LineState, case: Case | None, today: datetime, rules: Rules) -> str:
    """Return what a letter is about: ``restore``, ``bill``, ``spend``, ``policy``, ``violation``, ``fault`` or ``stop``."""
    limit = restoration_limit(rules, state)
    cause = state.reading.cause if state.reading else Cause.UNKNOWN
    if limit is not None and today >= limit[0] and cause not in (Cause.VIOLATION, Cause.USER_REQUEST):
        return "restore"
    return "bill" if case is not None and case.fee else _MATTERS.get(cause, "stop")


_MATTERS = {
    Cause.POLICY: "policy",
    Cause.VIOLATION: "violation",
    Cause.FAULT: "fault",
    Cause.CREDIT_CONTROL: "spend",
}


@lru_cache(maxsize=1)
def _articles() -> tuple[Mapping[str, object], ...]:
    text = resources.files("monitor.guides.letters").joinpath("articles.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)["article"])


@lru_cache(maxsize=2)
def _environment(language: str) -> Environment:
    folder = resources.files("monitor.guides.letters")
    names = {k.value: f"{k}.{language}.txt.j2" for k in LetterKind}
    names |= {part: f"{part}.{language}.j2" for part in ("basis", "course", "sign")}
    sources = {name: folder.joinpath(file).read_text("utf-8") for name, file in names.items()}
    return Environment(loader=DictLoader(sources), undefined=StrictUndefined, autoescape=False)  # noqa: S701 - plain text; as_html escapes


def _words(kind: LetterKind, brief: Brief, language: str) -> dict[str, object]:
    zh = language == "zh-CN"
    entry = brief.rules.entry if brief.rules.entry in brief.book.entries else ""
    cause = brief.state.reading.cause if brief.state.reading else Cause.UNKNOWN
    facts = Facts(brief.book, entry, brief.line.province, usual_stage(cause), language)
    names = facts.all()
    zone = ZoneInfo(brief.rules.zone) if brief.rules.zone else brief.line.zone
    now = datetime.combine(brief.today, datetime.min.time(), zone).replace(hour=23, minute=59)
    about = matter(brief.state, brief.case, now, brief.rules)
    chinese_law = "cn.legal" in brief.rules.chain
    last = reply_by(brief.rules, brief.today)
    local = brief.book.province(entry.partition(".")[0], brief.line.province) if entry else None
    reply = (f"（{last} 前）" if zh else f" by {last}") if last else ""
    return {
        "number": brief.line.number if brief.full_number else mask(brief.line.number),
        "carrier": names["carrier"],
        "regulator": _regulator(brief, entry, facts, zh=zh),
        "me": {k: getattr(brief.sender, k) or gap[zh] for k, gap in _GAPS.items()},
        "what_happened": _what_happened(brief, about, zone, zh=zh),
        "bill": about in ("bill", "spend", "stop", "restore"),
        "claims": _claims(about, zh=zh),
        "reply_by": reply,
        "complained": _complained(brief, zh=zh),
        "province_of": (f"（{local.title_zh}）" if zh else f" ({local.title_en})") if local else "",
        "articles": _basis(kind, about, brief.rules, language) if chinese_law else [],
        "course": [f"{at.astimezone(zone):%Y-%m-%d %H:%M} {what}" for at, what in brief.course],
        "zone": zone.key,
        "enclosed": ("证据目录及证据材料" if zh else "index of evidence, and the evidence"),
        "today": brief.today.isoformat(),
    }


def _basis(kind: LetterKind, about: str, rules: Rules, language: str) -> list[str]:
    found = [str(a["zh" if language == "zh-CN" else "en"]) for a in _articles() if _cited(a, kind, about)]
    rule = rules.get("restore_after_payment")
    if about == "restore" and rule is not None and rule.scope != "cn.legal":
        hours = f"{rule.value} 小时" if language == "zh-CN" else f"{rule.value} hours"
        found.append(f"{rule.cited(language)}{'：' if language == 'zh-CN' else ': '}{hours}")
    return found


def _cited(article: Mapping[str, object], kind: LetterKind, about: str) -> bool:
    letters, matters = article["letters"], article["matters"]
    return isinstance(letters, list) and isinstance(matters, list) and kind in letters and about in matters


_STATUS = {
    Status.RESTRICTED: ("unable to call out (one-way bar)", "无法拨出（单停）"),
    Status.SUSPENDED: ("out of service in both directions", "双向停机"),
    Status.PENDING_TERMINATION: ("pending termination", "处于预销户或停机状态"),
    Status.TERMINATED: ("out of service, and is now terminated", "停机，现已被销户"),
}


def _what_happened(brief: Brief, about: str, zone: ZoneInfo, *, zh: bool) -> str:
    story, reading = brief.state.story, brief.state.reading
    parts: list[str] = []
    if story.stopped_at is not None and reading is not None and reading.status in _STATUS:
        at, how = f"{story.stopped_at.astimezone(zone):%Y-%m-%d %H:%M}", _STATUS[reading.status][zh]
        parts.append(f"该号码最迟自 {at} 起{how}。" if zh else f"Since {at} at the latest it has been {how}.")
    limit = restoration_limit(brief.rules, brief.state)
    if about == "restore" and limit is not None and story.paid_at is not None:
        paid = f"{story.paid_at.astimezone(zone):%Y-%m-%d %H:%M}"
        sum_ = _sum(story.paid, zh=zh)
        until = f"{limit[0].astimezone(zone):%Y-%m-%d %H:%M}"
        parts.append(
            f"本人已于 {paid} 缴清{'费用 ' + sum_ if sum_ else '全部费用'}，按规定应于 {until} 前恢复，至今未恢复。"
            if zh
            else f"On {paid} I paid {sum_ or 'everything'} in full; by rule it had to be restored by {until}, and it is still off."
        )
    if about == "bill" and brief.case is not None:
        day = brief.case.began_on
        parts.append(f"本人对 {day} 起的收费有异议。" if zh else f"I dispute charges since {day}.")
    if not parts:
        parts.append("具体情况见下。" if zh else "What happened is told below.")
    return ("" if zh else " ").join(parts)


_CLAIMS: dict[str, tuple[tuple[str, str], ...]] = {
    "restore": (
        ("restore the service at once;", "立即恢复服务；"),
        (
            "explain the delay, and charge nothing for the time without service;",
            "说明逾期原因，停机期间不计费；",
        ),
    ),
    "bill": (
        (
            "hand over the detailed bill, and correct what was charged wrongly;",
            "提供详细清单，更正错误收费；",
        ),
        (
            "take no measure for the disputed part until it is decided;",
            "争议处理完毕之前，不就争议部分采取停机等措施；",
        ),
    ),
    "spend": (
        (
            "explain the sudden spend, and when and how I was told of it;",
            "说明费用突增的来源，以及何时、以何种方式告知过本人；",
        ),
        (
            "hand over the detailed bill, and correct what was charged wrongly;",
            "提供详细清单，更正错误收费；",
        ),
    ),
    "policy": (
        ("give the written basis, scope and date of the change;", "提供调整的书面依据、范围和生效日期；"),
        (
            "offer an equal plan, or let me leave with the balance refunded;",
            "提供同等套餐，或无条件解约并退还余额；",
        ),
    ),
    "violation": (
        (
            "tell reason, legal basis, remedy and the materials needed;",
            "告知处置原因、法律依据、救济渠道和所需材料；",
        ),
        (
            "check anew, and lift the measure at once when the check is passed;",
            "重新核验，核验通过后即时解除措施；",
        ),
    ),
    "fault": (
        ("repair the fault, and say by when;", "修复障碍并告知时限；"),
        ("waive the monthly fee of the faulty time;", "免收障碍期间的月租费；"),
    ),
    "stop": (
        ("explain kind, reason and legal basis of the stop;", "说明停机的类型、原因和法律依据；"),
        ("restore the service, if there is no sufficient reason;", "无充分理由的，立即恢复服务；"),
    ),
}


def _sum(paid: Money | None, *, zh: bool) -> str:
    if paid is None:
        return ""
    return f"{paid.amount} 元" if zh and paid.currency == "CNY" else str(paid)


def _regulator(brief: Brief, entry: str, facts: Facts, *, zh: bool) -> str:
    """The body that a petition goes to, with its official channels."""
    centre = brief.book.contacts(entry, brief.line.province).known.get("regulator_phone")
    if centre is None:
        return facts.all()["regulator"]
    web = facts.contacts.get("regulator_web")
    return (
        f"{centre.words[zh]}（{centre.value}，{web}）"
        if zh
        else f"the {centre.words[0]} ({centre.value}, {web})"
    )


def _claims(about: str, *, zh: bool) -> list[str]:
    return [c[zh] for c in _CLAIMS[about]]


def _complained(brief: Brief, *, zh: bool) -> str:
    case = brief.case
    if case is None or case.complained_on is None:
        return ""
    ticket = (f"（工单号 {brief.ticket}）" if zh else f" (ticket {brief.ticket})") if brief.ticket else ""
    if zh:
        return f"本人已于 {case.complained_on} 向被申诉企业投诉{ticket}，" + (
            "对其答复不满意。" if case.refused else "至今未获答复。"
        )
    end = "and am not satisfied with the answer." if case.refused else "and have had no answer."
    return f"I complained to the respondent on {case.complained_on}{ticket} {end}"
