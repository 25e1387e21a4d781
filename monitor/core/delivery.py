"""What a queued notice still has to say when its time comes: send it, let it wait, or drop it with a reason. Pure.

Quiet hours, mutes and snoozes may have begun since it was queued, somebody may have acknowledged, the danger may be over,
or a newer notice may say it better. Whatever is dropped here is recorded with its reason, and is never dropped in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.core.notice import Notice, Why
from monitor.core.people import Addressees, People
from monitor.core.route import ENDINGS, held_until, release
from monitor.core.state import Episode, LineState
from monitor.core.words import Kind, rank


@dataclass(frozen=True, slots=True)
class Send:
    """It goes out now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """It goes out later, and is looked at again then."""

    until: datetime
    why: Why


@dataclass(frozen=True, slots=True)
class Drop:
    """It has nothing to say any more."""

    why: Why


Verdict = Send | Wait | Drop

LASTING = frozenset(
    {
        Kind.PAYMENT_DUE,
        Kind.AUTOPAY_MISSING,
        Kind.AUTOPAY_FAILED,
        Kind.LOW_BALANCE,
        Kind.ARREARS,
        Kind.SUSPENSION_WARNING,
        Kind.SUSPENDED,
        Kind.RESTORATION_OVERDUE,
        Kind.TERMINATION_WARNING,
        Kind.VIOLATION_HOLD,
        Kind.BLIND,
    }
)
"""Dangers whose episode stays open as long as they last: when it has ended, so have they. The rest happens once."""

_STOPPED = frozenset({Kind.SUSPENDED, Kind.VIOLATION_HOLD, Kind.TERMINATION_WARNING, Kind.TERMINATED})
_FORESEEN = frozenset(
    {
        Kind.PAYMENT_DUE,
        Kind.AUTOPAY_MISSING,
        Kind.LOW_BALANCE,
        Kind.SUSPENSION_WARNING,
        Kind.ABNORMAL_SPEND,
    }
)
"""What is about a stop that has happened by now."""


def weigh(
    notice: Notice,
    *,
    channel: str,
    state: LineState,
    to: Addressees,
    people: People,
    now: datetime,
    newer: Notice | None = None,
    told: bool = True,
) -> Verdict:
    """Decide about one notice for one channel.

    Args:
        notice: as it was decided; it may be old.
        channel: the name of the channel that it is for.
        state: the line's newest state.
        to: who hears of the line.
        people: every channel and contact there is.
        now: the instant of this look.
        newer: the newest notice of the same episode that is due on the same channel, if any.
        told: a danger of this episode has been delivered over this channel.
    """
    episode = next((e for e in state.episodes if e.id == notice.episode), None)
    reason = _pointless(notice, episode, state, newer, told=told)
    if _passed(notice, now):
        reason = Why.of("passed")
    if reason is not None:
        return Drop(reason)
    start = held_until(notice, to=to, people=people, now=now, episode=episode, muted_until=state.muted_until)
    if start > now:
        return Wait(start, Why.of("held", until=start))
    start = release(notice, channel, people, now)
    if start > now:
        return Wait(start, Why.of("quiet_hours", until=start))
    return Send()


def _pointless(
    notice: Notice, episode: Episode | None, state: LineState, newer: Notice | None, *, told: bool
) -> Why | None:
    ending = notice.kind in ENDINGS
    if newer is not None and not ending and _says_it_better(newer, notice):
        return Why.of("superseded", by=newer.id, stage=newer.stage)
    if ending:
        unsaid = notice.kind is Kind.SIGHT_RESTORED and not told
        return Why.of("nothing_to_end") if unsaid else None
    if notice.kind in LASTING and episode is None:
        return Why.of("over")
    if episode is not None and episode.acked_at is not None and notice.at <= episode.acked_at:
        return Why.of("acknowledged", at=episode.acked_at)
    if notice.kind in _FORESEEN:
        stop = next((e for e in state.episodes if e.kind in _STOPPED and e.opened_at >= notice.at), None)
        if stop is not None and stop is not episode:
            return Why.of("inhibited", by=stop.kind, since=stop.opened_at)
    return None


def _passed(notice: Notice, now: datetime) -> bool:
    """Whether it promises a time that is over by now; what holds instead is a notice of its own."""
    until = notice.why.get("restore_by") if notice.why.code == "awaiting_restoration" else None
    return isinstance(until, str) and now >= datetime.fromisoformat(until)


def _says_it_better(newer: Notice, notice: Notice) -> bool:
    return newer.kind in ENDINGS or rank(newer.severity) >= rank(notice.severity)
