"""A year of daily use with real-life faults: never more logins than the budget, never locked out, blind periods told."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from servers.china_year import DAYS, DOORS, START, Diary, live

from monitor.core import policy as rule
from monitor.core.words import Kind

LOOKS = timedelta(hours=7)
"""Between two looks at a line that fails, at the most."""
END = START + timedelta(days=DAYS)
FALSE = {
    Kind.SUSPENDED,
    Kind.TERMINATED,
    Kind.TERMINATION_WARNING,
    Kind.VIOLATION_HOLD,
    Kind.VOLUNTARY_HOLD,
    Kind.RESTORED,
    Kind.POLICY_CHANGE,
}


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Diary]:
    return live(tmp_path_factory.mktemp("year"))


def gaps(diary: Diary) -> list[tuple[datetime, datetime]]:
    """Times without a reading, between two readings or to the end of the year."""
    return [(a, b) for a, b in pairwise([*diary.readings, END]) if b - a > timedelta(hours=13)]


@pytest.mark.heavy
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", list(DOORS))
def test_a_year_stays_within_the_budget_and_tells_every_blind_period(
    year: dict[str, Diary], name: str
) -> None:
    diary = year[name]
    assert len(diary.readings) > 300
    assert not diary.read_wrong
    assert all(b - a >= timedelta(minutes=60) for a, b in pairwise(diary.logins))
    assert not FALSE & {n.kind for n in diary.notices}
    told = diary.told(Kind.BLIND)
    for a, b in gaps(diary):
        lately = max((t for t in told if t <= a), default=START - rule.REPEAT)
        bound = max(a + rule.BLIND_CALM, lately + rule.REPEAT) + LOOKS
        if b > bound:
            assert any(a < t <= bound for t in told), (name, a, b)
        while b > bound:  # and again while it lasts
            bound = max(t for t in told if t <= bound) + rule.REPEAT + LOOKS
            assert b <= bound or any(bound - LOOKS <= t <= bound for t in told), (name, a, bound)
    assert len(told) <= 65, (name, len(told))  # weekly for a session of three days, and when a danger is near
    for t in told:
        last = max((r for r in diary.readings if r < t), default=START)
        assert t - last >= timedelta(hours=6) or last == START, (name, t)


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_no_account_is_locked_out_by_refused_logins(year: dict[str, Diary]) -> None:
    for name, diary in year.items():
        row = 0
        for login in diary.logins:
            worked = any(login <= r <= login + timedelta(minutes=1) for r in diary.readings)
            row = 0 if worked else row + 1
            assert row <= 5, (name, login)
