"""``carrier``: which carriers are known, and a preset tried out with all there is to see."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli import _context as context
from monitor.cli import _hub

if TYPE_CHECKING:
    from monitor.carriers._redact import Redactor
    from monitor.core.reading import Failure, Reading
    from monitor.ports import Watched

LineName = Annotated[
    str, typer.Option("--line", help="a line of the settings: its number and credentials are used")
]
File = Annotated[str, typer.Argument(metavar="FILE", help="a preset file, or the name of a shipped preset")]
_LONG = 4000


def register(app: typer.Typer) -> None:
    """Add ``carrier list``, ``try``, ``unlock``, ``changes`` and ``hub``."""
    group = typer.Typer(help="Carriers: what is known, and how to try a new one.", no_args_is_help=True)
    group.command("list")(list_)
    group.command("try")(try_)
    group.command("unlock")(unlock)
    group.command("changes")(changes)
    group.command("hub")(_hub.hub)
    app.add_typer(group, name="carrier")


_CONNECTORS = {
    "cn-broadnet": "China Broadnet 中国广电",
    "cn-mobile": "China Mobile 中国移动",
    "cn-telecom": "China Telecom 中国电信",
    "cn-unicom": "China Unicom 中国联通",
    "manual": "figures that you write yourself",
    "sms": "the carrier's own text messages",
    "tmf": "TM Forum Open APIs, v4 and v5",
    "http-json": "any JSON API, by selectors",
    "camara": "CAMARA, with a source of figures",
    "command": "a program of yours",
}


def list_(as_json: Annotated[bool, typer.Option("--json", help="one JSON object a carrier")] = False) -> None:
    """List the carriers that a line may name, with how sure their facts are."""
    from monitor import carriers  # noqa: PLC0415 - each command loads what it needs
    from monitor.carriers.http_json import preset  # noqa: PLC0415

    if not as_json:
        typer.echo(f"{'carrier':14} {'what':34} {'checked':10}  trust")
    for name in carriers.names():
        row = {"carrier": name, "title": "", "checked": None, "trust": "", "source": ""}
        if name in carriers.presets():
            found = preset.load(name)
            row |= {"title": found.title, "trust": found.trust, "source": found.source}
            row["checked"] = found.checked.isoformat() if found.checked else None
        if as_json:
            typer.echo(json.dumps(row, ensure_ascii=False))
        else:
            typer.echo(
                f"{name:14} {row['title'] or _CONNECTORS.get(name, ''):34} {row['checked'] or '':10}  {row['trust']}".rstrip()
            )


def try_(ctx: typer.Context, file: File, line: LineName) -> None:
    """Ask once and show everything: requests, redacted answers, what each selector found, the resulting row.

    Nothing is stored but the session, which keeps to the login budget. Exit status: 0 a reading, 1 a failure.
    """
    from monitor.carriers import _access  # noqa: PLC0415
    from monitor.carriers._redact import Redactor  # noqa: PLC0415
    from monitor.carriers.http_json.connector import HttpJson  # noqa: PLC0415
    from monitor.carriers.http_json.preset import load  # noqa: PLC0415
    from monitor.carriers.http_json.spec import BadPreset  # noqa: PLC0415
    from monitor.clock import utcnow  # noqa: PLC0415
    from monitor.core.reading import Reading  # noqa: PLC0415
    from monitor.ports import Round  # noqa: PLC0415

    here = context.of(ctx)
    watched = _watched(here, line)
    source = str(Path(file).resolve()) if file.endswith(".toml") else file
    try:
        load(source, {})
    except BadPreset as error:
        context.fail(str(error), context.WRONG_SETTING)
    access = replace(watched.access, options={**watched.access.options, "preset": source})
    asked = replace(watched, access=access)
    show = Redactor(_access.secrets_of(access), [watched.line.number])
    app = here.application
    try:
        seconds = here.settings.poll_deadline.total_seconds()
        tried = HttpJson("http-json").try_([asked], Round(utcnow(), seconds, app.store.vault()))[line]
    finally:
        app.close()
    for heard in tried.heard:
        typer.secho(f"{heard.step}: {heard.method} {heard.url} → {heard.status}", bold=True)
        typer.echo(_short(show(_json(heard.data))))
    if tried.found:
        typer.secho("selectors", bold=True)
        for name, value in tried.found.items():
            typer.echo(f"  {name:18} {_short(show(_json(value)), 200)}")
    _outcome(tried.outcome, show)
    raise typer.Exit(0 if isinstance(tried.outcome, Reading) else 1)


def unlock(ctx: typer.Context, line: LineName) -> None:
    """Allow logins again after too many were refused: for when you have mended what was wrong at the carrier."""
    from monitor import carriers  # noqa: PLC0415
    from monitor.clock import utcnow  # noqa: PLC0415

    here = context.of(ctx)
    watched = _watched(here, line)
    connector = carriers.make(watched.line.carrier)
    release = getattr(connector, "unlock", None)
    if release is None:
        context.fail(f"{watched.line.carrier} has no logins of its own to unlock", context.WRONG_SETTING)
    app = here.application
    try:
        release(watched, app.store.vault())
        app.store.poll_now([line], utcnow())
    finally:
        app.close()
    typer.echo(f"{line}: logins are allowed again; the line is polled at once")


def changes(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a change")] = False,
) -> None:
    """Show when carriers changed the shape of their answers: what was always there and is gone."""
    from monitor import carriers  # noqa: PLC0415
    from monitor.carriers._drift import changes as known  # noqa: PLC0415

    app = context.of(ctx).application
    try:
        vault = app.store.vault()
        rows = [{"carrier": name, **entry} for name in carriers.names() for entry in known(name, vault)]
    finally:
        app.close()
    for row in rows:
        text = f"{row['at']}  {row['carrier']}  {row['request']}: {', '.join(row['lost'])}"
        typer.echo(json.dumps(row, ensure_ascii=False) if as_json else text)
    if not rows and not as_json:
        typer.echo("no carrier has changed its answers")


def _watched(here: context.Context, line: str) -> Watched:
    if line not in here.settings.lines:
        known = ", ".join(sorted(here.settings.lines)) or "none"
        context.fail(f"no line {line!r} in the settings; known: {known}", context.WRONG_SETTING)
    found: Watched = here.application.poller.watched[line]
    return found


def _outcome(outcome: Reading | Failure, show: Redactor) -> None:
    from monitor.core.reading import Failure  # noqa: PLC0415

    if isinstance(outcome, Failure):
        wait = "waiting may help" if outcome.retryable else "waiting will not help"
        typer.secho(f"failure: {outcome.kind} ({wait})", fg="red", bold=True)
        typer.echo(f"  {show(outcome.message)}")
        return
    typer.secho("reading", fg="green", bold=True)
    for name in outcome.__slots__:
        value = getattr(outcome, name)
        if value not in {None, (), ""} and str(value) != "unknown":
            typer.echo(f"  {name:18} {value}")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def _short(text: str, most: int = _LONG) -> str:
    return text if len(text) <= most else text[:most] + " …"
