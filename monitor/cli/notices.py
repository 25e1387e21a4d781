"""``notices``: what was or will be said, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from monitor.cli import _context
from monitor.clock import utcnow
from monitor.core.evidence import Entry
from monitor.core.notice import Notice
from monitor.core.words import Severity
from monitor.ports import DeliveryState, NoticeRow, Store

if TYPE_CHECKING:
    from rich.text import Text

    from monitor.messages import Teller

_COLOUR = {Severity.INFO: "cyan", Severity.WARNING: "yellow", Severity.CRITICAL: "bold red"}
_MARK = {
    DeliveryState.QUEUED: "[yellow]…[/]",
    DeliveryState.DELIVERED: "[green]✓[/]",
    DeliveryState.SUPERSEDED: "[dim]↷[/]",
    DeliveryState.REFUSED: "[red]✗[/]",
}

_KNOWN = frozenset({"at", "kind", "seq", "notice", "decided", "salt"})
"""What a reader of one notice has seen above, or has no use for."""

group = typer.Typer(
    invoke_without_command=True, help="What was or will be said, newest first, and what became of it."
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="notices")


@group.callback()
def notices(
    ctx: typer.Context,
    line: Annotated[str | None, typer.Option("--line", help="Of this line only.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many at the most.")] = 50,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Print what was or will be said, newest first."""
    if ctx.invoked_subcommand:
        return
    application = _context.of(ctx).application
    rows = application.store.notices(line.lower() if line else None, limit)
    if json:
        _context.print_json([as_json(row) for row in rows])
    elif rows:
        _print(rows, _context.teller(application.settings, utcnow()))
    else:
        teller = _context.teller(application.settings, utcnow())
        _context.console().print(teller.say("nothing"), style="dim")
    application.close()


@group.command()
def show(
    ctx: typer.Context,
    notice: Annotated[
        str, typer.Argument(metavar="ID", help="Of a notice; a unique beginning of it will do.")
    ],
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show one notice: why it was decided, where it went, what came back, who acted. Exit status 4: no such notice."""
    application = _context.of(ctx).application
    row = application.store.notice(notice)
    trail = [] if row is None else _told_of(application.store, row.notice)
    application.close()
    if row is None:
        _context.fail(f"no notice {notice!r}; billing-monitor notices lists them", 4)
    if json:
        _context.print_json(as_json(row) | {"ledger": trail})
        return
    out, n = _context.console(), row.notice
    teller = _context.teller(application.settings, utcnow())
    out.print(f"[bold]{n.id}[/] {escape(sentence(teller, row))}", highlight=False)
    out.print(f"  {escape(teller.why(n))}", highlight=False)
    out.print(f"  [dim]{n.kind} · {n.stage}[/]", highlight=False)
    for entry in trail:
        at = teller.when(datetime.fromisoformat(str(entry["at"])))
        rest = "  ".join(f"{k}={v}" for k, v in entry.items() if k not in _KNOWN and v)
        out.print(f"  {at}  [bold]{entry['kind']}[/] {escape(rest)}", highlight=False)


def _entries(store: Store, line: str) -> Iterator[Entry]:
    last = 0
    while page := store.trail(line, last):
        yield from page
        last = page[-1].seq


def _told_of(store: Store, notice: Notice) -> list[dict[str, object]]:
    """The entries of the chain of evidence that speak of a notice."""
    found = []
    for entry in _entries(store, notice.line):
        facts = entry.facts()
        if notice.id in (facts.get("notice"), facts.get("id")) or facts.get("episode") == notice.episode:
            at = entry.at.isoformat(timespec="seconds")
            found.append(
                {"seq": entry.seq, "at": at, "kind": entry.kind}
                | {k: v for k, v in facts.items() if k != "line"}
            )
    return found


def sentence(teller: Teller, row: NoticeRow) -> str:
    """Say in one line what a notice was, when, and what became of it."""
    n = row.notice
    sent = ", ".join(
        f"{channel} {teller.delivery(str(state), detail)}" for channel, state, _, detail in row.deliveries
    )
    answers = "".join(f"; {teller.answer(at, what, by)}" for at, what, by in row.answers)
    return f"{teller.notice(n)} → {sent or teller.say('nobody')}{answers}"


def as_json(row: NoticeRow) -> dict[str, object]:
    """Return one notice for scripts."""
    n = row.notice
    return {
        "id": n.id,
        "line": n.line,
        "at": n.at.isoformat(timespec="seconds"),
        "kind": str(n.kind),
        "severity": str(n.severity),
        "stage": n.stage,
        "episode": n.episode,
        "why": {"code": n.why.code, **dict(n.why.facts)},
        "pay_by": n.pay_by.isoformat(timespec="seconds") if n.pay_by else None,
        "acked_at": row.acked_at.isoformat(timespec="seconds") if row.acked_at else None,
        "dedup_key": n.dedup_key,
        "answers": [
            {"at": at.isoformat(timespec="seconds"), "what": what, "by": by} for at, what, by in row.answers
        ],
        "deliveries": [
            {"channel": channel, "state": str(state), "attempts": attempts, "detail": detail}
            for channel, state, attempts, detail in row.deliveries
        ],
    }


def _print(rows: list[NoticeRow], teller: Teller) -> None:
    """One aligned line per notice with what became of it, and below it the reason."""
    from rich.text import Text  # noqa: PLC0415  # only for people

    out = _context.console()
    for row, line in zip(rows, _context.columns([_cells(row, teller) for row in rows]), strict=True):
        out.print(line)
        out.print(Text(f"    {teller.headline(row.notice)}"))
        out.print(Text(f"    {teller.why(row.notice) or row.notice.why}", "dim"))


def _cells(row: NoticeRow, teller: Teller) -> list[Text]:
    from rich.text import Text  # noqa: PLC0415

    notice = row.notice
    sent = "  ".join(
        f"{_MARK[state]} {channel}"
        + (f" [dim]({escape(teller.delivery(str(state), detail))})[/]" if detail else "")
        for channel, state, _, detail in row.deliveries
    )
    seen = "  [green]acknowledged[/]" if row.acked_at else ""
    return [
        Text(notice.id, "dim"),
        Text(f"{notice.at.astimezone():%m-%d %H:%M}"),
        Text(notice.line or "–", "bold"),
        Text(str(notice.kind), _COLOUR.get(notice.severity, "")),
        Text(notice.stage, "dim"),
        Text.from_markup(sent + seen),
    ]
