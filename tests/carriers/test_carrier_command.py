"""``carrier try`` shows all there is to see, and nothing that must not be seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from servers.bench import NUMBER
from typer.testing import CliRunner

from monitor.cli import build
from monitor.mock.scenario import parse
from monitor.mock.server import MockCarrier

PRESET = str(Path(__file__).parent.parent / "contracts" / "borealis.toml")
SCENARIO = parse({"line": [{"number": NUMBER, "name": "home", "currency": "NOK", "balance": "12.34"}]})


@pytest.fixture
def mock() -> Iterator[MockCarrier]:
    with MockCarrier(SCENARIO, speed=0) as carrier:
        yield carrier


def run(*arguments: str, mock: MockCarrier, tmp_path: Path, password: str = "aurora") -> tuple[int, str]:
    env = {
        "MONITOR_DATABASE_URL": f"sqlite:///{tmp_path}/m.db",
        "MONITOR_LINES__HOME__CARRIER": "http-json",
        "MONITOR_LINES__HOME__NUMBER": NUMBER,
        "MONITOR_LINES__HOME__URL": mock.url,
        "MONITOR_LINES__HOME__USERNAME": "key-7351",
        "MONITOR_LINES__HOME__PASSWORD": password,
        "MONITOR_LINES__HOME__HTTP__PRESET": PRESET,
        "MONITOR_CHANNELS__ME__URL": "json://localhost",
    }
    result = CliRunner(env=env).invoke(build(["carrier", "lines"]), list(arguments))
    return result.exit_code, result.output


def test_a_try_shows_requests_selectors_and_the_reading(mock: MockCarrier, tmp_path: Path) -> None:
    code, said = run("carrier", "try", PRESET, "--line", "home", mock=mock, tmp_path=tmp_path)
    assert code == 0, said
    assert "lines: GET" in said
    assert "12.34 NOK" in said
    assert "123400" in said
    assert "8613812348000" not in said
    assert "aurora" not in said
    assert "ticket-000001" not in said


def test_a_failed_try_says_why_and_leaves_with_one(mock: MockCarrier, tmp_path: Path) -> None:
    code, said = run(
        "carrier", "try", PRESET, "--line", "home", mock=mock, tmp_path=tmp_path, password="wrong-one"
    )
    assert code == 1
    assert "auth (waiting will not help)" in said
    assert "wrong-one" not in said


def test_a_file_with_faults_names_them_all(mock: MockCarrier, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('colour = "blue"\n[select]\nbalanse = "x"\nbalance = "a[?"\n[words.status]\nok = "fine"\n')
    code, said = run("carrier", "try", str(bad), "--line", "home", mock=mock, tmp_path=tmp_path)
    assert code == 2
    said = " ".join(said.split())
    for part in ("unknown key colour", "balanse", "not a JMESPath expression", "words.status.ok"):
        assert part in said


def test_unlock_allows_a_login_at_once(mock: MockCarrier, tmp_path: Path) -> None:
    for _ in range(2):
        run("carrier", "try", PRESET, "--line", "home", mock=mock, tmp_path=tmp_path, password="wrong-one")
    asked = len(mock.world.requests)
    assert asked == 1
    code, said = run(
        "carrier", "unlock", "--line", "home", mock=mock, tmp_path=tmp_path, password="wrong-one"
    )
    assert code == 0, said
    run("carrier", "try", PRESET, "--line", "home", mock=mock, tmp_path=tmp_path, password="wrong-one")
    assert len(mock.world.requests) == 2


def test_the_list_names_every_preset_with_its_trust(mock: MockCarrier, tmp_path: Path) -> None:
    code, said = run("carrier", "list", mock=mock, tmp_path=tmp_path)
    assert code == 0
    assert "twilio" in said
    assert "not tried against the live service" in said
