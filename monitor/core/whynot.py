"""Why something was not said: the same values that decide, asked the other way round. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.core import policy as rule
from monitor.core import worth
from monitor.core.assess import figures_awaited, on_hold
from monitor.core.dangers import dangers_of
from monitor.core.forecast.model import Forecast
from monitor.core.ladder import is_news
from monitor.core.line import Line
from monitor.core.notice import Danger, Notice, Why
from monitor.core.people import Addressees, People
from monitor.core.route import audience, held_until, release
from monitor.core.rules import NO_RULES, Rules
from monitor.core.state import Episode, LineState
from monitor.core.words import CUT_OFF, Kind

_FORESEEN = frozenset({Kind.LOW_BALANCE, Kind.SUSPENSION_WARNING})


@dataclass(frozen=True, slots=True)
class Because:
    """One reason: ``why.code`` names its sentence. ``stops``: it alone is enough that nothing is said."""

    why: Why
    stops: bool = True

    @classmethod
    def of(cls, code: str, *, stops: bool = True, **facts: object) -> Because:
        """Build a reason."""
        return cls(Why.of(code, **facts), stops)


def why_not(
    kind: Kind,
    line: Line,
    state: LineState,
    *,
    to: Addressees,
    people: People,
    now: datetime,
    rules: Rules = NO_RULES,
) -> list[Because]:
    """Return every reason why a notice of a kind is not said about a line now; empty: it is due."""
    dangers = [d for d in dangers_of(line, rules, state, now) if d.kind is kind]
    if not dangers:
        return list(_not_held(kind, line, state, now))
    found: list[Because] = []
    for danger in dangers:
        found += _said(danger, state.episode(danger.thread), now)
        found += _unheard(danger, line, state, to, people, now=now)
    return found


def _not_held(kind: Kind, line: Line, state: LineState, now: datetime) -> Iterator[Because]:
    if on_hold(line, now):
        yield Because.of("own_hold", stops=False)
    if kind is Kind.BLIND:
        failing = state.failure is not None
        yield Because.of("blind_not_yet", since=state.failing_since) if failing else Because.of("sees")
        return
    if state.reading is None:
        yield Because.of("no_reading")
        return
    yield Because.of("not_held", at=state.reading.observed_at)
    if kind in _FORESEEN and state.reading.status in CUT_OFF:
        yield Because.of("stopped")
    elif kind in _FORESEEN and state.forecast is not None:
        if kind is Kind.LOW_BALANCE:
            code, hours, chance = "unlikely", rule.LIKELY_HOURS, state.forecast.use_chance(rule.LIKELY_HOURS)
            limit = worth.wanted(line, state, rule.POLICIES[line.foresight], now)
            limit = rule.FIRST if rule.is_new(state.forecast) else min(1.0, limit)
        else:
            code, hours, chance = "not_urgent", rule.URGENT_HOURS, state.forecast.chance(rule.URGENT_HOURS)
            limit = rule.URGENT
        facts = {"hours": hours, "chance": round(chance * 100), "limit": round(limit * 100)}
        yield Because.of(code, stops=chance < limit, **facts)
        awaited = figures_awaited(line, state, state.forecast, now)
        if kind is Kind.SUSPENSION_WARNING and chance >= limit and awaited is not None:
            yield Because.of("awaits_figures", until=awaited)
        if kind is Kind.LOW_BALANCE:
            yield from _awaits_day(line, state, state.forecast, now)


def _awaits_day(line: Line, state: LineState, forecast: Forecast, now: datetime) -> Iterator[Because]:
    """Likely enough to be told by day, and not at this hour."""
    policy = rule.POLICIES[line.foresight]
    now_wanted, by_day = worth.wanted(line, state, policy, now), rule.usually_told(policy, state.ledger)
    at_night = now_wanted > by_day and not rule.likely(policy, forecast, now_wanted)
    if at_night and not on_hold(line, now) and rule.likely(policy, forecast, by_day):
        yield Because.of("awaits_day", until=rule.daybreak(line, now))


def _said(danger: Danger, episode: Episode | None, now: datetime) -> Iterator[Because]:
    if episode is None:
        return
    if episode.told:
        _, at = episode.told[-1]
        if not is_news(episode, danger, now):
            again = int(danger.repeat.total_seconds()) if danger.repeat else None
            yield Because.of("said", at=at, again=again)
        elif now - at < danger.quiet:
            yield Because.of("follows", at=at, until=at + danger.quiet)
    if episode.acked_at is not None:
        yield Because.of("acknowledged", at=episode.acked_at)
    if episode.snoozed_until is not None and now < episode.snoozed_until:
        yield Because.of("snoozed", until=episode.snoozed_until)


def _unheard(
    danger: Danger, line: Line, state: LineState, to: Addressees, people: People, *, now: datetime
) -> Iterator[Because]:
    if state.muted_until is not None and now < state.muted_until:
        yield Because.of("muted", until=state.muted_until)
    episode = state.episode(danger.thread)
    notice = Notice(line.name, now, danger.kind, danger.severity, danger.rung, "", danger.why, danger.cut_off)
    heard = audience(notice, line=line, to=to, people=people, episode=episode)
    if not heard:
        yield Because.of("unheard", severity=danger.severity)
    start = held_until(notice, to=to, people=people, now=now)
    if start > now:
        yield Because.of("maintenance", until=start)
    for channel in heard:
        at = release(notice, channel.name, people, now)
        if at > now:
            yield Because.of("quiet", stops=False, channel=channel.name, until=at)
