"""What a line's habits change: how heavy weeks count, what is said again, and how long lost sight is borne."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from monitor.core import policy as rule
from monitor.core import worth
from monitor.core.assess import assess
from monitor.core.forecast.model import HORIZONS, Forecast, Ledger, Need
from monitor.core.forecast.use import law
from monitor.core.line import Foresight, Hold
from monitor.core.notice import Notice
from monitor.core.people import Addressees, People
from monitor.core.reading import Failure
from monitor.core.state import Episode, LineState
from monitor.core.whynot import why_not
from monitor.core.words import Autopay, FailureKind, Kind, Severity
from tests.core.histories import PREPAID, START, day, live, reading, steady

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def used(*days: int) -> Ledger:
    return Ledger(burns=days, hours=(2400,) * len(days), day=START.date())


def test_a_journey_of_the_last_weeks_is_no_new_habit() -> None:
    usual, journey = (100,) * 60, (900,) * 8 + (100,) * 20
    mean = law(used(*usual, *journey)).mean
    plain = sum((*usual, *journey)) / 88
    assert 100 < mean < 0.9 * plain


def test_use_that_rose_a_little_or_long_ago_is_believed_whole() -> None:
    assert law(used(*(100,) * 60, *(120,) * 28)).mean > 108
    assert law(used(*(300,) * 20, *(500,) * 68)).mean > 460


def forecast(*chances: float) -> Forecast:
    return Forecast(START, use_chances=tuple(zip(HORIZONS, chances, strict=True)))


@pytest.mark.parametrize(
    ("chances", "hours", "said"),
    [
        ((0.1, 0.1, 0.2, 0.3, 0.7, 0.9), 96, "again"),  # most of it beyond what the first warning reached
        ((0.7, 0.75, 0.85, 0.9, 0.92, 0.93), 96, "no"),  # at hand: that is what the first warning was about
        ((0.1, 0.1, 0.2, 0.3, 0.7, 0.9), 24, "no"),  # it still warns of nearly all of it
        ((0.0, 0.0, 0.02, 0.1, 0.3, 0.8), 96, "no"),  # no likelier than what is told at first
    ],
)
def test_a_run_out_is_said_again_for_the_days_that_the_last_warning_did_not_reach(
    chances: tuple[float, ...], hours: int, said: str
) -> None:
    balanced = rule.POLICIES[Foresight.BALANCED]
    assert rule.nears(balanced, forecast(*chances), balanced.likely, hours * HOUR) is (said == "again")


def test_where_figures_are_renewed_once_a_night_a_run_out_is_told_sooner() -> None:
    plain, balanced = Ledger(), rule.POLICIES[Foresight.BALANCED]
    once_a_night = replace(plain, changes=(0, 14, 2, 0, 0, 0, 0, 0))
    all_day = replace(plain, changes=(1, 2, 3, 3, 3, 2, 1, 1))
    usual = rule.usually_told(balanced, plain)
    assert rule.usually_told(balanced, once_a_night) < 0.8 * usual
    assert rule.usually_told(balanced, all_day) == usual


@pytest.mark.parametrize("zone", ["Europe/Madrid", "Asia/Shanghai", "America/Los_Angeles"])
def test_a_run_out_is_told_at_first_by_day_on_the_lines_own_clock(zone: str) -> None:
    """What becomes likely at night waits for the morning, and nothing waits longer."""
    line = replace(PREPAID, timezone=zone)
    rarely = replace(line, poll_every=13 * HOUR)
    hours: dict[str, set[int]] = {"first": set(), "at any hour": set()}
    for cents in range(1500, 1660, 25):
        seen = [r for r in steady(33, "0.50", f"{cents / 100:.2f}") if r.balance and r.balance.amount > 0]
        _, said = live(seen, line)
        _, anyhow = live(seen, rarely)
        assert [n.stage for n in said] == [n.stage for n in anyhow] == ["likely", "urgent"]
        assert said[0].at - anyhow[0].at <= 12 * HOUR
        hours["first"].add(said[0].at.astimezone(line.zone).hour)
        hours["at any hour"].add(anyhow[0].at.astimezone(line.zone).hour)
    assert all(6 <= h < 18 for h in hours["first"])
    assert not all(6 <= h < 18 for h in hours["at any hour"])


def test_why_it_is_not_said_at_night_names_the_morning() -> None:
    seen = [r for r in steady(33, "0.50", "15.00") if r.balance and r.balance.amount > 0]
    morning = live(seen)[1][0].at
    states = [
        (r.observed_at, live([s for s in seen if s.observed_at <= r.observed_at])[0])
        for r in seen
        if r.observed_at < morning
    ][-4:]
    found = {}
    for at, state in states:
        for because in why_not(Kind.LOW_BALANCE, PREPAID, state, to=Addressees(), people=People(), now=at):
            found[at, because.why.code] = because
    at = states[-1][0]
    until = datetime.fromisoformat(str(found[at, "awaits_day"].why.get("until")))
    assert until.astimezone(PREPAID.zone).time() == time(6)
    assert at < until <= morning
    chance, limit = (int(str(found[at, "unlikely"].why.get(x))) for x in ("chance", "limit"))
    assert chance < limit
    assert (states[0][0], "awaits_day") not in found


def test_a_danger_that_a_small_payment_did_not_end_holds_at_night_too() -> None:
    """Told in the afternoon, in the very look that showed the payment; at night it is neither over nor news."""
    seen = steady(30, "0.50", "17.50")
    at = seen[-1].observed_at
    state, _ = live(seen)
    late = datetime.combine(at.date() + DAY, time(20), PREPAID.zone)
    assert rule.by_hour(PREPAID, late) > 1
    balanced, usual = (
        rule.POLICIES[Foresight.BALANCED],
        rule.usually_told(rule.POLICIES[Foresight.BALANCED], state.ledger),
    )
    untold = replace(state, episodes=())
    assert worth.wanted(PREPAID, untold, balanced, late) == usual * 1.3
    assert (
        worth.wanted(PREPAID, replace(untold, failure=Failure(at, FailureKind.TIMEOUT)), balanced, late)
        == usual
    )
    told = Episode("money-1", "money", at, Kind.LOW_BALANCE, Severity.WARNING, told=(("likely", at),))
    goes_on = replace(state, episodes=(told,))
    assert worth.wanted(PREPAID, goes_on, balanced, late) < usual / 2
    paid = replace(goes_on, ledger=replace(state.ledger, credits=((at, 10_000),)))
    assert worth.wanted(PREPAID, paid, balanced, late) == usual


def test_a_payment_at_night_that_is_too_small_is_not_called_the_end() -> None:
    """What would be told by day is not said to be settled because it is night."""
    state, ends, balanced = LineState(), 0, rule.POLICIES[Foresight.BALANCED]
    for seen in steady(33, "0.50", "16.00"):
        night = rule.by_hour(PREPAID, seen.observed_at) > 1
        for cents in range(50, 250, 10) if night and state.episode("money") else ():
            assert seen.balance is not None
            paid = reading(seen.observed_at, seen.balance.amount + Decimal(cents) / 100)
            after, said = live([paid], state=state)
            if [n for n in said if n.kind is Kind.PAYMENT_SEEN]:
                ends += 1
                assert after.forecast is not None
                assert not rule.likely(balanced, after.forecast, rule.usually_told(balanced, after.ledger))
        state, _ = live([seen], state=state)
    assert ends


def test_why_it_is_not_said_promises_no_morning_in_the_first_week_nor_on_hold() -> None:
    for line, days, start in ((PREPAID, 5, "4.60"), (replace(PREPAID, hold=Hold(day(0))), 27, "15.00")):
        for r in steady(days, "0.50", start):
            state, _ = live([x for x in steady(days, "0.50", start) if x.observed_at <= r.observed_at], line)
            to, people = Addressees(), People()
            why = why_not(Kind.LOW_BALANCE, line, state, to=to, people=people, now=r.observed_at)
            assert "awaits_day" not in {because.why.code for because in why}


@pytest.mark.parametrize(("hour", "next_day"), [(0, 0), (5, 0), (6, 1), (18, 1), (23, 1)])
def test_a_day_begins_at_six_also_where_the_clocks_change(hour: int, next_day: int) -> None:
    for on in (date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)):
        now = datetime.combine(on, time(hour), PREPAID.zone)
        begins = rule.daybreak(PREPAID, now)
        assert begins.astimezone(PREPAID.zone).replace(tzinfo=None) == datetime.combine(
            on + next_day * DAY, time(6)
        )
        assert begins > now


def test_what_is_as_good_as_certain_is_told_at_night_too() -> None:
    """A burst in the evening: the line would not live until noon."""
    seen = steady(30, "0.50", "40.00")
    at = seen[-1].observed_at
    assert not 6 <= at.astimezone(PREPAID.zone).hour < 18
    _, said = live([*seen[:-1], reading(at, "0.30")])
    assert [n.stage for n in said] == ["urgent"]


def test_probabilities_between_the_horizons_are_drawn_straight() -> None:
    one = forecast(0.2, 0.2, 0.4, 0.6, 0.8, 0.9)
    assert [one.use_within(h) for h in (0, 12, 24, 84, 168, 500)] == pytest.approx(
        [0, 0.1, 0.2, 0.5, 0.9, 0.9]
    )
    assert Forecast(START).use_within(24) == 0


def blinds(said: list[Notice]) -> list[Notice]:
    return [n for n in said if n.kind is Kind.BLIND]


def test_a_plan_whose_balance_is_always_empty_is_not_strange_for_ever() -> None:
    """It has nothing to burn, so no habits are ever learned; after three weeks lost sight is borne as on any other line."""
    line = replace(PREPAID, timezone="UTC")
    plan = [
        reading(START + i * 6 * HOUR, "0.00", autopay=Autopay.ON, next_charge_on=day(30 + i // 120 * 30))
        for i in range(100)
    ]
    state, _ = live(plan, line)
    at = plan[-1].observed_at
    lost = [Failure(at + i * 6 * HOUR, FailureKind.AUTH, "sign in") for i in range(1, 12)]
    state, said = live(lost, line, state)
    assert not blinds(said)
    _, said = live([Failure(at + 78 * HOUR, FailureKind.AUTH, "sign in")], line, state)
    assert blinds(said)


def stopped(each: str, left: str) -> list[Notice]:
    """What is said of a line that uses so much every six hours until so much is left, and then nothing for 25 days."""
    balances = [max(Decimal(left), Decimal("9.50") - i * Decimal(each)) for i in range(64)]
    return live(
        [reading(START + i * 6 * HOUR, b) for i, b in enumerate([*balances, *[Decimal(left)] * 100])]
    )[1]


def test_a_run_out_that_fades_is_not_said_again_for_weeks() -> None:
    assert [n.stage for n in stopped("0.14", "3.00")] == ["likely"]
    assert [n.stage for n in stopped("0.22", "3.00")] == ["likely", "likely-2"]


def test_while_a_line_rests_what_was_told_comes_no_nearer() -> None:
    said = [n.at for n in stopped("0.30", "1.00")]
    assert len(said) >= 4
    assert all(b - a >= rule.REPEAT for a, b in pairwise(said[2:]))


def test_a_forecast_that_an_older_version_stored_is_no_all_clear() -> None:
    stored = Forecast(START, chances=tuple(zip(HORIZONS, (0.1, 0.2, 0.5, 0.7, 0.8, 0.9), strict=True)))
    assert stored.use_chance(144) == 0.8
    assert stored.use_within(72) == 0.5


@pytest.mark.parametrize(("use", "named"), [(0.2, "credit_expires"), (0.6, "run_out_soon")])
def test_an_urgent_message_names_the_danger_that_makes_it_urgent(use: float, named: str) -> None:
    state, _ = live([reading(START + i * 6 * HOUR, Decimal(10) - i) for i in range(5)])
    assert state.forecast is not None
    cut = START + 44 * HOUR
    needs = (
        Need("run_out", START + 36 * HOUR, START + 36 * HOUR, use),
        Need("credit_expires", cut, cut, 1.0),
    )
    chances = tuple(zip(HORIZONS, (0.7,) * 6, strict=True))
    by_use = tuple(zip(HORIZONS, (use,) * 6, strict=True))
    near = replace(state.forecast, needs=needs, chances=chances, use_chances=by_use)
    said = assess(PREPAID, replace(state, forecast=near), START + 24 * HOUR)
    assert [d.why.code for d in said if d.rung.startswith("urgent")] == [named]


def test_a_run_out_that_goes_on_is_said_again_a_day_before_the_last_warning_reaches_no_further() -> None:
    assert rule.RUN_OUT_AGAIN + PREPAID.poll_every <= rule.WARNS_OF - timedelta(days=1)
