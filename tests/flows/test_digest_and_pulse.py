"""The regular overview, whether the monitor advances, and the ping to the outside."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.channelbook import ChannelBook
from monitor.core.digest import Rhythm, due
from monitor.core.health import WELL, Trouble
from monitor.core.people import ChannelFacts, Contact, People
from monitor.core.reading import Failure
from monitor.core.state import LineState
from monitor.core.words import FailureKind, Kind, Severity
from monitor.digests import queue_digests
from monitor.heartbeat import Heartbeat
from monitor.ports import Store
from monitor.pulse import problems
from monitor.store import open_store

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEKLY = Rhythm(time(9), 0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'monitor.db'}")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("rhythm", "zone", "now", "slot"),
    [
        (WEEKLY, "Asia/Shanghai", "2026-11-23T09:00+08:00", "2026-11-23T09:00+08:00"),
        (WEEKLY, "Asia/Shanghai", "2026-11-23T08:59+08:00", "2026-11-16T09:00+08:00"),
        (WEEKLY, "Asia/Kathmandu", "2026-11-26T20:00+05:45", "2026-11-23T09:00+05:45"),
        (Rhythm(time(9)), "Europe/Berlin", "2027-01-01T08:00+01:00", "2026-12-31T09:00+01:00"),
        # the same wall time on both sides of a change of clocks
        (Rhythm(time(9)), "America/New_York", "2026-03-08T10:00-04:00", "2026-03-08T09:00-04:00"),
        (Rhythm(time(9)), "America/New_York", "2026-03-08T08:00-04:00", "2026-03-07T09:00-05:00"),
        # a time that the day skips
        (Rhythm(time(2, 30)), "America/New_York", "2026-03-08T12:00-04:00", "2026-03-08T03:30-04:00"),
    ],
)
def test_an_overview_belongs_to_the_wall_clock(rhythm: Rhythm, zone: str, now: str, slot: str) -> None:
    assert rhythm.latest(datetime.fromisoformat(now), ZoneInfo(zone)) == datetime.fromisoformat(slot)


@given(
    st.sampled_from(["UTC", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"]),
    st.none() | st.integers(0, 6),
    st.integers(0, 24 * 400),
    st.integers(1, 24 * 40),
)
def test_whoever_looks_every_hour_is_told_once_a_period(
    zone: str, weekday: int | None, start: int, hours: int
) -> None:
    rhythm, where, last, told = Rhythm(time(9), weekday), ZoneInfo(zone), NOW + start * HOUR, 0
    for hour in range(hours):
        slot = due(rhythm, last, NOW + (start + hour) * HOUR, where)
        if slot is not None:
            assert slot > last
            last, told = slot, told + 1
    period = 1 if weekday is None else 7
    assert hours // (24 * period) - 1 <= told <= hours // (24 * period) + 1


def test_after_a_month_asleep_there_is_one_overview_and_not_four() -> None:
    assert due(WEEKLY, NOW - 30 * DAY, NOW, ZoneInfo("UTC")) == NOW
    assert due(WEEKLY, NOW, NOW, ZoneInfo("UTC")) is None


def test_each_channel_gets_its_overview_in_its_own_zone_and_dangers_only_channels_get_none(
    store: Store,
) -> None:
    people = People(
        (ChannelFacts("mail"), ChannelFacts("push"), ChannelFacts("pager", Severity.WARNING)),
        (Contact("mei", ("push",), timezone="Asia/Shanghai"),),
        Contact("", timezone="UTC"),
    )
    queued = [queue_digests(store, people, WEEKLY, ["home"], NOW + hour * HOUR) for hour in range(-24, 24)]
    assert sum(queued) == 2
    assert (queued[24 - 8], queued[24]) == (1, 1), "nine o'clock in Shanghai, then nine o'clock in UTC"
    told = {name for row in store.notices() for name, *_ in row.deliveries}
    assert told == {"mail", "push"}
    assert {row.notice.kind for row in store.notices()} == {Kind.DIGEST}
    assert queue_digests(store, people, None, ["home"], NOW + 30 * DAY) == 0


def test_all_is_well_when_polls_and_deliveries_advance(store: Store) -> None:
    store.sync_lines(["home"], NOW)
    assert problems(store, ["home"], ["mail"], NOW) == []


def test_what_does_not_advance_is_said_without_names_or_numbers(store: Store) -> None:
    store.sync_lines(["home"], NOW)
    failing = LineState(failure=Failure(NOW, FailureKind.AUTH, "secret words"))
    store.update("home", lambda s: (replace(s, failure=failing.failure), ()), NOW)
    book = ChannelBook(store.notes())
    book.note_health("mail", WELL.failed(Trouble.LASTING, "secret words", NOW, 0.5), NOW)
    found = " ".join(problems(store, ["home"], ["mail"], NOW + HOUR))
    for wanted in ("polls do not advance", "every poll fails", "refuses every message"):
        assert wanted in found
    assert "secret words" not in found


def test_the_outside_is_told_of_the_start_of_health_and_of_trouble() -> None:
    asked: list[tuple[str, str]] = []

    def ping(url: str, said: str) -> bool:
        asked.append((url, said))
        return True

    pulse = Heartbeat("https://hc.example/abc?x=1", ping)
    assert pulse.beat([])
    assert pulse.beat(["polls do not advance"])
    assert asked == [
        ("https://hc.example/abc/start?x=1", "start"),
        ("https://hc.example/abc?x=1", "ok"),
        ("https://hc.example/abc/fail?x=1", "polls do not advance"),
    ]


def test_a_real_ping_reaches_a_real_server_and_a_dead_one_is_no_error() -> None:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    pulse = Heartbeat(f"http://127.0.0.1:{server.server_address[1]}/abc")
    assert pulse.beat([])
    server.shutdown()
    server.server_close()
    assert asked == ["/abc/start", "/abc"]
    assert not pulse.beat([])
