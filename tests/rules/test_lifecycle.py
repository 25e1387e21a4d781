"""The clocks of each carrier and province at their edges: the day before, the day, the day after."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from monitor.core import lifecycle as life
from monitor.core.lifecycle import Stage, Works
from monitor.core.line import Hold, Line
from monitor.core.money import Money
from monitor.core.reading import Reading
from monitor.core.words import Cause, Status
from monitor.core.workdays import add_months, add_working_days, is_working_day
from monitor.rulebook import resolve

STOP = date(2026, 3, 1)
CN = ("cn.mobile", "cn.unicom", "cn.telecom", "cn.broadnet", "cn.mvno")
PROVINCES = ("", "henan", "chongqing")


@pytest.mark.parametrize("province", PROVINCES)
@pytest.mark.parametrize(
    ("entry", "first"),
    [
        ("cn.mobile", 0),  # its contract lets it stop on the due date itself
        ("cn.telecom", 31),  # "overdue for 30 days": day 30 is still inside
        ("cn.unicom", 31),  # no days in its contract: the law fills the gap
        ("cn.broadnet", 31),
        ("cn.mvno", 31),
        ("cn.legal", 31),
    ],
)
def test_first_day_of_a_stop_after_the_due_date_day_29_30_31(entry: str, first: int, province: str) -> None:
    step = life.stop_day(resolve(entry, province), STOP)
    assert step is not None
    assert step.estimate
    assert (step.on - STOP).days == first
    assert [(STOP + timedelta(days=d)) >= step.on for d in (29, 30, 31)] == [first <= d for d in (29, 30, 31)]


@pytest.mark.parametrize("province", PROVINCES)
@pytest.mark.parametrize(
    ("entry", "first"),
    [("cn.mobile", 60), ("cn.telecom", 61), ("cn.broadnet", 61), ("cn.mvno", 31), ("cn.legal", 61)],
)
def test_first_day_of_termination_after_the_stop_day_30_59_60_61(
    entry: str, first: int, province: str
) -> None:
    rules = resolve(entry, province)
    for day in (29, 30, 31, 59, 60, 61, 89, 90):
        ended = life.stage_on(rules, STOP, STOP + timedelta(days=day)) is not Stage.TWO_WAY
        assert ended == (day >= first), f"{entry} {province} day {day}"


@pytest.mark.parametrize(("entry", "end"), [("cn.mobile", 60), ("cn.mvno", 31)])
def test_the_number_may_be_somebody_elses_90_days_after_the_end(entry: str, end: int) -> None:
    rules = resolve(entry)
    stages = [life.stage_on(rules, STOP, STOP + timedelta(days=end + d)) for d in (89, 90, 91)]
    assert stages == [Stage.TERMINATED, Stage.REUSED, Stage.REUSED]


@pytest.mark.parametrize("entry", ["cn.unicom", "cn.telecom", "cn.broadnet"])
def test_where_no_reuse_rule_is_known_no_day_is_claimed(entry: str) -> None:
    rules = resolve(entry)
    assert life.stage_on(rules, STOP, STOP + timedelta(days=1000)) is Stage.TERMINATED
    assert life.reuse_day(rules, STOP) is None


@pytest.mark.parametrize(
    ("stopped", "first"),
    [
        (date(2026, 11, 1), date(2027, 2, 1)),
        (date(2026, 11, 30), date(2027, 2, 1)),
        (date(2027, 12, 31), date(2028, 3, 1)),
    ],
)
def test_unicom_counts_three_months_of_debt_with_the_month_of_the_stop(stopped: date, first: date) -> None:
    step = life.termination_day(resolve("cn.unicom"), stopped)
    assert step is not None
    assert step.on == first


@pytest.mark.parametrize(
    ("due", "first"),
    [
        (date(2026, 1, 31), date(2026, 3, 3)),  # a February of 28 days lies between
        (date(2028, 1, 31), date(2028, 3, 2)),  # … of 29
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2028, 2, 29), date(2028, 3, 31)),
    ],
)
def test_the_law_s_30_days_over_month_ends_and_the_leap_day(due: date, first: date) -> None:
    step = life.stop_day(resolve("cn.legal"), due)
    assert step is not None
    assert step.on == first


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 9, 30), 5, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
    ],
)
def test_calendar_months_end_on_the_last_day_where_the_day_is_missing(
    day: date, months: int, then: date
) -> None:
    assert add_months(day, months) == then


def test_a_day_belongs_to_china_and_turns_at_16_utc() -> None:
    line, rules = Line("home", "cn-mobile", timezone="America/New_York"), resolve("cn.mobile")
    before = datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC)
    assert life.local_day(rules, line, before) == date(2026, 3, 1)
    assert life.local_day(rules, line, before + timedelta(seconds=1)) == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("start", "count", "then"),
    [
        (date(2026, 9, 30), 5, date(2026, 10, 13)),  # the National Day week, and a worked Saturday on 10-10
        (date(2026, 2, 13), 5, date(2026, 2, 27)),  # Spring Festival; Saturday 02-14 is worked
        (date(2026, 11, 20), 5, date(2026, 11, 27)),  # a plain week
        (date(2026, 4, 30), 1, date(2026, 5, 6)),  # Labour Day
    ],
)
def test_working_days_follow_chinas_holidays_and_worked_weekends(start: date, count: int, then: date) -> None:
    assert add_working_days(start, count, "CN") == then


def test_worked_saturdays_and_free_mondays() -> None:
    assert is_working_day(date(2026, 10, 10), "CN")
    assert not is_working_day(date(2026, 10, 5), "CN")
    assert not is_working_day(date(2026, 10, 10))


@pytest.mark.parametrize(
    ("province", "until"),
    [("", date(2026, 10, 15)), ("henan", date(2026, 10, 13)), ("chongqing", date(2026, 10, 27))],
)
@pytest.mark.parametrize("entry", CN)
def test_the_carrier_s_time_to_answer_is_the_province_s(entry: str, province: str, until: date) -> None:
    assert life.reply_by(resolve(entry, province), date(2026, 9, 30)) == until


def test_hours_round_up_to_days_and_words_have_no_day() -> None:
    restore = resolve("cn.mobile").get("restore_after_payment")
    trigger = resolve("cn.unicom").get("stop_when")
    assert restore is not None
    assert trigger is not None
    assert life.first_day(restore, STOP) == STOP + timedelta(days=1)
    assert life.first_day(trigger, STOP) is None


def test_the_late_fee_is_simple_and_starts_the_day_after() -> None:
    rules, debt = resolve("cn.telecom"), Money(Decimal(100), "CNY")
    fees = [life.late_fee(rules, debt, STOP, STOP + timedelta(days=d)) for d in (-1, 0, 1, 30)]
    assert [f.amount for f in fees if f is not None] == [
        Decimal(0),
        Decimal(0),
        Decimal("0.30"),
        Decimal("9.00"),
    ]
    assert life.late_fee(resolve("generic.postpaid"), debt, STOP, STOP) is None


def _reading(status: Status, **more: object) -> Reading:
    base = Reading(datetime(2026, 3, 1, 2, tzinfo=UTC), status=status)
    return replace(base, **more)  # type: ignore[arg-type]


OWED = Money(Decimal("50.00"), "CNY")


@pytest.mark.parametrize(
    ("reading", "stage"),
    [
        (_reading(Status.ACTIVE), Stage.ACTIVE),
        (_reading(Status.ACTIVE, amount_due=OWED, due_on=date(2026, 3, 5)), Stage.ACTIVE),
        (_reading(Status.ACTIVE, amount_due=OWED, due_on=date(2026, 2, 20)), Stage.REMINDER),
        (_reading(Status.ACTIVE, balance=Money(Decimal(-1), "CNY")), Stage.REMINDER),
        (_reading(Status.ACTIVE, partial=("data",)), Stage.PARTIAL),
        (_reading(Status.RESTRICTED, partial=("roaming",)), Stage.PARTIAL),
        (_reading(Status.RESTRICTED, partial=("voice_out",)), Stage.ONE_WAY),
        (_reading(Status.RESTRICTED), Stage.ONE_WAY),
        (_reading(Status.SUSPENDED), Stage.TWO_WAY),
        (_reading(Status.SUSPENDED, cause=Cause.USER_REQUEST), Stage.HOLD),
        (_reading(Status.PENDING_TERMINATION), Stage.PENDING_TERMINATION),
        (_reading(Status.TERMINATED), Stage.TERMINATED),
        (_reading(Status.UNKNOWN), Stage.UNKNOWN),
        (None, Stage.UNKNOWN),
    ],
)
def test_the_stage_that_a_reading_shows(reading: Reading | None, stage: Stage) -> None:
    assert life.stage_of(Line("home", "cn-mobile"), reading, date(2026, 3, 1)) is stage


def test_the_owners_own_hold_is_a_hold_from_its_first_day_on() -> None:
    line = Line("home", "cn-mobile", hold=Hold(date(2026, 3, 1)))
    stopped = _reading(Status.SUSPENDED)
    assert life.stage_of(line, stopped, date(2026, 3, 1)) is Stage.HOLD
    assert life.stage_of(line, stopped, date(2026, 2, 28)) is Stage.TWO_WAY


def test_what_works_in_a_one_way_bar_a_full_stop_and_a_hold_differs() -> None:
    assert life.works(Stage.ONE_WAY) == Works(
        call_out=False, call_in=True, sms_out=False, sms_in=True, data=False, emergency=True
    )
    for stage in (Stage.TWO_WAY, Stage.HOLD):
        assert life.works(stage).call_in is False
        assert life.works(stage).emergency is True
    capped = life.works(Stage.PARTIAL, ("data",))
    assert (capped.data, capped.call_out) == (False, True)
    assert life.works(Stage.UNKNOWN).call_out is None


NOW = datetime(2026, 3, 20, 4, tzinfo=UTC)
STOPPED_AT = datetime(2026, 3, 1, 4, tzinfo=UTC)


def test_a_stopped_line_knows_its_next_stage_late_fee_and_day_of_loss() -> None:
    line, rules = Line("home", "cn-mobile"), resolve("cn.mobile")
    reading = _reading(Status.SUSPENDED, cause=Cause.ARREARS, amount_due=OWED, due_on=date(2026, 2, 28))
    where = life.locate(line, rules, reading, STOPPED_AT, NOW)
    assert where.stage is Stage.TWO_WAY
    assert where.next is not None
    assert (where.next.stage, where.next.on) == (Stage.TERMINATED, date(2026, 4, 30))
    assert where.next.estimate
    assert where.late_fee == Money(Decimal("3.00"), "CNY")
    assert where.number_lost_on == date(2026, 7, 29)


def test_a_virtual_operator_counts_the_late_fee_from_the_stop() -> None:
    reading = _reading(Status.SUSPENDED, cause=Cause.ARREARS, amount_due=OWED, due_on=date(2026, 1, 31))
    where = life.locate(Line("home", "x"), resolve("cn.mvno"), reading, STOPPED_AT, NOW)
    assert where.late_fee == Money(Decimal("2.85"), "CNY")


def test_the_carriers_own_word_is_no_estimate() -> None:
    ends = datetime(2026, 3, 22, 4, tzinfo=UTC)
    reading = _reading(Status.ACTIVE, amount_due=OWED, due_on=date(2026, 3, 1), ends_at=ends)
    where = life.locate(Line("home", "cn-telecom"), resolve("cn.telecom"), reading, None, NOW)
    assert where.next is not None
    assert (where.next.on, where.next.estimate) == (date(2026, 3, 22), False)


@pytest.mark.parametrize("cause", [Cause.VIOLATION, Cause.FAULT, Cause.POLICY])
def test_the_clocks_of_debt_do_not_run_for_another_cause(cause: Cause) -> None:
    reading = _reading(Status.SUSPENDED, cause=cause)
    assert life.locate(Line("home", "x"), resolve("cn.mobile"), reading, STOPPED_AT, NOW).steps == ()


def test_a_line_ended_19_days_ago_tells_when_the_number_may_be_reused() -> None:
    where = life.locate(Line("home", "x"), resolve("cn.mobile"), _reading(Status.TERMINATED), STOPPED_AT, NOW)
    assert where.number_lost_on == date(2026, 5, 30)


def test_pending_termination_beyond_its_day_says_any_day_now() -> None:
    reading = _reading(Status.PENDING_TERMINATION, cause=Cause.ARREARS)
    late = datetime(2026, 6, 1, 4, tzinfo=UTC)
    where = life.locate(Line("home", "x"), resolve("cn.telecom"), reading, STOPPED_AT, late)
    assert where.next is not None
    assert (where.next.stage, where.next.on) == (Stage.TERMINATED, date(2026, 6, 1))


@pytest.mark.parametrize(
    ("entry", "last_use", "stages"),
    [
        ("jp.povo", date(2026, 1, 1), [("two_way", date(2026, 6, 30)), ("terminated", date(2026, 7, 30))]),
        ("in.legal", date(2026, 1, 1), [("two_way", date(2026, 4, 1)), ("terminated", date(2026, 4, 16))]),
        ("gb.giffgaff", date(2025, 8, 31), [("two_way", date(2026, 2, 28))]),
        ("cn.telecom", date(2026, 1, 1), []),
    ],
)
def test_idle_lines_of_other_countries(entry: str, last_use: date, stages: list[tuple[str, date]]) -> None:
    assert [(s.stage, s.on) for s in life.idle(resolve(entry), last_use)] == stages


def test_expired_american_credit_ends_after_its_grace_and_the_number_ages() -> None:
    steps = life.after_expiry(resolve("us.att"), date(2026, 1, 1))
    assert [(s.stage, s.on) for s in steps] == [
        (Stage.TERMINATED, date(2026, 3, 2)),
        (Stage.REUSED, date(2026, 4, 16)),
    ]
    expired = _reading(Status.SUSPENDED, credit_expires_on=date(2026, 1, 20))
    where = life.locate(Line("us", "x"), resolve("us.att"), expired, STOPPED_AT, NOW)
    assert where.next is not None
    assert where.next.on == date(2026, 3, 21)
