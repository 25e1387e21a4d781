"""``doctor``: is everything in place so that a warning would reach its reader? One finding a row, each with its next step."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import notify
from monitor.app import Application, build
from monitor.channelbook import read_health
from monitor.clock import utcnow
from monitor.core.row import row
from monitor.core.silence import silences
from monitor.core.state import LineState
from monitor.evidence.patrol import known_faults
from monitor.inventory import read_settings
from monitor.ports import StoreError
from monitor.settings import EnvSource, Settings, SettingsError

_BUILT = datetime(2026, 11, 1, tzinfo=UTC)
_UNIT = "billing-monitor.service"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    part: str
    good: bool
    message: str
    next_step: str = ""


def bad(part: str, message: str, next_step: str = "") -> Finding:
    """Return a finding to act on."""
    return Finding(part, good=False, message=message, next_step=next_step)


def good(part: str, message: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(part, good=True, message=message)


def examine(source: EnvSource) -> Iterator[Finding]:
    """Look at settings, permissions, clock, unit, database, channels, people and lines, in this order."""
    try:
        settings = read_settings(source, to_run=True)
    except SettingsError as error:
        yield from (bad("settings", f"{f.variable}: {f.problem}", f.mend) for f in error.faults)
        return
    files = source.files()
    counts = {"env file": len(files), "line": len(settings.lines), "channel": len(settings.channels)}
    told = ", ".join(f"{count} {what}{'s' * (count != 1)}" for what, count in counts.items())
    yield Finding(
        "settings", bool(settings.lines), told, "" if settings.lines else "Copy config/lines.d/example.env"
    )
    yield from _permissions(files)
    yield _clock(utcnow())
    yield from _unit()
    yield from _channels(settings)
    try:
        application = build(settings)
    except SettingsError as error:
        yield from (bad("settings", f"{f.variable}: {f.problem}", f.mend) for f in error.faults)
        return
    except StoreError as error:
        yield bad("database", str(error))
        return
    try:
        yield from _database(application)
        yield from _people(application)
        yield from _lines(application)
    finally:
        application.close()


def _permissions(files: list[Path]) -> Iterator[Finding]:
    for path in files:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & stat.S_IROTH:
            step = f"chmod 600 {path} (or 640 with the service's group)"
            yield bad("permissions", f"{path} can be read by everybody and may hold secrets", step)


def _clock(now: datetime) -> Finding:
    if now < _BUILT:
        step = "Set the clock; on Debian: apt install systemd-timesyncd"
        return bad("clock", f"the clock says {now:%Y-%m-%d}, which is before this program was made", step)
    tool = shutil.which("timedatectl")
    if tool and Path("/run/systemd/system").is_dir():
        asked = subprocess.run(  # noqa: S603  # a fixed command
            [tool, "show", "-p", "NTPSynchronized", "--value"],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
        if asked.stdout.strip() == "no":
            step = "apt install systemd-timesyncd; deadlines are told by this clock"
            return bad("clock", "the clock is not synchronised", step)
    return good("clock", f"{now.astimezone():%Y-%m-%d %H:%M %Z}")


def _unit() -> Iterator[Finding]:
    tool = shutil.which("systemctl")
    if not tool or not Path("/run/systemd/system").is_dir() or os.environ.get("INVOCATION_ID"):
        return
    asked = subprocess.run([tool, "is-active", _UNIT], capture_output=True, text=True, timeout=5, check=False)  # noqa: S603  # a fixed command
    state = asked.stdout.strip() or "unknown"
    step = "" if state == "active" else f"systemctl enable --now {_UNIT}; then: journalctl -u {_UNIT}"
    yield Finding("unit", state == "active", f"{_UNIT} is {state}", step)


def _channels(settings: Settings) -> Iterator[Finding]:
    if not settings.channels:
        yield bad("channels", "no channel: nobody could be warned", "Write MONITOR_CHANNELS__MAIL__URL")
    for name, one in settings.channels.items():
        problem = notify.validate(one.url.get_secret_value())
        step = "See docs/channels.md for the form of its URL" if problem else ""
        yield Finding(
            f"channel {name}", not problem, problem or "understood; try: billing-monitor notify test", step
        )


def _database(application: Application) -> Iterator[Finding]:
    now = utcnow()
    try:
        application.store.check()
    except StoreError as error:
        yield bad("database", str(error))
        return
    age = application.store.outbox_age(now)
    if age is not None and age > timedelta(minutes=10):
        step = "Is the daemon running? Then look at billing-monitor notices for the channel's answer"
        yield bad("outbox", f"a notice has waited {age} to be sent", step)
    yield good("database", "answers, is writable, and has this version's schema")
    if faults := known_faults(application.store, now):
        step = (
            "billing-monitor evidence verify tells each place; keep the database and its backups as they are"
        )
        yield bad("evidence", f"the chain is broken: {faults[0]}", step)


def _people(application: Application) -> Iterator[Finding]:
    """Would a warning reach anybody?"""
    now, people = utcnow(), application.desk.people
    for name in application.desk.channels:
        health = read_health(application.store.notes(), name, now)
        if health.failing_since is not None:
            told = "refuses every message" if health.disabled else "has failed"
            problem = f"{told} since {health.failing_since:%Y-%m-%d %H:%M} UTC: {health.detail}"
            step = "Mend its URL, then reload" if health.disabled else f"billing-monitor notify test {name}"
            yield bad(f"channel {name}", problem, step)
    found = False
    for name, watched in application.poller.watched.items():
        for silence in silences(watched.line, watched.to, people):
            found = True
            yield bad(f"line {name}", silence.problem, silence.next_step)
    if not found and application.poller.watched:
        yield good("people", "what is critical about any line reaches somebody, without needing that line")


def _lines(application: Application) -> Iterator[Finding]:
    now = utcnow()
    states = application.store.states(application.poller.watched)
    for name, watched in application.poller.watched.items():
        state = states.get(name, LineState())
        one = row(watched.line, state, now, watched.rules)
        if one.error is not None:
            wait = "Waiting may help. " if one.error.retryable else "Waiting does not help. "
            step = wait + application.next_step(one, state)
            yield bad(f"line {name}", f"last poll failed ({one.error.kind}): {one.error.message}", step)
        elif one.stale:
            step = f"billing-monitor check {name}"
            yield bad(f"line {name}", "no reading" if one.observed_at is None else "no fresh reading", step)
        else:
            yield good(f"line {name}", f"{one.status}, read at {one.observed_at:%Y-%m-%d %H:%M} UTC")
