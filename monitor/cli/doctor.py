"""``doctor``: everything looked over, one finding a row, each with the next step."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from monitor.cli import _context


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    ctx: typer.Context, json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False
) -> None:
    """Look over settings, database, clock, channels, carriers, unit and permissions. Exit status: 0 all well, 1 findings."""
    from rich.text import Text  # noqa: PLC0415  # only for people

    from monitor.doctor import examine  # noqa: PLC0415  # heavy

    out, found = _context.console(), []
    for finding in examine(_context.of(ctx).source):
        found.append(finding)
        if json:
            continue
        mark = Text("✓ ", "green") if finding.good else Text("✗ ", "bold red")
        out.print(mark + Text(f"{finding.part:<16}", "bold") + Text(finding.message))
        if finding.next_step:
            out.print(Text("  → ", "green") + Text(finding.next_step))
    if json:
        _context.print_json([asdict(f) for f in found])
    raise typer.Exit(0 if all(f.good for f in found) else 1)
