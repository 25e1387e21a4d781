"""What stands before every request: a cap on bodies, a cap on requests per client, and headers that let nothing leak."""

from __future__ import annotations

import json
from collections import OrderedDict, deque
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.clock import monotonic

_CLIENTS = 10_000
"""Clients whose requests are remembered; the one unheard of longest is forgotten first."""
_MINUTE_SECONDS = 60.0
_LOCAL = {"", "127.0.0.1", "::1"}


class _TooLargeError(Exception):
    pass


class Guard:
    """ASGI middleware.

    Args:
        app: what is guarded.
        max_body: bytes.
        max_per_minute: requests of one client.
        policy: the Content-Security-Policy of the pages.
        seconds: a clock that only goes forward.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_body: int,
        max_per_minute: int,
        policy: str,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._app, self._max_body, self._max_per_minute = app, max_body, max_per_minute
        self._policy, self._seconds = policy, seconds
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it with 413 or 429."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def sealed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._seal(MutableHeaders(raw=message["headers"]))
            await send(message)

        wait = self._wait(client_of(scope))
        if wait:
            await _refuse(sealed, 429, "too many requests; try again in a minute", wait)
            return
        if int(Headers(scope=scope).get("content-length") or 0) > self._max_body:
            await _refuse(sealed, 413, f"the request is larger than {self._max_body} bytes")
            return
        try:
            await self._app(scope, self._counted(receive), sealed)
        except _TooLargeError:
            if not started:
                await _refuse(sealed, 413, f"the request is larger than {self._max_body} bytes")

    def _counted(self, receive: Receive) -> Receive:
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._max_body:
                raise _TooLargeError
            return message

        return counted

    def _wait(self, client: str) -> int:
        """Return for how many seconds a client has to wait; 0: none."""
        now = self._seconds()
        hits = self._seen.setdefault(client, deque(maxlen=self._max_per_minute))
        self._seen.move_to_end(client)
        while len(self._seen) > _CLIENTS:
            self._seen.popitem(last=False)
        if len(hits) == self._max_per_minute and now - hits[0] < _MINUTE_SECONDS:
            return max(1, int(_MINUTE_SECONDS - (now - hits[0])))
        hits.append(now)
        return 0

    def _seal(self, headers: MutableHeaders) -> None:
        headers["Cache-Control"] = "no-store"
        headers["Content-Security-Policy"] = self._policy
        headers["Referrer-Policy"] = "no-referrer"
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Robots-Tag"] = "noindex, nofollow"


def client_of(scope: Scope) -> str:
    """Return who asks: the peer, or, behind a proxy on this machine, the last address that the proxy added."""
    peer = scope.get("client")
    host = peer[0] if peer else ""
    if host in _LOCAL:
        forwarded = Headers(scope=scope).get("x-forwarded-for", "")
        return forwarded.rpartition(",")[2].strip() or host
    return str(host)


async def _refuse(send: Send, status: int, message: str, retry_after: int = 0) -> None:
    body = json.dumps({"error": message}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if retry_after:
        headers.append((b"retry-after", str(retry_after).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
