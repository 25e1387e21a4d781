"""The one door to the network: time-outs, a hard deadline, TLS, size caps, redirects, redaction, error → failure kind.

A connector asks with :meth:`Http.ask` and gets an :class:`Answer`, or one :class:`Trouble` that carries the kind of
failure and a sentence fit for people. Nothing else is ever raised, and nothing raised or returned shows a secret.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.exceptions import LocationParseError

from monitor.carriers import _deadline, _faults, _signs
from monitor.carriers._answer import Answer, Trouble, wanted_wait
from monitor.carriers._pools import POOLS, weak_context
from monitor.carriers._redact import Redactor
from monitor.core.words import FailureKind
from monitor.wiretap import overhear

__all__ = ["Answer", "Http", "Trouble", "Wire"]

CONNECT_SECONDS = 8.0
READ_SECONDS = 20.0
BODY_BYTES = 4 * 1024 * 1024
"""A longer answer is cut and refused; the largest honest page of bills seen is a tenth of it."""
_HOPS = 3
_AGENT = "billing-monitor (+https://pypi.org/project/billing-monitor/)"


@dataclass(frozen=True, slots=True)
class Wire:
    """How the network is reached; one value per line or account."""

    connect_seconds: float = CONNECT_SECONDS
    read_seconds: float = READ_SECONDS
    body_bytes: int = BODY_BYTES
    ca_file: str = ""
    """PEM file with the carrier's own authority; empty: the system's and ``REQUESTS_CA_BUNDLE``."""
    proxy: str = ""
    """``http://host:port`` for this carrier alone; empty: the environment's; ``none``: no proxy at all."""
    weak_tls_host: str = ""
    """One host whose old server needs TLS security level 0; certificates are still checked."""
    client_cert: str = ""
    """PEM file with certificate and key for mutual TLS."""


