"""``demo``: the real daemon's parts, the mock carrier over HTTP, a database file and a clock that jumps from poll to poll."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from monitor.app import Application, build
from monitor.core.reading import Reading
from monitor.core.state import LineState
from monitor.mock.server import MockCarrier
from monitor.ports import Channel
from monitor.settings import EnvSource, load

LINE = "home"
_ZONE = ZoneInfo("Asia/Shanghai")
_START = datetime(2026, 11, 2, 1, tzinfo=UTC)
_STEP = timedelta(hours=6)
_AFTER_THE_END = 2


class StepClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def __call__(self) -> datetime:
        """Return the instant at which it stands."""
        return self._now

    def forward(self, by: timedelta) -> None:
        """Move on."""
        self._now += by


@dataclass(frozen=True, slots=True)
class Moment:
    """What the watcher knew after one poll."""

    at: datetime
    """In the time of the line's own place, as the alerts are."""
    day: int
    reading: Reading | None
    state: LineState
    stage: str
    """The chapter of the carrier's story that has begun."""


def play(
    channel: Channel, language: str, seconds: float, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Moment]:
    """Play one line's whole story; the channel receives the alerts as they would arrive.

    Args:
        channel: where the alerts go.
        language: of the alerts.
        seconds: how long the whole play takes, about.
        sleep: what waits between two polls.
    """
    clock = StepClock(_START)
    with (
        MockCarrier("demo", now=clock) as carrier,
        _house(carrier.url, channel, language, clock) as application,
    ):
        polls = int(carrier.world.scenario.stages[-1].at / _STEP) + _AFTER_THE_END
        for _ in range(polls):
            application.store.poll_now([LINE], clock())
            application.poller.round()
            state = application.store.states([LINE])[LINE]
            stage = carrier.world.stage
            yield Moment(clock().astimezone(_ZONE), (clock() - _START).days + 1, state.reading, state, stage)
            application.desk.round()
            clock.forward(_STEP)
            sleep(seconds / polls)


@contextmanager
def _house(url: str, channel: Channel, language: str, clock: Callable[[], datetime]) -> Iterator[Application]:
    with TemporaryDirectory(prefix="billing-monitor-demo-") as folder:
        environ = {
            "MONITOR_DATABASE_URL": f"sqlite:///{Path(folder) / 'demo.db'}",
            "MONITOR_LANGUAGE": language,
            "MONITOR_TIMEZONE": _ZONE.key,
            f"MONITOR_LINES__{LINE.upper()}__CARRIER": "tmf",
            f"MONITOR_LINES__{LINE.upper()}__NUMBER": "+8613812348000",
            f"MONITOR_LINES__{LINE.upper()}__URL": url,
            f"MONITOR_LINES__{LINE.upper()}__RULES": "cn.mobile",
        }
        application = build(load(EnvSource([], environ)), clock=clock, channels={channel.name: channel})
        try:
            yield application
        finally:
            application.close()
