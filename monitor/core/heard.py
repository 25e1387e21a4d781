"""What other sources say: a text message of the carrier, an acknowledgement, a payment that was made."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.core.notice import notice_id
from monitor.core.reading import Event, Reading
from monitor.core.state import Episode, LineState
from monitor.core.words import Basis, Cause, Status

PAYMENT_COUNTS = timedelta(hours=30)
"""A payment that was announced must be visible by then; until then its danger keeps quiet."""

WARNINGS = frozenset({"sms:arrears", "sms:low_balance"})
_STATUS = {
    "sms:suspended": Status.SUSPENDED,
    "sms:restored": Status.ACTIVE,
    "sms:violation": Status.RESTRICTED,
}


def hear(line: str, state: LineState, event: Event) -> LineState:
    """Return the state after an event. Unknown events change nothing."""
    what = event.what
    if what.startswith("ack:"):
        return _acknowledge(line, state, event, what.removeprefix("ack:"))
    if what in ("payment", "sms:top_up") and "gift" not in event.flags:
        until = event.observed_at + PAYMENT_COUNTS
        quiet = tuple(
            replace(e, snoozed_until=max(until, e.snoozed_until or until)) if e.thread == "money" else e
            for e in state.episodes
        )
        return replace(state, episodes=quiet)
    if what in _STATUS and (state.reading is None or event.observed_at > state.reading.observed_at):
        cause = Cause.VIOLATION if what == "sms:violation" else Cause.UNKNOWN
        status = _STATUS[what]
        base = state.reading or Reading(event.observed_at)
        said = replace(
            base,
            observed_at=event.observed_at,
            as_of=base.as_of or base.observed_at,
            source=what,
            status=status,
        )
        basis = Basis.REPORTED if cause is Cause.VIOLATION else Basis.NONE
        return replace(state, reading=replace(said, cause=cause, cause_basis=basis))
    if what in WARNINGS:
        return replace(state, heard=event)
    return state


def _acknowledge(line: str, state: LineState, event: Event, wanted: str) -> LineState:
    def mine(episode: Episode) -> bool:
        if wanted in (episode.id, episode.thread):
            return True
        stages = (stage for stage, _ in episode.told)
        return len(wanted) >= 4 and any(notice_id(line, episode.id, s).startswith(wanted) for s in stages)

    found = tuple(replace(e, acked_at=event.observed_at) if mine(e) else e for e in state.episodes)
    return replace(state, episodes=found)
