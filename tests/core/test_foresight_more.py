"""What a forecast reads from small signs: how a display rounds, how a day began, what automatic payment has done already."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from monitor.core import policy as rule
from monitor.core.assess import assess
from monitor.core.forecast.days import midnight
from monitor.core.forecast.foresee import foresee, horizon_chance, margin, usual
from monitor.core.forecast.model import Ledger
from monitor.core.forecast.whatif import needed_until
from monitor.core.line import Foresight
from monitor.core.notice import Notice
from monitor.core.reading import Reading
from monitor.core.rules import NO_RULES
from monitor.core.state import Episode
from monitor.core.words import Autopay, Kind, Severity
from tests.core.histories import POSTPAID, PREPAID, START, burn, day, euro, live, reading, steady

HOUR = timedelta(hours=1)
UNKNOWN = replace(PREPAID, overdraft=None)
COARSE = [Decimal(20 - i // 4) for i in range(80)]
"""A euro a day, shown in whole euros."""


def left_of(cut_level: int | None) -> float:
    """What a line shown in whole euros may still use, by the balance at which it was seen cut off."""
    state, _ = live(burn(COARSE[:60]), UNKNOWN)
    ledger = replace(state.ledger, cut_level=cut_level)
    return margin(ledger, UNKNOWN, usual(ledger))


def test_a_display_that_showed_zero_at_a_cut_off_rounds_to_the_nearest_and_holds_half_a_step_less() -> None:
    assert left_of(None) - left_of(0) == pytest.approx(5_000, abs=1_500)
    assert left_of(-10_000) == pytest.approx(left_of(None))  # shown below zero: rounds down


def test_a_day_that_began_busily_goes_on_so_and_one_that_began_quietly_too() -> None:
    line = replace(PREPAID, timezone="UTC")
    uneven = [0, 0, 3, 0, 1, 0, 0, 2, 0, 0, 4, 0, 0, 1, 0, 2, 0, 0, 0, 3, 0, 1, 0, 0, 2, 0, 0, 1, 0, 0]
    at, left, seen = START.replace(hour=0), Decimal(40), list[Reading]()
    for used in uneven:
        for hour in (0, 6, 12, 18):
            seen.append(reading(at + hour * HOUR, left))
            left -= Decimal(used) / 4
        at += timedelta(days=1)
    chances = []
    for used in (Decimal(0), Decimal("1.5")):
        now = at + 14 * HOUR
        last = [reading(at, left + used), reading(now, left)]
        state, _ = live([*seen, *last], line)
        assert state.forecast is not None
        chances.append(foresee(replace(state.ledger, units=12_000), line, NO_RULES, last[1], now).chance(24))
    assert chances[1] > chances[0] + 0.05


def plan(balances: list[tuple[int, str]], hours: int, **more: object) -> list[Reading]:
    """A plan renewed on every thirtieth day for 15.00 by automatic payment: what is shown from an hour on."""
    seen = []
    for hour in range(0, hours, 6):
        shown = [amount for begins, amount in balances if begins <= hour]
        on = day(30 * (1 + (hour - 24) // (24 * 30)) + 1)
        at = START + hour * HOUR
        facts = {"autopay": Autopay.ON, "fee": euro("15.00"), "next_charge_on": on, "as_of": at} | more
        seen.append(reading(at, shown[-1], **facts))
    return seen


def warned(said: list[Notice], after: datetime) -> list[Notice]:
    kinds = (Kind.PAYMENT_DUE, Kind.AUTOPAY_FAILED, Kind.SUSPENSION_WARNING)
    return [n for n in said if n.at >= after and n.kind in kinds]


@pytest.mark.parametrize(("left", "told"), [("14.60", True), ("15.00", False)])
def test_what_is_short_after_automatic_payment_has_come_is_told(left: str, told: bool) -> None:  # noqa: FBT001
    month = 24 * 30
    shown = [(0, "15.00"), (24, "0.00"), (month - 24, "15.00"), (month + 24, "0.00")]
    shown += [(2 * month - 24, "15.00"), (2 * month - 12, left)]
    _, said = live(plan(shown, 2 * month + 10))
    assert bool(warned(said, START + timedelta(days=50))) is told


def test_a_renewal_by_automatic_payment_with_a_short_grace_is_told_while_there_is_time() -> None:
    line, month = replace(PREPAID, grace_hours=48), 24 * 30
    shown = [(0, "15.00"), (24, "0.00"), (month + 18, "15.00"), (month + 24, "0.00")]
    seen = plan(shown, 2 * month + 24)
    late = [
        replace(
            r,
            observed_at=seen[-1].observed_at + (i + 1) * 6 * HOUR,
            as_of=seen[-1].observed_at + (i + 1) * 6 * HOUR,
        )
        for i, r in enumerate([seen[-1]] * 6)
    ]
    _, said = live([*seen, *late], line)
    told = warned(said, START + timedelta(days=58))
    renewal = midnight(day(61), line)
    assert [n.why.code for n in told][:1] == ["autopay_late"]
    assert timedelta(hours=6) <= told[0].at - renewal <= timedelta(hours=12)


def test_the_fee_of_the_next_bill_counts_against_a_spending_cap() -> None:
    at = START + timedelta(days=20)
    seen = Reading(at, amount_due=euro(0), unbilled=euro(30), credit_limit=euro(60), autopay=Autopay.OFF)
    days = Ledger(
        currency="EUR", first_at=START, at=at, seen_at=at, day=at.date(), unbilled=300_000, billed=0,
        burns=(15_000,) * 20, hours=(2400,) * 20, bill_day=(at + timedelta(days=3)).day,
    )  # fmt: skip
    assert foresee(replace(days, plan_fee=280_000), POSTPAID, NO_RULES, seen, at).chance(144) > 0.9
    assert foresee(days, POSTPAID, NO_RULES, seen, at).chance(144) < 0.2


def test_no_habit_of_an_owner_silences_a_danger_and_none_makes_a_flood() -> None:
    told = [
        rule.threshold(rule.POLICIES[Foresight.BALANCED], Ledger(cuts=cuts, saves=saves))
        for cuts, saves in ((160, 0), (0, 0), (0, 160))
    ]
    assert told == sorted(told)
    assert told[0] >= 0.7 * told[1]
    assert told[2] <= 1.65 * told[1]


def test_a_run_out_that_was_told_goes_on_until_it_is_clearly_less_likely_or_paid_for() -> None:
    wanted = rule.threshold(rule.POLICIES[Foresight.BALANCED], Ledger())
    falling = burn([Decimal(30) - Decimal(i) / 4 for i in range(100)])
    near = (live(falling[:n])[0] for n in range(60, 100))
    state = next(s for s in near if s.forecast and s.forecast.chance(rule.LIKELY_HOURS) > 0.7 * wanted)
    assert state.reading is not None
    now = state.reading.observed_at
    assert not assess(PREPAID, state, now)
    told = Episode(
        "money-1", "money", now - HOUR, Kind.LOW_BALANCE, Severity.WARNING, (("likely", now - HOUR),)
    )
    assert [d.why.code for d in assess(PREPAID, replace(state, episodes=(told,)), now)] == ["run_out"]
    paid = replace(state.ledger, credits=((now, 100_000),))
    assert not assess(PREPAID, replace(state, episodes=(told,), ledger=paid), now)


def test_an_hour_that_is_past_has_the_chance_of_now() -> None:
    state, _ = live(steady(30, "0.50", "16.00"))
    assert state.reading is not None
    now = state.reading.observed_at
    asked = (state.ledger, PREPAID, NO_RULES, state.reading)
    past, instant = (horizon_chance(*asked, now=now, hours=hours) for hours in (-5.0, 0.0))
    assert past == instant
    assert needed_until(*asked, now=now, until=(now - timedelta(days=3)).date()) == 0
