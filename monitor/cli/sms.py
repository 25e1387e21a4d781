"""``sms``: what a carrier's message says."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import Annotated, assert_never

import typer

from monitor import clock
from monitor.cli import _context as context
from monitor.core.sms import parse
from monitor.core.sms.join import Part
from monitor.intake.lexicon import load
from monitor.intake.post import Post
from monitor.intake.text import unwrap

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
    group.command("ingest")(ingest)
    app.add_typer(group, name="sms")


def parse_message(sender: Sender = "", received_at: ReceivedAt = None, words: Words = None) -> None:
    """Read one message from standard input and print what it states as one JSON object.

    Exit status 1: there is no text to understand.
    """
    at = instant(received_at)
    try:
        seen = parse(_standard_input(), sender, at, load(words))
    except (ValueError, OSError) as why:
        context.fail(f"{why}. Nothing was stored; waiting does not help.")
    sys.stdout.write(json.dumps(seen.row(), ensure_ascii=False) + "\n")


class Form(StrEnum):
    """What standard input (or the environment) holds."""

    TEXT = "text"
    GAMMU = "gammu"
    """gammu-smsd's RunOnReceive: the message is in the environment."""
    MMCLI = "mmcli"
    """The answer of ``mmcli -s PATH -J``."""
    MODEM = "modem"
    """The answer of ``mmcli -m N -J``: state of SIM and network, evidence for a fault."""


LineName = Annotated[
    str,
    typer.Option(
        "--line", metavar="LINE", help="Whose SIM received it; told from carrier and number if left out."
    ),
]
Source = Annotated[Form, typer.Option("--from", help="What is handed over.")]


def ingest(
    ctx: typer.Context,
    line: LineName = "",
    sender: Sender = "",
    received_at: ReceivedAt = None,
    source: Source = Form.TEXT,
    words: Words = None,
) -> None:
    """Read one message and store what it says of a line; the same message twice counts once.

    Prints one JSON object. Exit status 1: nothing was understood, or nobody knows whose it is.
    """
    from monitor.intake import gammu, modem  # noqa: PLC0415 (parsing alone does not need them)

    now = clock.utcnow()
    at = instant(received_at)
    here = context.of(ctx)
    words = words or here.settings.sms.words
    app = here.application
    try:
        match source:
            case Form.TEXT:
                part: Part | None = Part(
                    sender, unwrap(_standard_input()), at, key="" if received_at else "untimed"
                )
            case Form.GAMMU:
                part = gammu.message(os.environ, now)
            case Form.MMCLI:
                part = modem.message(_standard_input(), now, CHINA)
            case Form.MODEM:
                seen = Post(app.store, app.poller.watched, app.poller.route, load(words)).probe(
                    modem.signals(_standard_input()), line, now
                )
                sys.stdout.write(json.dumps({"line": line, "signals": seen}) + "\n")
                return
            case _:
                assert_never(source)
        if part is None:
            sys.stdout.write(
                json.dumps({"line": None, "stored": False, "note": "no received message"}) + "\n"
            )
            return
        result = Post(app.store, app.poller.watched, app.poller.route, load(words)).take(part, now, line)
    except (ValueError, OSError) as why:
        context.fail(f"{why}. Nothing was stored; waiting does not help.")
    finally:
        app.close()
    row = {
        "line": result.line,
        "stored": result.stored,
        "repeat": result.repeat,
        "note": result.note,
        "lines": list(result.lines),
        "message": result.parsed.row(),
    }
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    if result.line is None:
        raise typer.Exit(1)


def _standard_input() -> str:
    return sys.stdin.buffer.read().decode("utf-8", "replace")


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
