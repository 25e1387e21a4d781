"""``guide``: what to do now, step by step; points can be ticked and resumed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.cli import _context
from monitor.core.cause import Signal, classify
from monitor.core.lifecycle import Position, Stage, locate
from monitor.core.story import signals
from monitor.core.words import Basis, Cause
from monitor.guides import build
from monitor.guides.guide import Guide
from monitor.guides.position import SIGNALS, about, settled
from monitor.guides.render import as_text, wrap
from monitor.guides.ticks import Ticks
from monitor.guides.wizard import End, walk
from monitor.rulebook import RulebookError

_MMCLI = ("mmcli", "-m", "any", "--output-json")
Name = Annotated[str, typer.Argument(metavar="[LINE]", help="a line of the settings")]
CauseOption = Annotated[str, typer.Option("--cause", help=", ".join(Cause))]
StageOption = Annotated[str, typer.Option("--stage", help=", ".join(Stage))]
Numbers = Annotated[list[int] | None, typer.Option(help="number of a point; may be given again")]


def register(app: typer.Typer) -> None:
    """Add ``guide``."""
    app.command()(guide)


def guide(
    ctx: typer.Context,
    line: Name = "",
    cause: CauseOption = "",
    rules: Annotated[str, typer.Option("--rules", help="rulebook entry: cn.mobile, generic.prepaid, …")] = "",
    province: Annotated[str, typer.Option("--province", help="henan, chongqing, …")] = "",
    stage: StageOption = "",
    language: Annotated[str, typer.Option("--language", help="en or zh-CN")] = "",
    tick: Numbers = None,
    untick: Numbers = None,
    wizard: Annotated[bool, typer.Option("--wizard", help="test device and SIM by questions")] = False,
    modem: Annotated[bool, typer.Option("--modem", help="ask a modem at this machine (mmcli)")] = False,
) -> None:
    """What to do now about a LINE, or about a --cause without any settings."""
    if cause and cause not in set(Cause):
        _context.fail(f"no cause {cause!r}; one of: {', '.join(Cause)}", 2)
    if stage and stage not in set(Stage):
        _context.fail(f"no stage {stage!r}; one of: {', '.join(Stage)}", 2)
    if not line and not cause:
        _context.fail("name a LINE of the settings, or give --cause (and --rules)", 2)
    if not line:
        _plain(Cause(cause), rules, Stage(stage) if stage else None, province, language or _system())
        return
    _of_line(ctx, line, cause, language, tick or [], untick or [], wizard=wizard, modem=modem)


def _plain(cause: Cause, rules: str, stage: Stage | None, province: str, language: str) -> None:
    try:
        found = build(cause, rules, stage=stage, province=province, language=language)
    except RulebookError as error:
        _context.fail("; ".join(error.faults), 2)
    typer.echo(as_text(found, width=_width()), nl=False)


def _of_line(
    ctx: typer.Context,
    name: str,
    cause: str,
    language: str,
    tick: list[int],
    untick: list[int],
    *,
    wizard: bool,
    modem: bool,
) -> None:
    from monitor.app import state_folder  # noqa: PLC0415 - `guide --cause` works without settings and store
    from monitor.cli._story import book_of, line_rules  # noqa: PLC0415
    from monitor.clock import utcnow  # noqa: PLC0415
    from monitor.evidence.record import note_signs  # noqa: PLC0415

    line, rules = line_rules(ctx, name)
    context, now = _context.of(ctx), utcnow()
    language = language or context.settings.language
    store, watched = context.application.store, context.application.poller.watched[line.name]
    state = store.states([line.name]).get(line.name)
    if state is None:
        _context.fail(f"nothing is stored about {line.name} yet; run: billing-monitor check {line.name}", 2)
    reading = state.reading
    tested = walk(Ticks.of(state_folder(), line.name, Cause.UNKNOWN).fresh_answers(now))[1]
    verdict = classify([*signals(line, rules, state, now), *tested])
    reported = reading is not None and reading.cause_basis is Basis.REPORTED
    named = Cause(cause) if cause else reading.cause if reading and reported else verdict.cause
    after = settled(rules, state, named, now) if not cause else None
    named = after.cause if after else named
    ticks = Ticks.of(state_folder(), line.name, named)
    if wizard:
        found_out = _ask(ticks, language, now)
        note_signs(store, watched, found_out, route=context.application.poller.route, now=utcnow())
        return
    if modem:
        _modem(language)
        return
    position = locate(line, rules, reading, state.story.stopped_at, now, worked_at=state.story.worked_at)
    entry = rules.entry if rules.entry in book_of(ctx).entries else ""
    found = build(
        named,
        entry,
        province=line.province,
        language=language,
        position=position,
        book=book_of(ctx),
        paid=after.phase if after else None,
    )
    _mark(found, ticks, tick, untick)
    basis = Basis.REPORTED if reported and not cause else Basis.INFERRED
    zone = ZoneInfo(rules.zone) if rules.zone else line.zone
    if after is not None:
        extra = list(after.lines(zone, language))
    elif _off(position):
        extra = list(about(position, basis, verdict, named, language))
    else:
        works = position.stage is Stage.ACTIVE and named is Cause.UNKNOWN and not cause
        extra = [_WORKS[language.startswith("zh")]] if works else []
    text = as_text(found, ticked=ticks.done, extra=extra, width=_width())
    typer.echo(re.sub(r"\bLINE\b", line.name, text), nl=False)


_WORKS = (
    "The carrier reports this line as working: nothing needs to be done. What follows is for a phone that fails all the same.",
    "运营商显示此号码正常，目前无需处理。以下步骤用于：显示正常，却打不通或不能用。",
)
"""English, Chinese."""


def _off(position: Position) -> bool:
    return position.stage not in (Stage.ACTIVE, Stage.UNKNOWN)


def _mark(found: Guide, ticks: Ticks, tick: list[int], untick: list[int]) -> None:
    points = found.points()
    for number in (*tick, *untick):
        if not 1 <= number <= len(points):
            _context.fail(f"no point {number}; there are 1 to {len(points)}", 2)
    for number in tick:
        ticks.tick(points[number - 1].id)
    for number in untick:
        ticks.untick(points[number - 1].id)
    if tick or untick:
        ticks.save()


def _ask(ticks: Ticks, language: str, now: datetime) -> Sequence[Signal]:
    """Walk through the device test; the answers are kept, and an interrupted test goes on where it was.

    Return the signs that it found.
    """
    zh = language.startswith("zh")
    ticks.answers = ticks.fresh_answers(now)
    at, _ = walk(ticks.answers)
    if isinstance(at, End):  # a finished test starts anew
        ticks.answers = {}
        at, _ = walk(ticks.answers)
    while not isinstance(at, End):
        ticks.answers[at.id] = "yes" if typer.confirm(at.text(language)) else "no"
        ticks.tested_at = now.isoformat()
        ticks.save()
        at, _ = walk(ticks.answers)
    typer.echo(("结论：" if zh else "Result: ") + at.text(language))
    _, found = walk(ticks.answers)
    for signal in found:
        typer.echo(f"  {SIGNALS[signal][zh]}")
    return found


def _modem(language: str) -> None:
    from monitor.intake.modem import signals as modem_signals  # noqa: PLC0415 - only here

    zh = language.startswith("zh")
    tool = shutil.which(_MMCLI[0])
    if tool is None:
        _context.fail("mmcli is not installed; install ModemManager, or use --wizard", 1)
    try:
        done = subprocess.run([tool, *_MMCLI[1:]], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 - fixed arguments
    except (OSError, subprocess.TimeoutExpired) as error:
        _context.fail(f"mmcli did not answer ({type(error).__name__}); try again, or use --wizard", 1)
    try:
        found = modem_signals(done.stdout)
    except ValueError:
        found = ()
    if not found:
        typer.echo(
            "没有找到调制解调器，或它没有给出线索。" if zh else "No modem was found, or it gives no hint."
        )
    for signal in found:
        typer.echo(SIGNALS[signal][zh])
    for row in wrap(
        "仅为线索：能注册不代表没停机，被拒绝也不代表已停机。"
        if zh
        else "Hints only: registered does not prove that the line is not stopped, denied does not prove that it is.",
        _width(),
    ):
        typer.echo(row)


def _width() -> int:
    return min(shutil.get_terminal_size((100, 24)).columns, 110) if sys.stdout.isatty() else 100


def _system() -> str:
    from monitor.settings.fields import system_language  # noqa: PLC0415 - only when nothing was asked for

    return system_language()
