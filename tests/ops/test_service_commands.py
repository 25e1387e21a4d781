"""What systemd calls beside the daemon: the last alert, and the handing over of changed settings. Real processes."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from monitor.settings import EnvSource, load

pytestmark = pytest.mark.heavy  # each loads the whole program once

Inbox = tuple[str, list[dict[str, str]]]


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    got: list[dict[str, str]] = []

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = HTTPServer(("127.0.0.1", 0), Takes)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"json://127.0.0.1:{server.server_port}/", got
    server.shutdown()
    thread.join()
    server.server_close()


def command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "monitor", "--env-file", os.devnull, *words],
        capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin", **environment},
    )  # fmt: skip


def test_the_last_alert_goes_out_once_though_the_rest_of_the_settings_is_broken(
    tmp_path: Path, inbox: Inbox
) -> None:
    url, got = inbox
    broken = {
        "MONITOR_CHANNELS__HOOK__URL": url,
        "MONITOR_LINES__HOME__CARRIER": "no-such-carrier",
        "MONITOR_SERVICE_RESULT": "exit-code",
        "MONITOR_EXIT_STATUS": "2",
        "STATE_DIRECTORY": str(tmp_path),
    }
    assert command("last-words", "billing-monitor", **broken).returncode == 0
    (told,) = got
    assert told["title"] == "The monitor has stopped: nobody is watching your lines"
    assert "settings are wrong" in told["message"]
    assert "MONITOR_LINES__HOME__NUMBER" in told["message"]  # required, and missing
    assert "journalctl -u billing-monitor" in told["message"]
    assert command("last-words", "billing-monitor", **broken).returncode == 0
    assert len(got) == 1, "no second alert before the service has been ready again"


def test_the_last_alert_in_chinese_names_the_lines_that_nobody_watches(tmp_path: Path, inbox: Inbox) -> None:
    url, got = inbox
    settings = {
        "MONITOR_CHANNELS__HOOK__URL": url,
        "MONITOR_LANGUAGE": "zh-CN",
        "MONITOR_SERVICE_RESULT": "watchdog",
    }
    lines = {"MONITOR_LINES__MAMA__CARRIER": "tmf", "MONITOR_LINES__MAMA__NUMBER": "+8613812348000"}
    assert command("last-words", STATE_DIRECTORY=str(tmp_path), **settings, **lines).returncode == 0
    assert "没有人看着的号码：mama。" in got[0]["message"]
    assert "程序卡住" in got[0]["message"]
    assert "13812348000" not in json.dumps(got)


def test_a_last_alert_that_reached_nobody_is_tried_again(tmp_path: Path) -> None:
    dead = {"MONITOR_CHANNELS__HOOK__URL": "json://127.0.0.1:9/", "STATE_DIRECTORY": str(tmp_path)}
    assert command("last-words", **dead).returncode == 1
    assert list(tmp_path.iterdir()) == []


GOOD = {
    "MONITOR_CHANNELS__HOOK__URL": "console://",
    "MONITOR_LINES__HOME__CARRIER": "tmf",
    "MONITOR_LINES__HOME__NUMBER": "+8613812348000",
    "MONITOR_LINES__HOME__URL": "http://127.0.0.1:9/",
}


def test_a_reload_hands_the_new_settings_over_and_signals_the_daemon(tmp_path: Path) -> None:
    with subprocess.Popen(["/usr/bin/env", "--default-signal=HUP", "sleep", "60"]) as daemon:
        done = command(
            "reload", str(daemon.pid), RUNTIME_DIRECTORY=str(tmp_path), MONITOR_LANGUAGE="zh-CN", **GOOD
        )
        assert done.returncode == 0, done.stderr
        assert daemon.wait(10) == -signal.SIGHUP
    assert (tmp_path / "environment").stat().st_mode & 0o777 == 0o600
    assert load(EnvSource([], {"RUNTIME_DIRECTORY": str(tmp_path)})).language == "zh-CN"


def test_a_reload_of_broken_settings_is_refused_and_the_daemon_never_hears_of_it(tmp_path: Path) -> None:
    with subprocess.Popen(["/usr/bin/env", "--default-signal=HUP", "sleep", "60"]) as daemon:
        done = command(
            "reload", str(daemon.pid), RUNTIME_DIRECTORY=str(tmp_path), MONITOR_POLL_EVERY="6", **GOOD
        )
        assert done.returncode == 2
        assert "MONITOR_POLL_EVERY" in done.stderr
        assert daemon.poll() is None
        daemon.kill()
    assert list(tmp_path.iterdir()) == []
