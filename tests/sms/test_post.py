"""A message on its way into the store: once, joined, redacted, to the right line, decided like any poll."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from monitor.core.decide import Decision
from monitor.core.line import Line
from monitor.core.money import Money
from monitor.core.notice import Notice
from monitor.core.reading import Event, Reading, Seen
from monitor.core.sms.join import Part, looks_cut
from monitor.core.state import LineState
from monitor.core.words import Cause, Kind, Status
from monitor.intake import gammu, modem
from monitor.intake.lexicon import load
from monitor.intake.post import Post
from monitor.ports import Planned, Store, Taken, Watched
from monitor.store import open_store

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 23, 9, tzinfo=CHINA)
LINES = {
    "home": Watched(Line("home", "cn-mobile", "+8613812348000", currency="CNY")),
    "work": Watched(Line("work", "cn-telecom", "+8618912341234", currency="CNY")),
    "kid": Watched(Line("kid", "sms", "+8618912345678", rules="cn.telecom", currency="CNY")),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'monitor.db'}", key_folder=tmp_path)
    opened.sync_lines(LINES, NOW)
    yield opened
    opened.close()


@pytest.fixture
def told() -> list[Notice]:
    return []


@pytest.fixture
def post(store: Store, told: list[Notice]) -> Post:
    def route(_watched: Watched, _before: LineState, decision: object, now: datetime) -> list[Planned]:
        told.extend(decision.notices)
        return [Planned(n, "mail", now) for n in decision.notices]

    return Post(store, LINES, route, load())


def sms(text: str, sender: str = "10086", seconds: int = 0, **more: object) -> Part:
    return Part(sender, text, NOW + timedelta(seconds=seconds), **more)


def test_a_stop_told_by_message_is_believed_with_its_cause(
    store: Store, post: Post, told: list[Notice]
) -> None:
    result = post.take(sms("尊敬的客户，您的号码因欠费35.20元已停机，请尽快缴费。【中国移动】"), NOW)
    reading = store.states()["home"].reading
    assert result.line == "home"
    assert reading is not None
    assert (reading.status, reading.cause) == (Status.SUSPENDED, Cause.ARREARS)
    assert reading.amount_due == Money(Decimal("35.20"), "CNY")
    assert Kind.SUSPENDED in {n.kind for n in told}


def test_a_message_adds_to_what_the_api_said_and_takes_nothing_away(store: Store, post: Post) -> None:
    api = Reading(
        NOW - timedelta(hours=2),
        source="cn-mobile",
        status=Status.ACTIVE,
        balance=Money(Decimal("20.00"), "CNY"),
    )
    post.take(sms("您当前话费余额20.00元。", seconds=-7000), NOW)
    store.update("home", lambda state: (state, ()), NOW, api)
    post.take(sms("您的号码已被单向停机，仅可接听来电，请及时缴费。"), NOW)
    reading = store.states()["home"].reading
    assert reading is not None
    assert reading.status is Status.RESTRICTED
    assert reading.balance == Money(Decimal("20.00"), "CNY")


@pytest.mark.parametrize(
    "text",
    [
        "【中国移动】您的号码已停机，请点击 http://10086.pay-bill.top 缴费",
        "【中国移动】您的号码已停机，欠费50元。",
    ],
    ids=["phishing", "right words, wrong sender"],
)
def test_an_untrusted_message_never_touches_the_state(store: Store, post: Post, text: str) -> None:
    post.take(sms("您当前话费余额20.00元。", seconds=-60), NOW)
    before = store.states()["home"]
    result = post.take(sms(text, "13900001111"), NOW, "home")
    assert result.stored
    assert store.states()["home"] == before
    assert any(
        isinstance(e, Event) and e.what in ("sms:phishing", "sms:untrusted")
        for e in store.history("home", NOW - timedelta(days=1), NOW + timedelta(days=1))
    )


def test_phishing_is_told_once_a_day_as_a_warning_and_nothing_else(post: Post, told: list[Notice]) -> None:
    for i in range(3):
        post.take(
            sms(f"【中国移动】您的号码已停机，请点击 http://a{i}.pay-bill.top 缴费", "13900001111"),
            NOW,
            "home",
        )
    assert {n.kind for n in told} == {Kind.FAULT_SUSPECTED}
    assert len({n.id for n in told}) == 1
    assert {n.why.code for n in told} == {"untrusted_message"}


def test_the_same_message_counts_once(store: Store, post: Post) -> None:
    first = post.take(sms("您已成功充值50.00元，当前话费余额70.00元。"), NOW)
    again = post.take(sms("您已成功充值50.00元，当前话费余额70.00元。", seconds=20), NOW)
    assert (first.repeat, again.repeat) == (False, True)
    kept = store.history("home", NOW - timedelta(days=1), NOW + timedelta(days=1))
    assert [e.what for e in kept if isinstance(e, Event)] == ["sms:top_up"]


def test_the_line_is_told_from_carrier_rules_and_the_number_in_the_text(post: Post) -> None:
    to = [
        post.take(sms("您的话费余额为9.00元。", "10086"), NOW).line,
        post.take(sms("您尾号5678的号码余额为9.00元。", "10001"), NOW).line,
        post.take(sms("您的话费余额为9.00元。", "10001", 61), NOW),
    ]
    assert to[:2] == ["home", "kid"]
    assert (to[2].line, set(to[2].lines)) == (None, {"work", "kid"})


def test_codes_and_numbers_are_never_stored(store: Store, post: Post, tmp_path: Path) -> None:
    post.take(sms("您的验证码为845512，请勿告知他人。用户13812348000。PUK码为98765432"), NOW)
    post.take(sms("【中国移动】13812348000欠费，点 http://x.top/1", "13900001111"), NOW, "home")
    store.close()
    blob = b"".join(f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())
    assert not [s for s in (b"845512", b"98765432", b"13812348000") if s in blob]


def test_parts_are_joined_across_calls_in_any_order(store: Store, post: Post) -> None:
    text = "【充值成功提醒】尊敬的客户：您已充值0.01元，充值后可用通用余额为352.62元。短信回复数字1025可查看余额及费用详情。更多查询及缴费方式：登录中国电信APP。【中国电信】"
    parts = [text[:67], text[67:]]
    post.take(sms(parts[1], "10001", 1, reference="9", index=2, total=2), NOW, "work")
    post.take(sms(parts[0], "10001", 3, reference="9", index=1, total=2), NOW, "work")
    reading = store.states()["work"].reading
    assert reading is not None
    assert reading.balance == Money(Decimal("352.62"), "CNY")


class CrashError(Exception):
    """The process dies."""


class Failing:
    """A store in which a statement fails once, at a place in the transaction that is chosen."""

    def __init__(self, store: Store, *, after: bool) -> None:
        self._store, self._after, self.failed = store, after, False

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def update_once(
        self,
        line: str,
        change: Callable[[LineState], tuple[LineState, Sequence[Planned]]],
        now: datetime,
        seen: Sequence[Seen],
        once: Mapping[str, datetime],
    ) -> Taken:
        def broken(state: LineState) -> tuple[LineState, Sequence[Planned]]:
            if not self._after:
                raise CrashError
            change(state)
            raise CrashError

        if not self.failed:
            self.failed = True
            return self._store.update_once(line, broken, now, seen, once)
        return self._store.update_once(line, change, now, seen, once)


@pytest.mark.parametrize("after", [False, True], ids=["before the decision", "after the decision"])
def test_a_message_that_a_crash_kept_from_the_store_is_taken_when_it_comes_again(
    store: Store, *, after: bool
) -> None:
    def route(_watched: Watched, _before: LineState, decision: Decision, now: datetime) -> list[Planned]:
        return [Planned(n, "mail", now) for n in decision.notices]

    post = Post(cast("Store", Failing(store, after=after)), LINES, route, load())
    message = sms("尊敬的客户，您的号码因欠费35.20元已停机，请尽快缴费。【中国移动】")
    request = {"intake-sign:1": NOW + timedelta(minutes=20)}
    with pytest.raises(CrashError):
        post.take(message, NOW, once=request)
    assert store.states()["home"].reading is None
    assert post.take(message, NOW, once=request).stored
    assert store.states()["home"].reading is not None
    assert post.take(message, NOW, once=request).repeat
    replayed = post.take(sms("您的话费余额为9.00元。"), NOW, once=request)
    assert (replayed.stored, replayed.repeat) == (False, True)


def test_what_the_first_part_said_is_not_said_again_by_the_whole(store: Store, post: Post) -> None:
    text = "【充值成功提醒】尊敬的客户：您已充值50.00元，感谢您一直以来对中国电信的支持与信赖，祝您生活愉快、万事如意，有事请拨打客服热线，充值后可用通用余额为352.62元。【中国电信】"
    cut = 67
    assert looks_cut(text[:cut])
    post.take(sms(text[:cut], "10001"), NOW, "work")
    post.take(sms(text[cut:], "10001"), NOW, "work")
    kept = store.history("work", NOW - timedelta(days=1), NOW + timedelta(days=1))
    top_ups = [e for e in kept if isinstance(e, Event) and e.what == "sms:top_up"]
    assert [e.amount for e in top_ups] == [Money(Decimal("50.00"), "CNY")]
    reading = store.states()["work"].reading
    assert reading is not None
    assert reading.balance == Money(Decimal("352.62"), "CNY")


def test_two_messages_in_a_row_are_not_one(post: Post) -> None:
    first = "尊敬的客户，您本月已使用国内流量12.5GB，套餐外流量0.00MB，感谢您一直以来对中国移动的支持与信赖，祝您生活愉快，有事请拨打客服热线"
    second = "尊敬的客户，您的话费余额为9.00元。"
    assert looks_cut(first)
    post.take(sms(first), NOW, "home")
    assert post.take(sms(second, seconds=5), NOW, "home").parsed.balance == Decimal("9.00")
    whole = replace(sms("您的号码已停机，" + first[8:], seconds=60), total=1)
    post.take(whole, NOW, "home")
    assert post.take(sms("您的话费余额为8.00元。", seconds=65), NOW, "home").parsed.balance == Decimal("8.00")


def test_a_link_cut_at_the_end_of_a_part_is_no_phishing(post: Post, told: list[Notice]) -> None:
    text = "尊敬的客户，您的话费余额为9.00元，更多信息请登录中国移动手机营业厅或微信公众号进行查询办理，详情请点击链接 https://dx.10086.c"
    result = post.take(sms((text.rjust(67, "您"))[-67:]), NOW, "home")
    assert result.parsed.kind != "phishing"
    assert Kind.FAULT_SUSPECTED not in {n.kind for n in told}


def test_gammus_environment_is_read_decoded_parts_first() -> None:
    environ = {
        "SMS_MESSAGES": "2",
        "SMS_1_NUMBER": "10086",
        "SMS_1_TEXT": "x",
        "SMS_2_TEXT": "y",
        "DECODED_PARTS": "1",
        "DECODED_1_TEXT": "您的余额为1元",
    }
    assert gammu.message(environ, NOW).text == "您的余额为1元"
    assert gammu.message(environ | {"DECODED_PARTS": "0"}, NOW).text == "xy"
    with pytest.raises(ValueError, match="SMS_MESSAGES"):
        gammu.message({}, NOW)


def test_modemmanagers_answers_are_read() -> None:
    listed = '{"modem.messaging.sms":["/org/freedesktop/ModemManager1/SMS/3"]}'
    assert modem.sms_paths(listed) == ("/org/freedesktop/ModemManager1/SMS/3",)
    sms_json = (
        '{"sms":{"dbus-path":"/org/freedesktop/ModemManager1/SMS/3","content":{"number":"10086","text":"您的余额为1元","data":"--"},'
        '"properties":{"pdu-type":"deliver","state":"received","timestamp":"2026-11-23T08:58:00+08"}}}'
    )
    part = modem.message(sms_json, NOW, CHINA)
    assert part is not None
    assert (part.sender, part.received_at) == ("10086", datetime(2026, 11, 23, 8, 58, tzinfo=CHINA))
    assert modem.message(sms_json.replace('"deliver"', '"submit"'), NOW, CHINA) is None


@pytest.mark.parametrize(
    ("generic", "network", "expected"),
    [
        ('"state":"failed","state-failed-reason":"sim-missing"', "", ["sim_missing"]),
        ('"unlock-required":"sim-puk"', "", ["sim_locked"]),
        ('"state":"enabled"', '"registration-state":"denied"', ["registration_denied"]),
        ('"state":"registered"', '"registration-state":"home"', ["registered"]),
        ('"signal-quality":{"value":"0"}', '"registration-state":"searching"', ["no_signal"]),
        ('"state":"registered"', "", []),
    ],
)
def test_the_line_probe_gives_evidence_and_changes_no_status(
    store: Store, post: Post, generic: str, network: str, expected: list[str]
) -> None:
    signals = modem.signals(f'{{"modem":{{"generic":{{{generic}}},"3gpp":{{{network}}}}}}}')
    assert list(signals) == expected
    assert post.probe(signals, "home", NOW) == expected
    assert store.states()["home"].reading is None
