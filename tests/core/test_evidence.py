"""The chain: whatever is done to it is found, and found in its place."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.evidence import GENESIS, Entry, Place, audit, canonical, link, sha256

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def chain(count: int) -> list[Entry]:
    entries: list[Entry] = []
    for n in range(1, count + 1):
        end = entries[-1].hash if entries else GENESIS
        payload = {"n": n, "text": "余额 12.30"}
        at = NOW + n * timedelta(seconds=1)
        entries.append(link(Place(n, end, end), at, kind="reading", line="home", payload=payload))
    return entries


def found(entries: list[Entry], head: tuple[int, str] | None = None) -> list[tuple[int, str]]:
    return [(f.seq, f.what) for f in audit(entries, head)]


def test_a_sound_chain_has_no_fault() -> None:
    whole = chain(5)
    assert found(whole, (5, whole[-1].hash)) == []
    assert found([], (0, GENESIS)) == []


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("payload", '{"n":4}', "payload"),
        ("line", "work", "line"),
        ("kind", "failure", "changed"),
        ("at", NOW, "changed"),
        ("digest", "0" * 64, "payload"),
    ],
)
def test_a_changed_field_is_found_in_its_entry(field: str, value: object, what: str) -> None:
    entries = chain(5)
    entries[2] = replace(entries[2], **{field: value})
    assert (3, what) in found(entries)
    assert {seq for seq, _ in found(entries)} <= {3, 4}


def test_a_dropped_entry_is_named() -> None:
    entries = chain(5)
    assert found(entries[:2] + entries[3:])[0] == (3, "missing")
    assert found(entries[2:])[0] == (1, "missing")


def test_reordered_entries_are_found() -> None:
    entries = chain(5)
    entries[1], entries[3] = entries[3], entries[1]
    assert (2, "missing") in found(entries)
    assert any(what == "order" for _, what in found(entries))


def test_a_forged_entry_that_is_sound_in_itself_does_not_fit() -> None:
    entries = chain(5)
    entries[2] = link(
        Place(3, "f" * 64, entries[1].hash), NOW, kind="reading", line="home", payload={"n": "forged"}
    )
    assert {seq for seq, _ in found(entries)} == {3, 4}


def test_lines_have_chains_of_their_own_within_the_whole() -> None:
    first = link(Place(), NOW, kind="reading", line="home", payload={})
    other = link(Place(2, first.hash), NOW, kind="reading", line="work", payload={})
    third = link(Place(3, other.hash, first.hash), NOW, kind="reading", line="home", payload={})
    assert found([first, other, third]) == []
    astray = link(Place(3, other.hash, other.hash), NOW, kind="reading", line="home", payload={})
    assert found([first, other, astray]) == [(3, "order")]


def test_an_end_that_was_cut_off_is_found_by_the_head() -> None:
    entries = chain(5)
    assert found(entries[:3], (5, entries[-1].hash)) == [(3, "cut")]
    assert found(chain(3), (3, "0" * 64)) == [(3, "cut")]


def test_erased_payloads_leave_the_chain_whole() -> None:
    entries = [replace(e, payload=None, line="~1") for e in chain(5)]
    assert found(entries, (5, entries[-1].hash)) == []
    assert entries[0].facts() == {}


def test_a_payload_is_written_in_one_way() -> None:
    assert canonical({"b": 1, "a": "元"}) == '{"a":"元","b":1}'


def test_an_instant_is_hashed_the_same_in_every_zone() -> None:
    here = link(Place(), NOW, kind="record", line="", payload={})
    there = datetime.fromisoformat("2026-11-23T17:00:00+08:00")
    assert link(Place(), there, kind="record", line="", payload={}).hash == here.hash


@given(
    st.integers(0, 4), st.sampled_from(["payload", "digest", "prev", "prev_line", "hash", "kind"]), st.data()
)
def test_any_changed_character_is_found(at: int, field: str, data: st.DataObject) -> None:
    entries = chain(5)
    old = getattr(entries[at], field)
    place = data.draw(st.integers(0, len(old) - 1))
    new = data.draw(st.characters(codec="utf-8").filter(lambda c: c != old[place]))
    entries[at] = replace(entries[at], **{field: old[:place] + new + old[place + 1 :]})
    assert any(seq in {at + 1, at + 2} for seq, _ in found(entries, (5, entries[-1].hash)))


def test_a_kind_is_one_word() -> None:
    with pytest.raises(ValueError, match="not one word"):
        link(Place(), NOW, kind="two words", line="home", payload={})


def test_sha256sum_alone_checks_an_entry() -> None:
    tool = shutil.which("sha256sum")
    assert tool is not None
    entry = chain(1)[0]
    told = subprocess.run([tool], input=f"{entry.text}\n".encode(), capture_output=True, check=True).stdout
    assert told.split()[0].decode() == entry.hash
    assert sha256(entry.payload or "") == entry.digest
