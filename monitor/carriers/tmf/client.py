"""Asking TM Forum collections: where they are, page by page, with a token that may have to be renewed once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from monitor.carriers import _values
from monitor.carriers._auth import Auth, Proof
from monitor.carriers._http import Answer, Http, Trouble
from monitor.carriers.tmf.apis import Api
from monitor.core.words import FailureKind
from monitor.ports import Round

Resource = Mapping[str, Any]

PAGE = 100
PAGES_ALONE = 20
"""Pages read for one line alone: whoever has more resources sets an id or a query."""
PAGES = 2000
ABSENT_FOR = timedelta(hours=24)
"""How long an API that was not there is not looked for again."""


class TooMany(Trouble):
    """A list is too long to be read for the one line that is asked about."""


class Places:
    """Which prefix each API was found under; remembered while the process lives."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], str] = {}
        self._absent: dict[tuple[str, str], datetime] = {}

    def candidates(self, base: str, api: Api, now: datetime) -> tuple[str, ...]:
        """Return the prefixes to try, none if the API was found absent lately."""
        key = (base, api.name)
        if key in self._found:
            return (self._found[key],)
        absent = self._absent.get(key)
        if absent is not None and now - absent < ABSENT_FOR:
            return ()
        return tuple(base.rstrip("/") + prefix for prefix in api.prefixes)

    def found(self, base: str, api: Api, prefix: str) -> None:
        """Remember where it is."""
        self._found[base, api.name] = prefix
        self._absent.pop((base, api.name), None)

    def absent(self, base: str, api: Api, now: datetime) -> None:
        """Remember that it is nowhere."""
        self._found.pop((base, api.name), None)
        self._absent[base, api.name] = now


class Client:
    """One round of asking one operator with one set of credentials."""

    def __init__(self, http: Http, auth: Auth, round_: Round, left: Callable[[], float]) -> None:
        self._http, self._auth, self._round, self._left = http, auth, round_, left
        self._proof: Proof | None = None
        self._dead: dict[str, Trouble] = {}
        self.pages_of = PAGES

    def pages(self, prefix: str, api: Api, query: str = "", size: int = PAGE) -> list[Resource]:
        """Read a whole collection.

        Raises:
            Trouble: as the door does.
            Malformed: the answer is no list of objects.
        """
        url = f"{prefix.rstrip('/')}/{api.resource}"
        base = parse_qsl(query, keep_blank_values=True)
        found: list[Resource] = []
        seen: set[str] = set()
        for _ in range(self.pages_of):
            answer = self._ask(url, [*base, ("offset", str(len(found))), ("limit", str(size))])
            data = answer.json()
            got = _values.records(data, f"{api.resource} list")
            fresh = [item for item in got if (key := str(item.get("id"))) == "None" or key not in seen]
            if not fresh:  # the server takes no offset and repeats itself
                return found
            seen |= {str(item.get("id")) for item in fresh}
            found += fresh
            if not _more(answer, len(found), len(got), size, single=isinstance(data, dict)):
                return found
        message = f"{self._http.redact.url(url)} lists more than {len(found)} resources; set an id or a query"
        raise TooMany(FailureKind.UNSUPPORTED, message)

    def one(self, prefix: str, api: Api, id_: str) -> Resource | None:
        """Read one resource, or None when there is no such one.

        Raises:
            Trouble: as the door does, but for 404.
            Malformed: the answer is no object.
        """
        try:
            data = self._ask(f"{prefix.rstrip('/')}/{api.resource}/{quote(id_, safe='')}", []).json()
        except Trouble as trouble:
            if trouble.absent:
                return None
            raise
        return _values.record(data, f"{api.resource} {id_}") or None

    def _ask(self, url: str, params: Iterable[tuple[str, str]]) -> Answer:
        host = urlsplit(url).netloc
        if host in self._dead:
            raise self._dead[host]
        query = list(params)
        try:
            try:
                return self._send(url, query)
            except Trouble as trouble:
                if trouble.kind is not FailureKind.AUTH or not (self._proof and self._proof.renewable):
                    raise
                self._auth.forget(self._round)
                self._proof = None
                return self._send(url, query)
        except Trouble as trouble:
            if trouble.kind in {
                FailureKind.TIMEOUT,
                FailureKind.UNREACHABLE,
                FailureKind.TLS,
                FailureKind.RATE_LIMITED,
                FailureKind.BLOCKED,
            } and (trouble.answer is None or trouble.answer.status == 429):
                self._dead[host] = trouble  # asking its other APIs would only cost time, or patience
            raise

    def _send(self, url: str, query: list[tuple[str, str]]) -> Answer:
        if self._proof is None:
            self._proof = self._auth.proof(self._http, self._round, self._left)
        proof = self._proof
        return self._http.ask(
            "GET", url, seconds=self._left(), params=query, headers=proof.headers, auth=proof.basic
        )


def _more(answer: Answer, found: int, got: int, size: int, *, single: bool) -> bool:
    """Whether another page is to be asked for. A total below what is already here is not believed."""
    if single:
        return False
    total = answer.headers.get("x-total-count", "")
    if total.isdigit() and int(total) > 0:
        return int(total) > found
    return answer.status == 206 or got >= size
