"""Four situations in which well-known monitors lose, repeat or invent an alert. Real processes, a recording webhook.

A. the channel is down for 50 s while the balance drops. B. a restart while the line is still low. C. the low account starts to
answer HTTP 200 with a log-in page. D. the line is already low at the very first poll.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from house import ROOT, Daemon, Webhook, line_environ, wait_until

from monitor.mock.server import MockCarrier

pytestmark = pytest.mark.heavy


@dataclass
class House:
    """One line, its carrier, its channel and its daemon, all on one clock that may be moved on."""

    carrier: MockCarrier
    hook: Webhook
    daemon: Daemon
    ahead: Path

    def low(self) -> None:
        """From now on the balance does not cover the renewal in two days."""
        self.change(balance="24.30")

    def change(self, **what: object) -> None:
        with self.carrier.world.lock:
            self.carrier.world.change(what)

    def polls(self) -> int:
        """How often the balance was asked for: once a poll."""
        return sum("/prepayBalanceManagement/" in path for _, path in self.carrier.world.requests)

    def polled_again(self, times: int = 3) -> None:
        """Wait until the line was asked about some times more: what would be said again has been said by then."""
        for _ in range(times):
            before = self.polls()
            wait_until(lambda before=before: self.polls() > before, what="another poll")

    def forward(self, by: timedelta) -> None:
        now = float(self.ahead.read_text(encoding="ascii"))
        self.ahead.write_text(str(now + by.total_seconds()), encoding="ascii")

    def row(self) -> dict[str, Any]:
        rows: list[dict[str, Any]] = self._ask("status")
        return rows[0]

    def kinds(self) -> list[str]:
        return [notice["kind"] for notice in self._ask("notices")]

    def _ask(self, command: str) -> Any:
        done = subprocess.run(
            [sys.executable, *self.daemon.launcher, command, "--json"],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "STATE_DIRECTORY": str(self.daemon.folder / "state"),
                 **self.daemon.environ},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return json.loads(done.stdout)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    ahead = tmp_path / "ahead"
    ahead.write_text("0", encoding="ascii")

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(ahead.read_text(encoding="ascii")))

    hook = Webhook()
    with MockCarrier("demo", now=now) as carrier:
        renewal = {
            "MONITOR_LINES__HOME__BILLING": "prepaid",
            "MONITOR_LINES__HOME__MONTHLY_FEE": "58",
            "MONITOR_LINES__HOME__BILL_DAY": str((datetime.now(UTC) + timedelta(days=2)).day),
        }
        environ = line_environ(carrier.url, hook.url, TEST_CLOCK_AHEAD=str(ahead), **renewal)
        daemon = Daemon(tmp_path / "house", environ, launcher=(str(Path(__file__).with_name("shifted.py")),))
        yield House(carrier, hook, daemon, ahead)
        daemon.kill()
    hook.down()


def test_a_the_channel_is_down_for_50_seconds_while_the_balance_drops_the_alert_is_delivered_once(
    house: House,
) -> None:
    house.daemon.start()
    wait_until(house.polls, what="the first poll")
    house.hook.down()
    house.low()
    time.sleep(50)
    assert house.hook.got == []
    house.hook.up()
    wait_until(lambda: house.hook.got, 240, what="the alert")
    house.polled_again()
    assert len(house.hook.got) == 1, house.hook.texts()


def test_b_a_restart_while_the_line_is_still_low_says_nothing_again(house: House) -> None:
    house.daemon.start()
    house.low()
    wait_until(lambda: house.hook.got, what="the alert")
    house.polled_again()
    told = house.hook.texts()
    house.daemon.stop()
    house.daemon.start()
    house.polled_again()
    house.daemon.kill()
    house.daemon.start()
    house.polled_again()
    assert house.hook.texts() == told


def test_c_a_log_in_page_is_no_reading_the_old_danger_is_kept_and_counts_down(house: House) -> None:
    house.daemon.start()
    house.low()
    wait_until(lambda: house.hook.got, what="the alert")
    house.polled_again()
    before, told = house.row(), len(house.hook.got)
    house.change(fault="login_page")
    house.polled_again()
    blind = house.row()
    assert blind["error"]["kind"] in ("auth", "blocked", "malformed")
    assert (blind["status"], blind["balance"]) == (before["status"], before["balance"])
    assert blind["balance"] is not None
    house.forward(timedelta(hours=30))
    wait_until(lambda: "blind" in house.kinds(), 60, what="the blind notice")
    wait_until(lambda: len(house.hook.got) > told, 60, what="its delivery")
    after = house.row()
    assert after["stale"]
    assert (after["status"], after["balance"]) == (before["status"], before["balance"])
    assert after["severity"] in ("warning", "critical")
    assert after["run_out"]["p50"] is not None, "the old danger still has its day"
    latest = after["run_out"]["p90"]  # open once the figure is so old that a payment may be on its way
    assert latest is None or latest >= before["run_out"]["p50"]
    assert not {"restored", "payment_seen", "sight_restored"} & set(house.kinds())


def test_d_a_line_already_low_at_the_very_first_poll_is_told(house: House) -> None:
    house.low()
    house.daemon.start()
    wait_until(lambda: house.hook.got, what="the alert")
    house.polled_again()
    assert len(house.hook.got) == 1, house.hook.texts()
