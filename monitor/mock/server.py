"""The mock carrier's server: dialects in front of one world, faults between, and a control door for tests.

Control, all ``POST`` with JSON, answering the new state:
``/_mock/stage {"name": "due"}`` · ``/_mock/advance {"by": "1d"}`` · ``/_mock/set {"balance": "3.00", "line": "home"}``
· ``/_mock/pay {"amount": "58.00"}`` (without an amount: all that is owed) · ``/_mock/fault {"kind": "http_503"}``
(``{}`` takes faults away) · ``/_mock/cut {"status": "suspended"}``. ``GET /_mock/state`` shows the books.
"""

from __future__ import annotations

import base64
import binascii
import socket
import threading
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, urlsplit

from monitor.mock import spoil
from monitor.mock.faults import Fault, pick
from monitor.mock.scenario import BadScenario, Scenario, amount, load, span
from monitor.mock.web import Request, Response, ok
from monitor.mock.world import World

DIALECTS: list[str] = ["monitor.mock.tmf", "monitor.mock.borealis", "monitor.mock.china"]
"""Modules with ``answer(request, world) -> Response | None``; a new carrier to play is one more line here."""


class MockCarrier:
    """A carrier in a box. In-process: ``with MockCarrier("demo") as carrier: … carrier.url``.

    Args:
        scenario: name of a shipped scenario, a file, or a scenario.
        port: 0 takes a free one.
        host: address to listen on; ``::1`` for IPv6.
        speed: virtual seconds per real second; 0 stops the clock until it is advanced.
        start: virtual instant of the start.
        now: a clock shared with others, in place of ``speed`` and ``start``.
    """

    def __init__(
        self,
        scenario: str | Path | Scenario = "demo",
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        speed: float = 1.0,
        start: datetime | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        plan = scenario if isinstance(scenario, Scenario) else load(scenario)
        self.world = World(plan, speed=speed, start=start, now=now)
        self.dialects = [import_module(name) for name in DIALECTS]
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        handler = type("Handler", (_Handler,), {"carrier": self})
        server = type("Server", (_Server,), {"address_family": family})
        self._server: _Server = server((host, port), handler)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        host, port = self._server.server_address[:2]
        shown = f"[{host!s}]" if ":" in str(host) else str(host)
        return f"http://{shown}:{port}"

    def start(self) -> MockCarrier:
        """Serve from a thread of its own."""
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.02},
            name="mock-carrier",
            daemon=True,
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving; safe to call twice."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join(5)
            self._thread = None
        self._server.stopping.set()
        self._server.server_close()

    def serve_forever(self) -> None:
        """Serve from this thread until interrupted."""
        self._server.serve_forever(poll_interval=0.1)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def answer(self, request: Request) -> Response:
        """Answer one request; also without a network."""
        with self.world.lock:
            self.world.tick()
            if not request.path.startswith("/_mock/"):
                self.world.requests.append((request.method, request.path))
                refused = self._refuse(request)
                if refused is not None:
                    return refused
            else:
                return self._control(request)
            for dialect in self.dialects:
                response: Response | None = dialect.answer(request, self.world)
                if response is not None:
                    return response
        return ok({"code": "404", "reason": "Not Found", "status": "404"}, status=404)

    def fault_for(self, path: str) -> Fault | None:
        """Return the fault that spoils the answer to ``path``, counting it."""
        with self.world.lock:
            self.world.tick()
            return None if path.startswith("/_mock/") else pick(self.world.faults, path)

    def _refuse(self, request: Request) -> Response | None:
        wanted = self.world.scenario.auth
        if request.path == "/oauth2/token":
            return self._token(request)
        if not wanted:
            return None
        given = request.headers.get("authorization", "")
        tokens: set[str] = self.world.extra.setdefault("tokens", set())
        allowed = {f"Bearer {token}" for token in tokens}
        if "bearer" in wanted:
            allowed.add(f"Bearer {wanted['bearer']}")
        if "username" in wanted:
            pair = f"{wanted['username']}:{wanted.get('password', '')}".encode()
            allowed.add("Basic " + base64.b64encode(pair).decode())
        if given in allowed or (
            "api_key" in wanted and request.headers.get("x-api-key") == wanted["api_key"]
        ):
            return None
        return ok({"code": "401", "reason": "Unauthorized", "status": "401"}, status=401)

    def _token(self, request: Request) -> Response:
        wanted = self.world.scenario.auth
        form = dict(parse_qsl(request.body.decode()))
        given = request.headers.get("authorization", "").removeprefix("Basic ")
        try:
            user, _, password = base64.b64decode(given, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            user = password = ""
        pair = (form.get("client_id", user), form.get("client_secret", password))
        if pair != (wanted.get("client_id"), wanted.get("client_secret")):
            return ok({"error": "invalid_client"}, status=401)
        self.world.logins += 1
        token = f"mock-token-{self.world.logins}"
        tokens: set[str] = self.world.extra.setdefault("tokens", set())
        tokens.add(token)
        life = int(self.world.extra.get("token_seconds", 3600))
        return ok({"access_token": token, "token_type": "Bearer", "expires_in": life})

    def _control(self, request: Request) -> Response:
        world = self.world
        try:
            given: dict[str, Any] = request.json()
            match request.path.removeprefix("/_mock/"):
                case "state":
                    pass
                case "stage":
                    world.jump(str(given["name"]))
                case "advance":
                    world.advance(span(str(given["by"])))
                case "set" | "cut":
                    world.change(
                        {"status": "suspended", "cause": "arrears"} | given
                        if "cut" in request.path
                        else given
                    )
                case "pay":
                    sum_ = amount(given["amount"], "amount") if "amount" in given else None
                    world.pay(sum_, str(given.get("line", "")))
                case "fault":
                    world.faults = Fault.read(given or "")
                case "forget-tokens":
                    world.extra["tokens"] = set()
                case other:
                    return ok(
                        {"error": f"no control {other!r}; see the docstring of monitor/mock/server.py"},
                        status=404,
                    )
        except (BadScenario, KeyError, ValueError, TypeError) as error:
            return ok({"error": str(error) or type(error).__name__}, status=400)
        return ok(state(world))


def state(world: World) -> dict[str, Any]:
    """Return the books as JSON, for the control door."""
    now = world.tick()
    return {
        "now": now.isoformat(),
        "stage": world.stage,
        "stages": [s.name for s in world.scenario.stages],
        "faults": [str(f.kind) for f in world.faults],
        "requests": len(world.requests),
        "logins": world.logins,
        "lines": [
            {
                "name": a.name,
                "number": a.number,
                "status": a.status,
                "cause": a.cause,
                "autopay": a.autopay,
                "balance": None if (left := a.balance_now(now)) is None else str(left),
                "owed": str(a.owed),
                "currency": a.currency,
            }
            for a in world.accounts
        ],
    }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *args: Any) -> None:
        self.stopping = threading.Event()
        super().__init__(*args)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is daily life here."""


class _Handler(BaseHTTPRequestHandler):
    carrier: ClassVar[MockCarrier]
    protocol_version = "HTTP/1.1"
    wbufsize = (
        -1
    )  # one packet for head and body: else each answer waits 40 ms for the client's acknowledgement
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            self.command,
            parts.path,
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            {k.lower(): v for k, v in self.headers.items()},
            self.rfile.read(length) if length else b"",
        )
        fault = self.carrier.fault_for(request.path)
        response = self.carrier.answer(request)
        if fault is None:
            self.reply(response)
            return
        spoil.spoil(self, fault, response, self.server.stopping)

    do_GET = do_POST = do_DELETE = do_PATCH = do_PUT = _serve  # noqa: N815 - the standard library's names

    def reply(self, response: Response) -> None:
        """Send a whole answer."""
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        for name, value in response.headers.items():
            self.send_header(name, value)
        if self.close_connection:  # else a client may send its next request into the closing connection
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(response.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
        """Stay silent: paths carry numbers."""


__all__ = ["DIALECTS", "MockCarrier", "state"]
