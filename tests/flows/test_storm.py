"""Ten thousand lines of one carrier go blind at once: one message per contact and rung, memory flat, within the cap."""

from __future__ import annotations

import resource
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from fakes import RecordingChannel, StepClock

from monitor.core.line import Line
from monitor.core.money import Money
from monitor.core.people import Addressees, ChannelFacts, Contact, People
from monitor.core.reading import Failure, Reading
from monitor.core.route import plan
from monitor.core.words import FailureKind, Kind, Status
from monitor.deliver import Desk
from monitor.messages import TemplateComposer
from monitor.poll import Poller
from monitor.ports import DeliveryState, Planned, Round, Watched
from monitor.store import open_store

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


@dataclass
class Carrier:
    """Answers for everybody, or for those only whose turn has come."""

    up: bool = True
    reached: int = 0
    """Lines with a smaller number have felt the last change; the others will."""
    name: str = "tmf"
    passive: bool = False
    asked: int = field(default=0)

    def group(self, watched: Watched) -> str:
        return str(hash(watched.line.name) % 4)

    def fetch(self, lines: Sequence[Watched], round_: Round) -> Mapping[str, Reading | Failure]:
        self.asked += len(lines)
        good = Reading(round_.now, status=Status.ACTIVE, balance=Money(Decimal(500), "CNY"))
        bad = Failure(round_.now, FailureKind.UNREACHABLE, "no route to the carrier")
        return {w.line.name: good if self.answers(w.line.name) else bad for w in lines}

    def answers(self, name: str) -> bool:
        return self.up is (int(name[1:]) < self.reached) if self.reached else self.up


class Fleet:
    """Poller and desk over many lines, read by two contacts of two channels each."""

    def __init__(self, lines: int, folder: Path) -> None:
        self.clock, self.carrier = StepClock(START), Carrier()
        self.store = open_store(f"sqlite:///{folder / 'fleet.db'}")
        names = ("ann-push", "ann-mail", "bob-push")
        self.channels = {n: RecordingChannel(n) for n in names}
        people = People(
            tuple(ChannelFacts(n, cap_per_hour=30) for n in names),
            (Contact("ann", ("ann-push", "ann-mail")), Contact("bob", ("bob-push",))),
        )
        watched = {f"l{n:05}": Watched(Line(f"l{n:05}", "tmf"), to=Addressees()) for n in range(lines)}
        self.store.sync_lines(watched, START)

        def route(line: Watched, before, decision, now):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  as in app.py
            routes = plan(
                decision.notices, line=line.line, to=line.to, people=people, now=now, episodes=before.episodes
            )
            return [Planned(r.notice, r.channel, r.not_before, r.escalation) for r in routes]

        self.poller = Poller(
            store=self.store, carriers=lambda _: self.carrier, watched=watched, route=route,
            clock=self.clock, seconds=60, workers=1,
        )  # fmt: skip
        composer = TemplateComposer(language=lambda _: "en", zone=lambda _: "UTC")
        self.desk = Desk(
            store=self.store, channels=self.channels, watched=watched, composer=composer, clock=self.clock,
            seconds=5, jitter=lambda: 0.5, people=people,
        )  # fmt: skip

    def poll_everybody(self) -> None:
        while self.poller.round():
            self.clock.forward(timedelta(milliseconds=1))

    def settle(self, minutes: int) -> None:
        for _ in range(minutes):
            self.desk.round()
            self.clock.forward(timedelta(minutes=1))

    def heard(self) -> dict[str, int]:
        return {name: len(channel.got) for name, channel in self.channels.items()}

    def forget(self) -> None:
        for channel in self.channels.values():
            channel.got.clear()


def storm(lines: int, folder: Path) -> Fleet:
    fleet = Fleet(lines, folder)
    fleet.poll_everybody()
    fleet.carrier.up = False
    fleet.clock.forward(timedelta(hours=60))
    fleet.poll_everybody()
    return fleet


def one_message_for_all(lines: int, folder: Path) -> Fleet:
    fleet = storm(lines, folder)
    fleet.settle(6)
    assert fleet.heard() == {"ann-push": 1, "ann-mail": 1, "bob-push": 1}
    for channel in fleet.channels.values():
        assert f"{lines}" in channel.got[0].subject.replace(",", "")
    ends = {state for row in fleet.store.notices(limit=lines) for _, state, *_ in row.deliveries}
    assert ends == {DeliveryState.DELIVERED, DeliveryState.SUPERSEDED}
    assert fleet.store.outbox_age(fleet.clock()) is None
    fleet.forget()
    fleet.carrier.up = True
    fleet.clock.forward(timedelta(hours=12))
    fleet.poll_everybody()
    fleet.settle(6)
    assert fleet.heard() == {"ann-push": 1, "ann-mail": 1, "bob-push": 1}
    assert {row.notice.kind for row in fleet.store.notices(limit=lines)} == {Kind.SIGHT_RESTORED}
    return fleet


def staggered(lines: int, folder: Path) -> Fleet:
    """Lines go blind over an hour, and come back over an hour two days later; the daemon looks every minute."""
    fleet = Fleet(lines, folder)
    fleet.poll_everybody()
    for up, one_is_told in ((False, "lines"), (True, "back")):
        fleet.clock.forward(timedelta(hours=12))
        fleet.carrier.up = up
        for minute in range(1, 61):
            fleet.carrier.reached = lines * minute // 60
            names = [f"l{n:05}" for n in range(lines * (minute - 1) // 60, fleet.carrier.reached)]
            fleet.store.poll_now(names, fleet.clock())
            fleet.poll_everybody()
            fleet.settle(1)
        fleet.carrier.reached = 0
        for _ in range(60 * 60 if not up else 12 * 60):
            if fleet.store.next_poll_at() <= fleet.clock():  # type: ignore[operator]  # there are lines
                fleet.poll_everybody()
            fleet.settle(1)
        assert fleet.heard() == {"ann-push": 1, "ann-mail": 1, "bob-push": 1}
        for channel in fleet.channels.values():
            assert one_is_told in channel.got[0].subject, channel.got[0].subject
        assert fleet.store.outbox_age(fleet.clock()) is None
        fleet.forget()
    return fleet


def test_sixty_lines_are_one_message_and_one_when_they_are_back(tmp_path: Path) -> None:
    one_message_for_all(60, tmp_path).store.close()


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_sixty_lines_that_go_and_come_back_within_an_hour_are_one_message_each_way(tmp_path: Path) -> None:
    staggered(60, tmp_path).store.close()


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_thousands_of_lines_that_go_and_come_back_within_an_hour_are_one_message_each_way(
    tmp_path: Path,
) -> None:
    staggered(3_000, tmp_path).store.close()  # ten thousand take three minutes more, and end the same


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_ten_thousand_lines_are_one_message_and_memory_stays_flat(tmp_path: Path) -> None:
    small = storm(500, tmp_path)
    small.settle(6)
    small.store.close()
    (tmp_path / "fleet.db").unlink()
    fleet = storm(10_000, tmp_path)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    fleet.settle(6)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(
        f"30,000 deliveries of 10,000 lines settled in {time.monotonic() - began:.1f} s, {grown:.1f} MB more at the peak"
    )
    assert fleet.heard() == {"ann-push": 1, "ann-mail": 1, "bob-push": 1}
    assert fleet.store.outbox_age(fleet.clock()) is None
    assert grown < 30
    fleet.store.close()
