"""``record --closed`` closes what is open, and says so when nothing is: a promise kept must not go on being told of."""

from pathlib import Path

from test_guide_command import stopped_line  # noqa: F401 - a fixture
from typer.testing import CliRunner, Result

from monitor.cli import build as command_line
from monitor.evidence.record import open_tickets
from monitor.store import open_store


def record(*arguments: str) -> Result:
    return CliRunner().invoke(command_line(["evidence"]), ["record", "home", *arguments])


def left(folder: Path) -> list[str]:
    store = open_store(f"sqlite:///{folder / 'monitor.db'}", key_folder=folder)
    try:
        return open_tickets(store.states(["home"])["home"])
    finally:
        store.close()


def test_the_only_open_ticket_needs_no_name_and_a_wrong_one_is_refused(stopped_line: Path) -> None:  # noqa: F811
    assert "nothing of home is open" in record("--closed").stderr
    assert record("call", "--ticket", "T-1", "--promise-by", "2099-01-01").exit_code == 0
    wrong = record("--closed", "--ticket", "T-2")
    assert wrong.exit_code == 2
    assert "open are: T-1" in wrong.stderr
    assert left(stopped_line) == ["T-1"]
    assert record("--closed").exit_code == 0
    assert left(stopped_line) == []


def test_among_several_the_ticket_is_asked_for(stopped_line: Path) -> None:  # noqa: F811
    for ticket in ("T-1", "T-2"):
        record("call", "--ticket", ticket, "--promise-by", "2099-01-01")
    assert record("--closed").exit_code == 2
    assert record("--closed", "--ticket", "T-1").exit_code == 0
    assert left(stopped_line) == ["T-2"]
