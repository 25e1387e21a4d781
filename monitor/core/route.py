"""From a notice to its channels: who hears of it, and from when on. Pure; it delays, and never drops.

What a delivery still says when its time comes is decided then, with the newest facts: see ``delivery.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.core.line import Line
from monitor.core.notice import Notice
from monitor.core.people import Addressees, ChannelFacts, People, quiet_end
from monitor.core.state import Episode
from monitor.core.words import Kind, Severity, rank

ENDINGS = frozenset({Kind.PAYMENT_SEEN, Kind.RESTORED, Kind.SIGHT_RESTORED})
"""Notices that end an episode."""


@dataclass(frozen=True, slots=True)
class Route:
    """One notice for one channel, not before an instant."""

    notice: Notice
    channel: str
    not_before: datetime
    escalation: bool = False
    """Goes out only if nobody has acknowledged the episode by then."""


def plan(
    notices: Sequence[Notice],
    *,
    line: Line,
    to: Addressees,
    people: People,
    now: datetime,
    episodes: Iterable[Episode] = (),
    muted_until: datetime | None = None,
) -> tuple[Route, ...]:
    """Return where each notice goes, and when.

    Args:
        notices: what the decision wants said about one line.
        line: the line; a channel that runs over it is never the only one for what is critical.
        to: who hears of this line.
        people: every channel and contact there is.
        now: the instant of the decision.
        episodes: the line's episodes as they were before this decision: a snooze holds back what is no worse than
            what was known when it was asked for, and the end of a danger is told wherever the danger was.
        muted_until: the line is muted until then.
    """
    before = {e.id: e for e in episodes}
    routes: list[Route] = []
    for notice in notices:
        episode = before.get(notice.episode)
        chosen = audience(notice, line=line, to=to, people=people, episode=episode)
        start = held_until(notice, to=to, people=people, now=now, episode=episode, muted_until=muted_until)
        routes += [Route(notice, c.name, release(notice, c.name, people, start)) for c in chosen]
        if notice.severity is Severity.CRITICAL:
            told = {c.name for c in chosen}
            later = max(start, now + to.escalate_after)
            second = [c.name for c in _named(people, people.reached_by(to.escalate_to)) if c.name not in told]
            routes += [Route(notice, c, release(notice, c, people, later), escalation=True) for c in second]
    return tuple(routes)


def held_until(
    notice: Notice,
    *,
    to: Addressees,
    people: People,
    now: datetime,
    episode: Episode | None = None,
    muted_until: datetime | None = None,
) -> datetime:
    """Return until when the line's own circumstances hold a notice back, whoever hears of it; ``now`` if they do not."""
    start = max(now, muted_until or now)
    known = episode is not None and rank(notice.severity) <= rank(episode.severity)
    if episode and episode.snoozed_until and known and notice.kind not in ENDINGS:
        start = max(start, episode.snoozed_until)
    if notice.severity is not Severity.CRITICAL:
        start = quiet_end((*people.maintenance, *to.maintenance), start)
    return start


def release(notice: Notice, channel: str, people: People, start: datetime) -> datetime:
    """Return when quiet hours let a message through; one that would come too late to be of use does not wait."""
    at = min(owner.release(notice.severity, start) for owner in people.owners(channel))
    too_late = any(d is not None and start < d <= at for d in (notice.pay_by, notice.cut_off.earliest))
    return start if too_late else at


def audience(
    notice: Notice, *, line: Line, to: Addressees, people: People, episode: Episode | None = None
) -> tuple[ChannelFacts, ...]:
    """Return the channels that hear of a notice at once (quiet hours aside).

    A danger that is critical reaches at least one channel that does not run over the line itself, if there is one
    that may hear of it: of the line's own contacts first, of its second contacts next, then one that is nobody's.
    """
    listed = everyone(to, people)
    level = rank(notice.severity)
    if notice.kind in ENDINGS and episode is not None:
        level = max(level, rank(episode.severity))
    chosen = tuple(c for c in listed if rank(c.min_severity) <= level)
    if notice.severity is Severity.CRITICAL and all(runs_over(c, line) for c in chosen):
        chosen += _detour(listed, line, to, people)
    return chosen


def everyone(to: Addressees, people: People) -> tuple[ChannelFacts, ...]:
    """Return the channels that a line names, itself or through its contacts; all but the second contacts' if none."""
    named = _named(people, (*to.channels, *people.reached_by(to.contacts)))
    if named or to.channels or to.contacts:
        return named
    second = set(people.reached_by(to.escalate_to))
    return tuple(c for c in people.channels if c.name not in second) or people.channels


def runs_over(channel: ChannelFacts, line: Line) -> bool:
    """Whether a channel falls silent with a line."""
    return bool({line.name, line.number} & set(channel.runs_over) - {""})


def _detour(
    listed: Sequence[ChannelFacts], line: Line, to: Addressees, people: People
) -> tuple[ChannelFacts, ...]:
    owners = {o.name for c in listed for o in people.owners(c.name)} - {""}
    theirs = _named(people, people.reached_by(sorted(owners)))
    second = _named(people, people.reached_by(to.escalate_to))
    nobodys = tuple(c for c in people.channels if people.owners(c.name) == (people.anyone,))
    for group in (listed, theirs, second, nobodys):
        free = tuple(c for c in group if not runs_over(c, line))
        if free:
            return free
    return ()


def _named(people: People, names: Iterable[str]) -> tuple[ChannelFacts, ...]:
    found = (people.channel(name) for name in dict.fromkeys(names))
    return tuple(c for c in found if c is not None)
