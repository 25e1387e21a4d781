"""The lines of a guide that are about one real line: dates, late fee, reasons, and what would change our mind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.core.aftermath import restoration_limit
from monitor.core.cause import PAYABLE, Signal, Verdict
from monitor.core.lifecycle import Position, Stage, Step
from monitor.core.rules import Rules, RuleValue
from monitor.core.state import LineState
from monitor.core.story import stopped
from monitor.core.words import Basis, Cause
from monitor.guides.playbook import Paid

SIGNALS: dict[Signal, tuple[str, str]] = {
    Signal.CARRIER_SAYS_ARREARS: ("the carrier says so", "运营商如此告知"),
    Signal.CARRIER_SAYS_CREDIT: ("the carrier says so", "运营商如此告知"),
    Signal.CARRIER_SAYS_POLICY: ("the carrier says so", "运营商如此告知"),
    Signal.CARRIER_SAYS_HOLD: ("the carrier says so", "运营商如此告知"),
    Signal.CARRIER_SAYS_VIOLATION: ("the carrier says so", "运营商如此告知"),
    Signal.CARRIER_SAYS_FAULT: ("the carrier says so", "运营商如此告知"),
    Signal.FIGURES_ARREARS: ("the carrier's figures point to a debt", "运营商的数据显示应是欠费"),
    Signal.FIGURES_CREDIT: (
        "the carrier's figures point to use beyond the limit",
        "运营商的数据显示应是超额",
    ),
    Signal.DEBT: ("a debt is shown", "查到欠费"),
    Signal.BALANCE_SHORT: ("the balance does not cover the next fee", "余额不够下一期费用"),
    Signal.BALANCE_POSITIVE: ("there is money on the account", "账户上有余额"),
    Signal.SPEND_BURST: ("this month cost several times the usual", "本月费用是平时的数倍"),
    Signal.SMS_ARREARS: ("the carrier's text about a debt", "运营商短信提到欠费"),
    Signal.SMS_POLICY: ("the carrier's text about a plan or network change", "运营商短信提到套餐或网络调整"),
    Signal.SMS_HOLD: ("the carrier's text about a hold or loss report", "运营商短信提到停机保号或挂失"),
    Signal.SMS_VIOLATION: (
        "the carrier's text about real-name or abnormal use",
        "运营商短信提到实名核验或异常使用",
    ),
    Signal.OWN_HOLD: ("your own note of a hold", "你自己登记的停机保号"),
    Signal.TERMS_CHANGED: ("plan or fee changed lately", "套餐或资费近期有变"),
    Signal.SIM_MISSING: ("no SIM is found", "读不到 SIM 卡"),
    Signal.SIM_LOCKED: ("a PIN or PUK is asked for", "要求输入 PIN 或 PUK"),
    Signal.REGISTRATION_DENIED: ("the network refuses the modem", "网络拒绝注册"),
    Signal.OLD_NETWORK_DENIED: ("the network refuses this kind of device or area", "网络拒绝此类设备或地区"),
    Signal.REGISTERED: ("bars are shown (proves nothing)", "显示有信号（不能说明问题）"),
    Signal.NO_SIGNAL: ("no bars", "没有信号"),
    Signal.OTHER_SIM_DEAD_TOO: ("another SIM of the same carrier is dead, too", "同一运营商的其他卡也不能用"),
    Signal.WORKS_IN_OTHER_PHONE: ("the SIM works in another phone", "此卡在其他手机上能用"),
    Signal.OTHER_SIM_WORKS_HERE: ("another SIM works in this phone", "其他卡在此手机上能用"),
    Signal.OUTAGE_NOTICE: ("an outage was announced", "有故障公告"),
    Signal.ONE_WAY: ("calls come in, none go out", "能接听、不能拨出"),
    Signal.PROMPT_ARREARS: ("callers hear that a debt stopped it", "拨打时提示“已欠费停机”"),
    Signal.PROMPT_SUSPENDED: ("callers hear “suspended”, without a reason", "拨打时提示“已被暂停服务”"),
    Signal.PROMPT_STOPPED: ("callers hear “stopped”", "拨打时提示“已停机”"),
    Signal.PROMPT_VACANT: ("callers hear “no such number”", "拨打时提示“空号”"),
    Signal.IDLE_DATA_SIM: ("a data SIM that was not used for about two months", "流量卡约两个月未使用"),
    Signal.LOGIN_REFUSED: ("the login is refused (proves nothing)", "无法登录（不能说明问题）"),
    Signal.PAID_AND_STILL_OFF: ("paid in full and still off", "已缴清，仍未恢复"),
    Signal.UNTRUSTED_MESSAGE: ("a message that is not trusted (not counted)", "不可信的短信（不计入）"),
}
CAUSES: dict[Cause, tuple[str, str]] = {
    Cause.NONE: ("no stop", "未停机"),
    Cause.ARREARS: ("debt", "欠费"),
    Cause.CREDIT_CONTROL: ("high spend (credit control)", "高额停机（信用控制）"),
    Cause.POLICY: ("service, policy or technical change", "业务、政策或技术调整"),
    Cause.USER_REQUEST: ("your own request", "主动办理"),
    Cause.VIOLATION: ("real-name, fraud control or breach", "实名、反诈或违规"),
    Cause.FAULT: ("device or network fault", "设备或网络故障"),
    Cause.UNKNOWN: ("not known", "不明"),
}
_STEPS: dict[Stage, tuple[str, str]] = {
    Stage.ONE_WAY: ("may be stopped", "可能停机"),
    Stage.TWO_WAY: ("may be stopped", "可能停机"),
    Stage.TERMINATED: ("may be terminated", "可能销户"),
    Stage.REUSED: ("the number may be given to somebody else", "号码可能分配给他人"),
}


@dataclass(frozen=True, slots=True)
class Settled:
    """A line that was stopped for money, was paid for in full, and is still off."""

    phase: Paid
    cause: Cause
    paid_at: datetime
    until: datetime
    rule: RuleValue | None

    def lines(self, zone: ZoneInfo, language: str) -> Iterator[str]:
        """Say what was paid when, and until when the carrier has to act."""
        zh = language.startswith("zh")
        paid, until = (f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (self.paid_at, self.until))
        name = CAUSES[self.cause][zh]
        yield (
            f"停机原因：{name}；已于 {paid} 缴清。" if zh else f"Stopped for: {name}; paid in full on {paid}."
        )
        late = self.phase is Paid.OVERDUE
        if self.rule is None:
            yield (
                f"没有查到恢复时限；{until} 之后仍未恢复即不寻常。"
                if zh
                else f"No time limit is known to us; after {until} it is unusual."
            )
            return
        source = f"{_source(self.rule, zh=zh)}; {self.rule.trust}"
        source = f"{_source(self.rule, zh=zh)}；{_TRUST_ZH[self.rule.trust]}" if zh else source
        if zh:
            yield f"应于 {until} 前恢复（{source}）" + ("：已逾期。" if late else "。")
        else:
            yield f"To be restored by {until} ({source})" + (": overdue." if late else ".")


def settled(rules: Rules, state: LineState, cause: Cause, now: datetime) -> Settled | None:
    """Return what is known after a full payment; None before one, and where money was not the reason of the stop."""
    story, reading = state.story, state.reading
    limit = restoration_limit(rules, state)
    was = cause if cause in PAYABLE else story.stop_cause if cause is Cause.UNKNOWN else Cause.NONE
    if (
        limit is None
        or reading is None
        or story.paid_at is None
        or not stopped(reading)
        or was not in PAYABLE
    ):
        return None
    phase = Paid.OVERDUE if now >= limit[0] else Paid.AWAITING
    return Settled(phase, was, story.paid_at, limit[0], limit[2])


def about(position: Position, basis: Basis, verdict: Verdict, cause: Cause, language: str) -> Iterator[str]:
    """Say why and how sure, what comes next and what it costs, for one line."""
    yield from reasons(basis, verdict, cause, language)
    yield from outlook(position, language)


def reasons(basis: Basis, verdict: Verdict, cause: Cause, language: str) -> Iterator[str]:
    """Say why a line is off, how sure that is, and what would change the verdict."""
    zh = language.startswith("zh")
    name = CAUSES[cause][zh]
    if basis is Basis.REPORTED:
        yield f"原因：{name}（运营商告知）。" if zh else f"Cause: {name} (the carrier says so)."
    elif cause is Cause.UNKNOWN:
        yield (
            "原因：不明，先问热线三个问题。"
            if zh
            else "Cause: not known; ask the hotline the three questions."
        )
    else:
        share = round(verdict.share * 100)
        yield f"原因：{name}（推断，约 {share}%）。" if zh else f"Cause: {name} (inferred, about {share} %)."
    if verdict.why and basis is not Basis.REPORTED:
        signs = [SIGNALS[s][zh] for s, _ in verdict.why]
        yield f"依据：{'；'.join(signs)}。" if zh else f"Because: {'; '.join(signs)}."
    if verdict.would_change and basis is not Basis.REPORTED:
        signs = [SIGNALS[s][zh] for s in verdict.would_change]
        yield (
            f"若查到以下情况，判断会改变：{'；'.join(signs)}。"
            if zh
            else f"Would change our mind: {'; '.join(signs)}."
        )


def outlook(position: Position, language: str) -> Iterator[str]:
    """Say what may come next and when, and what the delay costs."""
    zh = language.startswith("zh")
    for step in position.steps:
        yield _step(step, zh=zh)
    if position.late_fee is not None:
        fee = position.late_fee
        yield f"违约金至今约 {fee}（估算）。" if zh else f"Late fee to date: about {fee} (estimate)."


def _step(step: Step, *, zh: bool) -> str:
    words = _STEPS.get(step.stage, (str(step.stage), str(step.stage)))[zh]
    if step.rule is None:
        return (
            f"{step.on}：{words}（运营商告知）。" if zh else f"{step.on}: {words} (the carrier's own word)."
        )
    source, trust = _source(step.rule, zh=zh), step.rule.trust
    return (
        f"{step.on} 起：{words}（估算；{source}；{_TRUST_ZH[trust]}）。"
        if zh
        else f"From {step.on} on: {words} (estimate; {source}; {trust})."
    )


def _source(rule: RuleValue, *, zh: bool) -> str:
    return rule.cited("zh-CN" if zh else "en").removesuffix(": typical, check your contract")


_TRUST_ZH = {
    "verified": "已核实",
    "medium": "可信度中等",
    "typical": "典型条款",
    "low": "可信度较低",
    "unverified": "未核实",
    "owner": "你的设置",
}
