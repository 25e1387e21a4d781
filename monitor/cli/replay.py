"""``billing-monitor replay``: what would I have been told?"""

# ruff: noqa: PLC0415 - a command imports what only it needs
from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from monitor.core.line import Foresight, Line
from monitor.core.notice import Notice
from monitor.core.rules import NO_RULES, Rules
from monitor.replay.cells import BadRow, BadTableError, Row
from monitor.replay.lines import read_lines
from monitor.replay.run import Player, Tally, in_time_order, play
from monitor.replay.table import read_rows
from monitor.rulebook import Rulebook, RulebookError, load

_SHOWN = 20
"""Bad rows that are printed one by one; the rest is counted."""


def as_json(notice: Notice, zone: ZoneInfo) -> dict[str, Any]:
    """One notice as a row of ``replay --json``, instants in the line's own zone."""

    def at(value: Any) -> str | None:
        return value.astimezone(zone).isoformat(timespec="seconds") if value is not None else None

    return {
        "line": notice.line,
        "at": at(notice.at),
        "kind": str(notice.kind),
        "severity": str(notice.severity),
        "stage": notice.stage,
        "cut_off": {"earliest": at(notice.cut_off.earliest), "likely": at(notice.cut_off.likely)},
        "run_out": {
            "p10": at(notice.run_out.p10),
            "p50": at(notice.run_out.p50),
            "p90": at(notice.run_out.p90),
        },
        "dedup_key": notice.dedup_key,
        "why": {"code": notice.why.code, **dict(notice.why.facts)},
    }


def _run(
    path: Path, line_of: Callable[[str], Line], rules_of: Callable[[Line], Rules]
) -> tuple[list[Notice], Tally, list[BadRow]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    tally, bad = Tally(), list[BadRow]()
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("replay"), BarColumn(), TextColumn("{task.percentage:>3.0f} %  {task.fields[rows]:,} rows"),
        TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal,
    )  # fmt: skip
    with bar:
        task = bar.add_task("replay", total=path.stat().st_size, rows=0)
        rows = read_rows(
            path,
            lambda name: line_of(name).zone,
            lambda name: line_of(name).currency,
            bad.append,
            lambda size: bar.update(task, completed=size, rows=tally.rows),
        )
        notices = in_time_order(play(rows, line_of, rules_of, tally))
    return notices, tally, bad


def _rules_of(book: Rulebook, entry: str) -> Callable[[Line], Rules]:
    """The rulebook's values for a line; an entry that nobody knows leaves what the owner wrote."""

    def find(line: Line) -> Rules:
        named = replace(line, rules=entry) if entry else line
        try:
            return book.for_line(named)
        except RulebookError:
            return NO_RULES

    return find


def _summary(notices: Sequence[Notice], tally: Tally, title: str) -> None:
    from rich.console import Console
    from rich.table import Table

    years = sum(((tally.last - tally.first).days / 365 if tally.last and tally.first else 0.0,)) * len(
        tally.lines
    )
    console, table = Console(), Table()
    table.add_column("notice")
    table.add_column("count", justify="right")
    table.add_column("a line-month", justify="right")
    for (kind, severity), count in sorted(Counter((str(n.kind), str(n.severity)) for n in notices).items()):
        table.add_row(f"{kind} ({severity})", str(count), f"{count / years / 12:.2f}" if years else "")
    table.add_section()
    table.add_row("all", str(len(notices)), f"{len(notices) / years / 12:.2f}" if years else "")
    console.print(title, style="bold", highlight=False)
    console.print(table)


def _known(file: Path | None, lines: Path | None, timezone: str) -> tuple[dict[str, Line], list[str]]:
    """Return what the owner wrote of each line, and every fault of the options at once."""
    faults = ["FILE is missing: the CSV with the history"] if file is None else []
    faults += [f"{path} is not a file" for path in (file, lines) if path is not None and not path.is_file()]
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        faults.append(f"--timezone {timezone!r} is no IANA zone, write for example Asia/Shanghai")
    try:
        known = read_lines(lines, timezone) if lines is not None and not faults else {}
    except (BadTableError, ZoneInfoNotFoundError) as error:
        return {}, [*faults, str(error)]
    return known, faults


