"""The daemon is killed at every marked point and at random instants: no notice is lost, and a repeat carries its old id."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from house import Daemon, Webhook, line_environ, wait_until
from sqlalchemy import text

from monitor.core.reading import Reading
from monitor.core.words import Kind, Status
from monitor.marks import MARKS
from monitor.mock.scenario import parse
from monitor.mock.server import MockCarrier
from monitor.ports import DeliveryState
from monitor.store import SqlStore, open_store

LAUNCHER = str(Path(__file__).with_name("killable.py"))
NUMBERS = {"home": "+8613812348000", "work": "+8613812348001", "mum": "+8613812348002"}
SENT_TWICE = {"deliver.sent"}
"""Killed between the other side's answer and our own record: nobody can know, so it is sent again."""

pytestmark = pytest.mark.heavy


class House:
    """A daemon that can be killed, three lines at a mock carrier, and a webhook."""

    def __init__(self, folder: Path, url: str, carrier: MockCarrier, hook: Webhook) -> None:
        self.carrier, self.hook, self.url = carrier, hook, url
        environ = line_environ(carrier.url, hook.url, MONITOR_DATABASE_URL=url)
        # a flood is made here: the channel's cap would make the last ones wait for an hour
        environ["MONITOR_CHANNELS__PUSH__MAX_PER_HOUR"] = "0"
        for name, number in NUMBERS.items():
            key = f"MONITOR_LINES__{name.upper()}__"
            environ |= {f"{key}CARRIER": "tmf", f"{key}NUMBER": number, f"{key}URL": carrier.url}
        self._environ, self._folder = environ, folder
        folder.mkdir(parents=True, exist_ok=True)

    def daemon(self, kill_at: str = "") -> Daemon:
        environ = self._environ | ({"KILL_AT": kill_at} if kill_at else {})
        return Daemon(self._folder, environ, (LAUNCHER,))

    def store(self) -> SqlStore:
        return open_store(self.url, key=b"not used here, but needed")

    def turn(self, line: str, status: Status) -> None:
        cause = "arrears" if status is Status.SUSPENDED else "none"
        self.carrier.world.change({"line": NUMBERS[line], "status": str(status), "cause": cause})

    def received(self) -> list[str]:
        """Ids of the notices in each message, in the order of their arrival."""
        return [i for m in self.hook.got for i in re.findall(r"ids: (.*)", str(m["message"]))[-1].split()]

    def in_flight(self) -> set[tuple[str, str]]:
        """Notices whose delivery was claimed by the daemon that is dead now: (id, the claim's token)."""
        store = self.store()
        query = "SELECT n.id, d.lease_token FROM deliveries d JOIN notices n ON n.seq = d.notice WHERE d.state = 'queued' AND d.lease_token IS NOT NULL"
        with store._database.read() as connection:
            found = {(row.id, row.lease_token) for row in connection.execute(text(query))}
        store.close()
        return found


@contextmanager
def built(folder: Path, url: str) -> Iterator[House]:
    lines = [{"number": n, "name": n, "balance": "500.00", "status": "active"} for n in NUMBERS.values()]
    hook = Webhook()
    try:
        with MockCarrier(parse({"line": lines})) as carrier:
            yield House(folder, url, carrier, hook)
    finally:
        hook.down()


@pytest.fixture(params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest) -> Callable[[Path], str]:
    """Makes the URL of an empty database."""
    if request.param == "sqlite":
        return lambda folder: f"sqlite:///{folder}/state/monitor.db"
    running = request.getfixturevalue("postgres")
    return lambda _: str(running.new_database())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    from servers.postgres import cluster  # noqa: PLC0415 - the driver is needed here alone

    with cluster("fsync=off") as running:  # it is the daemon that dies, not the machine
        yield running


def all_seen(store: SqlStore, status: Status, *lines: str) -> bool:
    states = store.states()
    return all((r := states[n].reading) is not None and r.status is status for n in lines or NUMBERS)


def nothing_waits(store: SqlStore) -> bool:
    rows = store.notices(limit=100_000)
    return all(state is not DeliveryState.QUEUED for row in rows for _, state, _, _ in row.deliveries)


