"""``why`` and ``why-not``: what the monitor thinks of a line, on what grounds, and why it is silent."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import _context
from monitor.cli.notices import sentence
from monitor.clock import utcnow
from monitor.core.row import row
from monitor.core.state import LineState
from monitor.core.whynot import why_not as reasons_for_silence
from monitor.core.words import Kind

if TYPE_CHECKING:
    from rich.console import Console

    from monitor.app import Application
    from monitor.ports import Watched

LineName = Annotated[str, typer.Argument(metavar="LINE", help="Name of a line.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(why)
    app.command("why-not")(why_not)


def why(ctx: typer.Context, line: LineName) -> None:
    """Say what is known of a line, what follows from it, and what was said about it."""
    application = _context.of(ctx).application
    watched = _watched(application, line)
    now, out = utcnow(), _context.console()
    state = application.store.states([watched.line.name]).get(watched.line.name, LineState())
    _reading(out, watched, state, now)
    _outlook(out, state)
    _episodes(out, state, now)
    rows = application.store.notices(watched.line.name, 5)
    application.close()
    if rows:
        out.print("\n[bold]said lately[/]")
        for found in rows:
            out.print(f"  {sentence(found)}", highlight=False)


def why_not(
    ctx: typer.Context,
    line: LineName,
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help="A kind of notice: low_balance, suspended, …")],
) -> None:
    """Say why a notice of a kind is not being said about a line. Exit status 0 also when it is due."""
    application = _context.of(ctx).application
    watched = _watched(application, line)
    now, out = utcnow(), _context.console()
    state = application.store.states([watched.line.name]).get(watched.line.name, LineState())
    found = reasons_for_silence(
        kind, watched.line, state, to=watched.to, people=application.desk.people, now=now
    )
    rows = [r for r in application.store.notices(watched.line.name, 50) if r.notice.kind is kind]
    application.close()
    if not found:
        out.print(f"[bold]{kind}[/] is due: it is said at the next look at the line")
    for reason in found:
        out.print(f"  [{'yellow' if reason.stops else 'dim'}]•[/] {reason.text}", highlight=False)
    for one in rows[:3]:
        out.print(f"  [dim]{sentence(one)}[/]", highlight=False)


def _watched(application: Application, name: str) -> Watched:
    found = application.poller.watched.get(name.lower())
    if found is None:
        known = ", ".join(application.poller.watched) or "none"
        _context.fail(f"no line named {name!r}; there are: {known}", 2)
    return found


def _reading(out: Console, watched: Watched, state: LineState, now: datetime) -> None:
    one = row(watched.line, state, now, watched.rules)
    out.print(f"[bold]{one.line}[/] {one.number}: {one.status}, {one.severity}", highlight=False)
    if one.observed_at is not None:
        age = now - one.observed_at
        money = f"balance {one.balance}, " if one.balance is not None else ""
        owed = f"owed {one.amount_due}, " if one.amount_due is not None else ""
        out.print(f"  {money}{owed}seen {age.total_seconds() / 3600:.1f} hours ago", highlight=False)
    else:
        out.print("  no reading yet")
    if one.error is not None:
        out.print(f"  [yellow]the last poll failed ({one.error.kind}): {one.error.message}[/]")
    for danger in one.dangers:
        out.print(f"  [red]![/] {danger.kind} ({danger.severity}) because {danger.why}", highlight=False)


def _outlook(out: Console, state: LineState) -> None:
    forecast = state.forecast
    if forecast is None:
        return
    out.print("\n[bold]outlook if nobody pays[/]")
    if forecast.cut_off.earliest is not None:
        likely = f", likely {_at(forecast.cut_off.likely)}" if forecast.cut_off.likely else ""
        out.print(f"  cut off from {_at(forecast.cut_off.earliest)} on{likely}", highlight=False)
    for hours, chance in forecast.chances:
        out.print(f"  within {hours:>3} h: {chance:.0%}", highlight=False)
    for reason in forecast.reasons:
        out.print(f"  [dim]{reason}[/]", highlight=False)


def _episodes(out: Console, state: LineState, now: datetime) -> None:
    if state.muted_until is not None and now < state.muted_until:
        out.print(f"\nmuted until {_at(state.muted_until)}: what is to be said waits")
    for episode in state.episodes:
        told = ", ".join(f"{stage} at {_at(at)}" for stage, at in episode.told) or "nothing yet"
        out.print(f"\n[bold]{episode.thread}[/] since {_at(episode.opened_at)}: said {told}", highlight=False)
        if episode.acked_at is not None:
            out.print(f"  acknowledged at {_at(episode.acked_at)}: silent until it ends")
        if episode.snoozed_until is not None and now < episode.snoozed_until:
            out.print(f"  snoozed until {_at(episode.snoozed_until)}")


def _at(at: datetime | None) -> str:
    return "–" if at is None else f"{at.astimezone():%m-%d %H:%M}"
