"""Plans that nobody announces: on which day they renew, whatever was seen late or paid late, and what is no plan at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from monitor.core.forecast.cycle import Taken, next_learned
from monitor.core.forecast.model import Ledger
from monitor.core.forecast.plan import learned_plan
from monitor.core.words import Kind
from tests.core.histories import PREPAID, START, live, reading


def days(*spans: str) -> list[date]:
    return [date.fromisoformat(f"2026-{span}") for span in spans]


@pytest.mark.parametrize(
    ("seen", "then"),
    [
        (days("01-10"), "02-09"),  # a month or thirty days: the earlier one
        (days("01-10", "02-09"), "03-11"),
        (days("01-10", "02-10"), "03-10"),
        (days("01-10", "02-07"), "03-07"),  # 28 days
        (days("02-27", "03-29", "05-01", "05-28"), "06-27"),  # thirty days, one seen three days late
        (days("01-29", "03-05"), "03-29"),  # a month, the second paid late
        (days("01-10", "02-09", "03-15"), "04-14"),  # thirty days, the last paid late
        (days("01-31", "02-28", "03-31"), "04-30"),
        (days("01-31", "03-01", "03-31", "05-01"), "05-31"),  # what a month lacks rolls into the next
        (days("03-31", "05-01", "05-31", "07-01"), "07-31"),
        (days("01-30", "03-01", "03-30"), "04-30"),
        (days("01-12", "02-10", "03-10"), "04-10"),  # the tenth, first seen two days late
        (
            days("02-03", "04-06", "05-07", "06-03", "07-03", "08-03"),
            "09-03",
        ),  # the third, restored late twice
        (days("03-01", "03-30", "05-02", "05-30", "07-02", "07-30"), "08-30"),  # the thirtieth, no 28 days
        (days("08-17", "09-16", "10-19", "11-18"), "12-18"),  # thirty days from one that was paid late
    ],
)
def test_the_next_renewal_follows_the_cycle_that_explains_most(seen: list[date], then: str) -> None:
    charges = [Taken.at_once(on) for on in seen]
    assert next_learned(charges, seen[-1] + timedelta(days=1)) == date.fromisoformat(f"2026-{then}")


def test_the_order_in_which_charges_were_told_apart_does_not_matter() -> None:
    seen = [Taken.at_once(on) for on in days("04-30", "05-30", "02-28", "06-30")]
    today = date(2026, 7, 1)
    assert next_learned(seen, today) == next_learned(seen[::-1], today)


def test_drops_that_follow_no_cycle_are_no_plan() -> None:
    charges = tuple((day, 100_000, 0) for day in days("01-10", "03-17", "05-06"))
    assert not learned_plan(Ledger(charges=charges, day=date(2026, 5, 10)))
    many = days("01-10", "01-24", "02-26", "03-21", "04-04", "05-07")
    assert not learned_plan(Ledger(charges=tuple((day, 100_000, 0) for day in many), day=date(2026, 5, 10)))
    monthly = tuple((day, 100_000, 0) for day in days("03-10", "04-10", "05-10"))
    assert learned_plan(Ledger(charges=monthly, day=date(2026, 5, 12)))


def test_a_learned_renewal_that_a_coarse_display_does_not_show_taken_is_told_before_the_grace_ends() -> None:
    line = replace(PREPAID, overdraft=None, grace_hours=72)
    shown = ((10, "0.50"), (20, "0.25"), (27, "0.00"), (30, "5.50"))
    seen = []
    for hour in range(0, 24 * 92, 6):
        cycle, into = divmod(hour, 24 * 30)
        left = next(amount for day, amount in shown if into < 24 * day)
        seen.append(reading(START + timedelta(hours=hour), "5.00" if cycle == 3 or hour >= 24 * 87 else left))
    _, said = live(seen, line)
    told = [n for n in said if n.at >= START + timedelta(days=90)]
    assert [(n.kind, n.why.code) for n in told] == [(Kind.PAYMENT_DUE, "renewal_failed")]
