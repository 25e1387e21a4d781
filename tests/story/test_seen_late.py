"""What was seen late: a stop in a blind spell counts from the last good sight, and no time that is over is promised."""

from dataclasses import replace
from datetime import date, timedelta

from tale import Tale, yuan

from monitor.core.delivery import Drop, Send, weigh
from monitor.core.lifecycle import Position, locate, reuse_day, termination_day
from monitor.core.people import Addressees, ChannelFacts, People
from monitor.core.words import Basis, Cause, Kind, Status

STOPPED = {"amount_due": yuan("12.40"), "cause": Cause.ARREARS, "cause_basis": Basis.REPORTED}


def where(tale: Tale) -> Position:
    story = tale.state.story
    return locate(
        tale.line, tale.rules, tale.state.reading, story.stopped_at, tale.now, worked_at=story.worked_at
    )


def test_a_stop_behind_a_blind_spell_may_have_begun_when_the_line_was_last_seen_working() -> None:
    tale = Tale("cn.mobile")
    tale.read(balance=yuan("50.00"))
    worked = tale.now.date()
    tale.now += timedelta(days=40)
    tale.read(Status.SUSPENDED, **STOPPED)
    end = termination_day(tale.rules, worked)
    assert end is not None
    lost = reuse_day(tale.rules, end.on)
    found = where(tale)
    assert found.since == worked + timedelta(days=40)
    assert lost is not None
    assert found.number_lost_on == lost.on
    assert all(step.estimate for step in found.steps)


def test_a_line_that_nobody_saw_working_counts_from_the_first_sight_of_its_stop() -> None:
    tale = Tale("cn.mobile")
    tale.read(Status.SUSPENDED, **STOPPED)
    tale.each_day(3, Status.SUSPENDED, **STOPPED)
    end = termination_day(tale.rules, date(2026, 3, 2))
    assert end is not None
    assert next(s.on for s in where(tale).steps) == end.on


def test_once_it_works_again_the_next_stop_counts_anew() -> None:
    tale = Tale("cn.mobile")
    tale.read(balance=yuan("50.00"))
    tale.each_day(2, Status.SUSPENDED, **STOPPED)
    tale.each_day(60, balance=yuan("50.00"))
    assert tale.state.story.worked_at is None
    again = tale.now
    tale.each_day(1, Status.SUSPENDED, **STOPPED)
    assert tale.state.story.worked_at == again


def test_the_reuse_of_a_number_that_ended_unseen_is_told_by_its_earliest_day() -> None:
    tale = Tale("cn.mobile")
    tale.read(Status.SUSPENDED, **STOPPED)
    alive = tale.now.date()
    tale.now += timedelta(days=80)
    tale.read(Status.TERMINATED, cause=Cause.ARREARS, cause_basis=Basis.REPORTED)
    first = reuse_day(tale.rules, alive)
    assert first is not None
    [near] = [n.why for n in tale.notices if n.why.code == "number_reuse_near"]
    assert near.get("on") == str(first.on)


def test_a_time_that_is_over_is_not_promised_any_more() -> None:
    tale = Tale("cn.mobile")
    tale.read(balance=yuan("5.00"))
    tale.wait(hours=6)
    tale.read(Status.SUSPENDED, **STOPPED)
    tale.now += timedelta(hours=1)
    [said] = [n for n in tale.hear("payment", amount=yuan("12.40")) if n.why.code == "awaiting_restoration"]
    one = People((ChannelFacts("mail"),))
    look = {"channel": "mail", "state": tale.state, "to": Addressees(), "people": one}
    assert weigh(said, now=tale.now, **look) == Send()  # type: ignore[arg-type]  # a table's shorthand
    late = weigh(said, now=tale.now + timedelta(hours=49), **look)  # type: ignore[arg-type]  # the same
    assert isinstance(late, Drop)
    assert late.why.code == "passed"
    plain = replace(said, why=replace(said.why, code="payment_seen"))
    assert weigh(plain, now=tale.now + timedelta(hours=49), **look) == Send()  # type: ignore[arg-type]  # the same


def test_a_payment_first_seen_when_its_time_is_over_is_told_as_overdue_alone() -> None:
    tale = Tale("cn.mobile")
    tale.read(balance=yuan("5.00"))
    tale.wait(hours=6)
    tale.read(Status.SUSPENDED, balance=yuan("-12.40"), **STOPPED)
    paid_at = tale.now + timedelta(hours=2)
    tale.now += timedelta(days=5)
    said = tale.read(
        Status.SUSPENDED, balance=yuan("1.00"), amount_due=yuan("0.00"), as_of=paid_at,
        cause=Cause.ARREARS, cause_basis=Basis.REPORTED,
    )  # fmt: skip
    assert Kind.RESTORATION_OVERDUE in tale.kinds(said)
    assert "awaiting_restoration" not in [n.why.code for n in tale.notices]
