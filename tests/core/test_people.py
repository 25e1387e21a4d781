"""Quiet hours and windows: they delay, they end, and they know every clock on every wall."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.people import Contact, Hours, People, WeeklyWindow, Window, quiet_end
from monitor.core.words import Severity

NIGHT = Hours(time(22), time(7))
ZONES = [
    "UTC",
    "Asia/Shanghai",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/New_York",
    "Africa/Cairo",
    "Asia/Beirut",
    "America/St_Johns",
    "Pacific/Chatham",
    "Pacific/Apia",
]

walls = st.times().map(lambda t: t.replace(second=0, microsecond=0))
instants = st.datetimes(datetime(2023, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  Hypothesis wants naive bounds


@pytest.mark.parametrize(
    ("zone", "hours", "now", "release"),
    [
        # outside: at once
        ("Asia/Shanghai", NIGHT, "2026-11-23T09:00+08:00", "2026-11-23T09:00+08:00"),
        # before midnight, after midnight, and at both edges
        ("Asia/Shanghai", NIGHT, "2026-11-23T23:00+08:00", "2026-11-24T07:00+08:00"),
        ("Asia/Shanghai", NIGHT, "2026-11-24T03:00+08:00", "2026-11-24T07:00+08:00"),
        ("Asia/Shanghai", NIGHT, "2026-11-23T22:00+08:00", "2026-11-24T07:00+08:00"),
        ("Asia/Shanghai", NIGHT, "2026-11-24T07:00+08:00", "2026-11-24T07:00+08:00"),
        # a quarter to, and thirty minutes off: the offset of the zone is part of its clock
        ("Asia/Kathmandu", NIGHT, "2026-11-23T22:10+05:45", "2026-11-24T07:00+05:45"),
        ("Australia/Adelaide", NIGHT, "2026-07-01T23:10+09:30", "2026-07-02T07:00+09:30"),
        # the last evening of a month, of February, of a year
        ("Europe/Berlin", NIGHT, "2026-01-31T23:00+01:00", "2026-02-01T07:00+01:00"),
        ("Europe/Berlin", NIGHT, "2028-02-28T23:00+01:00", "2028-02-29T07:00+01:00"),
        ("Europe/Berlin", NIGHT, "2026-12-31T23:00+01:00", "2027-01-01T07:00+01:00"),
        # the short night ends an hour of elapsed time earlier, the long one an hour later
        ("America/New_York", NIGHT, "2026-03-07T22:30-05:00", "2026-03-08T07:00-04:00"),
        ("America/New_York", NIGHT, "2026-10-31T22:30-04:00", "2026-11-01T07:00-05:00"),
        # an end that the clocks jump over: the moment of the jump
        (
            "America/New_York",
            Hours(time(22), time(2, 30)),
            "2026-03-07T23:00-05:00",
            "2026-03-08T03:00-04:00",
        ),
        (
            "America/New_York",
            Hours(time(1, 45), time(2, 30)),
            "2026-03-08T01:50-05:00",
            "2026-03-08T03:00-04:00",
        ),
        # an end that comes twice: the first one; and when it is dark again after it, the second one
        (
            "America/New_York",
            Hours(time(22), time(1, 30)),
            "2026-11-01T01:10-04:00",
            "2026-11-01T01:30-04:00",
        ),
        (
            "America/New_York",
            Hours(time(22), time(1, 30)),
            "2026-11-01T01:10-05:00",
            "2026-11-01T01:30-05:00",
        ),
        # thirty minutes of summer time
        ("Australia/Lord_Howe", NIGHT, "2026-10-03T23:00+10:30", "2026-10-04T07:00+11:00"),
        # midnight itself is skipped
        ("Africa/Cairo", Hours(time(23), time(0, 15)), "2026-04-23T23:30+02:00", "2026-04-24T01:00+03:00"),
        # an empty span holds nothing
        ("UTC", Hours(time(7), time(7)), "2026-11-23T07:00+00:00", "2026-11-23T07:00+00:00"),
    ],
)
def test_quiet_hours_end_when_the_clock_on_the_wall_says_so(
    zone: str, hours: Hours, now: str, release: str
) -> None:
    assert hours.release(datetime.fromisoformat(now), ZoneInfo(zone)) == datetime.fromisoformat(release)


@given(st.sampled_from(ZONES), walls, walls, instants)
def test_a_release_is_the_first_moment_outside(zone: str, start: time, end: time, now: datetime) -> None:
    where, hours = ZoneInfo(zone), Hours(start, end)
    release = hours.release(now, where)
    assert now <= release < now + timedelta(hours=26)
    assert not hours.hold(release.astimezone(where).time())
    steps = int((release - now) / timedelta(minutes=7))
    for step in range(steps):
        assert hours.hold((now + step * timedelta(minutes=7)).astimezone(where).time())


def test_windows_that_touch_are_one() -> None:
    noon = datetime(2026, 11, 29, 12, tzinfo=UTC)
    hour = timedelta(hours=1)
    sunday = WeeklyWindow(6, Hours(time(14), time(15)))
    windows = [sunday, Window(noon + hour, noon + 2 * hour), Window(noon, noon + hour)]
    assert quiet_end(windows, noon) == noon + 3 * hour
    assert quiet_end(windows, noon + 3 * hour) == noon + 3 * hour


def test_a_weekly_window_past_midnight_belongs_to_the_evening_it_began_on() -> None:
    saturday_night = WeeklyWindow(5, Hours(time(23), time(4)), "Asia/Shanghai")
    sunday_3 = datetime.fromisoformat("2026-11-29T03:00+08:00")
    assert saturday_night.release(sunday_3) == datetime.fromisoformat("2026-11-29T04:00+08:00")
    saturday_3 = sunday_3 - timedelta(days=1)
    assert saturday_night.release(saturday_3) == saturday_3


def test_critical_breaks_through_unless_told_otherwise() -> None:
    night = datetime(2026, 11, 23, 23, tzinfo=UTC)
    ann = Contact("ann", quiet=NIGHT)
    assert ann.release(Severity.CRITICAL, night) == night
    assert ann.release(Severity.WARNING, night) == datetime(2026, 11, 24, 7, tzinfo=UTC)
    deep_sleeper = Contact("bob", quiet=NIGHT, critical_waits=True)
    assert deep_sleeper.release(Severity.CRITICAL, night) == datetime(2026, 11, 24, 7, tzinfo=UTC)


def test_a_channel_speaks_the_language_of_its_first_reader() -> None:
    people = People(
        contacts=(Contact("mei", ("wechat",), "zh-CN", "Asia/Shanghai"), Contact("bob", ("mail",), "en")),
        anyone=Contact("", language="en", timezone="Europe/Berlin"),
    )
    assert (people.language("wechat"), people.language("mail"), people.language("lamp")) == (
        "zh-CN",
        "en",
        "en",
    )
    assert (people.timezone("wechat"), people.timezone("lamp")) == ("Asia/Shanghai", "Europe/Berlin")
