"""The real thing for end-to-end tests: the daemon as a process, the mock carrier over HTTP, and a webhook that keeps what arrives."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]


def wait_until(true: Callable[[], object], seconds: float = 30, what: str = "it") -> None:
    """Wait for a condition; fails the test when it does not come."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not happen within {seconds} s")
        time.sleep(0.02)


class Webhook:
    """Receives Apprise's ``json://`` posts on loopback. ``down()`` refuses connections, ``up()`` listens again."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.port = 0
        self._server: ThreadingHTTPServer | None = None
        self.before_answer: Callable[[], None] = lambda: None
        self.up()

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/"

    def up(self) -> None:
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.got.append(json.loads(body))
                hook.before_answer()
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        ThreadingHTTPServer.allow_reuse_address = True
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_port  # the same again after ``down()``
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def down(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def texts(self) -> list[str]:
        return [f"{m.get('title')}\n{m.get('message')}" for m in self.got]


@dataclass
class Daemon:
    """``billing-monitor run`` as a process of its own, watched as systemd would watch it."""

    folder: Path
    environ: Mapping[str, str]
    launcher: tuple[str, ...] = ("-m", "monitor")
    process: subprocess.Popen[bytes] | None = None
    told: list[str] = field(default_factory=list)

    @property
    def log(self) -> str:
        return (self.folder / "daemon.log").read_text(encoding="utf-8")

    def start(self, *, ready: bool = True) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        address = self.folder / "notify.sock"
        address.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(address))
        kept = {k: v for k, v in os.environ.items() if not k.startswith("MONITOR_")}
        own = {
            "STATE_DIRECTORY": str(self.folder / "state"),
            "NOTIFY_SOCKET": str(address),
            "PYTHONPATH": str(ROOT),
        }
        with (self.folder / "daemon.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.launcher, "run"],
                env=kept | own | dict(self.environ),
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        if ready:
            self.hear("READY=1")
        return self

    def hear(self, wanted: str, seconds: float = 30) -> None:
        """Wait for a message to systemd."""
        end = time.monotonic() + seconds
        while not any(wanted in message for message in self.told):
            readable, _, _ = select.select([self._socket], [], [], 0.1)
            if readable:
                self.told.append(self._socket.recv(4096).decode())
            if self.process is not None and self.process.poll() is not None:
                raise AssertionError(f"the daemon ended with {self.process.returncode}:\n{self.log}")
            if time.monotonic() > end:
                raise AssertionError(f"the daemon never said {wanted}:\n{self.log}")

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.told.clear()
        self.process.send_signal(number)

    def wait(self, seconds: float = 30) -> int:
        assert self.process is not None
        code = self.process.wait(seconds)
        self._socket.close()
        return code

    def kill(self) -> None:
        """Die at once, as in a power cut."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._socket.close()

    def stop(self) -> int:
        self.signal(signal.SIGTERM)
        return self.wait()


def line_environ(url: str, channel: str, **more: str) -> dict[str, str]:
    """Return the settings of a house with one line and one channel."""
    return {
        "MONITOR_TIMEZONE": "Asia/Shanghai",
        "MONITOR_LANGUAGE": "en",
        "MONITOR_POLL_EVERY": "1s",
        "MONITOR_LINES__HOME__CARRIER": "tmf",
        "MONITOR_LINES__HOME__NUMBER": "+8613812348000",
        "MONITOR_LINES__HOME__URL": url,
        "MONITOR_CHANNELS__PUSH__URL": channel,
    } | more
