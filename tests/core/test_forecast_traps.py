"""Each trap into which forecasts of balances have fallen elsewhere, as a story of a few days."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from monitor.core.forecast.foresee import margin
from monitor.core.forecast.use import law
from monitor.core.notice import Notice
from monitor.core.reading import Failure, Reading
from monitor.core.words import Autopay, FailureKind, Kind, Severity, Status
from tests.core.histories import POSTPAID, PREPAID, START, burn, day, euro, live, reading, steady

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FORESIGHT = {Kind.LOW_BALANCE, Kind.PAYMENT_DUE, Kind.AUTOPAY_FAILED, Kind.ARREARS, Kind.SUSPENSION_WARNING}


def warnings(said: list[Notice]) -> list[Notice]:
    return [n for n in said if n.kind in FORESIGHT and n.severity is not Severity.INFO]


def test_an_empty_history_forecasts_nothing_and_does_not_raise() -> None:
    state, said = live([(START, None), (START + DAY, None)])
    assert state.forecast is not None
    assert state.forecast.cut_off.earliest is None
    assert not said


def test_a_line_already_at_zero_at_the_very_first_poll_is_told() -> None:
    _, said = live([reading(START, "0.00")])
    assert warnings(said)


def test_a_line_already_in_debt_at_the_very_first_poll_is_told() -> None:
    _, said = live([reading(START, "-3.00")], replace(PREPAID, overdraft=None))
    assert warnings(said)


def test_a_burst_of_one_day_is_not_taken_for_the_new_pace() -> None:
    calm = steady(40, "0.50", "60.00")
    last = calm[-1]
    assert last.balance is not None
    before, _ = live(calm)
    after, _ = live([reading(last.observed_at + 6 * HOUR, last.balance.amount - 5)], state=before)
    assert law(before.ledger).mean < law(after.ledger).mean < 2 * law(before.ledger).mean


def test_a_rise_in_the_window_is_a_payment_and_no_negative_use() -> None:
    half = steady(10, "0.50", "20.00")
    at, left = half[-1].observed_at, half[-1].balance
    assert left is not None
    again = [reading(at + i * 6 * HOUR, left.amount + 20 - Decimal("0.125") * i) for i in range(1, 41)]
    state, _ = live([*half, *again])
    assert all(x >= 0 for x in state.ledger.burns)
    assert 3000 < law(state.ledger).mean < 6000
    assert len(state.ledger.credits) == 1


def test_use_while_cut_off_is_censored_and_not_zero() -> None:
    used = steady(12, "1.00", "12.00")
    at = used[-1].observed_at
    cut = [reading(at + i * 6 * HOUR, "0.00", status=Status.SUSPENDED) for i in range(1, 60)]
    before, _ = live(used)
    after, _ = live(cut, state=before)
    assert law(after.ledger).mean > 0.9 * law(before.ledger).mean


def test_the_interval_of_the_cut_off_itself_is_kept() -> None:
    used = steady(10, "0.50", "8.00")
    at, left = used[-1].observed_at, used[-1].balance
    assert left is not None
    before, _ = live(used)
    after, _ = live([reading(at + 6 * HOUR, "0.00", status=Status.SUSPENDED)], state=before)
    assert sum(after.ledger.burns) - sum(before.ledger.burns) == int(left.amount * 10000)
    assert after.ledger.cut_level == 0


def test_credit_forfeited_at_expiry_is_no_use_and_teaches_the_validity() -> None:
    paid = [reading(START, "5.00"), reading(START + 6 * HOUR, "25.00")]
    then = [reading(START + 12 * HOUR + i * 6 * HOUR, Decimal(25) - Decimal("0.05") * i) for i in range(119)]
    gone = reading(then[-1].observed_at + 6 * HOUR, "0.00", status=Status.SUSPENDED)
    state, _ = live([*paid, *then])
    after, _ = live([gone], state=state)
    assert law(after.ledger).mean < 1.2 * law(state.ledger).mean
    assert after.ledger.cut_level is None
    assert after.ledger.validity_days in (29, 30)


def test_a_balance_shown_in_steps_is_a_range() -> None:
    exact = [Decimal(20) - Decimal("0.11") * i for i in range(100)]
    shown = burn([int(x) for x in exact])
    state, _ = live(shown)
    assert state.ledger.grain == 10000
    assert state.ledger.units is not None
    assert state.ledger.units < margin(state.ledger, PREPAID, law(state.ledger)) <= state.ledger.units + 10000


def test_a_missing_balance_is_not_a_zero_balance() -> None:
    state, _ = live(steady(20, "0.10", "40.00"))
    assert state.reading is not None
    gap = reading(state.reading.observed_at + 6 * HOUR)
    after, said = live([gap], state=state)
    assert after.reading is not None
    assert after.reading.balance == state.reading.balance
    assert "balance" in after.reading.missing
    assert not said


def test_blind_for_days_the_forecast_runs_on_and_still_warns() -> None:
    used = steady(30, "0.50", "22.00")
    state, said = live(used)
    assert not warnings(said)
    assert state.forecast is not None
    at = used[-1].observed_at
    blind = [Failure(at + i * 6 * HOUR, FailureKind.UNREACHABLE) for i in range(1, 45)]
    after, said = live(blind, state=state)
    assert after.reading == state.reading
    told = warnings(said)
    assert told
    assert told[0].why.get("age_hours")
    assert Kind.BLIND in {n.kind for n in said}


def test_the_exact_charge_in_the_account_is_enough() -> None:
    plan = [
        reading(START + i * 6 * HOUR, "30.10", next_charge_on=day(20), fee=euro("30.10")) for i in range(76)
    ]
    _, said = live(plan)
    assert not warnings(said)


def test_a_cent_less_than_the_charge_is_not_enough() -> None:
    plan = [
        reading(START + i * 6 * HOUR, "30.09", next_charge_on=day(20), fee=euro("30.10")) for i in range(76)
    ]
    _, said = live(plan)
    assert [n.kind for n in warnings(said)][:1] == [Kind.PAYMENT_DUE]
    assert warnings(said)[0].why.get("short") == "0.01 EUR"


def test_the_tax_that_is_not_in_the_advertised_price_is_learned_from_the_first_charge() -> None:
    first = [
        reading(START + i * 6 * HOUR, "40.00", next_charge_on=day(5), fee=euro("20.00")) for i in range(18)
    ]
    taken = [
        reading(START + (18 + i) * 6 * HOUR, "18.00", next_charge_on=day(35), fee=euro("20.00"))
        for i in range(8)
    ]
    paid = [
        reading(START + (26 + i) * 6 * HOUR, "21.00", next_charge_on=day(35), fee=euro("20.00"))
        for i in range(110)
    ]
    _, said = live([*first, *taken, *paid])
    told = warnings(said)
    assert told
    assert told[0].why.get("charge") == "22.00 EUR"
    assert told[0].why.get("tax") is True


def test_polling_more_often_says_no_more() -> None:
    slow = burn([Decimal(20) - Decimal("0.15") * i for i in range(133)])
    fast = burn([Decimal(20) - Decimal("0.025") * i for i in range(798)], every=HOUR)
    _, a = live(slow)
    _, b = live(fast)
    assert len(a) == len(b)


def test_automatic_payment_that_works_is_trusted() -> None:
    moves = []
    for cycle in range(3):
        base = START + cycle * 10 * DAY
        moves += [
            reading(base + i * 6 * HOUR, Decimal(12) - Decimal("0.25") * i, autopay=Autopay.ON)
            for i in range(40)
        ]
    _, said = live(moves)
    assert not warnings(said)


def test_a_failed_automatic_payment_is_told_at_the_poll_that_shows_it() -> None:
    fine = [
        reading(START + i * 6 * HOUR, None, amount_due=euro("25.00"), due_on=day(10), autopay=Autopay.ON)
        for i in range(20)
    ]
    failed = replace(fine[-1], observed_at=fine[-1].observed_at + 6 * HOUR, autopay=Autopay.FAILED)
    _, said = live([*fine, failed], POSTPAID)
    assert [(n.kind, n.at) for n in said] == [(Kind.AUTOPAY_FAILED, failed.observed_at)]


def test_a_bill_that_automatic_payment_left_unpaid_is_told_after_thirty_hours_and_again_when_retries_end() -> (
    None
):
    due = [
        reading(START + i * 6 * HOUR, None, amount_due=euro("25.00"), due_on=day(3), autopay=Autopay.ON)
        for i in range(72)
    ]
    _, said = live(due, POSTPAID)
    assert [(n.kind, n.severity) for n in said] == [
        (Kind.AUTOPAY_FAILED, Severity.INFO),
        (Kind.AUTOPAY_FAILED, Severity.WARNING),
        (Kind.SUSPENSION_WARNING, Severity.CRITICAL),
    ]
    assert said[0].why.code == "autopay_late"


def test_an_old_figure_after_a_payment_does_not_look_like_use() -> None:
    used = steady(10, "0.50", "20.00")
    at = used[-1].observed_at
    stale = replace(reading(at + 6 * HOUR, "19.00"), as_of=START)
    before, _ = live(used)
    after, _ = live([stale], state=before)
    assert sum(after.ledger.burns) == sum(before.ledger.burns)


def test_another_currency_starts_a_new_ledger_and_mixes_nothing() -> None:
    state, _ = live(steady(10))
    assert state.reading is not None
    other = Reading(
        state.reading.observed_at + 6 * HOUR, status=Status.ACTIVE, balance=euro("20.00").of("300", "INR")
    )
    after, _ = live([other], state=state)
    assert after.ledger.currency == "INR"
    assert sum(after.ledger.burns) == 0


def test_the_heavy_day_that_moved_the_date_is_named() -> None:
    calm = steady(30, "0.50", "23.00")
    left = calm[-1].balance
    assert left is not None
    heavy = [
        reading(calm[-1].observed_at + i * 6 * HOUR, left.amount - 7 - Decimal("0.125") * i)
        for i in range(1, 4)
    ]
    _, said = live([*calm, *heavy])
    told = warnings(said)
    assert told
    assert told[0].why.get("moved_by") == "burst"
    was, now = told[0].why.get("was_days"), told[0].why.get("now_days")
    assert isinstance(was, int)
    assert isinstance(now, int)
    assert was > now + 10


def _codes(readings: list[Reading]) -> list[str]:
    state, _ = live(readings)
    assert state.forecast is not None
    return [w.code for w in state.forecast.reasons]


def test_whatever_moved_the_date_lately_is_a_reason_of_the_forecast() -> None:
    pace = steady(40, "0.50", "60.00")
    at, left = pace[-1].observed_at, Decimal("40.00")
    assert not _codes(pace)
    assert _codes([*pace, reading(at + 6 * HOUR, left + 30)]) == ["moved_payment"]
    rises = [
        reading(at + 6 * i * HOUR, x) for i, x in enumerate(("60.00", "80.00", "100.00", "101.00"), start=1)
    ]
    assert "moved_refund" in _codes([*pace, *rises])
    assert _codes([*pace, reading(at + 6 * HOUR, left - 5)]) == ["moved_burst"]
    faster = [reading(at + 6 * i * HOUR, left - Decimal("0.30") * i) for i in range(1, 33)]
    assert _codes([*pace, *faster]) == ["moved_pace"]
    assert "implausible" in _codes([*pace, reading(at + 6 * HOUR, "0.00")])


def test_a_charge_taken_and_a_new_price_are_reasons_of_the_forecast() -> None:
    def month(start: datetime, left: str, fee: str) -> list[Reading]:
        day = (start + 30 * DAY).date()
        return [
            reading(
                start + 6 * i * HOUR, Decimal(left) - Decimal("0.05") * i, next_charge_on=day, fee=euro(fee)
            )
            for i in range(120)
        ]

    seen = month(START, "60.00", "10.00") + month(START + 30 * DAY, "44.00", "10.00")
    assert "moved_charge" in _codes(
        [*month(START, "60.00", "10.00"), *month(START + 30 * DAY, "44.00", "10.00")[:4]]
    )
    assert "moved_price" in _codes([*seen, *month(START + 60 * DAY, "26.00", "12.00")[:4]])


def test_a_plan_that_nobody_announces_is_known_by_its_charges_and_not_by_the_balance_left() -> None:
    """Cut off with money left: the charge was more than that. Use does not cut this line, before or after."""
    months, at = [], START
    for _ in range(3):
        months += [reading(at + 6 * i * HOUR, "9.00" if i < 12 else "1.00") for i in range(120)]
        at += 30 * DAY
    cut = [reading(at + 6 * i * HOUR, "1.00", status=Status.SUSPENDED) for i in range(4)]
    state, said = live([*months, *cut])
    assert state.ledger.cut_level is None
    assert [need.code for need in (state.forecast.needs if state.forecast else ())] != ["run_out"]
    assert not [n for n in said if n.why.code.startswith("run_out") and n.at > START + 30 * DAY]
    assert [n for n in said if n.why.code == "renewal_short" and n.why.get("guessed")]
