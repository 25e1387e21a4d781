"""What every command needs: settings read once, faults shown all at once, one consistent way to leave."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

import typer

from monitor.inventory import read_settings
from monitor.settings import EnvSource, Settings, SettingsError

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console
    from rich.text import Text

    from monitor.app import Application
    from monitor.messages import Teller

WRONG_SETTING = 2


@dataclass
class Context:
    """The settings' source, and what is made of it when a command first asks."""

    source: EnvSource

    @cached_property
    def settings(self) -> Settings:
        """The settings; a fault ends the command with status 2 before anything is touched."""
        return self._read(to_run=False)

    def runnable(self) -> Settings:
        """The settings, when a daemon can work with them: with a line to watch and somebody to tell."""
        return self._read(to_run=True)

    def _read(self, *, to_run: bool) -> Settings:
        try:
            return read_settings(self.source, to_run=to_run)
        except SettingsError as error:
            refuse(error, self.language)

    @property
    def language(self) -> str:
        """The house's language, also where its settings as a whole cannot be used."""
        from monitor.messages import LANGUAGES  # noqa: PLC0415  # only for people
        from monitor.settings.fields import system_language  # noqa: PLC0415

        said = self.source.read()[0].get("MONITOR_LANGUAGE", "")
        return said if said in LANGUAGES else system_language()

    @cached_property
    def application(self) -> Application:
        """Everything wired."""
        from monitor.app import build  # noqa: PLC0415  # most commands need less, and it costs time
        from monitor.ports import StoreError  # noqa: PLC0415

        try:
            return build(self.settings)
        except SettingsError as error:
            refuse(error, self.language)
        except StoreError as error:
            from monitor.messages.phrases import phrases  # noqa: PLC0415  # the rare case

            fail(phrases(self.language)(str(error)))

    def close(self) -> None:
        """Let go of what was opened, however the command ended; safe to call twice."""
        if "application" in self.__dict__:
            self.application.close()


def of(ctx: typer.Context) -> Context:
    """Return the command line's context."""
    found = ctx.find_object(Context)
    if found is None:  # a command called without the main callback: its own tests
        found = ctx.obj = Context(EnvSource())
        ctx.call_on_close(found.close)
    return found


def refuse(error: SettingsError, language: str) -> NoReturn:
    """Show every configuration fault in a language, and leave with status 2."""
    from monitor.messages.phrases import phrases  # noqa: PLC0415  # the rare case

    out, say = errors(), phrases(language)
    count = len(error.faults)
    head = f"{count} fault{'s' * (count != 1)} in the settings; nothing was touched"
    out.print(f"[bold red]{say(head)}[/]")
    for fault in error.faults:
        out.print(f"  [bold]{fault.variable}[/]: {_plain(say(fault.problem))}", highlight=False)
        if fault.mend:
            out.print(f"      [green]→[/] {_plain(say(fault.mend))}", highlight=False)
    raise typer.Exit(WRONG_SETTING)


def fail(message: str, code: int = 1) -> NoReturn:
    """Say what went wrong and what to do, and leave."""
    errors().print(f"[bold red]error:[/] {_plain(message)}", highlight=False)
    raise typer.Exit(code)


def _plain(text: str) -> str:
    from rich.markup import escape  # noqa: PLC0415

    return escape(text)


def teller(settings: Settings, now: datetime) -> Teller:
    """Return who says things at this terminal: in the house's language and time zone, from its templates."""
    from monitor.messages import Teller  # noqa: PLC0415

    return Teller(settings.language, settings.timezone, now, settings.templates)


def console() -> Console:
    """Return a console on standard output."""
    from rich.console import Console  # noqa: PLC0415  # not needed by the daemon

    return Console(soft_wrap=not sys.stdout.isatty())


def errors() -> Console:
    """Return a console on standard error."""
    from rich.console import Console  # noqa: PLC0415

    return Console(stderr=True, soft_wrap=True)


def columns(rows: Sequence[Sequence[Text]], right: Collection[int] = ()) -> list[Text]:
    """Return each row as one aligned line, two blanks between columns; widths count Chinese characters as two."""
    from rich.text import Text  # noqa: PLC0415  # only for people

    widths = [max(cell.cell_len for cell in column) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        line = Text(no_wrap=True, overflow="ellipsis")
        for at, (cell, width) in enumerate(zip(row, widths, strict=True)):
            pad = " " * (width - cell.cell_len)
            line += Text.assemble(*((pad, cell) if at in right else (cell, pad)), "  ")
        line.rstrip()
        lines.append(line)
    return lines


def print_json(value: object) -> None:
    """Print JSON for scripts: UTF-8, two spaces, no colour."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
