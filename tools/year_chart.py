"""Draws ``docs/img/china-year.svg``: a year of daily use of China's consumer doors. Needs the extra ``charts``."""

from __future__ import annotations

import logging
import sys
import tempfile
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import matplotlib as mpl  # noqa: E402 (the path comes first)

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "billing-monitor"

import matplotlib.pyplot as plt  # noqa: E402
from servers.china_year import DAYS, START, live  # noqa: E402

from monitor.core.words import Kind  # noqa: E402

TITLES = {
    "telecom": "cn-telecom (app)",
    "unicom": "cn-unicom (app)",
    "mini": "cn-unicom (mini-program)",
    "mobile": "cn-mobile (web)",
    "broadnet": "cn-broadnet (mini-program)",
}


def main() -> None:
    """Live the year and draw it."""
    logging.disable(logging.WARNING)
    diaries = live(Path(tempfile.mkdtemp()))
    figure, axis = plt.subplots(figsize=(11, 4.2), layout="constrained")
    rows = list(diaries)
    for y, name in enumerate(rows):
        diary = diaries[name]
        ends = [*diary.readings, START + timedelta(days=DAYS)]
        axis.broken_barh([(0, DAYS)], (y - 0.3, 0.6), color="#2a9d6f", linewidth=0)
        blind = [
            ((a - START) / timedelta(days=1), (b - a) / timedelta(days=1))
            for a, b in pairwise(ends)
            if b - a > timedelta(hours=13)
        ]
        axis.broken_barh(blind, (y - 0.3, 0.6), color="#c9ccd1", linewidth=0)
        for times, mark, colour, dy in (
            (diary.logins, "|", "#1f4e9c", 0.42),
            (diary.told(Kind.BLIND), "v", "#c0392b", -0.42),
            (diary.people, "^", "#e08e0b", -0.42),
        ):
            axis.plot(
                [(t - START) / timedelta(days=1) for t in times],
                [y + dy] * len(times),
                mark,
                color=colour,
                markersize=4,
                linestyle="none",
            )
        print(
            f"{TITLES[name]}: {len(diary.readings)} readings, {len(diary.logins)} logins, {len(diary.told(Kind.BLIND))} blind notices, {len(diary.people)} times a person"
        )
    axis.set_yticks(range(len(rows)), [TITLES[n] for n in rows])
    axis.set_xlim(0, DAYS)
    axis.set_xlabel(
        "day of the year    green: readings · grey: no reading · blue |: our logins · red ▼: notice “blind” · orange ▲: a person acted"
    )
    axis.set_title("A year of daily use with real-life faults (virtual clock, mock carrier)")
    axis.invert_yaxis()
    for side in ("top", "right", "left"):
        axis.spines[side].set_visible(False)
    target = ROOT / "docs" / "img" / "china-year.svg"
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, metadata={"Date": None})
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
