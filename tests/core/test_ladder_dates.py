"""Dangers with dates of their own beside each other: what was said of one day says nothing of a later one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from monitor.core.forecast.days import midnight
from monitor.core.ladder import leading
from monitor.core.notice import Danger, Notice, Why
from monitor.core.people import Addressees, ChannelFacts, People
from monitor.core.policy import IN_TIME, QUIET, REPEAT
from monitor.core.reading import Reading
from monitor.core.whynot import why_not
from monitor.core.words import Kind, Severity, Status
from tests.core.histories import PREPAID, START, day, euro, live, reading

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNKNOWN_TERMS = replace(PREPAID, overdraft=None, grace_hours=None)
MAIL = People((ChannelFacts("mail"),))


def every_six_hours(days: float, balance: object, **more: object) -> list[Reading]:
    return [reading(START + i * 6 * HOUR, balance, **more) for i in range(int(days * 4))]


def stages(said: list[Notice]) -> list[str]:
    return [n.stage for n in said]


@pytest.mark.parametrize(("begins_with", "lead"), [("2.90", 72), ("3.60", 72), ("4.00", 66)])
def test_an_urgent_word_that_did_not_come_true_holds_back_no_later_renewal(
    begins_with: str, lead: int
) -> None:
    """The balance is used up eight, six or four days before the plan renews, and the line works on: a plan."""
    renews = (START + timedelta(days=17)).date()
    left = [max(Decimal(0), Decimal(begins_with) - i * Decimal("0.08")) for i in range(4 * 17)]
    pages = [
        reading(START + i * timedelta(hours=6), str(x), next_charge_on=renews, fee=euro("12.80"))
        for i, x in enumerate(left)
    ]
    _, said = live(pages, replace(PREPAID, overdraft=None))
    codes = [n.why.code for n in said]
    assert "run_out_soon" in codes
    told = said[codes.index("renewal_short")]
    assert told.at <= midnight(renews, PREPAID) - timedelta(hours=lead)
    assert said[-1].severity is Severity.CRITICAL
    assert said[-1].why.code == "renewal_short"


def test_nor_does_it_hold_back_the_day_on_which_credit_expires() -> None:
    """The balance is nearly used up a week before that day, and then nothing is used any more."""
    lost = (START + timedelta(days=17)).date()
    left = [max(Decimal("0.10"), Decimal("3.50") - i * Decimal("0.08")) for i in range(4 * 17)]
    pages = [reading(START + i * 6 * HOUR, str(x), credit_expires_on=lost) for i, x in enumerate(left)]
    _, said = live(pages)
    stages = [n.stage for n in said]
    assert "urgent" in stages
    told = next(n for n in said if n.stage.startswith("expiry"))
    assert stages.index("urgent") < said.index(told)
    assert told.at <= midnight(lost, PREPAID) - 72 * HOUR


def test_a_stop_that_the_line_outlived_holds_back_no_urgent_word_of_a_later_run_out() -> None:
    left = [max(Decimal(0), Decimal("16.50") - i * Decimal("0.125")) for i in range(4 * 34)]
    ends = START + 30 * DAY
    pages = [
        reading(at, str(x), ends_at=ends if at < ends else None)
        for at, x in ((START + i * 6 * HOUR, x) for i, x in enumerate(left))
    ]
    told = stages(live(pages)[1])
    assert "stop-6h" in told
    assert any(stage.startswith("urgent") for stage in told[told.index("stop-6h") :])


@pytest.mark.parametrize(
    ("rolling", "most"),
    [
        (lambda at: {"next_charge_on": (at + DAY).date(), "fee": euro("12.80")}, 9),
        (lambda at: {"credit_expires_on": (at + 4 * DAY).date()}, 4),
        (lambda at: {"status": Status.PENDING_TERMINATION, "ends_at": at + 30 * DAY}, 4),
    ],
    ids=[
        "a renewal that is tomorrow each day",
        "an expiry in four days each day",
        "an end in a month each day",
    ],
)
def test_a_date_that_moves_on_each_day_is_no_news_each_day(
    rolling: Callable[[datetime], dict[str, object]], most: int
) -> None:
    instants = [START + i * 6 * HOUR for i in range(80)]
    _, said = live([reading(at, "3.00", **rolling(at)) for at in instants], UNKNOWN_TERMS)
    assert 1 < len(said) <= most
    rungs: dict[str, list[Notice]] = {}
    for notice in said:
        rungs.setdefault(notice.stage.rstrip("-0123456789"), []).append(notice)
    for same in rungs.values():
        least = REPEAT if same[0].severity is Severity.WARNING else IN_TIME
        assert all(b.at - a.at >= least for a, b in pairwise(same))


def test_a_lower_word_in_between_delays_no_repetition_of_an_urgent_one() -> None:
    renews = {"next_charge_on": day(8), "fee": euro("12.80")}
    alone = live(every_six_hours(24, "3.00", **renews), UNKNOWN_TERMS)[1]
    beside = live(every_six_hours(24, "3.00", **renews, credit_expires_on=day(20)), UNKNOWN_TERMS)[1]
    assert "expiry" in stages(beside)
    urgent = [[n.at for n in said if n.severity is Severity.CRITICAL] for said in (alone, beside)]
    assert len(urgent[0]) > 2
    assert urgent[0] == urgent[1]


def test_a_warning_below_an_urgent_word_follows_after_a_while_and_not_at_the_next_look() -> None:
    pages = [reading(START + i * 6 * HOUR, str(Decimal("16.00") - i * Decimal("0.125"))) for i in range(120)]
    at = pages[-1].observed_at
    low = [reading(at + i * 6 * HOUR, "0.10", ends_at=at + 6 * DAY) for i in range(1, 16)]
    _, said = live(low, state=live(pages)[0])
    first = [n for n in said if n.stage == "urgent"]
    stop = [n for n in said if n.stage.startswith("stop-") and n.severity is Severity.WARNING]
    assert first
    assert stop
    assert stop[0].at - first[0].at >= QUIET


def test_of_one_thread_the_highest_danger_is_shown_and_a_lower_one_only_of_a_later_date() -> None:
    def danger(rung: str, level: int, due_in: int | None, thread: str = "money") -> Danger:
        due = START + due_in * DAY if due_in is not None else None
        return Danger(thread, Kind.PAYMENT_DUE, Severity.WARNING, rung, Why.of(rung), level=level, due=due)

    here = [
        danger("likely", 2, None),
        danger("renewal", 3, 2),
        danger("expiry", 3, 6),
        danger("urgent", 5, 1),
        danger("blind", 2, None, "sight"),
    ]
    assert [d.rung for d in leading(here)] == ["expiry", "urgent", "blind"]


def test_why_not_says_until_when_a_word_that_is_news_waits_after_another() -> None:
    pages = [reading(START + i * 6 * HOUR, str(Decimal("16.00") - i * Decimal("0.125"))) for i in range(128)]
    told = next(n for n in live(pages)[1] if n.stage == "likely")
    seen = [p for p in pages if p.observed_at <= told.at]
    after = replace(pages[len(seen)], next_charge_on=(told.at + 3 * DAY).date(), fee=euro("12.80"))
    state, said = live([*seen, after], UNKNOWN_TERMS)
    assert said[-1].stage == "likely"

    def reasons(hours: float) -> list[str]:
        at = told.at + hours * HOUR
        found = why_not(Kind.PAYMENT_DUE, UNKNOWN_TERMS, state, to=Addressees(), people=MAIL, now=at)
        return [because.why.code for because in found]

    assert reasons(8) == ["follows"]
    assert reasons(QUIET / HOUR + 1) == []


def test_an_urgent_word_of_one_renewal_holds_back_none_of_the_next_one() -> None:
    """A weekly plan whose line works on though nothing was paid; the first word came after its day."""
    first = [reading(START + i * 6 * HOUR, "0", next_charge_on=day(-1), fee=euro("5.00")) for i in range(6)]
    between = [reading(START + i * 6 * HOUR, "0") for i in (6, 7)]
    second = [
        reading(START + i * 6 * HOUR, "0", next_charge_on=day(6), fee=euro("5.00")) for i in range(8, 30)
    ]
    _, said = live([*first, *between, *second])
    due = midnight(day(6), PREPAID)
    urgent = [n.at for n in said if n.severity is Severity.CRITICAL and n.why.code == "renewal_short"]
    assert any(timedelta(hours=12) <= due - at <= timedelta(hours=48) for at in urgent)


def test_a_snoozed_date_that_moves_on_each_day_breaks_its_silence_no_more_than_once_a_week() -> None:
    pages = [
        reading(at, "3.00", next_charge_on=(at + DAY).date(), fee=euro("12.80"))
        for at in (START + i * 6 * HOUR for i in range(80))
    ]
    state, _ = live(pages[:8], UNKNOWN_TERMS)
    snoozed = tuple(replace(e, snoozed_until=START + 40 * DAY) for e in state.episodes)
    _, said = live(pages[8:], UNKNOWN_TERMS, replace(state, episodes=snoozed))
    assert all(n.severity is Severity.CRITICAL for n in said)
    assert all(b.at - a.at >= REPEAT for a, b in pairwise(said))


def test_a_lower_word_after_an_update_delays_no_repetition_of_an_urgent_one() -> None:
    """An older version did not write down when each height was said."""
    pages = every_six_hours(9, "3.00", next_charge_on=day(1), fee=euro("12.80"), credit_expires_on=day(11))
    state, said = live(pages[:1], UNKNOWN_TERMS)
    assert said[0].severity is Severity.CRITICAL
    older = replace(state, episodes=tuple(replace(e, since=()) for e in state.episodes))
    later, later_too = (live(pages[1:], UNKNOWN_TERMS, s)[1] for s in (state, older))
    assert "expiry" in stages(later_too)
    assert [n.dedup_key for n in later] == [n.dedup_key for n in later_too]
    assert any(n.severity is Severity.CRITICAL for n in later)
