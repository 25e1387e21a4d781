"""Running a history: for each line the same ``decide`` that the daemon calls, with time as the only difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.core.decide import decide
from monitor.core.line import Line
from monitor.core.notice import Notice
from monitor.core.reading import Seen
from monitor.core.rules import Rules
from monitor.core.state import LineState
from monitor.replay.cells import Row

MAX_TICKS = 400
"""Ticks lived through in one gap of the history (100 days of six hours)."""


@dataclass(slots=True)
class Tally:
    """What a replay did, counted as it goes."""

    rows: int = 0
    decisions: int = 0
    lines: set[str] = field(default_factory=set)
    first: datetime | None = None
    last: datetime | None = None

    def add(self, row: Row) -> None:
        """Count one row."""
        self.rows += 1
        self.lines.add(row.line)
        self.first = row.at if self.first is None else min(self.first, row.at)
        self.last = row.at if self.last is None else max(self.last, row.at)


@dataclass(slots=True)
class Player:
    """One line on its virtual clock."""

    line: Line
    rules: Rules
    state: LineState = field(default_factory=LineState)
    now: datetime | None = None

    def see(self, seen: Seen, at: datetime) -> Iterator[tuple[Notice, LineState]]:
        """Show what was seen at an instant; yield what is said, first what the time before it brought."""
        yield from self.wait(at)
        yield from self._decide(seen, at)

    def wait(self, until: datetime) -> Iterator[tuple[Notice, LineState]]:
        """Live through the time without readings, as the daemon does: the forecast runs on."""
        if self.now is None:
            return
        step = self.line.poll_every
        ticks = 0
        while self.now + step * 3 / 2 < until and ticks < MAX_TICKS:
            ticks += 1
            yield from self._decide(None, self.now + step)

    def _decide(self, seen: Seen | None, at: datetime) -> Iterator[tuple[Notice, LineState]]:
        decision = decide(self.line, self.rules, self.state, seen, at)
        self.state, self.now = decision.state, at
        for notice in decision.notices:
            yield notice, self.state


def play(
    rows: Iterable[Row],
    line_of: Callable[[str], Line],
    rules_of: Callable[[Line], Rules],
    tally: Tally,
) -> Iterator[Notice]:
    """Run rows (those of one line together, in order of time) and yield every notice, line by line.

    One line's state is held at a time, so memory does not grow with the file.
    """
    player: Player | None = None
    for row in rows:
        if player is None or player.line.name != row.line:
            line = line_of(row.line)
            player = Player(line, rules_of(line))
        tally.add(row)
        for seen in row.seen:
            tally.decisions += 1
            for notice, _ in player.see(seen, row.at):
                yield notice


def in_time_order(notices: Iterable[Notice]) -> list[Notice]:
    """Sort notices as people would have received them."""
    return sorted(notices, key=lambda n: (n.at, n.line, n.dedup_key))


def span_days(tally: Tally) -> float:
    """Days from the first row to the last."""
    return (tally.last - tally.first) / timedelta(days=1) if tally.first and tally.last else 0.0
