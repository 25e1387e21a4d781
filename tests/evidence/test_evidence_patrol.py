"""The daemon looks at each entry of the chain once a day, a stretch at a time."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from sqlalchemy import text
from told import DAY, NOW

from monitor.evidence.patrol import known_faults, patrol
from monitor.store import SqlStore

HOUR = timedelta(hours=1)


@pytest.fixture
def long(store: SqlStore) -> SqlStore:
    for n in range(25):
        store.trail_append("record", ("home", "work")[n % 2], {"n": n}, NOW)
    return store


def break_entry(store: SqlStore, seq: int) -> None:
    with store._database.write() as connection:
        connection.execute(text("UPDATE trail SET kind = 'Record' WHERE seq = :seq"), {"seq": seq})


def test_a_sound_chain_is_walked_in_stretches_and_found_sound(long: SqlStore) -> None:
    for hour in range(5):
        assert patrol(long, NOW + hour * HOUR, stretch=10) == []
    long.trail_append("record", "home", {"n": 25}, NOW)
    assert patrol(long, NOW + 5 * HOUR, stretch=10) == []


def test_each_stretch_tells_its_own_damage_and_doctor_remembers(
    long: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    break_entry(long, 17)
    assert patrol(long, NOW, stretch=10) == []
    assert [f.seq for f in patrol(long, NOW + HOUR, stretch=10)] == [17]
    assert patrol(long, NOW + 2 * HOUR, stretch=10) == []
    assert known_faults(long, NOW) == ["entry 17: its number, instant, kind, digest or link was changed"]
    assert [r.levelno for r in caplog.records] == [logging.ERROR]


def test_a_day_later_it_begins_anew(long: SqlStore) -> None:
    for hour in range(3):
        patrol(long, NOW + hour * HOUR, stretch=10)
    break_entry(long, 3)
    assert patrol(long, NOW + 3 * HOUR, stretch=10) == []
    assert [f.seq for f in patrol(long, NOW + DAY, stretch=10)] == [3]


def test_a_past_that_was_replaced_while_nobody_looked_is_found(long: SqlStore) -> None:
    patrol(long, NOW, stretch=10)
    with long._database.write() as connection:
        connection.execute(text("UPDATE trail SET hash = digest WHERE seq = 10"))
    assert [f.seq for f in patrol(long, NOW + HOUR, stretch=10)] == [12]  # the next entry of entry 10's line


def test_an_empty_chain_is_sound(store: SqlStore) -> None:
    assert patrol(store, NOW) == []
    assert patrol(store, NOW + 2 * DAY) == []
