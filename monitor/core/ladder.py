"""From dangers to notices: due and not yet told, one episode per thread."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.core.forecast import Forecast
from monitor.core.notice import Danger, Notice, Why
from monitor.core.reading import Reading
from monitor.core.state import Episode, LineState
from monitor.core.words import Kind, Severity, Status, rank

CALM = timedelta(days=3)
"""A forecast danger must stay away this long before its episode ends without a payment."""


def climb(
    *,
    line: str,
    state: LineState,
    dangers: list[Danger],
    forecast: Forecast,
    fresh: Reading | None,
    paid: bool,
    now: datetime,
) -> tuple[tuple[Episode, ...], list[Notice]]:
    """Return the open episodes and what must be said now.

    Args:
        line: the line's name.
        state: the line's state with its open episodes.
        dangers: what is true now, of this very line.
        forecast: carried into each notice.
        fresh: a valid reading seen just now, or None; only a fresh one can end an episode.
        paid: a payment was seen just now.
        now: the instant of this decision.
    """
    notices: list[Notice] = []
    episodes: list[Episode] = []

    def say(episode: Episode, danger: Danger) -> None:
        cut, pay_by = danger.cut_off, danger.pay_by
        facts = (danger.kind, danger.severity, danger.rung, episode.id, danger.why)
        notices.append(Notice(line, now, *facts, cut, forecast.run_out, pay_by))

    threads = {d.thread: None for d in dangers} | {e.thread: None for e in state.episodes}
    for thread in threads:
        here = [d for d in dangers if d.thread == thread]
        episode = state.episode(thread)
        if here:
            worst = max(here, key=lambda d: rank(d.severity))
            if episode is None:
                episode = Episode(f"{thread}-{now:%Y%m%dT%H%M%S}", thread, now, worst.kind, worst.severity)
            for danger in here:
                if episode.said(danger.rung) is None:
                    say(episode, danger)
                    episode = replace(episode, told=(*episode.told, (danger.rung, now)))
            episodes.append(replace(episode, calm_since=None))
            continue
        if episode is None:
            continue
        ended = _ended(episode, fresh, paid=paid, now=now)
        if isinstance(ended, Danger):
            say(episode, ended)
        elif not ended:
            episodes.append(replace(episode, calm_since=episode.calm_since or now))
    return tuple(episodes), notices


def _ended(episode: Episode, fresh: Reading | None, *, paid: bool, now: datetime) -> Danger | bool:
    """False: goes on. True: ends silently. A danger past: ends with that notice."""
    if fresh is None:
        return False
    lasted = int((now - episode.opened_at).total_seconds())
    match episode.thread:
        case "sight":
            return _past(episode, Kind.SIGHT_RESTORED, Why.of("sight_restored", seconds=lasted))
        case "service":
            if fresh.status is not Status.ACTIVE:
                return False
            return _past(episode, Kind.RESTORED, Why.of("restored", seconds=lasted, status=fresh.status))
        case _:
            if paid:
                why = Why.of("payment_seen", balance=fresh.balance, amount_due=fresh.amount_due)
                return _past(episode, Kind.PAYMENT_SEEN, why)
            return episode.calm_since is not None and now - episode.calm_since >= CALM


def _past(episode: Episode, kind: Kind, why: Why) -> Danger:
    return Danger(episode.thread, kind, Severity.INFO, str(kind), why)