class Http:
    """A session with one carrier for one set of credentials. Environment and certificates are resolved once.

    Args:
        wire: how the network is reached.
        secrets: values that must not be printed; while there are any, nothing is sent to another host.
        numbers: phone numbers, printed masked.
    """

    def __init__(
        self, wire: Wire | None = None, *, secrets: Iterable[str] = (), numbers: Iterable[str] = ()
    ) -> None:
        self.wire = wire or Wire()
        self._secrets = tuple(s for s in secrets if s)
        self.redact = Redactor(self._secrets, numbers)
        self._proxies: dict[str, dict[str, str]] = {}
        self._session = _Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(
            DefaultCookiePolicy(allowed_domains=())
        )  # one line's cookies are not another's
        self._session.headers.update(
            {"User-Agent": _AGENT, "Accept": "application/json", "Accept-Encoding": "gzip, deflate"}
        )
        environment = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        self._verify: str | bool = self.wire.ca_file or environment or True
        plain = _Adapter(None)
        self._session.mount("https://", plain)
        self._session.mount("http://", plain)
        if self.wire.weak_tls_host:
            self._session.mount(f"https://{self.wire.weak_tls_host}", _Adapter(weak_context()))

    def protect(self, *secrets: str) -> None:
        """Hide further secrets, such as a token that was just fetched."""
        self._secrets = (*self._secrets, *(s for s in secrets if s and s not in self._secrets))
        self.redact.add(secrets)

    def ask(
        self,
        method: str,
        url: str,
        *,
        seconds: float,
        params: Mapping[str, str] | Sequence[tuple[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        json_body: object = None,
        form: Mapping[str, str] | None = None,
        raw: bytes | None = None,
        auth: tuple[str, str] | None = None,
        accept: frozenset[int] = frozenset(),
    ) -> Answer:
        """Send one request and read the whole answer within ``seconds``.

        Args:
            method: ``GET``, ``POST``, …
            url: absolute.
            seconds: hard limit from now to the last byte.
            params: query.
            headers: added to the session's.
            json_body: sent as JSON.
            form: sent as a form.
            raw: sent as it is; its type belongs into ``headers``.
            auth: (user, password) for HTTP Basic.
            accept: statuses beside 2xx that the caller wants to see.

        Raises:
            Trouble: anything else than such an answer.
        """
        if seconds <= 0:
            raise Trouble(FailureKind.TIMEOUT, f"no time was left to ask {self.redact.url(url)}")
        try:
            request = requests.Request(
                method,
                url,
                params=params,
                headers=dict(headers or {}),
                json=json_body,
                data=form if raw is None else raw,
                auth=auth,
            )
            prepared = self._session.prepare_request(request)
        except (requests.RequestException, ValueError, LocationParseError):
            raise Trouble(
                FailureKind.UNSUPPORTED, f"{self.redact.url(url)} is not a URL that can be asked"
            ) from None
        with _deadline.deadline(seconds) as limit:
            for _ in range(_HOPS):
                answer = self._send(prepared, limit)
                if answer.status not in {301, 302, 303, 307, 308}:
                    return self._judge(answer, accept)
                prepared = self._follow(prepared, answer)
        raise Trouble(FailureKind.MALFORMED, f"{self.redact.url(url)} redirects in a circle")

    def _send(self, prepared: requests.PreparedRequest, limit: _deadline.Deadline) -> Answer:
        url = prepared.url or ""
        shown = self.redact.url(url)
        wait = (min(self.wire.connect_seconds, limit.left), min(self.wire.read_seconds, limit.left))
        try:
            response = self._session.send(
                prepared,
                stream=True,
                allow_redirects=False,
                timeout=wait,
                verify=self._verify,
                cert=self.wire.client_cert or None,
                proxies=self._proxies_for(url),
            )
            with response:
                body = self._read(response, limit, shown)
                headers = {k.lower(): v for k, v in response.headers.items()}
                cookies = {c.name: c.value or "" for c in response.cookies}
                overhear(
                    prepared.method or "",
                    shown,
                    response.status_code,
                    lambda: self.redact(body.decode("utf-8", "replace")),
                )
                return Answer(response.status_code, shown, headers, body, cookies)
        except Trouble:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a foreign server provokes becomes a failure kind
            if limit.over:
                raise Trouble(FailureKind.TIMEOUT, f"{shown} did not answer in time") from None
            kind, sentence = _faults.kind_of(error)
            raise Trouble(kind, f"{shown}: {sentence}") from None

    def _read(self, response: requests.Response, limit: _deadline.Deadline, shown: str) -> bytes:
        cap = self.wire.body_bytes
        declared = response.headers.get("Content-Length", "")
        if declared.isdigit() and int(declared) > cap:
            raise Trouble(
                FailureKind.MALFORMED, f"{shown} announced {declared} bytes; more than {cap} are refused"
            )
        parts: list[bytes] = []
        size = 0
        for part in response.raw.stream(65536, decode_content=True):
            size += len(part)
            if size > cap:
                raise Trouble(
                    FailureKind.MALFORMED, f"{shown} sent more than {cap} bytes; the rest is refused"
                )
            if limit.over:
                raise Trouble(FailureKind.TIMEOUT, f"{shown} did not finish its answer in time")
            parts.append(part)
        return b"".join(parts)

    def _follow(self, prepared: requests.PreparedRequest, answer: Answer) -> requests.PreparedRequest:
        here = prepared.url or ""
        try:
            there = urljoin(here, answer.headers.get("location", ""))
            old, new = urlsplit(here), urlsplit(there)
            ports = _port(old), _port(new)
        except ValueError:
            what = f"{answer.url} redirects to something that is no address"
            raise Trouble(FailureKind.MALFORMED, what, answer=answer) from None
        if _signs.is_login_path(new.path) and not _signs.is_login_path(old.path):
            raise Trouble(
                FailureKind.AUTH, f"{answer.url} redirects to its login page: the session has ended"
            )
        private = bool(
            self._secrets or prepared.headers.keys() & {"Authorization", "Cookie"} or prepared.body
        )
        same = old.hostname == new.hostname and (ports[0] == ports[1] or ports == (80, 443))
        if (
            new.scheme not in {"http", "https"}
            or (private and not same)
            or (old.scheme, new.scheme) == ("https", "http")
        ):
            message = (
                f"{answer.url} redirects to {self.redact(new.hostname or 'nowhere')}; not followed, since the "
                "credentials would go along. If that is the carrier's new address, put it into the settings"
            )
            raise Trouble(FailureKind.MALFORMED, message, answer=answer)
        if prepared.method not in {"GET", "HEAD"}:
            raise Trouble(FailureKind.MALFORMED, f"{answer.url} redirects a {prepared.method}; not followed")
        moved = prepared.copy()
        moved.url = there
        return moved

    def _judge(self, answer: Answer, accept: frozenset[int]) -> Answer:
        if 200 <= answer.status < 300 or answer.status in accept:
            return answer
        kind, what = _signs.of_status(answer.status, answer.body)
        wait = wanted_wait(answer.headers)
        if answer.status == 503 and wait is not None:
            kind = FailureKind.MAINTENANCE
        raise Trouble(kind, f"{answer.url} answered {answer.status}: {what}", retry_after=wait, answer=answer)

    def _proxies_for(self, url: str) -> dict[str, str]:
        if self.wire.proxy:
            return {} if self.wire.proxy == "none" else {"http": self.wire.proxy, "https": self.wire.proxy}
        host = urlsplit(url).netloc
        if host not in self._proxies:
            self._proxies[host] = dict(get_environ_proxies(url, no_proxy=None))
        return self._proxies[host]

    def close(self) -> None:
        """Release the connections."""
        self._session.close()


def _port(url: SplitResult) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


class _Session(requests.Session):
    """Looks at no redirect by itself: it would read the body of one without any limit."""

    def resolve_redirects(self, *_: Any, **__: Any) -> Iterator[Any]:
        return iter(())


class _Adapter(HTTPAdapter):
    """Pools whose connections the deadline can cut; optionally with a TLS context of its own."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self._context = context
        super().__init__(pool_connections=4, pool_maxsize=8, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        if self._context is not None:
            kwargs["ssl_context"] = self._context
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        if self._context is not None:
            kwargs["ssl_context"] = self._context
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = POOLS
        return manager
