"""What foresight costs: CPU of one decision with ninety days behind it, and of a replay, printed and never asserted."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from time import process_time

import pytest
from pydantic import TypeAdapter

from monitor.core.decide import decide
from monitor.core.rules import NO_RULES
from monitor.core.state import LineState
from tests.core.histories import PREPAID, START, live, reading

ROUNDS = 300


@pytest.mark.heavy
def test_the_cost_of_a_decision_with_ninety_days_of_readings(capsys: pytest.CaptureFixture[str]) -> None:
    seen = [reading(START + timedelta(hours=6 * i), Decimal(60) - Decimal("0.13") * i) for i in range(360)]
    began = process_time()
    state, _ = live(seen)
    each = (process_time() - began) / len(seen)
    at = seen[-1].observed_at
    began = process_time()
    for i in range(ROUNDS):
        step = at + timedelta(minutes=i + 1)
        done = decide(PREPAID, NO_RULES, state, reading(step, "13.00"), step)
    full = (process_time() - began) / ROUNDS
    size = len(TypeAdapter(LineState).dump_json(done.state))
    with capsys.disabled():
        print(
            f"\nforesight: {full * 1e6:.0f} us CPU a decision with 90 days of history (limit 2000), "
            f"{each * 1e6:.0f} us on average while it grows, state {size} bytes of JSON"
        )
    assert done.state.ledger.burns
