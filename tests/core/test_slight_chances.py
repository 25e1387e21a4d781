"""A renewal that may just fail: told as that, while there is time, and only where something speaks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from monitor.core.forecast.days import midnight
from monitor.core.forecast.model import UNIT, Ledger
from monitor.core.forecast.plan import learned_charges
from monitor.core.forecast.renewal import renewal
from monitor.core.forecast.use import any_use, law
from monitor.core.line import Foresight
from monitor.core.notice import CutOffBasis
from monitor.core.policy import IN_TIME, OFTEN, POLICIES
from monitor.core.reading import Reading
from tests.core.histories import START, euro, live, reading
from tests.core.test_late_charges import pages
from tests.core.test_plan_balance import CYCLE, DAY, HOUR, PLAN, plan, warnings

NOW = datetime(2026, 5, 7, 12, tzinfo=UTC)
RENEWS = date(2026, 5, 10)


def chance(left: str, *, step: str = "0.01", charge: int = 10, **more: object) -> float:
    """The chance that a renewal in three days fails, on a line that uses something on every second day."""
    ledger = Ledger(
        currency="EUR", units=int(Decimal(left) * UNIT), at=NOW, seen_at=NOW, day=NOW.date(), scale=40 * UNIT,
        step=int(Decimal(step) * UNIT), changes=(0, 0, 9, 0, 0, 0, 0, 0),
        burns=(0, UNIT // 10) * 30, hours=(2400,) * 60,
        charges=tuple((date(2026, month, 10), charge * UNIT, charge * UNIT) for month in (2, 3, 4)),
    )  # fmt: skip
    ledger = replace(ledger, **more)  # type: ignore[arg-type]
    seen = Reading(NOW, balance=euro(left), next_charge_on=RENEWS, fee=euro(charge))
    found = list(renewal(ledger, PLAN, seen, law(ledger), NOW))
    return found[0].chance if found else 0.0


def test_what_a_journey_or_a_single_charge_may_take_before_a_renewal_is_a_slight_chance() -> None:
    assert 0.02 < chance("10.45") < 0.1
    assert chance("12.60") < 0.01  # more than such a thing takes
    idle = {"burns": (0,) * 60}
    assert chance("10.00", **idle) == 0.0  # where nothing is ever used, the exact charge is enough


def test_less_left_never_makes_a_renewal_likelier_to_be_paid() -> None:
    for step in ("0.01", "0.25", "1"):
        rising = [chance(str(Decimal(cents) / 100), step=step) for cents in range(1300, 800, -25)]
        assert rising == sorted(rising), step


def test_just_enough_on_a_coarse_display_may_be_exactly_that_the_more_so_where_a_renewal_failed_with_it() -> (
    None
):
    fine, coarse = chance("10.25"), chance("10.00", step="0.25", burns=(0,) * 58 + (1, 0))
    assert 0.05 < coarse < 0.3
    again = chance("10.00", step="0.25", burns=(0,) * 58 + (1, 0), short_at=int(9.75 * UNIT))
    assert again > 0.3
    assert fine < again


def used(paid: str, every: int = 2) -> Callable[[int, float], str]:
    """Pages of a plan of 20.00: 0.02 a day are used, at once on every so many days, 20.00 paid a week before each renewal, in the
    third cycle ``paid``."""

    def left(cycle: int, day: float) -> str:
        days, payments = cycle * CYCLE + int(day), [Decimal(20), Decimal(paid)]
        made = sum(payments[: cycle - 1 + (day >= CYCLE - 7)]) if cycle else 0
        return str(Decimal(22) - days // every * every * Decimal("0.02") - 20 * cycle + made)

    return left


@pytest.mark.parametrize(("setting", "told"), [(Foresight.BALANCED, 1), (Foresight.LATE, 0)])
def test_a_slight_chance_is_told_once_in_time_with_its_own_day_and_its_chance(
    setting: Foresight, told: int
) -> None:
    _, said = live(plan(3, used("19.74")), replace(PLAN, foresight=setting))
    slight = [
        n for n in warnings(said) if n.why.code == "renewal_short" and int(str(n.why.get("chance"))) < 30
    ]
    assert len(slight) == told
    for notice in slight:
        due = date.fromisoformat(str(notice.why.get("on")))
        assert notice.cut_off.earliest == midnight(due, PLAN)
        assert notice.cut_off.likely is None
        assert notice.cut_off.basis is CutOffBasis.BALANCE
        assert midnight(due, PLAN) - notice.at >= IN_TIME


def test_no_slight_chance_is_told_before_a_first_charge_was_seen() -> None:
    def first(_: int, day: float) -> str:
        return used("20.00")(0, day).replace("22.", "20.").replace("21.", "20.")

    state, said = live(plan(1, first)[:-4], PLAN)
    assert not learned_charges(state.ledger)
    assert [n for n in warnings(said) if int(str(n.why.get("chance") or 100)) < 30] == []


def test_a_line_that_works_for_days_with_nothing_left_is_a_plan_of_its_one_large_drop() -> None:
    """It lay at nothing almost from its first charge on, so that its days of use could not be watched."""
    seen = [reading(START + i * 6 * HOUR, "25.00") for i in range(12)]
    falls = [max(Decimal(0), Decimal("2.50") - Decimal(i) / 5) for i in range(130)]
    seen += [reading(START + (12 + i) * 6 * HOUR, str(left)) for i, left in enumerate(falls)]
    state, said = live(seen, replace(PLAN, grace_hours=None))
    assert state.ledger.works_empty
    assert sum(state.ledger.hours) < 10 * 2400
    assert len(learned_charges(state.ledger)) == 1
    due = datetime.combine((START + 33 * DAY).date(), time(0), PLAN.zone)
    told = [n for n in warnings(said) if n.why.code == "renewal_short"]
    assert told
    assert due - timedelta(days=5) <= told[0].at <= due - timedelta(days=3)


def test_late_tells_only_what_is_credible() -> None:
    assert POLICIES[Foresight.EARLY].slight <= POLICIES[Foresight.BALANCED].slight < 0.3
    assert POLICIES[Foresight.LATE].slight == pytest.approx(0.3)


def test_a_slight_chance_that_comes_true_is_told_again_at_once() -> None:
    """Told at 18 %, and half a day later a single charge takes what was left: the first word swallows nothing."""
    pages = plan(3, used("19.74"))
    taken = START + (3 * CYCLE - 3) * DAY
    seen = [replace(p, balance=euro("19.00")) if p.observed_at >= taken else p for p in pages]
    _, said = live(seen, PLAN)
    told = [(n.stage, n.at) for n in warnings(said) if n.why.code == "renewal_short"]
    assert [stage for stage, _ in told][:2] == ["renewal-slight", "renewal"]
    assert told[1][1] == next(p.observed_at for p in seen if p.observed_at >= taken)


@pytest.mark.parametrize(("every", "told"), [(12, 1), (25, 0)])
def test_use_now_and_then_is_enough_for_a_slight_chance_and_once_in_a_month_is_not(
    every: int, told: int
) -> None:
    """Hardly anything is above the charge before the renewal: once in twelve days something takes it, once in a month is too seldom."""
    rest = Decimal(22) - 80 // every * every * Decimal("0.02") - 40 + 20
    paid = Decimal("20.12") - rest
    _, said = live(plan(3, used(str(paid), every)), PLAN)
    last = [n for n in warnings(said) if n.at > START + 2 * CYCLE * DAY and n.stage.startswith("renewal")]
    assert [n.stage for n in last] == ["renewal-slight"] * told


def test_a_coarse_display_that_shows_just_enough_is_told_though_it_hides_how_often_something_is_used() -> (
    None
):
    def shown(cycle: int, day: float) -> str:
        if cycle == 0:
            return "20.50" if day < 3 else "20.25" if day < 6 else "20.00"
        return "20.00" if day >= 2 else "0.00"

    pages = plan(3, shown)
    state, said = live(pages, PLAN)
    assert state.ledger.grain == UNIT // 4
    assert any_use(state.ledger, 3.7) < OFTEN
    last = [n for n in warnings(said) if n.at > START + 2 * CYCLE * DAY + 22 * DAY]
    assert [n.stage for n in last] == ["renewal-slight"]


def test_a_charge_known_only_to_be_more_than_what_failed_may_be_more_than_what_is_there() -> None:
    failed = {"charges": ((date(2026, 4, 10), 0, 0),), "short_at": 10 * UNIT}
    assert chance("12.00", **failed) == pytest.approx(0.2, abs=0.01)
    assert chance("12.00") < 0.06
    assert chance("13.60", **failed) < 0.06
    for step in ("0.01", "0.25", "1"):
        rising = [chance(str(Decimal(cents) / 100), step=step, **failed) for cents in range(1400, 800, -25)]
        assert rising == sorted(rising), step
    assert chance("10.00", **failed) == 1.0  # as much has failed before
    assert 0.5 < chance("10", step="1", **failed) < 0.8  # the display hides how much that was


@pytest.mark.parametrize("used_a_day", [15, 0])
def test_before_the_next_renewal_a_charge_known_only_as_more_than_that_is_told_as_a_guess(
    used_a_day: int,
) -> None:
    """9568 were too little, 9000 less were there when it worked again: the plan takes 12000, and nothing on the page says so."""
    stop, again = ((date(2026, month, 3) - START.date()).days - 8 / 24 for month in (4, 5))
    changes = {day: (str(9568 + used_a_day * (int(stop) - day)), True) for day in range(int(stop))}
    changes |= {stop: ("9568", False), stop + 0.75: ("568", True)}
    changes |= {stop + day: (str(568 - used_a_day * day), True) for day in range(1, 20)}
    changes |= {again - 7: ("12500", True), again - 5: ("12300" if used_a_day else "12500", True)}
    _, said = live(pages(changes, int(again)), replace(PLAN, grace_hours=None))
    told = [n for n in warnings(said) if n.why.code == "renewal_short" and n.at > START + (again - 5) * DAY]
    assert [n.why.get("more_than") for n in told] == [True]
    assert told[0].why.get("short") is None
    assert told[0].why.get("chance") == 20
    assert told[0].at <= START + again * DAY - IN_TIME
