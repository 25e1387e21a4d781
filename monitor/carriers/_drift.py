"""Drift: what a carrier's answers always held is remembered by shape; when it goes, that is told once.

Only names and types are kept, never values. A field that was in each of the last answers and is gone, or has another
type, is a change; a new field is none. A change is written to the log and kept for ``carrier changes``.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.ports import Vault

log = logging.getLogger(__name__)

LEARN = 20
"""Answers that held a field before its absence is a change: many fields come and go with a bill or a plan."""
WORDS = "words"
"""In a request's place: words that nobody has translated yet."""
_DEPTH = 6
_MOST = 300
_KEEP = 20


def shape(data: Any) -> dict[str, str]:
    """Return path → type of an answer; lists count as one element, keys that are numbers as one key."""
    found: dict[str, str] = {}

    def walk(value: Any, path: str, depth: int) -> None:
        if len(found) >= _MOST or depth > _DEPTH:
            return
        found.setdefault(path, _type(value))
        if isinstance(value, dict):
            for key, inner in value.items():
                name = "#" if str(key).lstrip("+-").isdigit() else str(key)[:60]
                walk(inner, f"{path}.{name}" if path else name, depth + 1)
        elif isinstance(value, list):
            for inner in value[:20]:
                walk(inner, f"{path}[]", depth + 1)

    walk(data, "", 0)
    return found


def _type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "text"
    if isinstance(value, dict):
        return "object"
    return "list" if isinstance(value, list) else "number"


@dataclass
class _Usual:
    """What every answer to one request held so far."""

    seen: int = 0
    always: dict[str, str] = field(default_factory=dict)


class Drift:
    """The usual shapes of one carrier's answers."""

    def __init__(self, carrier: str) -> None:
        self._carrier = carrier
        self._usual: dict[str, _Usual] = {}
        self._words: set[str] | None = None
        self._lock = threading.Lock()

    def words(self, heard: Sequence[str], vault: Vault, now: datetime) -> None:
        """Keep words that no table knows as a change, each once: behind one may be a state that nobody has seen yet."""
        if not heard:
            return
        with self._lock:
            if self._words is None:
                self._words = set(_listed(f"words:{self._carrier}", vault))
            new = [word for word in dict.fromkeys(heard) if word not in self._words][:_KEEP]
            if not new or len(self._words) > _MOST:
                return
            self._words |= set(new)
            vault.put(f"words:{self._carrier}", json.dumps(sorted(self._words)))
            entry = {"at": now.isoformat(timespec="seconds"), "request": WORDS, "lost": new}
            vault.put(f"drift:{self._carrier}", json.dumps([*changes(self._carrier, vault), entry][-_KEEP:]))

    def note(self, request: str, data: Any, vault: Vault, now: datetime) -> tuple[str, ...]:
        """Take note of an answer; return what it lacks of what all before it held."""
        new = shape(data)
        with self._lock:
            usual = self._usual.get(request)
            if usual is None:
                usual = self._usual[request] = self._load(request, vault)
            lost = tuple(sorted(p for p, kind in usual.always.items() if not _fits(kind, new, p)))
            settled = usual.seen >= LEARN
            if usual.seen == 0:
                usual.always = new
            elif lost:
                usual.always = {p: kind for p, kind in usual.always.items() if p not in lost}
            usual.seen += 1
            if usual.seen == LEARN or (lost and settled):
                kept = {"seen": usual.seen, "always": usual.always}
                vault.put(f"shape:{self._carrier}:{request}", json.dumps(kept))
                known = _listed(f"shapes:{self._carrier}", vault)
                if request not in known:
                    vault.put(f"shapes:{self._carrier}", json.dumps([*known, request][-_KEEP:]))
            if not (lost and settled):
                return ()
            self._tell(request, lost, vault, now)
            return lost

    def _load(self, request: str, vault: Vault) -> _Usual:
        try:
            kept = json.loads(vault.get(f"shape:{self._carrier}:{request}") or "{}")
            return _Usual(int(kept.get("seen", 0)), dict(kept.get("always", {})))
        except (ValueError, TypeError, AttributeError):
            return _Usual()

    def _tell(self, request: str, lost: tuple[str, ...], vault: Vault, now: datetime) -> None:
        log.warning(
            "%s changed its answer to %r: gone or of another kind: %s",
            self._carrier,
            request,
            ", ".join(lost[:10]),
        )
        entry = {"at": now.isoformat(timespec="seconds"), "request": request, "lost": list(lost[:50])}
        vault.put(f"drift:{self._carrier}", json.dumps([*changes(self._carrier, vault), entry][-_KEEP:]))


def changes(carrier: str, vault: Vault) -> list[Mapping[str, Any]]:
    """Return the changes of a carrier's answers, oldest first."""
    try:
        kept = json.loads(vault.get(f"drift:{carrier}") or "[]")
    except ValueError:
        return []
    return [entry for entry in kept if isinstance(entry, dict)] if isinstance(kept, list) else []


def usual(carrier: str, vault: Vault) -> Mapping[str, Any]:
    """Return what a carrier's answers always held, by request: paths and types."""
    found: dict[str, Any] = {}
    for request in _listed(f"shapes:{carrier}", vault):
        try:
            found[request] = json.loads(vault.get(f"shape:{carrier}:{request}") or "{}").get("always", {})
        except (ValueError, AttributeError):
            continue
    return found


def _listed(key: str, vault: Vault) -> list[str]:
    try:
        kept = json.loads(vault.get(key) or "[]")
    except ValueError:
        return []
    return [str(one) for one in kept] if isinstance(kept, list) else []


def _fits(kind: str, new: Mapping[str, str], path: str) -> bool:
    """Whether a path is still there with its type; an empty list or a null parent says nothing about what is below."""
    if path in new:
        return new[path] == kind or "null" in {new[path], kind}
    parent = path.rpartition(".")[0] if not path.endswith("[]") else path.removesuffix("[]")
    while parent:
        if new.get(parent) == "null" or (new.get(parent) == "list" and f"{parent}[]" not in new):
            return True
        step = parent.removesuffix("[]") if parent.endswith("[]") else parent.rpartition(".")[0]
        parent = step
    return path.endswith("[]") and new.get(path.removesuffix("[]")) == "list"
