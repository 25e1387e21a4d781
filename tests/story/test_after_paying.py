"""After paying: nobody is told to pay again, what is missing is the rest, and a letter tells each payment once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tale import CHINA, Tale, yuan
from test_guide_command import run as guide
from test_guide_command import stopped_line  # noqa: F401 - a fixture
from typer.testing import CliRunner

from monitor.cli import build as command_line
from monitor.core.reading import Event
from monitor.core.row import row
from monitor.core.words import Severity, Status
from monitor.evidence.record import Note
from monitor.guides.course import course, notes

OFF = Status.SUSPENDED


@pytest.mark.parametrize(
    ("language", "said", "never"),
    [("en", "do not pay again", "Pay the whole debt"), ("zh-CN", "不要重复缴费", "缴清全部欠费")],
)
def test_the_guide_of_a_line_that_was_paid_for_waits_with_its_owner(
    stopped_line: Path,  # noqa: F811
    language: str,
    said: str,
    never: str,
) -> None:
    paid = ["record", "home", "--paid", "50 CNY", "--ref", "A1"]
    assert CliRunner().invoke(command_line(["evidence"]), paid).exit_code == 0
    text = guide("home", "--language", language).stdout.replace("\n", " ")
    assert said in text
    assert never not in text
    day = f"{datetime.now(UTC).astimezone(CHINA) + timedelta(hours=24):%Y-%m-%d}"
    assert day in text
    assert stopped_line.exists()


def test_what_is_missing_after_a_part_is_the_rest_and_the_next_step_is_about_it() -> None:
    tale = Tale("cn.mobile")
    tale.read(balance=yuan("5.00"))
    tale.wait(hours=6)
    tale.read(OFF, balance=yuan("-12.40"), amount_due=yuan("12.40"))
    tale.now += timedelta(hours=1)
    said = tale.hear("payment", amount=yuan("5.00"))
    assert [n.why.get("short") for n in said if n.why.code == "paid_too_little"] == ["7.40 CNY"]
    first = row(tale.line, tale.state, tale.now, tale.rules)
    assert (first.dangers[0].why.code, first.severity) == ("paid_too_little", Severity.CRITICAL)
    tale.hear("payment", amount=yuan("7.40"))
    then = row(tale.line, tale.state, tale.now, tale.rules)
    assert (then.dangers[0].why.code, then.severity) == ("awaiting_restoration", Severity.CRITICAL)
    tale.wait(hours=25)
    assert row(tale.line, tale.state, tale.now, tale.rules).dangers[0].why.code == "restoration_overdue"


def test_the_course_in_a_letter_tells_each_payment_once_and_a_gift_as_a_gift() -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=CHINA)
    seen = [
        Event(at, "payment", yuan("5.00"), "| A1"),
        Event(at + timedelta(hours=1), "payment", yuan("10.00"), "gift |"),
        Event(at + timedelta(hours=2), "payment", yuan("7.40")),
    ]
    assert [t for _, t in course(seen, "en", [at])] == [
        "credit given by the carrier, which settles no debt 10.00 CNY",
        "payment made 7.40 CNY",
    ]
    noted = [(at, {"channel": "hotline", "operator": "工号 77", "paid": "5.00 CNY", "gift": True})]
    assert [t for _, t in notes(noted, "zh-CN")] == ["客服热线；运营商赠送（不抵欠费） 5.00 元；工号 77"]


def test_a_reference_that_reads_like_a_flag_is_none() -> None:
    [event] = Note("", paid=yuan("5.00"), ref="gift voluntary").observations(
        datetime(2026, 3, 2, tzinfo=CHINA)
    )
    assert isinstance(event, Event)
    assert event.flags == frozenset()
