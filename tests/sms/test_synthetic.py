"""Synthetic messages, as a native reader would expect them: no public text of these kinds was found."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from monitor.core.sms import parse
from monitor.intake.lexicon import load

AT = datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=8)))
M, U, T, B, X = "10086", "10010", "10001", "10099", "10046"

# sender, text, class, then b= balance d= amount due t= top-up and +flag
CASES = [
    # stopped
    (U, "【中国联通】尊敬的用户，您的号码因欠费32.50元已停机，请尽快缴费，缴清后24小时内恢复通信。", "suspended d=32.50"),
    (T, "尊敬的客户，您的手机已于11月20日因欠费停机，当前欠费18.88元。【中国电信】", "suspended d=18.88"),
    (B, "【中国广电】尊敬的客户，您的号码192****0000已欠费停机，当前欠费9.90元，请及时充值。", "suspended d=9.90"),
    (M, "【停机提醒】尊敬的客户，您的号码已被单向停机，仅可接听来电，请及时缴费。【中国移动】", "suspended +one_way"),
    (M, "您的手机已双停，目前处于双向停机状态，欠费50元。", "suspended d=50.00"),
    (U, "温馨提示：您的号码目前处于停机状态，账户余额-5.20元，请充值后使用。", "suspended b=-5.20"),
    (M, "尊敬的客户，因您本月话费超出信用额度，您的号码已被高额停机。", "suspended"),
    (T, "您好，因您的账户余额不足，我司已暂停为您提供通信服务，请充值。", "suspended"),
    (M, "您已缴费20元，仍欠费30元，您的号码仍处于停机状态，请缴清欠费。", "suspended d=30.00 t=20.00"),
    (U, "您好，您的停机保号业务已办理成功，保号期间每月收取5元，感谢使用。【中国联通】", "suspended +voluntary"),
    (M, "【停机保号】您已成功办理停机保号业务，于2026年12月1日生效，如需复机请拨打10086。", "suspended +voluntary"),
    (T, "尊敬的客户，您的号码挂失成功，请携带身份证到营业厅补卡。", "suspended +voluntary"),
    (M, "尊敬的客户：您的号码已挂失，如需解挂请致电10086。", "suspended +voluntary"),
    (M, "尊敬的客户，您的号码因欠费停机已超过60天，将于2026年12月10日被销户，请尽快缴清欠费。", "suspended +cancellation"),
    (U, "您的号码已进入预销户状态，欠费45.00元，请于11月30日前缴清，逾期号码将被收回。", "suspended d=45.00 +cancellation"),
    (T, "您的号码18900000000已销户，感谢您的使用。", "suspended +cancellation"),
    (M, "您的销户业务已办理成功，感谢您一直以来的支持。", "suspended +cancellation"),
    (M, "Dear customer, your service has been suspended due to overdue charges of RMB 58.00. Please pay now. China Mobile", "suspended d=58.00"),
    (U, "Your line is currently suspended. Outstanding balance: ¥120.50. Dial 10010 to recharge.", "suspended d=120.50"),
    ("csl", "您的流動電話服務已被暫停，請即繳付逾期賬單。", "suspended"),
    (M, "尊敬的客戶，您的號碼已停機，欠費12.30元，請盡快繳費。【中國移動】", "suspended d=12.30"),
    (M, "您的副卡号码已被停机，主卡不受影响。", "suspended"),
    # not stopped: what will be, might be, is avoided, is asked, is a topic
    (M, "尊敬的客户，您的余额不足，即将停机，请及时充值。", "low_balance"),
    (M, "如您未在本月25日前缴费，您的号码将被停机。您本月应缴费用合计58.00元。", "bill d=58.00"),
    (U, "为避免停机影响您的使用，请您及时充值缴费。", "low_balance"),
    (M, "什么情况下会停机？停机后怎么办理复机？点击 10086.cn 了解。", "marketing"),
    (M, "系统升级公告：11月25日0时至6时，充值缴费服务已暂停，给您带来不便敬请谅解。", "policy|marketing"),
    (U, "您的国际漫游数据服务已暂停，如需开通请回复KTGJMY。", "usage|policy"),
    (M, "您本月套餐流量已用完，已为您暂停上网功能，通话不受影响。", "usage"),
    (T, "您当月流量已达100GB，已为您限速至1Mbps，次月自动恢复。", "usage"),
    (M, "【话费宝】开通后不停机，先用后付，点击10086.cn办理。", "marketing"),
    (M, "出国旅游可办理停机保号，每月仅需5元，详询10086。", "marketing|policy"),
    # violation
    (T, "【中国电信】您的号码涉嫌异常使用，已被限制呼出，请持身份证到营业厅核验。", "violation +one_way"),
    (M, "尊敬的客户，您的号码因涉诈风险已保护性停机，请携带本人身份证到营业厅办理二次实人认证。", "violation"),
    (U, "您名下号码未完成实名认证，请于72小时内登录中国联通APP补登记，逾期将暂停服务。", "violation"),
    (B, "您的号码被多次举报发送垃圾短信，现已关停短信功能。【中国广电】", "violation"),
    (M, "尊敬的客户，您的身份证件已过期，请尽快到营业厅更新证件信息，逾期将停机。", "violation"),
    (X, "【小米移动】您的号码存在高频呼叫行为，已限制主叫功能，如有疑问请致电10046。", "violation"),
    (T, "尊敬的客戶，您的號碼通話異常，現對該號碼進行功能限制，請本人攜帶有效證件到營業廳進行二次身份核驗。", "violation"),
    (M, "Your number has been restricted because of suspected fraud. Please bring your ID to a China Mobile shop for verification.", "violation"),
    (M, "【反诈提醒】请勿出租、出借电话卡，切勿向陌生人转账，谨防电信网络诈骗。全民反诈，人人有责。", "marketing"),
    (U, "【中国联通】警惕冒充客服诈骗！凡是要求您提供验证码、转账到安全账户的都是诈骗，请拨打96110。", "marketing"),
    (T, "断卡行动提醒：买卖、出租电话卡是违法行为，严禁参与。", "marketing"),
    (M, "您的实名认证已通过，感谢您的配合。", "marketing"),
    (M, "您的号码已解除限制，通信功能已恢复正常使用。", "restored"),
    # arrears
    (U, "【中国联通】截至11月20日，您的手机已欠费23.50元，请及时缴费以免影响使用。", "arrears d=23.50"),
    (T, "尊敬的客户，您当前话费余额为-3.21元，请尽快充值。【中国电信】", "arrears b=-3.21"),
    (B, "尊敬的客户，您的账户欠费6.6元，请您尽快充值。【中国广电】", "arrears d=6.60"),
    (M, "您已成功交费10.00元，目前仍欠费15.30元，请及时缴清。", "arrears d=15.30 t=10.00"),
    (M, "您好，您10月份账单58.00元已逾期，请尽快缴纳。", "arrears"),
    (U, "您往月未缴话费35.00元，请及时缴纳。", "arrears d=35.00"),
    (U, "您往月未缴话费0元，本月实时话费12.00元，可用余额66.00元。", "balance b=66.00 d=0.00"),
    (M, "您的账户欠费0.00元，话费余额25.00元。", "balance b=25.00 d=0.00"),
    (T, "Dear customer, your bill of RMB 88.00 is overdue. Outstanding amount: RMB 88.00. China Telecom", "arrears d=88.00"),
    ("CMHK", "中國移動香港：閣下的賬戶已欠費HK$188.00，請盡快繳付。", "arrears d=188.00"),
    (M, "若欠费超过50元将停机，您当前话费余额12.00元。", "balance b=12.00"),
    (M, "尊敬的客户，您尚有未缴账单，欠费金额：1,234.56元。", "arrears d=1234.56"),
    (U, "您的欠费已结清，感谢您的支持。", "marketing|top_up|balance"),
    # low balance
    (T, "【中国电信】尊敬的客户，您的余额已不足10元，请及时充值。", "low_balance"),
    (M, "您当前话费余额8.50元，请及时充值，以免影响使用。", "low_balance b=8.50"),
    (B, "尊敬的客户，截至11月23日，您的账户余额为3.20元，余额较低，请尽快缴费。【中国广电】", "low_balance b=3.20"),
    (U, "您的自动充值失败，请检查支付账户并及时缴费。", "low_balance"),
    (M, "您的套餐将于12月1日扣费，当前余额不足以支付，请提前充值。", "low_balance"),
    (M, "您已使用信用额度20元，剩余信用额度30元，请及时缴费。", "low_balance"),
    (M, "Your balance is low. Current balance: RMB 3.50. Please recharge soon.", "low_balance b=3.50"),
    (U, "China Unicom: Insufficient balance. Please top up to avoid suspension.", "low_balance"),
    (M, "您的話費餘額已不足5元，請及時充值。", "low_balance"),
    (M, "您当前话费余额2.30元。", "balance b=2.30"),
    (M, "话费余额不足？充100送20，点击10086.cn参与！", "marketing"),
    (M, "流量余额不足，订购10元1GB加油包请回复LL10。", "usage|marketing|policy"),
    # restored
    (M, "【复机提醒】尊敬的客户，您的号码已复机，感谢您的使用。【中国移动】", "restored"),
    (T, "您的号码复机成功，现可正常使用。", "restored"),
    (U, "尊敬的用户，您的号码已恢复通信服务，当前余额55.00元。", "restored b=55.00"),
    (B, "【中国广电】您已成功充值50元，您的号码已开机，祝您使用愉快。", "restored t=50.00"),
    (M, "Your service has been restored. Thank you for your payment of RMB 100.00.", "restored t=100.00"),
    (M, "您的停机保号业务已取消，号码已恢复正常使用。", "restored"),
    (M, "您的號碼已恢復服務，感謝使用。", "restored"),
    (T, "您的号码已解挂，现已恢复使用。", "restored"),
    (M, "您的号码于11月1日因欠费停机，缴费后现已复机。", "restored"),
    (M, "缴清欠费后24小时内恢复通信。您当前欠费20.00元。", "arrears d=20.00"),
    (M, "系统升级已完成，充值缴费服务已恢复。", "marketing|policy"),
    # top-up
    (U, "【中国联通】您已成功充值100.00元，当前可用余额156.78元。", "top_up b=156.78 t=100.00"),
    (M, "【充值到账提醒】尊敬的客户，您于11月23日交费50元成功，当前话费余额88.00元。", "top_up b=88.00 t=50.00"),
    (B, "尊敬的客户，您于2026年11月23日缴费30.00元已到账，账户余额42.10元。【中国广电】", "top_up b=42.10 t=30.00"),
    (T, "您的账户已到账话费200元，余额1,234.50元。", "top_up b=1234.50 t=200.00"),
    (M, "You have successfully recharged RMB 50. Your balance is RMB 62.30.", "top_up b=62.30 t=50.00"),
    (M, "活动赠送的10元话费已到账，有效期至12月31日。", "top_up t=10.00 +gift"),
    (M, "您已成功儲值100元，賬戶餘額為120元。", "top_up b=120.00 t=100.00"),
    (M, "充100元送20元！11月充值优惠，登录10086.cn立即参与。", "marketing"),
    (U, "充值满200元即可获得50元京东券，先到先得！", "marketing"),
    (M, "您的10元话费券已到账，登录APP使用。", "marketing"),
    (M, "您的充值正在处理中，预计24小时内到账，请耐心等待。", "marketing"),
    ("95588", "【工商银行】您尾号1234的储蓄卡于11月23日消费100元，余额5000.00元。", "marketing -trust"),
    ("95588", "【招商银行】您账户1234支出50元（话费充值），余额300元。", "marketing -trust"),
    ("106980095188", "【支付宝】您已为13800000000成功充值话费100元。", "top_up t=100.00 +third_party -trust"),
    # bill
    (M, "【账单提醒】您10月账单已出，合计消费68.90元，详见10086.cn。", "bill"),
    (U, "您2026年10月话费账单合计128.00元，应缴128.00元，请于11月30日前缴清。", "bill d=128.00"),
    (B, "【中国广电】您10月账单总额39.00元，实际应付39.00元。", "bill d=39.00"),
    (T, "Your bill for October is RMB 99.00, amount due RMB 99.00 by Nov 30. China Telecom", "bill d=99.00"),
    (M, "您上月话费合计45.60元。", "bill"),
    (M, "回复10查询账单，回复11查询余额，回复12查询流量。", "marketing"),
    # balance
    (B, "尊敬的客户，您的账户余额为56.78元。【中国广电】", "balance b=56.78"),
    (M, "您的话费余额：１２．３０元。", "balance b=12.30"),
    (M, "【话费查询】您的當前話費餘額為66.60元。【中國移動】", "balance b=66.60"),
    (U, "Your account balance is RMB 1,024.00.", "balance b=1024.00"),
    (T, "您的通用余额为10元5角。", "balance b=10.50"),
    (M, "您的话费余额¥20.00，本月已消费¥15.00。", "balance b=20.00"),
    (X, "【小米移动】您的账户余额为9.90元，如需帮助请致电10046。", "balance b=9.90"),
    (M, "您的账户余额为35", "marketing|balance +truncated"),
    # usage
    (M, "您本月已使用流量8.5GB，剩余1.5GB，超出后按5元/GB收费。", "usage"),
    (U, "【流量提醒】您的套餐内国内流量已使用80%，剩余2.00GB。", "usage"),
    (T, "语音提醒：您套餐内通话已用180分钟，剩余20分钟。", "usage"),
    (M, "You have 2.5GB data left this month.", "usage"),
    (B, "您的流量已用完，超出部分将按5元/GB计费。", "usage"),
    # policy
    (M, "【套餐变更】您的套餐已变更为5G畅享套餐59元档，次月1日生效。", "policy"),
    (U, "尊敬的用户，您的合约将于2026年12月31日到期，到期后资费恢复标准价。", "policy"),
    (T, "公告：2G网络将于2026年12月31日退网，请及时更换终端。", "policy"),
    (M, "您已成功订购10元5GB流量包，立即生效。", "policy"),
    (M, "资费调整公告：自2027年1月1日起，部分套餐资费将调整。", "policy"),
    (U, "您的携号转网申请已受理，请保持号码正常使用。", "policy"),
    (M, "您的号码已成功携入中国移动，欢迎使用。", "policy"),
    (M, "Your plan will be changed to 5G Basic, effective 1 Dec 2026.", "policy"),
    (M, "升级5G套餐享3折优惠，月租低至39元，回复1立即办理！", "marketing"),
    # secrets
    (M, "您的验证码为123456，5分钟内有效，请勿告知他人。【中国移动】", "marketing +secret"),
    (U, "您的服务密码已重置为654321，请妥善保管。", "marketing|policy +secret"),
    (U, "携号转网授权码：12345678，有效期至11月30日。", "marketing|policy +secret"),
    # phishing
    ("+8613912345678", "【中国移动】您的积分即将过期，请登录 http://10086.cn.jf-exchange.top 兑换现金", "phishing"),
    (M, "尊敬的客户，您的话费余额不足，点击 bit.ly/3xYz 充值。", "phishing"),
    ("106912345678", "【中国电信】您的宽带已欠费停机，请致电客服13900001111办理。", "phishing"),
    (M, "您的号码异常，请回复您收到的验证码完成验证。", "phishing"),
    (U, "您的账户异常，请将资金转账至安全账户。", "phishing"),
    ("13800001111", "我是移动公司客服，您的号码涉嫌犯罪，请开启屏幕共享配合调查。", "phishing"),
    (M, "【中国移动】您欠费30元，点击 http://10086.сn/pay 缴费", "phishing"),
    (M, "【中国移动】您欠费30元，点击 http://10086.cn@evil.example/pay 缴费", "phishing"),
    (M, "【中国移动】您欠费30元，点击 http://192.0.2.7/pay 缴费", "phishing"),
    (M, "您的話費餘額不足，請即登入 https://hk-10086.com/topup 增值", "phishing"),
    ("85212345678", "中国联通提醒：您的号码将被停机，加客服微信unicom_kf01处理。", "phishing"),
    (M, "Your line will be suspended. Reply with your verification code to keep it active.", "phishing"),
    (M, "谨防诈骗：中国移动不会要求您提供验证码或银行卡密码。", "marketing"),
    # other people's messages
    ("95533", "【京东】您的订单已发货，点击 https://u.jd.com/abc 查看。", "marketing -trust"),
    ("106900001111", "【顺丰速运】您的快件已送达，取件码 8899。", "marketing -trust"),
    (U, "【中国移动】您的话费余额20.00元。", "balance b=20.00 +sender_mismatch -trust"),
    ("106500001111", "【中国移动】您的话费余额20.00元。", "balance b=20.00 +sender_mismatch -trust"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[f"{i:03d} {c[1][:24]}" for i, c in enumerate(CASES)])
def test_a_native_reader_would_agree(case: tuple[str, str, str]) -> None:
    sender, text, expected = case
    words = expected.split()
    seen = parse(text, sender, AT, load())
    assert seen.kind in words[0].split("|"), seen.why
    want = dict(w.split("=") for w in words[1:] if "=" in w)
    got = {"b": seen.balance, "d": seen.amount_due, "t": seen.top_up}
    assert {k: v for k, v in got.items() if v is not None} == {k: Decimal(v) for k, v in want.items()}, (
        seen.why
    )
    assert {w[1:] for w in words if w[0] == "+"} <= seen.flags
    if "-trust" in words or seen.kind == "phishing" or not sender.isdecimal():
        assert not seen.trusted
    elif len(sender) == 5 and sender.startswith("100"):
        assert seen.trusted, seen.why


LINES = [
    line.replace("<ZWSP>", "\u200b").split("|")
    for line in (Path(__file__).parent / "synthetic.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("line", LINES, ids=[f"{i:03d} {line[1][:20]}" for i, line in enumerate(LINES)])
def test_the_class_is_one_a_careful_reader_would_accept(line: list[str]) -> None:
    sender, text, *classes = line
    seen = parse(text, sender, AT, load())
    assert seen.kind in classes, seen.why


@pytest.mark.parametrize(
    ("text", "top_up", "balance", "truncated"),
    [
        ("交费成功，金额50.00元。", "50.00", None, False),
        ("Your balance is RMB 35", None, None, True),
        ("Your balance is RMB 35.20", None, "35.20", False),
        ("Your balance is RMB 35.", None, "35.00", False),
        ("您的话费余额为35", None, None, True),
        ("2.62元。短信回复数字1025可查看余额。", None, None, True),
        ("您的余额12.30元/赠款5.00元。", None, "12.30", False),
        ("流量5元/GB，余额9元。", None, "9.00", False),
        ("话费余额：\n12.30元", None, "12.30", False),
        ("余额（元）：12.30", None, "12.30", False),
        ("您的账户余额截至11月1日为12元。", None, "12.00", False),
        ("当前欠费共计人民币0元，余额人民币5角。", None, "0.50", False),
    ],
)
def test_figures_are_whole_or_unknown(
    text: str, top_up: str | None, balance: str | None, *, truncated: bool
) -> None:
    seen = parse(text, M, AT, load())
    want = (None if top_up is None else Decimal(top_up), None if balance is None else Decimal(balance))
    assert (seen.top_up, seen.balance, "truncated" in seen.flags) == (*want, truncated), seen.why
