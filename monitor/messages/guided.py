"""The one next step of a stopped line, as its guide has it: by cause and stage, with the carrier's own hotline and app."""

from __future__ import annotations

from monitor.core.lifecycle import local_day, stage_of
from monitor.core.state import LineState
from monitor.core.words import Kind, Status
from monitor.guides import next_step
from monitor.guides.position import settled
from monitor.messages.letter import Writer
from monitor.ports import Watched
from monitor.rulebook import Rulebook
from monitor.rulebook.connectors import entry_of

GUIDED = frozenset({Kind.SUSPENDED, Kind.VIOLATION_HOLD, Kind.TERMINATION_WARNING, Kind.TERMINATED})
"""Notices of a line that is stopped: what helps depends on why, and a payment often does not."""


def guided(book: Rulebook, watched: Watched, state: LineState, kind: Kind, writer: Writer) -> str:
    """Return the guide's next step for a notice, or nothing where the notice's own words know it better."""
    reading, line, now = state.reading, watched.line, writer.now
    if kind not in GUIDED or reading is None or reading.status in (Status.ACTIVE, Status.UNKNOWN):
        return ""
    after = settled(watched.rules, state, reading.cause, now)
    stage = stage_of(line, reading, local_day(watched.rules, line, now))
    cause = after.cause if after else reading.cause
    entry = line.rules or entry_of(line.carrier)
    return next_step(
        cause, entry, stage, writer.words.language, book=book, paid=after.phase if after else None
    )
