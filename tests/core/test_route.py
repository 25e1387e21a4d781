"""Who hears of a notice, and from when on."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.line import Line
from monitor.core.notice import CutOff, Notice, Why
from monitor.core.people import Addressees, ChannelFacts, Contact, Hours, People, Window
from monitor.core.route import Route, plan
from monitor.core.state import Episode
from monitor.core.words import Kind, Severity

NIGHT = Hours(time(22), time(7))
EVENING = datetime(2026, 11, 23, 23, tzinfo=UTC)
MORNING = datetime(2026, 11, 24, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALL = Addressees()
LINE = Line("home", "tmf", "+8613812348000")


def notice(severity: Severity, kind: Kind = Kind.LOW_BALANCE, **more: object) -> Notice:
    return Notice("home", EVENING, kind, severity, "likely", "money-1", Why("run_out"), **more)  # type: ignore[arg-type]  # a table's shorthand


INFO, WARNING, CRITICAL = (notice(s) for s in (Severity.INFO, Severity.WARNING, Severity.CRITICAL))


def routed(
    one: Notice, people: People, to: Addressees = ALL, now: datetime = EVENING, **more: object
) -> dict[str, datetime]:
    routes = plan([one], line=LINE, to=to, people=people, now=now, **more)  # type: ignore[arg-type]  # the same
    return {r.channel: r.not_before for r in routes}


def channels(*names: str) -> tuple[ChannelFacts, ...]:
    return tuple(ChannelFacts(n) for n in names)


def test_a_household_with_one_channel_and_no_settings_hears_everything_at_once() -> None:
    people = People(channels("mail"))
    for one in (INFO, WARNING, CRITICAL):
        assert routed(one, people) == {"mail": EVENING}


def test_a_channel_hears_only_what_is_bad_enough_for_it() -> None:
    people = People((ChannelFacts("pager", Severity.CRITICAL), ChannelFacts("mail")))
    assert set(routed(WARNING, people)) == {"mail"}
    assert set(routed(CRITICAL, people)) == {"pager", "mail"}


def test_whoever_was_told_of_a_danger_is_told_of_its_end() -> None:
    people = People((ChannelFacts("pager", Severity.CRITICAL),))
    over = notice(Severity.INFO, Kind.RESTORED)
    critical = Episode("money-1", "money", EVENING, Kind.SUSPENDED, Severity.CRITICAL)
    mild = Episode("money-1", "money", EVENING, Kind.LOW_BALANCE, Severity.WARNING)
    assert set(routed(over, people, episodes=[critical])) == {"pager"}
    assert routed(over, people, episodes=[mild]) == {}


def test_a_line_may_name_its_channels_and_contacts() -> None:
    people = People(
        channels("mail", "ntfy", "lamp", "other"), (Contact("ann", ("ntfy",)), Contact("bob", ("other",)))
    )
    assert set(routed(WARNING, people, Addressees(channels=("lamp",)))) == {"lamp"}
    assert set(routed(WARNING, people, Addressees(contacts=("ann",)))) == {"ntfy"}
    assert set(routed(WARNING, people, Addressees(channels=("lamp",), contacts=("ann",)))) == {"lamp", "ntfy"}
    assert set(routed(WARNING, people)) == {"mail", "ntfy", "lamp", "other"}


def test_quiet_hours_delay_and_critical_breaks_through() -> None:
    people = People(channels("ntfy", "mail"), (Contact("ann", ("ntfy",), quiet=NIGHT),))
    assert routed(WARNING, people) == {"ntfy": MORNING, "mail": EVENING}
    assert routed(CRITICAL, people) == {"ntfy": EVENING, "mail": EVENING}


def test_a_shared_channel_goes_by_whoever_is_awake_first() -> None:
    night_owl = Contact("bob", ("ntfy",), quiet=Hours(time(4), time(12)))
    people = People(channels("ntfy"), (Contact("ann", ("ntfy",), quiet=NIGHT), night_owl))
    assert routed(WARNING, people) == {"ntfy": EVENING}


def test_a_warning_does_not_sleep_past_the_moment_to_pay() -> None:
    people = People(channels("ntfy"), (Contact("ann", ("ntfy",), quiet=NIGHT),))
    tonight, noon = EVENING + 3 * HOUR, EVENING + 13 * HOUR
    assert routed(notice(Severity.WARNING, pay_by=tonight), people) == {"ntfy": EVENING}
    assert routed(notice(Severity.WARNING, cut_off=CutOff(tonight)), people) == {"ntfy": EVENING}
    assert routed(notice(Severity.WARNING, pay_by=noon), people) == {"ntfy": MORNING}


def test_a_maintenance_window_holds_back_all_but_critical() -> None:
    window = Window(EVENING - HOUR, EVENING + HOUR)
    people = People(channels("mail"), maintenance=(window,))
    assert routed(WARNING, people) == {"mail": EVENING + HOUR}
    assert routed(CRITICAL, people) == {"mail": EVENING}
    assert routed(WARNING, People(channels("mail")), Addressees(maintenance=(window,))) == {
        "mail": EVENING + HOUR
    }


def test_a_muted_line_waits_and_is_not_dropped() -> None:
    people = People(channels("mail"))
    assert routed(CRITICAL, people, muted_until=EVENING + 5 * HOUR) == {"mail": EVENING + 5 * HOUR}
    assert routed(CRITICAL, people, muted_until=EVENING - HOUR) == {"mail": EVENING}


def test_a_mute_that_ends_at_night_hands_over_to_quiet_hours() -> None:
    people = People(channels("ntfy"), (Contact("ann", ("ntfy",), quiet=NIGHT),))
    assert routed(WARNING, people, now=EVENING - 5 * HOUR, muted_until=EVENING) == {"ntfy": MORNING}


def test_a_snooze_holds_what_was_known_and_not_what_is_worse() -> None:
    people = People(channels("mail"))
    snoozed = Episode(
        "money-1", "money", EVENING, Kind.LOW_BALANCE, Severity.WARNING, snoozed_until=EVENING + 12 * HOUR
    )
    assert routed(WARNING, people, episodes=[snoozed]) == {"mail": EVENING + 12 * HOUR}
    assert routed(CRITICAL, people, episodes=[snoozed]) == {"mail": EVENING}
    over = notice(Severity.INFO, Kind.PAYMENT_SEEN)
    assert routed(over, people, episodes=[snoozed]) == {"mail": EVENING}


def test_the_watched_line_is_never_the_only_way_to_its_owner() -> None:
    sms, mail = ChannelFacts("sms", runs_over=("home",)), ChannelFacts("mail", Severity.CRITICAL)
    by_number = ChannelFacts("push", runs_over=("+8613812348000",))
    for phone in (sms, by_number):
        people = People((phone, mail))
        only = Addressees(channels=(phone.name,))
        assert set(routed(WARNING, people, only)) == {phone.name}
        assert set(routed(CRITICAL, people, only)) == {phone.name, "mail"}


def test_the_detour_takes_the_owners_own_channels_first_and_never_a_strangers() -> None:
    sms = ChannelFacts("sms", runs_over=("home",))
    ann, bob = Contact("ann", ("sms", "ann-mail")), Contact("bob", ("bob-mail",))
    people = People((sms, *channels("bob-mail", "ann-mail")), (ann, bob))
    assert set(routed(CRITICAL, people, Addressees(channels=("sms",)))) == {"sms", "ann-mail"}
    alone = People((sms, *channels("bob-mail")), (Contact("ann", ("sms",)), bob))
    assert set(routed(CRITICAL, alone, Addressees(contacts=("ann",)))) == {"sms"}
    second = Addressees(contacts=("ann",), escalate_to=("bob",))
    assert routed(CRITICAL, alone, second) == {"sms": EVENING, "bob-mail": EVENING}


def test_the_second_contact_is_told_when_nobody_acknowledged() -> None:
    people = People(
        channels("a", "b"), (Contact("ann", ("a",)), Contact("bob", ("b",), quiet=NIGHT, critical_waits=True))
    )
    to = Addressees(contacts=("ann",), escalate_to=("bob",), escalate_after=4 * HOUR)
    assert routed(WARNING, people, to) == {"a": EVENING}
    routes = plan([CRITICAL], line=LINE, to=to, people=people, now=EVENING)
    assert routes == (Route(CRITICAL, "a", EVENING), Route(CRITICAL, "b", MORNING, escalation=True))
    unnamed = Addressees(escalate_to=("bob",), escalate_after=4 * HOUR)
    assert set(routed(WARNING, people, unnamed)) == {"a"}


times = st.times().map(lambda t: t.replace(second=0, microsecond=0))


@given(
    st.sampled_from([s for s in Severity if s is not Severity.OK]),
    st.builds(Hours, times, times),
    st.sampled_from(["UTC", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  Hypothesis wants naive bounds
    st.none() | st.integers(0, 90),
)
def test_whatever_the_hours_nothing_is_dropped(
    severity: Severity, quiet: Hours, zone: str, now: datetime, muted_days: int | None
) -> None:
    people = People(channels("mail"), (Contact("ann", ("mail",), "", zone, quiet),))
    muted = None if muted_days is None else now + timedelta(days=muted_days)
    (route,) = plan([notice(severity)], line=LINE, to=Addressees(), people=people, now=now, muted_until=muted)
    start = max(now, muted or now)
    assert start <= route.not_before < start + timedelta(hours=26)
