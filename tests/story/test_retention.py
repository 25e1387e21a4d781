"""Each kind of data is kept as long as its own setting says, and what an open case needs stays."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.app import Application, build
from monitor.core.money import Money
from monitor.core.notice import Notice, Why
from monitor.core.reading import Event, Reading
from monitor.core.words import Kind, Severity, Status
from monitor.evidence.files import Attachments
from monitor.inventory import read_settings
from monitor.ports import DeliveryState, Planned
from monitor.retention import forget_old
from monitor.settings import EnvSource

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SETTINGS = {
    "MONITOR_LINES__HOME__CARRIER": "sms",
    "MONITOR_LINES__HOME__NUMBER": "+8613800138000",
    "MONITOR_LINES__WORK__CARRIER": "sms",
    "MONITOR_LINES__WORK__NUMBER": "+8613800138001",
    "MONITOR_CHANNELS__MAIL__URL": "json://127.0.0.1:9",
    "MONITOR_TIMEZONE": "Asia/Shanghai",
    "MONITOR_KEEP_READINGS": "30d",
    "MONITOR_KEEP_MESSAGES": "10d",
    "MONITOR_KEEP_NOTICES": "20d",
    "MONITOR_KEEP_EVIDENCE": "40d",
}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Application:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    return build(read_settings(EnvSource([], SETTINGS), to_run=True))


def tell(house: Application, line: str, days_ago: int, status: Status = Status.ACTIVE) -> str:
    """One of each kind of data, so long ago; return the digest of the attachment."""
    at, store = NOW - days_ago * DAY, house.store
    seen = Reading(at, status=status, balance=Money.of("9.00", "CNY"))
    store.update(line, lambda s: (s, ()), at, seen)
    store.update(line, lambda s: (s, ()), at, Event(at, "policy", None, '{"summary": "bill text"}'))
    store.update(line, lambda s: (s, ()), at, Event(at, "sms:bill", None, f"| 本月账单 {line} {days_ago}"))
    why = Why.of("bill_due", amount_due="9.00 CNY")
    told = Notice(line, at, Kind.PAYMENT_DUE, Severity.INFO, f"s{days_ago}", "money-1", why)
    store.enqueue([Planned(told, "mail", at)], at)
    [due] = store.claim_deliveries(at, 9, DAY)
    store.settle(due, DeliveryState.DELIVERED, "", None, at)
    path = house_folder() / f"{line}{days_ago}.txt"
    path.write_text(f"{line} {days_ago}")
    kept = Attachments(house_folder() / "attachments").keep(path).facts()
    store.trail_append("record", line, {"text": f"call {days_ago}", "attachments": [kept]}, at)
    return str(kept["sha256"])


def house_folder() -> Path:
    return Path(os.environ["STATE_DIRECTORY"])


def left(house: Application, line: str) -> dict[str, list[int]]:
    store = house.store
    seen = store.history(line, NOW - 99 * DAY, NOW + DAY)
    ago = [(type(s).__name__, (NOW - s.observed_at).days) for s in seen]
    return {
        "readings": [d for kind, d in ago if kind == "Reading"],
        "messages": [d for kind, d in ago if kind == "Event"],
        "notices": sorted((NOW - r.notice.at).days for r in store.notices(line)),
        "records": [(NOW - e.at).days for e in store.trail(line) if e.kind == "record" and e.payload],
    }


def test_each_kind_is_kept_as_long_as_its_setting_says(house: Application) -> None:
    files = {days: tell(house, "home", days) for days in (45, 35, 25, 15, 5)}
    gone = forget_old(house, NOW)
    assert left(house, "home") == {
        "readings": [25, 15, 5],
        "messages": [5, 5],
        "notices": [5, 15],
        "records": [35, 25, 15, 5],
    }
    assert (gone.readings, gone.notices, gone.attachments) == (10, 3, (files[45],))
    assert {p.name for p in (house_folder() / "attachments").iterdir()} == {
        d for days, d in files.items() if days != 45
    }
    assert house.store.verify_trail() == []
    assert forget_old(house, NOW + timedelta(hours=1)).entries == 0
    house.close()


def test_what_an_open_case_needs_is_spared(house: Application) -> None:
    for line in ("home", "work"):
        tell(house, line, 45)
    state = house.store.states()["work"]

    stopped = replace(state, story=replace(state.story, stopped_at=NOW - 44 * DAY))
    house.store.update("work", lambda _: (stopped, ()), NOW)
    forget_old(house, NOW)
    assert left(house, "home") == {"readings": [], "messages": [], "notices": [], "records": []}
    assert left(house, "work") == {"readings": [45], "messages": [45, 45], "notices": [45], "records": [45]}
    house.close()


def test_a_file_that_a_newer_note_names_too_stays(house: Application) -> None:
    path = house_folder() / "scan.txt"
    path.write_text("the same scan")
    kept = Attachments(house_folder() / "attachments").keep(path).facts()
    for days in (45, 5):
        house.store.trail_append("record", "home", {"attachments": [kept]}, NOW - days * DAY)
    assert forget_old(house, NOW).attachments == ()
    assert (house_folder() / "attachments" / str(kept["sha256"])).exists()
    house.close()


def test_what_still_waits_to_be_sent_is_not_forgotten(house: Application) -> None:
    at = NOW - 60 * DAY
    why = Why.of("bill_due", amount_due="9.00 CNY")
    told = Notice("home", at, Kind.PAYMENT_DUE, Severity.INFO, "s", "money-1", why)
    house.store.enqueue([Planned(told, "mail", at)], at)
    assert forget_old(house, NOW).notices == 0
    assert len(house.store.notices("home")) == 1
    house.close()


def test_old_copies_of_pages_go_and_the_newest_of_each_stays(house: Application) -> None:
    folder = house_folder() / "pages"
    folder.mkdir()
    for page, days in (("news", 90), ("news", 80), ("terms", 90)):
        file = folder / f"{page}-{days:064}.html.gz"
        file.write_bytes(b"")
        stamp = (NOW - days * DAY).timestamp()
        os.utime(file, (stamp, stamp))
    forget_old(house, NOW)
    assert sorted(p.name[:8].rstrip("0") for p in folder.iterdir()) == ["news-", "terms-"]
    house.close()
