"""Whether a petition would be accepted now: carrier first, its time to answer, the age of the dispute. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from monitor.core.aftermath import dispute_limits
from monitor.core.lifecycle import reply_by
from monitor.core.rules import Rules
from monitor.core.storystate import Promise


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition of a petition."""

    name: str
    """``carrier_first``, ``answer``, ``age`` or ``elsewhere``."""
    open: bool
    en: str
    zh: str
    from_day: date | None = None
    """First day on which it opens by itself, if waiting helps."""

    def text(self, language: str) -> str:
        """Return the gate in words."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a dispute."""

    began_on: date
    fee: bool
    complained_on: date | None = None
    refused: bool = False
    """The carrier answered, and the answer does not satisfy."""
    elsewhere: bool = False
    """Another body, arbitration or court already has it."""


def gates(rules: Rules, case: Case, today: date) -> list[Gate]:
    """Return each condition with whether it is met today, and what to do about it."""
    found = [_carrier_first(case), _answer(rules, case, today)]
    age = _age(rules, case, today)
    found += [age] if age else []
    there = not case.elsewhere
    found.append(
        Gate(
            "elsewhere",
            there,
            "no other body, arbitration or court has the matter"
            if there
            else "another body, arbitration or court already has it: a petition is not accepted",
            "未由其他机构、仲裁或法院受理" if there else "已由其他机构、仲裁或法院受理：申诉不予受理",
        )
    )
    return found


def _carrier_first(case: Case) -> Gate:
    if case.complained_on is not None:
        day = case.complained_on
        return Gate(
            "carrier_first",
            open=True,
            en=f"complained to the carrier on {day}",
            zh=f"已于 {day} 向运营商投诉",
        )
    return Gate(
        "carrier_first",
        open=False,
        en="complain to the carrier first, and note the ticket (letter complaint)",
        zh="须先向运营商投诉并记下工单号（letter complaint）",
    )


def _answer(rules: Rules, case: Case, today: date) -> Gate:
    if case.refused:
        return Gate(
            "answer", open=True, en="the carrier's answer does not satisfy", zh="对运营商的答复不满意"
        )
    if case.complained_on is None:
        return Gate(
            "answer", open=False, en="no complaint, so no answer to wait for", zh="尚未投诉，无从计算答复期限"
        )
    last = reply_by(rules, case.complained_on)
    rule = rules.get("carrier_reply")
    if last is None or rule is None:
        return Gate(
            "answer",
            open=False,
            en="no time limit for its answer is known: ask the regulator",
            zh="没有查到答复期限：请询问监管部门",
        )
    opens = last + timedelta(days=1)
    if today >= opens:
        return Gate(
            "answer",
            open=True,
            en=f"no answer by {last} ({rule.source})",
            zh=f"至 {last} 仍未答复（{rule.cited('zh-CN')}）",
        )
    return Gate(
        "answer",
        open=False,
        en=f"the carrier may still answer until {last} ({rule.source}); send from {opens} on",
        zh=f"运营商可在 {last} 之前答复（{rule.cited('zh-CN')}）；{opens} 起可提交",
        from_day=opens,
    )


def _age(rules: Rules, case: Case, today: date) -> Gate | None:
    limits = dispute_limits(rules, Promise("", case.began_on, "dispute:fee" if case.fee else "dispute:other"))
    rule = rules.get("fee_dispute_limit" if case.fee else "other_dispute_limit")
    if limits is None or rule is None:
        return None
    warn, last = limits
    if today > last:
        return Gate(
            "age",
            open=False,
            en=f"too old: accepted until {last} ({rule.source}); association, mediation or court are left",
            zh=f"已超过时效：受理至 {last}（{rule.cited('zh-CN')}）；可找消费者协会、调解或起诉",
        )
    near = today >= warn
    return Gate(
        "age",
        open=True,
        en=f"accepted until {last} ({rule.source})" + (": hurry" if near else ""),
        zh=f"受理至 {last}（{rule.cited('zh-CN')}）" + ("：请抓紧" if near else ""),
    )
