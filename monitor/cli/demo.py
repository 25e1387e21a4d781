"""``demo``: one line's whole story in a minute."""

from __future__ import annotations

import os
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import _context
from monitor.ports import SendResult
from monitor.settings.fields import system_language

if TYPE_CHECKING:
    from rich.text import Text

    from monitor.demo import Moment
    from monitor.ports import Channel, Message, Sent

_WORDS = {
    "en": {
        "title": "billing-monitor demo",
        "intro": "A made-up carrier, the real daemon's parts, three weeks in {seconds:.0f} seconds. Each box is an alert as it would arrive.",
        "day": "day {day:>2}",
        "end": "That was the whole story. {count} alerts, none twice. Your own line: see README.md.",
        "none": "no figure",
        "active": "active",
        "restricted": "one-way bar",
        "suspended": "cut off",
        "healthy": "healthy",
        "low": "low",
        "due": "tops up; a bill is due",
        "autopay-fails": "autopay fails",
        "one-way-bar": "one-way bar",
        "two-way-bar": "two-way bar",
        "paid": "paid",
        "restored": "restored",
    },
    "zh-CN": {
        "title": "billing-monitor 演示",
        "intro": "一家虚构的运营商，真实的守护进程；三周的故事用 {seconds:.0f} 秒放完。每个方框就是一条您会收到的提醒。",
        "day": "第{day:>2}天",
        "end": "故事讲完了：共 {count} 条提醒，没有一条重复。监控您自己的号码，请看 README.zh-CN.md。",
        "none": "没有数据",
        "active": "正常",
        "restricted": "单停",
        "suspended": "双停",
        "healthy": "一切正常",
        "low": "余额不足",
        "due": "少量充值，账单到期",
        "autopay-fails": "自动缴费失败",
        "one-way-bar": "单向停机",
        "two-way-bar": "双向停机",
        "paid": "已缴费",
        "restored": "已复机",
    },
}
_WIDEST = 100
_COLOUR = {"active": "green", "restricted": "yellow", "suspended": "bold red", "unknown": "magenta"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    language: Annotated[
        str | None, typer.Option("--language", help="en or zh-CN; the system's by default.")
    ] = None,
    seconds: Annotated[float, typer.Option("--seconds", min=0, help="How long it takes, about.")] = 35,
) -> None:
    """Play one line's whole story with a mock carrier: healthy, low, due, autopay fails, barred, paid, restored."""
    from rich.console import Console  # noqa: PLC0415  # only for people
    from rich.panel import Panel  # noqa: PLC0415

    from monitor.demo import play  # noqa: PLC0415  # heavy
    from monitor.notify import open_channel  # noqa: PLC0415

    tongue = language or system_language()
    if tongue not in _WORDS:
        _context.fail(f"no language {tongue!r}; there are: {', '.join(_WORDS)}", 2)
    words = _WORDS[tongue]
    plain = bool(os.environ.get("NO_COLOR"))
    width = max(48, min(_WIDEST, get_terminal_size((_WIDEST, 24)).columns))
    out = Console(force_terminal=not plain, no_color=plain, width=width, highlight=False)
    out.print(
        Panel(
            words["intro"].format(seconds=seconds), title=words["title"], border_style="cyan", padding=(0, 1)
        )
    )
    colour = "never" if plain else "always"
    channel = _Counted(open_channel("console", f"console://?width={width}&colour={colour}"))
    before: tuple[object, ...] = ()
    stage = ""
    for moment in play(channel, tongue, seconds):
        shown = (moment.day, moment.reading.status if moment.reading else None)
        if shown != before:
            out.print(_line(moment, words, new_stage=moment.stage != stage), overflow="crop", no_wrap=True)
            stage = moment.stage
        before = shown
    out.print(f"[bold green]✓[/] {words['end'].format(count=channel.arrived)}")


class _Counted:
    """A channel that knows how many messages arrived through it."""

    def __init__(self, channel: Channel) -> None:
        self.name, self._channel, self.arrived = channel.name, channel, 0

    def send(self, message: Message, seconds: float) -> Sent:
        sent = self._channel.send(message, seconds)
        self.arrived += sent.result is SendResult.DELIVERED
        return sent


def _line(moment: Moment, words: dict[str, str], *, new_stage: bool) -> Text:
    from rich.cells import set_cell_size  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    line = Text(f"{words['day'].format(day=moment.day)}  {moment.at:%m-%d %H:%M}  ", style="dim")
    reading = moment.reading
    if reading is None or reading.balance is None:
        return line + Text(words["none"], style="magenta")
    amount = reading.balance.amount
    bar = "█" * max(0, min(24, int(amount / 4)))
    status = str(reading.status)
    colour = _COLOUR.get(status, "red")
    line += (
        Text(set_cell_size(words.get(status, status), 12), style=colour)
        + Text(f"¥{amount:>6.2f}  ", style="bold")
        + Text(bar, style=colour)
    )
    if new_stage and moment.stage in words:
        line += Text(f"  {words[moment.stage]}", style="cyan")
    return line
