"""What the commands about a stopped number share: the line, its rules and its language, from the settings."""

from __future__ import annotations

import typer

from monitor.app import line_of
from monitor.cli import _context
from monitor.core.line import Line
from monitor.core.rules import Rules
from monitor.rulebook import Rulebook, RulebookError, load
from monitor.rulebook.connectors import entry_of


def line_named(ctx: typer.Context, name: str) -> Line:
    """Return a line of the settings, or leave with status 2 naming the known ones."""
    settings = _context.of(ctx).settings
    spec = settings.lines.get(name.lower())
    if spec is None:
        known = ", ".join(sorted(settings.lines)) or "none"
        _context.fail(f"no line {name!r} in the settings; known: {known}", _context.WRONG_SETTING)
    return line_of(name.lower(), spec, settings)


def book_of(ctx: typer.Context) -> Rulebook:
    """Return the rulebook with the owner's own files, or leave with status 2."""
    try:
        return load(_context.of(ctx).settings.rulebook)
    except RulebookError as error:
        _context.fail("; ".join(error.faults), _context.WRONG_SETTING)


def line_rules(ctx: typer.Context, name: str) -> tuple[Line, Rules]:
    """Return a line and the rules that hold for it, or leave with status 2."""
    line = line_named(ctx, name)
    try:
        return line, book_of(ctx).for_line(line, entry_of(line.carrier))
    except RulebookError as error:
        _context.fail("; ".join(error.faults), _context.WRONG_SETTING)
