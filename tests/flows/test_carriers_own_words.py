"""The carrier's own words are kept as evidence where they matter, and hold no secret."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.app import Application, build
from monitor.mock.scenario import parse
from monitor.mock.server import MockCarrier
from monitor.settings import EnvSource, load
from monitor.wiretap import LONGEST, MOST, listening, overhear

NUMBER = "+8613812348000"
TOKEN = "a-token-that-nobody-may-see"


@pytest.fixture
def carrier() -> Iterator[MockCarrier]:
    line = {"number": NUMBER, "name": "home", "balance": "500.00", "status": "active"}
    with MockCarrier(parse({"line": [line], "auth": {"bearer": TOKEN}})) as running:
        yield running


@pytest.fixture
def house(carrier: MockCarrier, tmp_path: Path) -> Iterator[Application]:
    environ = {
        "MONITOR_DATABASE_URL": f"sqlite:///{tmp_path}/m.db",
        "MONITOR_TIMEZONE": "Asia/Shanghai",
        "MONITOR_LANGUAGE": "en",
        "MONITOR_LINES__HOME__CARRIER": "tmf",
        "MONITOR_LINES__HOME__NUMBER": NUMBER,
        "MONITOR_LINES__HOME__URL": carrier.url,
        "MONITOR_LINES__HOME__TOKEN": TOKEN,
    }
    application = build(load(EnvSource([], environ)), channels={})
    yield application
    application.close()


def poll(house: Application) -> list[str]:
    """Poll once; return the carrier's words that were kept of it."""
    after = house.store.trail_head()[0]
    house.store.poll_now(["home"], datetime.now(UTC) - timedelta(seconds=1))
    house.poller.round()
    return [str(e.facts()["answer"]) for e in house.store.trail("home", after) if e.kind == "answer"]


def test_they_are_kept_when_a_status_changes_and_not_otherwise(
    house: Application, carrier: MockCarrier
) -> None:
    first = poll(house)
    assert any('"500.00"' in words or "500.0" in words for words in first)
    assert poll(house) == []
    carrier.world.change({"status": "suspended", "cause": "arrears"})
    assert poll(house)
    assert poll(house) == []
    assert house.store.verify_trail() == []


def test_they_are_kept_when_a_poll_first_fails(house: Application, carrier: MockCarrier) -> None:
    poll(house)
    carrier.world.change({"fault": {"kind": "login_page"}})
    assert any("<" in words for words in poll(house))
    assert poll(house) == []


def test_no_secret_and_no_full_number_is_in_them(house: Application) -> None:
    words = "".join(poll(house))
    assert words
    assert TOKEN not in words
    assert NUMBER.lstrip("+") not in words
    assert "13812348000" not in words


def test_what_is_kept_is_bounded() -> None:
    overhear("GET", "http://nobody/", 200, lambda: "nobody listens")
    with listening() as heard:
        for _ in range(MOST + 3):
            overhear("GET", "http://x/", 200, lambda: "x" * (LONGEST + 1))
    assert len(heard) == MOST
    facts = heard[0].facts()
    assert (len(str(facts["answer"])), facts["cut_from"]) == (LONGEST, LONGEST + 1)
