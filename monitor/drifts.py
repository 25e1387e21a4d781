"""Word of a carrier that changed its answers: one notice a carrier, whatever the number of lines and fields."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from monitor.carriers._drift import WORDS, changes
from monitor.core.notice import Notice, Why
from monitor.core.people import People
from monitor.core.route import release
from monitor.core.words import Kind, Severity, rank
from monitor.ports import Planned, Store, Watched

AT_MOST = timedelta(days=1)
"""Further changes of the same carrier wait so long, and are told together."""
_KEEP = timedelta(days=400)
_SHOWN = 5


def tell_drift(store: Store, people: People, watched: Iterable[Watched], now: datetime) -> int:
    """Queue a warning for each carrier whose answers lost something since it was last told; return how many notices."""
    queued, vault, notes = 0, store.vault(), store.notes()
    names = [w.line.carrier for w in watched]
    for carrier in sorted(set(names)):
        told, _, upto = (notes.get(f"drift-told:{carrier}", now) or "").partition("|")
        if told and now - datetime.fromisoformat(told) < AT_MOST:
            continue
        new = [entry for entry in changes(carrier, vault) if str(entry.get("at", "")) > upto]
        if not new:
            continue
        first = str(new[0]["at"])
        found = {
            (entry.get("request") == WORDS, str(what)): 0 for entry in new for what in entry.get("lost", ())
        }
        words = sum(is_word for is_word, _ in found)
        why = Why.of(
            "answers_changed",
            carrier=carrier,
            since=datetime.fromisoformat(first),
            lines=names.count(carrier),
            fields=len(found) - words,
            words=words,
            detail=", ".join([what for _, what in found][:_SHOWN]),
        )
        notice = Notice("", now, Kind.FAULT_SUSPECTED, Severity.WARNING, f"{carrier}-{first}", "drift", why)
        taking = [c for c in people.channels if rank(c.min_severity) <= rank(Severity.WARNING)]
        plan = [
            Planned(notice, c.name, release(notice, c.name, people, now)) for c in taking or people.channels
        ]
        queued += store.enqueue(plan, now)
        notes.put(f"drift-told:{carrier}", f"{now.isoformat()}|{new[-1]['at']}", now + _KEEP)
    return queued
