"""Manners: a carrier that is down, or that asks for time, is left in peace; a person can end that."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta

from servers.bench import NOW, Memory, watch

from monitor.carriers._manners import AT_ONCE, FAILURES, Polite
from monitor.core.reading import Failure, Reading
from monitor.core.words import FailureKind, Status
from monitor.ports import Round, Watched


class Scripted:
    name = "scripted"
    passive = False

    def __init__(self) -> None:
        self.kind: FailureKind | None = None
        self.wait: timedelta | None = None
        self.asked = 0
        self.gate: threading.Event | None = None
        self.most = 0
        self._inside = 0
        self._lock = threading.Lock()

    def group(self, watched: Watched) -> str:
        return watched.line.name

    def fetch(self, lines: Sequence[Watched], round_: Round) -> Mapping[str, Reading | Failure]:
        with self._lock:
            self.asked += 1
            self._inside += 1
            self.most = max(self.most, self._inside)
        if self.gate is not None:
            self.gate.wait(5)
        with self._lock:
            self._inside -= 1
        seen: Reading | Failure = Reading(round_.now, status=Status.ACTIVE)
        if self.kind is not None:
            seen = Failure(round_.now, self.kind, "because", self.wait)
        return {w.line.name: seen for w in lines}


def ask(polite: Polite, minutes: float = 0, line: str = "home", seconds: float = 5) -> Reading | Failure:
    asked = watch("http://carrier.example/api", name=line)
    return polite.fetch([asked], Round(NOW + timedelta(minutes=minutes), seconds, Memory()))[line]


def test_a_wish_to_wait_is_kept_for_its_account_alone() -> None:
    inner = Scripted()
    polite = Polite(inner)
    inner.kind, inner.wait = FailureKind.RATE_LIMITED, timedelta(minutes=10)
    ask(polite)
    inner.kind = inner.wait = None
    held = ask(polite, 4)
    assert isinstance(held, Failure)
    assert (held.kind, held.retry_after) == (FailureKind.RATE_LIMITED, timedelta(minutes=6))
    assert isinstance(ask(polite, 4, "other"), Reading)
    assert isinstance(ask(polite, 10), Reading)


def test_a_carrier_that_is_down_is_probed_by_one_and_not_asked_by_all() -> None:
    inner = Scripted()
    polite = Polite(inner)
    inner.kind = FailureKind.UNREACHABLE
    for i in range(FAILURES):
        ask(polite, 0, f"l{i}")
    for i in range(100):
        assert isinstance(ask(polite, 1, f"l{i}"), Failure)
    assert inner.asked == FAILURES
    for i in range(100):
        ask(polite, 3, f"l{i}")
    assert inner.asked == FAILURES + 1
    inner.kind = None
    assert isinstance(ask(polite, 60), Reading)
    assert all(isinstance(ask(polite, 60, f"l{i}"), Reading) for i in range(10))


def test_refused_credentials_of_one_line_close_no_door_for_others() -> None:
    inner = Scripted()
    polite = Polite(inner)
    inner.kind = FailureKind.AUTH
    for i in range(3 * FAILURES):
        ask(polite, 0, f"l{i}")
    assert inner.asked == 3 * FAILURES


def test_a_person_ends_the_waiting() -> None:
    inner = Scripted()
    polite = Polite(inner)
    inner.kind, inner.wait = FailureKind.RATE_LIMITED, timedelta(hours=10)
    ask(polite)
    inner.kind = inner.wait = None
    polite.unlock(watch("http://carrier.example/api"), Memory())
    assert isinstance(ask(polite), Reading)


def test_a_clock_set_back_holds_nobody_for_ever() -> None:
    inner = Scripted()
    polite = Polite(inner)
    inner.kind, inner.wait = FailureKind.RATE_LIMITED, timedelta(minutes=10)
    ask(polite, 100_000)
    inner.kind = inner.wait = None
    assert isinstance(ask(polite), Reading)


def test_only_so_many_rounds_go_on_at_once() -> None:
    inner = Scripted()
    inner.gate = threading.Event()
    polite = Polite(inner)
    threads = [threading.Thread(target=ask, args=(polite, 0, f"l{i}", 10)) for i in range(3 * AT_ONCE)]
    for thread in threads:
        thread.start()
    inner.gate.set()
    for thread in threads:
        thread.join()
    assert inner.most <= AT_ONCE
    assert inner.asked == 3 * AT_ONCE
