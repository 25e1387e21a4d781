"""The one door to the network: what it lets in, for how long, and what it never shows."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from contracts.cases import CASES, Case
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from servers.bench import Bench, bench, handler, serving

from monitor.carriers._answer import wanted_wait
from monitor.carriers._http import Answer, Http, Trouble, Wire
from monitor.clock import monotonic
from monitor.core.reading import Failure, Reading
from monitor.core.words import FailureKind

SECRET = "s3cret-token-value"


@pytest.fixture
def box() -> Iterator[Bench]:
    with bench("tmf") as opened:
        yield opened


def get(url: str, http: Http | None = None, seconds: float = 5, **more: Any) -> Answer:
    return (http or Http(Wire())).ask("GET", url, seconds=seconds, **more)


def trouble(url: str, http: Http | None = None, seconds: float = 5, **more: Any) -> Trouble:
    with pytest.raises(Trouble) as caught:
        get(url, http, seconds, **more).json()
    return caught.value


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine that no authority has signed, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "carrier")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


@contextmanager
def https(box: Bench, certificate: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def wrap(sock: socket.socket) -> socket.socket:
        return context.wrap_socket(sock, server_side=True)

    with serving(lambda: handler(box), wrap=wrap) as server:
        yield f"https://127.0.0.1:{server.server_port}"


SIMPLE = [case for case in CASES if "{here}" not in str(case.given)]


@pytest.mark.parametrize("case", SIMPLE, ids=str)
def test_a_certificate_nobody_signed_is_refused_and_one_we_trust_is_not(
    case: Case, certificate: Path
) -> None:
    box = Bench(case.carrier)
    box.answers = dict(case.answers)
    with https(box, certificate) as url:
        refused = box.ask(url, **case.given)
        assert isinstance(refused, Failure)
        assert refused.kind is FailureKind.TLS
        box.vault.kept.clear()
        assert isinstance(box.ask(url, **case.given, ca_file=str(certificate)), Reading)


@pytest.mark.parametrize("case", SIMPLE, ids=str)
def test_ipv6_is_a_way_like_any_other(case: Case) -> None:
    box = Bench(case.carrier)
    box.answers = dict(case.answers)
    with serving(lambda: handler(box), host="::1") as server:
        assert isinstance(box.ask(f"http://[::1]:{server.server_port}", **case.given), Reading)


@pytest.mark.parametrize("case", SIMPLE, ids=str)
def test_a_proxy_is_used_when_it_is_set(case: Case, box: Bench) -> None:
    box.answers = dict(case.answers)
    other = Bench(case.carrier)
    seen = other.ask("http://carrier.invalid", **case.given, proxy=box.url)
    assert isinstance(seen, Reading)
    assert box.asked[0][1].startswith("http://carrier.invalid/")


def test_the_environments_proxy_is_used_and_none_switches_it_off(
    box: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.answers["/x"] = {}
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    assert trouble(f"{box.url}/x").kind is FailureKind.UNREACHABLE
    assert get(f"{box.url}/x", Http(Wire(proxy="none"))).status == 200
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert get(f"{box.url}/x").status == 200


def test_a_body_without_end_is_cut_at_the_cap(box: Bench) -> None:
    box.answers["/x"] = (200, {}, b'"' + b"9" * 5000 + b'"')
    assert trouble(f"{box.url}/x", Http(Wire(body_bytes=1000))).kind is FailureKind.MALFORMED


def test_a_drip_cannot_hold_us_past_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        started = monotonic()
        found = trouble(f"http://127.0.0.1:{server.getsockname()[1]}/x", seconds=0.3)
        assert found.kind is FailureKind.TIMEOUT
        assert monotonic() - started < 5


@pytest.mark.parametrize(
    ("credentials", "kind"), [({}, None), ({"Authorization": "x"}, FailureKind.MALFORMED)]
)
def test_a_redirect_to_another_host_is_followed_only_without_credentials(
    credentials: dict[str, str], kind: FailureKind | None, box: Bench
) -> None:
    with bench("tmf") as there:
        there.answers["/new"] = {"moved": True}
        elsewhere = there.url.replace("127.0.0.1", "localhost")
        box.answers["/old"] = (302, {"Location": f"{elsewhere}/new"}, b"")
        if kind is None:
            assert get(f"{box.url}/old").json() == {"moved": True}
        else:
            assert trouble(f"{box.url}/old", headers=credentials).kind is kind
            assert there.asked == []


def test_a_redirect_within_the_host_is_followed_and_a_circle_is_not(box: Bench) -> None:
    box.answers |= {"/a": (301, {"Location": "/b"}, b""), "/b": [1], "/c": (302, {"Location": "/c"}, b"")}
    http = Http(secrets=[SECRET])
    assert get(f"{box.url}/a", http).json() == [1]
    assert trouble(f"{box.url}/c", http).kind is FailureKind.MALFORMED


WAITS: list[tuple[dict[str, str], timedelta | None]] = [
    ({"retry-after": "120"}, timedelta(seconds=120)),
    ({"retry-after": "0"}, None),
    ({"retry-after": "soon"}, None),
    ({"retry-after": "99999999999"}, None),
    ({"retry-after": "864000"}, timedelta(days=1)),
    ({"x-ratelimit-reset": "30"}, timedelta(seconds=30)),
    (
        {"retry-after": "Mon, 23 Nov 2026 09:05:00 GMT", "date": "Mon, 23 Nov 2026 09:00:00 GMT"},
        timedelta(minutes=5),
    ),
    ({"retry-after": "Mon, 23 Nov 2026 08:00:00 GMT", "date": "Mon, 23 Nov 2026 09:00:00 GMT"}, None),
    ({"x-ratelimit-reset": "1795424700", "date": "Mon, 23 Nov 2026 09:00:00 GMT"}, timedelta(seconds=300)),
    ({}, None),
]


@pytest.mark.parametrize(("headers", "wait"), WAITS)
def test_the_carriers_wish_to_wait_is_read(headers: dict[str, str], wait: timedelta | None) -> None:
    assert wanted_wait(headers) == wait


def test_no_error_shows_a_secret_or_a_full_number(box: Bench) -> None:
    http = Http(secrets=[SECRET], numbers=["+8613812348000"])
    url = f"{box.url}/lines/+8613812348000/{SECRET}?token={SECRET}&msisdn=13812348000"
    said = str(trouble(url, http))
    assert SECRET not in said
    assert "13812348000" not in said
    assert "+86138****8000" in said
    dead = str(trouble(f"http://user:{SECRET}@127.0.0.1:9/x", http))
    assert SECRET not in dead


def test_cookies_of_one_answer_do_not_ride_on_the_next(box: Bench) -> None:
    box.answers["/x"] = (200, {"Set-Cookie": "sid=abc; Path=/"}, {})
    http = Http()
    assert get(f"{box.url}/x", http).cookies == {"sid": "abc"}
    get(f"{box.url}/x", http)
    assert "cookie" not in box.asked[-1][2]


PAGES = [
    (b"<html><form><input type=password></form>", FailureKind.AUTH),
    ("<html>请输入验证码</html>".encode(), FailureKind.BLOCKED),
    ("<html>系统维护中</html>".encode("gb18030"), FailureKind.MAINTENANCE),
    (b"<html>hello</html>", FailureKind.MALFORMED),
    (b"", FailureKind.MALFORMED),
    (b"[1,", FailureKind.MALFORMED),
    (b"NaN", FailureKind.MALFORMED),
    (b"[" * 100_000, FailureKind.MALFORMED),
    (b"9" * 10_000, FailureKind.MALFORMED),
]


@pytest.mark.parametrize(("body", "kind"), PAGES)
def test_what_is_no_data_is_told_by_its_signs(body: bytes, kind: FailureKind, box: Bench) -> None:
    kind_of_page = "text/html; charset=gb18030" if b"\xcf" in body else "text/html"
    box.answers["/x"] = (200, {"Content-Type": kind_of_page}, body)
    assert trouble(f"{box.url}/x").kind is kind


def test_numbers_keep_every_digit(box: Bench) -> None:
    box.answers["/x"] = (200, {}, b'{"a": 0.10, "b": 12345678901234567890.123456789}')
    assert json.dumps({k: str(v) for k, v in get(f"{box.url}/x").json().items()}) == (
        '{"a": "0.10", "b": "12345678901234567890.123456789"}'
    )
