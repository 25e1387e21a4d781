"""Drift: what was always there and is gone is told once; what comes and goes, or is new, is not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from servers.bench import NOW, Memory, bench

from monitor.carriers._drift import LEARN, Drift, changes, shape
from monitor.core.words import Status

GOOD = {"data": {"balance": "12.30", "lines": [{"state": "ok", "note": None}]}, "code": 0}


def learned(vault: Memory) -> Drift:
    drift = Drift("telnyx")
    for _ in range(LEARN):
        assert drift.note("balance", GOOD, vault, NOW) == ()
    return drift


CHANGES: list[tuple[str, Any, tuple[str, ...]]] = [
    ("the same", GOOD, ()),
    ("a new field", GOOD | {"extra": 1}, ()),
    ("an empty list", {"data": {"balance": "1", "lines": []}, "code": 0}, ()),
    ("a null", {"data": {"balance": None, "lines": None}, "code": 0}, ()),
    ("a field that is gone", {"data": {"lines": [{"state": "ok", "note": 1}]}, "code": 0}, ("data.balance",)),
    (
        "another type",
        {"data": {"balance": 12.3, "lines": [{"state": "ok", "note": 1}]}, "code": 0},
        ("data.balance",),
    ),
]


@pytest.mark.parametrize(("answer", "lost"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_changes(answer: Any, lost: tuple[str, ...]) -> None:
    vault = Memory()
    assert learned(vault).note("balance", answer, vault, NOW) == lost
    assert [entry["lost"] for entry in changes("telnyx", vault)] == ([list(lost)] if lost else [])


def test_a_change_is_told_once_and_remembered_across_restarts() -> None:
    vault = Memory()
    learned(vault)
    changed = {"data": {"amount": "1"}, "code": 0}
    fresh = Drift("telnyx")
    assert fresh.note("balance", changed, vault, NOW)
    assert fresh.note("balance", changed, vault, NOW) == ()
    assert Drift("telnyx").note("balance", changed, vault, NOW) == ()
    assert len(changes("telnyx", vault)) == 1


def test_before_it_is_learned_nothing_is_a_change() -> None:
    vault = Memory()
    drift = Drift("telnyx")
    drift.note("balance", GOOD, vault, NOW)
    assert drift.note("balance", {}, vault, NOW) == ()


def test_only_names_and_types_are_kept() -> None:
    assert shape({"+4712345678": {"pin": "1234"}}) == {"": "object", "#": "object", "#.pin": "text"}
    vault = Memory()
    learned(vault)
    assert "12.30" not in json.dumps(vault.kept)


def test_a_preset_takes_note_of_its_answers() -> None:
    with bench("plivo") as box:
        box.answers["/Account/u/"] = {"cash_credits": "4", "auto_recharge": True, "billing_mode": "prepaid"}
        for _ in range(LEARN):
            box.read(box.url, username="u", password="p")
        box.answers["/Account/u/"] = {"credits": "4", "auto_recharge": True, "billing_mode": "prepaid"}
        box.ask(box.url, username="u", password="p")
        assert [entry["lost"] for entry in changes("plivo", box.vault)] == [["cash_credits"]]


def test_an_operators_apis_take_note_of_their_answers() -> None:
    with bench("tmf") as box:
        account = {"id": "1", "state": "Active", "paymentStatus": "paid"}
        box.answers["/billingAccount"] = [account]
        for _ in range(LEARN):
            box.read(account_url=box.url)
        box.answers["/billingAccount"] = [{"id": "1", "state": "Active"}]
        box.read(account_url=box.url)
        assert [entry["lost"] for entry in changes("tmf", box.vault)] == [["[].paymentStatus"]]


def test_an_unknown_word_counts_as_unknown_and_is_kept_without_what_may_be_a_number() -> None:
    with bench("http-json") as box:
        given = {
            "path": "/me",
            "balance": "b",
            "status": "st",
            "currency": "NOK",
            "words_status_ok": "active",
        }
        for said in ("HALF_OFF", "HALF_OFF", "+4741100000"):
            box.answers["/me"] = {"b": "5", "st": said}
            assert box.read(box.url, **given).status is Status.UNKNOWN
        kept = [word for entry in changes("http-json", box.vault) for word in entry["lost"]]
        assert [word.partition(": ")[2] for word in kept] == ["'HALF_OFF'", "'…'"]