def _wrong_entry(book: Rulebook, entry: str) -> list[str]:
    known = not entry or entry in book.entries
    return [] if known else [f"--rules {entry!r} is no rulebook entry; see `billing-monitor rules`"]


def replay(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="CSV with the history, see docs/foresight.md")] = None,
    lines: Annotated[Path | None, typer.Option(help="CSV with what the owner knows of each line")] = None,
    rules: Annotated[
        str, typer.Option(help="rulebook entry for every line: cn.mobile, generic.prepaid")
    ] = "",
    timezone: Annotated[str, typer.Option(help="zone of lines that name none")] = "UTC",
    foresight: Annotated[Foresight, typer.Option(help="early, balanced or late")] = Foresight.BALANCED,
    compare: Annotated[Foresight | None, typer.Option(help="a second setting to set beside it")] = None,
    from_store: Annotated[
        str, typer.Option(metavar="LINE", help="instead of a file: what the store knows of a line")
    ] = "",
    as_lines: Annotated[
        bool, typer.Option("--json", help="JSON Lines, one notice each, in order of time")
    ] = False,
) -> None:
    """Run a history through the decision on a virtual clock and print what it would have said."""
    if from_store:
        _from_store(ctx, from_store, foresight, compare, as_lines=as_lines)
        return
    book = load()
    known, faults = _known(file, lines, timezone)
    faults += _wrong_entry(book, rules)
    if faults or file is None:
        for fault in faults:
            typer.echo(fault, err=True)
        raise typer.Exit(2)

    def line_of(name: str, setting: Foresight) -> Line:
        found = known.get(name)
        if found is None:
            found = known[name] = Line(name, "replay", timezone=timezone)
        return found if found.foresight is setting else replace(found, foresight=setting)

    bad: list[BadRow] = []
    try:
        for setting in [foresight] + ([compare] if compare is not None else []):
            notices, tally, bad = _run(file, partial(line_of, setting=setting), _rules_of(book, rules))
            if as_lines:
                _print(notices, lambda name: known[name].zone)
            else:
                title = f"{file.name}, foresight {setting}: {len(tally.lines)} lines, {tally.rows:,} rows"
                _summary(notices, tally, title)
    except BadTableError as error:
        typer.echo(f"{file}: {error}", err=True)
        raise typer.Exit(2) from error
    if bad:
        _complain(file, bad)
        raise typer.Exit(1)


def _from_store(
    ctx: typer.Context, name: str, foresight: Foresight, compare: Foresight | None, *, as_lines: bool
) -> None:
    """What would I have been told with these settings? From the readings of the last year that the store kept."""
    from monitor.cli import _context
    from monitor.clock import utcnow

    application = _context.of(ctx).application
    watched = application.poller.watched.get(name.lower())
    if watched is None:
        known = ", ".join(application.poller.watched) or "none"
        _context.fail(f"no line named {name!r}; there are: {known}", _context.WRONG_SETTING)
    now = utcnow()
    seen = application.store.history(watched.line.name, now - timedelta(days=366), now)
    application.close()
    rows = [Row(watched.line.name, one.observed_at, (one,)) for one in seen]
    for setting in [foresight] + ([compare] if compare is not None else []):
        line, tally = replace(watched.line, foresight=setting), Tally()
        player = Player(line, watched.rules)
        notices = []
        for row in rows:
            tally.add(row)
            notices += [n for one in row.seen for n, _ in player.see(one, row.at)]
        if as_lines:
            _print(notices, lambda _: watched.line.zone)
        else:
            _summary(notices, tally, f"{watched.line.name}, foresight {setting}: {tally.rows:,} readings")


def _print(notices: Sequence[Notice], zone_of: Callable[[str], ZoneInfo]) -> None:
    for notice in notices:
        sys.stdout.write(json.dumps(as_json(notice, zone_of(notice.line)), ensure_ascii=False) + "\n")


def _complain(file: Path, bad: Sequence[BadRow]) -> None:
    for row in bad[:_SHOWN]:
        typer.echo(f"{file}:{row.number}: {row.why}", err=True)
    if len(bad) > _SHOWN:
        typer.echo(f"… and {len(bad) - _SHOWN} more bad rows", err=True)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(replay)


if __name__ == "__main__":
    typer.run(replay)
