"""A process that works on the store of the tests: ``claim`` until nothing is left; ``commit`` or ``hold`` until it is killed."""

from __future__ import annotations

import signal
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from monitor.core.decide import Decision
from monitor.core.money import Money
from monitor.core.notice import Notice, Why
from monitor.core.reading import Reading
from monitor.core.state import LineState
from monitor.core.words import Kind, Severity, Status
from monitor.ports import DeliveryState, Outcome, Planned
from monitor.store import open_store

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LEASE = timedelta(minutes=5)
STEP = timedelta(minutes=1)


def said(line: str, at: datetime) -> Notice:
    return Notice(line, at, Kind.LOW_BALANCE, Severity.WARNING, at.isoformat(), "money-1", Why.of("run_out"))


def claim(url: str) -> None:
    """Take lines and deliveries a few at a time, and say which."""
    store = open_store(url)
    while claims := store.claim_polls(NOW, 3, LEASE):
        print(*(f"poll:{c.line}" for c in claims), flush=True)
    while due := store.claim_deliveries(NOW, 3, LEASE):
        print(*(f"delivery:{d.notice.line}" for d in due), flush=True)
        for d in due:
            store.settle(d, DeliveryState.DELIVERED, "", None, NOW)
    store.close()


def commit(url: str) -> None:
    """Commit one poll after the other, and say each that is done; go on where an earlier process was killed."""
    store = open_store(url)
    store.sync_lines(["home"], NOW)
    assert store.take_over("daemon")
    last = store.states()["home"].reading
    at = last.observed_at + STEP if last else NOW
    while True:
        [mine] = store.claim_polls(at, 1, LEASE)
        seen = Reading(at, status=Status.ACTIVE, balance=Money(Decimal("12.30"), "CNY"))
        notice = said("home", at)
        decision = Decision(LineState(reading=seen), at + STEP, (notice,))
        planned = (Planned(notice, "mail", at),)
        assert store.commit_polls([Outcome("home", mine.token, seen, decision, planned)], at) == []
        print(at.isoformat(), flush=True)
        at += STEP


def hold(url: str) -> None:
    """Take the database over, say so, and wait to be killed."""
    store = open_store(url, key=b"0" * 16)
    assert store.take_over("daemon")
    print("held", flush=True)
    signal.pause()


if __name__ == "__main__":
    {"claim": claim, "commit": commit, "hold": hold}[sys.argv[1]](sys.argv[2])
