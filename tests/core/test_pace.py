"""When a line is asked again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.forecast import Forecast
from monitor.core.line import Line
from monitor.core.pace import next_poll
from monitor.core.reading import Failure, Reading
from monitor.core.state import LineState
from monitor.core.storystate import StoryState
from monitor.core.words import FailureKind, Status

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LINE = Line("home", "tmf")
SIX, HOUR = timedelta(hours=6), timedelta(hours=1)


def failed(kind: FailureKind, times: int = 1, retry_after: timedelta | None = None) -> LineState:
    return LineState(failure=Failure(NOW, kind, "", retry_after), failures=times)


def likely(hours: int, chance: float, pay_by: datetime | None = None) -> LineState:
    return LineState(forecast=Forecast(NOW, chances=((hours, chance),), pay_by=pay_by))


def ending(hours: int) -> LineState:
    reading = Reading(NOW, status=Status.PENDING_TERMINATION, ends_at=NOW + hours * HOUR)
    return LineState(reading=reading)


ROWS = {
    "a healthy line at the interval its owner set": (LineState(), SIX),
    "a likely danger twice as often": (likely(96, 0.3), SIX / 2),
    "a near danger four times as often": (likely(30, 0.6), SIX / 4),
    "a pay-by moment within two days four times as often": (
        likely(96, 0.0, NOW + timedelta(days=1)),
        SIX / 4,
    ),
    "a paid line that is to come back every hour": (
        LineState(story=StoryState(stopped_at=NOW, paid_at=NOW)),
        HOUR,
    ),
    "after one failure in five minutes": (failed(FailureKind.TIMEOUT), timedelta(minutes=5)),
    "after three in twenty": (failed(FailureKind.TIMEOUT, 3), timedelta(minutes=20)),
    "after many nearly as rarely as usual": (failed(FailureKind.TIMEOUT, 40), timedelta(minutes=320)),
    "at the next warning before an end that the carrier named": (ending(9), 3 * HOUR),
    "the same while nobody answers": (
        replace(failed(FailureKind.AUTH), reading=ending(9).reading),
        3 * HOUR,
    ),
    "as usual once the last of them was said": (ending(5), SIX),
    "a refused log-in is not tried sooner": (failed(FailureKind.AUTH), SIX),
}


@pytest.mark.parametrize(("state", "wait"), ROWS.values(), ids=ROWS.keys())
def test_a_line_is_asked_again(state: LineState, wait: timedelta) -> None:
    assert next_poll(LINE, state, NOW) - NOW == wait


def test_the_carriers_own_wish_is_never_undercut() -> None:
    asked = timedelta(hours=9)
    assert next_poll(LINE, failed(FailureKind.RATE_LIMITED, 1, asked), NOW) >= NOW + asked
