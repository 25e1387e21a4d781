"""When lost sight is told: within a bound however calm the line is, sooner near danger, and weekly where it is lost all the time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from monitor.core import policy as rule
from monitor.core.reading import Failure, Seen
from monitor.core.words import FailureKind, Kind
from tests.core.histories import live, reading, steady

HOUR = timedelta(hours=1)
CALM = steady(40, "0.05", "400.00")
LAST = CALM[-1].observed_at


def fails(start: int, end: int) -> list[Seen]:
    """Polls refused every six hours from one hour to another after the last reading."""
    return [Failure(LAST + h * HOUR, FailureKind.AUTH, "log-in refused") for h in range(start, end, 6)]


def hours(said: Sequence[Seen], *, calm: Sequence[Seen] | None = None) -> list[float]:
    """At how many hours after the last reading blindness was told."""
    state, _ = live(CALM if calm is None else calm)
    _, notices = live(said, state=state)
    return [(n.at - LAST) / HOUR for n in notices if n.kind is Kind.BLIND]


def test_far_from_danger_lost_sight_is_told_within_three_days_and_then_weekly() -> None:
    told = hours(fails(6, 24 * 20))
    assert told[0] <= rule.BLIND_CALM / HOUR
    gaps = [b - a for a, b in pairwise(told)]
    assert gaps
    assert all(rule.REPEAT / HOUR <= gap <= rule.REPEAT / HOUR + 6 for gap in gaps)


def test_a_short_loss_far_from_danger_is_not_told() -> None:
    assert hours([*fails(6, 60), reading(LAST + 60 * HOUR, "397.00")]) == []


def test_near_danger_lost_sight_is_told_within_a_day() -> None:
    low = steady(40, "2.00", "84.00")
    assert hours(fails(6, 96), calm=low)[0] <= rule.BLIND_NEAR / HOUR


def test_a_session_that_lives_three_days_is_told_weekly_not_each_time() -> None:
    seen: list[Seen] = []
    for start in range(0, 24 * 28, 24 * 7):
        seen += fails(start + 6, start + 24 * 4)
        seen += [reading(LAST + h * HOUR, "395.00") for h in range(start + 24 * 4, start + 24 * 7, 6)]
    every_fourth_day: list[Seen] = []
    for start in range(0, 24 * 28, 24 * 4):
        every_fourth_day += fails(start + 6, start + 24 * 4)
        every_fourth_day.append(reading(LAST + (start + 24 * 4) * HOUR, "395.00"))
    assert len(hours(seen)) == 4
    told = hours(every_fourth_day)
    assert len(told) >= 3
    assert all(b - a >= rule.REPEAT / HOUR for a, b in pairwise(told))
