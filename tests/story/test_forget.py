"""``forget LINE``: everything goes, unless a case is open; then it says what is open and what to do first."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tale import Tale, yuan
from test_guide_command import run as guide
from test_guide_command import stopped_line  # noqa: F401 - a fixture
from typer.testing import CliRunner, Result

from monitor.cli import build as command_line
from monitor.core.words import Status
from monitor.guides.openness import open_matters
from monitor.store import open_store


def forget(*arguments: str) -> Result:
    return CliRunner().invoke(command_line(["forget"]), ["forget", *arguments])


def test_an_open_case_holds_the_records_back(stopped_line: Path) -> None:  # noqa: F811
    result = forget("home", "--yes")
    assert result.exit_code == 1
    assert "the line is stopped" in result.stderr
    assert "evidence export home" in result.stderr
    store = open_store(f"sqlite:///{stopped_line / 'monitor.db'}", key_folder=stopped_line)
    assert store.states(["home"])["home"].reading is not None
    store.close()


def test_forgetting_removes_state_and_ticks(stopped_line: Path) -> None:  # noqa: F811
    guide("home", "--tick", "1")
    result = forget("home", "--yes", "--even-open")
    assert result.exit_code == 0, result.output
    assert "still in the settings" in result.stdout
    assert not (stopped_line / "guides" / "home.json").exists()
    store = open_store(f"sqlite:///{stopped_line / 'monitor.db'}", key_folder=stopped_line)
    store.sync_lines(["home"], datetime.now(UTC))
    assert store.states(["home"])["home"].reading is None
    store.close()


@pytest.mark.usefixtures("stopped_line")
def test_a_line_that_nobody_knows_is_said() -> None:
    assert forget("nobody", "--yes").exit_code == 1


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_each_open_matter_is_named(language: str) -> None:
    tale = Tale("cn.mobile")
    tale.read(amount_due=yuan("50.00"))
    assert list(open_matters(tale.state, language)) == []
    tale.hear("dispute:fee", "GD1")
    tale.hear("promise:2026-04-01", "GD2")
    tale.wait(hours=1)
    tale.read(Status.SUSPENDED, amount_due=yuan("50.00"))
    assert len(list(open_matters(tale.state, language))) == 3
    tale.hear("payment", amount=yuan("50.00"))
    assert len(list(open_matters(tale.state, language))) == 3
    tale.hear("closed", "GD1")
    tale.hear("closed", "GD2")
    tale.wait(hours=1)
    tale.read(Status.ACTIVE, amount_due=yuan("0.00"))
    assert list(open_matters(tale.state, language)) == []
