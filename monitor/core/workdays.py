"""Working days and calendar arithmetic: the days that laws and contracts count in.

Public holidays, and China's weekends that are worked in exchange, come from the ``holidays`` library. Years that a
government has not announced yet are that library's projection: dates built on them are estimates.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import lru_cache
from typing import Protocol, cast

_WEEKEND = 5


class _Holidays(Protocol):
    def is_working_day(self, key: date) -> bool: ...


@lru_cache(maxsize=16)
def _country(code: str) -> _Holidays:
    import holidays  # noqa: PLC0415 - 0.2 s to import, and needed by few decisions

    return cast("_Holidays", holidays.country_holidays(code))


def is_working_day(day: date, country: str = "") -> bool:
    """Whether ``day`` is a working day in a country (ISO 3166); without a country only weekends are free."""
    return _country(country).is_working_day(day) if country else day.weekday() < _WEEKEND


def add_working_days(day: date, count: int, country: str = "") -> date:
    """Return the ``count``-th working day after ``day``; ``day`` itself is day 0 and does not count."""
    left = count
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(day, country)
    return day


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
