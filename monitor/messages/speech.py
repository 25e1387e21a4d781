"""Money, days, times and durations as people of one language write them, in one time zone. By Babel's data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from monitor.core.money import Money

_HOUR, _DAY = 3600, 86400


class Speech:
    """How one language writes values, for one reader at one instant.

    Args:
        grammar: the ``[language]`` table of ``words.toml``: Babel's locale and the patterns.
        zone: the reader's time zone; instants are shown there, days stay what they are.
        now: ages and distances are counted from it.
    """

    def __init__(self, grammar: Mapping[str, str], zone: ZoneInfo, now: datetime) -> None:
        from babel import Locale  # noqa: PLC0415 - 10 MB that an idle daemon does without

        self.grammar, self.zone, self.now = grammar, zone, now
        self._locale = Locale.parse(grammar["locale"])

    def money(self, value: Money) -> str:
        """¥12.30, in the language's own manner."""
        from babel.numbers import format_currency  # noqa: PLC0415

        return format_currency(value.amount, value.currency, locale=self._locale)

    def day(self, value: date) -> str:
        """Thu 26 Nov; with the year where it is another one."""
        from babel.dates import format_date  # noqa: PLC0415

        day = value.astimezone(self.zone).date() if isinstance(value, datetime) else value
        this_year = self.now.astimezone(self.zone).year
        pattern = self.grammar["day"] if day.year == this_year else self.grammar["day_year"]
        return format_date(day, pattern, locale=self._locale)

    def clock(self, value: datetime) -> str:
        """14:00, with the day where that is not today."""
        at = value.astimezone(self.zone)
        return self._time(at) if at.date() == self.now.astimezone(self.zone).date() else self.short(value)

    def when(self, value: date) -> str:
        """Thu 26 Nov, 14:00; a day alone stays a day."""
        if not isinstance(value, datetime):
            return self.day(value)
        return self.grammar["when"].format(day=self.day(value), clock=self._time(value))

    def short(self, value: date) -> str:
        """Thu 26 Nov 14:00."""
        if not isinstance(value, datetime):
            return self.day(value)
        return self.grammar["short"].format(day=self.day(value), clock=self._time(value))

    def _time(self, value: datetime) -> str:
        from babel.dates import format_time  # noqa: PLC0415

        return format_time(value.astimezone(self.zone).time(), self.grammar["clock"], locale=self._locale)

    def ago(self, value: datetime) -> str:
        """2 hours ago."""
        return self._distance(value)

    def left(self, value: datetime) -> str:
        """In 2 days."""
        return self._distance(value)

    def _distance(self, value: datetime) -> str:
        from babel.dates import format_timedelta  # noqa: PLC0415

        delta = value - self.now
        if abs(delta) < timedelta(minutes=1):
            return self.grammar["just_now"]
        return format_timedelta(delta, add_direction=True, granularity="minute", locale=self._locale)

    def span(self, seconds: float) -> str:
        """2 days 3 hours: the two largest units."""
        whole = max(60, int(seconds))
        days, rest = divmod(whole, _DAY)
        hours, minutes = rest // _HOUR, rest % _HOUR // 60
        parts = [(days, "day"), (hours, "hour"), (minutes, "minute")]
        while not parts[0][0]:
            parts.pop(0)
        said = [self._unit(n, unit) for n, unit in parts[:2] if n]
        return self.grammar["joint"].join(said)

    def hours(self, count: int) -> str:
        """24 hours."""
        return self._unit(count, "hour")

    def days(self, span: tuple[int, int]) -> str:
        """2 to 5 days; the same number twice is said once."""
        low, high = min(span), max(span)
        if high <= 0:
            return self.grammar["under_day"]
        top = self._unit(high, "day")
        if low == high:
            return top
        if low <= 0:
            return self.grammar["up_to"].format(high=top)
        return self.grammar["range"].format(low=low, high=top)

    def _unit(self, count: int, unit: str) -> str:
        from babel.units import format_unit  # noqa: PLC0415

        length: Literal["short", "long"] = "long" if self.grammar["unit"] == "long" else "short"
        return format_unit(count, f"duration-{unit}", length=length, locale=self._locale)
