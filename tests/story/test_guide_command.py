"""``guide`` in the terminal: without settings for a cause; for a line with dates, ticks that are resumed, and the wizard."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from monitor.cli import build as command_line
from monitor.core.decide import decide
from monitor.core.line import Line
from monitor.core.money import Money
from monitor.core.reading import Reading
from monitor.core.state import LineState
from monitor.core.words import Status
from monitor.rulebook import resolve
from monitor.store import open_store

Run = Callable[..., Result]


def run(*arguments: str, keys: str = "") -> Result:
    return CliRunner().invoke(command_line(["guide"]), ["guide", *arguments], input=keys)


SHANGHAI = ZoneInfo("Asia/Shanghai")
"""Where the late fee of this line is counted in days, whatever day it is elsewhere."""


@pytest.fixture
def stopped_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A line of China Mobile that has been off for a debt of 50.00 for ten days, in a real store."""
    (tmp_path / "monitor.env").write_text(
        "MONITOR_LINES__HOME__CARRIER=tmf\nMONITOR_LINES__HOME__NUMBER=+8613800138000\n"
        "MONITOR_LINES__HOME__RULES=cn.mobile\nMONITOR_LANGUAGE=en\nMONITOR_CHANNELS__ME__URL=json://localhost\n"
        "MONITOR_LINES__HOME__URL=http://localhost:1\n",
        "utf-8",
    )
    monkeypatch.setenv("CONFIGURATION_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    store = open_store(f"sqlite:///{tmp_path / 'monitor.db'}", key_folder=tmp_path)
    now = datetime.now(UTC)
    line, state = Line("home", "tmf", "+8613800138000"), LineState()
    for days, status in ((11, Status.ACTIVE), (10, Status.SUSPENDED)):
        at = now - timedelta(days=days)
        owed = Money(Decimal("50.00"), "CNY")
        seen = Reading(
            at, status=status, amount_due=owed, due_on=(now - timedelta(days=15)).astimezone(SHANGHAI).date()
        )
        state = decide(line, resolve("cn.mobile"), state, seen, at).state
    store.sync_lines(["home"], now)
    assert store.update("home", lambda _: (state, []), now)
    store.close()
    return tmp_path


def test_of_a_line_that_works_it_says_first_that_nothing_needs_to_be_done(stopped_line: Path) -> None:
    store = open_store(f"sqlite:///{stopped_line / 'monitor.db'}", key_folder=stopped_line)
    now = datetime.now(UTC)
    fine = Reading(now, status=Status.ACTIVE, balance=Money(Decimal("50.00"), "CNY"))
    state = decide(Line("home", "tmf"), resolve("cn.mobile"), LineState(), fine, now).state
    assert store.update("home", lambda _: (state, []), now)
    store.close()
    said = run("home").stdout
    assert "nothing needs to be done" in said.partition("Next step")[0]


def test_a_cause_needs_neither_settings_nor_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CONFIGURATION_DIRECTORY", str(tmp_path))
    result = run("--cause", "arrears", "--rules", "cn.mobile", "--language", "zh-CN")
    assert result.exit_code == 0, result.output
    assert "欠费停机" in result.stdout
    assert "10086" in result.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--cause", "nonsense"),
        ("--cause", "arrears", "--rules", "cn.mobil"),
        ("--cause", "arrears", "--stage", "moon"),
    ],
)
def test_a_wrong_option_is_exit_2_with_the_known_words(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.output


@pytest.mark.usefixtures("stopped_line")
def test_a_line_s_guide_says_why_how_sure_what_comes_next_and_what_it_costs() -> None:
    result = run("home")
    assert result.exit_code == 0, result.output
    assert "Cause: debt (inferred" in result.stdout
    assert "Because: a debt is shown." in result.stdout
    assert "may be terminated (estimate" in result.stdout
    assert "Late fee to date: about 2.25 CNY (estimate)" in result.stdout
    assert "record home --paid" in result.stdout


def test_points_are_ticked_and_resumed(stopped_line: Path) -> None:
    assert "[x]  2 " in run("home", "--tick", "2", "--tick", "5").stdout
    again = run("home").stdout
    assert again.count("[x]") == 2
    assert run("home", "--untick", "2").stdout.count("[x]") == 1
    assert run("home", "--tick", "99").exit_code == 2
    file = stopped_line / "guides" / "home.json"
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text("broken", "utf-8")
    assert run("home").stdout.count("[x]") == 0


@pytest.mark.usefixtures("stopped_line")
def test_ticks_of_one_cause_are_not_those_of_another() -> None:
    run("home", "--tick", "1")
    assert run("home", "--cause", "violation").stdout.count("[x]") == 0


@pytest.mark.usefixtures("stopped_line")
def test_the_wizard_keeps_its_answers_and_they_speak_against_paying() -> None:
    result = run("home", "--wizard", keys="n\nn\ny\ny\n")
    assert "Do not pay" in result.stdout
    assert "works in another phone" in result.stdout
    guide = run("home").stdout
    assert "Cause: device or network fault (inferred" in guide
    assert "not cured by a top-up" in guide


def test_what_the_wizard_found_is_evidence_and_a_sign_for_the_decision(stopped_line: Path) -> None:
    run("home", "--wizard", keys="n\nn\ny\ny\n")
    store = open_store(f"sqlite:///{stopped_line / 'monitor.db'}", key_folder=stopped_line)
    assert "works_in_other_phone" in [str(s) for _, s in store.states(["home"])["home"].story.heard]
    assert "event" in [e.kind for e in store.trail("home")]
    store.close()


@pytest.mark.usefixtures("stopped_line")
def test_an_interrupted_wizard_goes_on_where_it_was() -> None:
    assert run("home", "--wizard", keys="n\nn\n").exit_code == 1
    result = run("home", "--wizard", keys="n\ny\n")
    assert result.stdout.startswith("Does the phone show bars")
    assert "It is the network" in result.stdout


def test_a_test_of_last_week_says_nothing_of_today(stopped_line: Path) -> None:
    run("home", "--wizard", keys="n\nn\ny\ny\n")
    file = stopped_line / "guides" / "home.json"
    old = json.loads(file.read_text("utf-8")) | {"tested_at": "2026-01-01T00:00:00+00:00"}
    file.write_text(json.dumps(old), "utf-8")
    store = open_store(f"sqlite:///{stopped_line / 'monitor.db'}", key_folder=stopped_line)
    week = timedelta(days=7)

    def age(state: LineState) -> tuple[LineState, tuple[()]]:
        heard = tuple((at - week, sign) for at, sign in state.story.heard)
        return replace(state, story=replace(state.story, heard=heard)), ()

    store.update("home", age, datetime.now(UTC))
    store.close()
    assert "Cause: debt" in run("home").stdout


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            '{"modem": {"generic": {"state": "failed", "state-failed-reason": "sim-missing"}, "3gpp": {}}}',
            "no SIM is found",
        ),
        ("error: couldn't find modem", "No modem was found"),
    ],
)
def test_a_modem_at_this_machine_is_asked_and_gives_hints_only(
    stopped_line: Path, monkeypatch: pytest.MonkeyPatch, answer: str, said: str
) -> None:
    tool = stopped_line / "mmcli"
    tool.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\n", "utf-8")
    tool.chmod(0o700)
    monkeypatch.setenv("PATH", f"{stopped_line}:/usr/bin:/bin")
    result = run("home", "--modem")
    assert result.exit_code == 0, result.output
    assert said in result.stdout
    assert "Hints only" in result.stdout


@pytest.mark.usefixtures("stopped_line")
def test_without_a_modem_tool_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    result = run("home", "--modem")
    assert result.exit_code == 1
    assert "--wizard" in result.output
