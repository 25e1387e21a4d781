"""Checks the chain a stretch at a time, so that each entry is looked at daily without ever holding up a poll."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core.evidence import GENESIS, Fault
from monitor.core.notice import Notice, Why
from monitor.core.people import People
from monitor.core.route import release
from monitor.core.words import Kind, Severity, rank
from monitor.ports import Planned, Store

log = logging.getLogger(__name__)

STRETCH = 50_000
"""Entries at a time: a second or two."""
_ROUND = timedelta(days=1)
_PLACE = "evidence:patrol"
_FOUND = "evidence:faults"
_REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class _Round:
    """How far the round is."""

    began: datetime
    seq: int = 0
    seal: str = GENESIS
    found: tuple[str, ...] = ()
    """Damage that this round has found."""


def patrol(store: Store, now: datetime, stretch: int = STRETCH) -> list[Fault]:
    """Check the next stretch, and begin anew a day after the last beginning; damage is logged and remembered.

    Return what was not known before. A round that finds nothing forgets what an earlier one found: a backup was put back.
    """
    notes = store.notes()
    known = known_faults(store, now)
    at = _place(notes.get(_PLACE, now), now)
    newest = store.trail_head()
    if at.seq >= newest[0] and now - at.began >= _ROUND:
        notes.put(_FOUND, json.dumps(at.found))
        at = _Round(now)
    faults = store.verify_trail(None, (at.seq, at.seal), stretch)
    new = [fault for fault in faults if str(fault) not in known]
    for fault in new:
        log.error("the chain of evidence is broken: %s; see `billing-monitor evidence verify`", fault)
    found = dict.fromkeys([*at.found, *map(str, faults)])
    reached = store.trail(None, min(newest[0], at.seq + stretch) - 1, 1) if newest[0] else []
    if reached:
        at = replace(at, seq=reached[0].seq, seal=reached[0].hash)
    at = replace(at, found=tuple(found)[:_REMEMBERED])
    notes.put(_PLACE, json.dumps([at.seq, at.seal, at.began.isoformat(), at.found]))
    return new


def tell(store: Store, people: People, faults: list[Fault], now: datetime) -> int:
    """Queue one warning about new damage for every channel that takes warnings, else for all; return how many."""
    if not faults:
        return 0
    why = Why.of("evidence_damaged", place=faults[0].seq, places=len(faults), detail=faults[0].detail)
    stage = f"{faults[0].seq}-{faults[0].what}-{now:%Y-%m-%d}"
    notice = Notice("", now, Kind.FAULT_SUSPECTED, Severity.WARNING, stage, "evidence", why)
    taking = [c for c in people.channels if rank(c.min_severity) <= rank(Severity.WARNING)]
    told = [Planned(notice, c.name, release(notice, c.name, people, now)) for c in taking or people.channels]
    return store.enqueue(told, now)


def known_faults(store: Store, now: datetime) -> list[str]:
    """Return what the last whole round and the one under way have found, for ``doctor``."""
    earlier = json.loads(store.notes().get(_FOUND, now) or "[]")
    return list(dict.fromkeys([*map(str, earlier), *_place(store.notes().get(_PLACE, now), now).found]))


def _place(text: str | None, now: datetime) -> _Round:
    try:
        seq, seal, began, *found = json.loads(text or "")
        return _Round(
            datetime.fromisoformat(began), int(seq), str(seal), tuple(map(str, found[0] if found else ()))
        )
    except (ValueError, TypeError):
        return _Round(now)
