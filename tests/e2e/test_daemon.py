"""The daemon as a real process: ready, told, reloaded, stopped, and never two of it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import Daemon, Webhook, line_environ, wait_until

from monitor.mock.server import MockCarrier

pytestmark = pytest.mark.heavy

TOKEN = "tok-3f9a1c-secret"


@pytest.fixture
def daemon(tmp_path: Path, carrier: MockCarrier, hook: Webhook) -> Iterator[Daemon]:
    made = Daemon(tmp_path, line_environ(carrier.url, hook.url, MONITOR_LINES__HOME__TOKEN=TOKEN))
    yield made
    made.kill()


def test_a_stop_reaches_the_owner_and_neither_secret_nor_number_reaches_the_log(
    daemon: Daemon, carrier: MockCarrier, hook: Webhook
) -> None:
    daemon.start()
    with carrier.world.lock:
        carrier.world.jump("two-way-bar")
    wait_until(lambda: hook.got, what="an alert")
    assert daemon.stop() == 0
    assert TOKEN not in daemon.log
    assert "13812348000" not in daemon.log + "".join(hook.texts())


def test_sigterm_ends_it_within_five_seconds_also_while_the_carrier_hangs(
    daemon: Daemon, carrier: MockCarrier
) -> None:
    with carrier.world.lock:
        carrier.world.change({"fault": "hang"})
    daemon.start()
    wait_until(lambda: carrier.world.requests, what="a poll")
    began = time.monotonic()
    daemon.signal(signal.SIGTERM)
    assert daemon.wait(10) == 0
    assert time.monotonic() - began < 5


def test_sighup_takes_a_changed_file_and_keeps_the_old_settings_when_it_is_broken(
    tmp_path: Path, carrier: MockCarrier, hook: Webhook
) -> None:
    config = tmp_path / "etc"
    config.mkdir()
    file = config / "monitor.env"
    lines = [f"{k}='{v}'" for k, v in line_environ(carrier.url, hook.url).items()]
    file.write_text("\n".join(lines), encoding="utf-8")
    daemon = Daemon(tmp_path / "run", {"CONFIGURATION_DIRECTORY": str(config)}).start()
    try:
        more = ["MONITOR_LINES__OFFICE__CARRIER=tmf", "MONITOR_LINES__OFFICE__NUMBER=+8613812348001"]
        file.write_text("\n".join([*lines, *more]), encoding="utf-8")
        daemon.signal(signal.SIGHUP)
        daemon.hear("watching 2 lines")
        file.write_text("\n".join([*lines, "MONITOR_POLL_EVERI=6h"]), encoding="utf-8")
        daemon.signal(signal.SIGHUP)
        daemon.hear("old settings kept")
        assert "Did you mean MONITOR_POLL_EVERY?" in daemon.log
        wait_until(lambda: "reload: the old settings stay in force" in daemon.log)
        assert daemon.stop() == 0
    finally:
        daemon.kill()


def test_a_second_daemon_on_the_same_database_refuses_and_says_why(daemon: Daemon, tmp_path: Path) -> None:
    daemon.start()
    code = subprocess.run(
        [sys.executable, "-m", "monitor", "run"],
        env={
            "STATE_DIRECTORY": str(tmp_path / "state"),
            "PYTHONPATH": str(Path(__file__).parents[2]),
            **daemon.environ,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert code.returncode == 1
    assert "another billing-monitor works on this database" in code.stderr
