"""Why something was not said: the same values that decide, asked the other way round. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.core.assess import assess
from monitor.core.line import Line
from monitor.core.notice import Danger, Notice
from monitor.core.people import Addressees, People
from monitor.core.policy import LIKELY_HOURS, POLICIES, threshold
from monitor.core.route import audience, held_until, release
from monitor.core.state import Episode, LineState
from monitor.core.words import Kind

_FORESEEN = frozenset({Kind.LOW_BALANCE, Kind.SUSPENSION_WARNING})


@dataclass(frozen=True, slots=True)
class Because:
    """One reason in one sentence. ``stops``: it alone is enough that nothing is said."""

    text: str
    stops: bool = True


def why_not(
    kind: Kind, line: Line, state: LineState, *, to: Addressees, people: People, now: datetime
) -> list[Because]:
    """Return every reason why a notice of a kind is not said about a line now; empty: it is due."""
    dangers = [d for d in assess(line, state, now) if d.kind is kind]
    if not dangers:
        return list(_not_held(kind, line, state))
    found: list[Because] = []
    for danger in dangers:
        found += _said(danger, state.episode(danger.thread), now)
        found += _unheard(danger, line, state, to, people, now=now)
    return found


def _not_held(kind: Kind, line: Line, state: LineState) -> Iterator[Because]:
    if line.hold is not None:
        yield Because(
            "its owner has stopped the line: while that lasts, nothing is said about it", stops=False
        )
    if kind is Kind.BLIND:
        yield Because(
            "the last poll brought a reading"
            if state.failure is None
            else f"polls have failed only since {_at(state.failing_since)}, not long enough to call it blind"
        )
        return
    if state.reading is None:
        yield Because("there has been no reading yet")
        return
    yield Because(f"by the last reading, of {_at(state.reading.observed_at)}, it does not hold")
    if kind in _FORESEEN and state.forecast is not None:
        limit = threshold(POLICIES[line.foresight], state.ledger)
        chance = state.forecast.chance(LIKELY_HOURS)
        yield Because(
            f"a cut-off within {LIKELY_HOURS} hours has a chance of {chance:.0%}; it is told from {limit:.0%} on",
            stops=chance < limit,
        )


def _said(danger: Danger, episode: Episode | None, now: datetime) -> Iterator[Because]:
    if episode is None:
        return
    if episode.told:
        stage, at = episode.told[-1]
        again = f"; again after {_span(danger.repeat.total_seconds())}" if danger.repeat else ""
        yield Because(f"it was said at {_at(at)} (stage {stage}){again}")
    if episode.acked_at is not None:
        yield Because(f"it was acknowledged at {_at(episode.acked_at)}: this danger is silent until it ends")
    if episode.snoozed_until is not None and now < episode.snoozed_until:
        yield Because(f"it is snoozed until {_at(episode.snoozed_until)}")


def _unheard(
    danger: Danger, line: Line, state: LineState, to: Addressees, people: People, *, now: datetime
) -> Iterator[Because]:
    if state.muted_until is not None and now < state.muted_until:
        yield Because(f"the line is muted until {_at(state.muted_until)}")
    episode = state.episode(danger.thread)
    notice = Notice(line.name, now, danger.kind, danger.severity, danger.rung, "", danger.why, danger.cut_off)
    heard = audience(notice, line=line, to=to, people=people, episode=episode)
    if not heard:
        yield Because(
            f"no channel hears of what is {danger.severity}: see MIN_SEVERITY, CHANNELS and CONTACTS"
        )
    start = held_until(notice, to=to, people=people, now=now)
    if start > now:
        yield Because(f"a maintenance window lasts until {_at(start)}")
    for channel in heard:
        at = release(notice, channel.name, people, now)
        if at > now:
            yield Because(f"channel {channel.name} has quiet hours until {_at(at)}", stops=False)


def _at(at: datetime | None) -> str:
    return "an unknown time" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"


def _span(seconds: float) -> str:
    hours = round(seconds / 3600)
    return f"{hours // 24} days" if hours >= 48 else f"{hours} hours"
