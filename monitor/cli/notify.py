"""``notify test``: a real test message through each channel, with each one's own result."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli import _context
from monitor.clock import utcnow
from monitor.messages import TemplateComposer
from monitor.ports import Message, SendResult
from monitor.settings import Settings

_MEND = {
    SendResult.RETRY: "Waiting may help: try again in a minute; if it lasts, check host and port in the URL",
    SendResult.REFUSED: "Waiting does not help: mend MONITOR_CHANNELS__…__URL; docs/channels.md has each form",
}

group = typer.Typer(no_args_is_help=True, help="Channels.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="notify")


def _message(channel: str, language: str, settings: Settings) -> Message:
    writer = TemplateComposer(lambda _: language, lambda _: settings.timezone, settings.templates)
    return writer.test(channel, utcnow())


@group.command("test")
def send_test(
    ctx: typer.Context,
    channel: Annotated[str | None, typer.Argument(help="One channel; all of them by default.")] = None,
) -> None:
    """Send a real test message. Exit status: 0 all arrived, 1 some failed."""
    from monitor.notify import open_channel  # noqa: PLC0415  # not needed by the other commands

    settings = _context.of(ctx).settings
    names = [channel.lower()] if channel else list(settings.channels)
    if not names or names[0] not in settings.channels:
        have = ", ".join(settings.channels) or "none; write MONITOR_CHANNELS__MAIL__URL"
        _context.fail(f"no channel named {channel}; there are: {have}" if channel else f"channels: {have}", 2)
    out = _context.console()
    failed = 0
    for name in names:
        one = settings.channels[name]
        message = _message(name, one.language or settings.language, settings)
        with out.status(f"{name}: sending …"):
            sent = open_channel(name, one.url.get_secret_value()).send(
                message, settings.send_deadline.total_seconds()
            )
        good = sent.result is SendResult.DELIVERED
        failed += not good
        mark = "[green]✓ delivered[/]" if good else f"[red]✗ {sent.result}[/]"
        out.print(
            f"[bold]{name:<12}[/] {mark}  {sent.detail.replace(': will try again', '')}", highlight=False
        )
        if not good:
            out.print(f"  [green]→[/] {_MEND[sent.result]}", highlight=False)
    raise typer.Exit(1 if failed else 0)
