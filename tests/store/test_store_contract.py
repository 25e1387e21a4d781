"""What every store promises, on each database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from monitor.core.decide import Decision
from monitor.core.money import Money
from monitor.core.notice import Notice, Why
from monitor.core.reading import Reading
from monitor.core.state import LineState
from monitor.core.words import Kind, Severity, Status
from monitor.ports import DeliveryState, Outcome, Planned, Store

NOW = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
LEASE = timedelta(minutes=2)
HOUR = timedelta(hours=1)


def notice(stage: str, at: datetime = NOW, line: str = "home", episode: str = "money-1") -> Notice:
    return Notice(
        line, at, Kind.LOW_BALANCE, Severity.WARNING, stage, episode, Why.of("run_out", left="12.30 CNY")
    )


def reading(at: datetime, yuan: str = "12.30") -> Reading:
    return Reading(at, status=Status.ACTIVE, balance=Money(Decimal(yuan), "CNY"))


def poll(store: Store, at: datetime, *notices: Notice, channels: tuple[str, ...] = ("mail",)) -> None:
    """One poll of the line ``home``, as ``poll.py`` makes it."""
    [claim] = store.claim_polls(at, 10, LEASE)
    seen = reading(at)
    decision = Decision(LineState(reading=seen), at + HOUR, notices)
    planned = tuple(Planned(n, c, at) for n in notices for c in channels)
    assert store.commit_polls([Outcome("home", claim.token, seen, decision, planned)], at) == []


def test_a_poll_stores_reading_state_notice_and_delivery_together(store: Store) -> None:
    store.sync_lines(["home"], NOW)
    poll(store, NOW, notice("likely"))
    assert store.states()["home"].reading == reading(NOW)
    assert store.history("home", NOW, NOW + HOUR) == [reading(NOW)]
    assert store.next_poll_at() == NOW + HOUR
    [claimed] = store.claim_deliveries(NOW, 10, LEASE)
    assert (claimed.notice, claimed.channel, claimed.attempts) == (notice("likely"), "mail", 0)
    assert store.settle(claimed, DeliveryState.DELIVERED, "250 ok", None, NOW)
    [row] = store.notices()
    assert row.deliveries == (("mail", DeliveryState.DELIVERED, 1, "250 ok"),)
