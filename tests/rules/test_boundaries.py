"""Every carrier and province at the edges of the calendar: month ends, the leap day, midnight in China, working days."""

import calendar
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from monitor.core import lifecycle as life
from monitor.core.aftermath import dispute_limits, restoration_limit, story_dangers
from monitor.core.lifecycle import Stage
from monitor.core.line import Hold, Line
from monitor.core.reading import Reading
from monitor.core.state import LineState
from monitor.core.storystate import Promise, StoryState
from monitor.core.words import Status
from monitor.core.workdays import is_working_day
from monitor.guides.gates import Case, gates
from monitor.rulebook import resolve

CARRIERS = ("cn.mobile", "cn.unicom", "cn.telecom", "cn.broadnet", "cn.mvno")
PROVINCES = ("", "henan", "chongqing")
EDGES = (
    date(2026, 1, 31),
    date(2026, 2, 28),
    date(2026, 4, 30),
    date(2026, 12, 31),
    date(2028, 2, 28),
    date(2028, 2, 29),
    date(2028, 3, 1),
)
STOP_AFTER = {"cn.mobile": 0, "cn.unicom": 31, "cn.telecom": 31, "cn.broadnet": 31, "cn.mvno": 31}
END_AFTER = {"cn.mobile": 60, "cn.telecom": 61, "cn.broadnet": 61, "cn.mvno": 31}
REUSE_AFTER = {"cn.mobile": 90, "cn.mvno": 90}
REPLY = {"": 15, "henan": 5, "chongqing": 15}


def _day_number(day: date) -> int:
    """Days since 0001-01-01, counted year by year and month by month."""
    years = sum(366 if calendar.isleap(y) else 365 for y in range(2000, day.year))
    months = sum(calendar.monthrange(day.year, m)[1] for m in range(1, day.month))
    return years + months + day.day


