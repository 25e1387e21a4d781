"""Whether each key of a preset file holds the kind of value that it is for: told with its name, before anything is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from monitor.carriers.http_json.spec import Auth, Page, Step

_TABLES = ("auth", "select", "names", "words", "errors")
_LISTS = ("needs", "negate", "absolute", "redact")
AUTH_KINDS = ("", "none", "basic", "bearer", "header", "query", "oauth2", "token", "cookie")


def sound(data: Mapping[str, Any], faults: list[str]) -> dict[str, Any]:
    """Return a file's data without what is of the wrong kind; each of that is a fault."""
    kept = dict(data)
    for key in (*_TABLES, *_LISTS, "step"):
        if key not in data:
            continue
        value, table = data[key], key in _TABLES
        if table and not isinstance(value, Mapping):
            faults.append(f"{key}: write it as a table, [{key}]")
            del kept[key]
        elif key == "step" and not (isinstance(value, list) and all(isinstance(s, Mapping) for s in value)):
            faults.append("step: write each request as [[step]]")
            del kept[key]
        elif key in _LISTS and not (
            isinstance(value, list | tuple) and all(isinstance(s, str) for s in value)
        ):
            faults.append(f'{key}: write a list of words, {key} = ["…"]')
            del kept[key]
    return kept


def part(kind: type[Auth | Page | Step], raw: object, where: str, faults: list[str]) -> dict[str, Any]:
    """Return what a part of a preset is made from; keys nobody knows and values of the wrong kind are faults."""
    if not isinstance(raw, Mapping):
        faults.append(f"{where}: write it as a table")
        return {}
    known = {f.name: str(f.type) for f in fields(kind)}
    faults += [f"{where}: unknown key {key}" for key in raw if key not in known]
    made: dict[str, Any] = {}
    for key, value in raw.items():
        if key in known:
            try:
                made[key] = _as(known[key], key, value)
            except (TypeError, ValueError):
                faults.append(f"{where}.{key}: {value!r} is not {_NAMES.get(known[key], 'a table of words')}")
    if kind is Auth and made.get("kind", "") not in AUTH_KINDS:
        faults.append(f"{where}.kind: {made['kind']!r} is none of {', '.join(AUTH_KINDS[1:])}")
    return made


_NAMES = {"int": "a whole number", "bool": "true or false", "str": "a text"}


def _as(kind: str, key: str, value: Any) -> Any:
    if key == "lifetime" and isinstance(value, int) and not isinstance(value, bool):
        return f"{value}s"
    return _READ[kind](value) if kind in _READ else value


def _whole(value: Any) -> int:
    if isinstance(value, bool | float):
        raise TypeError
    return int(value)


def _same(*kinds: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if not isinstance(value, kinds):
            raise TypeError
        return value

    return read


def _table_of_words(value: Any) -> dict[str, str]:
    return {str(k): _word(v) for k, v in _same(Mapping)(value).items()}


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(_same(str, int)(value))


_READ: dict[str, Callable[[Any], Any]] = {
    "int": _whole,
    "bool": _same(bool),
    "str": _same(str),
    "Mapping[str, str]": _table_of_words,
    "Mapping[str, Any]": _same(Mapping),
}
