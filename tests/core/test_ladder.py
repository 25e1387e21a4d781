"""One message per danger: what is said again, what is not, and what ends an episode."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from pydantic import TypeAdapter

from monitor.core.decide import decide
from monitor.core.line import Hold
from monitor.core.reading import Event, Failure, Reading
from monitor.core.reasons import BY_CODE
from monitor.core.rules import NO_RULES
from monitor.core.state import LineState
from monitor.core.words import Autopay, Cause, FailureKind, Kind, Severity, Status
from tests.core.histories import POSTPAID, PREPAID, START, burn, day, euro, live, reading, steady

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STATE = TypeAdapter(LineState)


def nearly_empty() -> LineState:
    """A line that burns half a euro a day, and is down to its last euro; its warnings have been said."""
    state, said = live(steady(30, "0.50", "16.00"))
    assert said
    return state


def test_nothing_is_said_twice_while_nothing_changes_and_again_after_days() -> None:
    waiting = [
        reading(START + i * 6 * HOUR, None, amount_due=euro("25.00"), due_on=day(2), autopay=Autopay.OFF)
        for i in range(60)
    ]
    _, said = live(waiting, replace(POSTPAID, dunning_days=30))
    assert [(n.kind, n.stage) for n in said] == [
        (Kind.PAYMENT_DUE, "due"),
        (Kind.ARREARS, "overdue"),
        (Kind.ARREARS, "overdue-3"),
    ]
    assert said[2].at - said[1].at >= timedelta(days=6, hours=12)


def test_nothing_refires_after_a_restart() -> None:
    state = nearly_empty()
    again = STATE.validate_json(STATE.dump_json(state))
    assert again == state
    assert state.reading is not None
    at = state.reading.observed_at + timedelta(minutes=10)
    assert not decide(PREPAID, NO_RULES, again, None, at).notices


def test_a_line_that_falls_from_fine_to_empty_within_one_poll_is_told_the_worst_once() -> None:
    state, _ = live(steady(30, "0.50", "40.00"))
    assert state.reading is not None
    at = state.reading.observed_at
    low = [reading(at + i * 6 * HOUR, "0.10") for i in (1, 2)]
    _, said = live(low, state=state)
    assert [(n.kind, n.severity) for n in said] == [(Kind.SUSPENSION_WARNING, Severity.CRITICAL)]


def test_an_acknowledged_danger_keeps_quiet() -> None:
    state = nearly_empty()
    assert state.reading is not None
    at = state.reading.observed_at
    episode = state.episode("money")
    assert episode is not None
    state, said = live([Event(at + HOUR, f"ack:{episode.id}")], state=state)
    acked = state.episode("money")
    assert acked is not None
    assert acked.acked_at == at + HOUR
    _, said = live([(at + i * 6 * HOUR, None) for i in range(1, 60)], state=state)
    assert not [n for n in said if n.kind in (Kind.LOW_BALANCE, Kind.SUSPENSION_WARNING)]


def test_a_notice_is_acknowledged_by_its_id_too() -> None:
    state, said = live(steady(30, "0.50", "16.00"))
    at = said[-1].at
    state, _ = live([Event(at + HOUR, f"ack:{said[-1].id}")], state=state)
    found = state.episode("money")
    assert found is not None
    assert found.acked_at is not None


def test_a_snoozed_danger_speaks_when_it_becomes_critical() -> None:
    state, said = live(steady(29, "0.50", "16.50"))
    episode = state.episode("money")
    assert episode is not None
    assert episode.severity is Severity.WARNING
    assert state.reading is not None
    at = state.reading.observed_at
    snoozed = replace(state, episodes=(replace(episode, snoozed_until=at + 30 * DAY),))
    low = burn([Decimal("2.00") - Decimal("0.125") * i for i in range(16)], at + 6 * HOUR)
    _, said = live(low, state=snoozed)
    assert [n.severity for n in said] == [Severity.CRITICAL]


def test_a_payment_that_is_announced_silences_the_danger_until_it_must_be_visible() -> None:
    state, _ = live(steady(30, "0.50", "16.00"))
    assert state.reading is not None
    at = state.reading.observed_at
    state, _ = live([Event(at + HOUR, "payment", euro(20))], state=state)
    episode = state.episode("money")
    assert episode is not None
    assert episode.snoozed_until == at + 31 * HOUR


def test_restored_only_on_a_fresh_valid_reading() -> None:
    off = [reading(START + i * 6 * HOUR, "-1.00", status=Status.SUSPENDED) for i in range(3)]
    state, said = live(off)
    assert [n.kind for n in said] == [Kind.SUSPENDED]
    blind = [Failure(START + i * 6 * HOUR, FailureKind.MALFORMED) for i in range(3, 20)]
    state, said = live(blind, state=state)
    assert state.reading is not None
    assert state.reading.status is Status.SUSPENDED
    assert Kind.RESTORED not in {n.kind for n in said}
    state, said = live([reading(START + 20 * 6 * HOUR)], state=state)
    _, said = live([reading(START + 21 * 6 * HOUR, "20.00")], state=state)
    assert Kind.RESTORED not in {n.kind for n in said}


def test_an_unknown_status_is_not_a_restored_one() -> None:
    state, _ = live([reading(START, "-1.00", status=Status.SUSPENDED)])
    state, said = live([reading(START + 6 * HOUR, "-1.00", status=Status.UNKNOWN)], state=state)
    assert not said
    assert state.reading is not None
    assert state.reading.status is Status.SUSPENDED


def test_a_stop_that_the_owner_asked_for_raises_no_alarm() -> None:
    held = replace(PREPAID, hold=Hold(date(2026, 3, 1)))
    off = [
        reading(START + i * 6 * HOUR, "5.00", status=Status.SUSPENDED, cause=Cause.USER_REQUEST)
        for i in range(9)
    ]
    _, said = live(off, held)
    assert Kind.SUSPENDED not in {n.kind for n in said}
    assert not [n for n in said if n.severity is Severity.CRITICAL]


def test_blindness_is_told_once_with_its_kind_and_its_end() -> None:
    state, _ = live(steady(5, "0.05", "40.00"))
    assert state.reading is not None
    at = state.reading.observed_at
    blind = [Failure(at + i * 6 * HOUR, FailureKind.AUTH, "log-in refused") for i in range(1, 30)]
    state, said = live(blind, state=state)
    told = [n for n in said if n.kind is Kind.BLIND]
    assert len(told) == 1
    assert told[0].why.get("failure") == "auth"
    assert told[0].why.get("needs_person") is True
    _, said = live([reading(at + 30 * 6 * HOUR, "39.00")], state=state)
    assert [n.kind for n in said if n.kind is Kind.SIGHT_RESTORED] == [Kind.SIGHT_RESTORED]


def test_every_rung_of_a_stop_that_the_carrier_names_comes_in_turn_and_the_last_is_never_skipped() -> None:
    ends = START + 10 * DAY
    seen = [reading(START + i * 3 * HOUR, "50.00", ends_at=ends) for i in range(79)]
    _, said = live(seen)
    stages = [n.stage for n in said if n.why.code == "carrier_stop"]
    assert stages == ["stop-7d", "stop-3d", "stop-1d", "stop-6h"]
    _, said = live([seen[0], seen[-1]])
    assert [n.stage for n in said if n.why.code == "carrier_stop"][-1] == "stop-6h"


def test_every_reason_given_is_in_the_catalogue_with_its_facts() -> None:
    stories = [
        (steady(60, "0.50", "16.00"), PREPAID),
        ([reading(START, "-3.00", status=Status.SUSPENDED), reading(START + DAY, "9.00")], PREPAID),
        ([reading(START, "2.00", next_charge_on=day(3), fee=euro(20))], PREPAID),
        ([reading(START, None, amount_due=euro(20), due_on=day(1), autopay=Autopay.FAILED)], POSTPAID),
        ([reading(START, "9.00", credit_expires_on=day(2))], PREPAID),
        ([reading(START, "9.00"), Event(START + HOUR, "sms:arrears", euro(3))], PREPAID),
        ([reading(START, "9.00", ends_at=START + DAY)], PREPAID),
    ]
    for seen, line in stories:
        for notice in live(seen, line)[1]:
            assert notice.why.code in BY_CODE, notice.why
            known = dict(BY_CODE[notice.why.code].facts)
            assert set(dict(notice.why.facts)) <= set(known), notice.why


def pending(hours: float, ends: float) -> Reading:
    """The line is about to be terminated; seen after some hours, ending so many hours after the start."""
    return reading(
        START + hours * HOUR, "-4.00", status=Status.PENDING_TERMINATION, ends_at=START + ends * HOUR
    )


def stages(seen: list[Reading]) -> list[str]:
    return [n.stage for n in live(seen)[1]]


def test_a_date_put_off_counts_down_anew() -> None:
    told = stages([pending(0, 20), pending(1, 20 + 20 * 24), *(pending(h, 500) for h in range(24, 499, 6))])
    assert told[:2] == ["termination-1d", "pending-termination"]
    rungs = [s for s in told if s.startswith("termination-")]
    assert [r.split("-")[1] for r in rungs] == ["1d", "7d", "3d", "1d", "6h"]
    assert len(set(told)) == len(told), "one key, one notice"


def test_a_date_that_trembles_is_one_date() -> None:
    for tremble in (1 / 60, 0.5, 5.0):
        seen = [pending(hour, 170 + (tremble if hour % 2 else 0)) for hour in range(169)]
        assert stages(seen) == [
            "pending-termination",
            *(f"termination-{r}" for r in ("7d", "3d", "1d", "6h")),
        ]


def test_a_debt_that_the_line_outlives_is_said_again_as_long_as_it_lasts() -> None:
    seen = [reading(START + i * 6 * HOUR, "-3.00") for i in range(60)]
    _, said = live(seen)
    assert [n.severity for n in said] == [Severity.CRITICAL] * len(said)
    gaps = [b.at - a.at for a, b in pairwise(said)]
    assert gaps
    assert all(timedelta(days=4) <= gap <= timedelta(days=7) for gap in gaps)


def test_a_snoozed_renewal_that_the_line_outlives_stays_snoozed() -> None:
    renews = (START + timedelta(days=8)).date()
    pages = [
        reading(START + i * 6 * HOUR, "3.00", next_charge_on=renews, fee=euro("12.80")) for i in range(30)
    ]
    state, said = live(pages, replace(PREPAID, overdraft=None, grace_hours=None))
    assert said[-1].stage == "urgent-due"
    at = pages[-1].observed_at
    episodes = tuple(replace(e, snoozed_until=at + 30 * DAY) for e in state.episodes)
    later = [replace(pages[-1], observed_at=at + i * 6 * HOUR) for i in range(1, 100)]
    _, said = live(
        later, replace(PREPAID, overdraft=None, grace_hours=None), replace(state, episodes=episodes)
    )
    assert said == []
