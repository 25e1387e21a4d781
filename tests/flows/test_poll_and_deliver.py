"""One poll and one delivery on a real database: what is promised holds also when carrier, channel or process fail."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from fakes import RecordingChannel, ScriptedCarrier, StepClock, watched

from monitor.core.money import Money
from monitor.core.reading import Failure, Reading
from monitor.core.words import FailureKind, Kind, Status
from monitor.crew import Crew, Job
from monitor.deliver import Desk
from monitor.messages import TemplateComposer
from monitor.poll import Poller
from monitor.ports import Planned, SendResult, Settlement, Store, StoreError, Watched
from monitor.store import open_store

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
GOOD = Reading(NOW, status=Status.ACTIVE, balance=Money(Decimal(50), "CNY"))
STOPPED = Reading(NOW, status=Status.SUSPENDED, balance=Money(Decimal("-3.50"), "CNY"))
LOGIN = Failure(NOW, FailureKind.AUTH, "the session has expired")


class House:
    """Poller and desk on one database, one line, one channel."""

    def __init__(self, store: Store, carrier: ScriptedCarrier, *lines: Watched) -> None:
        self.clock, self.carrier, self.channel = StepClock(NOW), carrier, RecordingChannel("push")
        known = {w.line.name: w for w in lines or (watched(),)}
        store.sync_lines(known, NOW)
        self.store = store
        self.poller = Poller(
            store=store,
            carriers=lambda _: carrier,
            watched=known,
            route=lambda _w, _s, decision, now: [Planned(n, "push", now) for n in decision.notices],
            clock=self.clock,
            seconds=0.2,
            workers=2,
        )
        composer = TemplateComposer(language=lambda _: "en", zone=lambda _: "UTC")
        self.desk = Desk(
            store=store,
            channels={"push": self.channel},
            watched=known,
            composer=composer,
            clock=self.clock,
            seconds=5,
            jitter=lambda: 0.5,
        )

    def step(self, by: timedelta = timedelta(hours=6)) -> None:
        self.poller.round()
        self.desk.round()
        self.clock.forward(by)

    def kinds(self) -> list[Kind]:
        return [row.notice.kind for row in reversed(self.store.notices())]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'monitor.db'}")
    yield opened
    opened.close()


def test_a_danger_is_told_once_and_not_again_by_the_next_polls(store: Store) -> None:
    house = House(store, ScriptedCarrier({"home": [STOPPED]}))
    for _ in range(4):
        house.step()
    assert len(house.channel.got) == 1


def test_a_channel_that_is_down_gets_its_message_when_it_is_back(store: Store) -> None:
    house = House(store, ScriptedCarrier({"home": [STOPPED]}))
    house.channel.failures = [SendResult.RETRY, SendResult.RETRY]
    house.step(timedelta(seconds=30))
    assert not house.channel.got
    house.step(timedelta(seconds=30))
    house.step(timedelta(seconds=30))
    assert len(house.channel.got) == 1
    assert store.notices()[0].deliveries[0][2] == 3


def test_a_failed_poll_keeps_the_status_and_tells_of_blindness_not_of_recovery(store: Store) -> None:
    house = House(store, ScriptedCarrier({"home": [STOPPED, LOGIN]}))
    for _ in range(6):
        house.step()
    state = store.states(["home"])["home"]
    assert state.reading is not None
    assert state.reading.balance == STOPPED.balance
    assert Kind.BLIND in house.kinds()
    assert not {Kind.PAYMENT_SEEN, Kind.RESTORED} & set(house.kinds())


def test_polls_are_spread_a_little_later_and_never_sooner(store: Store) -> None:
    house = House(store, ScriptedCarrier({"home": [GOOD]}))
    house.poller._jitter = lambda: 1.0
    house.poller.round()
    assert store.next_poll_at() == NOW + timedelta(hours=6) * 1.05


def test_lines_of_one_account_are_asked_in_one_call(store: Store) -> None:
    lines = [watched(n, url="https://a") for n in ("one", "two")] + [watched("three", url="https://b")]
    house = House(store, ScriptedCarrier({n: [GOOD] for n in ("one", "two", "three")}), *lines)
    house.poller.round()
    assert sorted(house.carrier.asked) == [("one", "two"), ("three",)]


def test_a_line_that_the_connector_forgets_has_failed_and_is_not_fine(store: Store) -> None:
    house = House(store, ScriptedCarrier({}))
    house.poller.round()
    failure = store.states(["home"])["home"].failure
    assert failure is not None
    assert failure.kind is FailureKind.MALFORMED


def test_a_carrier_that_hangs_is_a_time_out_and_its_late_answer_is_refused(store: Store) -> None:
    house = House(store, ScriptedCarrier({"home": [GOOD]}))
    claims = store.claim_polls(NOW, 10, timedelta(minutes=5))
    house.poller._overdue(claims)
    assert house.poller.poll(claims) == []
    state = store.states(["home"])["home"]
    assert state.failure is not None
    assert state.failure.kind is FailureKind.TIMEOUT
    assert state.reading is None


def test_a_second_process_cannot_take_over_while_the_first_lives(store: Store, tmp_path: Path) -> None:
    other = open_store(f"sqlite:///{tmp_path / 'monitor.db'}")
    assert store.take_over("a")
    assert not other.take_over("b")
    store.close()
    assert other.take_over("b")
    other.close()


def test_taking_over_frees_what_a_dead_process_had_claimed(store: Store, tmp_path: Path) -> None:
    House(store, ScriptedCarrier({"home": [GOOD]}))
    assert store.claim_polls(NOW, 10, timedelta(hours=1))
    other = open_store(f"sqlite:///{tmp_path / 'monitor.db'}")
    assert other.claim_polls(NOW, 10, timedelta(hours=1)) == []
    assert other.take_over("next")
    assert [c.line for c in other.claim_polls(NOW, 10, timedelta(hours=1))] == ["home"]
    other.close()


def test_a_job_that_overstays_is_abandoned_and_others_go_on() -> None:
    crew, gate, told, done = Crew("test", 1), threading.Event(), threading.Event(), threading.Event()
    crew.submit(Job(lambda _: gate.wait(30), told.set, 0.01))
    crew.submit(Job(lambda _: done.set(), told.clear, 30))
    while not told.is_set():
        crew.reap()
        time.sleep(0.005)
    crew.submit(Job(lambda _: None, told.clear, 30))
    assert done.wait(10)
    gate.set()
    assert crew.close(10)


def test_a_database_that_fails_in_the_middle_of_a_round_does_not_silence_the_channel(store: Store) -> None:
    house = House(store, ScriptedCarrier({"home": [STOPPED]}))
    house.poller.round()
    settle, broken = store.settle_many, [True]

    def fails_once(settlements: Sequence[Settlement], now: datetime) -> int:
        if broken:
            broken.clear()
            raise StoreError("the disk is full", next_step="make room", retryable=True)
        return settle(settlements, now)

    store.settle_many = fails_once  # type: ignore[method-assign]  # the real one follows
    assert house.desk.tick() == 1
    while "push" in house.desk._busy:
        time.sleep(0.005)
    assert not broken
    house.clock.forward(timedelta(hours=3))
    assert house.desk.tick() == 1
    while "push" in house.desk._busy:
        time.sleep(0.005)
    assert store.outbox_age(house.clock.now) is None
    assert len(house.channel.got) == 2, "it may repeat, and never loses"
