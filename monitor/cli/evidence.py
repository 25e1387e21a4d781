"""``record``, ``evidence export``, ``evidence verify``: the contact log, the sealed archive, the check of the chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import _context

if TYPE_CHECKING:
    from monitor.app import Application
    from monitor.core.evidence import Fault
    from monitor.core.money import Money
    from monitor.ports import Watched

group = typer.Typer(
    no_args_is_help=True, help="Proof of what was seen, said and sent: hand it out, check it."
)

_LineName = Annotated[str, typer.Argument(metavar="LINE", help="The line's name in the settings.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(record)
    app.add_typer(group, name="evidence")


def record(  # the options are the fields of one note
    ctx: typer.Context,
    line: _LineName,
    text: Annotated[
        str,
        typer.Argument(help="What was said or done, in your words; may be left out with --paid or --closed."),
    ] = "",
    attach: Annotated[
        list[Path] | None, typer.Option(help="A file to keep with it; may be given again.")
    ] = None,
    by: Annotated[str, typer.Option(help="How: hotline, app, hall, sms, …")] = "",
    operator: Annotated[str, typer.Option(help="Number or name of the member of staff.")] = "",
    ticket: Annotated[str, typer.Option(help="Ticket or case number.")] = "",
    paid: Annotated[str, typer.Option(metavar="AMOUNT", help="You paid: 50 or '50 CNY'.")] = "",
    ref: Annotated[str, typer.Option(help="Reference of the payment.")] = "",
    gift: Annotated[
        bool, typer.Option("--gift", help="It is credit given by the carrier: it settles no debt.")
    ] = False,
    balance: Annotated[str, typer.Option(metavar="AMOUNT", help="The balance as you saw it.")] = "",
    promise_by: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day by which the carrier promised to act.")
    ] = None,
    dispute: Annotated[
        str, typer.Option(metavar="fee|other", help="A dispute begins: its time limits run from today.")
    ] = "",
    closed: Annotated[
        bool, typer.Option("--closed", help="What this ticket promised or disputed is done.")
    ] = False,
) -> None:
    """Keep a call, a reply, a payment or a promise: as evidence, and for the next decision."""
    if not (text or paid or balance or closed):
        _context.fail("write what was said or done, or give --paid, --balance or --closed", 2)
    if dispute not in ("", "fee", "other"):
        _context.fail("--dispute is 'fee' or 'other'", 2)
    if missing := [str(path) for path in attach or () if not path.is_file()]:
        _context.fail(f"no such file: {', '.join(missing)}", 2)
    from monitor.clock import utcnow  # noqa: PLC0415  other commands need none of these
    from monitor.evidence.files import Attachments, EvidenceError  # noqa: PLC0415
    from monitor.evidence.record import Note  # noqa: PLC0415
    from monitor.evidence.record import record as keep  # noqa: PLC0415

    with _house(ctx, line) as (application, watched):
        due: date | None = promise_by.date() if promise_by else None
        paid_, seen = _money(application, watched, paid), _money(application, watched, balance)
        files = tuple(attach or ())
        ticket = _closing(application, watched, ticket) if closed else ticket
        note = Note(text, by, operator, ticket, paid_, ref, gift, seen, due, dispute, closed, files)
        try:
            keep(
                application.store,
                Attachments(_folder()),
                watched,
                note,
                route=application.poller.route,
                now=utcnow(),
            )
        except EvidenceError as error:
            _context.fail(str(error))
    _context.console().print(f"recorded for [bold]{line}[/]")


def _closing(application: Application, watched: Watched, ticket: str) -> str:
    """Return the ticket to close; one that is not open closes nothing, and that is said before anything is kept."""
    from monitor.evidence.record import open_tickets  # noqa: PLC0415

    name = watched.line.name
    known = open_tickets(application.store.states([name])[name])
    if not known:
        _context.fail(f"nothing of {name} is open: no promise and no dispute; leave --closed out", 2)
    if not ticket and len(known) == 1:
        return known[0]
    if ticket not in known:
        _context.fail(f"no open ticket {ticket!r}; open are: {', '.join(known)}; give one with --ticket", 2)
    return ticket


@group.command()
def export(
    ctx: typer.Context,
    line: _LineName,
    out: Annotated[
        Path | None, typer.Option(help="The ZIP file to write; default: LINE-evidence-DAY.zip here.")
    ] = None,
    stamp: Annotated[
        str, typer.Option(metavar="URL", help="A time stamp authority (RFC 3161) that confirms the instant.")
    ] = "",
) -> None:
    """Write the sealed archive of a line: index to print, timeline, what was seen, attachments, chain, how to check it."""
    from monitor.clock import utcnow  # noqa: PLC0415
    from monitor.evidence.export import export as seal  # noqa: PLC0415
    from monitor.evidence.files import Attachments, EvidenceError  # noqa: PLC0415

    with _house(ctx, line) as (application, watched):
        now = utcnow()
        day = now.astimezone(watched.line.zone).date()
        path = (out or Path(f"{line}-evidence-{day}.zip")).absolute()
        try:
            with _progress("gathering") as progress:
                sealed = seal(
                    application.store,
                    Attachments(_folder()),
                    watched.line,
                    path,
                    language=application.settings.language,
                    now=now,
                    progress=progress,
                )
            stamped = _stamp(sealed.path, stamp) if stamp else None
        except EvidenceError as error:
            _context.fail(str(error))
        if stamped is not None:
            facts = {"file": stamped.name, "stamped": sealed.sha256, "stamp": stamped.read_bytes().hex()}
            application.store.trail_append("stamp", watched.line.name, facts, utcnow())
    console = _context.console()
    console.print(f"[green]✓[/] {sealed.path}: {sealed.entries} entries", highlight=False)
    console.print(f"  SHA-256 {sealed.sha256} [dim](kept in the chain, too)[/]", highlight=False)
    if stamped is not None:
        told = f"openssl ts -verify -data {sealed.path.name} -in {stamped.name} -CAfile …"
        console.print(f"  time stamp {stamped.name} [dim](check it: {told})[/]", highlight=False)
    for name in sealed.lost:
        console.print(f"  [yellow]the file of {name} is no longer kept[/]", highlight=False)
    if sealed.faults:
        _tell(list(sealed.faults))
        raise typer.Exit(1)


@group.command()
def verify(
    ctx: typer.Context,
    archive: Annotated[
        Path | None, typer.Argument(help="An exported archive; without it, the store's own chain.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Check the chain of evidence; exit 1 and name the place when something was changed, dropped or moved."""
    from monitor.evidence.check import check_archive  # noqa: PLC0415
    from monitor.evidence.files import EvidenceError  # noqa: PLC0415
    from monitor.ports import StoreError  # noqa: PLC0415

    head: str | None = None
    try:
        if archive is not None:
            faults = check_archive(archive)
        else:
            application = _context.of(ctx).application
            with _progress("checking") as progress:
                faults = application.store.verify_trail(progress)
            seq, head = application.store.trail_head()
            application.close()
    except (EvidenceError, StoreError) as error:
        _context.fail(str(error))
    if json:
        rows = [{"entry": f.seq, "what": f.what, "detail": f.detail} for f in faults]
        _context.print_json({"ok": not faults, "head": head, "faults": rows})
    elif faults:
        _tell(faults)
    else:
        what = archive.name if archive else f"{seq} entries, newest {head}"
        _context.console().print(f"[green]✓[/] the chain holds: {what}", highlight=False)
    raise typer.Exit(1 if faults else 0)


