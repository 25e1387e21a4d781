"""``pages``: look at the watched official pages now, and show what changed."""

from __future__ import annotations

import json as json_
from typing import Annotated

import typer

from monitor.cli import _context
from monitor.clock import utcnow

_WORDS = {
    "first": ("first copy kept", "已保存首份副本"),
    "same": ("no change", "无变化"),
    "back": ("is back, no change", "已恢复，无变化"),
    "changed": ("changed", "有变化"),
    "lost": ("source lost: we no longer see changes", "来源丢失：无法再发现变化"),
    "trouble": ("could not be read", "无法读取"),
}


def register(app: typer.Typer) -> None:
    """Add ``pages``."""
    app.command()(pages)


def pages(ctx: typer.Context, json: Annotated[bool, typer.Option("--json", help="as JSON")] = False) -> None:
    """Look at the watched official pages now; exit status 1 when one is lost or could not be read."""
    context = _context.of(ctx)
    if not context.settings.pages:
        _context.fail("no page is set; write MONITOR_PAGES__NOTICES__URL=https://…, see docs/rules.md", 2)
    found = context.application.look_at_pages(utcnow(), force=True)
    zh = context.settings.language.startswith("zh")
    if json:
        rows = [
            {
                "page": f.page.name,
                "url": f.page.url,
                "result": f.what,
                "diff": list(f.diff),
                "effective_on": f.effective_on.isoformat() if f.effective_on else None,
                "copy": f.copy or None,
                "detail": f.detail or None,
            }
            for f in found
        ]
        typer.echo(json_.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for f in found:
            typer.echo(f"{f.page.name}: {_WORDS[f.what][zh]}" + (f" ({f.detail})" if f.detail else ""))
            for row in f.diff:
                typer.echo(f"  {row}")
    if any(f.what in ("lost", "trouble") for f in found):
        raise typer.Exit(1)
