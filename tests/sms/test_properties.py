"""What holds for every message, not only for those we thought of."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.sms import Class, parse, redact
from monitor.core.sms.join import Part, join
from monitor.core.sms.normalise import normalise
from monitor.intake.lexicon import load

AT = datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=8)))
cents = st.integers(0, 99_999_999)
OFFERS = (
    "充{0}元送{1}元，活动截至11月30日。", "{0}元套餐含{1}GB流量，回复1办理。", "话费充值满{0}元立减{1}元。", "恭喜您获得{0}元话费券，满{1}元可用。",
    "余额充{0}元即享{1}元优惠。", "升级{0}元档位，每月优惠{1}元。", "超出套餐后{0}元/GB，{1}元封顶。", "账户余额满{0}元即可参与抽奖，最高{1}元。",
    "流量余额不足？{0}元加油包低至{1}元。", "积分余额可兑换{0}元话费券或{1}元礼品。", "查询余额请回复YE，{0}元流量包限时{1}元。", "话费余额{0}元以下的客户可享{1}元补贴。",
    "如果您的话费余额为{0}元，充值可享{1}元礼包。", "Recharge RMB {0} and get RMB {1} bonus!", "翼支付余额{0}元，权益余额{1}元。",
)  # fmt: skip
NOISE = st.text(
    alphabet="余额欠费停机充值为有元角分0123456789.,，。¥-已将被您的号码话可用应付未缴成功到账 RMBbalance【】中国移动http://10086.cn/@\n",
    max_size=120,
)


def yuan(amount_fen: int) -> str:
    return f"{Decimal(amount_fen) / 100:.2f}"


@settings(deadline=None)
@given(st.sampled_from(OFFERS), cents, cents)
def test_an_amount_in_an_offer_is_never_the_accounts(offer: str, a: int, b: int) -> None:
    seen = parse(offer.format(yuan(a), yuan(b)), "10086", AT, load())
    assert (seen.balance, seen.amount_due, seen.top_up) == (None, None, None)


@settings(deadline=None)
@given(st.sampled_from(OFFERS), cents, cents, cents)
def test_an_offer_beside_a_balance_does_not_change_it(offer: str, a: int, b: int, balance: int) -> None:
    text = f"您当前话费余额{yuan(balance)}元。" + offer.format(yuan(a), yuan(b))
    assert parse(text, "10086", AT, load()).balance == Decimal(yuan(balance))


@settings(deadline=None)
@given(
    cents,
    st.sampled_from(["{}元", "¥{}", "RMB {}", " {} 元", "人民币{}元", "{} yuan", "CNY {}"]),
    st.sampled_from(
        ["话费余额为", "您的账户余额：", "可用余额", "当前余额有", "話費餘額", "Your balance is "]
    ),
)
def test_a_stated_balance_is_read_to_the_cent_in_every_form(balance: int, form: str, label: str) -> None:
    for figure in (yuan(balance), f"{Decimal(balance) / 100:,.2f}"):
        seen = parse(label + form.format(figure) + "。", "10086", AT, load())
        assert seen.balance == Decimal(yuan(balance))


@settings(deadline=None)
@given(cents, st.integers(0, 12))
def test_a_figure_cut_off_at_the_end_is_unknown(balance: int, keep: int) -> None:
    text = f"尊敬的客户，您的话费余额为{yuan(balance)}元。"
    cut = text[: text.index("为") + 1 + min(keep, len(yuan(balance)))]
    assert parse(cut, "10086", AT, load()).balance is None


@settings(max_examples=150, deadline=None)
@given(NOISE, st.sampled_from(["10086", "10010", "13800000000", "", "Bank", "106900000000"]))
def test_no_text_makes_the_parser_fail_or_trust_a_stranger(text: str, sender: str) -> None:
    try:
        seen = parse(text, sender, AT, load())
    except ValueError:
        assert not any(c.isalnum() for c in normalise(text))
        return
    assert seen.trusted <= sender.startswith("100")
    assert seen.kind is not Class.PHISHING or (seen.balance, seen.amount_due, seen.top_up) == (
        None,
        None,
        None,
    )
    assert seen.amount_due is None or seen.amount_due >= 0


@settings(deadline=None)
@given(
    st.integers(10_000_000, 99_999_999),
    st.sampled_from(
        ["PUK码为{}", "验证码：{}，请勿告知他人", "服务密码已重置为{}", "{} is your verification code"]
    ),
)
def test_a_secret_is_cut_out_before_anything_is_kept(secret: int, form: str) -> None:
    kept, found = redact(form.format(secret) + "。联系人13812348000", load())
    assert found
    assert str(secret) not in kept
    assert "13812348000" not in kept


@settings(deadline=None)
@given(st.permutations(range(4)))
def test_parts_with_their_places_are_joined_in_any_order_of_arrival(order: list[int]) -> None:
    text = "【充值成功提醒】尊敬的客户：您已充值0.01元，充值后可用通用余额为352.62元。短信回复数字1025可查看余额及费用详情。【中国电信】"
    size = len(text) // 4 + 1
    parts = [
        Part("10001", text[i * size : (i + 1) * size], AT + timedelta(seconds=n), "7", i + 1, 4)
        for n, i in enumerate(order)
    ]
    assert join([*parts, parts[0]]).text == text


@settings(deadline=None)
@given(st.permutations(range(3)))
def test_parts_joined_wrongly_never_make_a_false_amount(order: list[int]) -> None:
    pieces = [
        "尊敬的客户：您已充值0.01元，充值后可用通用余额为35",
        "2.62元。短信回复数字1025可查看",
        "余额及费用详情。【中国电信】",
    ]
    seen = parse("".join(pieces[i] for i in order), "10001", AT, load())
    assert seen.balance in (None, Decimal("352.62"))
