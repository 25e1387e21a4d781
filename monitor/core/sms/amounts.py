"""Amounts of money that a message states, each with the label that stands before it. Nothing is derived."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")
_NUMBER = r"(?<![\d.])(?<!\d,)(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?!\d|\.\d|,\d)"
_PRICE_OR_OFFER = (
    r"(?!\s*(?:/\s*(?:个?月|[kmgt]b?\b|分|条|次|天|日|年|小?时|人|month|day|min)|每|一个?月|以[上下内]|及以[上下]|起|时|至|-\d|~|或以|左右的|的?(?:优惠|抵扣|抵用|代金|立减|红包|话费券|券|积分|"
    r"权益|礼包|套餐|流量|奖励|语音|月租|档|包|会员|额度|信用|直减|补贴|产品|话费礼|话费红)|(?:a|per|every)\s))"
)
_PREFIX = r"(?:hk\$|nt\$|us\$|mop\$?|人民币|rmb|cny|[¥$€£])"
_UNIT = r"(?:元(?!素|旦|宵|月)|块钱?|圆|yuan\b|rmb\b|cny\b|hkd\b|港[币元])"
_AMOUNT = (
    rf"(?:(?P<sign>负|-)?\s*(?:"
    rf"{_PREFIX}\s*(?P<presign>-)?\s*(?P<pre>{_NUMBER})(?!\s*(?:角|分(?!钟)))\s*(?P<premyriad>万)?+(?:\s*{_UNIT})?+"
    rf"|(?P<yuan>{_NUMBER})\s*(?P<myriad>万)?\s*(?:人民币)?{_UNIT}(?:\s*(?P<withjiao>\d)角)?(?:\s*(?P<withfen>\d)分(?![钟之]))?"
    rf"|(?P<jiao>\d)\s*角(?:\s*(?P<jiaofen>\d)分(?![钟之]))?"
    rf"|(?P<fen>\d{{1,2}})\s*分(?![钟之满享])"
    rf"){_PRICE_OR_OFFER})"
)
# Only these may stand between a label and its amount: a verb there ("余额充100元") makes it another amount.
_BETWEEN = (
    r"(?:\s|[:=〔〕【】「」“”\"'、]|截[至止](?:目前|今日|到?(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日(?:\d{1,2}[时点])?(?:\d{1,2}分)?)|"
    r"\((?![^)]*\d)[^()]{0,14}\)|为|是|有|仅|只|还|尚|剩余?|剩下|共计?|合计|总计|总额|金额|数额|约|大约|目前|当前|现|已|达|计|人民币|"
    r"is|was|are|now|currently|remaining|of|stands at|total(?:s|ling)?|amount(?:s|ing)?(?: to)?|at|due|only|the|sum|just|left)"
    r"{0,8}?"
)
_NOT_THE_ACCOUNT = (
    r"(?<!流量)(?<!积分)(?<!券)(?<!权益)(?<!红包)(?<!和包)(?<!支付宝)(?<!微信)(?<!支付)(?<!钱包)(?<!零钱)(?<!银行卡)(?<!储蓄卡)(?<!信用卡)(?<!赠费)(?<!赠款)(?<!赠送)(?<!专款)"
    r"(?<!专用)(?<!不可用)(?<!冻结)(?<!充值前)(?<!缴费前)(?<!扣费前)(?<!上月)(?<!上期)(?<!期初)(?<!优惠)(?<!抵扣)(?<!语音)(?<!短信)(?<!卡内)(?<!理财)(?<!定向)"
    r"(?<!上月结转)(?<!上月话费)(?<!上月账户)(?<!充值前话费)(?<!充值前账户)(?<!缴费前话费)(?<!缴费前账户)"
)
_EN_NOT = r"(?<!outstanding )(?<!overdue )(?<!data )(?<!points )(?<!bonus )(?<!reward )(?<!unpaid )(?<!due )(?<!bank )(?<!previous )(?<!wallet )"


def _labelled(label: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{label}){_BETWEEN}{_AMOUNT}", re.IGNORECASE)


_BALANCE = (
    _labelled(
        r"可用(?:总)?(?:话费)?余额|可用通用余额|可用(?:话费|结余)|available (?:account )?balance|usable balance"
    ),
    _labelled(
        rf"{_NOT_THE_ACCOUNT}(?:通用|话费|账户|账号|帐户|当前|目前|剩余|实时|总|手机|号码|通信|本机|本期|期末|现金|您的|的|储值)(?:可用)?(?:账户)?(?:总)?余额"
    ),
    _labelled(
        rf"{_NOT_THE_ACCOUNT}(?<!账户)(?<!话费)(?<!账号)(?<!您的)(?<!当前)(?:余额|结余|储值额)|剩余(?:话费|金额)|话费(?:还|尚|仅|仅剩|还剩|尚余|剩余)|账户(?:剩余|结余|尚余|还剩)|{_EN_NOT}\b(?:account |current |remaining |credit |prepaid |your )?balance"
    ),
)
_UNIT_IN_LABEL = re.compile(
    rf"{_NOT_THE_ACCOUNT}余额\s*\((?:单位[::]?)?元\)\s*[:=为]?\s*(?P<sign>-)?(?P<yuan>{_NUMBER})",
    re.IGNORECASE,
)
_DUE = (
    _labelled(
        r"欠费(?:金额|总额|合计|余额|话费)?|欠款(?:金额)?|拖欠(?:话费|费用|金额)?|欠缴(?:话费|费用|金额)?|逾期(?:未[缴付还])?(?:金额|账单|话费|款项|费用)|欠(?:我司|本公司|您)?(?:话费|费用|账)|"
        r"outstanding(?: balance| amount| bill| payment| charges?| sum)*|overdue(?: balance| amount| bill| payment| charges?)*|past[- ]due(?: balance| amount)*|"
        r"\bow(?:e|ed|es|ing)(?: us)?|(?:in )?arrears"
    ),
    _labelled(
        r"应[付缴交还](?:费用|话费|金额|款|总额|账款|款项)*|(?:需|须)(?:缴|付|补缴)(?:费用|话费|金额)?|amount (?:payable|due)|payable(?: amount)?|total due|payment due|balance due|please pay|amount to pay"
    ),
    _labelled(
        r"[待未][缴付交还](?:费用|话费|金额|款|账单|总额|款项)*|尚未[缴支]付(?:费用|话费|金额)?|unpaid(?: bill| amount| balance| charges?)*"
    ),
)
_TOP_UP = (
    _labelled(r"(?:实际)?(?:已)?到账(?:金额|话费)?"),
    _labelled(r"(?:充值|缴费|交费|付款|支付)成功[，,!。:;]?\s*(?:本次)?(?:充值|缴费|交费|支付)?金额"),
    _labelled(
        r"(?:充值|缴费|交费|缴存|存入|充入|缴纳|缴|交|付款|支付|退费|退款|退还|增值|储值|收到您?的?(?:充值|缴费|交费|付款)?)(?:了|到|成功|话费|费用|金额|款项|手机|通信费|总额)*|"
        r"(?:recharged?|top(?:ped)?[- ]?up|toppedup|payment|paid|credited|received|refill(?:ed)?|reload(?:ed)?|added)(?: (?:with|by|a|your|payment|successful|successfully|account|line|amount))*"
    ),
)
_TOP_UP_BEFORE_VERB = re.compile(
    rf"{_AMOUNT}\s*(?:的|话费|手机|通信费|国内|通用|赠送|赠款|本金|现金|预存款|费用|返还|返费|充值|红包|\(|\)|has been|have been|was|is|successfully|credited|added|recharged|topped|to your|account|and){{0,8}}\s*"
    r"(?:已?(?:成功)?(?:为您)?(?:充值|充入|存入|到账|返还|赠送|计入|转入)(?:成功|到账|至|到|您)?|已到您?|successfully (?:recharged|topped|credited|added)|(?:has|have) been (?:recharged|topped|credited|added|received)|"
    r"credited|recharged|topped[- ]up|added to)",
    re.IGNORECASE,
)
_SPEND = _labelled(
    r"(?:共|累计|合计|已|实际|账户|本月|当月|当前|月)?消费(?:合计|总额|金额|共计|总计)?|实时(?:话费|费用)(?:合计)?|账单(?:合计|总额|金额|费用)?|(?:费用|话费)(?:合计|总额|总计)|已产生的?(?:消费|费用|话费)|本月(?:已用)?话费|当月话费|"
    r"spent|charges?|usage charges|bill (?:amount|total)|total (?:bill|charges?)"
)
_THRESHOLD = re.compile(
    rf"(?:不足|低于|少于|不到|below|less than|under|lower than){_BETWEEN}{_AMOUNT.replace('(?P<', '(?P<')}",
    re.IGNORECASE,
)
_CUT_AT_END = re.compile(
    r"(?:余额|欠费|应[付缴]|待缴|未缴|充值|缴费|消费|balance)(?:金额|话费|合计)?[\s:]*(?:为|是|有|仅剩|约|is|of)?\s*-?\d[\d,]*\.?\d*$|(?:rmb|cny|[¥$])\s*-?\d[\d,]*(?:\.\d)?$",
    re.IGNORECASE,
)
_CUT_AT_START = re.compile(r"^-?[\d.,]{1,12}\s*元(?!套餐|话费券|优惠|流量|礼|享|起|/|购|包|档|立减)")


@dataclass(frozen=True, slots=True)
class Figures:
    """What the text says about money; None where it says nothing."""

    balance: Decimal | None = None
    amount_due: Decimal | None = None
    top_up: Decimal | None = None
    spend: Decimal | None = None
    threshold: Decimal | None = None
    truncated: bool = False
    due_is_debt: bool = False
    """``amount_due`` stands behind a word for debt (欠费, overdue), not only behind one for a bill (应缴)."""
    due_is_pending: bool = False
    """``amount_due`` stands behind 待缴 or 未缴."""


def read(text: str, hypothetical: tuple[tuple[int, int], ...]) -> Figures:
    """Read the figures of a normalised text.

    Args:
        text: normalised.
        hypothetical: spans whose figures are conditions or offers ("若欠费超过50元"), not facts.
    """
    if not re.search(r"\d", text):
        return Figures()
    due: Decimal | None = None
    rank = 0
    for rank, pattern in enumerate(_DUE):  # noqa: B007 (the rank of the label that answered is used below)
        due = _first(pattern, text, hypothetical)
        if due is not None:
            break
    balance = next((v for v in (_first(p, text, hypothetical) for p in _BALANCE) if v is not None), None)
    if balance is None:
        balance = _first(_UNIT_IN_LABEL, text, hypothetical)
    return Figures(
        balance=balance,
        amount_due=None if due is None else abs(due),
        top_up=_top_up(text, hypothetical),
        spend=_first(_SPEND, text, hypothetical),
        threshold=_first(_THRESHOLD, text, ()),
        truncated=bool(_CUT_AT_END.search(text) or _CUT_AT_START.match(text)),
        due_is_debt=due is not None and rank == 0,
        due_is_pending=due is not None and rank == 2,
    )


def count_payments(text: str) -> int:
    """How many payments of the past a text lists."""
    return sum(1 for _ in _TOP_UP[-1].finditer(text))


def _top_up(text: str, skip: tuple[tuple[int, int], ...]) -> Decimal | None:
    for pattern in (*_TOP_UP, _TOP_UP_BEFORE_VERB):
        value = _first(pattern, text, skip)
        if value is not None:
            return value
    return None


def _first(pattern: re.Pattern[str], text: str, skip: tuple[tuple[int, int], ...]) -> Decimal | None:
    return next(
        (value for at, value in _values(pattern, text) if not any(a <= at < b for a, b in skip)), None
    )


def _values(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, Decimal]]:
    for m in pattern.finditer(text):
        g = m.groupdict()
        whole = g.get("pre") or g.get("yuan")
        if g.get("pre") and m.end("pre") == len(text) and not re.search(r"\.\d\d$", g["pre"]):
            continue  # the text may have been cut in the middle of this figure
        if whole is not None:
            value = Decimal(whole.replace(",", ""))
            if g.get("myriad") or g.get("premyriad"):
                value *= 10000
            value += Decimal(g.get("withjiao") or 0) / 10 + Decimal(g.get("withfen") or 0) / 100
        elif g.get("jiao") is not None:
            value = Decimal(g["jiao"]) / 10 + Decimal(g.get("jiaofen") or 0) / 100
        elif g.get("fen") is not None:
            value = Decimal(g["fen"]) / 100
        else:
            continue
        if g.get("sign") or g.get("presign"):
            value = -value
        if abs(value) < Decimal("1e9"):
            yield m.start(), value.quantize(_CENT, ROUND_HALF_UP)
