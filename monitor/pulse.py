"""Whether polls and deliveries advance: for the health address and the ping to the outside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from monitor.channelbook import read_health
from monitor.ports import Store, StoreError

_LATE = timedelta(minutes=15)
_LOOKED_AT = 1000
"""Lines whose last poll is looked at; in a fleet a sample is enough to see that all fail."""


def problems(store: Store, lines: Iterable[str], channels: Iterable[str], now: datetime) -> list[str]:
    """Return what does not advance, in plain words without personal data; empty when all is well."""
    try:
        store.check()
        return list(_problems(store, lines, channels, now))
    except StoreError as error:
        return [f"the database: {error.what}"]


def _problems(store: Store, lines: Iterable[str], channels: Iterable[str], now: datetime) -> Iterable[str]:
    due = store.next_poll_at()
    if due is not None and now - due > _LATE:
        yield f"polls do not advance: one has been due for {_minutes(now - due)} minutes"
    waited = store.outbox_age(now)
    if waited is not None and waited > _LATE:
        yield f"deliveries do not advance: one has waited for {_minutes(waited)} minutes"
    states = store.states(list(islice(lines, _LOOKED_AT))).values()
    if states and all(state.failure is not None for state in states):
        yield "every poll fails"
    for channel in channels:
        if read_health(store.notes(), channel, now).disabled:
            yield f"channel {channel} refuses every message"


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
