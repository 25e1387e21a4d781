"""A test bench for connectors: a carrier that answers exactly what a test says, and the ways to ask it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from monitor import carriers
from monitor.core.line import Line
from monitor.core.reading import Failure, Reading
from monitor.mock import spoil
from monitor.mock.faults import Fault
from monitor.mock.web import Response
from monitor.ports import Access, Carrier, Round, Watched

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NUMBER = "+8613812348000"
_LINE_KEYS = frozenset({"timezone", "currency", "billing"})
_CREDENTIALS = frozenset({"token", "username", "password"})


class Memory:
    """A vault in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self.kept.get(key)

    def put(self, key: str, value: str, expires_at: datetime | None = None) -> None:
        del expires_at
        self.kept[key] = value

    def drop(self, key: str) -> None:
        self.kept.pop(key, None)


def watch(
    url: str = "", *, carrier: str = "tmf", name: str = "home", number: str = NUMBER, **given: Any
) -> Watched:
    """Make a line; what is neither a line's key nor a credential is an option of its connector."""
    line = {"timezone": "Asia/Shanghai"} | {k: v for k, v in given.items() if k in _LINE_KEYS}
    access = {k: v for k, v in given.items() if k in _CREDENTIALS}
    options = {k: str(v) for k, v in given.items() if k not in _LINE_KEYS | _CREDENTIALS}
    return Watched(Line(name, carrier, number, **line), Access(url, options=options, **access))


class Bench:
    """Canned answers by path; everything else is 404."""

    def __init__(self, carrier: str) -> None:
        self.answers: dict[str, Any] = {}
        """path → JSON value, or (status, headers, JSON value or bytes), or a function of the query string."""
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        """(method, path with query, headers, body)"""
        self.url = ""
        self.vault = Memory()
        self.now = NOW
        self.seconds = 10.0
        self.name = carrier
        self.carrier: Carrier = carriers.make(carrier)
        self.fault: Fault | None = None
        """Spoils every answer."""
        self.stopping = threading.Event()

    def line(self, url: str = "", **given: Any) -> Watched:
        return watch(url, carrier=self.name, **given)

    def ask(self, url: str = "", **given: Any) -> Reading | Failure:
        """Ask about one line."""
        return self.fetch(self.line(url, **given))

    def fetch(self, watched: Watched) -> Reading | Failure:
        round_ = Round(self.now, self.seconds, self.vault)
        return self.carrier.fetch([watched], round_)[watched.line.name]

    def read(self, url: str = "", **given: Any) -> Reading:
        """Ask about one line, and expect a reading."""
        seen = self.ask(url, **given)
        assert isinstance(seen, Reading), seen
        return seen

    def fail(self, url: str = "", **given: Any) -> Failure:
        """Ask about one line, and expect a failure."""
        seen = self.ask(url, **given)
        assert isinstance(seen, Failure), seen
        return seen

    def reply(self, path: str, query: str) -> tuple[int, Mapping[str, str], bytes]:
        said = self.answers.get(path, (404, {}, {"code": "404", "reason": "Not Found"}))
        if callable(said):
            said = said(query)
        status, headers, body = said if isinstance(said, tuple) else (200, {}, said)
        return status, headers, body if isinstance(body, bytes) else json.dumps(body).encode()


def handler(box: Bench) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            box.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            status, headers, content = box.reply(parts.path, parts.query)
            if box.fault is not None:
                kind = headers.get("Content-Type", "application/json")
                spoil.spoil(self, box.fault, Response(status, content, kind), box.stopping)
                return
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _serve  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

        def finish(self) -> None:
            with suppress(OSError):  # a client that hangs up is what some tests are about
                super().finish()

        def handle(self) -> None:
            with suppress(OSError, ValueError):
                super().handle()

    return Handler


@contextmanager
def serving(
    made: Callable[[], type[BaseHTTPRequestHandler]],
    host: str = "127.0.0.1",
    wrap: Callable[[Any], Any] | None = None,
) -> Iterator[ThreadingHTTPServer]:
    """Serve with a handler class until the block ends; ``wrap`` may put TLS around the socket."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    kind = type("Server", (ThreadingHTTPServer,), {"address_family": family, "daemon_threads": True})
    server: ThreadingHTTPServer = kind((host, 0), made())
    if wrap is not None:
        server.socket = wrap(server.socket)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextmanager
def bench(carrier: str) -> Iterator[Bench]:
    """Open a bench for one connector."""
    box = Bench(carrier)
    with serving(lambda: handler(box)) as server:
        box.url = f"http://127.0.0.1:{server.server_port}"
        yield box
        box.stopping.set()
