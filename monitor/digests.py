"""The regular overview: queued for each channel when it is due, and delivered like any other notice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.core.digest import Rhythm, due
from monitor.core.notice import Notice, Why
from monitor.core.people import People
from monitor.core.words import Kind, Severity, rank
from monitor.ports import Planned, Store

_KEEP = timedelta(days=60)
_COUNTED = 1000


def queue_digests(
    store: Store, people: People, rhythm: Rhythm | None, lines: Iterable[str], now: datetime
) -> int:
    """Queue what is due; return how many. A channel that hears only of dangers gets none; a new one waits for its turn.

    Args:
        store: where notices are queued.
        people: every channel and contact there is.
        rhythm: when; None: never.
        lines: the names of the lines under watch.
        now: the instant of this look.
    """
    if rhythm is None:
        return 0
    queued, notes = 0, store.notes()
    for facts in people.channels:
        if rank(facts.min_severity) > rank(Severity.INFO):
            continue
        key = f"digest:{facts.name}"
        told = notes.get(key, now)
        last = datetime.fromisoformat(told) if told else now
        slot = due(rhythm, last, now, ZoneInfo(people.timezone(facts.name)))
        if told is None or slot is not None:
            notes.put(key, (slot or now).isoformat(), now + _KEEP)
        if slot is None:
            continue
        since = sum(1 for row in store.notices(limit=_COUNTED) if last <= row.notice.at < now)
        why = Why.of("digest", period=rhythm.word, since=last, lines=len(tuple(lines)), notices=since)
        stage = f"{slot:%Y-%m-%dT%H:%M}Z"
        notice = Notice("", now, Kind.DIGEST, Severity.INFO, stage, "digest", why)
        queued += store.enqueue([Planned(notice, facts.name, now)], now)
    return queued
