"""Build a guide: what works, what to do first, step by step, by when, and what not to do."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.core.cause import PAYABLE
from monitor.core.lifecycle import Position, Stage, Works, works
from monitor.core.words import Cause
from monitor.guides.facts import Facts
from monitor.guides.playbook import SECTIONS, Paid, for_cause, playbook, usual_stage
from monitor.rulebook import Rulebook, load

_TITLES = {
    "first": ("First, whatever the cause", "先做这几件事"),
    "steps": ("Then", "接着"),
    "documents": ("Bring", "要带的材料"),
    "limits": ("By when", "时限"),
    "evidence": ("Keep as proof", "要留的证据"),
    "avoid": ("Do not", "不要做"),
    "unbind": ("If this number receives codes (banks, logins)", "此号码用来收验证码的话（银行、登录）"),
    "escalate": ("If they do not help", "运营商不解决的话"),
}
_WARNED = frozenset(
    {Stage.REMINDER, Stage.ONE_WAY, Stage.TWO_WAY, Stage.HOLD, Stage.PENDING_TERMINATION, Stage.TERMINATED}
)
"""From the first warning of a stop on, accounts must be moved while that is still possible."""
_STAGES = {
    Stage.ACTIVE: ("working", "正常"),
    Stage.REMINDER: ("in debt, still working", "已欠费，尚未停机"),
    Stage.PARTIAL: ("one function is closed", "部分功能受限"),
    Stage.ONE_WAY: ("one-way bar (单停)", "单停（单向停机）"),
    Stage.TWO_WAY: ("two-way bar (双停)", "双停（双向停机）"),
    Stage.HOLD: ("hold or loss report (停机保号, 挂失)", "停机保号或挂失"),
    Stage.PENDING_TERMINATION: ("pending termination (预销户)", "预销户"),
    Stage.TERMINATED: ("terminated (销户)", "已销户"),
    Stage.REUSED: ("terminated; the number may be somebody else's", "已销户，号码可能已归他人"),
    Stage.UNKNOWN: ("stage not known", "状态不明"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One line of a guide."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a guide."""

    name: str
    title: str
    points: tuple[Point, ...]
    tickable: bool


@dataclass(frozen=True, slots=True)
class Guide:
    """A whole guide in one language."""

    title: str
    where: str
    """Carrier and stage."""
    works: str
    next_step: str
    sections: tuple[Section, ...]
    footer: str
    cause: Cause
    stage: Stage
    language: str

    def points(self) -> list[Point]:
        """Return everything that can be ticked, in the order in which it is numbered."""
        return [p for s in self.sections if s.tickable for p in s.points]


def build(
    cause: Cause,
    entry: str,
    *,
    stage: Stage | None = None,
    province: str = "",
    language: str = "en",
    position: Position | None = None,
    book: Rulebook | None = None,
    paid: Paid | None = None,
) -> Guide:
    """Build the guide for a cause, a rulebook entry and a stage.

    Args:
        cause: why the line is off; ``unknown`` gives the three questions.
        entry: ``cn.mobile``, ``generic.prepaid``, …; "" for a carrier nobody described.
        stage: the usual one of the cause when None.
        province: its rules hold, too.
        language: ``en`` or ``zh-CN``.
        position: of a real line: adds its dates.
        book: another rulebook than the package's.
        paid: all was paid, and the line is still off: nobody is told to pay again.

    Raises:
        RulebookError: no such entry.
    """
    stage = stage or (position.stage if position else usual_stage(cause))
    facts = Facts(book or load(), entry, province, stage, language)
    words = facts.all()
    own, common = for_cause(cause), playbook("common")
    sections = []
    for name in SECTIONS:
        if name == "unbind" and stage not in _WARNED:
            continue
        items = (*common.section(name), *own.section(name))
        points = tuple(
            Point(f"{name}.{i.id}", i.of(language).format_map(words))
            for i in items
            if i.holds(entry, stage, paid=paid is not None)
        )
        if points:
            title = _TITLES[name][facts.chinese]
            tickable = name in ("first", "steps", "unbind", "escalate")
            sections.append(Section(name, title, points, tickable))
    return Guide(
        title=facts.pick(*_NO_STOP)
        if cause is Cause.NONE and stage is Stage.ACTIVE
        else own.title.of(language),
        where=f"{_entry_title(facts)} · {_stage_title(cause, stage)[facts.chinese]}",
        works=works_text(position.works if position else works(stage), stage, facts),
        next_step=_next(facts, cause, words, paid),
        sections=tuple(sections),
        footer=facts.pick(
            "Reference, not legal advice. Dates and sums are estimates unless the carrier named them; "
            "“typical” means an older contract, not yours. Dial numbers yourself.",
            "仅供参考，不构成法律意见。除运营商明确告知外，日期和金额均为估算；“典型条款”指较旧的合同文本，未必与你的相同。号码请自己拨打。",
        ),
        cause=cause,
        stage=stage,
        language=language,
    )


