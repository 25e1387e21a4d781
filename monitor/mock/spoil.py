"""Spoilt answers, byte by byte, as they come from carriers on bad days."""

from __future__ import annotations

import gzip
import json
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler
from typing import Any

from monitor.mock.faults import Fault, FaultKind
from monitor.mock.web import Response

_LOGIN = (
    "<!DOCTYPE html><html><head><title>登录 / Sign in</title></head><body><form action='/login' method='post'>"
    "<input name='user'><input type='password' name='password'><button>Log in</button></form></body></html>"
)
_CAPTCHA = (
    "<html><body><h1>Attention Required!</h1><div class='g-recaptcha'>安全验证:请拖动滑块</div></body></html>"
)
_MAINTENANCE = "<html><body><h1>系统维护中 / Scheduled maintenance</h1></body></html>"
_STATUS = {
    FaultKind.HTTP_400: 400,
    FaultKind.HTTP_401: 401,
    FaultKind.HTTP_403: 403,
    FaultKind.HTTP_404: 404,
    FaultKind.HTTP_429: 429,
    FaultKind.HTTP_500: 500,
    FaultKind.HTTP_501: 501,
    FaultKind.HTTP_503: 503,
}
_PAGES = {FaultKind.LOGIN_PAGE: _LOGIN, FaultKind.CAPTCHA: _CAPTCHA, FaultKind.MAINTENANCE: _MAINTENANCE}
_HUGE_BYTES = 100 * 1024 * 1024
ELSEWHERE = "http://elsewhere.invalid/account"
"""Where the redirect fault points to."""


def spoil(handler: BaseHTTPRequestHandler, fault: Fault, good: Response, stopping: threading.Event) -> None:
    """Send a spoilt form of a good answer, or nothing."""
    kind = fault.kind
    if kind in _STATUS:
        headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        error = json.dumps(
            {"code": str(_STATUS[kind]), "reason": kind.name, "status": str(_STATUS[kind])}
        ).encode()
        _send(handler, _STATUS[kind], error, "application/json", **headers)
        return
    if kind in _PAGES:
        _send(handler, 200, _PAGES[kind].encode(), "text/html; charset=utf-8")
        return
    match kind:
        case FaultKind.REDIRECT:
            _send(handler, 302, b"", "text/plain", Location=ELSEWHERE)
        case FaultKind.LOGIN_REDIRECT:
            _send(handler, 302, b"", "text/plain", Location="/login?next=account")
        case FaultKind.GARBAGE:
            _send(handler, 200, b'{"balance": 12.3, <<<\x00\xff', "application/json")
        case FaultKind.EMPTY:
            _send(handler, 200, b"", "application/json")
        case FaultKind.NULLS | FaultKind.STRINGS:
            changed = _replace(json.loads(good.body or b"null"), nulls=kind is FaultKind.NULLS)
            _send(handler, good.status, json.dumps(changed).encode(), good.content_type, **good.headers)
        case FaultKind.BOMB:
            _send(handler, 200, _bomb(), "application/json", **{"Content-Encoding": "gzip"})
        case _:
            _break(handler, kind, good, stopping)


@cache
def _bomb() -> bytes:
    packer = gzip.compress(b"0" * (_HUGE_BYTES // 100), 9)
    return packer * 100  # members in a row are one stream


def _break(
    handler: BaseHTTPRequestHandler, kind: FaultKind, good: Response, stopping: threading.Event
) -> None:
    """Answers that end otherwise than HTTP intends; the connection is not used again."""
    handler.close_connection = True
    match kind:
        case FaultKind.SLOW:
            _head(handler, len(good.body) + 1000)
            for i in range(len(good.body) + 1000):
                if stopping.wait(0.2):
                    return
                handler.wfile.write(good.body[i : i + 1] or b" ")
                handler.wfile.flush()
        case FaultKind.HANG:
            stopping.wait(600)
        case FaultKind.TRUNCATED:
            _head(handler, max(20, len(good.body)))
            handler.wfile.write(good.body[: len(good.body) // 2])
        case FaultKind.HUGE:
            handler.send_response(200)  # no length: only counting while reading helps
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Connection", "close")
            handler.end_headers()
            chunk = b'"' + b"9" * 65535
            for _ in range(_HUGE_BYTES // len(chunk)):
                if stopping.is_set():
                    return
                handler.wfile.write(chunk)
        case _:
            handler.connection.close()


def _head(handler: BaseHTTPRequestHandler, length: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(length))
    handler.end_headers()


def _send(handler: BaseHTTPRequestHandler, status: int, body: bytes, kind: str, /, **headers: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def _replace(value: Any, *, nulls: bool) -> Any:
    if isinstance(value, dict):
        return {k: _replace(v, nulls=nulls) for k, v in value.items()}
    if isinstance(value, list):
        return [_replace(v, nulls=nulls) for v in value]
    if nulls:
        return None
    return "string" if isinstance(value, str) else value if isinstance(value, bool) else -3.402823669209385e38
