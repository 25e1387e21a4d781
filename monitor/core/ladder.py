"""From dangers to notices: due and not yet told, one episode per thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from monitor.core.autopay import DEBIT
from monitor.core.forecast.model import Forecast
from monitor.core.notice import Danger, Notice, Why
from monitor.core.policy import CALM, IN_TIME, LIKELY_CLOSES, LIKELY_HOURS, QUIET, REPEAT
from monitor.core.reading import Reading
from monitor.core.state import Episode, LineState
from monitor.core.values import changed
from monitor.core.words import Kind, Severity, Status, rank


def climb(
    line: str,
    state: LineState,
    dangers: Sequence[Danger],
    *,
    was: Forecast | None = None,
    fresh: Reading | None,
    paid: bool,
    now: datetime,
) -> tuple[tuple[Episode, ...], list[Notice]]:
    """Return the open episodes and what must be said now.

    Args:
        line: the line's name.
        state: the line's state with its open episodes and the forecast of this instant.
        dangers: what is true now, of this very line.
        was: the forecast before this look.
        fresh: a valid reading seen just now, or None; only a fresh one can end an episode.
        paid: a payment was seen just now.
        now: the instant of this decision.
    """
    forecast = state.forecast or Forecast(now)
    notices: list[Notice] = []
    episodes: list[Episode] = []
    threads = {d.thread: None for d in dangers} | {e.thread: None for e in state.episodes}

    def say(episode: Episode, danger: Danger, stage: str) -> None:
        facts = (danger.kind, danger.severity, stage, episode.id, danger.why)
        notices.append(Notice(line, now, *facts, danger.cut_off, forecast.run_out, danger.pay_by))

    cut_off = any(d.thread == "service" for d in dangers)
    for thread in threads:
        here = [d for d in dangers if d.thread == thread]
        episode = state.episode(thread)
        if episode is not None and thread == "money" and (paid or cut_off):
            if not here and not cut_off and _worth_closing(episode, was) and not _was_cut(state):
                say(episode, _past(episode, Kind.PAYMENT_SEEN, _payment(state, episode, now)), "payment_seen")
            episode = None
        if here:
            episode, due, stage = _climb(episode, thread, here, now)
            if stage:
                say(episode, due, stage)
            episodes.append(episode)
        elif episode is not None:
            ended = _ended(episode, fresh, now)
            if isinstance(ended, Danger):
                say(episode, ended, ended.rung)
            elif not ended:
                episodes.append(changed(episode, calm_since=episode.calm_since or now))
    return tuple(episodes), notices


def _worth_closing(episode: Episode, was: Forecast | None) -> bool:
    """Whether a payment is confirmed: for a danger with a date, an urgent one, or one that had become more likely than not."""
    if rank(episode.severity) < rank(Severity.WARNING):
        return False
    likely = was is None or was.chance(LIKELY_HOURS) >= LIKELY_CLOSES
    return likely or episode.severity is Severity.CRITICAL or episode.kind is not Kind.LOW_BALANCE


def _was_cut(state: LineState) -> bool:
    return any(e.thread == "service" for e in state.episodes)


def _highest(here: Sequence[Danger]) -> list[Danger]:
    return sorted(here, key=lambda d: (d.level, rank(d.severity)), reverse=True)


def leading(dangers: Sequence[Danger]) -> list[Danger]:
    """What is shown of dangers: the highest of each thread, and those below it that have a date of their own, well after its."""
    highest = {d.thread: d for d in reversed(_highest(dangers))}

    def leads(danger: Danger) -> bool:
        top = highest[danger.thread]
        if danger.due is None or danger.level == top.level:
            return danger is top
        return top.due is None or danger.due >= top.due + IN_TIME

    return [d for d in dangers if leads(d)]


def rhythm(here: Sequence[Danger]) -> timedelta | None:
    """After how long what holds in one thread is said again: the highest danger's own rhythm, else the quickest below it."""
    return _highest(here)[0].repeat or min((d.repeat for d in here if d.repeat is not None), default=None)


def _climb(
    episode: Episode | None, thread: str, here: Sequence[Danger], now: datetime
) -> tuple[Episode, Danger, str]:
    """The episode after this look, the danger to be said now, and at which stage, or at none."""
    here = _highest(here)
    top = here[0]
    if episode is None:
        episode = Episode(f"{thread}-{now.astimezone(UTC):%Y%m%dT%H%M%S}", thread, now, top.kind, Severity.OK)
    elif episode.calm_since is not None:
        episode = changed(episode, calm_since=None)
    top, stage = _due(episode, here, now)
    if not stage:
        return episode, top, ""
    worst = max(episode.severity, top.severity, key=rank)
    kind = top.kind if worst is top.severity else episode.kind
    told = (*episode.told, (stage, now))
    level = max(episode.level, top.level)
    said = _heights(episode, top)
    since = tuple((dict(_since(episode)) | {top.level: now}).items())
    episode = changed(episode, told=told, level=level, heights=said, since=since, severity=worst, kind=kind)
    return episode, top, stage


