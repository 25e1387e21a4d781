"""Days of a line: when a figure was true, where a local day begins, and what was burned on which day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from monitor.core.forecast.model import DAYS, Ledger
from monitor.core.line import Line
from monitor.core.reading import Reading

_REFRESH_SEEN, _REFRESH_SHARE = 12, 0.93
"""New figures that must have been seen, and the share of them within nine hours, to believe in a nightly refresh."""


def midnight(day: date, line: Line) -> datetime:
    """The first instant of a local day."""
    return datetime.combine(day, time(0), line.zone).astimezone(UTC)


def nightly(ledger: Ledger) -> int | None:
    """The local hour at which the carrier renews its figures once a day, where that was learned."""
    total = sum(ledger.changes)
    if total < _REFRESH_SEEN:
        return None
    around = ledger.changes + ledger.changes[:2]
    best = max(range(8), key=lambda i: around[i] + around[i + 1] + around[i + 2])
    inside = around[best] + around[best + 1] + around[best + 2]
    return best * 3 + 1 if inside >= _REFRESH_SHARE * total else None


def figure_at(ledger: Ledger, line: Line, seen: Reading) -> datetime:
    """The instant that the figures describe: the carrier's word, a learned nightly refresh, else when we saw them."""
    if seen.as_of is not None and seen.as_of <= seen.observed_at:
        return seen.as_of
    hour = nightly(ledger)
    if hour is None:
        return seen.observed_at
    local = seen.observed_at.astimezone(line.zone)
    fresh = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return (fresh if fresh <= local else fresh - timedelta(days=1)).astimezone(UTC)


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