@pytest.mark.parametrize("edge", EDGES, ids=str)
@pytest.mark.parametrize("province", PROVINCES)
@pytest.mark.parametrize("entry", CARRIERS)
def test_each_stage_begins_on_its_day_and_not_the_day_before(entry: str, province: str, edge: date) -> None:
    rules = resolve(entry, province)
    stop = life.stop_day(rules, edge)
    assert stop is not None
    assert _day_number(stop.on) - _day_number(edge) == STOP_AFTER[entry]
    end = life.termination_day(rules, edge)
    assert end is not None
    if entry == "cn.unicom":
        month = edge.year * 12 + edge.month - 1 + 3
        assert end.on == date(month // 12, month % 12 + 1, 1)
    else:
        assert _day_number(end.on) - _day_number(edge) == END_AFTER[entry]
    around = [life.stage_on(rules, edge, end.on + timedelta(days=d)) for d in (-1, 0, 1)]
    assert around == [Stage.TWO_WAY, Stage.TERMINATED, Stage.TERMINATED]
    reuse = life.reuse_day(rules, end.on)
    assert (_day_number(reuse.on) - _day_number(end.on) if reuse else None) == REUSE_AFTER.get(entry)
    if reuse:
        around = [life.stage_on(rules, edge, reuse.on + timedelta(days=d)) for d in (-1, 0, 1)]
        assert around == [Stage.TERMINATED, Stage.REUSED, Stage.REUSED]


@pytest.mark.parametrize("province", PROVINCES)
@pytest.mark.parametrize("entry", CARRIERS)
def test_a_later_stop_never_ends_sooner(entry: str, province: str) -> None:
    rules = resolve(entry, province)
    days = [date(2027, 12, 1) + timedelta(days=n) for n in range(0, 200, 7)]
    ends = [step.on for day in days if (step := life.termination_day(rules, day))]
    assert len(ends) == len(days)
    assert all(a <= b for a, b in pairwise(ends))


@pytest.mark.parametrize(
    "asked", [date(2026, 9, 24), date(2026, 9, 30), date(2027, 2, 1), date(2026, 12, 31)]
)
@pytest.mark.parametrize("province", PROVINCES)
@pytest.mark.parametrize("entry", CARRIERS)
def test_the_petition_opens_the_day_after_the_answer_was_due(entry: str, province: str, asked: date) -> None:
    rules = resolve(entry, province)
    last = life.reply_by(rules, asked)
    assert last is not None
    between = [asked + timedelta(days=n) for n in range(1, (last - asked).days + 1)]
    counted = [d for d in between if is_working_day(d, "CN")] if province else between
    assert len(counted) == REPLY[province]
    assert not province or is_working_day(last, "CN")
    case = Case(asked, fee=False, complained_on=asked)
    shut = [[g.name for g in gates(rules, case, last + timedelta(days=d)) if not g.open] for d in (-1, 0, 1)]
    assert shut == [["answer"], ["answer"], []]


@pytest.mark.parametrize("entry", CARRIERS)
@pytest.mark.parametrize(
    ("began", "fee", "warned", "last"),
    [
        (date(2026, 9, 30), True, date(2027, 1, 30), date(2027, 2, 28)),
        (date(2027, 9, 30), True, date(2028, 1, 30), date(2028, 2, 29)),
        (date(2026, 10, 31), True, date(2027, 2, 28), date(2027, 3, 31)),
        (date(2026, 2, 28), False, date(2028, 1, 28), date(2028, 2, 28)),
        (date(2028, 2, 29), False, date(2030, 1, 29), date(2030, 2, 28)),
    ],
)
def test_five_months_and_two_years_over_month_ends_and_the_leap_day(
    entry: str, began: date, warned: date, last: date, *, fee: bool
) -> None:
    rules = resolve(entry)
    dispute = Promise("T", began, "dispute:fee" if fee else "dispute:other")
    assert dispute_limits(rules, dispute) == (warned, last)
    case = Case(began, fee=fee, complained_on=began, refused=True)
    shut = [[g.name for g in gates(rules, case, last + timedelta(days=d)) if not g.open] for d in (0, 1)]
    assert shut == [[], ["age"]]


LAST_SECOND = datetime(2026, 3, 5, 15, 59, 59, tzinfo=UTC)
"""23:59:59 on 5 March in China."""
SECOND = timedelta(seconds=1)


def _codes(entry: str, story: StoryState, at: datetime, line: Line | None = None) -> list[str]:
    seen = Reading(at - timedelta(hours=1), status=Status.SUSPENDED)
    dangers = story_dangers(
        line or Line("home", "x", timezone="America/New_York"),
        resolve(entry),
        LineState(seen, story=story),
        at,
    )
    return [d.why.code for d in dangers]


@pytest.mark.parametrize("entry", CARRIERS)
def test_a_promise_is_broken_at_midnight_in_china_wherever_the_owner_is(entry: str) -> None:
    story = StoryState(promises=(Promise("T-1", date(2026, 3, 5)),))
    assert _codes(entry, story, LAST_SECOND) == []
    assert _codes(entry, story, LAST_SECOND + SECOND) == ["promise_broken"]


@pytest.mark.parametrize("entry", CARRIERS)
def test_a_hold_is_over_at_midnight_in_china(entry: str) -> None:
    line = Line("home", "x", timezone="America/New_York", hold=Hold(date(2026, 2, 1), date(2026, 3, 5)))
    assert _codes(entry, StoryState(), LAST_SECOND, line) == ["hold_ends"]
    assert _codes(entry, StoryState(), LAST_SECOND + SECOND, line) == ["hold_over"]


@pytest.mark.parametrize("entry", CARRIERS)
def test_a_dispute_s_last_day_ends_at_midnight_in_china(entry: str) -> None:
    story = StoryState(promises=(Promise("T", date(2025, 10, 5), "dispute:fee"),))
    assert _codes(entry, story, LAST_SECOND) == ["dispute_limit"]
    assert _codes(entry, story, LAST_SECOND + SECOND) == []


RESTORE = {
    ("cn.mobile", ""): 24,
    ("cn.unicom", ""): 24,
    ("cn.telecom", ""): 48,
    ("cn.broadnet", ""): 48,
    ("cn.mvno", ""): 48,
    **dict.fromkeys(((c, "henan") for c in CARRIERS), 24),
    ("cn.mobile", "chongqing"): 24,
    ("cn.telecom", "chongqing"): 48,
}


@pytest.mark.parametrize(("where", "hours"), RESTORE.items(), ids=str)
def test_the_duty_to_restore_runs_to_the_second(where: tuple[str, str], hours: int) -> None:
    rules = resolve(*where)
    paid = datetime(2028, 2, 28, 18, tzinfo=UTC)
    story = StoryState(stopped_at=paid - timedelta(days=3), paid_at=paid, paid_in_full=True)
    limit = restoration_limit(rules, LineState(story=story))
    assert limit is not None
    assert limit[0] == paid + timedelta(hours=hours)
    seen = Reading(paid, status=Status.SUSPENDED)

    def told(at: datetime) -> list[str]:
        state = LineState(seen, story=story)
        return [d.why.code for d in story_dangers(Line("home", "x"), rules, state, at)]

    assert told(limit[0] - SECOND) == ["awaiting_restoration"]
    assert told(limit[0]) == ["restoration_overdue"]
