"""Every text shape that is publicly known, in the order of ``docs/sms.md``; personal digits are invented."""

import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from monitor.core.sms import parse
from monitor.intake.lexicon import load

DOCS = Path(__file__).parents[2] / "docs" / "sms.md"
AT = datetime(2026, 9, 6, 16, 30, tzinfo=timezone(timedelta(hours=8)))

# number, sender, text, class, balance, amount due, top-up, trusted, carrier, flags that must be there
SHAPES = [
    ("1", "10086", "【话费账单】尊敬的134****0000客户，您07月27日-08月26日共消费8.10元。 主要消费项目包括：-套餐及固定费8.00元；-套餐外短彩信费0.10元。账单详情，请点击 https://dx.10086.cn/xxxxxx 前往中国移动APP查询。可编辑短信CXYHZD发送到10086查询优惠账单。更多信息可详询10086，心级服务，10分满意！【中国移动】", "bill", None, None, None, True, "cn-mobile", ""),
    ("2", "10086", "【话费透支服务】尊敬的客户，您的135****0000话费余额已不足。因您为银卡客户，可透支100元，透支额度内可正常通信，超出透支额度将停机。为了避免您号码停机…建议您及时充值（若您已充值，请忽略本提醒）。…可回复QXED取消。…点击 http://dx.10086.cn/xxxxxx 直达。【中国移动】", "low_balance", None, None, None, True, "cn-mobile", ""),
    ("3", "10086", "【5G视频客服提示您】尊敬的客户，截止到7月7日，您当月消费合计为90.00元，话费余额18.13元。国内语音共200分钟，已用1分钟，剩余199分钟；国内通用流量共75G，已用8.21G，剩余66.79G；其中国内通用流量结转共30G，已用8.21G，剩余21.79G。更多信息请点击:https://dx.10086.cn/xxxxxx。【中国移动】", "balance", "18.13", None, None, True, "cn-mobile", ""),
    ("4", "10086", "【充值到账提醒】尊敬的客户，您于2026年09月03日08时45分40秒通过中国移动APP充值服务为您成功充值100.00元。", "top_up", None, None, "100.00", True, "cn-mobile", ""),
    ("5", "10086", "【权益到账提醒】尊敬的全球通客户，您好！您已获得京东秒送7元外卖优惠餐券权益，将于24小时内到达相应APP账户。【中国移动】", "marketing", None, None, None, True, "cn-mobile", ""),
    ("6", "10086", "截至19日11时57分，您本月您实际使用总流量3.76MB，其中3G(TD)流量0.00MB，…共包含本地通用流量121.00MB，已使用3.76MB，剩余117.24MB；…请在3分钟内直接回复Y。【中国移动】", "usage", None, None, None, True, "cn-mobile", ""),
    ("7", "10086", "您好！您目前所用的上网套餐有5个，截止到02月27日21时29分使用情况如下:1、赠送100M流量免套餐费,已使用51.1MB,剩余48.9MB;…您已使用的流量总和为910.82M,剩余流量总和为2289.18M…1-100元电子券等您拿~【中国移动】", "usage", None, None, None, True, "cn-mobile", ""),
    ("8", "10086", "【话费余额信息】尊敬的客户，您好！截至09月06日15，您的话费已欠费-12.30元，本月累计消费45.60元。您当前放心用流量已用12.00GB，达到100GB会降速，…话费实时查询请点击安全链接：https://wx.online-cmcc.cn/website/abc 【中国移动】", "arrears", None, "12.30", None, True, "cn-mobile", ""),
    ("9", "10086", "【话费余额信息】尊敬的客户，您好！截至09月06日15时，您的话费余额33.40元，本月累计消费45.60元。您当前放心用流量已用12.00GB，达到100GB会降速，话费实时查询请点击安全链接：https://wx.online-cmcc.cn/website/abc 【中国移动】", "balance", "33.40", None, None, True, "cn-mobile", ""),
    ("10", "10086", "您的手机已停机，截至目前欠费23.45元，充值开机后即可办理业务", "suspended", None, "23.45", None, True, "cn-mobile", ""),
    ("11", "10086", "现存在缴费开机不及时的情况，查询您目前话费余额20.00元，如手机无法正常使用请将手机重新关开机测试，若仍未恢复，可稍等几分钟后再试", "balance", "20.00", None, None, True, "cn-mobile", "restore_hint"),
    ("12a", "10086", "【账期查询】尊敬的客户，您好！您的账期是1号，每月1号都会更新包月业务，如流量包、语音包，业务扣费时间在1号到7号。【中国移动】", "policy", None, None, None, True, "cn-mobile", ""),
    ("12b", "10086", "【账期查询】尊敬的客户，您好！您的账期是5号，本账期9月5号至10月4号，每个账期内前3天会扣除套餐及包月费用。【中国移动】", "policy", None, None, None, True, "cn-mobile", ""),
    ("13", "10086", "【充值记录查询】尊敬的客户，您好！您于2026年09月03日充值100元，2026年08月02日充值50元。也可以编辑短信“262*两位月份”如“262*09”发送到10086，查询缴费记录。…【中国移动】", "bill", None, None, None, True, "cn-mobile", "history"),
    ("14", "10086", "【PUK码查询】尊敬的客户，您好！您查询的手机PUK1码为00000000，PUK连续输入10次错误手机卡被锁，需到营业厅办理补卡，请谨慎输入。…【中国移动】", "marketing", None, None, None, True, "cn-mobile", "secret"),
    ("15a", "10086", "【话费查询结果】尊敬的客户，您好!…扣除您已产生的消费8.85元后，您当前余额有15.05元。点击安全链接 https://dx.10086.cn/A/xxxxxx 打开中国移动APP，可查询更多内容。…【中国移动】", "balance", "15.05", None, None, True, "cn-mobile", ""),
    ("15b", "10086", "扣除您已产生的消费（0.59元，其中本月消费0.59元、上月及以前的历史消费0.00元）后，您当前余额44.51元。", "balance", "44.51", None, None, True, "cn-mobile", ""),
    ("16", "10086", "尊敬的客户，您登记的客户证件信息有误，请凭个人有效身份证件和SIM卡于48小时内前往我公司营业网点或微信公众号（仅支持普通居民身份证），逾期将暂停通信服务。中国移动海南公司", "violation", None, None, None, True, "cn-mobile", ""),
    ("17", "10085", "根据断卡行动要求，您的号码需要二次实名认证，请通过中国移动微信公众号办理，或携带SIM卡和身份证原件到营业厅办理。", "violation", None, None, None, True, "cn-mobile", ""),
    ("18", "10086", "尊敬的用户，您的手机已停机，这将影响您使用飞信的部分功能。为了您的正常使用，请尽快充值。", "suspended", None, None, None, True, "cn-mobile", ""),
    ("19", "10010", "【温馨提醒】尊敬的客户，经发现，您的号码出现通话异常，根据国家防范打击通讯信息诈骗工作的要求，对该号码进行功能限制。如有疑问，请机主本人携带有效证件原件及手机UIM卡到号码归属地联通营业厅进行二次身份核验，感谢您的理解和支持！[中国联通]", "violation", None, None, None, True, "cn-unicom", ""),
    ("20", "10010", "【账单提醒】尊敬的1XXXXXXXXXX用户，您2022年6月份账单合计22.40元，实际应付22.40元。主要费用项包括：月固定费22元，增值业务费0.40元。…回复TDZD退订本短信。【中国联通】", "bill", None, "22.40", None, True, "cn-unicom", ""),
    ("21", "10010", "温馨提示:截至2021年2月5日,〔您已欠费〕100.00元,请于2月6日〔前缴清〕,…APP,其中:月固定费6.01;其他消费3.22元,http://u.10010.cn/xxxxx。", "arrears", None, "100.00", None, True, "cn-unicom", ""),
    ("22", "10010", "尊敬的用户，您可以直接回复指令进行业务查询或办理： 00：手机上网流量查询 01：账户余额 02：实时话费 03：常用办理业务 04：常用查询业务 05：充值卡充值 【抗击疫情，服务不停！使用中国联通APP，…点击 http://u.10010.cn/xxxxx ，马上拥有】", "marketing", None, None, None, True, "cn-unicom", ""),
    ("23", "10010", "尊敬的用户：截止2017年03月22日16时，您手机尾数0000的号码本月产生的总流量（不含国际及港澳台)15.35MB。主要流量包使用情况如下：“【主套餐国内流量】”100MB，已用0MB，剩余100MB；“上月主套餐结转流量”,已用15.35MB，剩余84.65MB；套餐外收费流量0MB。…【玩4G就上 m.10010.com】", "usage", None, None, None, True, "cn-unicom", ""),
    ("24", "10010", '温馨提示：您上月结转剩余国内流量1.000G，本月月底前有效。回复"流量查询"或点击http://u.10010.cn/xxxxx查询详情。', "usage", None, None, None, True, "cn-unicom", ""),
    ("25", "10010", "您的实时话费12.30元，可用余额45.60元，共100分钟, 已用10分钟，套餐内已使用流量 2635.85MB，结转剩余流量 15.80MB", "balance", "45.60", None, None, True, "cn-unicom", ""),
    ("26a", "10010", "【中国联通】感谢您订购联通爱奇艺定向流量会员包产品，活动返还的20元话费已充值成功到您的手机账户中，祝您使用愉快！", "top_up", None, None, "20.00", True, "cn-unicom", "gift"),
    ("26b", "10010", "【中国联通】感谢您订购联通爱奇艺定向流量会员包产品，活动返还的5角话费已充值成功到您的手机账户中，祝您使用愉快！", "top_up", None, None, "0.50", True, "cn-unicom", "gift"),
    ("27", "10001", "【充值成功提醒】尊敬的客户：您已充值0.01元，充值后可用通用余额为352.62元。短信回复数字1025可查看余额及费用详情。更多查询及缴费方式：1、拨打查费专线1000111或微信关注湖南电信服务号。2、登录中国电信APP。3、点击查询链接，如对费用有疑问，可进入在线人工客服咨询。温馨提醒：缴费复机后如仍不能上网可重启终端。【中国电信】", "top_up", "352.62", None, "0.01", True, "cn-telecom", ""),
    ("28", "10001", "温馨提醒：您所订购的套餐月基本费扣费规则为每月1日凌晨一次性扣取，为避免扣费后手机余额不足被停机，请及时缴费。更多详情请访问“中国电信”APP( http://a.189.cn/xxxxxx )“我们百倍努力，期待您的十分满意评价”。【中国电信】", "low_balance", None, None, None, True, "cn-telecom", ""),
    ("29", "10001", "【账单提醒】尊敬的客户，您2020年07月份通信账单信息如下：用户号码：17700000000；本月账户消费：10.20元，其中套餐基本费用:5.00元，套餐外的语音费、上网费、短彩信费等合计:5.20元。详情请点击 http://a.189.cn/xxxxxx 查询。回复TDDXZD退订本短信。", "bill", None, None, None, True, "cn-telecom", ""),
    ("29 as the demo data has it", "1069000000", "【账单提醒】尊敬的客户，您2020年07月份通信账单信息如下：用户号码：17700000000；本月账户消费：10.20元，其中套餐基本费用:5.00元，套餐外的语音费、上网费、短彩信费等合计:5.20元。详情请点击 http://a.189.cn/xxxxxx 查询。回复TDDXZD退订本短信。【中国移动】", "bill", None, None, None, False, "cn-mobile", "sender_mismatch"),
    ("30", "10001", "尊敬的手机号码为18900000000的用户，您使用的套餐是[92001006]电信畅享99元20G套餐(升级版)，当月套餐内包含：1.国内通话时长，总计：300分钟，已使用：0分钟，剩余：300分钟；2.国内流量，总计：20480M，已使用：10604M，剩余：9876M；详情请咨询10000。", "usage", None, None, None, True, "cn-telecom", ""),
    ("31", "10001", "【温馨提醒】尊敬的客户，经发现，您的号码出现通话异常，根据国家防范打击通讯信息诈骗工作的要求，对该号码进行功能限制。如有疑问，请机主本人携带有效证件原件及手机UIM卡到号码归属地电信营业厅进行二次身份核验，感谢您的理解和支持！[中国电信]", "violation", None, None, None, True, "cn-telecom", ""),
    ("32", "10000", "【中国电信10000号】包含当前话费余额、账号余额及本月余额查询https://im.189.cn/t/xxxxx", "marketing", None, None, None, True, "cn-telecom", ""),
    ("33 (the text is not published; synthetic)", "10001", "【欠费停机提醒】尊敬的客户，您的号码因欠费35.20元已停机，请尽快缴费。【中国电信】", "suspended", None, "35.20", None, True, "cn-telecom", ""),
    ("34", "10099", "【流量加油包提醒】尊敬的客户，截至2026年7月30日15时30分，您订购的流量加油包现已使用14GB319.90MB，剩余704.10MB。【中国广电】", "usage", None, None, None, True, "cn-broadnet", ""),
    ("35", "10099", "尊敬的客户，您好！您发送的指令有误或不存在。【中国广电】", "marketing", None, None, None, True, "cn-broadnet", ""),
    ("36", "10099", "尊敬的客户，本月套餐内流量100GB，已使用12.5GB，剩余87.5GB，上月结转20GB。【中国广电】", "usage", None, None, None, True, "cn-broadnet", ""),
    ("37", "10046", "【小米】尊敬的用户您好，为了深入推进防范治理电信网络诈骗工作，根据《中华人民共和国反电信网络诈骗法》及相关法律法规要求，您尾号0000的号码存在异常使用行为，…将对您的号码限制呼出(仅可接听电话、接收短信)，48小时后将进行保护性停机，停机期间会收取5元/月的保号费。请您本人在收到短信2小时后点击〔链接〕进行申诉，并持本人身份证完成二次实人认证(仅支持安卓手机)。如有疑问请致电小米移动客服热线:10046。…", "violation", None, None, None, True, "other", "one_way"),
    ("38", "95188", "您的话费余额已不足10元，为避免次月扣费因余额不足停机，请您提前续费。", "low_balance", None, None, None, False, None, "third_party"),
    ("39", "13800000000", "【中国广电】您的数字电视账户欠费，将停机处理，缴费 http://cbnet-topup.com", "phishing", None, None, None, False, "cn-broadnet", "off_list_link"),
    ("39 even from its own number", "10099", "【中国广电】您的数字电视账户欠费，将停机处理，缴费 http://cbnet-topup.com", "phishing", None, None, None, False, "cn-broadnet", "off_list_link"),
    ("40a", "", "您好，您的手机号码已欠费停机。", "suspended", None, None, None, False, None, "third_party"),
    ("40b", "", "您好，您的手机号码已被暂停服务。", "suspended", None, None, None, False, None, ""),
    ("40c", "", "您好！您拨叫的用户已停机。", "suspended", None, None, None, False, None, ""),
    ("40d", "", "您拨打的号码是空号", "suspended", None, None, None, False, None, "cancellation"),
]  # fmt: skip


def money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize("shape", SHAPES, ids=[s[0] for s in SHAPES])
def test_the_shape_is_read_as_documented(shape: tuple[str, ...]) -> None:
    _, sender, text, kind, balance, due, top_up, trusted, carrier, flags = shape
    seen = parse(text, sender, AT, load())
    assert (seen.kind, seen.balance, seen.amount_due, seen.top_up) == (
        kind,
        money(balance),
        money(due),
        money(top_up),
    ), seen.why
    assert (seen.trusted, seen.carrier) == (trusted, carrier), seen.why
    assert set(flags.split()) <= seen.flags


def test_the_documented_table_is_the_tested_one() -> None:
    rows = re.findall(r"^\| (\d+) \| .*? \| .*? \| (\w+) \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    tested: dict[str, set[str]] = {}
    for shape in SHAPES:
        tested.setdefault(re.match(r"\d+", shape[0])[0], set()).add(shape[3])
    assert {n: {kind} for n, kind in rows} == tested
