"""What delivery and acknowledgement ask of every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.core.notice import Notice, Why
from monitor.core.words import Kind, Severity
from monitor.ports import Delivery, DeliveryState, Planned, Settlement, Store

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LEASE, HOUR = timedelta(minutes=2), timedelta(hours=1)
FIRST = Notice("home", NOW, Kind.LOW_BALANCE, Severity.WARNING, "likely", "money-1", Why("run_out"))
SECOND = replace(FIRST, at=NOW + HOUR, stage="urgent", severity=Severity.CRITICAL)


def claim(store: Store, now: datetime) -> dict[str, Delivery]:
    return {d.channel: d for d in store.claim_deliveries(now, 10, LEASE)}


def ends(store: Store, notice: Notice) -> dict[str, tuple[DeliveryState, int]]:
    row = store.notice(notice.id)
    assert row is not None
    return {channel: (state, tries) for channel, state, tries, _ in row.deliveries}


def test_a_notice_that_no_poll_made_is_queued_once(store: Store) -> None:
    digest = Notice("", NOW, Kind.DIGEST, Severity.INFO, "2026-W48", "digest", Why("digest"))
    assert store.enqueue([Planned(digest, "mail", NOW), Planned(digest, "ntfy", NOW)], NOW) == 1
    assert store.enqueue([Planned(digest, "mail", NOW)], NOW) == 0
    assert set(claim(store, NOW)) == {"mail", "ntfy"}


def test_a_claim_tells_of_a_newer_notice_of_its_episode(store: Store) -> None:
    other = replace(SECOND, episode="sight-1")
    planned = [Planned(FIRST, "mail", NOW), Planned(SECOND, "mail", NOW + HOUR), Planned(other, "mail", NOW)]
    store.enqueue([*planned, Planned(FIRST, "ntfy", NOW)], NOW)
    [early] = [d for d in store.claim_deliveries(NOW, 10, timedelta(0)) if d.channel == "mail"]
    assert (early.notice, early.newer) == (FIRST, None)
    late = claim(store, NOW + HOUR)
    assert (late["mail"].notice, late["mail"].newer) == (FIRST, SECOND)
    assert late["ntfy"].newer is None


def test_many_ends_in_one_transaction(store: Store) -> None:
    planned = [Planned(FIRST, c, NOW, escalation=c == "boss") for c in ("mail", "ntfy", "boss", "lamp")]
    store.enqueue(planned, NOW)
    mine = claim(store, NOW)
    assert [c for c, d in mine.items() if d.escalation] == ["boss"]
    store.settle(mine["lamp"], DeliveryState.DELIVERED, "", None, NOW)
    settlements = [
        Settlement(mine["mail"], DeliveryState.DELIVERED),
        Settlement(mine["ntfy"], DeliveryState.QUEUED, "quiet hours", NOW + HOUR, tried=False),
        Settlement(mine["boss"], DeliveryState.QUEUED, "no answer", NOW + HOUR),
        Settlement(mine["lamp"], DeliveryState.DELIVERED),
    ]
    assert store.settle_many(settlements, NOW) == 3
    assert ends(store, FIRST) == {
        "mail": (DeliveryState.DELIVERED, 1),
        "ntfy": (DeliveryState.QUEUED, 0),
        "boss": (DeliveryState.QUEUED, 1),
        "lamp": (DeliveryState.DELIVERED, 1),
    }


def test_another_channel_takes_over_once(store: Store) -> None:
    store.enqueue([Planned(FIRST, "ntfy", NOW)], NOW)
    mine = claim(store, NOW)["ntfy"]
    over = Settlement(mine, DeliveryState.SUPERSEDED, "goes by mail", instead="mail")
    assert store.settle_many([over, over], NOW) == 1
    assert set(claim(store, NOW)) == {"mail"}


def test_an_acknowledged_episode_leaves_the_queue_with_a_record(store: Store) -> None:
    store.enqueue([Planned(FIRST, "mail", NOW + HOUR), Planned(FIRST, "boss", NOW + HOUR, True)], NOW)  # noqa: FBT003  the field's place
    store.enqueue([Planned(SECOND, "mail", NOW + HOUR)], NOW)
    assert store.supersede("home", "money-1", NOW, "acknowledged by ann", NOW) == 2
    assert ends(store, FIRST) == {
        "mail": (DeliveryState.SUPERSEDED, 0),
        "boss": (DeliveryState.SUPERSEDED, 0),
    }
    assert ends(store, SECOND) == {"mail": (DeliveryState.QUEUED, 0)}
    row = store.notice(FIRST.id)
    assert row is not None
    assert {detail for *_, detail in row.deliveries} == {"acknowledged by ann"}


def test_a_lifted_mute_makes_what_waits_due(store: Store) -> None:
    store.enqueue([Planned(FIRST, "mail", NOW + HOUR), Planned(FIRST, "boss", NOW + HOUR, True)], NOW)  # noqa: FBT003  the field's place
    assert store.hasten("home", NOW) == 1
    assert set(claim(store, NOW)) == {"mail"}
    assert store.hasten("home", NOW, escalations=True) == 1
    assert set(claim(store, NOW)) == {"boss"}


def test_answers_are_kept_with_their_notice(store: Store) -> None:
    store.enqueue([Planned(FIRST, "mail", NOW)], NOW)
    assert store.acted(FIRST.id, "snooze", "ann", NOW)
    assert store.acted(FIRST.id, "refused: used", "ann", NOW + HOUR)
    assert not store.acted("0" * 12, "paid", "ann", NOW)
    row = store.notice(FIRST.id)
    assert row is not None
    assert row.answers == ((NOW, "snooze", "ann"), (NOW + HOUR, "refused: used", "ann"))


def test_notes_are_kept_expire_and_are_new_only_once(store: Store) -> None:
    notes = store.notes()
    assert notes.get("a", NOW) is None
    notes.put("a", "1", NOW + HOUR)
    notes.put("a", "2", NOW + HOUR)
    assert (notes.get("a", NOW), notes.get("a", NOW + HOUR)) == ("2", None)
    assert notes.put_new("b", "1", NOW, NOW + HOUR)
    assert not notes.put_new("b", "2", NOW, NOW + HOUR)
    assert notes.put_new("b", "3", NOW + HOUR)
    assert notes.get("b", NOW + 99 * HOUR) == "3"
    notes.drop("b")
    assert notes.get("b", NOW) is None
