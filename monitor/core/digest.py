"""When the regular overview is due: "due and not yet told", never "equals". Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAILY = timedelta(days=1)
WEEKLY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Daily, or weekly on one weekday (0 is Monday), at a time of wall clock."""

    at: time
    weekday: int | None = None
    """None: daily."""

    @property
    def word(self) -> str:
        """``daily`` or ``weekly``."""
        return "daily" if self.weekday is None else "weekly"

    def latest(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Return the newest instant up to ``now`` at which an overview was due; UTC.

        A time that a day skips or has twice counts once: as the clock before the change reads it.
        """
        day = now.astimezone(zone).date()
        if self.weekday is not None:
            day -= timedelta(days=(day.weekday() - self.weekday) % 7)
        slot = self._slot(day, zone)
        if slot > now:
            slot = self._slot(day - (WEEKLY if self.weekday is not None else DAILY), zone)
        return slot

    def _slot(self, day: date, zone: ZoneInfo) -> datetime:
        return datetime.combine(day, self.at, zone).astimezone(UTC)


def due(rhythm: Rhythm, last: datetime, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the instant whose overview is due and not yet told, or None. After a long pause there is one, not many."""
    slot = rhythm.latest(now, zone)
    return slot if slot > last else None
