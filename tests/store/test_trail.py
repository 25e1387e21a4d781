"""The chain of evidence in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.core.decide import Decision
from monitor.core.evidence import sha256
from monitor.core.money import Money
from monitor.core.notice import Notice, Why
from monitor.core.reading import Failure, Reading
from monitor.core.state import Episode, LineState
from monitor.core.words import FailureKind, Kind, Severity, Status
from monitor.ports import Cutoffs, DeliveryState, Outcome, Planned, Settlement
from monitor.store import SqlStore, open_store
from monitor.store.codec import dump

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LEASE, HOUR = timedelta(minutes=2), timedelta(hours=1)
LOW = Notice(
    "home", NOW, Kind.LOW_BALANCE, Severity.WARNING, "likely", "money-1", Why.of("run_out", left="1 CNY")
)
SEEN = Reading(NOW, status=Status.ACTIVE, balance=Money(Decimal("12.30"), "CNY"))


def kinds(store: SqlStore, line: str | None = None) -> list[str]:
    return [e.kind for e in store.trail(line)]


def poll(store: SqlStore, seen: Reading | Failure, at: datetime, *notices: Notice) -> None:
    [claim] = store.claim_polls(at, 9, LEASE)
    planned = tuple(Planned(n, "mail", at) for n in notices)
    outcome = Outcome("home", claim.token, seen, Decision(LineState(), at + HOUR, notices), planned)
    assert store.commit_polls([outcome], at) == []


@pytest.fixture
def told(store: SqlStore) -> SqlStore:
    """A store with a short story: two polls, a notice, a failed and a good attempt, a record."""
    store.sync_lines(["home"], NOW)
    poll(store, SEEN, NOW, LOW)
    [first] = store.claim_deliveries(NOW, 9, LEASE)
    store.settle(first, DeliveryState.QUEUED, "connection refused", NOW + HOUR, NOW)
    poll(store, Failure(NOW + HOUR, FailureKind.TIMEOUT), NOW + HOUR)
    [again] = store.claim_deliveries(NOW + HOUR, 9, LEASE)
    store.settle(again, DeliveryState.DELIVERED, "250 ok", None, NOW + HOUR)
    store.acted(LOW.id, "paid", "ann", NOW + HOUR)
    store.trail_append("record", "home", {"text": "客服说 24 小时内恢复"}, NOW + 2 * HOUR)
    return store


STORY = ["reading", "notice", "queued", "attempt", "failure", "attempt", "acted", "record"]


def test_every_fact_has_its_entry_in_the_order_it_came(told: SqlStore) -> None:
    assert kinds(told) == STORY
    assert told.verify_trail() == []
    assert told.trail_head() == (8, told.trail()[-1].hash)


def test_an_entry_tells_why_and_how_it_ended(told: SqlStore) -> None:
    facts = [e.facts() for e in told.trail("home")]
    assert facts[0]["sha256"] == sha256(dump(SEEN))
    assert facts[1]["notice"] == LOW.id
    assert facts[1]["decided"]["why"]["code"] == "run_out"  # type: ignore[index]
    assert (facts[3]["result"], facts[3]["attempt"]) == ("queued", 1)
    assert (facts[5]["result"], facts[5]["detail"]) == ("delivered", "250 ok")
    assert facts[7]["text"] == "客服说 24 小时内恢复"


def test_pages_follow_each_other(told: SqlStore) -> None:
    first = told.trail(limit=3)
    rest = told.trail(after=first[-1].seq)
    assert [e.seq for e in (*first, *rest)] == list(range(1, 9))
    assert told.trail("nobody") == []


def test_what_was_not_stored_is_not_in_the_chain(told: SqlStore) -> None:
    def break_it(state: LineState) -> tuple[LineState, Sequence[Planned]]:
        raise KeyError(state)

    with pytest.raises(KeyError):
        told.update("home", break_it, NOW, SEEN)
    told.enqueue([Planned(LOW, "mail", NOW)], NOW)  # known already
    assert kinds(told) == STORY


def test_put_off_dropped_taken_over_and_acknowledged_are_told(store: SqlStore) -> None:
    store.sync_lines(["home"], NOW)
    store.enqueue([Planned(LOW, "mail", NOW), Planned(LOW, "boss", NOW)], NOW)
    mail, boss = store.claim_deliveries(NOW, 9, LEASE)
    store.settle_many(
        [
            Settlement(mail, DeliveryState.QUEUED, "quiet hours", NOW + HOUR, tried=False),
            Settlement(boss, DeliveryState.REFUSED, "no such address", instead="ntfy"),
        ],
        NOW,
    )
    episode = Episode("money-1", "money", NOW, Kind.LOW_BALANCE, Severity.WARNING, acked_at=NOW)
    store.update("home", lambda s: (replace(s, episodes=(episode,)), ()), NOW)
    store.supersede("home", "money-1", NOW, "acknowledged by ann", NOW)
    assert kinds(store) == [
        *("notice", "queued", "queued", "deferred", "attempt", "queued", "acknowledged"),
        *("superseded", "superseded"),
    ]
    assert store.trail()[4].facts()["instead"] == "ntfy"
    assert store.verify_trail() == []


@pytest.mark.parametrize(
    ("damage", "seq", "what"),
    [
        ("UPDATE trail SET payload = replace(payload, '250 ok', '251 ok') WHERE seq = 6", 6, "payload"),
        ("UPDATE trail SET kind = 'Attempt' WHERE seq = 6", 6, "changed"),
        ("UPDATE trail SET digest = substr(digest, 33) || substr(digest, 1, 32) WHERE seq = 6", 6, "payload"),
        ("UPDATE trail SET line = 'work' WHERE seq = 6", 6, "line"),
        ("UPDATE trail SET at = (SELECT at FROM trail WHERE seq = 1) WHERE seq = 6", 6, "changed"),
        ("DELETE FROM trail WHERE seq = 5", 5, "missing"),
        ("DELETE FROM trail WHERE seq > 5", 5, "cut"),
        ("UPDATE trail SET seq = CASE seq WHEN 3 THEN -4 ELSE -3 END WHERE seq IN (3, 4)", 3, "order"),
        ("UPDATE readings SET data = replace(data, '12.30', '92.30')", 1, "source"),
    ],
)
def test_damage_is_found_and_located(told: SqlStore, damage: str, seq: int, what: str) -> None:
    with told._database.write() as connection:
        changed = connection.execute(text(damage)).rowcount
        connection.execute(text("UPDATE trail SET seq = -seq WHERE seq < 0"))
    assert changed
    faults = [(f.seq, f.what) for f in told.verify_trail()]
    assert (seq, what) in faults
    assert min(s for s, _ in faults) == seq


def test_a_forgotten_line_leaves_no_name_and_a_chain_that_holds(told: SqlStore) -> None:
    told.trail_append("record", "work", {"text": "another line's"}, NOW)
    assert told.forget_line("home", NOW + 9 * HOUR)
    assert told.verify_trail() == []
    assert [e.payload for e in told.trail()[:8]] == [None] * 8
    assert kinds(told)[-1] == "forgotten"
    assert told.states() == {}
    assert told.notices() == []
    assert told.history("home", NOW, NOW + 9 * HOUR) == []
    with told._database.read() as connection:
        for table in ("lines", "readings", "notices", "deliveries", "trail"):
            for row in connection.execute(text(f"SELECT * FROM {table}")):  # noqa: S608  our own tables
                assert "home" not in str(row)
    assert not told.forget_line("home", NOW + 9 * HOUR)
    assert kinds(told, "work") == ["record"]


def test_what_was_forgotten_is_in_no_byte_of_the_files(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/m.db", key=b"a key of 16 bytes")
    store.sync_lines(["home"], NOW)
    for n in range(50):
        store.trail_append("record", "home", {"text": f"my secret call {n}"}, NOW)
        store.update("home", lambda s: (s, ()), NOW, Failure(NOW, FailureKind.AUTH, f"my secret failure {n}"))
    store.notes().put("probe:home", "1")
    assert b"my secret" in b"".join(p.read_bytes() for p in tmp_path.iterdir())
    assert store.forget_line("home", NOW)
    assert b"my secret" not in b"".join(p.read_bytes() for p in tmp_path.iterdir())
    assert store.notes().get("probe:home", NOW) is None
    store.close()


def test_forgotten_readings_are_no_damage(told: SqlStore) -> None:
    told.forget_old(Cutoffs(NOW + 9 * HOUR), NOW)
    assert told.verify_trail() == []


def test_verification_tells_how_far_it_is(told: SqlStore) -> None:
    steps: list[tuple[int, int]] = []
    told.verify_trail(lambda done, of: steps.append((done, of)))
    assert steps == [(8, 8)]
