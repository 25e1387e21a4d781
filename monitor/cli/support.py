"""``support-bundle``: a redacted archive to attach to a bug report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import _context


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("support-bundle")(support_bundle)


def support_bundle(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it.")] = Path(
        "billing-monitor-support.zip"
    ),
) -> None:
    """Write what a bug report needs, without secrets, numbers, names and amounts. Exit status: 0 written, 1 not.

    It holds names of settings (no values), doctor's findings, what the last polls of two weeks gave, the shapes of answers.
    """
    from monitor.clock import utcnow  # noqa: PLC0415 - only this command needs these
    from monitor.support import Bundle, LeakError  # noqa: PLC0415

    here = _context.of(ctx)
    app = here.application
    try:
        content = Bundle(here.source, app, utcnow()).make()
        with out.open("xb") as file:
            out.chmod(0o600)
            file.write(content)
    except FileExistsError:
        _context.fail(f"{out} exists; nothing was written. Give another place with --out.")
    except (LeakError, OSError) as why:
        _context.fail(f"{why}. Nothing was written; waiting does not help.")
    finally:
        app.close()
    typer.echo(f"{out}: {len(content)} bytes, for your eyes first: look through it before you send it")
