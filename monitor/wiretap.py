"""What a carrier answered, word for word: collected beside a poll, redacted, and kept as evidence where it matters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

MOST = 8
"""Answers of one poll that are kept; a walk through many pages proves nothing more."""
LONGEST = 16_000
"""Characters of one answer that are kept."""


@dataclass(frozen=True, slots=True)
class Overheard:
    """One answer."""

    method: str
    url: str
    """Redacted."""
    status: int
    words: Callable[[], str]
    """Makes the redacted text. Called after the poll, when every secret that came up in it is known; most never are."""

    def facts(self) -> dict[str, object]:
        """Return what evidence keeps of it."""
        text = self.words()
        cut = {"cut_from": len(text)} if len(text) > LONGEST else {}
        return {"asked": f"{self.method} {self.url}", "status": self.status, "answer": text[:LONGEST], **cut}


_listener: ContextVar[list[Overheard] | None] = ContextVar("listener", default=None)


@contextmanager
def listening() -> Iterator[list[Overheard]]:
    """Collect what is answered in this thread."""
    heard: list[Overheard] = []
    token = _listener.set(heard)
    try:
        yield heard
    finally:
        _listener.reset(token)


def overhear(method: str, url: str, status: int, words: Callable[[], str]) -> None:
    """Tell what was answered to whoever listens."""
    heard = _listener.get()
    if heard is not None and len(heard) < MOST:
        heard.append(Overheard(method, url, status, words))
