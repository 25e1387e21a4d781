"""Prints how many messages a second one core parses. Run: ``python tests/benchmarks/bench_sms.py``."""

import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "sms"))

from test_shapes import SHAPES
from test_synthetic import CASES

from monitor.core.sms import parse
from monitor.intake.lexicon import load


def main() -> None:
    lexicon = load()
    at = datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=8)))
    texts = [(s[1], s[2]) for s in SHAPES] + [(c[0], c[1]) for c in CASES]
    rounds, start = 20, time.process_time()
    for _ in range(rounds):
        for sender, text in texts:
            parse(text, sender, at, lexicon)
    spent = time.process_time() - start
    print(
        f"{rounds * len(texts) / spent:,.0f} messages/s on one core (asked: 1,000; {len(texts)} texts, {rounds} rounds)"
    )


if __name__ == "__main__":
    main()
