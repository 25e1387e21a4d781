"""``why`` and ``why-not``: what the monitor thinks of a line, on what grounds, and why it is silent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from monitor.cli import _context
from monitor.cli.notices import sentence
from monitor.clock import utcnow
from monitor.core.ladder import leading
from monitor.core.row import row
from monitor.core.state import LineState
from monitor.core.whynot import why_not as reasons_for_silence
from monitor.core.words import CUT_OFF, Kind

if TYPE_CHECKING:
    from monitor.app import Application
    from monitor.messages import Teller
    from monitor.ports import NoticeRow, Watched

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
    teller = _context.teller(application.settings, now)
    state = application.store.states([watched.line.name]).get(watched.line.name, LineState())
    rows = application.store.notices(watched.line.name, 5)
    application.close()
    for said in (
        _reading(teller, watched, state, now),
        _outlook(teller, state),
        _episodes(teller, state, now),
        _lately(teller, rows),
    ):
        for text in said:
            out.print(text, highlight=False)


def why_not(
    ctx: typer.Context,
    line: LineName,
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help="A kind of notice: low_balance, suspended, …")],
) -> None:
    """Say why a notice of a kind is not being said about a line. Exit status 0 also when it is due."""
    application = _context.of(ctx).application
    watched = _watched(application, line)
    now, out = utcnow(), _context.console()
    teller = _context.teller(application.settings, now)
    state = application.store.states([watched.line.name]).get(watched.line.name, LineState())
    people = application.desk.people
    found = reasons_for_silence(
        kind, watched.line, state, to=watched.to, people=people, now=now, rules=watched.rules
    )
    rows = [r for r in application.store.notices(watched.line.name, 50) if r.notice.kind is kind]
    application.close()
    if not found:
        out.print(f"[bold]{kind}[/]: {escape(teller.say('due'))}", highlight=False)
    for reason in found:
        mark = "yellow" if reason.stops else "dim"
        out.print(f"  [{mark}]•[/] {escape(teller.because(reason.why))}", highlight=False)
    for one in rows[:3]:
        out.print(f"  [dim]{escape(sentence(teller, one))}[/]", highlight=False)


def _watched(application: Application, name: str) -> Watched:
    found = application.poller.watched.get(name.lower())
    if found is None:
        known = ", ".join(application.poller.watched) or "none"
        _context.fail(f"no line named {name!r}; there are: {known}", 2)
    return found


def _reading(teller: Teller, watched: Watched, state: LineState, now: datetime) -> Iterator[str]:
    one = row(watched.line, state, now, watched.rules)
    yield f"[bold]{one.line}[/] {one.number}: {escape(teller.head(one))}"
    yield f"  {escape(teller.figures(one))}"
    if one.error is not None:
        said = teller.say("failing", failure=str(one.error.kind), message=one.error.message)
        yield f"  [yellow]{escape(said)}[/]"
    for danger in leading(one.dangers):
        headline, because = teller.danger(one.line, danger)
        yield f"  [red]![/] {escape(headline)}"
        if because:
            yield f"    [dim]{escape(because)}[/]"


def _outlook(teller: Teller, state: LineState) -> Iterator[str]:
    if state.forecast is None or (state.reading is not None and state.reading.status in CUT_OFF):
        return
    yield f"\n[bold]{teller.say('outlook')}[/]"
    for said in teller.outlook(state.forecast):
        yield f"  {escape(said)}"


def _episodes(teller: Teller, state: LineState, now: datetime) -> Iterator[str]:
    if state.muted_until is not None and now < state.muted_until:
        yield "\n" + teller.say("muted", until=state.muted_until)
    for episode in state.episodes:
        about, since = teller.episode(episode)
        yield f"\n[bold]{escape(about)}[/] {escape(since)}"
        if episode.acked_at is not None:
            yield "  " + teller.say("acked", at=episode.acked_at)
        if episode.snoozed_until is not None and now < episode.snoozed_until:
            yield "  " + teller.say("snoozed", until=episode.snoozed_until)


def _lately(teller: Teller, rows: list[NoticeRow]) -> Iterator[str]:
    if rows:
        yield f"\n[bold]{teller.say('lately')}[/]"
    for found in rows:
        yield f"  {escape(sentence(teller, found))}"
