"""A carrier that answers again: its other blind lines, whose next look may be hours away, are looked at soon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from monitor.core.words import Kind
from monitor.ports import Outcome, Store, Watched

CHUNK, PAUSE = 200, timedelta(seconds=30)
"""So many lines at once: a carrier that has just come back is not run down again."""
REST = timedelta(hours=1)
"""A carrier that comes and goes makes its lines hurry no more often than this."""


def blind(store: Store, watched: Mapping[str, Watched], carrier: str) -> Iterator[list[str]]:
    """Yield a carrier's lines that fail although waiting helps (no sign-in is missing), some hundreds at a time."""
    names = [name for name, one in watched.items() if one.line.carrier == carrier]
    for start in range(0, len(names), CHUNK):
        states = store.states(names[start : start + CHUNK])
        yield [n for n, s in states.items() if s.failure is not None and s.failure.retryable]


class Comeback:
    """Remembers which carriers' lines were made to hurry, and when."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._hurried: dict[str, datetime] = {}

    def note(self, outcomes: Sequence[Outcome], watched: Mapping[str, Watched], now: datetime) -> None:
        """Make the blind lines of every carrier due soon of which a line has just been seen again."""
        back = {
            watched[o.line].line.carrier
            for o in outcomes
            if any(n.kind is Kind.SIGHT_RESTORED for n in o.decision.notices) and o.line in watched
        }
        for carrier in back:
            last = self._hurried.get(carrier)
            if last is not None and now - last < REST:
                continue
            self._hurried[carrier] = now
            for number, names in enumerate(blind(self._store, watched, carrier)):
                self._store.poll_now(names, now + number * PAUSE)
