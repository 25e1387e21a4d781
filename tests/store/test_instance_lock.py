"""One daemon a database: the lock survives a restart of PostgreSQL, and nobody works on who lost it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.ports import StoreError
from monitor.store import open_store

if TYPE_CHECKING:
    from servers.postgres import Cluster

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(120)]

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LEASE = timedelta(hours=1)
WORKER = Path(__file__).with_name("worker.py")


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    from servers.postgres import cluster  # noqa: PLC0415 - the driver is needed by the heavy tests alone

    with cluster("fsync=off") as running:
        yield running


def test_after_a_restart_of_the_server_the_lock_is_taken_again(server: Cluster) -> None:
    url = server.new_database()
    ours, other = open_store(url, key=b"0" * 16), open_store(url, key=b"0" * 16)
    ours.sync_lines(["home"], NOW)
    assert ours.take_over("a")
    claims = ours.claim_polls(NOW, 9, LEASE)
    ours.check()
    server.restart()
    ours.check()
    assert not other.take_over("b")
    assert ours.take_over("a")
    assert [c.line for c in claims] == ["home"]
    ours.close()
    assert other.take_over("b")
    other.close()


def test_leases_under_way_outlive_a_restart_of_the_server(server: Cluster) -> None:
    store = open_store(server.new_database(), key=b"0" * 16)
    store.sync_lines(["home"], NOW)
    assert store.take_over("a")
    assert store.claim_polls(NOW, 9, LEASE)
    server.restart()
    store.check()
    assert store.claim_polls(NOW, 9, LEASE) == []
    store.close()


def test_who_lost_the_lock_to_another_says_so_until_that_one_is_gone(server: Cluster) -> None:
    url = server.new_database()
    ours, other = open_store(url, key=b"0" * 16), open_store(url, key=b"0" * 16)
    assert ours.take_over("a")
    server.restart()
    assert other.take_over("b")
    for _ in range(2):
        with pytest.raises(StoreError, match=r"another billing-monitor took this database over") as told:
            ours.check()
        assert not told.value.retryable
    other.close()
    ours.check()
    ours.close()


def test_a_server_that_is_away_is_told_and_its_return_is_noticed(server: Cluster) -> None:
    url = server.new_database()
    ours = open_store(url, key=b"0" * 16)
    assert ours.take_over("a")
    server.stop()
    for _ in range(2):
        with pytest.raises(StoreError) as told:
            ours.check()
        assert told.value.retryable
    server.start()
    ours.check()
    other = open_store(url, key=b"0" * 16)
    assert not other.take_over("b")
    other.close()
    ours.close()


def test_the_lock_of_a_killed_daemon_is_free_at_once(server: Cluster) -> None:
    url = server.new_database()
    worker = subprocess.Popen([sys.executable, WORKER, "hold", url], stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    assert worker.stdout.readline().strip() == "held"
    store = open_store(url, key=b"0" * 16)
    assert not store.take_over("next")
    worker.kill()
    worker.wait()
    worker.stdout.close()
    assert any(store.take_over("next") for _ in range(1000))
    store.close()
