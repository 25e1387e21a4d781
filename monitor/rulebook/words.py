"""Rule values in words: names of keys, units and trust in both languages."""

from __future__ import annotations

from decimal import Decimal

from monitor.core.rules import RuleValue

KEYS: dict[str, tuple[str, str]] = {
    "abnormal_multiple": ("sudden spend counts as abnormal from", "费用异常的认定倍数"),
    "activate_within": ("a new card must be activated within", "新卡激活期限"),
    "carrier_reply": ("carrier must answer a complaint within", "运营商答复投诉期限"),
    "complaint_reply": ("carrier promises to answer within", "运营商承诺答复时限"),
    "consumer_authority_reply": ("consumer authority informs within", "消费行政部门告知期限"),
    "credit_bureau": ("credit bureau", "征信"),
    "credit_expires": ("credit expires", "余额过期"),
    "data_cap_lifts": ("data-cap stop ends", "流量封顶恢复"),
    "direct_routes": ("other routes", "其他途径"),
    "emergency_calls": ("emergency calls", "紧急呼叫"),
    "expiry_by_top_up": ("credit lasts", "充值有效期"),
    "fault_repair_city": ("fault repaired within, city", "障碍修复时限（城镇）"),
    "fault_repair_rural": ("fault repaired within, country", "障碍修复时限（农村）"),
    "fee_dispute_limit": ("fee dispute accepted up to", "收费争议申诉时效"),
    "fee_dispute_warn": ("fee dispute: we warn at", "收费争议：本程序提醒于"),
    "fee_while_stopped": ("monthly fee while stopped", "停机期间月费"),
    "fee_while_stopped_month": ("monthly fee while stopped", "停机期间保号费"),
    "grace_after_expiry": ("time to come back after expiry", "到期后的宽限期"),
    "grace_after_renewal": ("failed renewal to cut-off", "续费失败至停机"),
    "hold_fee": ("fee of a hold asked for", "停机保号费"),
    "hold_max": ("longest hold asked for", "停机保号最长期限"),
    "idle_extension": ("each keep fee extends by", "每次扣费延长"),
    "idle_keep_fee": ("keep fee of an idle line", "闲置保号扣费"),
    "idle_limit": ("idle line is ended after", "闲置停用期限"),
    "idle_remove": ("idle stop to removal", "闲置停机至拆机"),
    "idle_stop": ("idle line is stopped after", "闲置停机期限"),
    "late_fee_from": ("late fee counts from", "违约金起算"),
    "late_fee_per_day": ("late fee per day", "每日违约金"),
    "mediation": ("mediation", "调解期限"),
    "notice_before": ("notice before the end", "终止前通知"),
    "number_reuse": ("number is sold anew after", "号码重新启用"),
    "one_card": ("cards per person", "持卡数量"),
    "operator_exit_notice": ("carrier announces its exit", "经营者退出提前申请"),
    "other_dispute_limit": ("other dispute accepted up to", "其他争议申诉时效"),
    "overcharge_refund": ("overcharge is refunded", "多收费用返还"),
    "pay_window": ("time to pay", "缴费期"),
    "petition_accept": ("petition accepted or refused within", "申诉受理决定期限"),
    "petition_reply": ("petition answered within", "申诉处理期限"),
    "plan_change_notice": ("plan change announced", "套餐变更提前告知"),
    "prepaid_stop": ("pre-paid line is stopped", "预付费停机条件"),
    "reactivation_top_up": ("top-up that brings it back", "恢复所需充值"),
    "records_kept": ("carrier keeps records", "运营商保存话单"),
    "regulator_answer": ("regulator answers within", "监管部门答复期限"),
    "reopen_fee": ("reopening the number costs", "重新开通费"),
    "reset_events": ("what starts the count anew", "重新计时的行为"),
    "restore_after_payment": ("restored after payment within", "缴清后恢复时限"),
    "restore_if_paid_within": ("… if paid within", "……适用条件：停机后缴清于"),
    "sms_records_kept": ("SMS records are kept", "短信记录保存"),
    "stop_when": ("line is stopped when", "停机条件"),
    "suspend_after_due": ("due date to stop", "逾期至停机"),
    "terminate_after_arrears": ("debt to termination", "欠费至销户"),
    "terminate_after_suspend": ("stop to termination", "停机至销户"),
    "unbind_reminder": ("unbinding reminder", "解绑提醒"),
}

_UNITS = {
    "h": ("hours", "小时"),
    "d": ("days", "日"),
    "wd": ("working days", "个工作日"),
    "mo": ("months", "个月"),
    "y": ("years", "年"),
}
_TRUST = {
    "verified": ("verified: the text itself was read", "已核实：读过原文"),
    "medium": ("medium: a named official or secondary page", "中等：有名可查的官方或二手页面"),
    "typical": ("typical: an older or single contract, check yours", "典型：较旧或个别合同，请核对你的合同"),
    "low": ("low: weak pages that disagree", "较低：来源薄弱或互相矛盾"),
    "unverified": ("unverified", "未核实"),
    "owner": ("your own setting", "你自己的设置"),
}


def zh(language: str) -> bool:
    """Whether texts are to be Chinese."""
    return language.startswith("zh")


def key_name(key: str, language: str) -> str:
    """Return what a key means; a key that has no words yet is shown as it is."""
    return KEYS.get(key, (key, key))[zh(language)]


def trust_name(trust: str, language: str) -> str:
    """Return a trust mark in words."""
    return _TRUST.get(trust, (trust, trust))[zh(language)]


def amount(value: RuleValue, language: str) -> str:
    """Return a value with its unit: ``60 days``, ``3‰``, ``5×``."""
    chinese = zh(language)
    if isinstance(value.value, str):
        return (value.note_zh if chinese else "") or value.value
    number = value.value
    if value.unit == "ratio":
        return f"{(number * 1000).normalize():f}‰" if number < 1 else f"{plain(number)}×"
    if value.unit not in _UNITS:
        return plain(number)
    unit = _UNITS[value.unit][chinese]
    if not chinese and number == 1:
        unit = unit.removesuffix("s")
    return f"{plain(number)} {unit}"


def note(value: RuleValue, language: str) -> str:
    """Return the note of a value, or ""; a word's note is its translation and is not repeated."""
    if isinstance(value.value, str):
        return ""
    return value.note_zh if zh(language) else value.note


def plain(number: Decimal) -> str:
    """Write a number without exponent and without needless zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
