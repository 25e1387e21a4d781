"""Every byte of the ledger counts: each one is changed in a real database, of each kind, and the change is found where it is."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text
from test_trail import told  # noqa: F401  # the fixture

from monitor.store import SqlStore, trail

TEXTS = ("payload", "digest", "prev", "prev_line", "hash", "kind", "line")
LATER = {"sqlite": "at = at + 1", "postgresql": "at = at + interval '1 us'"}
"""One microsecond more."""


def changed(value: str, at: int) -> str:
    """The same text with one bit of one byte of it changed, kept readable as UTF-8."""
    return f"{value[:at]}{chr(ord(value[at]) ^ 1)}{value[at + 1 :]}"


def found(connection: Connection, statement: str, **values: object) -> set[int]:
    """Where the ledger is broken after a change, which is then taken back."""
    attempt = connection.begin_nested()
    assert connection.execute(text(statement), values).rowcount == 1
    faults = {fault.seq for fault in trail.verify(connection, None)}
    attempt.rollback()
    return faults


@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_a_change_of_any_byte_is_found_and_located(told: SqlStore) -> None:  # noqa: F811  # the fixture
    with told._database.write() as connection:
        assert trail.verify(connection, None) == []
        entries, tried = told.trail(), 0
        for entry in entries:
            for column in TEXTS:
                value = getattr(entry, column)
                for at in range(len(value)):
                    where = found(
                        connection,
                        f"UPDATE trail SET {column} = :new WHERE seq = :seq",  # noqa: S608  # our own columns
                        new=changed(value, at),
                        seq=entry.seq,
                    )
                    assert where & {entry.seq, entry.seq + 1}, f"{column} of entry {entry.seq}, byte {at}"
                    assert min(where) >= entry.seq, "nothing before it is suspected"
                    tried += 1
            for change in ("seq = seq + 50", LATER[connection.dialect.name]):
                where = found(connection, f"UPDATE trail SET {change} WHERE seq = :seq", seq=entry.seq)  # noqa: S608
                assert entry.seq in where, f"{change} of entry {entry.seq}"
        for column, new in (("hash", changed(told.trail_head()[1], 5)), ("seq", 7)):
            assert found(connection, f"UPDATE trail_head SET {column} = :new", new=new)  # noqa: S608
    assert tried > 3000
    assert told.verify_trail() == []
