"""The catalogue of one language: sentences and layouts, the owner's own files before the shipped ones.

A language is a folder with a ``words.toml`` (every sentence, each a Jinja template) and, if it wants, layouts of its own
beside the common ones in ``layout/``. The owner's folder has the same shape and overrides file by file; of its
``words.toml`` only the sentences that it holds. Whatever is broken there falls back to ours, and is told.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment, Template

log = logging.getLogger(__name__)

LANGUAGES = ("en", "zh-CN")
_SHIPPED = files("monitor.messages")
_BASE = "en"


def languages() -> tuple[str, ...]:
    """Every language that is shipped: every folder with a ``words.toml``."""
    found = (f.name for f in _SHIPPED.iterdir() if f.is_dir() and f.joinpath("words.toml").is_file())
    return tuple(sorted(found))


class Words:
    """Sentences and layouts of one language.

    Args:
        language: one of :func:`languages`; an unknown one speaks English.
        folder: the owner's folder of templates, or None.
    """

    def __init__(self, language: str, folder: Path | None = None) -> None:
        self.language = language if language in languages() else _BASE
        self.folder = folder
        self.problems: list[str] = []
        """What could not be used of the owner's folder, one sentence each, for the log and ``doctor``."""
        self._ours = _read(self.language)
        self._theirs = self._own_words()
        self._compiled: dict[tuple[str, str, bool], Template | None] = {}
        self._layouts: dict[tuple[str, bool], Template | None] = {}

    def table(self, name: str) -> Mapping[str, str]:
        """Return one plain table, such as ``language``, the owner's entries over ours."""
        return _table(self._ours, name) | _table(self._theirs, name)

    def has(self, table: str, key: str) -> bool:
        """Whether there is such a sentence."""
        return key in _table(self._ours, table)

    def say(self, table: str, key: str, context: Mapping[str, Any], speech: Mapping[str, Any]) -> str:
        """Render one sentence; a broken one of the owner's falls back to ours.

        Raises:
            KeyError: there is no such sentence in this language.
        """
        for own in (True, False):
            template = self._sentence(table, key, own=own)
            if template is None:
                continue
            try:
                return " ".join(template.render(context, **speech).split())
            except Exception as e:
                if not own:
                    raise
                self._tell(f"{self.language}/words.toml: [{table}] {key} cannot be used: {e}")
                self._compiled[table, key, True] = None
        raise KeyError(f"no sentence [{table}] {key} in {self.language}")

    def lay_out(self, layout: str, context: Mapping[str, Any]) -> str:
        """Render a layout, ``notice.html.j2``; a broken one of the owner's falls back to ours."""
        for own in (True, False):
            template = self._layout(layout, own=own)
            if template is None:
                continue
            try:
                return template.render(context).strip() + "\n"
            except Exception as e:
                if not own:
                    raise
                self._tell(f"{layout} cannot be used: {e}")
                self._layouts[layout, True] = None
        raise KeyError(f"no layout {layout}")

    def _sentence(self, table: str, key: str, *, own: bool) -> Template | None:
        place = (table, key, own)
        if place not in self._compiled:
            source = _table(self._theirs if own else self._ours, table).get(key)
            self._compiled[place] = self._compile(source, f"[{table}] {key}", own=own)
        return self._compiled[place]

    def _layout(self, layout: str, *, own: bool) -> Template | None:
        place = (layout, own)
        if place not in self._layouts:
            self._layouts[place] = self._compile(
                self._layout_source(layout, own=own), layout, own=own, markup=".html." in layout
            )
        return self._layouts[place]

    def _layout_source(self, layout: str, *, own: bool) -> str | None:
        for place in (self.language, "layout"):
            if own:
                path = self.folder / place / layout if self.folder else None
                if path is not None and path.is_file():
                    return path.read_text(encoding="utf-8")
            elif (shipped := _SHIPPED.joinpath(place, layout)).is_file():
                return shipped.read_text(encoding="utf-8")
        return None

    def _compile(self, source: str | None, name: str, *, own: bool, markup: bool = False) -> Template | None:
        if source is None:
            return None
        try:
            return _environment(markup=markup).from_string(source)
        except Exception as e:
            if not own:
                raise
            self._tell(f"{name} cannot be used: {e}")
            return None

    def _own_words(self) -> Mapping[str, Any]:
        path = self.folder / self.language / "words.toml" if self.folder else None
        if path is None or not path.is_file():
            return {}
        try:
            theirs = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as e:
            self._tell(f"{path.name} of {self.language} cannot be read: {e}")
            return {}
        for table, key in _names(theirs):
            if key not in _table(self._ours, table):
                self._tell(
                    f"{self.language}/words.toml: [{table}] {key} is no sentence of ours and is never used"
                )
        return theirs

    def _tell(self, problem: str) -> None:
        self.problems.append(problem)
        log.warning("message templates: %s; the shipped one is used", problem)


@cache
def shipped(language: str) -> Words:
    """Return the shipped catalogue of a language, compiled once."""
    return Words(language)


def _names(words: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in words.items():
        if isinstance(value, dict):
            yield from _names(value, f"{above}.{key}" if above else key)
        else:
            yield above, key


def _table(words: Mapping[str, Any], name: str) -> dict[str, str]:
    """Return the strings of a table; ``kind.low_balance`` is a table in a table."""
    found: Any = words
    for part in name.split("."):
        found = found.get(part, {}) if isinstance(found, dict) else {}
    return {k: v for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}


@cache
def _read(language: str) -> Mapping[str, Any]:
    return tomllib.loads(_SHIPPED.joinpath(language, "words.toml").read_text(encoding="utf-8"))


def sentences(language: str) -> set[tuple[str, str]]:
    """Return the names of every sentence that a language has: (table, key)."""
    return set(_names(_read(language)))


@cache
def _environment(*, markup: bool) -> Environment:
    from jinja2 import StrictUndefined  # noqa: PLC0415 - not before the first message
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    environment = ImmutableSandboxedEnvironment(
        autoescape=markup, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {name: _later(name) for name in FILTERS}
    environment.filters["upper_first"] = lambda text: str(text)[:1].upper() + str(text)[1:]
    return environment


FILTERS = (
    *("money", "day", "clock", "when", "short", "ago", "left", "span", "hours", "days"),
    *("status", "cause", "failure", "sms", "severity", "answer", "said"),
)
"""What a sentence may do with a value, see :class:`monitor.messages.speech.Speech`."""


def _later(name: str) -> Any:
    """A filter that asks the context who is speaking: one compiled template serves every reader."""
    from jinja2 import pass_context  # noqa: PLC0415
    from jinja2.runtime import Context  # noqa: PLC0415

    @pass_context
    def speak(context: Context, value: Any) -> str:
        return str(context["speak"](name, value))

    return speak
