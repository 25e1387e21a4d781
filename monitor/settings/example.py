"""The example env files in ``config/``, generated from the declarations, so that they cannot drift."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from enum import Enum

from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from monitor.settings.names import NAME, Variable, variables

_HEAD_GLOBAL = """\
# billing-monitor: settings of the whole daemon. Copy to /etc/billing-monitor/monitor.env.
# Syntax: systemd's EnvironmentFile=. Every variable is optional; what is shown after '=' is the default.
# Any variable may be given as NAME_FILE=/path, or as a systemd credential called like it in lower case: keep secrets there.
"""
_HEAD_LINE = """\
# billing-monitor: one phone line. Copy to /etc/billing-monitor/lines.d/home.env, one file for each line.
# HOME is the line's name: choose your own, letters and digits. Only CARRIER and NUMBER are required.
"""
_HEAD_CHANNELS = "\n# Channels: the ways to reach you. MAIL is the channel's name: choose your own.\n"
_HEAD_CONTACTS = "\n# Contacts: people with hours and a language of their own; none is needed. ANN is a name: choose your own.\n"
_HEAD_PAGES = "\n# Pages: official pages watched for changes. NOTICES is a name: choose your own.\n"
_SHOWN = {
    "MONITOR_LINES__HOME__CARRIER": "tmf",
    "MONITOR_LINES__HOME__NUMBER": "+8613812348000",
}


def monitor_env() -> str:
    """Return ``config/monitor.env.example``."""
    own = [v for v in variables() if NAME not in v.pattern]
    channels = [v for v in variables() if v.pattern.startswith("MONITOR_CHANNELS__")]
    contacts = [v for v in variables() if v.pattern.startswith("MONITOR_CONTACTS__")]
    parts = [_HEAD_GLOBAL, *_entries(own, ""), _HEAD_CHANNELS, *_entries(channels, "MAIL")]
    pages = [v for v in variables() if v.pattern.startswith("MONITOR_PAGES__")]
    parts += [_HEAD_CONTACTS, *_entries(contacts, "ANN"), _HEAD_PAGES, *_entries(pages, "NOTICES")]
    return "".join(parts)


def line_env() -> str:
    """Return ``config/lines.d/example.env``."""
    own = [v for v in variables() if v.pattern.startswith("MONITOR_LINES__")]
    return _HEAD_LINE + "".join(_entries(own, "HOME"))


def _entries(declared: list[Variable], name: str) -> Iterator[str]:
    for variable in declared:
        pattern = variable.pattern.replace(NAME, name)
        value = _SHOWN.get(pattern)
        line = f"{pattern}={value}" if value else f"#{pattern}={default_text(variable)}"
        required = " (required)" if variable.field.is_required() else ""
        yield f"\n# {variable.field.description}{required}\n{line}\n"


def default_text(variable: Variable) -> str:
    """Return the default as one would write it in an env file; empty where it is nothing or the system's."""
    default = variable.field.default
    match default:
        case SecretStr():
            return default.get_secret_value()
        case Enum():
            return "" if default.value == "unknown" else str(default.value)
        case timedelta() | time():
            return duration_text(default) if isinstance(default, timedelta) else f"{default:%H:%M}"
        case bool():
            return str(default).lower()
        case tuple() | dict():
            return ""
        case _:
            return "" if default is None or default is PydanticUndefined else str(default)


def duration_text(value: timedelta) -> str:
    """Write a duration in its largest whole unit: ``6h``, ``90s``."""
    seconds = int(value.total_seconds())
    unit, size = next((u, s) for u, s in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)) if seconds % s == 0)
    return f"{seconds // size}{unit}"
