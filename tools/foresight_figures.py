"""Every figure of ``docs/foresight.md``: makes the worlds, lives through them with the daemon's own decision, and scores what was said.

    python tools/foresight_figures.py                                    the tables of the page, all of them (an hour on one core)
    python tools/foresight_figures.py --write                            the same, and put into both pages
    python tools/foresight_figures.py --seeds 1 --settings early late    some seeds, some settings
    python tools/foresight_figures.py --seeds 13 --world --burst 0.5     another world
    ... --keep FOLDER                                                    keeps worlds, truths and bounds, to use them again

The simulator is looked for in ../shared/foresight beside the checkout, or in $BILLING_MONITOR_SHARED/foresight. The bound knows
the true ledger, rules and habits of each line, and not the dice; it is read at the number of false warnings that we made.
"""

from __future__ import annotations

import argparse
import bisect
import json
import os
import pickle
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import pairwise
from multiprocessing import Pool
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("BILLING_MONITOR_SHARED", ROOT.parent / "shared")) / "foresight"
sys.path[:0] = [str(ROOT), str(SHARED)]

import oracle  # noqa: E402 - the simulator lies outside of this project: its folder is named above
import score  # noqa: E402
import simulate  # noqa: E402
import world as judge  # noqa: E402

from monitor.core.line import Foresight  # noqa: E402
from monitor.core.rules import NO_RULES  # noqa: E402
from monitor.replay.lines import read_lines  # noqa: E402
from monitor.replay.run import Player  # noqa: E402
from monitor.replay.table import read_rows  # noqa: E402

SEEDS = (1, 2, 3, 4, 5, 6, 7, 8)
WORLDS = ((13, ("--burst", "0.5")), (14, ("--clean",)), (11, ("--forget", "2.5")), (12, ("--spikes", "0")))
SETTINGS = ("early", "balanced", "late")
CAUSES = (
    "arrears",
    "expiry",
    "expiry, not shown",
    "renewal by hand",
    "renewal, automatic",
    "runout",
    "limit",
)
THETAS = (0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7)
BINS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
HORIZONS = (24, 96, 168)


@dataclass
class Task:
    """One world to make, and what to find out in it."""

    folder: Path
    seed: int
    lines: int
    options: tuple[str, ...]
    settings: tuple[str, ...]
    bound: bool

    @property
    def world(self) -> Path:
        """Where it lies."""
        return self.folder / "-".join([f"seed{self.seed}", *(o.strip("-") for o in self.options)])


@dataclass
class Found:
    """What was found in one world."""

    scores: dict[str, dict[str, Any]] = field(default_factory=dict)
    automatic: dict[str, list[float]] = field(default_factory=dict)
    """For each setting: false warnings, and line-years, of lines on automatic payment."""
    bounds: dict[float, dict[str, Any]] = field(default_factory=dict)
    seen: list[tuple[float, tuple[float, ...], tuple[float, ...]]] = field(default_factory=list)
    """Lines paid by use, every poll: hours to the true cut-off, chances at HORIZONS, hours to P10, P50, P90."""


class Truth:
    """One line as it was: in the shape that the scorer asks for, counterfactuals looked up instead of lived again."""

    def __init__(self, facts: Any, *, bound: bool) -> None:

        live = simulate.LineRun(facts, snap_every=12)
        end = facts.P.days * 24
        marks = {int(p[0]) + k for p in live.pays for k in (0, 1)} | set(range(0, end, 96))
        marks |= {int(x) for e in live.events for x in e[:2] if x >= 0}
        self.marks = sorted(m for m in marks if m < end)
        self.cuts = [live.cf_suspension(m, 60) for m in self.marks]
        self.events: list[tuple[int, int, str]] = live.events
        self.pays = live.pays
        self.rec = SimpleNamespace(st=bytes(live.rec.st[:end]))
        self.f = SimpleNamespace(P=facts.P, spec=facts.spec)
        self.samples = oracle.informed_samples(live) if bound else None

    def cf_suspension(self, at: float, horizon_d: int = 50) -> int | None:
        """Hour of the next cut-off if nobody pays from an hour on, within a horizon."""
        hour = int(at)
        if self.rec.st[hour] == 2:
            return hour
        cut = self.cuts[bisect.bisect_right(self.marks, hour) - 1]
        return cut if cut is not None and cut < hour + horizon_d * 24 else None


