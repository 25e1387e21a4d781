"""Who is told, where, in which language, and at which hours: contacts, channels, quiet hours, maintenance windows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.core.words import Severity

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """A daily span of wall time, ``start`` included, ``end`` not. It may cross midnight; ``start == end`` is empty."""

    start: time
    end: time

    def hold(self, wall: time) -> bool:
        """Whether a wall time is inside."""
        if self.start <= self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end

    def release(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Return the first instant from ``now`` on whose wall time in ``zone`` is outside; UTC.

        Days with 23 and 25 hours and zones with odd offsets are days like any other: what counts is what the clock
        on the contact's wall shows.
        """
        local = now.astimezone(zone)
        if not self.hold(local.time()):
            return now
        day = local.date()
        if self.start > self.end and local.time() >= self.start:
            day += timedelta(days=1)
        first, second = (
            datetime.combine(day, self.end).replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)
        )
        if (
            first > second
        ):  # the end was skipped when clocks went forward: they jump past it, some time before `first`
            instant = max(now.astimezone(UTC), second).replace(second=0, microsecond=0)
            while self.hold(instant.astimezone(zone).time()):
                instant += _MINUTE
            return max(now, instant)
        return first if first > now else second


@dataclass(frozen=True, slots=True)
class Window:
    """A span in which trouble is expected, [start, end): only what is critical is told before its end."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class WeeklyWindow:
    """The same every week: a weekday (0 is Monday) and hours of wall time there; may cross midnight."""

    weekday: int
    hours: Hours
    timezone: str = "UTC"

    def release(self, now: datetime) -> datetime:
        """Return the end of this window if ``now`` is inside, else ``now``."""
        zone = ZoneInfo(self.timezone)
        local = now.astimezone(zone)
        day = local.weekday()
        if self.hours.start > self.hours.end and local.time() < self.hours.end:
            day = (day - 1) % 7  # past midnight: still the window that began yesterday
        return self.hours.release(now, zone) if day == self.weekday else now


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What routing must know of a channel; its URL is known to nobody but the adapter."""

    name: str
    min_severity: Severity = Severity.INFO
    runs_over: tuple[str, ...] = ()
    """Names or E.164 numbers of lines that carry it: an SMS or a call to it, a push to the phone that holds the SIM."""
    cap_per_hour: int | None = None
    """Messages per hour; what is more is put together. None: no cap."""
    language: str = ""
    """``en``, ``zh-CN``; empty: its reader's."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A person, and how to treat them."""

    name: str
    channels: tuple[str, ...] = ()
    language: str = ""
    """``en``, ``zh-CN``; empty: the house's."""
    timezone: str = "UTC"
    quiet: Hours | None = None
    """Nothing but what is critical goes out in these hours; the rest waits for their end. None: at any hour."""
    critical_waits: bool = False
    """Quiet hours hold back even what is critical."""

    def release(self, severity: Severity, at: datetime) -> datetime:
        """Return when a message of that severity, ready at ``at``, may reach this person."""
        if self.quiet is None or (severity is Severity.CRITICAL and not self.critical_waits):
            return at
        return self.quiet.release(at, ZoneInfo(self.timezone))


@dataclass(frozen=True, slots=True)
class Addressees:
    """Who hears of one line. Nothing named: every channel there is."""

    channels: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    escalate_to: tuple[str, ...] = ()
    """Contacts who are told of what is critical when nobody has acknowledged it in time."""
    escalate_after: timedelta = timedelta(hours=4)
    maintenance: tuple[Window | WeeklyWindow, ...] = ()


@dataclass(frozen=True, slots=True)
class People:
    """Every channel and contact there is, and how a channel that is nobody's is treated."""

    channels: tuple[ChannelFacts, ...] = ()
    contacts: tuple[Contact, ...] = ()
    anyone: Contact = field(default_factory=lambda: Contact(""))
    """Stands in for the owner of a channel that belongs to no contact."""
    maintenance: tuple[Window | WeeklyWindow, ...] = ()

    def channel(self, name: str) -> ChannelFacts | None:
        """Return a channel by its name, or None."""
        return next((c for c in self.channels if c.name == name), None)

    def contact(self, name: str) -> Contact | None:
        """Return a contact by its name, or None."""
        return next((c for c in self.contacts if c.name == name), None)

    def owners(self, channel: str) -> tuple[Contact, ...]:
        """Return the contacts who read a channel; never empty, see ``anyone``."""
        return tuple(c for c in self.contacts if channel in c.channels) or (self.anyone,)

    def language(self, channel: str) -> str:
        """Return the language of a channel: its own, or its first reader's, or the house's."""
        facts = self.channel(channel)
        if facts is not None and facts.language:
            return facts.language
        return next((c.language for c in self.owners(channel) if c.language), self.anyone.language)

    def timezone(self, channel: str) -> str:
        """Return the time zone of a channel: its first reader's."""
        return self.owners(channel)[0].timezone

    def reached_by(self, contacts: Iterable[str]) -> Iterator[str]:
        """Yield the channels of some contacts, in their order."""
        for name in contacts:
            contact = self.contact(name)
            if contact is not None:
                yield from contact.channels


def quiet_end(windows: Iterable[Window | WeeklyWindow], at: datetime) -> datetime:
    """Return the first instant from ``at`` on that is in none of the windows."""
    spans = tuple(windows)
    moved = True
    while moved:
        moved = False
        for span in spans:
            match span:
                case Window(start, end):
                    after = end if start <= at < end else at
                case WeeklyWindow():
                    after = span.release(at)
            if after > at:
                at, moved = after, True
    return at
