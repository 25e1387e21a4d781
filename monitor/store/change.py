"""A change of one line's state outside a poll: by an answer, a message, a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from monitor.core.reading import Seen
from monitor.ports import Change, Taken
from monitor.store import answers, lines, notices, outbox
from monitor.store.trail import Writer


def apply(
    connection: Connection,
    trail: Writer,
    line: str,
    change: Change,
    now: datetime,
    *,
    seen: Sequence[Seen] = (),
    entries: Sequence[tuple[str, Mapping[str, object]]] = (),
    once: Mapping[str, datetime] | None = None,
) -> Taken:
    """Change the state and keep what follows, see :meth:`monitor.ports.Store.update_once`."""
    before = lines.locked(connection, line)
    if before is None:
        return Taken.NO_LINE
    if once and not answers.note_all_new(connection, once, now):
        return Taken.REPEAT
    after, planned = change(before)
    for kind, facts in entries:
        trail.add(kind, line, facts)
    lines.append(connection, trail, [(line, one) for one in seen])
    if after != before:
        lines.save_changed(connection, line, after)
    outbox.add(connection, trail, [], planned, now)
    notices.acknowledged(connection, trail, line, after)
    return Taken.STORED
