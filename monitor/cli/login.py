"""``login``: what a carrier wants from a person, handed over once; polling then goes on by itself."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from monitor import carriers, clock
from monitor.carriers._china import Ask, Consumer
from monitor.carriers._china_memory import human
from monitor.cli import _context as context

LineName = Annotated[str, typer.Argument(metavar="LINE", help="The line's name in the settings.")]
FromStdin = Annotated[
    bool, typer.Option("--stdin", help="Read KEY=VALUE lines from standard input in place of asking.")
]


def register(app: typer.Typer) -> None:
    """Add the command of this group."""
    app.command("login")(login)


def login(ctx: typer.Context, line: LineName, stdin: FromStdin = False) -> None:
    """Hand over what the carrier wants from a person: a session, a verified device, a code. It is kept encrypted.

    Without a value, the line is only tried anew (after you confirmed the device in the carrier's own app).
    """
    here = context.of(ctx)
    if line not in here.settings.lines:
        known = ", ".join(sorted(here.settings.lines)) or "none"
        context.fail(f"no line {line!r} in the settings; known: {known}", context.WRONG_SETTING)
    app = here.application
    try:
        watched = app.poller.watched[line]
        connector = carriers.make(watched.line.carrier)
        if not isinstance(connector, Consumer):
            context.fail(f"{watched.line.carrier} needs no person: put its credentials into the settings", 2)
        chinese = here.settings.language == "zh-CN"
        given = _piped(connector.asks) if stdin else _asked(connector.asks, chinese=chinese)
        now = clock.utcnow()
        human(connector.name, watched, app.store.vault(), given, now)
        app.store.poll_now([line], now)
    finally:
        app.close()
    done = "已保存，将立即重新查询。" if chinese else "kept; the line is polled at once."
    sys.stdout.write(f"{line}: {done}\n")


def _asked(asks: tuple[Ask, ...], *, chinese: bool) -> dict[str, str]:
    skip = "留空跳过" if chinese else "empty: skip"
    return {
        ask.key: typer.prompt(
            f"{ask.zh if chinese else ask.en} ({skip})", default="", hide_input=True, show_default=False
        )
        for ask in asks
    }


def _piped(asks: tuple[Ask, ...]) -> dict[str, str]:
    known = {ask.key for ask in asks}
    given: dict[str, str] = {}
    for row in sys.stdin.read().splitlines():
        key, _, value = row.partition("=")
        key = key.strip().lower()
        if not row.strip():
            continue
        if key not in known:
            context.fail(
                f"{key!r} is not asked for; known: {', '.join(sorted(known))}", context.WRONG_SETTING
            )
        given[key] = value.strip()
    return given
