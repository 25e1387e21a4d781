"""What a queued notice still has to say when its time comes; how failing channels rest; what shares a message."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.bundle import Common, Item, bundle, storm_of
from monitor.core.delivery import LASTING, Drop, Send, Verdict, Wait, weigh
from monitor.core.health import (
    LONGEST_REST,
    REFUSED_REST,
    WELL,
    Trouble,
    allowance,
    backoff,
    frees_at,
    mended,
    stand_in,
)
from monitor.core.line import Line
from monitor.core.notice import Notice, Why
from monitor.core.people import Addressees, ChannelFacts, Contact, Hours, People
from monitor.core.route import ENDINGS
from monitor.core.state import Episode, LineState
from monitor.core.words import Kind, Severity

NOW = datetime(2026, 11, 23, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)
WARNING = Notice("home", NOW - HOUR, Kind.LOW_BALANCE, Severity.WARNING, "likely", "money-1", Why("run_out"))
URGENT = replace(WARNING, at=NOW, kind=Kind.SUSPENSION_WARNING, severity=Severity.CRITICAL, stage="urgent")
PAID = replace(WARNING, at=NOW, kind=Kind.PAYMENT_SEEN, severity=Severity.INFO, stage="payment_seen")
OPEN = Episode("money-1", "money", NOW - HOUR, Kind.LOW_BALANCE, Severity.WARNING)
STOPPED = Episode("service-1", "service", NOW, Kind.SUSPENDED, Severity.CRITICAL)
LINE = Line("home", "tmf", "+8613812348000")
ALL = Addressees()
ONE = People((ChannelFacts("mail"),))


def look(notice: Notice, *episodes: Episode, people: People = ONE, **more: object) -> Verdict:
    state = LineState(episodes=episodes, muted_until=more.pop("muted_until", None))  # type: ignore[arg-type]  # a table's shorthand
    return weigh(notice, channel="mail", state=state, to=ALL, people=people, now=NOW, **more)  # type: ignore[arg-type]  # the same


def dropped(verdict: Verdict) -> str | None:
    return verdict.why.code if isinstance(verdict, Drop) else None


def test_what_still_holds_is_sent() -> None:
    assert look(WARNING, OPEN) == Send()


@pytest.mark.parametrize("kind", sorted(LASTING))
def test_what_is_over_is_not_told_as_if_it_were_not(kind: Kind) -> None:
    assert dropped(look(replace(WARNING, kind=kind))) == "over"


@pytest.mark.parametrize("kind", sorted(set(Kind) - LASTING))
def test_what_happened_once_needs_no_open_episode(kind: Kind) -> None:
    assert look(replace(WARNING, kind=kind)) == Send()


def test_a_newer_notice_that_is_no_milder_says_it_better() -> None:
    assert dropped(look(WARNING, OPEN, newer=URGENT)) == "superseded"
    assert dropped(look(WARNING, OPEN, newer=PAID)) == "superseded"
    assert look(URGENT, OPEN, newer=WARNING) == Send()


def test_an_ending_is_never_dropped_for_anything_newer() -> None:
    assert look(PAID, newer=replace(WARNING, at=NOW + HOUR)) == Send()


def test_sight_is_not_restored_to_whoever_never_heard_that_it_was_lost() -> None:
    seen = replace(WARNING, kind=Kind.SIGHT_RESTORED)
    assert dropped(look(seen, told=False)) == "nothing_to_end"
    assert look(seen, told=True) == Send()
    assert look(PAID, told=False) == Send()


def test_an_acknowledged_episode_is_silent_up_to_that_moment() -> None:
    acked = replace(OPEN, acked_at=WARNING.at)
    assert dropped(look(WARNING, acked)) == "acknowledged"
    assert look(replace(WARNING, at=NOW, stage="urgent"), acked) == Send()
    assert look(PAID, acked) == Send()


def test_a_stop_that_has_happened_silences_what_foresaw_it() -> None:
    assert dropped(look(WARNING, OPEN, STOPPED)) == "inhibited"
    later = replace(WARNING, at=NOW + HOUR)
    assert look(later, OPEN, STOPPED) == Send()
    due = replace(WARNING, kind=Kind.ARREARS)
    assert look(due, OPEN, STOPPED) == Send()


def test_a_mute_or_snooze_that_began_after_it_was_queued_holds_it_back() -> None:
    muted = look(WARNING, OPEN, muted_until=NOW + HOUR)
    assert isinstance(muted, Wait)
    assert muted.until == NOW + HOUR
    snoozed = look(WARNING, replace(OPEN, snoozed_until=NOW + 2 * HOUR))
    assert isinstance(snoozed, Wait)
    assert snoozed.until == NOW + 2 * HOUR


def test_a_retry_does_not_ring_at_night() -> None:
    asleep = People((ChannelFacts("mail"),), (Contact("ann", ("mail",), quiet=Hours(time(22), time(7))),))
    verdict = look(WARNING, OPEN, people=asleep)
    assert isinstance(verdict, Wait)
    assert verdict.until == NOW + 8 * HOUR
    assert look(URGENT, OPEN, people=asleep) == Send()


moments = st.none() | st.integers(-100, 100).map(lambda m: NOW + timedelta(minutes=m))


@given(
    kind=st.sampled_from(Kind),
    severity=st.sampled_from(Severity),
    acked=moments,
    snoozed=moments,
    muted=moments,
    newer=st.none() | st.sampled_from([URGENT, WARNING, PAID]),
    told=st.booleans(),
)
def test_a_danger_that_holds_is_sent_or_waits_unless_acknowledged_or_told_better(
    *,
    kind: Kind,
    severity: Severity,
    acked: datetime | None,
    snoozed: datetime | None,
    muted: datetime | None,
    newer: Notice | None,
    told: bool,
) -> None:
    notice = replace(WARNING, kind=kind, severity=severity)
    episode = replace(OPEN, acked_at=acked, snoozed_until=snoozed)
    verdict = look(notice, episode, muted_until=muted, newer=newer, told=told)
    match verdict:
        case Drop(why):
            assert why.code in {"superseded", "acknowledged", "nothing_to_end"}
            assert (why.code == "superseded") <= (newer is not None)
            assert (why.code == "acknowledged") <= (acked is not None and notice.at <= acked)
            assert (why.code == "nothing_to_end") <= (kind is Kind.SIGHT_RESTORED and not told)
        case Wait(until):
            assert NOW < until <= max(t for t in (muted, snoozed) if t)
        case Send():
            assert muted is None or muted <= NOW


@given(st.integers(0, 100), st.floats(0, 1, exclude_max=True))
def test_a_failing_channel_is_asked_ever_more_rarely_but_never_given_up(failures: int, jitter: float) -> None:
    assert timedelta(seconds=4) <= backoff(failures, jitter) <= LONGEST_REST * 1.2
    assert backoff(failures, jitter) <= backoff(failures + 2, jitter)


def test_health_remembers_since_when_a_channel_fails() -> None:
    first = WELL.failed(Trouble.PASSING, "no answer", NOW, 0.5)
    assert first.rests(NOW)
    assert first.resting_until == NOW + timedelta(seconds=5)
    second = first.failed(Trouble.PASSING, "no answer", NOW + HOUR, 0.5)
    assert (second.failures, second.failing_since) == (2, NOW)
    assert not second.rests(NOW + 2 * HOUR)


def test_critical_goes_another_way_after_minutes_and_the_rest_after_half_an_hour() -> None:
    sick = WELL.failed(Trouble.PASSING, "", NOW, 0.5)
    minutes = timedelta(minutes=1)
    assert not sick.gives_way(Severity.CRITICAL, NOW + 4 * minutes)
    assert sick.gives_way(Severity.CRITICAL, NOW + 5 * minutes)
    assert not sick.gives_way(Severity.WARNING, NOW + 29 * minutes)
    assert sick.gives_way(Severity.WARNING, NOW + 30 * minutes)


def test_a_channel_that_refuses_for_good_is_disabled_and_gives_way_at_once() -> None:
    refused = WELL.failed(Trouble.LASTING, "wrong token", NOW, 0.5)
    assert refused.disabled
    assert refused.resting_until == NOW + REFUSED_REST
    assert refused.gives_way(Severity.INFO, NOW)
    again = mended(refused)
    assert not again.rests(NOW)
    assert again.failing_since == NOW


def test_the_cap_counts_the_last_hour() -> None:
    sent = [NOW - HOUR, NOW - HOUR / 2, NOW - HOUR / 3]
    assert allowance(sent, 3, NOW) == 1
    assert allowance(sent, 2, NOW) == 0
    assert allowance(sent, None, NOW) is None
    assert frees_at(sent, NOW) == NOW + HOUR / 2


def replaced(people: People, to: Addressees = ALL, taken: set[str] = frozenset(), **more: object) -> str:  # type: ignore[assignment]  # an empty set
    notice = replace(WARNING, **more)  # type: ignore[arg-type]  # a table's shorthand
    return stand_in(notice, "push", line=LINE, to=to, people=people, taken=taken, ailing={"sick"})


def facts(*names: str) -> tuple[ChannelFacts, ...]:
    return tuple(ChannelFacts(n) for n in names)


def test_the_readers_other_channel_stands_in_first() -> None:
    people = People(facts("push", "lamp", "mail", "sick"), (Contact("ann", ("push", "sick", "mail")),))
    assert replaced(people) == "mail"
    assert replaced(people, taken={"mail"}) == "lamp"
    assert replaced(people, taken={"mail", "lamp"}) == ""


def test_what_is_critical_does_not_change_over_to_the_watched_line() -> None:
    people = People((*facts("push"), ChannelFacts("sms", runs_over=("home",)), *facts("mail")))
    assert replaced(people) == "sms"
    assert replaced(people, severity=Severity.CRITICAL) == "mail"


def test_nobody_elses_channel_stands_in() -> None:
    people = People(facts("push", "bobs"), (Contact("ann", ("push",)), Contact("bob", ("bobs",))))
    assert replaced(people, Addressees(contacts=("ann",))) == ""


BLIND = Why.of("blind", failure="timeout")


def item(ref: int, line: str, kind: Kind = Kind.LOW_BALANCE, *, account: str = "", minutes: int = 0) -> Item:
    why = BLIND if kind is Kind.BLIND else Why("x")
    severity = Severity.CRITICAL if kind is Kind.SUSPENDED else Severity.WARNING
    at = NOW + timedelta(minutes=minutes)
    return Item(
        ref, Line(line, "tmf", account=account), Notice(line, at, kind, severity, "s", f"e{ref}", why)
    )


def shape(items: list[Item], allowed: int | None = None) -> list[tuple[Common, list[int]]]:
    return [(b.common, [i.ref for i in b.items]) for b in bundle(items, allowed)]


def test_lines_of_one_account_share_a_message_and_others_do_not() -> None:
    items = [item(1, "a", account="flat"), item(2, "b"), item(3, "c", account="flat"), item(4, "b")]
    assert shape(items) == [(Common.ACCOUNT, [1, 3]), (Common.LINE, [2, 4])]
    assert shape([item(1, "a", account="flat")]) == [(Common.LINE, [1])]


def test_a_carrier_that_is_down_is_one_message_and_other_news_is_not_drowned_in_it() -> None:
    blind = [item(n, f"l{n}", Kind.BLIND, account=f"a{n % 2}") for n in range(500)]
    shapes = shape([*blind, item(900, "l7", Kind.SUSPENDED)])
    assert [c for c, _ in shapes] == [Common.CARRIER, Common.LINE]
    assert len(shapes[0][1]) == 500
    assert shape(blind[:2]) == [(Common.LINE, [0]), (Common.LINE, [1])]


def test_lines_that_fail_for_different_reasons_are_different_news() -> None:
    wrong = Why.of("blind", failure="auth")
    mixed = [item(n, f"l{n}", Kind.BLIND) for n in range(4)]
    mixed += [replace(i, ref=i.ref + 10, notice=replace(i.notice, why=wrong)) for i in mixed]
    assert [len(b.items) for b in bundle(mixed)] == [4, 4]
    assert storm_of(LINE, mixed[0].notice) != storm_of(LINE, mixed[-1].notice)
    assert storm_of(LINE, WARNING) is None


def test_a_line_that_follows_two_others_makes_the_crowd() -> None:
    one = item(1, "l1", Kind.BLIND)
    assert shape([one]) == [(Common.LINE, [1])]
    storm = storm_of(one.line, one.notice)
    assert storm is not None
    assert [b.common for b in bundle([one], storms={storm})] == [Common.CARRIER]


def test_the_cap_gives_the_worst_their_own_message_and_the_rest_one() -> None:
    items = [item(n, f"l{n}", minutes=n) for n in range(29)] + [item(99, "bad", Kind.SUSPENDED, minutes=50)]
    shapes = shape(items, 3)
    assert shapes == [
        (Common.LINE, [0]),
        (Common.LINE, [99]),
        (Common.CAP, list(range(1, 29))),
    ]
    assert len(bundle(items, 30)) == 30


kinds = st.sampled_from([Kind.BLIND, Kind.SIGHT_RESTORED, Kind.LOW_BALANCE, Kind.SUSPENDED])
some = st.builds(
    item, st.just(0), st.sampled_from("abcdef"), kinds, account=st.sampled_from(["", "x", "y"]), minutes=st.integers(0, 9)
)  # fmt: skip


@given(st.lists(some, max_size=30), st.none() | st.integers(1, 5))
def test_no_notice_is_lost_or_doubled_by_bundling(items: list[Item], allowed: int | None) -> None:
    numbered = [replace(i, ref=n) for n, i in enumerate(items)]
    bundles = bundle(numbered, allowed)
    assert sorted(i.ref for b in bundles for i in b.items) == list(range(len(items)))
    assert allowed is None or len(bundles) <= allowed
    for found in bundles:
        assert [i.notice.at for i in found.items] == sorted(i.notice.at for i in found.items)


def test_endings_are_told_apart_from_dangers() -> None:
    assert not ENDINGS & LASTING
