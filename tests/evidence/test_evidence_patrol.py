"""The daemon looks at each entry of the chain once a day, a stretch at a time."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from sqlalchemy import text
from told import DAY, NOW

from monitor.core.notice import Notice, Why
from monitor.core.people import ChannelFacts, People
from monitor.core.words import Kind, Severity
from monitor.evidence.patrol import known_faults, patrol, tell
from monitor.messages import TemplateComposer
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


def test_new_damage_is_told_once_over_every_channel_that_takes_warnings(long: SqlStore) -> None:
    people = People((ChannelFacts("mail"), ChannelFacts("siren", Severity.CRITICAL)))
    break_entry(long, 3)
    break_entry(long, 7)
    new = patrol(long, NOW, stretch=10)
    assert tell(long, people, new, NOW) == 1
    for day in range(1, 4):
        later = NOW + day * DAY
        assert tell(long, people, patrol(long, later, stretch=99), later) == 0
    [due] = long.claim_deliveries(NOW + 4 * DAY, 9, HOUR)
    assert (due.channel, due.notice.kind, due.notice.why.get("place"), due.notice.why.get("places")) == (
        "mail",
        Kind.FAULT_SUSPECTED,
        3,
        2,
    )
    assert long.verify_trail()  # the notice itself hangs on; the damage stays


@pytest.mark.parametrize(
    ("language", "said"), [("en", "damaged at entry 3"), ("zh-CN", "证据链在第 3 条处损坏")]
)
def test_the_warning_reads_well(language: str, said: str) -> None:
    why = Why.of("evidence_damaged", place=3, places=2, detail="its content was changed")
    told = Notice("", NOW, Kind.FAULT_SUSPECTED, Severity.WARNING, "3", "evidence", why)
    composer = TemplateComposer(language=lambda _: language, zone=lambda _: "Asia/Shanghai", templates=None)
    message = composer.bulletin(told, [], "mail", NOW)
    assert said in message.subject
    assert "billing-monitor evidence verify" in message.text
    assert "2 places" in message.text or "2 处" in message.text


def test_a_mended_store_is_found_whole_after_one_round(long: SqlStore) -> None:
    break_entry(long, 17)
    patrol(long, NOW)
    assert len(known_faults(long, NOW)) == 1
    with long._database.write() as connection:
        connection.execute(text("UPDATE trail SET kind = 'record' WHERE seq = 17"))
    assert patrol(long, NOW + DAY) == []
    assert known_faults(long, NOW + DAY) != []
    assert patrol(long, NOW + 2 * DAY) == []
    assert known_faults(long, NOW + 2 * DAY) == []


def test_an_empty_chain_is_sound(store: SqlStore) -> None:
    assert patrol(store, NOW) == []
    assert patrol(store, NOW + 2 * DAY) == []
