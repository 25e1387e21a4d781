"""Services whose word is not enough: what must be seen besides Apprise's truth value before a message counts as sent.

* MQTT: Apprise asks for quality of service 0 and so reports success for what was only written to a socket; and it keeps
  knocking with a refused password from a thread of its own. We ask for an acknowledgement, note the broker's answer to the
  log-in, and hang up after each message.
* XMPP: Apprise reports success whenever the connection has ended without a refused password, so also when the server's
  certificate was not trusted and nothing was sent. A message counts only if a session was seen to begin.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

_xmpp = threading.Lock()
"""One XMPP message at a time: its library logs from threads that tell nothing of who asked."""

_SESSION = "Event triggered: session_start"
_REFUSED = "Event triggered: failed_auth"


def prepare(service: Any, plugin: str, url: str, read_seconds: float) -> None:
    """Give a service patience and certainty where its URL does not speak of them.

    Apprise waits 4 s for an answer: a slow server would deliver and be asked again.
    """
    query = url.partition("?")[2].lower()
    if "rto=" not in query:
        service.socket_read_timeout = min(read_seconds, 8.0) if plugin == "mqtt" else read_seconds
    if plugin == "xmpp" and "cto=" not in query:
        service.socket_connect_timeout = read_seconds
    if plugin == "mqtt" and "qos=" not in query:
        service.qos = 1


@contextlib.contextmanager
def watching(
    service: Any, plugin: str, lines: list[str], overhear: Callable[[list[str] | None], None]
) -> Iterator[None]:
    """Add to ``lines`` what the service's library answers from its own threads while a message is sent.

    ``overhear`` sets the list that receives what the XMPP library logs, None to stop.
    """
    match plugin:
        case "mqtt":
            client = service.client

            def answered(_client: Any, _data: Any, _flags: Any, code: Any, _properties: Any) -> None:
                if code.is_failure:
                    lines.append(f"ERROR: {code}")

            client.on_connect = answered
            try:
                yield
            finally:
                client.disconnect()
                client.loop_stop()
        case "xmpp":
            with _xmpp:
                overhear(lines)
                try:
                    yield
                finally:
                    overhear(None)
        case _:
            yield


def confirmed(plugin: str, lines: list[str], *, done: bool) -> bool:
    """Whether a success is one."""
    if plugin != "xmpp":
        return done
    if any(_REFUSED in line for line in lines):
        lines.append("ERROR: not authorized")
        return False
    return done and any(_SESSION in line for line in lines)


def reusable(plugin: str) -> bool:
    """Whether a service object may send again after it has sent, with its pause between two sends."""
    return plugin != "mqtt"
