"""China's consumer doors, played by the mock: figures, units, each trouble, and the manners of a guest."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers.bench import NUMBER, Memory, watch

from monitor import carriers
from monitor.carriers import _china_memory, _yuan
from monitor.carriers.cn_telecom import _wrap
from monitor.core.money import Money
from monitor.core.reading import Failure, Reading
from monitor.core.words import FailureKind, Status
from monitor.mock import china
from monitor.mock.faults import Fault
from monitor.mock.scenario import parse
from monitor.mock.server import MockCarrier
from monitor.ports import Round, Vault

START = datetime(2026, 12, 1, 1, tzinfo=UTC)
GIVEN: dict[str, dict[str, str]] = {
    "cn-telecom": {"password": "123456", "device_id": "verified-device-1"},
    "cn-unicom": {"token": "online-0", "appid": "app-id-0001"},
    "mini": {"openid": "openid-000001"},
    "cn-mobile": {
        "cookie": "JSESSIONID=abcdef012345",
        "page_key": "0123456789abcdef",
        "page_iv": "fedcba9876543210",
    },
    "cn-broadnet": {"token": "access-0123456", "data": "opaque-blob-1"},
}
SECRETS = [v for given in GIVEN.values() for v in given.values()]


class Door:
    """One carrier's door in the mock, and the connector that asks there."""

    def __init__(self, mock: MockCarrier, kind: str) -> None:
        self.kind = kind
        self.name = "cn-unicom" if kind == "mini" else kind
        self.mock, self.now, self.vault = mock, START, Memory()
        self.connector = carriers.make(self.name)
        self.watched = watch(mock.url, carrier=self.name, currency="CNY", **GIVEN[kind])
        self.account = mock.world.accounts[0]
        self.account.extra |= {
            "password": "123456",
            "online": "online-0",
            "openid": "openid-000001",
            "cookie": GIVEN["cn-mobile"]["cookie"],
            "token": GIVEN["cn-broadnet"]["token"],
        }
        if kind == "cn-mobile":
            self.account.extra |= {k: GIVEN[kind][k] for k in ("page_key", "page_iv")}

    def ask(self, forward: timedelta = timedelta(hours=6), vault: Vault | None = None) -> Reading | Failure:
        self.now += forward
        self.mock.world.advance(forward)
        return self.connector.fetch([self.watched], Round(self.now, 10.0, vault or self.vault))["home"]

    def fail(self, forward: timedelta = timedelta(hours=6)) -> Failure:
        seen = self.ask(forward)
        assert isinstance(seen, Failure), seen
        return seen

    def read(self, forward: timedelta = timedelta(hours=6)) -> Reading:
        seen = self.ask(forward)
        assert isinstance(seen, Reading), seen
        return seen

    @property
    def requests(self) -> int:
        return len(self.mock.world.requests)


@pytest.fixture(params=list(GIVEN))
def door(request: pytest.FixtureRequest) -> Iterator[Door]:
    yield from opened(request.param)


@pytest.fixture
def telecom() -> Iterator[Door]:
    yield from opened("cn-telecom")


@pytest.fixture
def unicom() -> Iterator[Door]:
    yield from opened("cn-unicom")


def opened(kind: str) -> Iterator[Door]:
    line: dict[str, Any] = {
        "number": NUMBER,
        "name": "home",
        "currency": "CNY",
        "balance": "1234.56",
        "credit_limit": "50.00",
    }
    with MockCarrier(parse({"name": "china", "line": [line]}), speed=0, start=START) as mock:
        yield Door(mock, kind)