def _due(episode: Episode, here: Sequence[Danger], now: datetime) -> tuple[Danger, str]:
    """The danger of those given, the highest first, that speaks, and the stage at which it is due, or none.

    That is the highest one; where that has been said, the highest below it that is news, because its own date is a later one.
    """
    top, *others = here
    news = is_news(episode, top, now)
    stage = _stage(episode, top, now, news=news, repeat=rhythm(here), quiet=top.quiet)
    if stage or news:
        return top, stage
    for danger in others:
        if danger.level < top.level and is_news(episode, danger, now):
            quiet = max(danger.quiet, timedelta(0) if danger.severity is Severity.CRITICAL else QUIET)
            return danger, _stage(episode, danger, now, news=True, repeat=None, quiet=quiet)
    return top, ""


def _heights(episode: Episode, top: Danger) -> tuple[tuple[int, datetime | None], ...]:
    """What has been said by now, each height once, with the date up to which that holds."""
    before = dict(episode.heights or (((episode.level, None),) if episode.told else ()))
    return tuple((before | {top.level: top.due + top.slack if top.due and top.slack else None}).items())


def is_news(episode: Episode, danger: Danger, now: datetime) -> bool:
    """Whether a danger stands above all that was said of about the date that it has: one put off makes its rungs due again."""
    said = episode.said(danger.rung)
    if said is not None and now - said < danger.rest:
        return False
    if danger.due is None or not episode.heights:
        return not episode.told or danger.level > episode.level
    reached = (h for h, until in episode.heights if until is None or danger.due < until)
    return danger.level > max(reached, default=0)


def _last(episode: Episode, level: int) -> datetime:
    """When something at least as high was last said, of what was said so far: what is lower delays no repetition."""
    return max((at for height, at in _since(episode) if height >= level), default=episode.told[-1][1])


def _since(episode: Episode) -> tuple[tuple[int, datetime], ...]:
    """When each height was last said; where an older version did not write that down, the last word counts for the highest."""
    if episode.since or not episode.told:
        return episode.since
    return ((episode.level, episode.told[-1][1]),)


def _stage(
    episode: Episode, danger: Danger, now: datetime, *, news: bool, repeat: timedelta | None, quiet: timedelta
) -> str:
    """Due and not yet told: the name under which it is said now, or nothing.

    Args:
        episode: what was said so far.
        danger: the danger in question.
        now: the instant of this decision.
        news: it is, see :func:`is_news`.
        repeat: after how long it is said again; where it has no rhythm of its own, that of those below it.
        quiet: time that must lie between it and the message before it.
    """
    if episode.acked_at is not None:
        return ""
    snoozed = episode.snoozed_until is not None and now < episode.snoozed_until
    said = episode.said(danger.rung)
    worse = news and danger.severity is Severity.CRITICAL and (said is None or now - said >= REPEAT)
    if snoozed and not worse:
        return ""
    if not episode.told:
        return danger.rung
    again = repeat is not None and now - _last(episode, danger.level) >= repeat
    if (news or again) and now - episode.told[-1][1] >= quiet:
        first = news and said is None
        return danger.rung if first else f"{danger.rung}-{1 + len(episode.told)}"
    return ""


def _payment(state: LineState, episode: Episode, now: datetime) -> Why:
    reading = state.reading
    return Why.of(
        "payment_seen",
        balance=reading.balance if reading else None,
        amount_due=reading.amount_due if reading else None,
        seconds=int((now - episode.opened_at).total_seconds()),
    )


def _ended(episode: Episode, fresh: Reading | None, now: datetime) -> Danger | bool:
    """False: goes on. True: ends silently. A danger past: ends with that notice."""
    if fresh is None or episode.thread.startswith(DEBIT):
        return fresh is not None
    lasted = int((now - episode.opened_at).total_seconds())
    match episode.thread:
        case "sight":
            return _past(episode, Kind.SIGHT_RESTORED, Why.of("sight_restored", seconds=lasted))
        case "service":
            if fresh.status is not Status.ACTIVE:
                return False
            return _past(episode, Kind.RESTORED, Why.of("restored", seconds=lasted, status=fresh.status))
        case "restore":
            return True
        case _:
            return episode.calm_since is not None and now - episode.calm_since >= CALM


def _past(episode: Episode, kind: Kind, why: Why) -> Danger:
    return Danger(episode.thread, kind, Severity.INFO, str(kind), why)
