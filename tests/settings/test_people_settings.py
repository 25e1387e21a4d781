"""Contacts, quiet hours and windows as an owner writes them, and what the core makes of them."""

from datetime import UTC, datetime, time, timedelta

import pytest

from monitor.core.people import Contact, Hours, WeeklyWindow, Window
from monitor.settings import EnvSource, Settings, SettingsError, load
from monitor.settings.roster import addressees, people_of

BASE = {
    "MONITOR_TIMEZONE": "Asia/Shanghai",
    "MONITOR_LANGUAGE": "en",
    "MONITOR_LINES__HOME__CARRIER": "tmf",
    "MONITOR_LINES__HOME__NUMBER": "+8613812348000",
    "MONITOR_CHANNELS__MAIL__URL": "mailto://u:p@example.org",
    "MONITOR_CHANNELS__SMS__URL": "json://example.org",
}


def read(**more: str) -> Settings:
    return load(EnvSource([], BASE | {f"MONITOR_{k}": v for k, v in more.items()}))


def faults(**more: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read(**more)
    return [f.variable for f in caught.value.faults]


def test_a_household_writes_none_of_it_and_is_told_at_any_hour() -> None:
    settings = read()
    people = people_of(settings, settings.channels)
    assert people.contacts == ()
    assert people.anyone == Contact("", language="en", timezone="Asia/Shanghai")
    assert [c.cap_per_hour for c in people.channels] == [30, 30]


def test_contacts_lines_and_windows_reach_the_core() -> None:
    settings = read(
        CONTACTS__MEI__CHANNELS="sms, mail",
        CONTACTS__MEI__LANGUAGE="zh-CN",
        CONTACTS__MEI__QUIET_HOURS="22:30-07:00",
        CONTACTS__BOB__CHANNELS="mail",
        CONTACTS__BOB__TIMEZONE="Asia/Kathmandu",
        LINES__HOME__CONTACTS="mei",
        LINES__HOME__ESCALATE_TO="bob",
        LINES__HOME__ESCALATE_AFTER="90m",
        LINES__HOME__MAINTENANCE="sun 23:00-04:00, 2026-11-28T22:00/2026-11-29T02:00",
        CHANNELS__SMS__RUNS_OVER="home",
        CHANNELS__MAIL__MAX_PER_HOUR="0",
        CHANNELS__MAIL__LANGUAGE="en",
    )
    people = people_of(settings, settings.channels)
    assert people.contact("mei") == Contact(
        "mei", ("sms", "mail"), "zh-CN", "Asia/Shanghai", Hours(time(22, 30), time(7))
    )
    assert (people.language("sms"), people.language("mail")) == ("zh-CN", "en")
    mail, sms = people.channel("mail"), people.channel("sms")
    assert mail is not None
    assert mail.cap_per_hour is None
    assert sms is not None
    assert sms.runs_over == ("home",)
    to = addressees(settings.lines["home"], settings)
    assert (to.contacts, to.escalate_to, to.escalate_after) == (("mei",), ("bob",), timedelta(minutes=90))
    assert to.maintenance == (
        WeeklyWindow(6, Hours(time(23), time(4)), "Asia/Shanghai"),
        Window(datetime(2026, 11, 28, 14, tzinfo=UTC), datetime(2026, 11, 28, 18, tzinfo=UTC)),
    )


def test_names_that_exist_nowhere_are_all_told_at_once() -> None:
    assert faults(
        CONTACTS__MEI__CHANNELS="pigeon",
        LINES__HOME__CONTACTS="nobody",
        LINES__HOME__ESCALATE_TO="mei, neither",
        CHANNELS__SMS__RUNS_OVER="office",
        WEB__PUBLIC_URL="https://phone.example.org",
    ) == [
        "MONITOR_CHANNELS__SMS__RUNS_OVER",
        "MONITOR_CONTACTS__MEI__CHANNELS",
        "MONITOR_LINES__HOME__CONTACTS",
        "MONITOR_LINES__HOME__ESCALATE_TO",
        "MONITOR_WEB__LISTEN",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUIET__HOURS", "22-7"),
        ("QUIET__HOURS", "22:00-24:00"),
        ("MAINTENANCE", "someday 02:00-04:00"),
        ("MAINTENANCE", "2026-11-29T02:00/2026-11-28T22:00"),
        ("MAINTENANCE", "2026-11-28T22:00/2026-11-29T02:00+08:00"),
        ("DIGEST__AT", "9"),
        ("DIGEST__EVERY", "month"),
        ("WEB__LISTEN", "8421"),
        ("WEB__PUBLIC_URL", "phone.example.org"),
        ("HEARTBEAT_URL", "hc-ping.com"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_name(name: str, value: str) -> None:
    assert f"MONITOR_{name}" in faults(**{name: value})


@pytest.mark.parametrize("value", ["127.0.0.1:8421", "[::1]:8421", "localhost:80", "unix:/run/x.sock", ""])
def test_an_address_to_listen_on(value: str) -> None:
    assert read(WEB__LISTEN=value).web.listen == value
