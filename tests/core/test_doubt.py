"""Figures that are not believed at first sight: what a carrier's page shows on its worst days."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from monitor.core.forecast.plan import learned_plan
from monitor.core.words import Status
from tests.core.histories import PREPAID, START, burn, live, reading, steady
from tests.core.test_forecast_traps import warnings

HOUR = timedelta(hours=1)


def test_a_hundredfold_misreading_is_no_top_up_and_does_not_rearm_the_ladder() -> None:
    used = steady(30, "0.50", "16.00")
    state, said = live(used)
    assert len(warnings(said)) >= 1
    assert state.ledger.units is not None
    at = used[-1].observed_at
    low = Decimal(state.ledger.units) / 10000
    after, more = live([reading(at + 6 * HOUR, low * 100), reading(at + 12 * HOUR, low)], state=state)
    _, plain = live([reading(at + 6 * HOUR, low), reading(at + 12 * HOUR, low)], state=state)
    assert len(warnings(more)) <= len(warnings(plain))
    assert all(n.episode == said[-1].episode for n in more)
    assert not after.ledger.credits
    assert after.doubt is None


def test_an_implausible_zero_is_not_believed_until_it_is_seen_twice() -> None:
    used = steady(30, "0.50", "40.00")
    state, _ = live(used)
    at = used[-1].observed_at
    once, said = live([reading(at + 6 * HOUR, "0.00")], state=state)
    assert once.reading == state.reading
    assert not warnings(said)
    twice, said = live([reading(at + 12 * HOUR, "0.00")], state=once)
    assert twice.ledger.units == 0
    assert warnings(said)


def test_a_hundredfold_misreading_before_the_first_payment_teaches_nothing_though_some_was_used_in_between() -> (
    None
):
    used = burn([Decimal("8.13") - Decimal("0.11") * i for i in range(40)])
    state, _ = live(used)
    at, less = used[-1].observed_at, Decimal("3.40")
    odd = [reading(at + 6 * HOUR, less * 100), *(reading(at + i * 6 * HOUR, less) for i in range(2, 60))]
    after, said = live(odd, state=state)
    assert after.ledger.scale == state.ledger.scale
    assert not after.ledger.credits
    assert not learned_plan(after.ledger)
    assert "renewal_short" not in {n.why.code for n in said}


def test_a_first_payment_far_above_all_that_was_seen_is_believed_when_it_is_seen_again() -> None:
    used = burn(["1.00", "0.90", "0.80", "0.70"])
    state, _ = live(used)
    at = used[-1].observed_at
    once, _ = live([reading(at + 6 * HOUR, "50.00")], state=state)
    assert once.ledger.units == 7_000
    twice, _ = live([reading(at + 8 * HOUR, "50.00")], state=once)
    assert twice.ledger.units == 500_000
    assert twice.ledger.credits


def test_a_zero_on_a_working_line_is_seen_twice_also_where_little_was_left() -> None:
    used = steady(30, "0.50", "16.00")
    state, _ = live(used)
    assert 0 < (state.ledger.units or 0) < 20_000
    at = used[-1].observed_at
    once, said = live([reading(at + 6 * HOUR, "0.00")], state=state)
    assert once.ledger.units == state.ledger.units
    assert "urgent" not in {n.stage for n in said}
    cut, _ = live([reading(at + 6 * HOUR, "0.00", status=Status.SUSPENDED)], state=state)
    assert cut.ledger.cut_level == 0


def test_one_large_charge_on_a_line_that_uses_little_makes_no_plan_of_it() -> None:
    """A premium call on a line that is paid by use: eight times its use of two weeks, and no renewal."""
    calm = [Decimal(40) - Decimal("0.06") * i for i in range(60)]
    state, said = live(burn([*calm, *(x - 20 for x in calm[-10:])]))
    assert not learned_plan(state.ledger)
    assert "renewal_short" not in {n.why.code for n in said}


def test_a_zero_on_a_plan_is_believed_at_once_only_when_its_day_has_come() -> None:
    months = [reading(START + 6 * i * HOUR, "8.00" if i % 120 > 100 else "0.50") for i in range(400)]
    early, _ = live([*months, reading(months[-1].observed_at + 6 * HOUR, "8.00")])
    assert early.reading is not None
    after, _ = live([reading(early.reading.observed_at + 6 * HOUR, "0.00")], state=early)
    assert after.doubt is not None


def test_a_first_figure_with_a_lost_decimal_point_is_forgotten_and_no_charge_is_learned_from_it() -> None:
    state, said = live([reading(START - 6 * HOUR, "2450.00"), *steady(20, start="24.50")])
    assert state.ledger.scale == 245_000
    assert not state.ledger.charges
    assert not state.ledger.lumps
    assert "renewal_short" not in {n.why.code for n in said}


def test_a_zero_on_a_coarse_display_is_no_proof_that_use_does_not_cut_the_line() -> None:
    """Shown in whole euros and used little: almost a euro may be left for weeks."""
    shown = [left for left in range(8, 0, -1) for _ in range(24)] + [0] * 90
    state, _ = live(burn(shown))
    assert not state.ledger.works_empty
    exact = [Decimal("3.03") - Decimal("0.03") * i for i in range(101)]
    state, _ = live(burn([*exact, *["0.00"] * 30]))
    assert state.ledger.works_empty


def test_a_line_that_use_has_cut_before_is_cut_by_it_again_however_long_it_works_at_zero() -> None:
    exact = [Decimal("3.03") - Decimal("0.03") * i for i in range(101)]
    first = burn(exact)
    at = first[-1].observed_at
    cut = [reading(at + i * 6 * HOUR, "0.00", status=Status.SUSPENDED) for i in (1, 2)]
    again = burn([*exact, *["0.00"] * 30], at + 18 * HOUR)
    state, said = live([*first, *cut, *again])
    assert state.ledger.cut_level == 0
    assert not state.ledger.works_empty
    assert "urgent" in {n.stage for n in said if n.at > again[0].observed_at}


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.SUSPENDED])
def test_a_debt_that_lost_its_decimal_point_teaches_no_overdraft(status: Status) -> None:
    line = replace(PREPAID, overdraft=None)
    used = burn([Decimal(8) - Decimal("0.11") * i for i in range(84)])  # to 1.13 below zero
    state, _ = live(used, line)
    at = used[-1].observed_at
    odd, _ = live([reading(at + 6 * HOUR, "-122.00", status=status)], line, state)
    assert odd.ledger == state.ledger
    after, _ = live([reading(at + 8 * HOUR, "-1.22", status=status)], line, odd)
    assert after.ledger.units == -12_200
    assert (after.ledger.low_level or 0) >= -12_200


def test_a_payment_where_little_was_left_on_a_display_of_whole_units_is_believed_at_once() -> None:
    """One left, and a hundred is not far from a payment of thirty in steps of one: the next look need not confirm it."""
    low = burn([max(1, 30 - i // 2) for i in range(60)])
    paid = reading(low[-1].observed_at + timedelta(hours=6), 30)
    state, _ = live([*low, paid])
    assert state.ledger.grain == 10000
    assert state.doubt is None
    assert state.ledger.last_credit == paid.observed_at
