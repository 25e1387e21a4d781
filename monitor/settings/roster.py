"""From settings to people: contacts, channels, windows and who hears of a line, as the core knows them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.core.people import Addressees, ChannelFacts, Contact, Hours, People, WeeklyWindow, Window
from monitor.settings.model import LineSettings, Settings

_Windows = Iterable[tuple[int, Hours] | tuple[datetime, datetime]]


def people_of(settings: Settings, channels: Iterable[str]) -> People:
    """Return everybody who can be told, over the channels that are open."""
    contacts = tuple(
        Contact(
            name=name,
            channels=one.channels,
            language=one.language or settings.language,
            timezone=one.timezone or settings.timezone,
            quiet=one.quiet_hours,
            critical_waits=one.critical_waits,
        )
        for name, one in settings.contacts.items()
    )
    anyone = Contact(
        name="",
        language=settings.language,
        timezone=settings.timezone,
        quiet=settings.quiet.hours,
        critical_waits=settings.quiet.critical_waits,
    )
    facts = tuple(_facts(name, settings) for name in channels)
    return People(facts, contacts, anyone, _windows(settings.maintenance, settings.timezone))


def addressees(line: LineSettings, settings: Settings) -> Addressees:
    """Return who hears of a line."""
    return Addressees(
        channels=line.channels,
        contacts=line.contacts,
        escalate_to=line.escalate_to,
        escalate_after=line.escalate_after,
        maintenance=_windows(line.maintenance, line.timezone or settings.timezone),
    )


def _facts(name: str, settings: Settings) -> ChannelFacts:
    one = settings.channels.get(name)
    if one is None:  # the demo's own channel
        return ChannelFacts(name)
    return ChannelFacts(
        name=name,
        min_severity=one.min_severity,
        runs_over=one.runs_over,
        cap_per_hour=one.max_per_hour or None,
        language=one.language or "",
    )


def _windows(declared: _Windows, timezone: str) -> tuple[Window | WeeklyWindow, ...]:
    zone = ZoneInfo(timezone)
    return tuple(
        WeeklyWindow(first, second, timezone)
        if isinstance(first, int) and isinstance(second, Hours)
        else Window(_aware(first, zone), _aware(second, zone))
        for first, second in declared
    )


def _aware(instant: object, zone: ZoneInfo) -> datetime:
    if not isinstance(instant, datetime):
        raise TypeError("a window is two instants, or a weekday and hours")
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)
