"""``doctor``: everything looked over, one finding a row, each with the next step."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from monitor.cli import _context

_PART = 16
"""Columns; a Chinese character takes two."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    ctx: typer.Context, json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False
) -> None:
    """Look over settings, database, clock, channels, carriers, unit and permissions. Exit status: 0 all well, 1 findings."""
    from rich.text import Text  # noqa: PLC0415  # only for people

    from monitor.doctor import examine  # noqa: PLC0415  # heavy
    from monitor.messages.phrases import phrases  # noqa: PLC0415

    context = _context.of(ctx)
    out, found, say = _context.console(), [], phrases(context.language)
    for finding in examine(context.source):
        found.append(finding)
        if json:
            continue
        mark = Text("✓ ", "green") if finding.good else Text("✗ ", "bold red")
        part = Text(say(finding.part), "bold")
        part.pad_right(max(1, _PART - part.cell_len))
        out.print(mark + part + Text(say(finding.message)))
        if finding.next_step:
            out.print(Text("  → ", "green") + Text(say(finding.next_step)))
    if json:
        _context.print_json([asdict(f) for f in found])
    raise typer.Exit(0 if all(f.good for f in found) else 1)
