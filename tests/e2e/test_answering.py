"""The daemon as a process: a message carries links, one of them is pressed, and the ladder stops on every channel."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from channel_servers import free_port
from house import Daemon, Webhook, line_environ, wait_until

from monitor.mock.server import MockCarrier
from monitor.ports import DeliveryState
from monitor.store import open_store

pytestmark = pytest.mark.heavy


def test_a_pressed_link_stops_the_ladder_on_every_channel(
    tmp_path: Path, carrier: MockCarrier, hook: Webhook
) -> None:
    second, port, beats = Webhook(), free_port(), Beats()
    database = f"sqlite:///{tmp_path / 'monitor.db'}"
    address = f"http://127.0.0.1:{port}"
    more = {
        "MONITOR_DATABASE_URL": database,
        "MONITOR_CHANNELS__BOSS__URL": second.url,
        "MONITOR_CONTACTS__ANN__CHANNELS": "push",
        "MONITOR_CONTACTS__CHIEF__CHANNELS": "boss",
        "MONITOR_LINES__HOME__CONTACTS": "ann",
        "MONITOR_LINES__HOME__ESCALATE_TO": "chief",
        "MONITOR_LINES__HOME__ESCALATE_AFTER": "1h",
        "MONITOR_WEB__LISTEN": f"127.0.0.1:{port}",
        "MONITOR_WEB__PUBLIC_URL": address,
        "MONITOR_HEARTBEAT_URL": beats.url,
        "MONITOR_HEARTBEAT_EVERY": "1s",
    }
    daemon = Daemon(tmp_path, line_environ(carrier.url, hook.url, **more))
    try:
        with carrier.world.lock:
            carrier.world.jump("two-way-bar")
        daemon.start()
        wait_until(lambda: hook.got, what="an alert")
        assert json.load(urlopen(f"{address}/healthz", timeout=10))["status"] == "ok"  # noqa: S310  loopback
        found = re.search(rf"{address}/a/[A-Za-z0-9_-]+", "".join(hook.texts()))
        assert found, "the message carries a link"
        page = urlopen(found[0], timeout=10).read().decode()  # noqa: S310  loopback
        assert 'value="working"' in page
        answer = Request(found[0], b"action=working", method="POST")  # noqa: S310  loopback
        assert urlopen(answer, timeout=10).status == 200  # noqa: S310  loopback
        with pytest.raises(HTTPError, match="409"):
            urlopen(answer, timeout=10)  # noqa: S310  loopback
        store = open_store(database)
        states = {(c, s) for row in store.notices("home") for c, s, *_ in row.deliveries if c == "boss"}
        store.close()
        assert states == {("boss", DeliveryState.SUPERSEDED)}
        wait_until(lambda: {"/ping/start", "/ping"} <= set(beats.paths), what="a heartbeat")
        assert daemon.stop() == 0
        assert not second.got
        assert found[0].rpartition("/")[2] not in daemon.log
        assert beats.url not in daemon.log
    finally:
        daemon.kill()
        second.down()
        beats.close()


class Beats:
    """The address outside; keeps where it was asked."""

    secret = "ping"

    def __init__(self) -> None:
        self.paths: list[str] = []
        beats = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                beats.paths.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"OK")

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/{self.secret}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
