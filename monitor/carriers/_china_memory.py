"""What is remembered between polls of an access to one of China's consumer doors: its session, and what holds it back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from monitor.carriers import _budget
from monitor.ports import Vault, Watched

PERSON = "person"
"""A halt that only a person's act ends."""


@dataclass
class Memory:
    """What is remembered of one access between polls. It holds secrets: it lives in the vault."""

    session: dict[str, str] = field(default_factory=dict)
    since: str = ""
    kicks: int = 0
    not_before: str = ""
    asked: str = ""
    halt: str = ""
    """``person``, or the instant until which nothing is asked."""
    halt_kind: str = ""
    halt_message: str = ""

    @classmethod
    def load(cls, vault: Vault, key: str) -> Memory:
        """Read it; what cannot be read is forgotten."""
        try:
            return cls(**json.loads(vault.get(key) or "{}"))
        except (ValueError, TypeError):
            return cls()

    def save(self, vault: Vault, key: str) -> None:
        """Keep it."""
        vault.put(key, json.dumps(asdict(self)))


def memory_key(name: str, watched: Watched) -> str:
    """Name the memory of an access without showing it. Other credentials have another memory."""
    access = watched.access
    seed = repr(
        (
            name,
            watched.line.number,
            access.url,
            access.token,
            access.username,
            access.password,
            sorted(access.options.items()),
        )
    )
    return f"china:{name}:{hashlib.sha256(seed.encode()).hexdigest()[:20]}"


def human(name: str, watched: Watched, vault: Vault, given: Mapping[str, str], now: datetime) -> None:
    """Enter what a person has handed over: a new session, a clean budget, and polling goes on by itself."""
    key = memory_key(name, watched)
    Memory(session={k: v for k, v in given.items() if v}, since=now.isoformat()).save(vault, key)
    _budget.LoginBudget(vault, key).clear()
