"""The questions of every tick and every page are answered from an index, on each database: ten million rows change nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from monitor.core.notice import Notice, Why
from monitor.core.words import Kind, Severity
from monitor.ports import Planned
from monitor.store import SqlStore

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAYS = timedelta(days=90)
LEASE = timedelta(minutes=2)
LOW = Notice("home", NOW, Kind.LOW_BALANCE, Severity.WARNING, "likely", "money-1", Why.of("run_out"))


def plan(store: SqlStore, work: Callable[[], object]) -> list[str]:
    """The database's plan of every statement that some work makes, one line each."""
    database, asked = store._database, []

    def note(_: Any, __: Any, statement: str, parameters: Any, ___: Any, many: bool) -> None:  # noqa: FBT001
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            asked.append((statement, parameters[0] if many else parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    work()
    event.remove(database.engine, "before_cursor_execute", note)
    told = []
    with database.engine.connect() as connection:
        if database.postgres:
            connection.exec_driver_sql(
                "SET enable_seqscan = off"
            )  # with few rows it would rather read them all
        explain = "EXPLAIN " if database.postgres else "EXPLAIN QUERY PLAN "
        for statement, parameters in asked:
            told += [
                str(row[-1]).strip() for row in connection.exec_driver_sql(explain + statement, parameters)
            ]
    return told


@pytest.mark.parametrize(
    ("work", "index"),
    [
        (lambda s: s.history("home", NOW - DAYS, NOW), "readings"),
        (lambda s: s.claim_polls(NOW, 100, LEASE), "ix_lines_due"),
        (lambda s: s.next_poll_at(), "ix_lines_due"),
        (lambda s: s.claim_deliveries(NOW, 100, LEASE), "ix_deliveries_"),
        (lambda s: s.claim_deliveries(NOW, 100, LEASE), "ix_deliveries_order"),
        (lambda s: s.outbox_age(NOW), "ix_deliveries_"),
        (lambda s: s.hasten("home", NOW), "ix_deliveries_order"),
        (lambda s: s.notice("abc"), "ix_notices_id"),
        (lambda s: s.trail("home", 5, 100), "ix_trail_line"),
        (lambda s: s.trail_append("record", "home", {}, NOW), "ix_trail_line"),
    ],
)
def test_it_is_answered_from_an_index(
    store: SqlStore, work: Callable[[SqlStore], object], index: str
) -> None:
    store.sync_lines(["home"], NOW)
    store.enqueue([Planned(LOW, "mail", NOW)], NOW)
    told = plan(store, lambda: work(store))
    key = {
        "readings": "pk_readings"
        if store._database.postgres
        else "USING PRIMARY KEY (line=? AND observed_at>?"
    }
    assert any(key.get(index, index) in row for row in told), told
    # PostgreSQL may take either of the two partial indexes of what is queued: both hold only that
    large = ("readings", "trail", "notices", "deliveries", " d", " e")
    assert not [row for row in told if row.startswith(("SCAN", "Seq Scan")) and row.endswith(large)], told
