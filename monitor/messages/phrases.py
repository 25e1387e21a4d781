"""Sentences that are made deep inside in English (findings, faults, a channel's verdict), said in another language.

A language's ``phrases.toml`` holds them by their English: ``{name}`` is a hole whose content stays as it is, ``{name*}``
one whose content is itself such a sentence, ``{name#}`` a whole number. What has no translation stays English: said is better than swallowed.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

_HOLE = re.compile(r"\{(\w+)([*#]?)\}")
_NUMBER, _ANYTHING = r"\d+", r".+?"


class Phrases:
    """Says in one language what was said in English.

    Args:
        language: ``en`` leaves everything as it is, as does one without a table.
    """

    def __init__(self, language: str) -> None:
        self._exact: dict[str, str] = {}
        self._holed: list[tuple[re.Pattern[str], frozenset[str], str]] = []
        known = table(language)
        for english in sorted(known, key=lambda text: -len(_HOLE.sub("", text))):
            holes = _HOLE.findall(english)
            if not holes:
                self._exact[english] = known[english]
                continue
            deeper = frozenset(name for name, kind in holes if kind == "*")
            self._holed.append((_pattern(english), deeper, known[english]))

    def __call__(self, english: str) -> str:
        """Return a sentence in this language, or as it came."""
        if english in self._exact:
            return self._exact[english]
        for pattern, deeper, said in self._holed:
            found = pattern.fullmatch(english)
            if found is not None:
                parts = {k: self(v) if k in deeper else v for k, v in found.groupdict().items()}
                return said.format_map(parts)
        return english


@cache
def phrases(language: str) -> Phrases:
    """Return the phrases of a language, read once."""
    return Phrases(language)


def table(language: str) -> dict[str, str]:
    """Return what a language has: English to its own."""
    place = files("monitor.messages").joinpath(language, "phrases.toml")
    if not place.is_file():
        return {}
    tables: dict[str, dict[str, str]] = tomllib.loads(place.read_text(encoding="utf-8"))
    return {english: said for part in tables.values() for english, said in part.items()}


def _pattern(english: str) -> re.Pattern[str]:
    parts, at = [], 0
    for hole in _HOLE.finditer(english):
        parts += [
            re.escape(english[at : hole.start()]),
            f"(?P<{hole[1]}>{_NUMBER if hole[2] == '#' else _ANYTHING})",
        ]
        at = hole.end()
    return re.compile("".join(parts) + re.escape(english[at:]), re.DOTALL)
