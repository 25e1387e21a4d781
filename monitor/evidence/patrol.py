"""Checks the chain a stretch at a time, so that each entry is looked at daily without ever holding up a poll."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta

from monitor.core.evidence import GENESIS, Fault
from monitor.ports import Store

log = logging.getLogger(__name__)

STRETCH = 50_000
"""Entries at a time: a second or two."""
_ROUND = timedelta(days=1)
_PLACE = "evidence:patrol"
_FOUND = "evidence:faults"


def patrol(store: Store, now: datetime, stretch: int = STRETCH) -> list[Fault]:
    """Check the next stretch, and begin anew a day after the last beginning; damage is logged and remembered."""
    notes = store.notes()
    seq, seal, began = _place(notes.get(_PLACE, now), now)
    newest = store.trail_head()
    if seq >= newest[0] and now - began >= _ROUND:
        seq, seal, began = 0, GENESIS, now
    faults = store.verify_trail(None, (seq, seal), stretch)
    for fault in faults:
        log.error("the chain of evidence is broken: %s; see `billing-monitor evidence verify`", fault)
    if faults:
        told = dict.fromkeys([*known_faults(store, now), *map(str, faults)])
        notes.put(_FOUND, json.dumps(list(told)[:20]))
    reached = store.trail(None, min(newest[0], seq + stretch) - 1, 1) if newest[0] else []
    if reached:
        seq, seal = reached[0].seq, reached[0].hash
    notes.put(_PLACE, json.dumps([seq, seal, began.isoformat()]))
    return faults


def known_faults(store: Store, now: datetime) -> list[str]:
    """Return what the patrol has found, for ``doctor``."""
    found = json.loads(store.notes().get(_FOUND, now) or "[]")
    return [str(fault) for fault in found]


def _place(text: str | None, now: datetime) -> tuple[int, str, datetime]:
    try:
        seq, seal, began = json.loads(text or "")
        return int(seq), str(seal), datetime.fromisoformat(began)
    except (ValueError, TypeError):
        return 0, GENESIS, now
