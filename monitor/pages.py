"""Watched official pages: what changed, with a kept copy as proof; gone pages are "source lost", never "changed".

Only hosts of the rulebook's allow-list are asked. A finding becomes an event of every line whose rules it concerns.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from monitor.carriers._http import Http, Trouble
from monitor.carriers._signs import of_page
from monitor.core import terms
from monitor.core.decide import Decision, decide
from monitor.core.reading import Event
from monitor.core.state import LineState
from monitor.core.words import FailureKind
from monitor.guides.links import official_url
from monitor.ports import Planned, Store, Watched
from monitor.rulebook import Rulebook

log = logging.getLogger(__name__)

EVERY = timedelta(hours=12)
"""How often a page is looked at."""
LOST_AFTER = timedelta(days=3)
"""A page that only fails (not 404) is lost after so long."""
_SECONDS = 30.0
_COUNTERS = re.compile(
    r"(?:访问|浏览|阅读|点击|visits?|views?|hits?)\D{0,6}\d+|^\d{1,2}:\d{2}(?::\d{2})?$", re.IGNORECASE
)
_DROP = "script, style, noscript, template, nav, header, footer, iframe, svg, form"


@dataclass(frozen=True, slots=True)
class Page:
    """One page, and whom it concerns."""

    name: str
    url: str
    rules: str = ""
    """Rulebook entry whose lines it concerns; empty: all lines."""
    province: str = ""


@dataclass
class Seen:
    """What is kept of a page between two looks."""

    text: str = ""
    sha256: str = ""
    at: str = ""
    lost: bool = False
    failing_since: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look brought."""

    page: Page
    what: str
    """``first``, ``same``, ``changed``, ``lost``, ``back`` or ``trouble``."""
    diff: tuple[str, ...] = ()
    effective_on: date | None = None
    copy: str = ""
    """File of the kept copy; its name begins with the page's SHA-256."""
    detail: str = ""

    def event(self, now: datetime) -> Event | None:
        """Return what the lines hear of it, or None."""
        match self.what:
            case "changed":
                came = [row[2:] for row in self.diff if row.startswith("+")] or [row[2:] for row in self.diff]
                facts = {
                    "summary": f"{self.page.name}: " + " · ".join(came)[:220],
                    "effective_on": self.effective_on.isoformat() if self.effective_on else None,
                    "province": self.page.province or None,
                    "url": self.page.url,
                    "copy": self.copy,
                }
                return Event(now, "policy", None, json.dumps(facts, ensure_ascii=False))
            case "lost":
                facts = {
                    "summary": f"{self.page.name}: {self.page.url}",
                    "province": self.page.province or None,
                }
                return Event(now, "source_lost", None, json.dumps(facts, ensure_ascii=False))
            case _:
                return None


@dataclass
class Pages:
    """The pages under watch. State and copies are files below ``folder``.

    Args:
        pages: what to look at; one that is on no official host is refused.
        folder: where copies are kept.
        book: the allow-list of hosts.
        fetch: returns a page's body; raises :class:`Trouble`.
    """

    pages: Sequence[Page]
    folder: Path
    book: Rulebook
    fetch: Callable[[str], bytes] = field(default_factory=lambda: _fetch)

    def look(self, now: datetime, *, force: bool = False) -> list[Finding]:
        """Look at every page that is due; the outcome of each. Never raises."""
        return [self._look(page, now) for page in self.pages if force or self._due(page, now)]

    def _due(self, page: Page, now: datetime) -> bool:
        at = self._load(page).at
        return not at or now - datetime.fromisoformat(at) >= EVERY

    def _look(self, page: Page, now: datetime) -> Finding:
        if not official_url(self.book, page.url):
            return Finding(page, "trouble", detail="its host is on no list of official hosts")
        kept = self._load(page)
        first = not kept.text
        kept.at = now.isoformat()
        try:
            body = self.fetch(page.url)
            text = extract(body)
        except Trouble as trouble:
            return self._failed(page, kept, trouble, now)
        stand_in = _stand_in(body, text)
        if stand_in is not None:
            return self._failed(page, kept, stand_in, now)
        back, kept.lost, kept.failing_since = kept.lost, False, ""
        digest = hashlib.sha256(body).hexdigest()
        diff = tuple(terms.text_diff(kept.text, text)) if not first else ()
        if diff or first:
            kept.text, kept.sha256 = text, digest
        self._save(page, kept)
        if first or not diff:
            what = "first" if first else "back" if back else "same"
            copy = self._keep(page, body, digest) if first else ""
            return Finding(page, what, copy=copy)
        came = "\n".join(row[2:] for row in diff if row.startswith("+"))
        effective = terms.effective_day(came, now.date())
        return Finding(page, "changed", diff, effective, self._keep(page, body, digest))

    def _failed(self, page: Page, kept: Seen, trouble: Trouble, now: datetime) -> Finding:
        gone = trouble.kind is FailureKind.NOT_FOUND
        since = datetime.fromisoformat(kept.failing_since) if kept.failing_since else now
        kept.failing_since = since.isoformat()
        lost = (gone or now - since >= LOST_AFTER) and not kept.lost
        kept.lost = kept.lost or lost
        self._save(page, kept)
        return Finding(page, "lost" if lost else "trouble", detail=trouble.message)

    def _file(self, page: Page) -> Path:
        return self.folder / f"{page.name}.json"

    def _load(self, page: Page) -> Seen:
        try:
            found = json.loads(self._file(page).read_text("utf-8"))
            return Seen(**found)
        except (OSError, ValueError, TypeError):
            return Seen()

    def _save(self, page: Page, kept: Seen) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._file(page).with_suffix(".new")
        draft.write_text(json.dumps(asdict(kept), ensure_ascii=False), "utf-8")
        os.replace(draft, self._file(page))  # noqa: PTH105 - one call that is atomic

    def _keep(self, page: Page, body: bytes, digest: str) -> str:
        """Keep a copy whose content its name proves: ``<page>-<sha256>.html.gz``."""
        file = self.folder / f"{page.name}-{digest}.html.gz"
        if not file.exists():
            file.write_bytes(gzip.compress(body, mtime=0))
        return file.name


