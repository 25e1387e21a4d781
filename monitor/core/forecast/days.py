"""Days of a line: when a figure was true, where a local day begins, and what was burned on which day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from monitor.core.forecast.model import DAYS, Ledger
from monitor.core.forecast.use import clock
from monitor.core.line import Line
from monitor.core.reading import Reading

_REFRESH_SEEN, _REFRESH_SHARE = 12, 0.93
"""New figures that must have been seen, and the share of them within nine hours, to believe in a nightly refresh."""
_AT_ALL_HOURS, _USUAL_HOUR = 0.8, 5
"""A smaller share says that figures are renewed at all hours. The local hour at which they are renewed most often, where it is once a night."""


def midnight(day: date, line: Line) -> datetime:
    """The first instant of a local day."""
    return datetime.combine(day, time(0), line.zone).astimezone(UTC)


def use_days(line: Line, start: datetime, end: datetime) -> float:
    """Days of use between two instants, by the daily rhythm of the line's zone."""
    local = start.astimezone(line.zone)
    hour = local.hour + local.minute / 60
    return max(0.0, clock(hour + (end - start) / timedelta(hours=1)) - clock(hour)) if end > start else 0.0


def nightly(ledger: Ledger) -> int | None:
    """The local hour at which the carrier renews its figures once a day, where that was learned."""
    hour, share = _most_renewed(ledger)
    return hour if share >= _REFRESH_SHARE else None


def _most_renewed(ledger: Ledger) -> tuple[int, float]:
    """The local hour after which most new figures were first seen, within nine hours, and their share; 0 while too few were."""
    total = sum(ledger.changes)
    if total < _REFRESH_SEEN:
        return _USUAL_HOUR, 0.0
    around = ledger.changes + ledger.changes[:2]
    best = max(range(8), key=lambda i: around[i] + around[i + 1] + around[i + 2])
    return best * 3 + 1, (around[best] + around[best + 1] + around[best + 2]) / total


def last_renewed(ledger: Ledger, line: Line, seen: Reading) -> datetime | None:
    """When figures that are renewed once a night, or may be, last were: the carrier's word, a learned hour, else the usual one.

    None where new figures were seen at all hours.
    """
    if seen.as_of is not None:
        return seen.as_of
    hour, share = _most_renewed(ledger)
    return None if 0 < share < _AT_ALL_HOURS else _last(hour, seen.observed_at, line)


def figure_at(ledger: Ledger, line: Line, seen: Reading) -> datetime:
    """The instant that the figures describe: the carrier's word, a learned nightly refresh, else when we saw them."""
    if seen.as_of is not None and seen.as_of <= seen.observed_at:
        return seen.as_of
    hour = nightly(ledger)
    return _last(hour, seen.observed_at, line) if hour is not None else seen.observed_at


def _last(hour: int, at: datetime, line: Line) -> datetime:
    """The last time at which it was so late in the line's zone."""
    local, then = _o_clock(hour, at, line)
    return (then if then <= local else then - timedelta(days=1)).astimezone(UTC)


def coming(hour: int, at: datetime, line: Line) -> datetime:
    """The next time at which it will be so late in the line's zone."""
    local, then = _o_clock(hour, at, line)
    return (then if then > local else then + timedelta(days=1)).astimezone(UTC)


def _o_clock(hour: int, at: datetime, line: Line) -> tuple[datetime, datetime]:
    """An instant in the line's zone, and a full hour of that day."""
    local = at.astimezone(line.zone)
    return local, local.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)


def enter(
    ledger: Ledger, line: Line, start: datetime, end: datetime, burned: int, *, watched: bool
) -> tuple[date, tuple[int, ...], tuple[int, ...]]:
    """Spread what was burned in an interval over its local days, evenly by time."""
    a, b = start.astimezone(line.zone), end.astimezone(line.zone)
    first, last = a.date(), b.date()
    burns, hours, day = list(ledger.burns), list(ledger.hours), ledger.day or first
    total = (end - start).total_seconds()
    ahead = (last - day).days
    if ahead > 0:
        burns += [0] * min(ahead, DAYS)
        hours += [0] * min(ahead, DAYS)
        day = last
    left = burned
    for back in range(min((last - first).days, DAYS - 1, len(burns) - 1), -1, -1):
        i = len(burns) - 1 - back - (day - last).days
        if i < 0:
            continue
        d = last - timedelta(days=back)
        begins = start if d == first else midnight(d, line)
        ends = end if d == last else midnight(d + timedelta(days=1), line)
        seconds = max(0.0, (ends - begins).total_seconds())
        share = left if back == 0 else int(burned * seconds / total) if total else 0
        burns[i] += share
        left -= share
        if watched:
            hours[i] += int(seconds / 36)
    return day, tuple(burns[-DAYS:]), tuple(hours[-DAYS:])
