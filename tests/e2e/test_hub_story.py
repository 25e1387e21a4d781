"""An operator's hub: registered by a command, its events reach the running daemon, and the line is asked at once."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from house import ROOT, Daemon, Webhook, line_environ, wait_until

from monitor.mock.server import MockCarrier

KEY = "hub-key-77aa10e9"
NUMBER = "+8613812348000"


def event(id_: str, number: str) -> bytes:
    service = {"id": "s1", "state": "active", "serviceCharacteristic": [{"name": "msisdn", "value": number}]}
    said = {"eventId": id_, "eventType": "ServiceStateChangeEvent", "event": {"service": service}}
    return json.dumps(said).encode()


def post(url: str, body: bytes) -> tuple[int, str]:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.heavy
@pytest.mark.timeout(120)
def test_an_event_of_the_operators_hub_makes_the_line_polled_at_once(tmp_path: Path) -> None:
    hook = Webhook()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with MockCarrier("demo", speed=0) as mock:
        number = mock.world.accounts[0].number
        environ = line_environ(mock.url, hook.url) | {
            "MONITOR_POLL_EVERY": "6h",
            "MONITOR_LINES__HOME__NUMBER": number,
            "MONITOR_WEB__LISTEN": f"127.0.0.1:{port}",
            "MONITOR_WEB__EVENTS_KEY": KEY,
        }
        callback = f"http://127.0.0.1:{port}/hooks/tmf/{KEY}"

        def run(*command: str) -> int:
            kept = {k: v for k, v in os.environ.items() if not k.startswith("MONITOR_")}
            own = {"STATE_DIRECTORY": str(tmp_path / "state"), "PYTHONPATH": str(ROOT)}
            words = [sys.executable, "-m", "monitor", "carrier", "hub", "--line", "home", *command]
            return subprocess.run(words, env=kept | environ | own, check=False, timeout=60).returncode

        daemon = Daemon(tmp_path, environ).start()
        try:
            wait_until(lambda: mock.world.requests, 30, "the first poll")
            time.sleep(2)
            assert run("--callback", callback) == 0
            assert {h["callback"] for h in mock.world.extra["tmf.hubs"].values()} == {callback}
            before = len(mock.world.requests)
            for other in (event("e1", "+447700900123"), b"[]"):
                post(callback, other)
            assert post(callback.replace(KEY, "guess"), event("e1", number))[0] == 401
            time.sleep(2)
            assert len(mock.world.requests) == before
            assert post(f"{callback}/listener/serviceStateChangeEvent", event("e2", number))[0] == 200
            wait_until(lambda: len(mock.world.requests) > before, 15, "the poll")
            assert "known already" in post(callback, event("e2", number))[1]
            assert run("--end") == 0
            assert mock.world.extra["tmf.hubs"] == {}
            assert KEY not in daemon.log
        finally:
            daemon.stop()
            hook.down()
