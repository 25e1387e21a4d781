"""A line's options over a preset: every key of a preset file can be set in an env file, nested names joined by ``_``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from monitor.carriers.http_json.spec import MONEY, SELECTORS, Auth, BadPreset, Page, Step

Data = dict[str, Any]
Place = tuple[Data, str]
"""The table and the key in it that an option speaks of."""

_TOP = frozenset({"url", "divisor", "negate", "absolute", "redact", "zone"})
_AUTH = frozenset(f.name for f in fields(Auth))
_PAGE = frozenset(f.name for f in fields(Page))
_STEP = frozenset(f.name for f in fields(Step)) - {"page", "name"}


def overlay(data: Mapping[str, Any], options: Mapping[str, str]) -> Data:
    """Put a line's options over a preset's data. Options that are no keys of a preset are names to fill in.

    Raises:
        BadPreset: an option whose value cannot be read.
    """
    merged: Data = json.loads(json.dumps(data, default=str))
    for key, value in options.items():
        place = _place(merged, key)
        if place is not None:
            table, name = place
            table[name] = _plain(name, value)
    return merged


def is_key(key: str, data: Mapping[str, Any]) -> bool:
    """Whether an option is a key of a preset, and not a name to fill in."""
    return _place(json.loads(json.dumps(data, default=str)), key) is not None


def _place(merged: Data, key: str) -> Place | None:
    if key in SELECTORS:
        return merged.setdefault("select", {}), key
    if key in _TOP:
        return merged, key
    head, _, rest = key.partition("_")
    place = _HEADS[head](merged, rest) if head in _HEADS else None
    if place is not None:
        return place
    steps = merged.setdefault("step", [])
    if not steps and _in_step({}, key) is not None:
        steps.append({})
    return _in_step(steps[0], key) if steps else None


def _auth(merged: Data, key: str) -> Place | None:
    return (merged.setdefault("auth", {}), key) if key in _AUTH else None


def _word(merged: Data, key: str) -> Place | None:
    kind, _, word = key.partition("_")
    return (merged.setdefault("words", {}).setdefault(kind, {}), word) if word else None


def _error(merged: Data, key: str) -> Place | None:
    return (merged.setdefault("errors", {}), key) if key else None


def _divisor(merged: Data, key: str) -> Place | None:
    if key not in MONEY:
        return None
    given = merged.get("divisor")
    merged["divisor"] = given if isinstance(given, dict) else {"all": given} if given else {}
    return merged["divisor"], key


def _step(merged: Data, key: str) -> Place | None:
    for step in merged.get("step", []):
        name = f"{step.get('name', '')}_"
        if name != "_" and key.startswith(name):
            return _in_step(step, key.removeprefix(name))
    return None


_HEADS: Mapping[str, Callable[[Data, str], Place | None]] = {
    "auth": _auth,
    "words": _word,
    "errors": _error,
    "divisor": _divisor,
    "step": _step,
}


def _in_step(step: Data, key: str) -> Place | None:
    page = key.removeprefix("page_")
    if key != page and page in _PAGE:
        return step.setdefault("page", {}), page
    return (step, key) if key in _STEP else None


def _plain(name: str, value: str) -> Any:
    """Turn an option's text into what TOML would hold."""
    if name in {"json", "form", "query", "headers"}:
        try:
            return json.loads(value)
        except ValueError:
            raise BadPreset(f"{name}: {value!r} is not a JSON object") from None
    if name in {"negate", "absolute", "redact"}:
        return [part.strip() for part in value.split(",") if part.strip()]
    if name in {"optional", "basic"}:
        return value.strip().casefold() in {"1", "true", "yes", "on"}
    return value
