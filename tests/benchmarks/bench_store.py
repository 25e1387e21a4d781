"""How fast the store is, with ten million readings in it. Run: ``python tests/benchmarks/bench_store.py [--rows N] [--url URL]``.

Prints times of this machine beside a bare loop of the same database, so that the ratio can be compared elsewhere.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from monitor.core.decide import Decision
from monitor.core.money import Money
from monitor.core.notice import Notice, Why
from monitor.core.reading import Reading
from monitor.core.state import LineState
from monitor.core.words import Kind, Severity, Status
from monitor.ports import DeliveryState, Outcome, Planned, Settlement
from monitor.store import SqlStore, open_store
from monitor.store.codec import dump
from monitor.store.schema import readings

END = datetime(2026, 11, 23, tzinfo=UTC)
EVERY = timedelta(hours=6)
DAYS = 365
SPAN = timedelta(days=90)
LEASE = timedelta(minutes=5)


def seen(at: datetime, chance: random.Random) -> Reading:
    return Reading(
        at,
        as_of=at - timedelta(minutes=7),
        source="tmf",
        status=Status.ACTIVE,
        balance=Money(Decimal(chance.randrange(10_000)) / 100, "CNY"),
        plan="5G 畅享 59",
    )


def fill(store: SqlStore, rows: int) -> list[str]:
    """Store readings in the order in which they would come: instant by instant, all lines at each."""
    steps = DAYS * 4
    names = [f"line-{n:06}" for n in range(max(1, rows // steps))]
    chance = random.Random(1)  # noqa: S311 - sample data
    samples = [dump(seen(END, chance)) for _ in range(1000)]
    if store._database.postgres:
        _copy(store, names, steps, samples)
    else:
        with store._database.write() as connection:
            connection.exec_driver_sql("PRAGMA cache_size=-3000000")
            for at in _instants(steps):
                connection.execute(
                    insert(readings), [_row(name, at, samples, n) for n, name in enumerate(names)]
                )
    return names


def _instants(steps: int) -> Iterator[datetime]:
    return (END - EVERY * n for n in range(steps, 0, -1))


def _row(name: str, at: datetime, samples: list[str], n: int) -> dict[str, Any]:
    data = samples[(n * 7 + at.day * 31 + at.hour) % len(samples)]
    return {"line": name, "observed_at": at, "n": 0, "kind": "reading", "data": data}


def _copy(store: SqlStore, names: list[str], steps: int, samples: list[str]) -> None:
    with store._database.write() as connection:
        raw: Any = connection.connection.driver_connection
        with raw.cursor() as cursor, cursor.copy("COPY readings FROM STDIN") as copy:
            for at in _instants(steps):
                for n, name in enumerate(names):
                    copy.write_row(tuple(_row(name, at, samples, n).values()))
    with store._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE readings"))


def clock(what: str, times: int, work: Callable[[], object], *, per: int = 1) -> float:
    """Print the median time of some work, in milliseconds."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spent.append((time.perf_counter() - began) / per)
    median = statistics.median(spent)
    worst = sorted(spent)[int(len(spent) * 0.95)]
    print(f"  {what:<58} {median * 1e3:9.3f} ms   (95 %: {worst * 1e3:.3f} ms)")
    return median


def read(store: SqlStore, names: list[str]) -> None:
    chance = random.Random(2)  # noqa: S311 - which lines are asked for

    def bare() -> object:
        with store._database.read() as connection:
            query = text(
                "SELECT kind, data FROM readings WHERE line = :l AND observed_at >= :a AND observed_at < :b"
            )
            query = query.bindparams(l=chance.choice(names), a=_at(store, END - SPAN), b=_at(store, END))
            return connection.execute(query).all()

    def whole() -> object:
        return store.history(chance.choice(names), END - SPAN, END)

    rows = len(store.history(names[0], END - SPAN, END))
    print(f"90 days of one line ({rows} readings):")
    clock("from the database, first time for each line", 100, bare)
    hot = chance.choice(names)
    chance.choice = lambda _: hot  # type: ignore[method-assign]
    one = clock("from the database, again", 300, bare)
    two = clock("store.history: the same, as readings", 300, whole)
    print(f"  ratio {two / one:.1f}")


def _at(store: SqlStore, at: datetime) -> Any:
    return at if store._database.postgres else int(at.timestamp() * 1e6)


def write(store: SqlStore) -> None:
    names = [f"new-{n:05}" for n in range(2000)]
    store.sync_lines(names, END)
    chance = random.Random(3)  # noqa: S311 - sample data

    def polls(count: int) -> None:
        at = END + timedelta(days=1)
        claims = store.claim_polls(at, count, LEASE)
        outcomes = []
        for c in claims:
            reading = seen(at, chance)
            outcomes.append(Outcome(c.line, c.token, reading, Decision(LineState(reading=reading), END)))
        assert store.commit_polls(outcomes, at) == []

    print("polls, claimed and committed with their entry in the chain of evidence:")
    clock("one a transaction", 100, lambda: polls(1))
    clock("a hundred a transaction, each", 10, lambda: polls(100), per=100)
    print("notices, queued, claimed and settled:")

    def deliver(stage: str) -> None:
        why = Why.of("run_out")
        told = [Notice(n, END, Kind.BLIND, Severity.WARNING, stage, "e", why) for n in names[:500]]
        store.enqueue([Planned(n, "mail", END) for n in told], END)
        mine = store.claim_deliveries(END, 500, LEASE)
        assert store.settle_many([Settlement(d, DeliveryState.DELIVERED) for d in mine], END) == 500

    stages = iter(range(100))
    clock("five hundred a transaction, each", 5, lambda: deliver(f"s{next(stages)}"), per=500)
    began = time.perf_counter()
    faults = store.verify_trail()
    count = store.trail_head()[0]
    each = (time.perf_counter() - began) / count
    print(f"chain of evidence: {count} entries verified, {1 / each:,.0f} a second; faults: {len(faults)}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--url", help="an empty PostgreSQL database; default: SQLite in a temporary folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(given.url or f"sqlite:///{folder}/bench.db", key=b"0" * 16)
        began = time.perf_counter()
        names = fill(store, given.rows)
        print(f"{given.rows:,} readings of {len(names):,} lines in {time.perf_counter() - began:.0f} s")
        if not given.url:
            store.close()
            store = open_store(f"sqlite:///{folder}/bench.db", key=b"0" * 16)
            print(f"file: {(Path(folder) / 'bench.db').stat().st_size / 1e9:.2f} GB")
        read(store, names)
        write(store)
        store.close()


if __name__ == "__main__":
    main()
