"""What a person reads in the index of an archive."""

from __future__ import annotations

import re
import zipfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from told import DAY, HOME, NOW, poll

from monitor.core.money import Money
from monitor.core.reading import Reading
from monitor.core.words import Status
from monitor.evidence import words
from monitor.evidence.export import export
from monitor.evidence.files import Attachments
from monitor.store import SqlStore


def test_the_index_shows_each_change_of_state_and_no_routine_reading(
    store: SqlStore, files: Attachments, tmp_path: Path
) -> None:
    states = [Status.ACTIVE, Status.ACTIVE, Status.SUSPENDED, Status.SUSPENDED, Status.ACTIVE]
    for hour, status in enumerate(states):
        at = NOW + timedelta(hours=hour)
        store.poll_now(["home"], at)
        poll(store, Reading(at, status=status, balance=Money(Decimal(hour), "CNY")), at)
    sealed = export(store, files, HOME.line, tmp_path / "home.zip", language="en", now=NOW + 9 * DAY)
    with zipfile.ZipFile(sealed.path) as archive:
        index = archive.read("index.html").decode()
    assert re.findall(r"balance (\d) CNY · (works|stopped)", index) == [
        ("0", "works"),
        ("2", "stopped"),
        ("4", "works"),
    ]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            {"text": "called", "paid": "5 CNY", "gift": True},
            "called · credit given by the carrier, settles no debt 5 CNY",
        ),
        ({"what": "payment", "detail": "gift | A1"}, "credit given by the carrier, settles no debt · A1"),
        ({"what": "payment", "detail": "| gift"}, "payment · gift"),
        ({"what": "promise:2026-03-10", "detail": "T-1"}, "promised for 2026-03-10 · T-1"),
        (
            {"status": "suspended", "cause": "arrears", "cause_basis": "inferred"},
            "stopped: emergency calls only · cause: debt (inferred)",
        ),
    ],
)
def test_an_entry_in_words(facts: dict[str, object], said: str) -> None:
    assert words._listed(facts, chinese=False) == said
