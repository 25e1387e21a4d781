"""A plan whose balance just covers its renewal: what is use and what a charge, and when the last word is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from monitor.core.forecast.days import midnight
from monitor.core.forecast.model import UNIT, Ledger
from monitor.core.forecast.plan import learned_charge
from monitor.core.forecast.use import any_use
from monitor.core.line import Line
from monitor.core.notice import Notice
from monitor.core.people import Addressees, People
from monitor.core.reading import Reading
from monitor.core.whynot import why_not
from monitor.core.words import Kind, Severity
from tests.core.histories import PREPAID, START, euro, live, reading

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CYCLE = 28
PLAN = replace(PREPAID, overdraft=None)


def plan(
    cycles: int, left: Callable[[int, float], str], fee: Callable[[int], str] = lambda _: "20.00"
) -> list[Reading]:
    """A plan that renews every 28 days, seen every six hours: ``left(cycle, day)`` is the balance, ``fee(cycle)`` the fee shown."""
    seen = []
    for i in range(4 * CYCLE * cycles):
        at = START + i * 6 * HOUR
        local = at.astimezone(PLAN.zone)
        day = (local.date() - START.astimezone(PLAN.zone).date()).days
        cycle, into = divmod(day, CYCLE)
        renews = START.date() + (cycle + 1) * CYCLE * DAY
        balance = left(cycle, into + local.hour / 24)
        seen.append(reading(at, balance, next_charge_on=renews, fee=euro(fee(cycle)), as_of=at))
    return seen


def warnings(said: list[Notice]) -> list[Notice]:
    return [n for n in said if n.severity in (Severity.WARNING, Severity.CRITICAL)]


def journey(cycle: int, day: float) -> str:
    """Paid with exactly the fee ten days ahead; a journey in the second cycle used what lay there beside it."""
    days_abroad = min(6, max(0, int(day) - 10)) if cycle == 1 else 0 if cycle == 0 else 6
    spare = Decimal("6.06") - days_abroad * Decimal("1.01")
    return str(spare + (20 if day >= 18 or cycle == 0 else 0))


def test_a_balance_that_is_just_the_fee_is_enough_on_a_line_that_uses_nothing_though_a_journey_did_once() -> (
    None
):
    _, said = live(plan(5, journey), PLAN)
    assert [n for n in warnings(said) if n.at > START + (2 * CYCLE + 19) * DAY] == []


def test_any_use_on_a_line_of_journeys_is_as_rare_as_they_are_and_certain_on_one_used_every_day() -> None:
    hours = (2400,) * 80
    journeys = Ledger(burns=(0,) * 40 + (UNIT,) * 8 + (0,) * 32, hours=hours)
    daily = Ledger(burns=(UNIT,) * 80, hours=hours)
    abroad = Ledger(burns=(0,) * 75 + (UNIT,) * 5, hours=hours)
    assert any_use(journeys, 4) < 0.1
    assert any_use(daily, 1) > 0.95
    assert any_use(abroad, 1) > 0.7
    assert any_use(daily, 0) == any_use(Ledger(), 5) == 0.0


def test_what_was_used_beside_a_charge_is_no_part_of_the_next_one() -> None:
    def left(cycle: int, day: float) -> str:
        paid = 20 if day >= 18 or cycle == 0 else 0
        return str(Decimal("40.01") + paid - Decimal("0.03") * int(4 * (CYCLE * cycle + day)))

    ledger = live(plan(4, left), PLAN)[0].ledger
    assert len(ledger.charges) == 4
    assert learned_charge(ledger, 20 * UNIT) == 20 * UNIT


def test_a_tax_that_is_more_than_what_is_used_in_a_night_is_part_of_the_charge() -> None:
    ledger = Ledger()
    paid = [Decimal(50), Decimal("49.90"), Decimal("49.80")]
    after = [Decimal("27.70"), Decimal("27.60")]
    seen = [
        reading(
            START + i * 6 * HOUR, b, next_charge_on=(START + (1 if i < 3 else 31) * DAY).date(), fee=euro(20)
        )
        for i, b in enumerate([*paid, *after])
    ]
    ledger = live(seen, PLAN)[0].ledger
    assert learned_charge(ledger, 20 * UNIT) == pytest.approx(22.1 * UNIT, abs=0.11 * UNIT)


def test_a_new_price_that_is_shown_only_once_it_was_taken_is_not_taken_for_a_tax_on_it() -> None:
    def left(cycle: int, _: float) -> str:
        return ("60.00", "38.20", "12.04", "12.04")[cycle]

    seen = plan(3, left, lambda cycle: "24.00" if cycle > 1 else "20.00")[: -4 * CYCLE // 2]
    ledger = live(seen, PLAN)[0].ledger
    assert [(taken / UNIT, fee / UNIT) for _, taken, fee in ledger.charges] == [(21.8, 20), (26.16, 24)]
    assert learned_charge(ledger, 24 * UNIT) == 26.16 * UNIT


RENEWED, RENEWS = date(2026, 3, 20), date(2026, 4, 20)
RENEWAL = midnight(RENEWS, PLAN)


def shown(at: datetime, balance: str) -> Reading:
    on = RENEWED if at < midnight(RENEWED, PLAN) else RENEWS
    return reading(at, balance, next_charge_on=on, fee=euro(20))


def before(pages: dict[int, str], line: Line = PLAN) -> list[Notice]:
    """What is said until a renewal, if the balance is what is given from so many hours before it on; seen every six hours."""
    seen, balance = [shown(START + i * DAY, "23.00") for i in range(17)], "3.00"
    for hour in range(24 * 29, -1, -1):
        balance = pages.get(hour, balance)
        if hour % 6 == 0:
            seen.append(shown(RENEWAL - hour * HOUR, balance))
    return [n for n in live(seen, line)[1] if n.at > RENEWAL - 10 * DAY]


def test_the_last_word_before_a_renewal_waits_for_the_page_of_the_night() -> None:
    said = before({})
    first, urgent = warnings(said)
    assert (first.stage, urgent.stage) == ("renewal", "urgent-due")
    assert urgent.at.astimezone(PLAN.zone).time() >= time(5)
    assert 12 <= (RENEWAL - urgent.at) / HOUR < 19


def test_why_it_is_not_said_yet_names_the_figures_that_are_waited_for() -> None:
    seen = [shown(START, "23.00"), *(shown(RENEWAL - h * HOUR, "3.00") for h in range(600, 24, -6))]
    state, said = live(seen, PLAN)
    assert [n.stage for n in warnings(said)][-1] == "renewal"
    assert state.reading is not None
    why = why_not(
        Kind.SUSPENSION_WARNING, PLAN, state, to=Addressees(), people=People(), now=state.reading.observed_at
    )
    found = {because.why.code: because for because in why}
    assert found["awaits_figures"].stops
    assert not found["not_urgent"].stops
    until = datetime.fromisoformat(str(found["awaits_figures"].why.get("until")))
    assert 10 <= (RENEWAL - until) / HOUR < 19


def test_one_who_paid_on_the_eve_is_not_told_again_before_a_page_renewed_at_night_shows_it() -> None:
    said = before({18: "23.00"})
    assert [n.stage for n in said] == ["renewal", "payment_seen"]


def test_the_last_word_does_not_wait_where_a_payment_takes_a_day_to_count() -> None:
    slow = replace(PLAN, payment_lead=24 * HOUR)
    urgent = warnings(before({}, slow))[-1]
    assert (RENEWAL - urgent.at) / HOUR >= 24


def test_the_last_word_does_not_wait_where_figures_are_new_at_all_hours() -> None:
    used = [shown(START + i * 6 * HOUR, str(Decimal(2400 - i) / 100)) for i in range(66)]
    low = [shown(RENEWAL - h * HOUR, str(Decimal(300 - 96 + h // 6) / 100)) for h in range(576, -1, -6)]
    urgent = warnings(live([*used, *low], PLAN)[1])[-1]
    assert (RENEWAL - urgent.at) / HOUR >= 24


def test_nothing_said_before_the_last_word_is_worth_no_wait() -> None:
    said = before({24 * 29: "23.00", 29: "3.00"})
    assert (RENEWAL - warnings(said)[0].at) / HOUR >= 24


def test_the_earliest_cut_off_is_not_before_the_renewal_that_fails() -> None:
    seen = [shown(START, "23.00"), *(shown(RENEWAL - h * HOUR, "3.00") for h in range(600, 54, -6))]
    state, _ = live(seen, PLAN)
    assert state.forecast is not None
    earliest = state.forecast.cut_off.earliest
    assert earliest is not None
    assert abs(earliest - RENEWAL) < HOUR / 12


def test_a_bill_is_told_in_the_morning_of_the_day_before_it_is_due() -> None:
    line = Line("work", "tmf", timezone="Europe/Madrid", dunning_days=15)
    due = date(2026, 4, 20)
    end = datetime.combine(due, time(23), line.zone).astimezone(UTC)
    seen = [reading(end - h * HOUR, None, amount_due=euro(30), due_on=due) for h in range(240, 24, -1)]
    first = warnings(live(seen, line)[1])[0]
    assert first.at.astimezone(line.zone) == datetime(2026, 4, 19, 6, tzinfo=line.zone)


def standing(until: int) -> list[Reading]:
    """A plan that nobody announces, paid for a day ahead; the page of the third renewal shows the money until a later day."""
    seen = []
    for hour in range(0, 24 * 75, 6):
        cycle, into = divmod(hour + 24 * 20, 24 * 30)
        shown = "10.00" if into >= 24 * 29 or (cycle == 2 and into < 24 * until) else "0.00"
        seen.append(reading(START + hour * HOUR, shown))
    return seen


def test_a_charge_that_a_standing_page_shows_late_is_entered_on_its_day() -> None:
    in_time, late = (live(standing(until), PLAN)[0].ledger.charges for until in (0, 8))
    assert len(in_time) > 1
    assert [(day, taken) for day, taken, _ in late] == [(day, taken) for day, taken, _ in in_time]
