"""What a fleet at one operator costs: a round over 5,000 lines, beside reading the same pages with bare ``requests``.

Prints; asserts no figure, since machines differ.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from servers.bench import NOW, Bench, bench

from monitor.core.reading import Reading
from monitor.ports import Round

sys.path.insert(0, str(Path(__file__).parents[1] / "carriers"))
from test_tmf_fleet import lines, serve  # the fleet of the unit tests

pytestmark = pytest.mark.heavy

LINES, PAGE = 5_000, 500


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    done = work()
    return time.perf_counter() - began, done


def bare(tmf: Bench) -> int:
    with requests.Session() as session:
        return sum(
            len(session.get(f"{tmf.url}/service", params={"offset": at, "limit": PAGE}).json())
            for at in range(0, LINES, PAGE)
        )


def test_a_round_over_a_fleet_beside_reading_its_pages(capsys: pytest.CaptureFixture[str]) -> None:
    with bench("tmf") as tmf:
        serve(tmf, LINES)
        fleet = lines(tmf, LINES)
        pages, listed = timed(lambda: bare(tmf))
        first, seen = timed(lambda: tmf.carrier.fetch(fleet, Round(NOW, 60, tmf.vault)))
        again, _ = timed(lambda: tmf.carrier.fetch(fleet[:500], Round(NOW, 60, tmf.vault)))
    assert listed == LINES
    assert all(isinstance(reading, Reading) for reading in seen.values())
    with capsys.disabled():
        print(f"\n{LINES} lines of one operator, {LINES // PAGE} pages")
        print(f"  bare requests reads the pages in            {pages:8.3f} s")
        print(f"  the connector reads and understands them in {first:8.3f} s   {first / pages:6.2f} times")
        print(f"  the next 500 from the kept list             {again:8.3f} s   {again / pages:6.2f} times")