def make(task: Task) -> None:
    """Make a world, unless it is there."""
    if not (task.world / "params.json").exists() or not (task.world / "lines.csv").exists():
        words = ["make", "--seed", str(task.seed), "--lines", str(task.lines), "--out", str(task.world)]
        subprocess.run([sys.executable, str(SHARED / "world.py"), *words, *task.options], check=True)  # noqa: S603


def truths(task: Task) -> dict[str, Truth]:
    """What really happened in a world, kept beside it."""
    kept = task.world / ("truth-bound.pkl" if task.bound else "truth.pkl")
    if kept.exists():
        found: dict[str, Truth] = pickle.loads(kept.read_bytes())  # noqa: S301 - our own file
        return found
    saved = json.loads((task.world / "params.json").read_text())
    saved["mix"] = tuple(tuple(x) for x in saved["mix"])
    params = simulate.Params(**saved)
    every = (simulate.LineFacts(simulate.make_spec(i, params), params) for i in range(params.lines))
    found = {facts.spec.id: Truth(facts, bound=task.bound) for facts in every}
    kept.write_bytes(pickle.dumps(found))
    return found


def named(real: Truth) -> list[tuple[int, int, str]]:
    """Cut-offs with the cause told apart where foresight differs: a day that the carrier does not show, an automatic payment."""
    spec = real.f.spec
    names = {"renewal": "renewal, automatic" if spec.autopay else "renewal by hand"}
    if not simulate.CARRIER[spec.carrier].gives_expiry:
        names["expiry"] = "expiry, not shown"
    return [(a, b, names.get(cause, cause)) for a, b, cause in real.events]


def find(task: Task) -> Found:
    """Live through one world with each setting."""
    make(task)
    truth, found = truths(task), Found()
    for real in truth.values():
        real.events = named(real)
    for setting in task.settings:
        told = said(task, truth, setting, found.seen if setting == "balanced" else None)
        total = found.scores.setdefault(setting, {})
        automatic = found.automatic.setdefault(setting, [0.0, 0.0])
        for name, real in truth.items():
            z = score.score_line(real, told.get(name, []))
            score.add(total, z)
            if real.f.spec.autopay:
                automatic[0] += z["false"]
                automatic[1] += z["line_days"] / 365
    for theta in THETAS if task.bound else ():
        for real in truth.values():
            warned = oracle.informed_warnings(real, oracle.probs(real.samples, 96), theta)
            score.add(found.bounds.setdefault(theta, {}), score.score_line(real, warned))
    return found


def said(task: Task, truth: dict[str, Truth], setting: str, seen: list[Any] | None) -> dict[str, list[Any]]:
    """Replay a world: (hour, kind as the scorer counts it) of every notice of every line."""
    known = read_lines(task.world / "lines.csv", "UTC")
    told: dict[str, list[Any]] = {}
    player: Player | None = None
    for row in read_rows(task.world / "history.csv", lambda n: known[n].zone, lambda _: "", print):
        real = truth[row.line]
        if player is None or player.line.name != row.line:
            player = Player(replace(known[row.line], foresight=Foresight(setting)), NO_RULES)
        for one in row.seen:
            for notice, _ in player.see(one, row.at):
                warns = str(notice.kind) in judge.FORESIGHT and str(notice.severity) in (
                    "warning",
                    "critical",
                )
                kind = "arrears" if real.f.spec.kind == "postpaid" else "runout"
                hour = (notice.at.timestamp() - simulate.T0) / 3600
                told.setdefault(row.line, []).append((hour, kind if warns else f"info:{notice.kind}"))
        if seen is not None and real.f.spec.kind == "payg" and not real.f.spec.autopay:
            look(seen, player, real, (row.at.timestamp() - simulate.T0) / 3600)
    return told


