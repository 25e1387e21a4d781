"""What the commands about a stopped number share: the line, its rules and its language, from the settings."""

from __future__ import annotations

import typer

from monitor.core.line import Hold, Line
from monitor.core.rules import Rules
from monitor.rulebook import RulebookError, load
from monitor.rulebook.connectors import entry_of
from monitor.settings import EnvSource, Settings, SettingsError
from monitor.settings import load as load_settings


def settings(ctx: typer.Context) -> Settings:
    """Read the settings, or exit 2 with every fault."""
    files = getattr(ctx.obj, "env_files", None)
    try:
        return load_settings(EnvSource(files))
    except SettingsError as error:
        for fault in error.faults:
            typer.echo(str(fault), err=True)
        raise typer.Exit(2) from None


def watched(found: Settings, name: str) -> Line:
    """Return a line of the settings, or exit 2 naming the known ones."""
    spec = found.lines.get(name)
    if spec is None:
        known = ", ".join(sorted(found.lines)) or "none"
        typer.echo(f"no line {name!r} in the settings; known: {known}", err=True)
        raise typer.Exit(2)
    hold = Hold(spec.hold_since, spec.hold_until, spec.hold_fee) if spec.hold_since else None
    return Line(
        name,
        spec.carrier,
        spec.number,
        timezone=spec.timezone or found.timezone,
        rules=spec.rules,
        province=spec.province,
        billing=spec.billing,
        monthly_fee=spec.monthly_fee,
        grace_hours=spec.grace_hours,
        dunning_days=spec.dunning_days,
        hold=hold,
        receives_codes=spec.receives_codes,
    )


def line_rules(ctx: typer.Context, name: str) -> tuple[Rules, str]:
    """Return the rules that hold for a line, and the owner's language."""
    found = settings(ctx)
    line = watched(found, name)
    try:
        return load(found.rulebook).for_line(line, entry_of(line.carrier)), found.language
    except RulebookError as error:
        for fault in error.faults:
            typer.echo(fault, err=True)
        raise typer.Exit(2) from None
