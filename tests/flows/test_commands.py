"""``ack``, ``snooze``, ``mute``, ``why``, ``why-not`` and ``notices show`` on a database that a monitor has filled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from fakes import RecordingChannel, ScriptedCarrier
from typer.testing import CliRunner, Result

from monitor.app import build
from monitor.cli import build as build_cli
from monitor.cli import groups
from monitor.core.money import Money
from monitor.core.reading import Reading
from monitor.core.words import Kind, Status
from monitor.settings import EnvSource, load
from monitor.store import open_store

STOPPED = Reading(
    datetime(2026, 11, 23, 9, tzinfo=UTC), status=Status.SUSPENDED, balance=Money(Decimal("-3.50"), "CNY")
)


class Shell:
    """A user at a shell, and the database that the daemon shares with them."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'monitor.db'}"
        self.env = {
            "MONITOR_DATABASE_URL": self.url,
            "MONITOR_LINES__HOME__CARRIER": "tmf",
            "MONITOR_LINES__HOME__NUMBER": "+8613812348000",
            "MONITOR_LINES__HOME__URL": "https://carrier.example",
            "MONITOR_CHANNELS__PUSH__URL": "json://localhost",
        }
        application = build(load(EnvSource([], self.env)), channels={"push": RecordingChannel("push")})
        carrier = ScriptedCarrier({"home": [STOPPED]})
        application.poller.carriers = lambda _: carrier
        application.poller.round()
        application.close()

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(build_cli(groups()), ["--env-file", "/dev/null", *words], env=self.env)

    def notice_id(self) -> str:
        store = open_store(self.url)
        try:
            return next(r.notice.id for r in store.notices() if r.notice.kind is Kind.SUSPENDED)
        finally:
            store.close()


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_ack_stops_the_ladder_and_shows_in_the_ledger(shell: Shell) -> None:
    done = shell.run("ack", shell.notice_id()[:6])
    assert done.exit_code == 0
    assert "acknowledged" in done.output
    shown = shell.run("notices", "show", shell.notice_id())
    assert "(shell): I take care of it" in shown.output
    assert "push not needed: acknowledged" in shown.output
    assert "acknowledged" in shell.run("why", "home").output


def test_an_id_that_does_not_exist_is_exit_status_4(shell: Shell) -> None:
    for command in (("ack", "ffffffffffff"), ("snooze", "ffffffffffff", "12h"), ("notices", "show", "zz")):
        assert shell.run(*command).exit_code == 4


def test_snooze_says_until_when_and_never_for_ever(shell: Shell) -> None:
    assert "quiet until" in shell.run("snooze", shell.notice_id(), "2h").output
    assert shell.run("snooze", shell.notice_id(), "400d").exit_code == 2
    assert shell.run("snooze", shell.notice_id(), "2").exit_code == 2


def test_a_muted_line_waits_until_it_is_unmuted(shell: Shell) -> None:
    assert "is muted until" in shell.run("mute", "home", "3h").output
    store = open_store(shell.url)
    state = store.states(["home"])["home"]
    assert state.muted_until is not None
    assert state.muted_until - datetime.now(UTC) > timedelta(hours=2)
    assert "muted" in shell.run("why-not", "home", "suspended").output
    assert shell.run("unmute", "home").exit_code == 0
    assert store.states(["home"])["home"].muted_until is None
    store.close()
    assert shell.run("mute", "office", "3h").exit_code == 2


def test_why_not_tells_what_was_said_and_what_does_not_hold(shell: Shell) -> None:
    assert "It was said" in shell.run("why-not", "home", "suspended").output
    assert "does not hold" in shell.run("why-not", "home", "low_balance").output
    assert "brought a reading" in shell.run("why-not", "home", "blind").output
    assert shell.run("why-not", "home", "nonsense").exit_code == 2


def test_notices_are_told_in_the_messages_own_words_in_the_language_of_the_house(shell: Shell) -> None:
    commands = (
        ("why", "home"),
        ("notices",),
        ("notices", "show", shell.notice_id()),
        ("why-not", "home", "suspended"),
    )
    for language, words in (("en", "the line is cut off"), ("zh-CN", "已停机")):
        shell.env["MONITOR_LANGUAGE"] = language
        for command in commands:
            said = shell.run(*command)
            assert said.exit_code == 0
            assert words in said.output, command
            assert "status status=" not in said.output, "the reason is a sentence"


def test_no_command_shows_the_whole_number(shell: Shell) -> None:
    for command in (
        ("why", "home"),
        ("why-not", "home", "suspended"),
        ("notices", "show", shell.notice_id()),
    ):
        assert "13812348000" not in shell.run(*command).output
