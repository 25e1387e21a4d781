"""The dead man's switch: an address outside is asked only while polls and deliveries succeed. When it falls silent, it alarms.

The convention is that of healthchecks.io and its kin: the address itself for "all is well", ``/fail`` with the reasons
as a body, ``/start`` at the start of the daemon. One that knows no ``/fail`` simply misses its ping, which is as good.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit, urlunsplit

from monitor.carriers._http import Http, Trouble

log = logging.getLogger(__name__)

_SECONDS = 15.0


Ping = Callable[[str, str], bool]
"""Sends a few words to an address; raises nothing. True: it answered well."""


class Heartbeat:
    """Pings one address.

    Args:
        url: as given by the service; it holds a secret and is never logged.
        ping: how it is asked.
    """

    def __init__(self, url: str, ping: Ping | None = None) -> None:
        self._url, self._ping = url, ping or _over_the_door(url)
        self._failing = self._started = False

    def beat(self, problems: Sequence[str]) -> bool:
        """Say that all is well, or what is not; at first, that the daemon has started. Returns whether it was heard."""
        if not self._started:
            self._started = self._ping(_below(self._url, "start"), "start")
        url = _below(self._url, "fail") if problems else self._url
        heard = self._ping(url, "\n".join(problems) or "ok")
        if heard is self._failing:
            log.log(
                logging.INFO if heard else logging.WARNING,
                "heartbeat: the address outside %s",
                "answers again" if heard else "does not answer; it will raise its alarm if this lasts",
            )
        self._failing = not heard
        return heard


def _below(url: str, word: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{word}"))


def _over_the_door(url: str) -> Ping:
    http = Http(secrets=(url, urlsplit(url).path))

    def ping(where: str, said: str) -> bool:
        try:
            http.ask("POST", where, seconds=_SECONDS, form={"said": said})
        except Trouble as trouble:
            log.debug("heartbeat: %s", trouble.kind)
            return False
        return True

    return ping
