"""The types of the settings: durations with their unit, names, zones, hours, windows."""

from __future__ import annotations

import os
import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from monitor.core.people import Hours

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")
_E164 = re.compile(r"^\+[1-9]\d{4,14}$")


def duration(value: object) -> object:
    """Parse ``90s``, ``15m``, ``6h``, ``1d12h``; a bare number is refused, since its unit is unknown."""
    if not isinstance(value, str):
        return value
    text = value.strip().lower()
    parts = _DURATION.findall(text)
    if not parts or _DURATION.sub("", text).strip():
        raise ValueError("write a duration with its unit, such as 90s, 15m, 6h or 1d12h")
    return timedelta(seconds=sum(float(n) * _SECONDS[u] for n, u in parts))


def month_end(value: object) -> object:
    """Parse ``2027-03``, as it stands on a card, to the last day of that month; a whole date stays one."""
    if not isinstance(value, str) or not _MONTH.match(value.strip()):
        return value
    year, month = (int(part) for part in value.strip().split("-"))
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def names(value: object) -> object:
    """Split a comma-separated list of names; names are lower case."""
    if isinstance(value, str):
        return tuple(part.strip().lower() for part in value.split(",") if part.strip())
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("not an IANA time zone; write one such as Asia/Shanghai or Europe/Berlin") from None
    return value


def e164(value: str) -> str:
    """Check a phone number; spaces and dashes are dropped."""
    compact = re.sub(r"[\s().-]", "", value)
    if not _E164.match(compact):
        raise ValueError("write the number in E.164: '+', country code, number, such as +8613812348000")
    return compact


def http_url(value: str) -> str:
    """Check the address of a server."""
    if value and not re.match(r"^https?://[^\s/]+", value):
        raise ValueError("write a whole URL that starts with https:// or http://")
    return value


def system_zone() -> str:
    """Return the system's IANA time zone, or UTC."""
    named = os.environ.get("TZ", "").lstrip(":")
    if not named:
        try:
            named = str(Path("/etc/localtime").resolve()).split("zoneinfo/", 1)[1]
        except (OSError, IndexError):
            named = "UTC"
    try:
        ZoneInfo(named)
    except (KeyError, ValueError, OSError):
        return "UTC"
    return named


def system_language() -> Language:
    """Return ``zh-CN`` when the system's locale is Chinese, else ``en``."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh-CN" if locale.lower().startswith("zh") else "en"


Language = Literal["en", "zh-CN"]
Month = Annotated[date, BeforeValidator(month_end)]
Duration = Annotated[timedelta, BeforeValidator(duration), Field(gt=timedelta(0))]
Names = Annotated[tuple[str, ...], BeforeValidator(names)]
Zone = Annotated[str, AfterValidator(_zone)]
HttpUrl = Annotated[str, AfterValidator(http_url)]


_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def hours(value: object) -> object:
    """Parse ``22:00-07:00``; it may cross midnight."""
    if not isinstance(value, str):
        return value
    found = _HOURS.fullmatch(value.strip())
    if not found:
        raise ValueError("write hours of the day as 22:00-07:00")
    h1, m1, h2, m2 = map(int, found.groups())
    return Hours(_time(h1, m1), _time(h2, m2))


def clock_time(value: object) -> object:
    """Parse ``09:00``."""
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", value.strip()) if isinstance(value, str) else None
    return _time(int(found[1]), int(found[2])) if found else value


def _time(hour: int, minute: int) -> time:
    if hour > 23 or minute > 59:
        raise ValueError("hours go from 00:00 to 23:59")
    return time(hour, minute)


def windows(value: object) -> object:
    """Parse maintenance windows: ``sun 02:00-04:00`` each week, ``2026-11-28T22:00/2026-11-29T02:00`` once."""
    if not isinstance(value, str):
        return value
    return tuple(_window(part.strip().lower()) for part in value.split(",") if part.strip())


def _window(text: str) -> tuple[int, Hours] | tuple[datetime, datetime]:
    day, _, rest = text.partition(" ")
    if day in _DAYS:
        span = hours(rest)
        if isinstance(span, Hours):
            return _DAYS.index(day), span
    try:
        start, end = (datetime.fromisoformat(part.strip().upper()) for part in text.split("/"))
        if (start.tzinfo is None) == (end.tzinfo is None) and start < end:
            return start, end
    except ValueError:
        pass
    raise ValueError("write each window as 'sun 02:00-04:00' or '2026-11-28T22:00/2026-11-29T02:00'")


HoursOfDay = Annotated[Hours, BeforeValidator(hours)]
ClockTime = Annotated[time, BeforeValidator(clock_time)]
Windows = Annotated[tuple[tuple[int, Hours] | tuple[datetime, datetime], ...], BeforeValidator(windows)]
"""Weekly (weekday, 0 is Monday; hours) or once (start, end); without an offset they are wall time of MONITOR_TIMEZONE."""


class Section(BaseModel):
    """A group of variables; a name that it does not declare is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)
