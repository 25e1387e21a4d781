"""The command line: parses, calls, prints; decides nothing. One file per group of commands."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli._context import Context
from monitor.settings import EnvSource

PANELS = {
    "Every day": ("daemon", "lines", "notices", "ack", "why", "forecast"),
    "Set up": ("doctor", "notify", "carrier", "login", "sms", "pages", "service"),
    "When a line is stopped": ("guide", "letter", "evidence", "rules", "forget"),
    "Try it": ("demo", "mock", "replay"),
}
"""The groups as the help shows them, in this order."""


def groups() -> list[str]:
    """Return the modules of this package that hold commands; each has ``register(app)``."""
    found = [m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")]
    order = [name for files in PANELS.values() for name in files]
    return sorted(found, key=lambda name: (order.index(name) if name in order else len(order), name))


EnvFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--env-file",
        metavar="FILE",
        help="Env file in systemd's syntax; may be given again. Without it: /etc/billing-monitor/*.env and lines.d/*.env.",
    ),
]


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # noqa: PLC0415 - a start need not pay for it

        typer.echo(f"billing-monitor {version('billing-monitor')}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
]


def build(names: Iterable[str]) -> typer.Typer:
    """Return the command line with the commands of some groups."""
    app = typer.Typer(
        name="billing-monitor",
        help="Warns you before your phone line is cut off, says why, and says what to do next.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def main_options(ctx: typer.Context, env_file: EnvFiles = None, version: Version = False) -> None:  # noqa: ARG001 - its callback answers
        ctx.obj = Context(EnvSource(env_file))
        ctx.call_on_close(ctx.obj.close)

    for name in names:
        known = len(app.registered_commands), len(app.registered_groups)
        importlib.import_module(f"monitor.cli.{name}").register(app)
        panel = next((title for title, files in PANELS.items() if name in files), "More")
        for command in app.registered_commands[known[0] :]:
            command.rich_help_panel = panel
        for group in app.registered_groups[known[1] :]:
            group.rich_help_panel = panel
    return app


def main() -> None:
    """Run ``billing-monitor``. The daemon starts without importing the other commands."""
    build(_needed(sys.argv[1:]))()


def _needed(arguments: list[str]) -> list[str]:
    """The groups to import: a modem's hook calls ``sms`` for each message, and must not wait for the rest."""
    if arguments[-1:] == ["run"]:
        return ["daemon"]
    return ["sms"] if arguments[:1] == ["sms"] else groups()
