"""The command line: parses, calls, prints; decides nothing. One file per group of commands."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli._context import Context
from monitor.settings import EnvSource

GROUPS = ("daemon", "lines", "notices", "notify", "doctor")
"""Modules of this package; each has ``register(app)``."""

EnvFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--env-file",
        metavar="FILE",
        help="Env file in systemd's syntax; may be given again. Without it: /etc/billing-monitor/*.env and lines.d/*.env.",
    ),
]


def build() -> typer.Typer:
    """Return the whole command line."""
    app = typer.Typer(
        name="billing-monitor",
        help="Warns you before your phone line is cut off, says why, and says what to do next.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def main_options(ctx: typer.Context, env_file: EnvFiles = None) -> None:
        ctx.obj = Context(EnvSource(env_file))

    for name in GROUPS:
        importlib.import_module(f"monitor.cli.{name}").register(app)
    return app


def main() -> None:
    """Run ``billing-monitor``."""
    build()()