def drop_copies(folder: Path, before: datetime) -> int:
    """Remove kept copies older than an instant, save the newest of each page; return how many."""
    newest: set[str] = set()
    gone = 0
    for file in sorted(folder.glob("*-*.html.gz"), key=lambda f: f.stat().st_mtime, reverse=True):
        page = file.name.rpartition("-")[0]
        if page in newest and file.stat().st_mtime < before.timestamp():
            file.unlink(missing_ok=True)
            gone += 1
        newest.add(page)
    return gone


_GONE = re.compile(r"页面(?:不存在|找不到|已删除)|您访问的页面|\b404\b|page not found", re.IGNORECASE)
_SHORT = 600


def _stand_in(body: bytes, text: str) -> Trouble | None:
    """What came in place of the page, with status 200: nothing, "not found", a firewall or maintenance page."""
    if not text.strip():
        return Trouble(FailureKind.MALFORMED, "the page holds no text")
    if len(text) >= _SHORT:
        return None
    if _GONE.search(text):
        return Trouble(FailureKind.NOT_FOUND, "the page says that it is gone")
    kind, what = of_page(body.decode("utf-8", "replace"))
    blocked = kind in (FailureKind.BLOCKED, FailureKind.MAINTENANCE) or b"acw_sc__v2" in body
    return Trouble(FailureKind.BLOCKED, f"{what} came in its place") if blocked else None


def concerns(page: Page, watched: Watched) -> bool:
    """Whether a page is about a line's carrier; the province is looked at by the decision."""
    return not page.rules or page.rules in watched.rules.chain or page.rules == watched.rules.entry


def extract(body: bytes) -> str:
    """Return the text of a page or feed, one block a line, without menus, scripts and visitor counters."""
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - needed only where pages are watched

    text = body.decode("utf-8", "replace")
    if "\ufffd" in text and (b"gb2312" in body[:2000].lower() or b"gbk" in body[:2000].lower()):
        text = body.decode("gb18030", "replace")
    feed = text.lstrip()[:200].lower()
    tree = LexborHTMLParser(text)
    if "<rss" in feed or "<feed" in feed:
        rows = [node.text(strip=True) for node in tree.css("title, pubdate, updated, description, summary")]
        return _rows(rows)
    for node in tree.css(_DROP):
        node.decompose()
    best = tree.css_first("main") or tree.css_first("article") or tree.body
    return _rows(best.text(separator="\n", strip=True).split("\n")) if best is not None else ""


def _rows(rows: Sequence[str]) -> str:
    kept = (row.strip() for row in rows)
    return "\n".join(row for row in kept if row and not _COUNTERS.search(row))


def _fetch(url: str) -> bytes:
    http = Http()
    try:
        return http.ask(
            "GET", url, seconds=_SECONDS, headers={"Accept": "text/html, application/xml;q=0.9, */*;q=0.5"}
        ).body
    finally:
        http.close()


def events(
    findings: Sequence[Finding], watched: Mapping[str, Watched], now: datetime
) -> list[tuple[str, Event]]:
    """Return which line hears what."""
    return [
        (name, event)
        for finding in findings
        if (event := finding.event(now)) is not None
        for name, one in watched.items()
        if concerns(finding.page, one)
    ]


Router = Callable[[Watched, LineState, Decision, datetime], Sequence[Planned]]


def report(
    findings: Sequence[Finding], store: Store, watched: Mapping[str, Watched], route: Router, now: datetime
) -> None:
    """Let the lines that a finding concerns hear of it: event, decision and notices in one transaction a line."""
    for name, event in events(findings, watched, now):
        one = watched[name]

        def change(
            state: LineState, one: Watched = one, event: Event = event
        ) -> tuple[LineState, Sequence[Planned]]:
            decision = decide(one.line, one.rules, state, event, now)
            return decision.state, route(one, state, decision, now)

        store.update(name, change, now, event)
    for finding in findings:
        if finding.what == "trouble":
            log.warning("page %s: %s", finding.page.name, finding.detail)
