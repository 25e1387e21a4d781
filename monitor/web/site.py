"""The routes. GET shows, POST acts; whatever is refused is refused politely, and recorded where it was tried."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from monitor.answering import Answers, Shown
from monitor.core.ack import Action, Refusal
from monitor.core.notice import Notice
from monitor.web import pages
from monitor.web.guard import Guard
from monitor.web.openapi import describe

log = logging.getLogger(__name__)

_STATUS = {
    Refusal.FORGED: 404,
    Refusal.EXPIRED: 410,
    Refusal.OVER: 410,
    Refusal.USED: 409,
    Refusal.UNCHOSEN: 400,
}


@dataclass(frozen=True, slots=True)
class Hook:
    """Where another service hands something over."""

    token: str = field(repr=False)
    """Asked for as ``Authorization: Bearer …``."""
    take: Callable[[bytes, str], bool]
    """Given body and content type. False: not understood."""
    check: Callable[[Mapping[str, str], bytes, str, str], tuple[int, str]] | None = None
    """Given headers, body, content type and query: a hook that checks its callers itself (signed requests) and asks for
    no token. Returns the HTTP status and a reason fit for the caller."""


@dataclass(frozen=True)
class Site:
    """What the surface needs; each is looked up anew for every request, so that a reload is seen."""

    answers: Callable[[], Answers]
    sentence: Callable[[Notice, str], str]
    """A notice in one sentence, for a contact."""
    reader: Callable[[str], pages.Reader]
    """Language and time zone of a contact; of the house for the empty name."""
    health: Callable[[], tuple[bool, dict[str, Any]]]
    clock: Callable[[], datetime]
    hooks: Mapping[str, Hook] = field(default_factory=dict)
    version: str = "0"
    max_body: int = 65_536
    max_per_minute: int = 120


def build(site: Site) -> Starlette:
    """Return the ASGI application."""
    routes = _Routes(site)
    return Starlette(
        routes=[
            Route("/a/{token}", routes.show, methods=["GET"]),
            Route("/a/{token}", routes.use, methods=["POST"]),
            Route("/hooks/{name}", routes.hook, methods=["POST"]),
            Route("/hooks/{name}/{key}", routes.hook, methods=["POST"]),
            Route("/hooks/{name}/{key}/listener/{event}", routes.hook, methods=["POST"]),
            Route("/healthz", routes.health, methods=["GET"]),
            Route("/openapi.json", routes.openapi, methods=["GET"]),
        ],
        middleware=[
            Middleware(Guard, max_body=site.max_body, max_per_minute=site.max_per_minute, policy=pages.POLICY)
        ],
        exception_handlers={HTTPException: _http_error, Exception: _broken},
    )


class _Routes:
    """What each address does."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def show(self, request: Request) -> Response:
        found = self._site.answers().look(request.path_params["token"], self._site.clock())
        if isinstance(found, Refusal):
            return _refusal(found, _stranger(request))
        contact = found.grant.contact
        sentence = self._site.sentence(found.row.notice, contact)
        return HTMLResponse(pages.offer(found, sentence, self._site.reader(contact)))

    async def use(self, request: Request) -> Response:
        action = _action(await request.body())
        return await run_in_threadpool(self._use, request, action)

    def _use(self, request: Request, action: Action | None) -> Response:
        token, now = request.path_params["token"], self._site.clock()
        used = self._site.answers().use(token, action, now)
        if isinstance(used, Refusal):
            return _refusal(used, _stranger(request))
        shown = self._site.answers().look(token, now)
        contact = shown.grant.contact if isinstance(shown, Shown) else ""
        return HTMLResponse(pages.thanks(used, self._site.reader(contact)))

    async def hook(self, request: Request) -> Response:
        found = self._site.hooks.get(request.path_params["name"])
        if found is None:
            return JSONResponse({"error": "there is no such hook"}, 404)
        if found.check is not None:
            kind, query = request.headers.get("content-type", ""), request.url.query
            if "key" in request.path_params:
                query = urlencode({"key": request.path_params["key"]})
            body = await request.body()
            status, reason = await run_in_threadpool(found.check, dict(request.headers), body, kind, query)
            return JSONResponse({"error": reason} if status >= 400 else {"said": reason}, status)
        given = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
        if not hmac.compare_digest(given, found.token.encode()):
            return JSONResponse(
                {"error": "the token is missing or wrong"}, 401, {"WWW-Authenticate": "Bearer"}
            )
        kind = request.headers.get("content-type", "")
        if await run_in_threadpool(found.take, await request.body(), kind):
            return Response(status_code=204)
        return JSONResponse({"error": "not understood"}, 422)

    def health(self, _: Request) -> Response:
        good, facts = self._site.health()
        return JSONResponse({"status": "ok" if good else "failing"} | facts, 200 if good else 503)

    def openapi(self, _: Request) -> Response:
        return JSONResponse(describe(self._site.version))


def _action(body: bytes) -> Action | None:
    wanted = parse_qs(body.decode("utf-8", "replace")).get("action", [""])[0]
    return Action(wanted) if wanted in set(Action) else None


def _stranger(request: Request) -> pages.Reader:
    return pages.Reader(pages.preferred(request.headers.get("accept-language", "")))


def _refusal(reason: Refusal, reader: pages.Reader) -> Response:
    return HTMLResponse(pages.refused(reason, reader), _STATUS[reason])


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return HTMLResponse(pages.missing(_stranger(request)), 404)
    headers = error.headers if isinstance(error, HTTPException) else None
    detail = error.detail if isinstance(error, HTTPException) else "error"
    return JSONResponse({"error": detail}, status, dict(headers or {}))


def _broken(_: Request, error: Exception) -> Response:
    log.error("a request failed: %s", type(error).__name__)
    return JSONResponse({"error": "it failed here; the log says why. Waiting may help"}, 500)
