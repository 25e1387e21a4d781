"""A payment hides the use around it: what was paid before tells how much."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.forecast import absorb
from monitor.core.forecast.model import UNIT, Ledger
from monitor.core.forecast.payment import amount_paid, pace
from monitor.core.reading import Reading
from tests.core.histories import PREPAID, START, live, reading
from tests.core.test_forecast_properties import look, never_earlier

DAY = timedelta(days=1)


def nights(daily: list[int], top_up: int, least: int, start: int) -> list[Reading]:
    """What a page shows that is renewed once a night: cents used each day; the owner looks every other day, and pays below ``least``."""
    left, seen = start, [reading(START, Decimal(start) / 100)]
    for night, used in enumerate(daily, 1):
        left -= used
        left += top_up if left < least and night % 2 else 0
        seen.append(reading(START + night * DAY, Decimal(left) / 100))
    return seen


def taught(seen: list[Reading]) -> Ledger:
    return live(seen)[0].ledger


def uneven(seed: int, nights: int = 89) -> list[int]:
    """Cents used each day: four days in ten rest, the others differ widely."""
    chance = random.Random(seed)  # noqa: S311 - a history, no secret
    return [0 if chance.random() < 0.4 else int(chance.lognormvariate(4.6, 0.7)) for _ in range(nights)]


def test_a_nightly_page_teaches_the_whole_pace_though_each_payment_hides_a_day() -> None:
    told, true, before = 0, 0, 0
    for seed in range(12):
        daily = uneven(seed)
        seen = nights(daily, 1000, 500, 1200)
        told += pace(taught(seen))
        true += sum(daily) * UNIT // 100 // len(daily)
        balances = [one.balance.amount for one in seen if one.balance is not None]
        before += sum(int(max(0, a - b) * UNIT) for a, b in pairwise(balances)) // len(daily)
    assert before < 0.9 * true
    assert true - told < 0.7 * (true - before)


def test_what_a_payment_hid_is_told_by_the_amounts_seen_before() -> None:
    ledger = taught(nights(uneven(5), 1000, 500, 1200))
    rises = [9_22 * UNIT // 100, 10 * UNIT]
    assert [amount_paid(ledger, rise, DAY) for rise in rises] == [10 * UNIT, 10 * UNIT]


@pytest.mark.parametrize("changed", [1000, 1200, 1500])
def test_an_owner_who_pays_less_than_before_is_soon_believed(changed: int) -> None:
    told = true = 0
    for seed in range(8):
        daily = uneven(seed, 300)
        seen = nights(daily[:150], 2000, 500, 1200)
        left = seen[-1].balance.amount * 100  # type: ignore[union-attr]
        for night in range(150, 300):
            left -= daily[night]
            left += changed if left < 500 and night % 2 else 0
            seen.append(reading(START + (night + 1) * DAY, left / 100))
        told += pace(taught(seen))
        true += sum(daily[-89:]) * UNIT // 100 // 89
    assert told == pytest.approx(true, rel=0.08)


def test_a_refund_is_no_payment_with_a_heavy_day_under_it() -> None:
    ledger = taught(nights(uneven(3), 1000, 500, 1200))
    assert amount_paid(ledger, 2 * UNIT, DAY) == 2 * UNIT


def test_a_larger_amount_than_ever_is_taken_as_it_is() -> None:
    ledger = taught(nights(uneven(3), 1000, 500, 1200))
    assert amount_paid(ledger, 12 * UNIT, DAY) == 12 * UNIT
    assert amount_paid(ledger, 30 * UNIT, DAY) == 30 * UNIT


def test_before_the_first_payment_nothing_is_told_of_what_one_hides() -> None:
    assert amount_paid(taught(nights([100] * 6, 1000, 300, 1200)), 9 * UNIT, DAY) == 9 * UNIT


def test_hidden_use_counts_from_the_next_figure_on() -> None:
    seen = nights(uneven(5), 1000, 500, 1200)
    at = next(i for i in range(40, 90) if taught(seen[: i + 1]).hidden)
    shown, after = taught(seen[: at + 1]), taught(seen[: at + 2])
    assert shown.hidden is not None
    used = max(0, int((seen[at].balance.amount - seen[at + 1].balance.amount) * UNIT))  # type: ignore[union-attr]
    assert after.hidden is None or after.hidden != shown.hidden
    assert sum(after.burns) == sum(shown.burns) + shown.hidden[2] + used


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 400), min_size=22, max_size=70),
    st.integers(300, 3000),
    st.integers(1, 6000),
    st.integers(1, 200),
)
def test_a_top_up_never_means_an_earlier_cut_off_on_a_line_that_was_topped_up_before(
    daily: list[int], top_up: int, now: int, hours: int
) -> None:
    state, _ = live(nights(daily, top_up, 500, 1500))
    before = state.reading
    assert before is not None
    assert before.balance is not None
    at = before.observed_at + timedelta(hours=hours)
    same = replace(reading(at, before.balance.amount), as_of=at)
    richer = replace(reading(at, before.balance.amount + Decimal(now) / 100), as_of=at)
    without = absorb(state.ledger, PREPAID, before, same)
    topped = absorb(state.ledger, PREPAID, before, richer)
    never_earlier(look(topped, richer, at), look(without, same, at))
