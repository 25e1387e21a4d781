"""The table of written cases, read from its Markdown file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from monitor.core.cause import Signal
from monitor.core.words import Cause


@dataclass(frozen=True)
class Case:
    """One row."""

    truth: Cause
    carrier: str
    evidence: str
    signals: tuple[Signal, ...]
    answer: Cause
    story: str


def cases() -> Iterator[Case]:
    """Read every row of the table."""
    for row in Path(__file__).with_name("cause_cases.md").read_text("utf-8").splitlines():
        cells = [c.strip() for c in row.strip("|").split("|")]
        if not row.startswith("|") or cells[0] == "truth" or set(cells[0]) == {"-"}:
            continue
        truth, carrier, evidence, signals, answer, story = cells
        yield Case(
            Cause(truth), carrier, evidence, tuple(Signal(s) for s in signals.split()), Cause(answer), story
        )
