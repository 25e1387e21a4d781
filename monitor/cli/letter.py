"""``letter``: a request, a complaint or a petition, drafted from what is stored; the user completes and sends it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.cli import _context
from monitor.core.lifecycle import local_day
from monitor.guides.course import complaint, course, notes
from monitor.guides.gates import Case, gates
from monitor.guides.letter import Brief, LetterKind, Sender, as_html, draft

if TYPE_CHECKING:
    from monitor.core.state import LineState

Day = Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="day of your complaint to the carrier")]
YEAR = timedelta(days=366)


def register(app: typer.Typer) -> None:
    """Add ``letter``."""
    app.command()(letter)


def letter(
    ctx: typer.Context,
    kind: Annotated[LetterKind, typer.Argument(help="explanation, complaint or petition")],
    line: Annotated[str, typer.Argument(metavar="LINE", help="a line of the settings")],
    language: Annotated[str, typer.Option("--language", help="en or zh-CN")] = "",
    fee: Annotated[bool, typer.Option("--fee", help="the dispute is about charges")] = False,
    began_on: Annotated[
        str, typer.Option("--began-on", metavar="YYYY-MM-DD", help="first day of the matter")
    ] = "",
    complained_on: Day = "",
    refused: Annotated[
        bool, typer.Option("--refused", help="the carrier answered, and it does not satisfy")
    ] = False,
    elsewhere: Annotated[
        bool, typer.Option("--elsewhere", help="another body or court already has it")
    ] = False,
    ticket: Annotated[str, typer.Option("--ticket", help="ticket number of the complaint")] = "",
    name: Annotated[str, typer.Option("--name", help="who signs; a gap without it")] = "",
    full_number: Annotated[bool, typer.Option("--full-number", help="write the whole number")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="also write a page that prints well")] = None,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", help="also write a PDF (needs billing-monitor[pdf])")
    ] = None,
) -> None:
    """Draft a letter about a LINE. Reference, not legal advice: read it, complete it, send it yourself."""
    from monitor.cli._story import book_of, line_rules  # noqa: PLC0415 - loads what help does not need
    from monitor.clock import utcnow  # noqa: PLC0415

    found, rules = line_rules(ctx, line)
    context, now = _context.of(ctx), utcnow()
    language = language or context.settings.language
    state = context.application.store.states([found.name]).get(found.name)
    if state is None:
        _context.fail(f"nothing is stored about {found.name} yet; run: billing-monitor check {found.name}", 2)
    today = local_day(rules, found, now)
    store = context.application.store
    history = store.history(found.name, now - YEAR, now + timedelta(seconds=1))
    entries = store.trail(found.name, 0, 100_000)
    records = [(e.at, e.facts()) for e in entries if e.kind == "record" and e.at >= now - YEAR]
    first = complaint(records)
    case = Case(
        began_on=_day(began_on, "--began-on") or _began(state, today, found.zone),
        fee=fee or any(p.kind == "dispute:fee" for p in state.story.promises),
        complained_on=_day(complained_on, "--complained-on")
        or (local_day(rules, found, first[0]) if first else None),
        refused=refused,
        elsewhere=elsewhere,
    )
    brief = Brief(
        line=found,
        rules=rules,
        state=state,
        book=book_of(ctx),
        today=today,
        sender=Sender(name),
        case=case,
        ticket=ticket or (first[1] if first else ""),
        course=sorted([*course(history, language, [at for at, _ in records]), *notes(records, language)])[
            -40:
        ],
        full_number=full_number,
    )
    text = draft(kind, brief, language)
    if kind is LetterKind.PETITION:
        for gate in gates(rules, case, today):
            typer.echo(f"{'✓' if gate.open else '✗'} {gate.text(language)}", err=True)
    typer.echo(text, nl=False)
    if html is not None:
        _keep(html, as_html(text, language).encode())
    if pdf is not None:
        _keep(pdf, _pdf(text, language))


def _keep(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    file.chmod(0o600)


def _pdf(text: str, language: str) -> bytes:
    from monitor.guides.pdf import PdfError, as_pdf  # noqa: PLC0415 - an extra

    try:
        return as_pdf(as_html(text, language))
    except PdfError as error:
        _context.fail(str(error))


def _began(state: LineState, today: date, zone: ZoneInfo) -> date:
    opened = [p.due_on for p in state.story.promises if p.kind.startswith("dispute:")]
    stopped = state.story.stopped_at
    return min([*opened, *([stopped.astimezone(zone).date()] if stopped else [])], default=today)


def _day(text: str, option: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        _context.fail(f"{option}: {text!r} is not a day such as 2026-11-23", 2)
