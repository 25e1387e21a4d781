"""Plans that nobody announces, whose owner pays after the cut-off: on which day they are due next, and what of a page is no charge."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from monitor.core.forecast.cycle import Taken, next_learned
from monitor.core.forecast.days import midnight
from monitor.core.forecast.model import UNIT, Ledger
from monitor.core.forecast.plan import learned_charge, learned_days, repeats
from monitor.core.reading import Reading
from monitor.core.words import Status
from tests.core.histories import START, live, reading
from tests.core.test_charge_sizes import PLAN, charged, warned

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def on(day: str) -> date:
    return date.fromisoformat(f"2026-{day}")


def at_once(*days: str) -> list[Taken]:
    return [Taken.at_once(on(day)) for day in days]


def paid_late(day: str, since: str, until: str) -> Taken:
    return Taken(on(day), on(since), on(until), late=True)


@pytest.mark.parametrize(
    ("seen", "then"),
    [
        ([*at_once("03-03", "04-03"), paid_late("05-09", "05-02", "05-03")], "06-03"),  # the third
        ([paid_late("04-09", "04-01", "04-03"), *at_once("05-03")], "06-03"),  # the same, first paid late
        ([*at_once("04-03", "05-03"), paid_late("06-09", "06-01", "06-02")], "07-09"),  # 30 days from payment
        ([paid_late("04-09", "04-02", "04-03"), *at_once("05-09")], "06-08"),  # and once it came to the day
    ],
)
def test_a_month_goes_on_from_the_stop_and_thirty_days_from_the_payment(seen: list[Taken], then: str) -> None:
    assert next_learned(seen, seen[-1].on + DAY) == on(then)


def test_a_charge_that_was_paid_after_a_stop_was_due_by_the_learned_grace_before_it() -> None:
    paid, stop = on("05-09"), on("05-05")
    ledger = Ledger(charges=((on("04-03"), UNIT, 0), (paid, UNIT, 0)), stops=((paid, stop),), grace_hours=48)
    assert learned_days(ledger) == (Taken.at_once(on("04-03")), paid_late("05-09", "05-02", "05-03"))
    at_the_hour = replace(ledger, grace_hours=0)
    assert learned_days(at_the_hour)[1] == Taken(paid, stop, stop, late=True)
    unknown = replace(ledger, grace_hours=None)
    assert learned_days(unknown)[1] == Taken(paid, on("05-02"), stop, late=True)


def test_a_drop_of_another_size_off_the_day_of_a_proven_plan_is_none_of_its_charges() -> None:
    ledger = charged(6400, 6400, 6400, day=on("03-20"))
    assert repeats(ledger, on("03-25"), 2700 * UNIT) == ()
    dearer = repeats(ledger, on("04-10"), 7400 * UNIT)
    assert dearer[-1] == (on("04-10"), 7400 * UNIT, 0)
    again = repeats(ledger, on("03-25"), 6400 * UNIT)
    assert again[-1] == (on("03-25"), 6400 * UNIT, 0)


def test_a_price_that_rose_unannounced_is_what_the_last_charge_took() -> None:
    used = {"burns": (UNIT,) * 60, "hours": (2400,) * 60}
    assert learned_charge(charged(9000, 9000.5, 9900, **used), 0) == 9900 * UNIT
    beside = charged(9000, 9900, 9000, **used)  # a heavy day beside a charge before is no price
    assert learned_charge(beside, 0) == 9000 * UNIT


def test_a_charge_is_what_was_taken_once_where_a_renewal_failed_with_more_than_was_taken_since() -> None:
    assert learned_charge(charged(20, 15, 15, short_at=16 * UNIT), 0) == 20 * UNIT
    assert learned_charge(charged(15, 15, 15, short_at=16 * UNIT), 0) == 16 * UNIT + 1


def pages(changes: dict[float, tuple[str, bool]], days: int) -> list[Reading]:
    """Six-hourly pages of a line: from each day on (balance, whether the line works)."""
    seen = []
    for hour in range(0, 24 * days, 6):
        balance, works = changes[max(day for day in changes if day * 24 <= hour)]
        at: datetime = START + hour * HOUR
        seen.append(reading(at, balance, status=Status.ACTIVE if works else Status.SUSPENDED))
    return seen


def test_a_charge_made_in_error_and_taken_back_hides_no_renewal() -> None:
    """Due on the third of the month, at midnight; twice paid some hours after the stop, then charged by error and refunded."""
    due = [(date(2026, month, 3) - START.date()).days - 8 / 24 for month in (4, 5, 6, 7)]
    changes = {
        0.0: ("9000", True),
        due[0]: ("2600", True),
        due[1]: ("2600", False),
        due[1] + 0.5: ("2200", True),  # 6000 paid, 6400 taken
        due[1] + 20: ("8700", True),
        due[2]: ("2300", True),
        due[2] + 20: ("-900", True),
        due[2] + 24: ("2300", True),
        due[3]: ("2300", False),
    }
    _, said = live(pages(changes, int(due[3])), PLAN)
    told = [n for n in warned(said, int(due[2]) + 24) if n.why.code == "renewal_short"]
    assert told
    assert told[0].at <= START + due[3] * DAY - timedelta(hours=72)


def test_a_second_charge_is_told_some_hours_earlier_than_one_whose_cycle_is_known() -> None:
    """After one charge, seen perhaps a day late, the next may come after thirty days or a month."""
    first = (date(2026, 3, 30) - START.date()).days - 8 / 24
    changes = {0.0: ("8459", True), first: ("459", True)}
    _, said = live(pages(changes, 57), replace(PLAN, grace_hours=None))
    told = next(n for n in warned(said, int(first) + 1) if n.why.code == "renewal_short")
    due = midnight(on("04-29"), PLAN)
    assert due - timedelta(hours=96) < told.at <= due - timedelta(hours=84)