def _tell(faults: list[Fault]) -> None:
    out = _context.errors()
    out.print(f"[bold red]the chain is broken in {len(faults)} place{'s' * (len(faults) != 1)}[/]")
    for fault in faults[:20]:
        out.print(f"  entry {fault.seq}: {fault.detail}", highlight=False)
    if len(faults) > 20:
        out.print(f"  and {len(faults) - 20} more")
    out.print("  [green]→[/] keep this database and its backups as they are; compare with an earlier export")


@contextmanager
def _house(ctx: typer.Context, name: str) -> Iterator[tuple[Application, Watched]]:
    from monitor.ports import StoreError  # noqa: PLC0415

    application = _context.of(ctx).application
    try:
        watched = application.poller.watched.get(name.lower())
        if watched is None:
            known = ", ".join(sorted(application.poller.watched)) or "none"
            _context.fail(f"no line {name!r} in the settings; known: {known}", 2)
        yield application, watched
    except StoreError as error:
        _context.fail(str(error))
    finally:
        application.close()


def _stamp(archive: Path, url: str) -> Path:
    import secrets  # noqa: PLC0415

    from monitor.carriers._http import Http, Trouble  # noqa: PLC0415
    from monitor.evidence.files import EvidenceError  # noqa: PLC0415
    from monitor.evidence.stamp import MEDIA, stamp  # noqa: PLC0415

    def ask(query: bytes) -> bytes:
        try:
            return Http().ask("POST", url, seconds=30, headers=MEDIA, raw=query).body
        except Trouble as trouble:
            raise EvidenceError(f"no time stamp: {trouble.message}; the archive itself is written") from None

    return stamp(archive, b"\x01" + secrets.token_bytes(7), ask)


def _folder() -> Path:
    from monitor.app import state_folder  # noqa: PLC0415

    return state_folder() / "attachments"


def _money(application: Application, watched: Watched, text: str) -> Money | None:
    from monitor.core.money import Money  # noqa: PLC0415

    if not text:
        return None
    amount, _, currency = text.strip().partition(" ")
    reading = application.store.states([watched.line.name])[watched.line.name].reading
    figures = (reading.balance, reading.amount_due, reading.month_spend) if reading else ()
    known = watched.line.currency or next((f.currency for f in figures if f), "")
    try:
        return Money.of(amount, currency or known or "?")
    except ValueError as error:
        _context.fail(f"{text!r}: {error}; write for example '50 CNY'", 2)


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar for people; nothing where nobody looks."""
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=_context.errors(), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
