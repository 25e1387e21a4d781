"""Every figure of docs/foresight.md: makes simulated worlds, runs `replay` on them, scores and calibrates.

    python tools/foresight_figures.py --seeds 1 2 3 4 5 6 7 8            the table of one setting, and all worlds together
    python tools/foresight_figures.py --seeds 1 2 --settings early balanced late
    python tools/foresight_figures.py --seeds 13 --world --burst 0.5     another world (options of world.py)
    python tools/foresight_figures.py --seeds 1 2 --calibrate            coverage, Brier skill, reliability
    python tools/foresight_figures.py --seeds 1 --bound                  what is possible at all (hours)

The simulator is looked for in ../shared/foresight beside the checkout, or in $BILLING_MONITOR_SHARED/foresight.
"""

from __future__ import annotations

import argparse
import bisect
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("BILLING_MONITOR_SHARED", ROOT.parent / "shared")) / "foresight"
BINS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)


def run(*words: str, out: Path | None = None) -> str:
    """Run a command; its output goes to a file or is returned."""
    if out is not None:
        with out.open("w", encoding="utf-8") as file:
            subprocess.run(words, check=True, stdout=file)  # noqa: S603 - our own commands
        return ""
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout  # noqa: S603


def make(seed: int, lines: int, options: list[str], folder: Path) -> Path:
    """Make one world and return its folder."""
    world = folder / f"seed{seed}"
    if not (world / "history.csv").exists():
        script = str(SHARED / "world.py")
        run(
            sys.executable,
            script,
            "make",
            "--seed",
            str(seed),
            "--lines",
            str(lines),
            "--out",
            str(world),
            *options,
        )
    return world


def score(world: Path, setting: str) -> None:
    """Run replay with one setting and print what world.py says of it."""
    told = world / f"{setting}.jsonl"
    history, lines = str(world / "history.csv"), str(world / "lines.csv")
    command = [
        sys.executable,
        "-m",
        "monitor",
        "replay",
        history,
        "--lines",
        lines,
        "--foresight",
        setting,
        "--json",
    ]
    run(*command, out=told)
    print(f"== {world.name}, {setting}")
    print(run(sys.executable, str(SHARED / "world.py"), "score", str(world), str(told)))


def truths(world: Path) -> dict[str, Any]:
    """For each line: is it cut off at an hour, and when would it be if nobody paid from that hour on?"""
    sys.path.insert(0, str(SHARED))
    import simulate  # noqa: PLC0415 - the simulator lies outside of this project

    saved = json.loads((world / "params.json").read_text())
    saved["mix"] = tuple(tuple(x) for x in saved["mix"])
    params = simulate.Params(**saved)
    found: dict[str, Any] = {}
    for i in range(params.lines):
        facts = simulate.LineFacts(simulate.make_spec(i, params), params)
        live = simulate.LineRun(facts, snap_every=6)
        end = params.days * 24
        marks = {int(p[0]) + k for p in live.pays for k in (0, 1)} | set(range(0, end, 96))
        marks |= {int(x) for e in live.events for x in e[:2] if x >= 0}
        hours = sorted(m for m in marks if m < end)
        kind, start = facts.spec.kind, simulate.T0
        cuts = [live.cf_suspension(m, 60) for m in hours]
        found[facts.spec.id] = (kind, facts.spec.autopay, hours, cuts, bytes(live.rec.st[:end]), start)
    return found


def forecasts(world: Path) -> Iterator[tuple[float, dict[int, float], tuple[float, float, float]]]:
    """Yield (hours until the true cut-off, chances, hours to P10, P50, P90) at every poll of lines paid by use."""
    from monitor.core.rules import NO_RULES  # noqa: PLC0415
    from monitor.replay.run import Player  # noqa: PLC0415
    from monitor.replay.table import read_lines, read_rows  # noqa: PLC0415

    known, truth = read_lines(world / "lines.csv", "UTC"), truths(world)
    player: Player | None = None
    rows = read_rows(world / "history.csv", lambda n: known[n].zone, lambda _: "", print)
    for row in rows:
        kind, autopay, marks, cuts, status, start = truth[row.line]
        if kind != "payg" or autopay:
            continue
        if player is None or player.line.name != row.line:
            player = Player(known[row.line], NO_RULES)
        for seen in row.seen:
            list(player.see(seen, row.at))
        hour = (row.at.timestamp() - start) / 3600
        forecast = player.state.forecast
        if (
            forecast is None
            or hour < 14 * 24
            or int(hour) >= len(status)
            or status[int(hour)] == 2
            or player.state.ledger.cut_since
        ):
            continue
        cut = cuts[bisect.bisect_right(marks, int(hour)) - 1]
        ends = (forecast.run_out.p10, forecast.run_out.p50, forecast.run_out.p90)
        p10, p50, p90 = ((e - row.at).total_seconds() / 3600 if e else 9999.0 for e in ends)
        yield (cut - hour if cut is not None else 9999.0), dict(forecast.chances), (p10, p50, p90)


def calibrate(worlds: list[Path]) -> None:
    """Print coverage, sharpness against the base rate and reliability."""
    seen = [x for w in worlds for x in forecasts(w)]
    for hours in (24, 96, 168):
        base = sum(t <= hours for t, _, _ in seen) / len(seen)
        mean = sum(c[hours] for _, c, _ in seen) / len(seen)
        brier = sum((c[hours] - (t <= hours)) ** 2 for t, c, _ in seen) / len(seen)
        print(
            f"{hours:4d} h: base rate {base:.4f}, mean probability {mean:.4f}, Brier skill {1 - brier / (base * (1 - base)):.3f}"
        )
    for name, limit in (("P50 under 20 days", 480), ("P50 under 7 days", 168), ("P50 under 3 days", 72)):
        some = [(t, q) for t, _, q in seen if q[1] < limit]
        held = sum(q[0] <= t <= q[2] for t, q in some) / len(some)
        half = sum(t < q[1] for t, q in some) / len(some)
        print(f"{name}: {len(some)} forecasts, truth within P10-P90 {held:.3f}, before P50 {half:.3f}")
    print("reliability, 96 h: stated probability, share that came true, forecasts")
    for low, high in pairwise(BINS):
        some = [(c[96], t <= 96) for t, c, _ in seen if low <= c[96] < high]
        if some:
            mean, true = sum(p for p, _ in some) / len(some), sum(x for _, x in some) / len(some)
            print(
                f"  {mean:.3f}  {true:.3f}  {len(some):6d}  {'#' * round(true * 50)}{'' if true >= mean else '.' * round((mean - true) * 50)}"
            )


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--lines", type=int, default=200)
    parser.add_argument("--settings", nargs="+", default=["balanced"])
    parser.add_argument("--calibrate", action="store_true")
    parser.add_argument("--bound", action="store_true")
    parser.add_argument("--keep", type=Path, help="folder for the worlds, to use them again")
    parser.add_argument(
        "--world", nargs=argparse.REMAINDER, default=[], help="options of world.py make, last"
    )
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        worlds = [make(seed, args.lines, args.world, folder) for seed in args.seeds]
        if args.bound:
            for world in worlds:
                print(run(sys.executable, str(SHARED / "world.py"), "bound", str(world)))
        elif args.calibrate:
            calibrate(worlds)
        else:
            for setting in args.settings:
                for world in worlds:
                    score(world, setting)


if __name__ == "__main__":
    main()
