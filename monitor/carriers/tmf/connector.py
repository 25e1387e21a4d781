"""The connector ``tmf``: asks every API the operator has, picks out each line's resources, makes readings."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from monitor.carriers import _access, _drift, _unheard, _values
from monitor.carriers._auth import Auth
from monitor.carriers._http import Http, Trouble
from monitor.carriers.tmf import apis
from monitor.carriers.tmf.asking import Asking
from monitor.carriers.tmf.client import Places
from monitor.carriers.tmf.together import Together
from monitor.core.reading import Failure, Reading
from monitor.core.words import FailureKind
from monitor.ports import Round, Vault, Watched


class Tmf:
    """TM Forum Open APIs. Lines with the same place and credentials are asked in one call."""

    passive = False

    def __init__(self, name: str = "tmf") -> None:
        self.name = name
        self._places = Places()
        self._drift = _drift.Drift(name)
        self._doors: dict[str, Http] = {}
        self._lock = threading.Lock()
        self._together: Together[Asking] = Together()
        self._long: set[str] = set()
        """Groups whose lists are too long to be read for one line."""

    def group(self, watched: Watched) -> str:
        """Lines of one operator and one set of credentials share their lists, unless a query names the number."""
        key = _access.group_key(watched, own=tuple(apis.OWN_OPTIONS))
        own_query = any("{number}" in v or "{digits}" in v for v in watched.access.options.values())
        return f"{key}:{watched.line.number}" if own_query else key

    def fetch(self, lines: Sequence[Watched], round_: Round) -> Mapping[str, Reading | Failure]:
        """Ask about lines of one group."""
        group = self.group(lines[0])
        try:
            if len(lines) == 1 and group not in self._long:
                ask = self._ask(lines, round_)
                if not ask.too_many:
                    return self._lines(ask, lines, round_)
                self._long.add(group)
            return self._from_lists(group, lines, round_)
        except Trouble as trouble:
            failure = trouble.failure(round_.now)
            return {w.line.name: failure for w in lines}
        except _values.Malformed as error:
            failure = Failure(round_.now, FailureKind.MALFORMED, str(error))
            return {w.line.name: failure for w in lines}

    def _from_lists(
        self, group: str, lines: Sequence[Watched], round_: Round
    ) -> Mapping[str, Reading | Failure]:
        left = _access.Left(round_.seconds)
        with self._together.turn(group, left()) as kept:
            rest = replace(round_, seconds=left())

            def listing() -> tuple[Asking, bool]:
                ask = self._ask(lines, rest, whole=True)
                return ask, not ask.troubled

            ask, new = kept.get(listing)
            if not new:
                ask.renew(left())
            return self._lines(ask, lines, round_, new=new)

    def _ask(self, lines: Sequence[Watched], round_: Round, *, whole: bool = False) -> Asking:
        ask = Asking(lines, round_, self._door(lines), self._places, alone=len(lines) == 1 and not whole)
        ask.everything()
        return ask

    def _lines(
        self, ask: Asking, lines: Sequence[Watched], round_: Round, *, new: bool = True
    ) -> Mapping[str, Reading | Failure]:
        host = urlsplit(next(iter(ask.prefixes.values()), "")).hostname or ""
        for name, items in ask.lists() if new else ():
            self._drift.note(f"{host}:{name}", items, round_.vault, round_.now)
        with _unheard.listening() as words:
            seen = {w.line.name: ask.line(w) for w in lines}
        self._drift.words(words, round_.vault, round_.now)
        return seen

    def unlock(self, watched: Watched, vault: Vault) -> None:
        """Allow logins again: a person has acted."""
        Auth(watched.access).unlock(vault)

    def _door(self, lines: Sequence[Watched]) -> Http:
        key = self.group(lines[0]) + ",".join(sorted(w.line.number for w in lines))
        with self._lock:
            if key not in self._doors:
                if len(self._doors) > 64:
                    self._doors.pop(next(iter(self._doors))).close()
                self._doors[key] = _access.http_for(lines)
            return self._doors[key]


def make(name: str) -> Tmf:
    """Return the connector."""
    return Tmf(name)
