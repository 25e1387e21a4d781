"""Faults of the network below HTTP: which failure kind each is, and in which sentence it is told."""

from __future__ import annotations

import socket
import ssl

from urllib3 import exceptions as u

from monitor.core.words import FailureKind

_TABLE: tuple[tuple[tuple[type[BaseException], ...], FailureKind, str], ...] = (
    ((ssl.SSLError, u.SSLError), FailureKind.TLS, "the encrypted connection failed"),
    ((u.IncompleteRead,), FailureKind.MALFORMED, "the answer was cut short"),
    ((u.DecodeError,), FailureKind.MALFORMED, "the answer's compression is broken"),
    ((u.ProxyError,), FailureKind.UNREACHABLE, "the proxy could not be used"),
    (
        (socket.gaierror, u.NameResolutionError),
        FailureKind.UNREACHABLE,
        "the host name could not be resolved",
    ),
    ((u.NewConnectionError,), FailureKind.UNREACHABLE, "the carrier's server could not be reached"),
    ((u.TimeoutError, TimeoutError), FailureKind.TIMEOUT, "there was no answer in time"),
    ((u.HTTPError, OSError), FailureKind.UNREACHABLE, "the connection to the carrier's server broke"),
)
"""First row that fits wins; requests wraps each of these once or twice."""


def kind_of(error: BaseException) -> tuple[FailureKind, str]:
    """Return the failure kind of whatever went wrong, with a sentence that names no address and no secret."""
    chain = _chain(error)
    for types, kind, sentence in _TABLE:
        if any(isinstance(link, types) for link in chain):
            why = next((m for link in chain if (m := getattr(link, "verify_message", ""))), "")
            return kind, f"{sentence} ({why})" if why else sentence
    return FailureKind.MALFORMED, f"the answer could not be read ({type(error).__name__})"


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    todo: list[object] = [error]
    while todo and len(chain) < 20:
        link = todo.pop(0)
        if isinstance(link, BaseException) and link not in chain:
            chain.append(link)
            todo += [getattr(link, "reason", None), link.__cause__, link.__context__, *link.args]
    return chain
