"""A line that burns evenly, as a tracker or a router does: watched for days only, and yet never missed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from monitor.core.decide import decide
from monitor.core.forecast.use import law
from monitor.core.notice import Notice
from monitor.core.rules import NO_RULES
from monitor.core.state import LineState
from tests.core.histories import PREPAID, START, burn, day, live, reading, steady

HOUR = timedelta(hours=1)


def emptied(days: float, start: str, *, dense: bool) -> list[tuple[Notice, float]]:
    """What is said of a line that empties evenly, each with the hours that were left."""
    state, now, end, said = LineState(), START, START + timedelta(days=days), []
    while now < end:
        left = Decimal(start) * Decimal((end - now) / (end - START))
        done = decide(PREPAID, NO_RULES, state, reading(now, left.quantize(Decimal("0.01"))), now)
        state = done.state
        said += [(notice, (end - now) / HOUR) for notice in done.notices]
        now = done.next_poll_at if dense else now + 6 * HOUR
    return said


@pytest.mark.parametrize("polls", ["six-hourly", "as the daemon looks"])
@pytest.mark.parametrize("days", [4, 5, 7, 8.5, 10, 12.75, 14])
def test_a_steady_burner_watched_for_days_only_hears_the_urgent_rung_in_time(days: float, polls: str) -> None:
    said = emptied(days, "7.00", dense=polls != "six-hourly")
    assert said[0][0].stage == "likely"
    assert said[0][1] >= 60
    leads = [left for notice, left in said if notice.stage == "urgent"]
    assert len(leads) == 1
    assert 12 <= leads[0] <= 36


def test_even_days_are_believed_sooner_than_the_spread_of_a_typical_phone() -> None:
    even, _ = live(steady(7, "1.00", "20.00"))
    phone, _ = live(burn([20] * 5 + [15] * 12 + [14] * 8 + [9] * 3))
    assert law(even.ledger).var / law(even.ledger).mean ** 2 < 0.5
    assert law(phone.ledger).var / law(phone.ledger).mean ** 2 > 1.2


def test_credit_paid_in_the_evening_and_seen_in_the_night_lives_until_that_evening() -> None:
    paid = START.replace(hour=1)
    line = replace(PREPAID, timezone="UTC")
    seen = [
        reading(paid - 6 * HOUR, "1.00", credit_expires_on=day(2)),
        *(reading(paid + 6 * i * HOUR, "20.00", credit_expires_on=day(30)) for i in range(118)),
    ]
    state, _ = live(seen, line)
    assert state.forecast is not None
    ends = state.forecast.run_out
    last_day = START.replace(hour=0) + timedelta(days=30)
    assert ends.p10 is not None
    assert ends.p90 is not None
    assert last_day <= ends.p10 < last_day + 22 * HOUR < ends.p90


def test_a_danger_with_a_date_is_less_certain_the_older_the_figure_is() -> None:
    plan = [reading(START + 6 * i * HOUR, "20.00", credit_expires_on=day(10)) for i in range(36)]
    state, _ = live(plan)
    fresh = state.forecast
    blind, _ = live([(plan[-1].observed_at + timedelta(hours=24), None)], state=state)
    assert fresh is not None
    assert blind.forecast is not None
    assert fresh.chance(96) > 0.95
    assert 0.7 < blind.forecast.chance(96) < 0.85
