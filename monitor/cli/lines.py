"""``check`` and ``status``: one row per line, for people, scripts and Nagios."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.cli import _context
from monitor.clock import utcnow
from monitor.core.row import Row, as_json, row
from monitor.core.state import LineState
from monitor.core.words import Severity, Status, rank
from monitor.ports import Watched

if TYPE_CHECKING:
    from rich.text import Text

    from monitor.app import Application

EXIT = {Severity.OK: 0, Severity.INFO: 0, Severity.WARNING: 1, Severity.CRITICAL: 2, Severity.UNKNOWN: 3}
_COLOUR = {
    Severity.OK: "green",
    Severity.INFO: "cyan",
    Severity.WARNING: "yellow",
    Severity.CRITICAL: "bold red",
    Severity.UNKNOWN: "magenta",
}

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[LINE]...", help="Lines; all of them by default.")
]
Json = Annotated[bool, typer.Option("--json", help="Rows as JSON, by the outside contract.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(check)
    app.command()(status)


def check(
    ctx: typer.Context,
    lines: Names = None,
    json: Json = False,
    deliver: Annotated[
        bool, typer.Option("--deliver", help="Also send what is due now: for cron, without a daemon.")
    ] = False,
) -> None:
    """Poll now, store, and print one row per line. Exit status: 0 ok, 1 warning, 2 critical, 3 unknown; the worst row."""
    application = _context.of(ctx).application
    names = _chosen(application, lines)
    application.store.poll_now(names, utcnow())
    logging.getLogger("monitor.poll").setLevel(logging.ERROR)  # a failed poll stands in its row
    application.poller.round(names)
    if deliver:
        application.desk.round()
    _show(application, names, json=json)


def status(ctx: typer.Context, lines: Names = None, json: Json = False) -> None:
    """Print the same rows from the store, without asking anybody."""
    application = _context.of(ctx).application
    _show(application, _chosen(application, lines), json=json)


def _chosen(application: Application, lines: list[str] | None) -> list[str]:
    known = list(application.poller.watched)
    unknown = [name for name in lines or () if name.lower() not in known]
    if unknown:
        _context.fail(f"no line named {', '.join(unknown)}; there are: {', '.join(known) or 'none'}", 2)
    if not known:
        _context.fail(
            "no line is set; write MONITOR_LINES__HOME__CARRIER and __NUMBER, see config/lines.d/example.env",
            2,
        )
    return [name.lower() for name in lines] if lines else known


def _show(application: Application, names: Sequence[str], *, json: bool) -> None:
    now = utcnow()
    watched, states = application.poller.watched, application.store.states(names)
    rows = [
        row(watched[name].line, states.get(name, LineState()), now, watched[name].rules) for name in names
    ]
    steps = [application.next_step(one, states.get(one.line, LineState())) for one in rows]
    if json:
        _context.print_json([as_json(r, watched[r.line].line, s) for r, s in zip(rows, steps, strict=True)])
    else:
        _print(rows, steps, watched, now, application.settings.language)
    application.close()
    raise typer.Exit(EXIT[max((r.severity for r in rows), key=rank)])


_HEADINGS = {
    "en": ("line", "", "status", "balance", "due", "cut-off", "seen"),
    "zh-CN": ("线路", "", "状态", "余额", "应付", "预计停机", "距今"),
}
_RIGHT = (3, 4, 6)
_CHINESE = {
    "ok": "良好", "info": "留意", "warning": "请处理", "critical": "紧急", "unknown": "不明",
    "active": "正常", "restricted": "单停", "suspended": "双停", "pending_termination": "预销户", "terminated": "已销户",
    "arrears": "欠费", "credit_control": "信控", "policy": "资费或网络调整", "user_request": "本人申请", "violation": "核查",
    "fault": "故障", "min": "分钟", "h": "小时", "d": "天",
}  # fmt: skip
"""The words of the table. What scripts read (``--json``) is the same in every language."""


def _print(
    rows: Sequence[Row], steps: Sequence[str], watched: Mapping[str, Watched], now: datetime, language: str
) -> None:
    """One aligned line per row, and below it the next step and the last error, where there is one."""
    from rich.text import Text  # noqa: PLC0415  # only for people

    out = _context.console()
    cells = [[Text(heading, "dim") for heading in _HEADINGS[language]]]
    cells += [_cells(one, watched[one.line].line.zone, now, language) for one in rows]
    heading, *lines = _context.columns(cells, _RIGHT)
    out.print(heading)
    for one, line, step in zip(rows, lines, steps, strict=True):
        out.print(line)
        if one.severity is not Severity.OK or one.error is not None:
            out.print(Text("  → ", "green") + Text(step, _COLOUR[one.severity]))
        if one.error is not None:
            out.print(Text(f"  ! {one.error.kind}: {one.error.message}", "magenta"))


def _cells(one: Row, zone: ZoneInfo, now: datetime, language: str) -> list[Text]:
    from rich.text import Text  # noqa: PLC0415

    def say(word: str) -> str:
        return _CHINESE.get(word, word) if language == "zh-CN" else word

    age, unit = _age(one, now)
    why = f" ({say(one.cause)})" if one.status not in (Status.ACTIVE, Status.UNKNOWN) else ""
    due = f"{one.amount_due}" + (f" · {one.due_on:%m-%d}" if one.due_on else "") if one.amount_due else "–"
    return [
        Text(one.line, "bold"),
        Text(say(one.severity), _COLOUR[one.severity]),
        Text(f"{say(one.status)}{why}"),
        Text("–" if one.balance is None else str(one.balance)),
        Text(due),
        Text(_cut_off(one, zone)),
        Text(f"{age} {say(unit)}".strip(), "magenta" if one.stale else ""),
    ]


def _cut_off(one: Row, zone: ZoneInfo) -> str:
    first, likely = one.cut_off.earliest, one.cut_off.likely
    if first is None:
        return "–"
    begin = f"{first.astimezone(zone):%m-%d %H:%M}"
    if likely is None or likely - first < timedelta(hours=12):
        return begin
    return f"{begin} … {likely.astimezone(zone):%m-%d}"


def _age(one: Row, now: datetime) -> tuple[str, str]:
    """Count and unit."""
    if one.observed_at is None:
        return "–", ""
    minutes = max(0, int((now - one.observed_at).total_seconds())) // 60
    if minutes < 120:
        return f"{minutes}", "min"
    return (f"{minutes // 60}", "h") if minutes < 2880 else (f"{minutes // 1440}", "d")
