"""A served surface over a real store, with one notice told to ann about her line and one of bob's line."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import unquote, urlencode, urlsplit

import pytest
from starlette.types import ASGIApp, Message

from monitor.answering import Answers
from monitor.core.line import Line
from monitor.core.notice import Notice, Why
from monitor.core.people import Addressees, ChannelFacts, Contact, People
from monitor.core.state import Episode, LineState
from monitor.core.words import Kind, Severity
from monitor.ports import Planned, Watched
from monitor.store import SqlStore, open_store
from monitor.web.pages import Reader
from monitor.web.server import Server
from monitor.web.site import Hook, Site, build

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def notice(line: str) -> Notice:
    return Notice(line, NOW, Kind.LOW_BALANCE, Severity.WARNING, "likely", "money-1", Why("run_out"))


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Answer:
    status: int
    text: str
    headers: dict[str, str]


@dataclass
class Surface:
    """The served surface, its store, and a client."""

    store: SqlStore
    answers: Answers
    clock: Clock
    app: ASGIApp
    address: str = ""
    """Where it is served over a real socket; empty: asked in the process."""
    taken: list[bytes] = field(default_factory=list)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        form = urlencode(body).encode() if isinstance(body, dict) else body
        if not self.address:
            return asyncio.run(_in_process(self.app, method, path, form or b"", headers or {}))
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=10)
        try:
            connection.request(method, path, form, headers or {})
            got = connection.getresponse()
            found = {k.lower(): v for k, v in got.getheaders()}
            return Answer(got.status, got.read().decode(), found)
        finally:
            connection.close()

    def link(self, action: str = "answer", line: str = "home", channel: str = "push") -> str:
        links = dict(self.answers.links(notice(line), channel, self.clock()))
        return urlsplit(links[action]).path

    def queued(self, line: str = "home") -> dict[str, str]:
        row = self.store.notice(notice(line).id)
        assert row is not None
        return {channel: str(state) for channel, state, *_ in row.deliveries}

    def told(self, line: str = "home") -> list[str]:
        row = self.store.notice(notice(line).id)
        assert row is not None
        return [f"{action} by {by}" for _, action, by in row.answers]


async def _in_process(app: ASGIApp, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
    bare, _, query = path.partition("?")
    sent: list[Message] = []
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": unquote(bare), "query_string": query.encode(),
        "headers": [(k.lower().encode(), v.encode()) for k, v in ({"Content-Length": str(len(body))} | headers).items()],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "root_path": "",
    }  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start = next(m for m in sent if m["type"] == "http.response.start")
    text = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body").decode()
    return Answer(start["status"], text, {k.decode().lower(): v.decode() for k, v in start["headers"]})


@pytest.fixture
def surface(tmp_path: Path) -> Iterator[Surface]:
    store = open_store(f"sqlite:///{tmp_path / 'web.db'}")
    people = People(
        tuple(ChannelFacts(n) for n in ("push", "mail", "bobs", "boss")),
        (
            Contact("ann", ("push", "mail"), "en", "Asia/Shanghai"),
            Contact("bob", ("bobs",), "zh-CN"),
            Contact("chief", ("boss",)),
        ),
    )
    watched = {
        "home": Watched(Line("home", "tmf", "+8613812348000"), to=Addressees(contacts=("ann",), escalate_to=("chief",))),
        "office": Watched(Line("office", "tmf", "+8613912349000"), to=Addressees(contacts=("bob",))),
    }  # fmt: skip
    store.sync_lines(watched, NOW)
    for name, channels in (("home", ("mail", "push")), ("office", ("bobs",))):
        episode = Episode("money-1", "money", NOW, Kind.LOW_BALANCE, Severity.WARNING)
        planned = [Planned(notice(name), channel, NOW) for channel in channels]
        if name == "home":
            planned.append(Planned(notice(name), "boss", NOW + 4 * HOUR, escalation=True))
        store.update(name, lambda _, e=episode, p=planned: (LineState(episodes=(e,)), p), NOW)  # type: ignore[misc]  # bound now
    clock, taken = Clock(), list[bytes]()
    answers = Answers(store, watched, people, public_url="https://phone.example.org/", secret="s" * 32)

    def take(body: bytes, kind: str) -> bool:
        taken.append(body)
        return kind == "text/plain"

    site = Site(
        answers=lambda: answers,
        sentence=lambda n, contact: f"{n.line}: pay by Thursday ({contact}) <b>&",
        reader=lambda contact: Reader(people.contact(contact).language or "en", "Asia/Shanghai"),  # type: ignore[union-attr]  # they exist
        health=lambda: (not store.outbox_age(clock()), {"problems": []}),
        clock=clock,
        hooks={"sms": Hook("hook-token", take)},
        max_body=2048,
        max_per_minute=40,
    )
    yield Surface(store, answers, clock, build(site), taken=taken)
    store.close()


@pytest.fixture
def served(surface: Surface) -> Iterator[Surface]:
    """The same over a real socket."""
    server = Server(surface.app, "127.0.0.1:0")
    server.start()
    surface.address = server.address
    yield surface
    server.close()


@pytest.fixture
def store_for_site(tmp_path: Path) -> Iterator[SqlStore]:
    store = open_store(f"sqlite:///{tmp_path / 'site.db'}")
    yield store
    store.close()
