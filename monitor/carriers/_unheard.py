"""Words of carriers that nobody has translated yet: counted as unknown, logged once, and handed to who asked."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

log = logging.getLogger(__name__)

_MOST = 1000
_PRIVATE = re.compile(r"\d{5,}|@")
_told: set[tuple[str, str]] = set()
_heard: ContextVar[list[str] | None] = ContextVar("unheard", default=None)


def note(where: str, said: str) -> None:
    """Take note of a word; what looks like a number or an address in a word's place is not repeated."""
    shown = "…" if _PRIVATE.search(said) else said[:60]
    heard = _heard.get()
    if heard is not None:
        heard.append(f"{where}: {shown!r}")
    if (where, shown) not in _told and len(_told) < _MOST:
        _told.add((where, shown))
        log.warning("%s: the word %r is not known and counts as unknown", where, shown)


@contextmanager
def listening() -> Iterator[list[str]]:
    """Collect the unknown words of what is read inside."""
    heard: list[str] = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)