def next_step(
    cause: Cause,
    entry: str,
    stage: Stage,
    language: str,
    *,
    receives_codes: bool = False,
    book: Rulebook | None = None,
    paid: Paid | None = None,
) -> str:
    """Return the one next step for a notice, in one sentence; never "pay" for what a payment does not cure.

    An entry that the rulebook does not know is spoken of as "your carrier".
    """
    found = book or load()
    facts = Facts(found, entry if entry in found.entries else "", "", stage, language)
    text = _next(facts, cause, facts.all(), paid)
    if receives_codes and stage in _WARNED:
        text += facts.pick(
            " This number receives codes: move banks and logins to another one.",
            "此号码用来收验证码：请尽快把银行和登录账号换绑。",
        )
    return text


_NO_STOP = "No stop: the line works and nothing is owed", "未停机：使用正常，没有欠费"


def _stage_title(cause: Cause, stage: Stage) -> tuple[str, str]:
    if stage is Stage.REMINDER and cause not in (*PAYABLE, Cause.NONE):
        return "warned, still working", "已收到提醒，尚未停机"
    return _STAGES[stage]


def _next(facts: Facts, cause: Cause, words: dict[str, str], paid: Paid | None) -> str:
    steps = for_cause(cause).next
    stage = Stage.TERMINATED if facts.stage is Stage.REUSED else facts.stage
    found = (
        (steps.get(paid) if paid else None)
        or steps.get(stage)
        or steps.get("any")
        or playbook("unknown").next["any"]
    )
    return found.of(facts.language).format_map(words)


def _entry_title(facts: Facts) -> str:
    name = (
        facts.book.entry(facts.entry).title(facts.language)
        if facts.entry
        else facts.pick("any carrier", "任意运营商")
    )
    local = facts.book.province(facts.entry.partition(".")[0], facts.province) if facts.province else None
    return f"{name} · {local.title(facts.language)}" if local else name


def works_text(found: Works, stage: Stage, facts: Facts) -> str:
    """Say what still works, and correct the common belief that basic communication always does."""
    names: tuple[tuple[str, str, bool | None], ...] = (
        ("calls out", "拨出", found.call_out),
        ("calls in", "接听", found.call_in),
        ("sending SMS", "发短信", found.sms_out),
        ("receiving SMS", "收短信", found.sms_in),
        ("data", "上网", found.data),
        ("emergency calls", "紧急呼叫", found.emergency),
    )
    groups = []
    for state, en, chinese in (
        (True, "Works", "可用"),
        (False, "Does not work", "不可用"),
        (None, "Not known", "不清楚"),
    ):
        having = [facts.pick(en_name, zh_name) for en_name, zh_name, has in names if has is state]
        if having:
            groups.append(facts.pick(f"{en}: {', '.join(having)}.", f"{chinese}：{'、'.join(having)}。"))
    text = facts.pick(" ", "").join(groups)
    if stage in (Stage.TWO_WAY, Stage.HOLD, Stage.PENDING_TERMINATION):
        text += facts.pick(
            " (Often read, and wrong here: “basic communication still works during a stop”.)",
            "（常见说法“停机期间基本通信不受影响”在这里不成立。）",
        )
    return text
