"""What may be handed over twice counts once, and its mark is written with what it changes or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.reading import Event
from monitor.core.state import LineState
from monitor.ports import Planned, Store, Taken

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def failed(state: LineState) -> tuple[LineState, list[Planned]]:
    return replace(state, failures=state.failures + 1), []


def test_a_mark_that_is_known_keeps_the_change_out(store: Store) -> None:
    store.sync_lines(["home"], NOW)
    event, until = Event(NOW, "sms:top_up"), NOW + timedelta(days=1)
    first = store.update_once("home", failed, NOW, [event], {"a": until, "b": until})
    other = store.update_once("home", failed, NOW, [event], {"c": until, "b": until})
    assert (first, other) == (Taken.STORED, Taken.REPEAT)
    assert store.states()["home"].failures == 1
    assert len(store.history("home", NOW, NOW + timedelta(days=1))) == 1
    assert store.notes().get("c", NOW) is None


def test_a_mark_past_its_end_no_longer_counts(store: Store) -> None:
    store.sync_lines(["home"], NOW)
    store.update_once("home", failed, NOW, [], {"a": NOW + timedelta(hours=1)})
    later = NOW + timedelta(hours=2)
    assert store.update_once("home", failed, later, [], {"a": later + timedelta(hours=1)}) is Taken.STORED


def test_a_failed_change_leaves_no_mark(store: Store) -> None:
    store.sync_lines(["home"], NOW)

    def breaks(_: LineState) -> tuple[LineState, list[Planned]]:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.update_once("home", breaks, NOW, [], {"a": NOW + timedelta(days=1)})
    assert store.update_once("home", failed, NOW, [], {"a": NOW + timedelta(days=1)}) is Taken.STORED


def test_of_an_unknown_line_nothing_is_kept(store: Store) -> None:
    assert store.update_once("ghost", failed, NOW, [], {"a": NOW + timedelta(days=1)}) is Taken.NO_LINE
    assert store.notes().get("a", NOW) is None
