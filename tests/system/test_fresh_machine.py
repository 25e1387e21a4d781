"""The README's promise to a stranger: a bare Debian, a clean clone, two commands."""

import re
import time
from collections.abc import Iterator

import pytest
from machine import BARE, Machine, machine

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def fresh() -> Iterator[Machine]:
    with machine("fresh", BARE) as bare:
        bare.clone()
        yield bare


def test_make_demo_tells_one_line_s_story_in_colour_within_a_minute(fresh: Machine) -> None:
    fresh.run(
        "make", "venv", cwd="/root/billing-monitor", seconds=600
    )  # the minute is the story's, not the download's
    began = time.monotonic()
    told = fresh.run(
        "script", "-qec", "make demo", "/dev/null", cwd="/root/billing-monitor", seconds=120
    ).stdout
    assert time.monotonic() - began <= 60
    assert "\x1b[" in told
    plain = re.sub(r"\x1b\[[0-9;]*m", "", told)
    assert plain


def test_make_test_passes_with_nothing_else_typed(fresh: Machine) -> None:
    done = fresh.run("make", "test", cwd="/root/billing-monitor", seconds=900)
    assert re.search(r"\d+ passed", done.stdout)
    assert "failed" not in done.stdout
