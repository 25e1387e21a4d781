"""One listing serves all rounds that ask one operator at about the same time, and those that wait for it meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from monitor.carriers._http import Trouble
from monitor.clock import monotonic
from monitor.core.words import FailureKind

T = TypeVar("T")

GOOD_FOR = 10.0
"""A listing is good for so many times the seconds that it took: reading lists fills a tenth of the time at most."""
LONGEST = 300.0
"""Seconds after which a listing is made anew in any case. Readings carry the time of their listing."""
IN_TROUBLE = 10.0
"""Seconds that a listing is kept in which something failed: for those who waited for it, and no longer."""


@dataclass
class Kept(Generic[T]):
    """What the last round of one operator brought. Used only by who has its turn."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    value: T | None = None
    good_until: float = 0.0

    def get(self, make: Callable[[], tuple[T, bool]]) -> tuple[T, bool]:
        """Return the listing, made anew when it is old, and whether it is new. ``make`` says too whether all went well."""
        if self.value is not None and monotonic() < self.good_until:
            return self.value, False
        self.value = None  # two listings need not be in memory at once
        began = monotonic()
        value, well = make()
        ended = monotonic()
        self.value = value
        self.good_until = ended + min(GOOD_FOR * (ended - began), LONGEST if well else IN_TROUBLE)
        return value, True


class Together(Generic[T]):
    """The last listing of each group of lines, for as long as it is good."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept[T]] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, group: str, seconds: float) -> Iterator[Kept[T]]:
        """Wait for the group's turn.

        Raises:
            Trouble: somebody else's round with this operator did not end within ``seconds``.
        """
        kept = self._of(group)
        if not kept.turn.acquire(timeout=max(seconds, 0.0)):
            message = f"the operator's lists were still being read after {seconds:.0f} s; asked again later"
            raise Trouble(FailureKind.TIMEOUT, message)
        try:
            yield kept
        finally:
            kept.turn.release()

    def _of(self, group: str) -> Kept[T]:
        now = monotonic()
        with self._lock:
            for kept in self._kept.values():
                if now >= kept.good_until and kept.turn.acquire(blocking=False):
                    kept.value = None  # nobody will ask for it again
                    kept.turn.release()
            return self._kept.setdefault(group, Kept())
