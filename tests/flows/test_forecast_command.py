"""``forecast`` and ``replay --from-store`` on a database that a monitor has filled."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from fakes import RecordingChannel, ScriptedCarrier
from typer.testing import CliRunner, Result

from monitor.app import build
from monitor.cli import build as build_cli
from monitor.cli._chart import Picture, draw
from monitor.core.money import Money
from monitor.core.reading import Reading
from monitor.core.words import Status
from monitor.settings import EnvSource, load

SEEN = Reading(datetime.now(UTC), status=Status.ACTIVE, balance=Money(Decimal("12.50"), "CNY"))


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    found = {
        "MONITOR_DATABASE_URL": f"sqlite:///{tmp_path / 'monitor.db'}",
        "MONITOR_LINES__HOME__CARRIER": "tmf",
        "MONITOR_LINES__HOME__NUMBER": "+8613812348000",
        "MONITOR_LINES__HOME__URL": "https://carrier.example",
        "MONITOR_LINES__HOME__RULES": "generic.prepaid",
        "MONITOR_CHANNELS__PUSH__URL": "json://localhost",
    }
    application = build(load(EnvSource([], found)), channels={"push": RecordingChannel("push")})
    application.poller.carriers = lambda _: ScriptedCarrier({"home": [SEEN]})
    application.poller.round()
    application.close()
    return found


def run(env: dict[str, str], *words: str) -> Result:
    return CliRunner().invoke(build_cli(["forecast", "replay"]), ["--env-file", "/dev/null", *words], env=env)


def test_the_forecast_is_drawn_and_said_in_sentences(env: dict[str, str]) -> None:
    done = run(env, "forecast", "home")
    assert done.exit_code == 0, done.output
    assert "•" in done.output
    assert "Still learning" in done.output


def test_the_sentences_speak_of_days_as_people_do_in_the_language_of_the_house(env: dict[str, str]) -> None:
    later = (datetime.now(UTC) + timedelta(days=60)).date()
    words = (
        "--top-up",
        "50",
        "--until",
        later.isoformat(),
        "--leave",
        f"{later - timedelta(days=9)}..{later}",
    )
    for language, said in (
        ("en", "If nobody pays: no cut-off before"),
        ("zh-CN", "以前不会停机（九成把握）"),
    ):
        done = run(env | {"MONITOR_LANGUAGE": language}, "forecast", "home", *words)
        assert done.exit_code == 0, done.output
        assert said in done.output
        assert not re.search(r"\d{4}-\d\d-\d\d", done.output)


def test_the_same_numbers_are_json_with_what_if(env: dict[str, str]) -> None:
    later = (datetime.now(UTC) + timedelta(days=60)).date()
    trip = f"{later - timedelta(days=9)}..{later}"
    words = ("--json", "--top-up", "50", "--until", later.isoformat(), "--leave", trip, "--roaming")
    done = run(env, "forecast", "home", *words)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (
        told["top_up"]["run_out"]["p10"] is None or told["top_up"]["run_out"]["p10"] > told["run_out"]["p10"]
    )
    assert Decimal(told["until"]["pay"]["amount"]) > 0
    assert told["journey"]["high"]["currency"] == "CNY"


def test_every_wrong_option_is_named_at_once(env: dict[str, str]) -> None:
    done = run(env, "forecast", "home", "--top-up", "lots", "--until", "soon", "--leave", "tomorrow")
    assert done.exit_code == 2
    assert all(word in done.output for word in ("--top-up", "--until", "--leave"))


def test_days_that_are_past_are_refused(env: dict[str, str]) -> None:
    past = (datetime.now(UTC) - timedelta(days=3)).date()
    done = run(
        env, "forecast", "home", "--until", past.isoformat(), "--leave", f"{past - timedelta(days=4)}..{past}"
    )
    assert done.exit_code == 2
    assert done.output.count(str(past)) == 2
    assert "day ahead" in done.output


def test_an_unknown_line_is_refused(env: dict[str, str]) -> None:
    assert run(env, "forecast", "nobody").exit_code == 2


def test_the_last_year_of_a_line_is_replayed_from_the_store(env: dict[str, str]) -> None:
    done = run(env, "replay", "--from-store", "home", "--compare", "late")
    assert done.exit_code == 0, done.output
    assert "foresight late" in done.output


@pytest.mark.parametrize(
    ("past_days", "ahead_days", "days"),
    [(0, 30, ["11-01", "12-01"]), (20, 20, ["10-12", "11-01", "11-21"]), (30, 0, ["10-02", "11-02"])],
)
def test_the_days_below_the_chart_do_not_run_into_each_other(
    past_days: int, ahead_days: int, days: list[str]
) -> None:
    now = datetime(2026, 11, 1, 12, tzinfo=UTC)
    past = [(now - timedelta(days=d), 50.0) for d in range(past_days, -1, -1)]
    future = [(now + timedelta(days=d), 10.0, 20.0, 30.0) for d in range(1, ahead_days + 1)]
    *_, below = draw(Picture(past, future, now))
    assert below.split() == days


def test_a_line_seen_for_a_minute_is_drawn_and_asked_about_as_it_is_foreseen(env: dict[str, str]) -> None:
    leave = datetime.now(UTC).date() + timedelta(days=2)
    done = run(env, "forecast", "home", "--leave", f"{leave}..{leave + timedelta(days=9)}", "--roaming")
    chart = done.output.partition("nine times out of ten")[0]
    assert len([row for row in chart.splitlines() if "▒" in row]) > 3, "use is expected, so the band falls"
    assert "CN¥0.00" not in done.output
