"""What a guide says of one carrier: its channels and clocks in words, each with source and trust. Unknown is said."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from monitor.core.lifecycle import Stage
from monitor.core.rules import Rules, RuleValue
from monitor.rulebook import Contacts, Rulebook
from monitor.rulebook.words import amount, note, zh

_MUTE = frozenset({Stage.ONE_WAY, Stage.TWO_WAY, Stage.HOLD, Stage.PENDING_TERMINATION, Stage.TERMINATED})
_TRUST = {
    "verified": ("verified", "已核实"),
    "medium": ("medium trust", "可信度中等"),
    "typical": ("typical, check your contract", "典型条款，请核对合同"),
    "low": ("low trust", "可信度较低"),
    "unverified": ("unverified", "未核实"),
    "owner": ("your own setting", "你的设置"),
}


@dataclass(frozen=True)
class Facts:
    """The placeholders of the playbooks for one rulebook entry, province and language."""

    book: Rulebook
    entry: str
    province: str
    stage: Stage
    language: str

    @cached_property
    def rules(self) -> Rules:
        """The values that hold."""
        return self.book.resolve(self.entry, self.province)

    @cached_property
    def contacts(self) -> Contacts:
        """The official channels."""
        return self.book.contacts(self.entry, self.province)

    @property
    def chinese(self) -> bool:
        """Whether texts are Chinese."""
        return zh(self.language)

    def pick(self, en: str, chinese: str) -> str:
        """Return the text in the guide's language."""
        return chinese if self.chinese else en

    def cite(self, value: RuleValue) -> str:
        """Source and trust, in brackets."""
        trust = _TRUST[value.trust][self.chinese]
        source = value.cited(self.language).removesuffix(": typical, check your contract")
        extra = note(value, self.language)
        return self.pick(
            f"({extra + '; ' if extra else ''}{source}; {trust})",
            f"（{extra + '；' if extra else ''}{source}；{trust}）",
        )

    def unknown(self) -> str:
        """What is said where no value is known."""
        return self.pick(
            "no rule is known to us: ask, and note the answer", "没有查到规定，请向运营商问清并记下答复"
        )

    def within(self, key: str) -> str:
        """Tell a limit: "within 24 hours (source)"."""
        value = self.rules.get(key)
        if value is None:
            return self.unknown()
        return self.pick(f"within {amount(value, 'en')} ", f"{amount(value, 'zh')}内") + self.cite(value)

    def all(self) -> dict[str, str]:
        """Return every placeholder."""
        mute = self.stage in _MUTE
        return {
            "abnormal": self._abnormal(),
            "app": self._app(),
            "cancel": self._cancel(),
            "carrier": self._carrier(),
            "complaint_line": self._complaint_line(),
            "consumer": self.contacts.get("consumer_phone"),
            "dispute_limit": self._dispute_limit(),
            "exit_notice": self._plain("operator_exit_notice"),
            "hold": self._hold(),
            "hotline": self._hotline(),
            "huaxiang": self.contacts.get("hotline_huaxiang"),
            "late": self._late(),
            "other_phone": " from another phone" if mute else "",
            "other_phone_zh": "用其他电话" if mute else "",
            "own_cards": self.contacts.get("own_cards"),
            "plan_notice": self._plan_notice(),
            "regulator": self._regulator(),
            "repair": self._repair(),
            "reply": self.within("carrier_reply"),
            "restore": self.within("restore_after_payment"),
            "reuse": self._reuse(),
            "spam_report": self.contacts.get("spam_report"),
            "stop": self._stop(),
            "xiaomi": self.contacts.get("hotline_xiaomi"),
        }

    def _plain(self, key: str) -> str:
        value = self.rules.get(key)
        return (
            amount(value, self.language) + self.pick(" ", "") + self.cite(value) if value else self.unknown()
        )

    def _named(self) -> bool:
        return (
            bool(self.entry) and not self.entry.startswith("generic.") and not self.entry.endswith(".legal")
        )

    def _carrier(self) -> str:
        if not self._named() or self.entry == "cn.mvno":
            return self.pick("your carrier", "你的运营商")
        return self.book.entry(self.entry).title(self.language)

    def _hotline(self) -> str:
        number = self.contacts.get("hotline")
        if number:
            return number
        if self.entry == "cn.mvno":
            return self.pick("your operator's hotline", "你的运营商客服热线")
        return self.pick("the hotline printed on your contract or SIM package", "合同或卡套上印的客服热线")

    def _app(self) -> str:
        name = self.contacts.get("app")
        return (
            self.pick(f"the “{name}” app", f"“{name}”App")
            if name
            else self.pick("the carrier's own app", "运营商官方App")
        )

    def _complaint_line(self) -> str:
        line = self.contacts.known.get("complaint_line")
        if line is None:
            return ""
        return self.pick(
            f" (complaint line {line.value}, number not verified by us)",
            f"（投诉热线{line.value}，该号码未经我们核实）",
        )

    def _regulator(self) -> str:
        phone, web = self.contacts.get("regulator_phone"), self.contacts.get("regulator_web")
        if phone and web:
            return self.pick(f"{phone} or {web}", f" {phone} 或 {web} ")
        return self.pick(
            "the telecom regulator or consumer body of your country", "所在国家的电信监管或消费者保护机构"
        )

    def _abnormal(self) -> str:
        value = self.rules.get("abnormal_multiple")
        if value is None:
            return self.unknown()
        times = amount(value, self.language).removesuffix("×")
        return self.pick(
            f"{times} times the mean of the three months before ({value.source})",
            f"前三个月平均值的 {times} 倍（{value.cited(self.language)}）",
        )

    def _cancel(self) -> str:
        by_debt, by_stop = (
            self.rules.get("terminate_after_arrears"),
            self.rules.get("terminate_after_suspend"),
        )
        if by_debt and (by_stop is None or not by_stop.binding):
            return (
                self.pick("may come after ", "可能在欠费")
                + amount(by_debt, self.language)
                + self.pick(f" of debt {self.cite(by_debt)}", f"后发生{self.cite(by_debt)}")
            )
        if by_stop is None:
            return self.unknown()
        many = amount(by_stop, self.language)
        much = self.pick(
            f"may come after {'more than ' if by_stop.exceeds else ''}{many} stopped ",
            f"停机{'超过' if by_stop.exceeds else '满'} {many}后可能发生",
        )
        return much + self.cite(by_stop) + self._weak(by_stop)

    def _stop(self) -> str:
        value = self.rules.get("suspend_after_due")
        if value is None:
            return self.unknown()
        if value.value == 0:
            text = self.pick("may come from the due date on ", "逾期即可能停机")
        else:
            many = amount(value, self.language)
            text = self.pick(
                f"may come after {'more than ' if value.exceeds else ''}{many} past the due date ",
                f"逾期{'超过' if value.exceeds else '满'} {many}后可能停机",
            )
        return text + self.cite(value) + self._weak(value)

    def _weak(self, value: RuleValue) -> str:
        return (
            ""
            if value.binding
            else self.pick(
                "; no contract of this carrier is known, so it may be sooner",
                "；未查到该运营商的合同条款，实际可能更早",
            )
        )

    def _reuse(self) -> str:
        value = self.rules.get("number_reuse")
        if value is None:
            return self.pick(
                "When the number is sold anew is not known to us: ask today.",
                "号码何时重新放出，我们没有查到：请今天就问。",
            )
        return self.pick(
            f"The number may be given to somebody else {amount(value, 'en')} after the end {self.cite(value)}.",
            f"销户满 {amount(value, 'zh')}后，号码可能分配给他人{self.cite(value)}。",
        )

    def _late(self) -> str:
        value = self.rules.get("late_fee_per_day")
        if value is None:
            return self.unknown()
        return self.pick(
            f"at most {amount(value, 'en')} of the debt a day {self.cite(value)}: an estimate, 0.30 a day for a debt of 100",
            f"每日最高为欠费的 {amount(value, 'zh')}{self.cite(value)}：估算，欠 100 元每日 0.30 元",
        )

    def _dispute_limit(self) -> str:
        fee, other, warn = (
            self.rules.get(k) for k in ("fee_dispute_limit", "other_dispute_limit", "fee_dispute_warn")
        )
        if fee is None or other is None or warn is None:
            return self.unknown()
        return self.pick(
            f"disputes about fees are accepted up to {amount(fee, 'en')}, others up to {amount(other, 'en')} "
            f"({fee.source}); we remind you at {amount(warn, 'en')}",
            f"收费争议须在 {amount(fee, 'zh')}内、其他争议须在 {amount(other, 'zh')}内提出（{fee.cited(self.language)}）；"
            f"满 {amount(warn, 'zh')}时会提醒你",
        )

    def _plan_notice(self) -> str:
        value = self.rules.get("plan_change_notice")
        if value is None:
            return self.unknown()
        return self.pick(
            f"{amount(value, 'en')} ahead {self.cite(value)}", f"提前 {amount(value, 'zh')}{self.cite(value)}"
        )

    def _hold(self) -> str:
        found = [v for k in ("hold_max", "hold_fee") if (v := self.rules.get(k))]
        if not found:
            return self.unknown()
        return self.pick("; ", "；").join(
            note(v, self.language) + self.pick(f" ({_TRUST[v.trust][0]})", f"（{_TRUST[v.trust][1]}）")
            for v in found
        )

    def _repair(self) -> str:
        city, rural = self.rules.get("fault_repair_city"), self.rules.get("fault_repair_rural")
        if city is None or rural is None:
            return self.unknown()
        return (
            self.pick(
                f"within {amount(city, 'en')} in a city, {amount(rural, 'en')} in the country, from your report ",
                f"自报障起，城镇 {amount(city, 'zh')}、农村 {amount(rural, 'zh')}内",
            )
            + f"({city.source})" * (not self.chinese)
            + f"（{city.cited(self.language)}）" * self.chinese
        )
