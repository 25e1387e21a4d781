"""The device test as questions: restart, swap, look; each answer a sign for the cause, each end a piece of advice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.core.cause import Signal


@dataclass(frozen=True, slots=True)
class Question:
    """One yes-or-no question and where each answer leads."""

    id: str
    en: str
    zh: str
    yes: str
    no: str
    yes_signal: Signal | None = None
    no_signal: Signal | None = None

    def text(self, language: str) -> str:
        """Return the question in ``en`` or ``zh-CN``."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class End:
    """Where the questions lead."""

    id: str
    en: str
    zh: str

    def text(self, language: str) -> str:
        """Return the advice in ``en`` or ``zh-CN``."""
        return self.zh if language.startswith("zh") else self.en


START = "restart"
QUESTIONS = {
    q.id: q
    for q in (
        Question(
            "restart",
            "Switch the phone off and on, flight mode on and off. Does it work now?",
            "关机重启，再开关一次飞行模式。现在能用了吗？",
            "works", "sim-asked",
        ),
        Question(
            "sim-asked",
            "Does the phone say “no SIM”, or ask for a PIN or PUK?",
            "手机提示“无 SIM 卡”，或要求输入 PIN、PUK 吗？",
            "puk", "bars",
        ),
        Question(
            "puk",
            "Does it ask for a PIN or PUK?",
            "是要求输入 PIN 或 PUK 吗？",
            "locked", "reseat",
            yes_signal=Signal.SIM_LOCKED,
        ),
        Question(
            "reseat",
            "Take the SIM out, wipe it, put it back. Is it found now?",
            "取出 SIM 卡，擦净后重新插入。现在能识别了吗？",
            "works", "sim-elsewhere",
            no_signal=Signal.SIM_MISSING,
        ),
        Question(
            "bars",
            "Does the phone show bars of its own carrier?",
            "手机显示本运营商的信号格吗？",
            "sim-elsewhere", "others-dead",
            yes_signal=Signal.REGISTERED,
            no_signal=Signal.NO_SIGNAL,
        ),
        Question(
            "others-dead",
            "Is another phone with the same carrier, at the same place, dead too?",
            "同一地点、同一运营商的其他手机也没有信号吗？",
            "network", "sim-elsewhere",
            yes_signal=Signal.OTHER_SIM_DEAD_TOO,
        ),
        Question(
            "sim-elsewhere",
            "Put this SIM into another phone. Does it work there?",
            "把这张卡插到另一部手机。能用吗？",
            "phone", "other-here",
            yes_signal=Signal.WORKS_IN_OTHER_PHONE,
        ),
        Question(
            "other-here",
            "Put another SIM into this phone. Does that one work?",
            "把另一张卡插到这部手机。那张能用吗？",
            "sim-or-stop", "phone-or-network",
            yes_signal=Signal.OTHER_SIM_WORKS_HERE,
        ),
    )
}  # fmt: skip
ENDS = {
    e.id: e
    for e in (
        End("works", "It works again. Note the time and what helped.", "恢复正常了。记下时间和有效的办法。"),
        End(
            "locked",
            "The SIM is locked. Get the PUK from the carrier (hotline or app, with ID); ten wrong tries kill the SIM.",
            "卡已锁定。凭身份证件向运营商索取 PUK（热线或 App）；连续输错 10 次卡即报废。",
        ),
        End(
            "network",
            "It is the network. Report the fault, ask for a ticket, note the time: the repair clock starts now.",
            "是网络故障。报障并索取工单号，记下时间：修复时限从现在算起。",
        ),
        End(
            "phone",
            "The line is fine; it is the phone or its settings (APN, aerial, SIM slot). Repair or replace it. Do not pay.",
            "号码正常，问题在手机或设置（接入点、天线、卡槽）。维修或更换手机，不要缴费。",
        ),
        End(
            "sim-or-stop",
            "The phone is fine; it is the SIM card or a stop. Ask the hotline the three questions; a dead SIM is reissued with ID.",
            "手机正常，问题在 SIM 卡或号码已停。向热线问清三个问题；卡坏了凭身份证件补卡。",
        ),
        End(
            "phone-or-network",
            "Neither SIM works here: the phone or the network of this place. Try at another place, then report a fault.",
            "两张卡都不能用：手机或此处的网络有问题。换个地点再试，仍不行就报障。",
        ),
    )
}


def walk(answers: Mapping[str, str]) -> tuple[Question | End, tuple[Signal, ...]]:
    """Return where the answers lead, the next question or an end, and the signs they gave on the way."""
    at = START
    signals: list[Signal] = []
    while (question := QUESTIONS.get(at)) is not None:
        answer = answers.get(question.id)
        if answer not in ("yes", "no"):
            return question, tuple(signals)
        yes = answer == "yes"
        signal = question.yes_signal if yes else question.no_signal
        signals += [signal] if signal else []
        at = question.yes if yes else question.no
    return ENDS[at], tuple(signals)
