"""From a line's settings to a way to ask: network options, secrets, and which lines share one call."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from monitor.carriers._http import Http, Wire
from monitor.clock import monotonic
from monitor.ports import Access, Watched

NETWORK_OPTIONS: Mapping[str, str] = {
    "ca_file": "PEM file with the carrier's own certificate authority",
    "client_cert": "PEM file with certificate and key for mutual TLS",
    "proxy": "http://host:port for this line alone, or none; empty is the environment's",
    "weak_tls_host": "one host whose old server needs TLS security level 0",
    "auth": "none, basic, bearer, api_key or oauth2; told from the credentials when empty",
    "api_key_header": "header that carries TOKEN (auth api_key)",
    "token_url": "OAuth2 token endpoint; USERNAME and PASSWORD are client id and secret",
    "scope": "OAuth2 scope",
    "audience": "OAuth2 audience",
    "token_auth": "OAuth2: basic or post",
    "login_minutes": "at most one login in so many minutes (60)",
    "login_failures": "refused logins in a row after which a person must act (5)",
}
"""Options that every connector over HTTP knows."""

SECRET_OPTIONS = ("secret", "password", "token", "key", "cookie", "pin")


class Left:
    """What is left of a round, in seconds."""

    __slots__ = ("_ends",)

    def __init__(self, seconds: float) -> None:
        self._ends = monotonic() + seconds

    def anew(self, seconds: float) -> None:
        """Begin another round."""
        self._ends = monotonic() + seconds

    def __call__(self) -> float:
        """Return the seconds left; may be negative."""
        return self._ends - monotonic()


def http_for(lines: Sequence[Watched]) -> Http:
    """Open the door for lines of one group."""
    access = lines[0].access
    option = access.options.get
    wire = Wire(
        ca_file=option("ca_file", ""),
        proxy=option("proxy", ""),
        weak_tls_host=option("weak_tls_host", ""),
        client_cert=option("client_cert", ""),
    )
    return Http(wire, secrets=secrets_of(access), numbers=[w.line.number for w in lines])


def secrets_of(access: Access) -> list[str]:
    """Return every value of an access that must not be printed."""
    named = [v for k, v in access.options.items() if k.endswith(SECRET_OPTIONS)]
    return [s for s in (access.token, access.password, access.username, *named) if s]


def group_key(watched: Watched, *, own: Sequence[str] = ()) -> str:
    """Name what lines share when one call may serve them all: place, credentials and options but for ``own`` ones."""
    access = watched.access
    options = sorted((k, v) for k, v in access.options.items() if k not in own)
    seed = repr((access.url, access.token, access.username, access.password, options))
    return hashlib.sha256(seed.encode()).hexdigest()[:16]
