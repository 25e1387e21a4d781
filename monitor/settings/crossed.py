"""Faults that only show when several variables or sections are seen together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from monitor.settings.faults import Fault
from monitor.settings.model import Settings
from monitor.settings.names import PREFIX


def between_variables(variables: Mapping[str, str]) -> Iterator[Fault]:
    """Yield faults that show in the variables alone, also when some value cannot be read."""
    channels = {name.split("__")[1].lower() for name in variables if name.startswith(f"{PREFIX}CHANNELS__")}
    for name, value in variables.items():
        here, _, key = name.rpartition("__")
        if not name.startswith(f"{PREFIX}LINES__") or name.count("__") != 2:
            continue
        if key == "CHANNELS":
            have = ", ".join(sorted(channels)) or "none"
            for channel in (part.strip().lower() for part in value.split(",") if part.strip()):
                if channel not in channels:
                    yield Fault(name, f"no channel named {channel!r}", f"Channels that exist: {have}")
        if key == "HOLD_UNTIL" and f"{here}__HOLD_SINCE" not in variables:
            yield Fault(
                f"{here}__HOLD_SINCE", "is required with HOLD_UNTIL", "Write the day on which the stop began"
            )


def between_sections(settings: Settings) -> Iterator[Fault]:
    """Yield faults that only show when sections are seen together."""
    channels, contacts = set(settings.channels), set(settings.contacts)
    for name, contact in settings.contacts.items():
        yield from _unknown(f"CONTACTS__{name}__CHANNELS", "channel", contact.channels, channels)
    for name, line in settings.lines.items():
        yield from _unknown(f"LINES__{name}__CONTACTS", "contact", line.contacts, contacts)
        yield from _unknown(f"LINES__{name}__ESCALATE_TO", "contact", line.escalate_to, contacts)
    for name, channel in settings.channels.items():
        lines = {*settings.lines, *(line.number for line in settings.lines.values())}
        here = tuple(one for one in channel.runs_over if not one.startswith("+"))
        yield from _unknown(f"CHANNELS__{name}__RUNS_OVER", "line", here, lines)
    if settings.web.public_url and not settings.web.listen:
        yield Fault(
            "MONITOR_WEB__LISTEN", "is required with PUBLIC_URL", "Write an address such as 127.0.0.1:8421"
        )


def _unknown(variable: str, what: str, named: tuple[str, ...], have: set[str]) -> Iterator[Fault]:
    for one in named:
        if one not in have:
            known = ", ".join(sorted(have)) or "none"
            yield Fault(
                f"MONITOR_{variable.upper()}", f"no {what} named {one!r}", f"Those that exist: {known}"
            )
