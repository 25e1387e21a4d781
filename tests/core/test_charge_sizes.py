"""What a renewal will take: charges that are shown in steps, beside use, hidden by a payment, or seen without a price."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from monitor.core.forecast.days import midnight
from monitor.core.forecast.model import UNIT, Ledger
from monitor.core.forecast.moved import causes
from monitor.core.forecast.plan import is_lump, learned_charge
from monitor.core.forecast.use import any_use
from monitor.core.notice import Notice
from monitor.core.reading import Reading
from monitor.core.words import Cause, Kind, Severity, Status
from tests.core.histories import PREPAID, START, euro, live, reading
from tests.core.test_plan_balance import warnings

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLAN = replace(PREPAID, overdraft=None, grace_hours=None)
DAYS = tuple(date(2026, 1 + i, 10) for i in range(6))


def charged(*taken: float, fee: float = 0, step: float = 0.01, **more: Any) -> Ledger:
    """A ledger that saw so much taken month by month, where balances are shown in steps."""
    charges = tuple((day, round(x * UNIT), round(fee * UNIT)) for day, x in zip(DAYS, taken, strict=False))
    known: dict[str, Any] = {"charges": charges, "step": round(step * UNIT), "scale": 4000 * UNIT}
    return Ledger(**(known | {"changes": (0, 0, 9, 0, 0, 0, 0, 0)} | more))


def test_a_tax_that_a_coarse_display_hides_is_told_by_the_mean_of_all_charges() -> None:
    ledger = charged(2000, 2000, 1900, 2000, 2000, 2000, fee=1800, step=100)
    assert learned_charge(ledger, 1800 * UNIT) == pytest.approx(1980 * UNIT, rel=0.01)
    dearer = learned_charge(ledger, 2000 * UNIT)
    assert dearer == pytest.approx(2200 * UNIT, rel=0.01)


def test_a_fee_that_a_display_cannot_show_is_the_fee() -> None:
    new = charged(23, fee=22.5, step=1, changes=(0,) * 8)  # too few figures to know the step
    assert learned_charge(new, round(22.5 * UNIT)) == 22.5 * UNIT
    seen = charged(23, 22, 23, 22, fee=22.5, step=1)
    assert learned_charge(seen, round(22.5 * UNIT)) == 22.5 * UNIT


def test_a_small_tax_is_not_taken_for_a_rounding_for_ever() -> None:
    ledger = charged(10, 10, 10, 9, 10, 10, fee=9, step=1)
    assert learned_charge(ledger, 9 * UNIT) > 9.7 * UNIT


def test_what_was_used_beside_a_charge_that_nobody_announces_is_no_part_of_it() -> None:
    used = {"burns": (10 * UNIT,) * 60, "hours": (2400,) * 60}
    assert learned_charge(charged(9009, 9000, 9004, **used), 0) == 9000 * UNIT
    dearer = charged(9000, 9900, 9900, **used)  # a new price is more than a day's use
    assert learned_charge(dearer, 0) == 9900 * UNIT


def test_a_charge_that_a_payment_hid_has_a_day_and_no_size() -> None:
    ledger = charged(27_000, 27_000, 0, scale=40_000 * UNIT)
    assert learned_charge(ledger, 0) == 27_000 * UNIT
    only = charged(0, short_at=26_000 * UNIT)
    assert learned_charge(only, 0) == 26_000 * UNIT + 1


def test_a_charge_whose_size_nobody_saw_is_no_news_and_hides_no_next_one() -> None:
    used = {"burns": (UNIT // 2,) * 60, "hours": (2400,) * 60, "units": 100 * UNIT}
    hidden = charged(20, 20, 0, day=DAYS[2], **used)
    assert not {why.code for why in causes(hidden, PLAN)} & {"moved_charge", "moved_price"}
    assert "moved_charge" in {why.code for why in causes(charged(20, 20, 20, day=DAYS[2], **used), PLAN)}
    assert is_lump(hidden, 20 * UNIT, DAYS[2] + 30 * DAY)


def seen_monthly(balance: str, renews: date, at: datetime, **more: object) -> Reading:
    return reading(at, balance, next_charge_on=renews, as_of=at, **more)


def test_a_charge_is_not_lost_where_the_page_lacked_the_balance_when_the_day_moved_on() -> None:
    first, then = (START + 20 * DAY).date(), (START + 50 * DAY).date()
    paid = [seen_monthly("23.08", first, START + i * 6 * HOUR, fee=euro(15)) for i in range(80)]
    at = START + 20 * DAY
    gap = replace(seen_monthly("23.08", then, at, fee=euro(15)), balance=None)
    after = [seen_monthly("8.08", then, at + i * 6 * HOUR, fee=euro(15)) for i in (1, 2)]
    ledger = live([*paid, gap, *after], PLAN)[0].ledger
    assert [(day, taken) for day, taken, _ in ledger.charges] == [(first, 15 * UNIT)]
    assert sum(ledger.burns) == 0


def test_a_charge_is_learned_where_the_carrier_shows_its_day_and_no_price() -> None:
    first, then = (START + 20 * DAY).date(), (START + 50 * DAY).date()
    paid = [seen_monthly("23.08", first, START + i * 6 * HOUR) for i in range(80)]
    after = [seen_monthly("8.08", then, START + 20 * DAY + i * 6 * HOUR) for i in range(110)]
    state, said = live([*paid, *after], PLAN)
    assert learned_charge(state.ledger, 0) == 15 * UNIT
    assert sum(state.ledger.burns) == 0
    assert [n.why.code for n in said if n.kind is Kind.PAYMENT_DUE] == ["renewal_short"]


def test_a_journey_that_ended_a_month_ago_says_nothing_of_the_days_before_a_renewal() -> None:
    """With nothing left no use can be seen: the last watched day is no yesterday."""
    watched = (2400,) * 10 + (0,) * 28
    ledger = Ledger(burns=(0,) * 7 + (UNIT,) * 3 + (0,) * 28, hours=watched)
    assert any_use(ledger, 3) < 0.5
    abroad = Ledger(burns=ledger.burns[:10], hours=watched[:10])
    assert any_use(abroad, 3) > 0.7


def unannounced(balances: dict[int, str], days: int) -> list[Reading]:
    """Pages of a plan that is not announced, seen every six hours; the balance changes on the given days."""
    seen, shown = [], ""
    for hour in range(0, 24 * days, 6):
        shown = balances.get(hour // 24, shown)
        seen.append(reading(START + hour * HOUR, shown))
    return seen


def warned(said: list[Notice], since: int) -> list[Notice]:
    return [n for n in warnings(said) if n.at >= START + since * DAY]


def test_charges_seen_exactly_tell_more_than_the_least_that_one_before_them_must_have_been() -> None:
    failed = {"short_at": round(19.95 * UNIT), "burns": (UNIT // 10,) * 60, "hours": (2400,) * 60}
    assert learned_charge(charged(19.9501, 20, 20, **failed), 0) == 20 * UNIT
    assert learned_charge(charged(19.9501, **failed), 0) == failed["short_at"] + 1


ROUNDED = {0: "20000", 4: "-1", 30: "19999", 34: "-1", 60: "19999", 64: "-1", 90: "19999", 94: "-1"}


def test_a_charge_that_leaves_a_plan_below_zero_by_a_rounding_is_no_debt_and_no_shortage() -> None:
    _, said = live(unannounced(ROUNDED, 118), PLAN)
    assert warned(said, 66) == []
    deep = ROUNDED | {97: "-30"}
    assert Kind.ARREARS in {n.kind for n in warned(live(unannounced(deep, 100), PLAN)[1], 97)}


def test_a_line_that_works_long_after_its_renewal_should_have_cut_it_was_paid_unseen() -> None:
    """A learned grace is over by more than a day, and the page shows no charge: both payment and charge were hidden."""
    pays = {0: "60.00", 4: "40.00", 34: "20.00", 64: "0.00"}
    cut = [replace(r, status=Status.SUSPENDED) for r in unannounced({0: "0.00"}, 1)]
    seen = unannounced(pays, 94)
    stop = [replace(r, observed_at=START + (94 * 24 + i * 6) * HOUR) for i, r in enumerate(cut)]
    back = [reading(START + (95 * 24 + i * 6) * HOUR, "5.00") for i in range(4 * 33)]
    state, said = live([*seen, *stop, *back], PLAN)
    assert state.ledger.grace_hours is not None
    urgent = [n for n in warned(said, 96) if n.why.code == "renewal_failed"]
    late = START + 124 * DAY + timedelta(hours=state.ledger.grace_hours + 12 + 48)
    assert [n for n in urgent if n.at > late] == []
    assert state.forecast is not None
    assert "renewal_failed" not in {n.code for n in state.forecast.needs}


def test_a_line_whose_first_large_drop_may_be_a_charge_is_told_once_and_not_again_and_again() -> None:
    """A plan without announcement before its second charge: much is taken at once, and a step of the display hides what is left."""
    pages = {i: str(60 - 5 * (i // 4)) for i in range(16)} | {16: "0"}
    state, said = live(unannounced(pages, 44), PLAN)
    assert len(state.ledger.lumps) == 1
    told = [(n.at - START).days for n in warned(said, 17) if n.severity is Severity.WARNING]
    assert told
    assert all(later - earlier >= 19 for earlier, later in pairwise(told))


def test_a_large_drop_on_a_line_paid_by_use_silences_no_urgent_word() -> None:
    pages = {i: str(60 - 2 * i) for i in range(12)} | {12: "6", 13: "4", 14: "2", 15: "0.50"}
    state, said = live(unannounced(pages, 16), PLAN)
    assert len(state.ledger.lumps) == 1
    assert Severity.CRITICAL in {n.severity for n in warned(said, 12)}


@pytest.mark.parametrize("fee", [None, 0])
def test_a_drop_that_a_payment_made_small_is_no_price(fee: int | None) -> None:
    """The carrier shows the day and no price; the owner named the fee, and a payment hid most of the first charge."""
    line = replace(PLAN, monthly_fee=Decimal(15))
    days = [(START + (20 + 30 * i) * DAY).date() for i in range(4)]
    shown = [(0, "20"), (20, "15"), (50, "20"), (80, "5")]
    seen = []
    for hour in range(0, 24 * 109, 6):
        balance = [b for day, b in shown if day * 24 <= hour][-1]
        on = next(d for d in days if START + hour * HOUR < START + ((d - START.date()).days) * DAY)
        more = {} if fee is None else {"fee": euro(fee)}
        seen.append(seen_monthly(balance, on, START + hour * HOUR, **more))
    state, said = live(seen, line)
    assert learned_charge(state.ledger, 15 * UNIT) >= 15 * UNIT
    assert "renewal_short" in {n.why.code for n in warned(said, 100)}


def test_a_price_that_rises_on_a_coarse_display_is_told_with_the_next_charge() -> None:
    assert learned_charge(charged(20, 20, 20, 20, 20, 22, step=1), 0) == 22 * UNIT
    assert learned_charge(charged(20, 20, 20, 20, 20, 22, fee=20, step=1), 20 * UNIT) == 22 * UNIT


def test_a_debt_of_a_coarse_step_is_no_rounding() -> None:
    pages = {0: "50", 5: "0", 34: "50", 35: "0", 64: "50", 65: "0", 94: "50", 95: "0", 110: "-5"}
    state, said = live(unannounced(pages, 112), PLAN)
    assert state.ledger.works_empty
    assert [n.why.code for n in warned(said, 110)] == ["balance_negative"]


def test_a_drop_far_above_one_of_the_weeks_before_is_the_charge_and_that_one_was_use() -> None:
    """The last of a small balance goes on one day, then the plan is paid and takes nearly all: told is the next charge and no run-out."""
    pages = {0: "103", 2: "97", 3: "4", 4: "0", 7: "18997", 9: "876"} | {
        9 + i: str(876 - 9 * i) for i in range(1, 32)
    }
    state, said = live(unannounced(pages, 41), PLAN)
    assert [taken for _, taken in state.ledger.lumps] == [18121 * UNIT]
    assert {n.why.code for n in warned(said, 10)} == {"renewal_short"}


def test_a_heavy_day_that_leaves_something_is_no_charge_because_one_before_it_was_smaller() -> None:
    """A line paid by use with two journeys: the second one warns of what comes after it."""
    pages = {0: "10", 6: "9.7", 9: "3.7", 11: "103.7", 15: "45", 17: "20", 18: "19.9"}
    state, said = live(unannounced(pages, 19), PLAN)
    assert state.ledger.lumps == ()
    assert "run_out" in {n.why.code for n in warned(said, 15)}


def test_a_charge_of_a_size_that_nobody_ever_saw_stops_nothing() -> None:
    """Its day was shown without a price, a payment hid it, and then the page lacks the day once."""
    on = [(START + day * DAY).date() for day in (10, 40)]
    first = [reading(START + i * 6 * HOUR, "20.00", next_charge_on=on[0]) for i in range(40)]
    then = [reading(START + (240 + i * 6) * HOUR, "20.00", next_charge_on=on[1]) for i in range(8)]
    state, _ = live([*first, *then, reading(START + 12 * DAY, "20.00")], PLAN)
    assert state.ledger.charges == ((on[0], 0, 0),)
    assert state.forecast is not None


@pytest.mark.parametrize("every", [6, 12, 24])
def test_a_renewal_that_may_just_fail_is_told_three_days_before_however_rarely_the_line_is_looked_at(
    every: int,
) -> None:
    """From three days on it is told no more: one look at least falls into the time before."""
    line, renews = replace(PLAN, poll_every=every * HOUR), (3, 33, 63, 93)
    paid = {0: 40, 3: -30, 32: 30, 33: -30, 62: 30, 63: -30, 80: 24.8}

    def page(hour: int) -> Reading:
        day = hour / 24
        balance = sum(x for begins, x in paid.items() if day >= begins) - 0.1 * ((int(day) + 1) // 2)
        on = (START + next(x for x in renews if x > day) * DAY).date()
        return reading(START + hour * HOUR, f"{balance:.2f}", next_charge_on=on, fee=euro("30"))

    for late in range(0, every, 2):
        _, said = live([page(hour) for hour in range(late, 24 * 93, every)], line)
        due = midnight((START + 93 * DAY).date(), line)
        assert [n for n in warned(said, 86) if n.at <= due - 72 * HOUR], late


def test_a_fine_display_hides_nothing_where_only_a_charge_was_ever_taken() -> None:
    """All of a payment goes at once and the line works on: a plan, known within days and not after three months."""
    state, said = live(unannounced({0: "838", 4: "0", 10: "10800", 12: "0"}, 46), PLAN)
    assert state.ledger.works_empty
    assert {n.why.code for n in warned(said, 17)} == {"renewal_short"}


def test_a_standing_page_says_no_day_where_cycles_of_days_apart_explain_the_charges_as_well() -> None:
    """Thirty days or twenty-eight: the charge that a page shows after it stood still is entered on the day of the page."""
    pages = {0: "30", 2: "10", 30: "30", 32: "10", 60: "30", 62: "10", 85: "30", 92: "10"}
    charges = live(unannounced(pages, 96), PLAN)[0].ledger.charges
    assert [(START.date() + k * DAY) for k in (2, 32, 62, 92)] == [day for day, _, _ in charges]
    drift = {0: "30", 12: "10", 38: "30", 40: "10", 68: "30", 70: "10", 93: "30", 104: "10"}
    charges = live(unannounced(drift, 108), PLAN)[0].ledger.charges
    assert charges[-1][0] == START.date() + 104 * DAY


@pytest.mark.parametrize("cause", [Cause.USER_REQUEST, Cause.VIOLATION])
def test_a_stop_that_is_not_for_money_teaches_no_charge(cause: Cause) -> None:
    seen = [reading(START + i * DAY, "24.50") for i in range(20)]
    stop = reading(START + 20 * DAY, "24.50", status=Status.SUSPENDED, cause=cause)
    state, _ = live([*seen, stop], PLAN)
    assert state.ledger.cut_since is not None
    assert state.ledger.short_at is None
    assert state.ledger.cuts == 0
    unpaid = live([*seen, replace(stop, cause=Cause.ARREARS)], PLAN)[0].ledger
    assert unpaid.short_at == round(24.50 * UNIT)


@pytest.mark.parametrize("cause", [Cause.USER_REQUEST, Cause.VIOLATION, Cause.FAULT])
@pytest.mark.parametrize("left", ["30", "25"])
def test_that_a_line_works_again_after_such_a_stop_tells_of_no_charge_paid(cause: Cause, left: str) -> None:
    """The stop costs a small fee, or nothing."""
    pages = {0: "30", 2: "10", 30: "30", 32: "10", 60: "30"}
    seen = unannounced(pages, 62)
    at = seen[-1].observed_at
    held = [
        replace(seen[-1], observed_at=at + i * DAY, status=Status.SUSPENDED, cause=cause)
        for i in range(1, 10)
    ]
    back = replace(seen[-1], observed_at=at + 10 * DAY, balance=euro(left))
    state, _ = live([*seen, *held], PLAN)
    after = live([back], PLAN, state)[0].ledger
    assert after.cut_since is None
    assert after.charges == state.ledger.charges
    assert after.credits == state.ledger.credits
    assert after.stops == ()
