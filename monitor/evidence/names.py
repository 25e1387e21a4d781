"""The contract's words as a person reads them in the index of an archive: English and Chinese side by side."""

from __future__ import annotations

STATUS = {
    "active": ("works", "正常"),
    "restricted": ("one-way bar: calls come in, none go out", "单停：能接听，不能拨出"),
    "suspended": ("stopped: emergency calls only", "双停：只能紧急呼叫"),
    "pending_termination": ("pending termination", "预销户"),
    "terminated": ("terminated", "已销户"),
}
CAUSE = {
    "arrears": ("debt", "欠费"),
    "credit_control": ("high spend (credit control)", "高额停机（信用控制）"),
    "policy": ("plan, tariff or network change", "套餐、资费或网络调整"),
    "user_request": ("the owner's own request", "主动办理"),
    "violation": ("real-name, fraud control or breach", "实名、反诈或违规"),
    "fault": ("device or network fault", "设备或网络故障"),
}
NOTICE = {
    "payment_due": ("payment due", "应缴费"),
    "autopay_missing": ("no automatic payment", "自动缴费未开通"),
    "autopay_failed": ("automatic payment failed", "自动缴费失败"),
    "low_balance": ("low balance", "余额不足"),
    "arrears": ("debt", "欠费"),
    "suspension_warning": ("stop ahead", "即将停机"),
    "suspended": ("stopped", "已停机"),
    "payment_seen": ("payment seen", "缴费到账"),
    "restored": ("restored", "已复机"),
    "restoration_overdue": ("not restored in time", "逾期未复机"),
    "termination_warning": ("loss of the number ahead", "即将销户"),
    "terminated": ("terminated", "已销户"),
    "voluntary_hold": ("own hold", "停机保号"),
    "violation_hold": ("restricted", "被限制"),
    "policy_change": ("plan, tariff or terms changed", "套餐、资费或条款变动"),
    "fault_suspected": ("fault suspected", "疑似故障"),
    "abnormal_spend": ("unusual spend, or a dispute's limit", "消费异常或争议时效"),
    "blind": ("no trustworthy figures", "读不到可信数据"),
    "sight_restored": ("figures are back", "数据恢复"),
    "digest": ("overview", "简报"),
}
SEVERITY = {
    "info": ("information", "提示"),
    "warning": ("warning", "警告"),
    "critical": ("critical", "严重"),
}
EVENT = {
    "payment": ("payment", "缴费"),
    "gift": ("credit given by the carrier, settles no debt", "运营商赠送（不抵欠费）"),
    "closed": ("matter closed", "事项了结"),
    "dispute:fee": ("dispute about fees begins", "收费争议开始"),
    "dispute:other": ("dispute begins", "争议开始"),
    "policy": ("announced change", "调整公告"),
    "source_lost": ("watched page gone", "所关注的页面消失"),
    "sms:arrears": ("text: debt", "短信：欠费"),
    "sms:low_balance": ("text: balance low", "短信：余额不足"),
    "sms:suspended": ("text: stopped", "短信：已停机"),
    "sms:restored": ("text: restored", "短信：已复机"),
    "sms:violation": ("text: restriction", "短信：限制使用"),
    "sms:policy": ("text: plan or network change", "短信：套餐或网络调整"),
    "sms:bill": ("text: bill", "短信：账单"),
    "sms:top_up": ("text: payment received", "短信：缴费到账"),
    "sms:balance": ("text: balance", "短信：余额"),
    "sms:usage": ("text: use", "短信：用量"),
    "sms:marketing": ("text: advertisement", "短信：广告"),
    "sms:phishing": ("text that pretends to be the carrier's: not believed", "冒充运营商的短信：未采信"),
    "sms:untrusted": ("text of an unproven sender: not believed", "发件人不明的短信：未采信"),
}
CHANNEL = {
    "hotline": ("hotline", "客服热线"),
    "hall": ("hall", "营业厅"),
    "app": ("app", "App"),
    "sms": ("text", "短信"),
}
FACT = {
    "balance": ("balance", "余额"),
    "amount_due": ("due", "应缴"),
    "due_on": ("due on", "缴费日"),
    "paid": ("paid", "已缴"),
    "paid_at": ("paid at", "缴费时间"),
    "short": ("missing", "还差"),
    "restore_by": ("to be restored by", "应恢复时间"),
    "ticket": ("ticket", "工单"),
    "until": ("until", "截至"),
    "limit_on": ("last day", "截止日"),
    "spent": ("spent", "消费"),
    "usual": ("usual", "平时"),
    "effective_on": ("effective", "生效日"),
    "summary": ("", ""),
    "was": ("before", "原为"),
    "now": ("now", "现为"),
    "source": ("by", "依据"),
}
"""Facts of a notice that the index shows; all of them are in contents.jsonl."""


PROMISED = "承诺期限 {}"


def name(table: dict[str, tuple[str, str]], word: object, *, chinese: bool) -> str:
    """Return a word's name, or the word itself where it has none."""
    text = str(word)
    if table is EVENT and text.startswith("promise:"):
        return (PROMISED if chinese else "promised for {}").format(text.partition(":")[2])
    pair = table.get(text)
    return pair[chinese] if pair else text
