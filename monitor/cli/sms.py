"""``sms``: what a carrier's message says."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated

import typer

from monitor import clock
from monitor.cli import _context as context
from monitor.core.sms import parse
from monitor.intake.lexicon import load

CHINA = timezone(timedelta(hours=8))
Sender = Annotated[
    str, typer.Option("--sender", metavar="S", help="The number or name the message came from.")
]
ReceivedAt = Annotated[
    str | None,
    typer.Option(
        "--received-at",
        metavar="T",
        help="When it came, ISO 8601; now if left out. Completes years and months.",
    ),
]
Words = Annotated[
    Path | None,
    typer.Option(
        "--words",
        metavar="FILE",
        help="Your own TOML file of words, senders and hosts, added to the shipped one.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    group = typer.Typer(help="Carriers' messages: what they say, and into the store.", no_args_is_help=True)
    group.command("parse")(parse_message)
    app.add_typer(group, name="sms")


def parse_message(sender: Sender = "", received_at: ReceivedAt = None, words: Words = None) -> None:
    """Read one message from standard input and print what it states as one JSON object.

    Exit status 1: there is no text to understand.
    """
    at = instant(received_at)
    try:
        seen = parse(sys.stdin.buffer.read().decode("utf-8", "replace"), sender, at, load(words))
    except (ValueError, OSError) as why:
        context.fail(f"{why}. Nothing was stored; waiting does not help.")
    sys.stdout.write(json.dumps(seen.row(), ensure_ascii=False) + "\n")


def instant(text: str | None) -> datetime:
    """Read ``--received-at``; without an offset it is meant in China's time, since the carriers of the table are there."""
    if text is None:
        return clock.utcnow().astimezone(CHINA)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not an ISO 8601 instant such as 2026-11-23T09:00:00+08:00"
        ) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=CHINA)