def look(seen: list[Any], player: Any, real: Truth, hour: float) -> None:
    """Note what the forecast says at a poll, and what would have come true if nobody paid."""
    forecast, status = player.state.forecast, real.rec.st
    if forecast is None or hour < 14 * 24 or int(hour) >= len(status) or status[int(hour)] == 2:
        return
    if player.state.ledger.cut_since:
        return
    cut = real.cuts[bisect.bisect_right(real.marks, int(hour)) - 1]
    ends = (forecast.run_out.p10, forecast.run_out.p50, forecast.run_out.p90)
    hours = tuple((e - player.now).total_seconds() / 3600 if e else 9999.0 for e in ends)
    seen.append(
        (cut - hour if cut is not None else 9999.0, tuple(forecast.chance(h) for h in HORIZONS), hours)
    )


def at_as_many(bounds: dict[float, dict[str, Any]], false: float) -> tuple[float, float] | None:
    """POD72 and POD24 of the informed bound at a number of false warnings a line-year."""
    rows = sorted((s["false_ly"], s["POD72"], s["POD24"]) for s in map(score.summary, bounds.values()))
    if not rows:
        return None
    for a, b in pairwise(rows):
        if a[0] <= false <= b[0]:
            x = (false - a[0]) / (b[0] - a[0])
            return a[1] + x * (b[1] - a[1]), a[2] + x * (b[2] - a[2])
    return rows[0][1:] if false < rows[0][0] else rows[-1][1:]


def merge(found: list[Found]) -> Found:
    """Several worlds as one."""
    whole = Found()
    for one in found:
        for setting, z in one.scores.items():
            score.add(whole.scores.setdefault(setting, {}), z)
            kept = whole.automatic.setdefault(setting, [0.0, 0.0])
            kept[0], kept[1] = kept[0] + one.automatic[setting][0], kept[1] + one.automatic[setting][1]
        for theta, z in one.bounds.items():
            score.add(whole.bounds.setdefault(theta, {}), z)
        whole.seen += one.seen
    return whole


def row(name: str, found: Found, setting: str) -> str:
    """One row of the table of worlds."""
    z = found.scores[setting]
    s, best = score.summary(z), at_as_many(found.bounds, score.summary(z)["false_ly"])
    years = z["line_days"] / 365
    against = (
        f"{best[0]:.3f} / {best[1]:.3f} | {s['POD72'] / best[0]:.0%} / {s['POD24'] / best[1]:.0%}"
        if best
        else "| "
    )
    automatic = found.automatic[setting][0] / max(1e-9, found.automatic[setting][1])
    messages = f"{z['foresight'] / years / 12:.2f} | {s['msg_lm']:.2f} | {automatic:.2f}"
    return f"| {name}, `{setting}` | {s['POD72']:.3f} / {s['POD24']:.3f} | {s['false_ly']:.2f} | {against} | {messages} |"


def by_cause(found: Found, setting: str = "balanced") -> list[str]:
    """Rows of the table of causes, with the bound at the nearest number of false warnings."""
    z = found.scores[setting]
    false = score.summary(z)["false_ly"]
    near = (
        min(found.bounds.values(), key=lambda b: abs(score.summary(b)["false_ly"] - false))
        if found.bounds
        else None
    )
    rows = []
    for cause in CAUSES:
        n, a, b = z["by_cause"].get(cause, [0, 0, 0])
        if n:
            best = near["by_cause"][cause] if near else None
            limit = f"{best[1] / best[0]:.2f} / {best[2] / best[0]:.2f}" if best else ""
            rows.append(f"| {cause} | {n} | {a / n:.2f} | {b / n:.2f} | {limit} |")
    return rows


