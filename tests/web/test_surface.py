"""Caps, headers, hooks, health, and the published description."""

from __future__ import annotations

import re
import socket
import stat
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import HOUR, Surface

from monitor.answering import Answers
from monitor.core.people import People
from monitor.store import SqlStore
from monitor.web.openapi import describe
from monitor.web.pages import CSS, POLICY, Reader
from monitor.web.server import Server
from monitor.web.site import Site, build


def test_a_large_body_is_refused_whether_or_not_it_says_so(served: Surface) -> None:
    assert served.ask("POST", served.link(), b"x" * 4096).status == 413
    host = urlsplit(served.address)
    with socket.create_connection((host.hostname or "", host.port or 0), timeout=10) as raw:
        raw.sendall(
            b"POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" % served.link().encode()
        )
        for _ in range(4):
            raw.sendall(b"400\r\n" + b"x" * 1024 + b"\r\n")
        assert raw.recv(4096).startswith(b"HTTP/1.1 413")


def test_a_client_that_asks_too_often_is_asked_to_wait(surface: Surface) -> None:
    statuses = [surface.ask("GET", "/openapi.json").status for _ in range(41)]
    assert statuses == [200] * 40 + [429]
    assert int(surface.ask("GET", "/a/x").headers["retry-after"]) in range(1, 61)
    other = {"X-Forwarded-For": "203.0.113.9"}
    assert surface.ask("GET", "/openapi.json", headers=other).status == 200


def test_every_answer_is_sealed(served: Surface) -> None:
    for path in (served.link(), "/a/x", "/nowhere", "/healthz", "/openapi.json"):
        headers = served.ask("GET", path).headers
        assert headers["content-security-policy"] == POLICY
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers


def test_a_page_loads_nothing_and_runs_nothing(surface: Surface) -> None:
    page = surface.ask("GET", surface.link()).text
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=", page)
    assert f"<style>{CSS}</style>" in page


def test_a_hook_takes_what_carries_its_token(surface: Surface) -> None:
    right = {"Authorization": "Bearer hook-token", "Content-Type": "text/plain"}
    assert surface.ask("POST", "/hooks/sms", b"hello", right).status == 204
    assert surface.ask("POST", "/hooks/sms", b"?", right | {"Content-Type": "image/png"}).status == 422
    assert surface.ask("POST", "/hooks/sms", b"hello", {"Authorization": "Bearer no"}).status == 401
    assert surface.ask("POST", "/hooks/sms", b"hello").status == 401
    assert surface.ask("POST", "/hooks/mail", b"hello", right).status == 404
    assert surface.taken == [b"hello", b"?"]


def test_health_fails_when_something_does_not_advance(surface: Surface) -> None:
    surface.clock.now -= HOUR
    assert surface.ask("GET", "/healthz").status == 200
    surface.clock.now += 2 * HOUR
    failing = surface.ask("GET", "/healthz")
    assert failing.status == 503
    assert '"status":"failing"' in failing.text


def test_the_description_names_every_route_and_no_other(surface: Surface) -> None:
    served = surface.ask("GET", "/openapi.json")
    document = describe("0")
    assert served.status == 200
    for path, item in document["paths"].items():
        known = {m.upper() for m in item if m != "parameters"}
        for method in ("GET", "POST", "PUT", "DELETE"):
            status = surface.ask(method, re.sub(r"\{\w+\}", "x", path)).status
            assert (status == 405) is (method not in known), (method, path)


@pytest.mark.parametrize(
    "path", ["/", "/a", "/a/x/y", "/hooks", "/../etc/passwd", "/a/%00", "/a/" + "x" * 4000]
)
def test_an_address_that_does_not_exist_says_so(surface: Surface, path: str) -> None:
    assert surface.ask("GET", path).status == 404


def test_a_failure_inside_tells_the_client_nothing(tmp_path: Path, store_for_site: SqlStore) -> None:
    def broken() -> tuple[bool, dict[str, object]]:
        raise RuntimeError("the password is hunter2")

    site = Site(
        answers=lambda: Answers(store_for_site, {}, People()),
        sentence=lambda _n, _c: "",
        reader=lambda _: Reader(),
        health=broken,
        clock=lambda: None,  # type: ignore[arg-type,return-value]  # never asked
    )
    path = tmp_path / "web.sock"
    server = Server(build(site), f"unix:{path}")
    server.start()
    try:
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        with socket.socket(socket.AF_UNIX) as raw:
            raw.settimeout(10)
            raw.connect(str(path))
            raw.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            answer = b"".join(iter(lambda: raw.recv(4096), b""))
        assert answer.startswith(b"HTTP/1.1 500")
        assert b"hunter2" not in answer
    finally:
        server.close()
    assert not path.exists()


def test_an_address_that_is_taken_is_an_error_and_not_a_silence(served: Surface) -> None:
    with pytest.raises(OSError, match="in use"):
        Server(served.app, urlsplit(served.address).netloc)
