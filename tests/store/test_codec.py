"""What an older or a newer version wrote loads; what cannot be read costs no more than itself."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from monitor.core.forecast import Ledger
from monitor.core.money import Money
from monitor.core.reading import Event, Failure, Reading
from monitor.core.state import Episode, LineState
from monitor.core.words import FailureKind, Kind, Severity, Status
from monitor.store import SqlStore, open_store
from monitor.store.codec import dump, load_seen, load_state

NOW = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
READING = Reading(NOW, status=Status.ACTIVE, balance=Money(Decimal("12.30"), "CNY"))
EPISODE = Episode("money-1", "money", NOW, Kind.LOW_BALANCE, Severity.WARNING, (("likely", NOW),))
STATE = LineState(reading=READING, failures=2, episodes=(EPISODE,))


def stored(**changes: object) -> str:
    return json.dumps(json.loads(dump(STATE)) | changes)


def test_a_state_comes_back_as_it_was() -> None:
    assert load_state("home", dump(STATE)) == (STATE, False)
    assert load_state("home", dump(LineState())) == (LineState(), False)
    assert load_state("home", None) == (LineState(), False)


def test_what_is_not_reported_takes_no_room() -> None:
    assert json.loads(dump(READING)) == {
        "observed_at": "2026-11-23T09:00:00.123456Z",
        "status": "active",
        "balance": {"amount": "12.30", "currency": "CNY"},
    }


def test_a_field_of_a_newer_version_is_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    assert load_state("home", stored(mood="sunny")) == (STATE, False)
    assert caplog.records == []


@pytest.mark.parametrize("field", ["ledger", "forecast", "reading", "failures"])
def test_an_unreadable_field_is_left_behind_alone_and_loudly(
    field: str, caplog: pytest.LogCaptureFixture
) -> None:
    state, salvaged = load_state(
        "home", stored(**{field: {"odd": ["thing"]} if field != "failures" else "many"})
    )
    if field in ("ledger", "forecast"):  # unknown keys alone: passed over, or everything at its default
        assert state.reading == READING
    assert state.episodes == (EPISODE,)
    assert salvaged == bool(caplog.records)
    if salvaged:
        assert caplog.records[0].levelno == logging.ERROR
        assert f"starting anew without: {field}" in caplog.text


@pytest.mark.parametrize("data", ["", "no json", "[1]", '"x"', '{"reading":'])
def test_a_state_that_is_no_state_starts_anew_loudly(data: str, caplog: pytest.LogCaptureFixture) -> None:
    assert load_state("home", data) == (LineState(), True)
    assert "without: everything" in caplog.text


def test_a_line_with_a_broken_state_is_polled_on_from_its_last_reading(store: SqlStore) -> None:
    store.sync_lines(["home"], NOW)
    store.update("home", lambda _: (STATE, ()), NOW, READING)
    store.update("home", lambda s: (s, ()), NOW, Failure(NOW + timedelta(1), FailureKind.AUTH))
    with store._database.write() as connection:
        connection.execute(text("UPDATE lines SET state = 'broken'"))
    [claim] = store.claim_polls(NOW, 9, timedelta(minutes=1))
    assert claim.salvaged
    assert claim.state == LineState(reading=READING)
    assert store.states()["home"].reading == READING


def test_unreadable_observations_are_left_out_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    event = Event(NOW, "payment", Money(Decimal(50), "CNY"), "P-1")
    rows = [
        ("reading", dump(READING)),
        ("reading", "{}"),
        ("dream", "{}"),
        ("event", dump(event)),
        ("failure", ""),
    ]
    assert load_seen(rows) == [READING, event]
    assert "3 stored observations cannot be read" in caplog.text


def test_a_ledger_survives_a_restart_to_the_last_bit(tmp_path: object) -> None:
    state = LineState(ledger=Ledger())
    for _ in range(2):
        store = open_store(f"sqlite:///{tmp_path}/m.db")
        store.sync_lines(["home"], NOW)
        store.update("home", lambda _: (state, ()), NOW)
        assert store.states()["home"] == state
        store.close()
