"""A store that holds a line's short story, as the daemon and the owner made it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from told import DAY, HOME, NOW, poll

from monitor.core.money import Money
from monitor.core.reading import Failure, Reading
from monitor.core.words import FailureKind, Status
from monitor.evidence.files import Attachments
from monitor.evidence.record import Note, record
from monitor.store import SqlStore, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(f"sqlite:///{tmp_path}/state/m.db", key=b"a key for the tests")
    opened.sync_lines(["home", "work"], NOW)
    yield opened
    opened.close()


@pytest.fixture
def files(tmp_path: Path) -> Attachments:
    return Attachments(tmp_path / "state" / "attachments")


@pytest.fixture
def story(store: SqlStore, files: Attachments, tmp_path: Path) -> SqlStore:
    for day, yuan in enumerate(("30.00", "20.00", "-3.00")):
        at = NOW + day * DAY
        status = Status.ACTIVE if day < 2 else Status.SUSPENDED
        poll(store, Reading(at, status=status, balance=Money(Decimal(yuan), "CNY")), at)
    poll(store, Failure(NOW + 3 * DAY, FailureKind.TIMEOUT, "no answer"), NOW + 3 * DAY)
    scan = tmp_path / "回执 scan.txt"
    scan.write_text("paid 50", encoding="utf-8")
    note = Note(
        "10086 说 24 小时内恢复 13812348000",
        channel="hotline",
        operator="8812",
        ticket="T-1",
        paid=Money(Decimal("50.00"), "CNY"),
        ref="P-77",
        promise_by=(NOW + 5 * DAY).date(),
        attachments=(scan,),
    )
    record(store, files, HOME, note, route=lambda *_: (), now=NOW + 4 * DAY)
    return store
