"""The contact log: kept as evidence, and heard by the decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from told import DAY, HOME, NOW

from monitor.core.line import Line
from monitor.core.money import Money
from monitor.core.reading import Event, Reading
from monitor.evidence.files import Attachments, EvidenceError
from monitor.evidence.record import Note, forget_attachments, record
from monitor.ports import Watched
from monitor.store import SqlStore


def test_a_note_is_kept_whole_and_the_number_in_it_masked(story: SqlStore) -> None:
    [entry] = [e for e in story.trail("home") if e.kind == "record"]
    facts = entry.facts()
    assert facts["text"] == "10086 说 24 小时内恢复 138****8000"
    assert (facts["operator"], facts["paid"], facts["promise_by"]) == ("8812", "50.00 CNY", "2026-11-28")
    [attached] = facts["attachments"]  # type: ignore[misc]
    assert (attached["name"], attached["size"]) == ("回执 scan.txt", 7)
    assert "13812348000" not in "".join(e.payload or "" for e in story.trail())


def test_a_payment_and_a_promise_reach_the_state(story: SqlStore) -> None:
    state = story.states()["home"]
    assert [(p.ticket, p.due_on, p.kind) for p in state.story.promises] == [
        ("T-1", date(2026, 11, 28), "promise")
    ]
    assert state.story.paid == Money(Decimal("50.00"), "CNY")
    seen = [s.what for s in story.history("home", NOW, NOW + 9 * DAY) if isinstance(s, Event)]
    assert seen == ["payment", "promise:2026-11-28"]


def test_a_balance_that_the_owner_saw_is_a_reading_of_theirs(store: SqlStore, files: Attachments) -> None:
    seen = Note("in the app", balance=Money(Decimal("12.30"), "CNY"))
    record(store, files, HOME, seen, route=lambda *_: (), now=NOW)
    reading = store.states()["home"].reading
    assert reading is not None
    assert (reading.source, reading.balance) == ("owner", Money(Decimal("12.30"), "CNY"))


def test_a_closed_ticket_ends_its_promise(story: SqlStore, files: Attachments) -> None:
    record(
        story, files, HOME, Note("done", ticket="T-1", closed=True), route=lambda *_: (), now=NOW + 5 * DAY
    )
    assert story.states()["home"].story.promises == ()


def test_words_alone_change_no_state(store: SqlStore, files: Attachments) -> None:
    before = store.states()["home"]
    record(store, files, HOME, Note("called, nobody answered"), route=lambda *_: (), now=NOW)
    assert store.states()["home"] == before
    assert [e.kind for e in store.trail("home")] == ["record"]
    assert store.history("home", NOW, NOW + DAY) == []


def test_a_broken_promise_is_told(story: SqlStore) -> None:
    from told import poll  # noqa: PLC0415 - reads better here

    late = NOW + 6 * DAY
    poll(story, Reading(late, balance=Money(Decimal("47.00"), "CNY")), late)
    assert "promise_broken" in {row.notice.why.code for row in story.notices()}


def test_a_line_that_the_store_does_not_know_is_an_error(store: SqlStore, files: Attachments) -> None:
    with pytest.raises(EvidenceError, match="does not know the line nobody"):
        record(store, files, Watched(Line("nobody", "tmf")), Note("x"), route=lambda *_: (), now=NOW)


def test_attachments_are_kept_once_and_for_their_owner_alone(files: Attachments, tmp_path: Path) -> None:
    one, two = tmp_path / "a.bin", tmp_path / "b.bin"
    one.write_bytes(b"x" * 3_000_000)
    two.write_bytes(b"x" * 3_000_000)
    kept = [files.keep(one), files.keep(two)]
    assert kept[0].sha256 == kept[1].sha256
    folder = tmp_path / "state" / "attachments"
    assert [(p.name, p.stat().st_mode & 0o777) for p in folder.iterdir()] == [(kept[0].sha256, 0o600)]
    pieces = files.read(kept[0].sha256)
    assert pieces is not None
    assert b"".join(pieces) == b"x" * 3_000_000
    assert files.read("0" * 64) is None
    assert files.read("../m.db") is None


def test_forgetting_a_line_removes_the_files_that_it_alone_holds(
    story: SqlStore, files: Attachments, tmp_path: Path
) -> None:
    shared = tmp_path / "shared.txt"
    shared.write_text("shared")
    work = Watched(Line("work", "tmf"))
    for watched in (HOME, work):
        record(story, files, watched, Note("x", attachments=(shared,)), route=lambda *_: (), now=NOW)
    assert forget_attachments(story, files, "home") == 1
    kept = [p.read_text() for p in (tmp_path / "state" / "attachments").iterdir()]
    assert kept == ["shared"]


def test_an_attachment_that_cannot_be_read_keeps_nothing(
    store: SqlStore, files: Attachments, tmp_path: Path
) -> None:
    note = replace(Note("x"), attachments=(tmp_path / "none.pdf",))
    with pytest.raises(EvidenceError, match=r"none\.pdf cannot be kept: No such file"):
        record(store, files, HOME, note, route=lambda *_: (), now=NOW + timedelta(1))
    assert store.trail() == []
