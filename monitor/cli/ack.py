"""``ack``, ``snooze``, ``mute``, ``unmute``: stop a ladder, or hold it back for a while."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import _context
from monitor.clock import utcnow
from monitor.core.ack import LONGEST_SNOOZE, SNOOZE_FOR, Action, Refusal
from monitor.settings.fields import duration

if TYPE_CHECKING:
    from monitor.app import Application

NO_SUCH_ID = 4


def _span(text: str) -> timedelta:
    try:
        found = duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if not isinstance(found, timedelta) or not timedelta(0) < found <= LONGEST_SNOOZE:
        raise typer.BadParameter(f"at most {LONGEST_SNOOZE.days}d: a longer silence would be forgotten")
    return found


Id = Annotated[
    str, typer.Argument(metavar="ID", help="Of a notice, as `notices` shows it; a unique beginning will do.")
]
LineName = Annotated[str, typer.Argument(metavar="LINE", help="Name of a line.")]
Span = Annotated[timedelta, typer.Argument(metavar="FOR", parser=_span, help="How long: 90m, 12h, 3d.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(ack)
    app.command()(snooze)
    app.command()(mute)
    app.command()(unmute)


def ack(
    ctx: typer.Context,
    notice: Id,
    said: Annotated[
        Action, typer.Option("--as", help="What is answered; not_mine tells the second contact instead.")
    ] = Action.WORKING,
) -> None:
    """Acknowledge: reminders of this danger stop, on every channel. Exit status 4: no such notice."""
    _answer(ctx, notice, said, SNOOZE_FOR)


def snooze(ctx: typer.Context, notice: Id, span: Span = SNOOZE_FOR) -> None:
    """Silence for a while; then the notice comes again, if the danger still holds. Exit status 4: no such notice."""
    _answer(ctx, notice, Action.SNOOZE, span)


def mute(ctx: typer.Context, line: LineName, span: Span) -> None:
    """Hold back everything about a line for a while. What is to be said waits, and is not dropped."""
    until = utcnow() + span
    _line(ctx, line, lambda a: a.answers.mute(line.lower(), until, utcnow()))
    _context.console().print(f"[bold]{line}[/] is muted until {_clock(until)}; what is to be said waits")


def unmute(ctx: typer.Context, line: LineName) -> None:
    """End a mute: what was held back goes out now, if it still holds."""
    _line(ctx, line, lambda a: a.answers.unmute(line.lower(), utcnow()))
    _context.console().print(f"[bold]{line}[/] is not muted; what was held back goes out if it still holds")


def _answer(ctx: typer.Context, notice_id: str, action: Action, span: timedelta) -> None:
    application = _context.of(ctx).application
    try:
        row = application.store.notice(notice_id)
        if row is None:
            _context.fail(f"no notice {notice_id!r}; billing-monitor notices lists them", NO_SUCH_ID)
        given = application.answers.give(row.notice, action, f"{getpass.getuser()} (shell)", utcnow(), span)
    finally:
        application.close()
    out, what = _context.console(), f"[bold]{row.notice.line or 'billing-monitor'}[/] {row.notice.kind}"
    if isinstance(given, Refusal):
        out.print(f"{what}: it is over already, there is nothing to stop")
    elif given.until is not None:
        out.print(f"{what}: quiet until {_clock(given.until)}; then it comes again, if it still holds")
    elif action is Action.NOT_MINE:
        told = "the second contact is told now" if given.others_told else "no second contact waits to be told"
        out.print(f"{what}: reminders go on; {told}")
    else:
        out.print(f"{what}: acknowledged; its reminders stop on every channel")


def _line(ctx: typer.Context, line: str, change: Callable[[Application], bool]) -> None:
    application = _context.of(ctx).application
    try:
        known = ", ".join(application.poller.watched) or "none"
        if not change(application):
            _context.fail(f"no line named {line!r}; there are: {known}", 2)
    finally:
        application.close()


def _clock(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M %Z}"
