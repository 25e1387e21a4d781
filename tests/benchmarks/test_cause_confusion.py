"""Print the confusion matrix of the cause classifier over the written cases: ``pytest -s -m heavy tests/benchmarks/test_cause_confusion.py``."""

import sys
from collections import Counter
from pathlib import Path

import pytest

from monitor.core.cause import CAUSES, classify
from monitor.core.words import Cause

sys.path.insert(0, str(Path(__file__).parents[1] / "story"))
from causes import cases


@pytest.mark.heavy
def test_print_the_confusion_matrix() -> None:
    counts = Counter((c.truth, classify(c.signals).cause) for c in cases())
    columns = [*CAUSES, Cause.UNKNOWN]
    print("\ntruth ↓ answer →  " + "".join(f"{c:>16}" for c in columns))
    for truth in columns:
        print(f"{truth:16}  " + "".join(f"{counts[truth, c] or '·':>16}" for c in columns))
    total = sum(counts.values())
    right = sum(n for (t, a), n in counts.items() if t is a)
    unknown = sum(n for (_, a), n in counts.items() if a is Cause.UNKNOWN)
    wrong = sum(n for (t, a), n in counts.items() if a not in (t, Cause.UNKNOWN))
    print(f"{total} cases: {right} right, {unknown} unknown, {wrong} wrong")
    assert wrong / total < 0.05