def cny(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


def test_the_balance_is_read_to_the_cent_and_the_status_stays_unknown(door: Door) -> None:
    reading = door.read()
    assert reading.balance == cny("1234.56")
    assert (reading.status, reading.source) == (Status.UNKNOWN, door.name)
    assert reading.observed_at == door.now


def test_a_poll_in_december_and_one_of_an_unlimited_plan_are_nothing_special(door: Door) -> None:
    door.account.extra["shape"] = "unlimited"
    for month in range(14):
        assert isinstance(door.ask(timedelta(days=31)), Reading), month


def test_an_answer_with_the_balance_alone_is_enough(telecom: Door) -> None:
    telecom.account.extra["shape"] = "balance_only"
    assert telecom.read().balance == cny("1234.56")


@pytest.mark.parametrize(
    ("kind", "owed"),
    [
        ("cn-telecom", "35.20"),
        ("mini", "35.20"),
        ("cn-mobile", "35.20"),
        ("cn-unicom", None),
        ("cn-broadnet", None),
    ],
)
def test_arrears_are_told_where_the_door_states_them_and_unknown_elsewhere(
    kind: str, owed: str | None
) -> None:
    for box in opened(kind):
        box.mock.world.change(
            {"balance": Decimal(0), "bill": {"amount": "35.20", "due_in": "1d", "issued_ago": "30d"}}
        )
        reading = box.read()
        assert reading.amount_due == (None if owed is None else cny(owed))
        assert reading.balance == cny("0.00")


def test_a_negative_balance_keeps_its_sign_where_the_door_has_one() -> None:
    for kind in ("mini", "cn-unicom", "cn-mobile", "cn-broadnet"):
        for box in opened(kind):
            box.mock.world.change({"balance": Decimal("-5.20")})
            assert box.read().balance == cny("-5.20"), kind


def test_locked_and_frozen_money_is_not_the_customers_to_use(unicom: Door) -> None:
    unicom.account.extra["locked"] = "200.00"
    assert unicom.read().balance == cny("1234.56")


def test_the_mini_program_states_the_credit_limit() -> None:
    for box in opened("mini"):
        assert box.read().credit_limit == cny("50.00")


def test_mobiles_total_is_not_taken_for_the_balance_without_the_owners_word() -> None:
    for box in opened("cn-mobile"):
        box.account.extra["trouble"] = "no_money"
        assert box.fail().kind is FailureKind.MALFORMED
        box.watched = watch(box.mock.url, carrier="cn-mobile", trust_total="yes", **GIVEN["cn-mobile"])
        assert box.read().balance == cny("1224.56")


def test_a_wrong_page_key_is_no_figure() -> None:
    for box in opened("cn-mobile"):
        box.watched = watch(
            box.mock.url, carrier="cn-mobile", **(GIVEN["cn-mobile"] | {"page_key": "another-key-0123"})
        )
        assert box.fail().kind is FailureKind.MALFORMED


TROUBLE = [
    ("cn-telecom", "device", FailureKind.BLOCKED),
    ("cn-telecom", "captcha", FailureKind.BLOCKED),
    ("cn-telecom", "version", FailureKind.UNSUPPORTED),
    ("cn-telecom", "refused", FailureKind.AUTH),
    ("cn-telecom", "null_data", FailureKind.MALFORMED),
    ("cn-telecom", "expired", FailureKind.AUTH),
    ("cn-telecom", "odd_code", FailureKind.MALFORMED),
    ("cn-telecom", "waf", FailureKind.BLOCKED),
    ("cn-telecom", "upgrade", FailureKind.MAINTENANCE),
    ("cn-telecom", "no_money", FailureKind.MALFORMED),
    ("cn-unicom", "risk", FailureKind.BLOCKED),
    ("cn-unicom", "captcha", FailureKind.BLOCKED),
    ("cn-unicom", "refused", FailureKind.AUTH),
    ("cn-unicom", "expired", FailureKind.AUTH),
    ("cn-unicom", "upgrade", FailureKind.MAINTENANCE),
    ("cn-unicom", "odd_code", FailureKind.MALFORMED),
    ("cn-unicom", "no_money", FailureKind.MALFORMED),
    ("mini", "expired", FailureKind.AUTH),
    ("mini", "no_money", FailureKind.MALFORMED),
    ("mini", "login_page", FailureKind.AUTH),
    ("cn-mobile", "login_page", FailureKind.AUTH),
    ("cn-mobile", "expired", FailureKind.AUTH),
    ("cn-mobile", "upgrade", FailureKind.MAINTENANCE),
    ("cn-mobile", "waf", FailureKind.BLOCKED),
    ("cn-broadnet", "expired", FailureKind.AUTH),
    ("cn-broadnet", "waf", FailureKind.BLOCKED),
    ("cn-broadnet", "odd_code", FailureKind.MALFORMED),
    ("cn-broadnet", "no_money", FailureKind.MALFORMED),
]


@pytest.mark.parametrize(("kind", "trouble", "expected"), TROUBLE, ids=[f"{k}-{t}" for k, t, _ in TROUBLE])
def test_each_trouble_has_its_kind_a_sentence_and_no_secret(
    kind: str, trouble: str, expected: FailureKind, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for box in opened(kind):
        box.account.extra["trouble"] = trouble
        failure = box.fail()
        assert failure.kind is expected, failure.message
        assert len(failure.message) > 20
        if expected in (FailureKind.AUTH, FailureKind.BLOCKED) and trouble not in (
            "waf",
            "risk",
            "refused",
            "login_page",
        ):
            assert "billing-monitor login home" in failure.message
        shown = failure.message + caplog.text
        assert not [s for s in (*SECRETS, NUMBER, NUMBER[3:]) if s in shown]


@pytest.mark.parametrize(
    "fault",
    ["http_500", "http_429", "truncated", "garbage", "empty", "nulls", "strings", "login_page", "reset"],
)
def test_no_broken_answer_becomes_a_figure(door: Door, fault: str) -> None:
    door.mock.world.faults = Fault.read({"kind": fault})
    assert isinstance(door.ask(), Failure)


# --- manners --------------------------------------------------------------------------------------------------------------


def test_a_session_is_kept_and_a_login_not_repeated(telecom: Door) -> None:
    for _ in range(10):
        telecom.read()
    assert telecom.mock.world.logins == 1


def test_a_session_that_ended_is_renewed_within_the_same_poll(telecom: Door) -> None:
    telecom.read()
    china.kick(telecom.account)
    assert telecom.read(timedelta(days=2)).balance == cny("1234.56")
    assert telecom.mock.world.logins == 2


def test_who_is_thrown_out_by_the_owners_app_gives_way_longer_each_time(telecom: Door) -> None:
    telecom.read()
    logins = []
    for _ in range(24 * 4):
        china.kick(telecom.account)
        telecom.ask(timedelta(hours=1))
        logins.append(telecom.mock.world.logins)
    assert logins[-1] <= 14
    assert telecom.mock.world.logins >= 4


def test_a_refused_password_is_tried_five_times_at_most_and_never_twice_an_hour(telecom: Door) -> None:
    telecom.account.extra["password"] = "654321"
    seen = [telecom.fail(timedelta(minutes=20)) for _ in range(60)]
    times = telecom.mock.world.extra["login_times"]
    assert len(times) == 5
    assert all(b - a >= timedelta(minutes=60) for a, b in pairwise(times))
    assert seen[-1].kind is FailureKind.AUTH


def test_the_budget_outlives_a_restart_because_it_is_in_the_vault(telecom: Door) -> None:
    telecom.account.extra["password"] = "654321"
    for _ in range(60):
        telecom.connector = carriers.make("cn-telecom")
        telecom.fail(timedelta(minutes=20))
    assert telecom.mock.world.logins == 5


@pytest.mark.parametrize(
    ("kind", "trouble"),
    [
        ("cn-telecom", "device"),
        ("cn-telecom", "captcha"),
        ("cn-unicom", "captcha"),
        ("cn-mobile", "expired"),
        ("cn-broadnet", "expired"),
        ("mini", "expired"),
    ],
)
def test_where_a_person_is_needed_nothing_is_asked_until_one_has_acted(kind: str, trouble: str) -> None:
    for box in opened(kind):
        box.account.extra["trouble"] = trouble
        first = box.fail()
        asked = box.requests
        again = [box.fail(timedelta(days=1)) for _ in range(5)]
        assert box.requests == asked
        assert {f.message for f in again} == {first.message}
        del box.account.extra["trouble"]
        _china_memory.human(box.name, box.watched, box.vault, {}, box.now)
        assert isinstance(box.ask(), Reading)


def test_carrier_unlock_lets_a_person_end_every_wait(telecom: Door) -> None:
    telecom.account.extra["password"] = "654321"
    for _ in range(60):
        telecom.fail(timedelta(minutes=20))
    telecom.account.extra["password"] = "123456"
    telecom.connector.unlock(telecom.watched, telecom.vault)
    assert telecom.read(timedelta(minutes=1)).balance == cny("1234.56")


def test_a_risk_block_is_left_alone_for_a_day_and_then_tried_once(unicom: Door) -> None:
    unicom.account.extra["trouble"] = "risk"
    for _ in range(24 * 3):
        unicom.fail(timedelta(hours=1))
    assert unicom.mock.world.logins <= 4


def test_what_a_person_hands_over_is_used_and_kept_out_of_sight(unicom: Door) -> None:
    unicom.watched = watch(unicom.mock.url, carrier="cn-unicom")
    assert "billing-monitor login home" in unicom.fail().message
    _china_memory.human(
        "cn-unicom",
        unicom.watched,
        unicom.vault,
        {"token_online": "online-0", "appid": "a-0000001"},
        unicom.now,
    )
    assert unicom.read().balance == cny("1234.56")
    assert all("online" not in key for key in unicom.vault.kept)


def test_a_carrier_is_not_asked_more_often_than_its_manners_allow(door: Door) -> None:
    door.read()
    asked = door.requests
    failure = door.fail(timedelta(minutes=1))
    assert (failure.kind, door.requests) == (FailureKind.RATE_LIMITED, asked)
    assert failure.retry_after is not None
    assert isinstance(door.ask(failure.retry_after), Reading)


def test_the_password_is_wrapped_with_the_carriers_key_and_never_sent_in_clear() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 (the size of the carrier's own key)
    public = base64.b64encode(
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).decode()
    assert key.decrypt(base64.b64decode(_wrap("secret", public)), padding.PKCS1v15()) == b"secret"


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amount_fen=st.integers(-10_000_000, 10_000_000))
def test_yuan_and_fen_are_the_same_money(amount_fen: int) -> None:
    amount = Decimal(amount_fen) / 100
    wanted = Money(amount, "CNY")
    assert _yuan.fen(str(amount_fen), "fee") == _yuan.yuan(f"{amount:.2f}", "balance") == wanted
    assert _yuan.yuan(f"{amount:,.2f}元", "balance") == wanted
