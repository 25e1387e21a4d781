"""``carrier hub``: have an operator's TM Forum APIs send their events here, or end that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import _context as context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.ports import Watched


def hub(
    ctx: typer.Context,
    line: Annotated[str, typer.Option("--line", help="a line of the settings whose carrier is tmf")],
    callback: Annotated[
        str, typer.Option("--callback", metavar="URL", help="https://…/hooks/tmf/<MONITOR_WEB__EVENTS_KEY>")
    ] = "",
    end: Annotated[bool, typer.Option("--end", help="end what was registered for this line")] = False,
) -> None:
    """Register at the hub of each of the operator's APIs that offers one. Exit status: 0 registered or ended, 1 at none."""
    from monitor.carriers import _access, _values  # noqa: PLC0415 - only this command needs these
    from monitor.carriers._auth import Auth  # noqa: PLC0415
    from monitor.carriers._http import Trouble  # noqa: PLC0415
    from monitor.carriers.tmf.events import Hub  # noqa: PLC0415
    from monitor.clock import utcnow  # noqa: PLC0415
    from monitor.ports import Round  # noqa: PLC0415

    here = context.of(ctx)
    if bool(callback) == end:
        context.fail("give --callback URL, or --end", context.WRONG_SETTING)
    if line not in here.settings.lines or here.settings.lines[line].carrier != "tmf":
        context.fail(f"{line!r} is no line of the settings whose carrier is tmf", context.WRONG_SETTING)
    app = here.application
    try:
        watched, vault = app.poller.watched[line], app.store.vault()
        kept: dict[str, str] = json.loads(vault.get(f"tmf-hub:{line}") or "{}")
        seconds = 30.0
        door = Hub(
            _access.http_for([watched]),
            Auth(watched.access),
            Round(utcnow(), seconds, vault),
            _access.Left(seconds),
        )
        done = 0
        for prefix in list(kept) if end else list(_prefixes(watched)):
            try:
                if end:
                    door.end(prefix, kept.pop(prefix))
                else:
                    kept[prefix] = door.register(prefix, callback)
                done += 1
                typer.echo(f"{prefix}: {'ended' if end else 'registered'}")
            except (Trouble, _values.Malformed) as why:
                typer.echo(f"{prefix}: {why}", err=True)
            vault.put(f"tmf-hub:{line}", json.dumps(kept))
    finally:
        app.close()
    raise typer.Exit(0 if done else 1)


def _prefixes(watched: Watched) -> Iterator[str]:
    """Those that are set, else the standard ones below the line's URL."""
    from monitor.carriers.tmf import apis  # noqa: PLC0415

    option, base = watched.access.options.get, watched.access.url.rstrip("/")
    chosen = [option(api.option, "") for api in apis.ALL if option(api.option, "")]
    yield from chosen or (base + prefix for api in apis.ALL for prefix in api.prefixes)