def calibration(seen: list[Any]) -> list[str]:
    """Coverage, sharpness against the base rate, and reliability."""
    told = []
    for i, hours in enumerate(HORIZONS):
        base = sum(t <= hours for t, _, _ in seen) / len(seen)
        mean = sum(c[i] for _, c, _ in seen) / len(seen)
        brier = sum((c[i] - (t <= hours)) ** 2 for t, c, _ in seen) / len(seen)
        skill = 1 - brier / (base * (1 - base))
        told.append(
            f"{hours:4d} h: base rate {base:.4f}, mean probability {mean:.4f}, Brier skill {skill:.3f}"
        )
    for name, limit in (("P50 under 20 days", 480), ("P50 under 7 days", 168), ("P50 under 3 days", 72)):
        some = [(t, q) for t, _, q in seen if q[1] < limit]
        held = sum(q[0] <= t <= q[2] for t, q in some) / len(some)
        half = sum(t < q[1] for t, q in some) / len(some)
        told.append(f"{name}: {len(some)} forecasts, truth within P10-P90 {held:.3f}, before P50 {half:.3f}")
    told.append("reliability, 96 h: stated probability, share that came true, forecasts")
    for low, high in pairwise(BINS):
        bin_ = [(c[1], t <= 96) for t, c, _ in seen if low <= c[1] < high]
        if bin_:
            mean, true = sum(p for p, _ in bin_) / len(bin_), sum(x for _, x in bin_) / len(bin_)
            bar = "#" * round(true * 50) + "." * max(0, round((mean - true) * 50))
            told.append(f"  {mean:.3f}  {true:.3f}  {len(bin_):6d}  {bar}".rstrip())
    return told


def put(page: Path, name: str, rows: list[str]) -> None:
    """Put rows between the marks of a page."""
    text = page.read_text(encoding="utf-8")
    head, _, rest = text.partition(f"<!-- {name} -->\n")
    _, end, tail = rest.partition(f"<!-- /{name} -->")
    page.write_text(f"{head}<!-- {name} -->\n" + "\n".join(rows) + "\n" + end + tail, encoding="utf-8")


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--seeds", type=int, nargs="+", help="default: 1 to 8, and one seed of each other world"
    )
    parser.add_argument("--lines", type=int, default=200)
    parser.add_argument("--settings", nargs="+", default=list(SETTINGS), choices=SETTINGS)
    parser.add_argument(
        "--no-bound", action="store_true", help="leave the informed bound out: most of the time goes there"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--keep", type=Path, help="folder for worlds, truths and bounds, to use them again")
    parser.add_argument(
        "--write", action="store_true", help="put the tables into docs/foresight.md and its translation"
    )
    parser.add_argument(
        "--world", nargs=argparse.REMAINDER, default=[], help="options of world.py make, last"
    )
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        shape = (args.lines, tuple(args.world), tuple(args.settings), not args.no_bound)
        tasks = [Task(folder, seed, *shape) for seed in args.seeds or SEEDS]
        if not args.seeds and not args.world:
            tasks += [Task(folder, s, args.lines, w, ("balanced",), not args.no_bound) for s, w in WORLDS]
        with Pool(args.processes, maxtasksperchild=1) as pool:
            found = pool.map(find, tasks, chunksize=1)
    groups: dict[tuple[str, ...], list[Found]] = {}
    for task, one in zip(tasks, found, strict=True):
        groups.setdefault(task.options, []).append(one)
    counts = Counter(t.options for t in tasks)
    table: list[str] = []
    causes: list[str] = []
    calibrated: list[str] = []
    for options, some in groups.items():
        whole = merge(some)
        seeds = (
            ", ".join(str(t.seed) for t in tasks if t.options == options)
            if counts[options] < len(SEEDS)
            else "1–8"
        )
        name = f"seeds {seeds}" if not options else f"`{' '.join(options)}`, seed {seeds}"
        table += [row(name, whole, setting) for setting in whole.scores]
        if not causes and "balanced" in whole.scores:
            causes, calibrated = by_cause(whole), ["```text", *calibration(whole.seen), "```"]
    for name, rows in (("worlds", table), ("causes", causes), ("calibration", calibrated)):
        print(f"\n{name}", *rows, sep="\n")
        for page in ("foresight.md", "foresight.zh-CN.md") if args.write else ():
            put(ROOT / "docs" / page, name, rows)


if __name__ == "__main__":
    main()
