"""Several processes at one database, and one that dies in the middle of its work."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.core.notice import Notice, Why
from monitor.core.words import Kind, Severity
from monitor.ports import Planned
from monitor.store import open_store

pytestmark = pytest.mark.heavy

WORKER = Path(__file__).with_name("worker.py")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
YEARS = timedelta(days=999)


def start(what: str, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, WORKER, what, url], stdout=subprocess.PIPE, text=True)


def test_processes_share_the_work_and_none_of_it_twice(url: str) -> None:
    names = [f"l{n:03}" for n in range(150)]
    store = open_store(url)
    store.sync_lines(names, NOW)
    why = Why.of("run_out")
    told = [Notice(n, NOW, Kind.LOW_BALANCE, Severity.WARNING, "likely", "money-1", why) for n in names]
    store.enqueue([Planned(n, "mail", NOW) for n in told], NOW)
    workers = [start("claim", url) for _ in range(3)]
    outputs = [worker.communicate(timeout=60)[0].split() for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert Counter(x for output in outputs for x in output) == Counter(
        f"{what}:{n}" for what in ("poll", "delivery") for n in names
    )
    assert store.outbox_age(NOW) is None
    assert store.verify_trail() == []
    store.close()


@pytest.mark.parametrize("times", [2, pytest.param(25, marks=pytest.mark.heavy)])
def test_a_killed_commit_is_there_whole_or_not_at_all(url: str, times: int) -> None:
    chance = random.Random(20261123)  # noqa: S311 - which instants are tried, not a secret
    done: list[str] = []
    for _ in range(times):
        worker = start("commit", url)
        assert worker.stdout is not None
        done.append(worker.stdout.readline().strip())  # it works
        time.sleep(chance.uniform(0, 0.05))
        worker.kill()
        done += worker.communicate()[0].split()
        store = open_store(url)
        seen = [s.observed_at for s in store.history("home", NOW, NOW + YEARS)]
        told = [row.notice.at for row in reversed(store.notices(limit=100_000))]
        queued = [d.notice.at for d in store.claim_deliveries(NOW + YEARS, 1, timedelta(0))]
        assert len(done) <= len(seen) <= len(done) + 1
        done = [at.isoformat() for at in seen]  # what was committed but not told any more counts from now on
        assert told == seen
        assert queued == seen[:1]
        assert store.verify_trail() == []
        kinds = Counter(e.kind for e in store.trail(limit=1_000_000))
        assert kinds == {"reading": len(seen), "notice": len(seen), "queued": len(seen)}
        with store._database.read() as connection:
            assert connection.execute(text("SELECT count(*) FROM deliveries")).scalar() == len(seen)
        store.close()
