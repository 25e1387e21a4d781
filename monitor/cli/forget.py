"""``forget``: remove everything stored about a line; held back while its case is open."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli import _context


def register(app: typer.Typer) -> None:
    """Add ``forget``."""
    app.command()(forget)


def forget(
    ctx: typer.Context,
    line: Annotated[
        str, typer.Argument(metavar="LINE", help="name of a line, also one no longer in the settings")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    even_open: Annotated[bool, typer.Option("--even-open", help="although a case is open")] = False,
) -> None:
    """Remove readings, messages, notices, notes and ticks of a LINE. What was exported before stays with you."""
    from monitor.app import state_folder  # noqa: PLC0415 - loads what help does not need
    from monitor.clock import utcnow  # noqa: PLC0415
    from monitor.core.words import Cause  # noqa: PLC0415
    from monitor.evidence.files import Attachments  # noqa: PLC0415
    from monitor.evidence.record import forget_attachments  # noqa: PLC0415
    from monitor.guides.openness import open_matters  # noqa: PLC0415
    from monitor.guides.ticks import Ticks  # noqa: PLC0415

    context, name = _context.of(ctx), line.lower()
    zh = context.settings.language.startswith("zh")
    store = context.application.store
    state = store.states([name]).get(name)
    matters = list(open_matters(state, context.settings.language)) if state else []
    if matters and not even_open:
        typer.echo("案件未了结，未删除：" if zh else "a case is open; nothing was removed:", err=True)
        for matter in matters:
            typer.echo(f"  {matter}", err=True)
        hint = f"billing-monitor evidence export {name}"
        typer.echo(
            f"先导出证据（{hint}），再加 --even-open。"
            if zh
            else f"Export the evidence first ({hint}), then add --even-open.",
            err=True,
        )
        raise typer.Exit(1)
    if not yes:
        typer.confirm(
            f"删除 {name} 的全部记录？" if zh else f"Remove everything stored about {name}?", abort=True
        )
    ticks = Ticks.of(state_folder(), name, Cause.UNKNOWN).forget()
    forget_attachments(store, Attachments(state_folder() / "attachments"), name)
    gone = store.forget_line(name, utcnow())
    if not gone and not ticks:
        _context.fail(f"nothing is stored about {name}", 1)
    typer.echo(f"已删除 {name} 的记录。" if zh else f"Removed what was stored about {name}.")
    if name in context.settings.lines:
        typer.echo(
            "它仍在设置中：请一并删除，否则会重新开始监测。"
            if zh
            else "It is still in the settings: remove it there, or watching begins anew."
        )
