"""What every store promises, on each database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from monitor.core.decide import Decision
from monitor.core.money import Money
from monitor.core.notice import Notice, Why
from monitor.core.reading import Event, Failure, Reading, Seen
from monitor.core.state import Episode, LineState
from monitor.core.words import FailureKind, Kind, Severity, Status
from monitor.ports import Cutoffs, Delivery, DeliveryState, Outcome, Planned, PollClaim, Settlement, Store

NOW = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
LEASE = timedelta(minutes=2)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def notice(stage: str, at: datetime = NOW, line: str = "home", episode: str = "money-1") -> Notice:
    why = Why.of("run_out", left="12.30 CNY", sure=None, days=3)
    return Notice(line, at, Kind.LOW_BALANCE, Severity.WARNING, stage, episode, why)


def reading(at: datetime, yuan: str = "12.30") -> Reading:
    return Reading(at, status=Status.ACTIVE, balance=Money(Decimal(yuan), "CNY"))


def outcome(
    claim: PollClaim, seen: Seen | None, *notices: Notice, channels: Sequence[str] = ("mail",)
) -> Outcome:
    at = seen.observed_at if seen else NOW
    last = seen if isinstance(seen, Reading) else claim.state.reading
    decision = Decision(replace(claim.state, reading=last), at + HOUR, notices)
    planned = tuple(Planned(n, c, at) for n in notices for c in channels)
    return Outcome(claim.line, claim.token, seen, decision, planned)


def poll(store: Store, at: datetime, *notices: Notice, channels: Sequence[str] = ("mail",)) -> None:
    """One poll of the line ``home``, as ``poll.py`` makes it."""
    [claim] = store.claim_polls(at, 10, LEASE)
    assert store.commit_polls([outcome(claim, reading(at), *notices, channels=channels)], at) == []


def stages(claimed: Sequence[Delivery]) -> list[str]:
    return [d.notice.stage for d in claimed]


@pytest.fixture
def home(store: Store) -> Store:
    store.sync_lines(["home"], NOW)
    return store


def test_a_poll_stores_reading_state_notice_and_delivery_together(home: Store) -> None:
    poll(home, NOW, notice("likely"))
    assert home.states()["home"].reading == reading(NOW)
    assert home.history("home", NOW, NOW + HOUR) == [reading(NOW)]
    assert home.next_poll_at() == NOW + HOUR
    [claimed] = home.claim_deliveries(NOW, 10, LEASE)
    assert (claimed.notice, claimed.channel, claimed.attempts) == (notice("likely"), "mail", 0)
    assert home.settle(claimed, DeliveryState.DELIVERED, "250 ok", None, NOW)
    [row] = home.notices()
    assert row.deliveries == (("mail", DeliveryState.DELIVERED, 1, "250 ok"),)


# --- whose turn it is -----------------------------------------------------------------------------------------------


def test_the_most_overdue_line_comes_first_and_nobody_gets_it_twice(store: Store) -> None:
    store.sync_lines(["b"], NOW - HOUR)
    store.sync_lines(["a", "b", "c"], NOW)
    first = store.claim_polls(NOW, 2, LEASE)
    second = store.claim_polls(NOW, 9, LEASE)
    assert first[0].line == "b"
    assert {c.line for c in first}.isdisjoint(c.line for c in second)
    assert {c.line for c in (*first, *second)} == {"a", "b", "c"}


def test_a_line_is_not_due_before_its_time(home: Store) -> None:
    assert home.claim_polls(NOW - timedelta(microseconds=1), 9, LEASE) == []
    poll(home, NOW)
    assert home.claim_polls(NOW + HOUR - timedelta(microseconds=1), 9, LEASE) == []
    assert len(home.claim_polls(NOW + HOUR, 9, LEASE)) == 1


def test_an_outcome_whose_lease_was_lost_stores_nothing(home: Store) -> None:
    [slow] = home.claim_polls(NOW, 9, LEASE)
    later = NOW + LEASE
    [quick] = home.claim_polls(later, 9, LEASE)
    assert home.commit_polls([outcome(slow, reading(later, "1.00"), notice("x"))], later) == ["home"]
    assert home.history("home", NOW, NOW + HOUR) == []
    assert home.notices() == []
    assert home.commit_polls([outcome(quick, reading(later))], later) == []


def test_a_late_outcome_is_taken_as_long_as_nobody_else_claimed_the_line(home: Store) -> None:
    [claim] = home.claim_polls(NOW, 9, LEASE)
    late = NOW + 10 * LEASE
    assert home.commit_polls([outcome(claim, reading(late))], late) == []


def test_a_batch_stores_the_good_ones_and_names_the_lost_ones(store: Store) -> None:
    store.sync_lines(["a", "b", "c"], NOW)
    claims = {c.line: c for c in store.claim_polls(NOW, 9, LEASE)}
    outcomes = [
        outcome(claims["a"], reading(NOW)),
        replace(outcome(claims["b"], reading(NOW)), token="stolen"),
        outcome(replace(claims["c"], line="gone"), reading(NOW)),
        outcome(claims["c"], Failure(NOW, FailureKind.TIMEOUT, "slow", timedelta(seconds=90))),
    ]
    assert store.commit_polls(outcomes, NOW) == ["b", "gone"]
    states = store.states()
    assert (states["a"].reading, states["b"].reading) == (reading(NOW), None)
    assert store.history("c", NOW, NOW + HOUR) == [outcomes[3].seen]


def test_lines_given_back_are_due_as_before(home: Store) -> None:
    claims = home.claim_polls(NOW, 9, LEASE)
    assert home.next_poll_at() == NOW + LEASE
    home.release_polls(claims)
    assert home.next_poll_at() == NOW
    assert len(home.claim_polls(NOW, 9, LEASE)) == 1


def test_only_the_lines_asked_for_are_claimed(store: Store) -> None:
    store.sync_lines(["a", "b"], NOW)
    assert [c.line for c in store.claim_polls(NOW, 9, LEASE, ["b"])] == ["b"]
    assert store.claim_polls(NOW, 9, LEASE, []) == []


def test_lines_that_left_the_settings_rest_and_return_with_their_memory(store: Store) -> None:
    store.sync_lines(["home", "work"], NOW)
    for claim in store.claim_polls(NOW, 9, LEASE):
        store.commit_polls([outcome(claim, reading(NOW))], NOW)
    store.sync_lines(["work"], NOW)
    assert list(store.states()) == ["work"]
    assert store.states(["home"])["home"].reading == reading(NOW)
    assert [c.line for c in store.claim_polls(NOW + HOUR, 9, LEASE)] == ["work"]
    store.sync_lines(["home", "work"], NOW + HOUR)
    assert store.states()["home"].reading == reading(NOW)
    assert [c.line for c in store.claim_polls(NOW + HOUR, 9, LEASE)] == ["home"]


def test_syncing_again_changes_no_due_time(home: Store) -> None:
    poll(home, NOW)
    home.sync_lines(["home"], NOW + MINUTE)
    assert home.next_poll_at() == NOW + HOUR


def test_a_line_can_be_made_due_now(home: Store) -> None:
    poll(home, NOW)
    home.poll_now(["home", "nobody"], NOW + MINUTE)
    assert home.next_poll_at() == NOW + MINUTE
    home.poll_now(["home"], NOW + 2 * MINUTE)
    assert home.next_poll_at() == NOW + MINUTE  # it was due already, and does not lose its place
    home.poll_now([], NOW)


def test_without_lines_nothing_is_due(store: Store) -> None:
    assert store.next_poll_at() is None
    assert store.claim_polls(NOW, 9, LEASE) == []
    assert store.commit_polls([], NOW) == []


# --- what is remembered ---------------------------------------------------------------------------------------------


def test_every_kind_of_observation_comes_back_as_it_was(home: Store) -> None:
    shanghai = NOW.astimezone(tz=datetime.strptime("+0800", "%z").tzinfo)
    seen: list[Reading | Failure | Event] = [
        replace(reading(shanghai, "-0.10"), due_on=NOW.date(), partial=("data", "roaming"), plan="5G 畅享"),
        Failure(NOW + MINUTE, FailureKind.RATE_LIMITED, "慢一点", timedelta(seconds=1.5)),
        Event(NOW + 2 * MINUTE, "payment", Money(Decimal("50.00"), "CNY"), "paid at a shop"),
    ]
    for one in seen:
        assert home.update("home", lambda state: (state, ()), NOW, one)
    assert home.history("home", NOW, NOW + HOUR) == seen


def test_history_is_a_half_open_span_oldest_first(home: Store) -> None:
    for minute in (3, 1, 2):
        home.update("home", lambda s: (s, ()), NOW, reading(NOW + minute * MINUTE))
    at = [s.observed_at for s in home.history("home", NOW + MINUTE, NOW + 3 * MINUTE)]
    assert at == [NOW + MINUTE, NOW + 2 * MINUTE]
    assert home.history("work", NOW, NOW + HOUR) == []


def test_two_observations_of_one_instant_are_both_kept_and_the_same_one_once(home: Store) -> None:
    for one in (reading(NOW), Event(NOW, "sms:arrears"), reading(NOW), Event(NOW, "sms:arrears")):
        home.update("home", lambda s: (s, ()), NOW, one)
    assert home.history("home", NOW, NOW + HOUR) == [reading(NOW), Event(NOW, "sms:arrears")]


def test_old_readings_are_forgotten_and_the_state_is_not(home: Store) -> None:
    poll(home, NOW)
    poll(home, NOW + HOUR)
    assert home.forget_old(Cutoffs(NOW + HOUR), NOW + HOUR).readings == 1
    assert home.history("home", NOW, NOW + 9 * HOUR) == [reading(NOW + HOUR)]
    assert home.forget_old(Cutoffs(NOW + 9 * HOUR), NOW + HOUR).readings == 1
    assert home.states()["home"].reading == reading(NOW + HOUR)


def test_a_naive_instant_is_refused(home: Store) -> None:
    with pytest.raises(ValueError, match="time zone"):
        home.poll_now(["home"], NOW.replace(tzinfo=None))


# --- changes from outside a poll ------------------------------------------------------------------------------------


def test_an_update_changes_the_state_and_queues_what_follows(home: Store) -> None:
    said = notice("ack-test")
    assert home.update(
        "home", lambda s: (replace(s, failures=s.failures + 3), [Planned(said, "mail", NOW)]), NOW
    )
    assert home.states()["home"].failures == 3
    assert stages(home.claim_deliveries(NOW, 9, LEASE)) == ["ack-test"]
    assert not home.update("nobody", lambda s: (s, ()), NOW)


def test_an_update_wins_over_the_poll_that_was_decided_on_the_old_state(home: Store) -> None:
    [claim] = home.claim_polls(NOW, 9, LEASE)
    home.update("home", lambda s: (replace(s, failures=7), ()), NOW)
    assert home.commit_polls([outcome(claim, reading(NOW), notice("x"))], NOW) == ["home"]
    assert home.states()["home"].failures == 7
    assert [c.state.failures for c in home.claim_polls(NOW, 9, LEASE)] == [7]


def test_an_update_that_changes_nothing_leaves_a_poll_alone(home: Store) -> None:
    [claim] = home.claim_polls(NOW, 9, LEASE)
    home.update("home", lambda s: (s, ()), NOW, Event(NOW, "record"))
    assert home.commit_polls([outcome(claim, reading(NOW))], NOW) == []


def test_an_update_that_fails_stores_nothing(home: Store) -> None:
    def break_it(state: LineState) -> tuple[LineState, Sequence[Planned]]:
        raise KeyError(state)

    with pytest.raises(KeyError):
        home.update("home", break_it, NOW, reading(NOW))
    assert home.history("home", NOW, NOW + HOUR) == []
    home.check()


def test_an_acknowledged_episode_shows_on_its_notices(home: Store) -> None:
    poll(home, NOW, notice("likely"), notice("blind", episode="sight-1"))
    episode = Episode("money-1", "money", NOW, Kind.LOW_BALANCE, Severity.WARNING, acked_at=NOW + MINUTE)
    home.update("home", lambda s: (replace(s, episodes=(episode,)), ()), NOW + MINUTE)
    assert {r.notice.stage: r.acked_at for r in home.notices()} == {"likely": NOW + MINUTE, "blind": None}


# --- the outbox -----------------------------------------------------------------------------------------------------


def test_the_same_notice_is_stored_and_delivered_once(home: Store) -> None:
    poll(home, NOW, notice("likely"), channels=("mail", "ntfy"))
    poll(home, NOW + HOUR, notice("likely", NOW + HOUR), channels=("mail", "ntfy"))
    home.update("home", lambda s: (s, [Planned(notice("likely"), "mail", NOW)] * 2), NOW)
    [row] = home.notices()
    assert row.notice.at == NOW
    assert [channel for channel, *_ in row.deliveries] == ["mail", "ntfy"]
    assert len(home.claim_deliveries(NOW + HOUR, 9, LEASE)) == 2


def test_a_notice_nobody_is_to_hear_of_is_kept_all_the_same(home: Store) -> None:
    poll(home, NOW, notice("muted"), channels=())
    assert [(r.notice.stage, r.deliveries) for r in home.notices()] == [("muted", ())]


def test_a_delivery_waits_for_its_time(home: Store) -> None:
    home.enqueue([Planned(notice("quiet"), "mail", NOW + HOUR)], NOW)
    assert home.claim_deliveries(NOW, 9, LEASE) == []
    assert home.outbox_age(NOW) is None
    assert stages(home.claim_deliveries(NOW + HOUR, 9, LEASE)) == ["quiet"]


def test_a_crash_before_the_end_repeats_the_delivery_with_the_same_id(home: Store) -> None:
    poll(home, NOW, notice("likely"))
    [first] = home.claim_deliveries(NOW, 9, LEASE)
    assert home.claim_deliveries(NOW + LEASE - MINUTE, 9, LEASE) == []
    [again] = home.claim_deliveries(NOW + LEASE, 9, LEASE)
    assert (again.id, again.notice.id) == (first.id, first.notice.id)
    assert not home.settle(first, DeliveryState.QUEUED, "late", NOW + HOUR, NOW + LEASE)
    assert home.settle(again, DeliveryState.DELIVERED, "", None, NOW + LEASE)


def test_a_late_success_ends_the_delivery_whoever_holds_it_now(home: Store) -> None:
    poll(home, NOW, notice("likely"))
    [slow] = home.claim_deliveries(NOW, 9, LEASE)
    [quick] = home.claim_deliveries(NOW + LEASE, 9, LEASE)
    assert not home.settle(slow, DeliveryState.DELIVERED, "it did arrive", None, NOW + LEASE)
    assert not home.settle(quick, DeliveryState.QUEUED, "failed", NOW + LEASE, NOW + LEASE)
    assert home.claim_deliveries(NOW + 9 * HOUR, 9, LEASE) == []


def test_a_failed_attempt_is_tried_again_at_its_time_and_counts(home: Store) -> None:
    poll(home, NOW, notice("likely"))
    [first] = home.claim_deliveries(NOW, 9, LEASE)
    home.settle(first, DeliveryState.QUEUED, "connection refused", NOW + MINUTE, NOW)
    assert home.claim_deliveries(NOW + MINUTE / 2, 9, LEASE) == []
    [second] = home.claim_deliveries(NOW + MINUTE, 9, LEASE)
    assert second.attempts == 1
    assert home.outbox_age(NOW + MINUTE) == MINUTE
    home.settle(second, DeliveryState.REFUSED, "no such address", None, NOW + MINUTE)
    assert home.claim_deliveries(NOW + HOUR, 9, LEASE) == []
    assert home.outbox_age(NOW + HOUR) is None


def test_what_is_not_sent_is_no_attempt(home: Store) -> None:
    poll(home, NOW, notice("likely"))
    [one] = home.claim_deliveries(NOW, 9, LEASE)
    home.settle(one, DeliveryState.SUPERSEDED, "a newer one says it better", None, NOW)
    [row] = home.notices()
    assert row.deliveries == (("mail", DeliveryState.SUPERSEDED, 0, "a newer one says it better"),)


def test_a_later_notice_waits_for_an_earlier_one_on_its_channel_alone(home: Store) -> None:
    poll(home, NOW, notice("first"), channels=("mail", "ntfy"))
    poll(home, NOW + HOUR, notice("second", NOW + HOUR), channels=("mail", "ntfy"))
    at = NOW + HOUR
    first = {d.channel: d for d in home.claim_deliveries(at, 9, LEASE)}
    assert {c: d.notice.stage for c, d in first.items()} == {"mail": "first", "ntfy": "first"}
    home.settle(first["mail"], DeliveryState.DELIVERED, "", None, at)
    home.settle(first["ntfy"], DeliveryState.QUEUED, "down", at + MINUTE, at)
    [next_] = home.claim_deliveries(at, 9, LEASE)
    assert (next_.channel, next_.notice.stage) == ("mail", "second")
    again = home.claim_deliveries(at + MINUTE, 9, LEASE)
    assert [(d.channel, d.notice.stage) for d in again] == [("ntfy", "first")]


def test_a_long_backoff_or_quiet_hours_hold_nothing_back(home: Store) -> None:
    home.enqueue([Planned(notice("quiet"), "mail", NOW + 9 * HOUR)], NOW)
    home.enqueue([Planned(notice("failing"), "ntfy", NOW)], NOW)
    [failing] = home.claim_deliveries(NOW, 9, LEASE)
    home.settle(failing, DeliveryState.QUEUED, "down", NOW + 9 * HOUR, NOW)
    late = notice("urgent", NOW + MINUTE)
    home.enqueue([Planned(late, "mail", NOW + MINUTE), Planned(late, "ntfy", NOW + MINUTE)], NOW + MINUTE)
    assert stages(home.claim_deliveries(NOW + MINUTE, 9, LEASE)) == ["urgent", "urgent"]


def test_a_new_notice_makes_the_failed_one_before_it_try_again_at_once(home: Store) -> None:
    poll(home, NOW, notice("first"))
    [first] = home.claim_deliveries(NOW, 9, LEASE)
    home.settle(first, DeliveryState.QUEUED, "down", NOW + HOUR, NOW)
    home.enqueue([Planned(notice("second", NOW + MINUTE), "mail", NOW + MINUTE)], NOW + MINUTE)
    [again] = home.claim_deliveries(NOW + MINUTE, 9, LEASE)
    assert again.notice.stage == "first"
    home.settle(again, DeliveryState.DELIVERED, "", None, NOW + MINUTE)
    assert stages(home.claim_deliveries(NOW + MINUTE, 9, LEASE)) == ["second"]


def test_notices_of_one_instant_are_claimed_together(home: Store) -> None:
    poll(home, NOW, notice("a"), notice("b"), notice("c"))
    assert stages(home.claim_deliveries(NOW, 9, LEASE)) == ["a", "b", "c"]


def test_only_channels_asked_for_are_claimed(home: Store) -> None:
    poll(home, NOW, notice("a"), channels=("mail", "ntfy"))
    assert [d.channel for d in home.claim_deliveries(NOW, 9, LEASE, ["ntfy"])] == ["ntfy"]


def test_notices_are_listed_newest_first_and_found_by_a_unique_beginning(home: Store) -> None:
    some = [notice(f"n{i}", NOW + i * MINUTE) for i in range(40)]
    home.enqueue([Planned(n, "mail", NOW) for n in some], NOW)
    assert [r.notice for r in home.notices("home", 3)] == some[:-4:-1]
    assert home.notices("work") == []
    full = some[7].id
    assert (found := home.notice(full)) is not None
    assert found.notice == some[7]
    shared = next(p for p in "0123456789abcdef" if sum(n.id.startswith(p) for n in some) > 1)
    assert home.notice(shared) is None
    unique = next(full[:n] for n in range(1, 13) if sum(s.id.startswith(full[:n]) for s in some) == 1)
    assert (found := home.notice(unique)) is not None
    assert found.notice.id == full
    assert home.notice("") is None
    assert home.notice("%") is None


def test_a_storm_of_thousands_is_queued_and_settled_in_batches(store: Store) -> None:
    names = [f"l{i:04}" for i in range(1200)]
    store.sync_lines(names, NOW)
    claims = store.claim_polls(NOW, 2000, LEASE)
    failed = Failure(NOW, FailureKind.UNREACHABLE)
    outcomes = [outcome(c, failed, notice("blind", NOW, c.line)) for c in claims]
    assert store.commit_polls(outcomes, NOW) == []
    claimed = store.claim_deliveries(NOW, 2000, LEASE)
    assert len({d.notice.line for d in claimed}) == 1200
    assert store.settle_many([Settlement(d, DeliveryState.DELIVERED) for d in claimed], NOW) == 1200
    assert store.outbox_age(NOW + HOUR) is None
    assert store.verify_trail() == []


# --- one daemon, the vault, health ----------------------------------------------------------------------------------


def test_a_daemon_that_takes_over_frees_what_its_dead_predecessor_held(home: Store) -> None:
    poll(home, NOW, notice("likely"))
    home.poll_now(["home"], NOW)
    assert home.claim_polls(NOW, 9, LEASE)
    assert home.claim_deliveries(NOW, 9, LEASE)
    assert home.take_over("daemon")
    assert len(home.claim_polls(NOW, 9, LEASE)) == 1
    assert len(home.claim_deliveries(NOW, 9, LEASE)) == 1


def test_the_vault_keeps_replaces_and_forgets(store: Store) -> None:
    vault = store.vault()
    assert vault.get("tmf/home") is None
    vault.put("tmf/home", "令牌-1")
    vault.put("tmf/home", "令牌-2", datetime(2999, 1, 1, tzinfo=UTC))
    assert vault.get("tmf/home") == "令牌-2"
    vault.put("old", "x", datetime(2001, 1, 1, tzinfo=UTC))
    assert vault.get("old") is None
    vault.drop("tmf/home")
    assert vault.get("tmf/home") is None


def test_a_healthy_store_passes_its_check_and_closes_twice(store: Store) -> None:
    store.check()
    store.close()
    store.close()
