"""Carriers' own words and what they mean, read from ``words.toml`` and from presets."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from monitor.carriers import _unheard, _values
from monitor.core.words import Cause, Status


@cache
def _tables() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def table(name: str) -> Mapping[str, str]:
    """Return one table of ``words.toml``."""
    return _tables()[name]


def meaning(raw: object, name: str, where: str) -> str | None:
    """Return what a raw word means, None when it is missing or unknown; an unknown one is logged once.

    Raises:
        Malformed: not a word at all.
    """
    said = _values.text(raw, where)
    if said is None:
        return None
    found = table(name).get(_values.word(said))
    if found is None:
        _unheard.note(where, said)
    return found


def status(raw: object, name: str, where: str) -> Status | None:
    """Return the status a raw word means, None when it is missing or not known.

    Raises:
        Malformed: not a word at all.
    """
    found = meaning(raw, name, where)
    return None if found is None else Status(found)


def split(entry: str) -> tuple[Status, Cause | None]:
    """Read a map entry ``"suspended"`` or ``"suspended/credit_control"``.

    Raises:
        ValueError: not words of the contract.
    """
    status_word, _, cause_word = entry.partition("/")
    return Status(status_word.strip()), Cause(cause_word.strip()) if cause_word else None


def cause(entry: str) -> Cause:
    """Read a cause word.

    Raises:
        ValueError: not a word of the contract.
    """
    return Cause(entry.strip())


def normal(raw: object) -> str:
    """Normalise a raw word for a table."""
    return _values.word(raw)
