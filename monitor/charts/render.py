"""Drawing itself; only the child process comes here. Mid tones on a clear ground: readable on white and on black."""

from __future__ import annotations

import io
import math
from datetime import datetime, time, timedelta
from typing import Any

import matplotlib as mpl
from matplotlib import dates
from matplotlib import pyplot as plt
from matplotlib.ticker import FuncFormatter, MaxNLocator

from monitor.charts.spec import Bar, Chart, Series

mdates: Any = dates
"""Matplotlib's dates are typed in part."""

_TEXT = "#8a929c"
_GRID = "#8a929c33"
_BLUE = "#4c8bf5"
_AMBER = "#e08a00"
_RED = "#e0524a"
_TONE = {"ok": "#2e9e5b", "info": _BLUE, "warning": _AMBER, "critical": _RED, "unknown": "#8f78d8"}
_TICKS = 6
_WIDTH = 5.36
"""Inches at 100 dots: the width of the mail's column; drawn at twice the dots."""


def render(chart: Chart) -> bytes:
    """Return the picture as PNG."""
    mpl.rcParams |= {
        "font.size": 9,
        "font.family": "sans-serif",
        "text.color": _TEXT,
        "axes.edgecolor": _GRID,
        "axes.labelcolor": _TEXT,
        "xtick.color": _TEXT,
        "ytick.color": _TEXT,
        "axes.unicode_minus": False,
    }
    height = 2.1 if chart.series else 0.62 + 0.27 * len(chart.bars)
    figure, axes = plt.subplots(figsize=(_WIDTH, height), dpi=200, layout="constrained")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    if chart.series is not None:
        _burn_down(axes, chart, chart.series)
    else:
        _timeline(axes, chart)
    _days(axes, chart)
    out = io.BytesIO()
    figure.savefig(out, format="png", transparent=True)
    plt.close(figure)
    return out.getvalue()


def _burn_down(axes: Any, chart: Chart, series: Series) -> None:
    at = [when for when, _ in series.points]
    amount = [value for _, value in series.points]
    last, left = series.points[-1]
    axes.plot(at, amount, color=_BLUE, linewidth=2, solid_capstyle="round", drawstyle="steps-post")
    axes.fill_between(at, amount, 0, step="post", color=_BLUE, alpha=0.10, linewidth=0)
    start = max(last, chart.now) if chart.now - last < timedelta(days=2) else last
    axes.plot([last, start], [left, left], color=_BLUE, linewidth=2)
    if series.p10 is not None and left > 0:
        far = series.p90 or series.p50 or series.p10
        far = min(far, start + 4 * max(series.p10 - start, timedelta(days=2)))
        axes.fill([start, series.p10, far], [left, 0, 0], color=_BLUE, alpha=0.20, linewidth=0)
        if series.p50 is not None and series.p50 <= far:
            axes.plot([start, series.p50], [left, 0], color=_BLUE, linewidth=1.5, linestyle=(0, (3, 2)))
        axes.plot([series.p10, far], [0, 0], color=_RED, linewidth=3, solid_capstyle="butt", zorder=5)
    if series.cut_off is not None:
        axes.axvline(series.cut_off, color=_RED, linewidth=1.6)
    if series.pay_by is not None and series.pay_by > chart.now:
        axes.axvline(series.pay_by, color=_AMBER, linewidth=1.4, linestyle=(0, (4, 3)))
    axes.plot([start], [left], "o", color=_BLUE, markersize=5, zorder=6)
    beside = start
    if series.pay_by is not None and start < series.pay_by < start + (at[-1] - at[0]) / 4:
        beside = series.pay_by  # the sum stands clear of the dashed line
    axes.annotate(
        f"{chart.symbol}{left:,.2f}",
        (mdates.date2num(beside), left),
        xytext=(8, 10),
        textcoords="offset points",
        color=_BLUE,
        fontweight="bold",
    )
    axes.axhline(0, color=_TEXT, linewidth=0.8)
    low, high = min(0.0, *amount), max(*amount, left, 0.01)
    axes.set_ylim(low - 0.04 * (high - low), high + 0.18 * (high - low))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{chart.symbol}{value:,.0f}"))
    axes.grid(axis="y", color=_GRID, linewidth=0.7)
    axes.margins(x=0.02)


def _timeline(axes: Any, chart: Chart) -> None:
    first = chart.now
    final = max([b.likely for b in chart.bars] + [first + timedelta(days=14)]) + timedelta(days=3)
    for row, bar in enumerate(chart.bars):
        _bar(axes, row, bar, first, final)
    axes.set_yticks(range(len(chart.bars)), [b.name for b in chart.bars])
    axes.set_ylim(len(chart.bars) - 0.4, -0.6)
    axes.set_xlim(first - (final - first) * 0.01, final)
    axes.axvline(first, color=_TEXT, linewidth=1)
    axes.grid(axis="x", color=_GRID, linewidth=0.7)
    axes.set_axisbelow(True)


def _bar(axes: Any, row: int, bar: Bar, first: datetime, final: datetime) -> None:
    tone = _TONE.get(bar.severity, _BLUE)
    start, end = max(bar.start, first), min(max(bar.end, bar.start + timedelta(hours=12)), final)
    if end > start:
        width = mdates.date2num(end) - mdates.date2num(start)
        axes.barh(row, width, left=mdates.date2num(start), height=0.42, color=tone, alpha=0.35, linewidth=0)
    likely = min(max(bar.likely, first), final)
    axes.plot([likely], [row], "o", color=tone, markersize=6)


def _days(axes: Any, chart: Chart) -> None:
    """Mark midnights at equal steps: some six of them."""
    first, last = (mdates.num2date(x, tz=chart.now.tzinfo) for x in axes.get_xlim())
    step = max(1, math.ceil((last - first).days / _TICKS))
    day = datetime.combine(first.date() + timedelta(days=1), time(), chart.now.tzinfo)
    ticks = []
    while day < last:
        ticks.append(day)
        day = datetime.combine(day.date() + timedelta(days=step), time(), chart.now.tzinfo)
    axes.set_xticks(ticks, [_day(t, day_first=chart.day_first) for t in ticks])


def _day(at: datetime, *, day_first: bool) -> str:
    return f"{at.day} {at:%b}" if day_first else f"{at.month}/{at.day}"
