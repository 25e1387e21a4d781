"""The pages: one template, words in each language, no script, nothing loaded from elsewhere."""

from __future__ import annotations

import hashlib
import tomllib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel.dates import format_date
from jinja2 import Environment, StrictUndefined

from monitor.answering import Answered, Shown
from monitor.core.ack import Action, Refusal
from monitor.core.words import Severity

LANGUAGES = ("en", "zh-CN")
_HERE = files("monitor.web")
CSS = "".join((_HERE / "templates" / "page.css").read_text(encoding="utf-8").split("\n"))
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(hashlib.sha256(CSS.encode()).digest()).decode()}'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No script, no picture, no frame; the one style sheet by its hash."""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a page is written."""

    language: str = "en"
    timezone: str = "UTC"

    def instant(self, at: datetime) -> str:
        """Write an instant in the reader's time zone and language, as the messages do."""
        local, words = at.astimezone(ZoneInfo(self.timezone)), _words(self.language)["date"]
        day = format_date(local.date(), words["day"], locale=self.language.replace("-", "_"))
        return words["when"].format(day=day, clock=f"{local:%H:%M}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One button."""

    action: str
    done: bool


def offer(shown: Shown, sentence: str, reader: Reader) -> str:
    """Return the page that asks for an answer."""
    words, notice = _words(reader.language), shown.row.notice
    only = shown.grant.action
    actions = list(Action) if only is None else [only]
    facts = [(words["page"]["told"], reader.instant(notice.at))]
    if notice.line:
        facts.insert(0, (words["page"]["line"], notice.line))
    mood = notice.severity if notice.severity in (Severity.WARNING, Severity.CRITICAL) else ""
    choices = [Choice(a, a in shown.done) for a in actions]
    return _page(reader, sentence, mood=mood, facts=facts, choices=choices)


def thanks(answered: Answered, reader: Reader) -> str:
    """Return the page after an answer."""
    words = _words(reader.language)
    name = str(answered.action)
    if answered.action is Action.NOT_MINE and not answered.others_told:
        name = "not_mine_nobody"
    until = reader.instant(answered.until) if answered.until else ""
    return _page(
        reader, words["action"][answered.action], words["done"][name].replace("{until}", until), mood="good"
    )


def refused(reason: Refusal, reader: Reader) -> str:
    """Return the page of a link that is not accepted."""
    words = _words(reader.language)["refused"]
    if reason is Refusal.USED:
        return _page(reader, words["used_head"], words["used"], mood="good")
    return _page(reader, words.get(f"{reason}_head", words["head"]), words[reason])


def missing(reader: Reader) -> str:
    """Return the page of an address that does not exist."""
    words = _words(reader.language)["missing"]
    return _page(reader, words["head"], words["text"])


def preferred(accept_language: str) -> str:
    """Return the language that a browser asks for, as far as we speak it."""
    wanted = [part.partition(";")[0].strip().lower() for part in accept_language.split(",")]
    return next((("zh-CN" if w.startswith("zh") else "en") for w in wanted if w[:2] in ("zh", "en")), "en")


def _page(
    reader: Reader,
    head: str,
    text: str = "",
    *,
    mood: str = "",
    facts: Sequence[tuple[str, str]] = (),
    choices: Sequence[Choice] = (),
) -> str:
    template = _environment().from_string(_template())
    return template.render(
        language=reader.language,
        w=_words(reader.language),
        css=CSS,
        head=head,
        text=text,
        mood=mood,
        facts=facts,
        choices=choices,
    )


@cache
def _words(language: str) -> dict[str, dict[str, str]]:
    name = language if language in LANGUAGES else "en"
    found: dict[str, dict[str, str]] = tomllib.loads(
        (_HERE / "words" / f"{name}.toml").read_text(encoding="utf-8")
    )
    return found


@cache
def _template() -> str:
    return (_HERE / "templates" / "page.html.j2").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