@pytest.mark.parametrize("mark", MARKS)
def test_killed_at_a_mark_the_notice_arrives_and_is_repeated_only_when_its_send_was_in_flight(
    new_url: Callable[[Path], str], tmp_path: Path, mark: str
) -> None:
    with built(tmp_path, new_url(tmp_path)) as house:
        _killed_at(house, mark)


def _killed_at(house: House, mark: str) -> None:
    first = house.daemon().start()
    store = house.store()
    wait_until(lambda: all_seen(store, Status.ACTIVE), what="the first reading")
    first.kill()
    house.turn("home", Status.SUSPENDED)
    house.daemon(mark).start(ready=False).wait()
    flying = {notice_id for notice_id, _ in house.in_flight()}
    last = house.daemon().start()
    wait_until(lambda: all_seen(store, Status.SUSPENDED, "home"), what="the stop seen")
    wait_until(lambda: nothing_waits(store), what="the notice delivered")
    assert last.stop() == 0
    told = store.notices()
    assert [row.notice.kind for row in told] == [Kind.SUSPENDED]
    times = 2 if mark in SENT_TWICE else 1
    assert house.received() == [told[0].notice.id] * times
    assert len({str(m["message"]).split("ids:")[0] for m in house.hook.got}) == 1
    assert flying == (
        {told[0].notice.id} if mark.startswith("deliver.") and mark != "deliver.settled" else set()
    )
    assert store.verify_trail() == []
    store.close()


@pytest.mark.timeout(900)
def test_killed_two_hundred_times_at_random_instants_nothing_is_lost(
    new_url: Callable[[Path], str], tmp_path: Path
) -> None:
    def many_lives(seed: int) -> str:
        folder = tmp_path / str(seed)
        with built(folder, new_url(folder)) as house:
            return _live_and_die(house, random.Random(seed), lives=50)  # noqa: S311 - which instants, no secret

    with ThreadPoolExecutor(4) as houses:
        print(*houses.map(many_lives, range(4)), sep="\n")


def _live_and_die(house: House, chance: random.Random, lives: int) -> str:
    # a slow answer, so that many a kill falls between arrival and answer
    house.hook.before_answer = lambda: time.sleep(0.25)
    status = dict.fromkeys(NUMBERS, Status.ACTIVE)
    flown: set[tuple[str, str]] = set()
    for life in range(lives):
        name = list(NUMBERS)[life % 3]
        status[name] = Status.SUSPENDED if status[name] is Status.ACTIVE else Status.ACTIVE
        house.turn(name, status[name])
        daemon = house.daemon().start(ready=chance.random() < 0.8)
        time.sleep(chance.uniform(0, 1.6))
        daemon.kill()
        flown.update(house.in_flight())
    last = house.daemon().start()
    store = house.store()
    wait_until(lambda: all(all_seen(store, status[n], n) for n in NUMBERS), what="the last turn seen")
    wait_until(lambda: nothing_waits(store), 60, what="the last notice delivered")
    assert last.stop() == 0
    rows = store.notices(limit=100_000)
    for name in NUMBERS:
        assert turns_seen(store, name) == [r.notice.kind for r in reversed(rows) if r.notice.line == name]
    arrived = Counter(house.received())
    for row in rows:
        [(_, state, _, detail)] = row.deliveries
        assert state is DeliveryState.DELIVERED or (state is DeliveryState.SUPERSEDED and detail)
        assert (row.notice.id in arrived) >= (state is DeliveryState.DELIVERED)
    assert arrived.keys() <= {row.notice.id for row in rows}
    for notice_id, times in arrived.items():
        assert times <= 1 + sum(flying == notice_id for flying, _ in flown)
    assert store.verify_trail() == []
    store.close()
    return f"{len(rows)} notices, {sum(arrived.values())} arrivals, {len(flown)} claimed at a kill"


def turns_seen(store: SqlStore, line: str) -> list[Kind]:
    """The notices that the readings of a line call for: one for each stop, one for each return."""
    [end] = [s.reading.observed_at for n, s in store.states([line]).items() if s.reading]
    seen = [
        r.status
        for r in store.history(line, end.replace(year=2000), end.replace(year=2999))
        if isinstance(r, Reading)
    ]
    turns = [b for a, b in zip([Status.ACTIVE, *seen], seen, strict=False) if a is not b]
    return [Kind.SUSPENDED if t is Status.SUSPENDED else Kind.RESTORED for t in turns]
