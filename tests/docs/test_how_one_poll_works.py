"""The page that names the six files, held against a poll that really runs."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import FrameType

import pytest

import monitor
from monitor.app import build
from monitor.mock.server import MockCarrier
from monitor.ports import Message, SendResult, Sent
from monitor.scheduler import Tick, Ticker
from monitor.settings import EnvSource, load

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "docs" / name for name in ("how-one-poll-works.md", "how-one-poll-works.zh-CN.md")]
NUMBERS = "①②③④⑤⑥"
HEADING = re.compile(r"^## (\S) `(monitor/\S+)` · `(\w+)`$", re.MULTILINE)


def steps(page: Path) -> list[tuple[str, str, str]]:
    """(number, file, function) of a page, in the page's order."""
    return HEADING.findall(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_the_page_names_six_short_files_in_order_and_each_begins_with_its_number(page: Path) -> None:
    named = steps(page)
    assert "".join(number for number, _, _ in named) == NUMBERS
    for number, file, _ in named:
        source = (ROOT / file).read_text(encoding="utf-8")
        package = (ROOT / file).parent
        packages = [p / "__init__.py" for p in (package, *package.parents) if (p / "__init__.py").exists()]
        heads = [source, *(p.read_text(encoding="utf-8") for p in packages)]
        assert any(head.startswith(f'"""{number}') for head in heads), f"{file} does not begin with {number}"
        assert source.count("\n") <= 350, f"{file} is no longer short"
        assert f"{number} ``" in (monitor.__doc__ or "")


def test_both_languages_name_the_same_places() -> None:
    assert steps(PAGES[0]) == steps(PAGES[1])


class Listener:
    """A channel that takes everything."""

    name = "listener"

    def __init__(self) -> None:
        self.got = threading.Event()

    def send(self, message: Message, seconds: float) -> Sent:
        del message, seconds
        self.got.set()
        return Sent(SendResult.DELIVERED)


@pytest.fixture
def traced() -> Iterator[list[tuple[str, str]]]:
    """First calls of the functions that the page names, in order of time, in every thread started from now on."""
    wanted = {(str(ROOT / file), function) for _, file, function in steps(PAGES[0])}
    seen: list[tuple[str, str]] = []

    def on_call(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            place = (frame.f_code.co_filename, frame.f_code.co_name)
            if place in wanted and place not in seen:
                seen.append(place)

    threading.setprofile(on_call)
    yield seen
    threading.setprofile(None)


def test_a_poll_that_really_runs_passes_the_six_places_in_this_order(
    tmp_path: Path, traced: list[tuple[str, str]]
) -> None:
    with MockCarrier("demo", speed=0) as carrier:
        with carrier.world.lock:
            carrier.world.jump("two-way-bar")
        settings = {
            "MONITOR_DATABASE_URL": f"sqlite:///{tmp_path}/monitor.db",
            "MONITOR_LINES__HOME__CARRIER": "tmf",
            "MONITOR_LINES__HOME__NUMBER": "+8613812348000",
            "MONITOR_LINES__HOME__URL": carrier.url,
        }
        listener = Listener()
        application = build(load(EnvSource([], settings)), channels={"listener": listener})
        every = {"poll": application.poller.tick, "deliver": application.desk.tick}
        ticker = Ticker({name: Tick(run, timedelta(milliseconds=50)) for name, run in every.items()})
        ticker.start()
        assert listener.got.wait(20), "no alert"
        ticker.stop()
        application.close()
    assert [(Path(file).relative_to(ROOT).as_posix(), function) for file, function in traced] == [
        (file, function) for _, file, function in steps(PAGES[0])
    ]
