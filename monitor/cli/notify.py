"""``notify test``: a real test message through each channel, with each one's own result."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli import _context
from monitor.core.words import Severity
from monitor.ports import Message, SendResult

group = typer.Typer(no_args_is_help=True, help="Channels.")

_TEXT = {
    "en": (
        "billing-monitor: test message",
        "This is a test. When a line is in danger, the warning will arrive here.",
    ),
    "zh-CN": ("billing-monitor：测试消息", "这是一条测试消息。号码有停机风险时，提醒会发到这里。"),
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="notify")


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
        subject, text = _TEXT[one.language or settings.language]
        message = Message("test", subject, f"{subject}. {text}", text, severity=Severity.INFO, thread="test")
        with out.status(f"{name}: sending …"):
            sent = open_channel(name, one.url.get_secret_value()).send(
                message, settings.send_deadline.total_seconds()
            )
        good = sent.result is SendResult.DELIVERED
        failed += not good
        mark = "[green]✓ delivered[/]" if good else f"[red]✗ {sent.result}[/]"
        out.print(f"[bold]{name:<12}[/] {mark}  {sent.detail}", highlight=False)
    raise typer.Exit(1 if failed else 0)
