"""A balance and its future, drawn with characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn: instants and amounts in whole units of the currency."""

    past: Sequence[tuple[datetime, float]]
    future: Sequence[tuple[datetime, float, float, float]]
    """(instant, low, likely, high) of the balance if nobody pays."""
    now: datetime
    pay_by: datetime | None = None


def draw(picture: Picture, width: int = 68, height: int = 12) -> list[str]:
    """Return the lines of the chart, the amount on the left, the past before ``│``, the pay-by moment as ``┊``."""
    times = [t for t, _ in picture.past] + [p[0] for p in picture.future] + [picture.now]
    first, last = min(times), max(*times, picture.now + timedelta(days=1))
    top = max([v for _, v in picture.past] + [p[3] for p in picture.future] + [1.0])
    bottom = min([v for _, v in picture.past] + [0.0])
    seconds = (last - first).total_seconds() or 1.0

    def column(at: datetime) -> int:
        return min(width - 1, max(0, int((at - first).total_seconds() / seconds * (width - 1))))

    def row(value: float) -> int:
        return min(height - 1, max(0, round((top - value) / ((top - bottom) or 1.0) * (height - 1))))

    grid = [[" "] * width for _ in range(height)]
    for at, low, likely, high in picture.future:
        x = column(at)
        for y in range(row(high), row(low) + 1):
            grid[y][x] = "░"
        grid[row(likely)][x] = "▒"
    for y in range(height):
        grid[y][column(picture.now)] = "│"
        if picture.pay_by is not None and first <= picture.pay_by <= last:
            grid[y][column(picture.pay_by)] = "┊"
    for at, value in picture.past:
        grid[row(value)][column(at)] = "•"
    zero = row(0.0)
    grid[zero] = ["╌" if c == " " else c for c in grid[zero]]
    lines = []
    for y, cells in enumerate(grid):
        amount = top - (top - bottom) * y / (height - 1)
        label = f"{amount:9.2f} " if y % 3 == 0 or y == zero else " " * 10
        lines.append(label + "".join(cells).rstrip())
    lines.append(" " * 10 + _days(first, picture.now, last, column(picture.now), width))
    return lines


def _days(first: datetime, now: datetime, last: datetime, at: int, width: int) -> str:
    """The days below the chart: its ends, and now where there is room for it."""
    day = "%m-%d"
    left, middle, right = (f"{t:{day}}" for t in (first, now, last))
    begins = min(max(at - len(middle) // 2, 0), width - len(middle))
    row = [" "] * width
    for start, text in ((0, left), (width - len(right), right), (begins, middle)):
        if all(c == " " for c in row[max(0, start - 1) : start + len(text) + 1]):
            row[start : start + len(text)] = text
    return "".join(row)
