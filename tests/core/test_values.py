"""Frozen values: copies, and none where nothing changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.core.forecast.model import Ledger
from monitor.core.state import LineState
from monitor.core.values import changed

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_copy_is_what_dataclasses_would_make_of_it() -> None:
    ledger = Ledger(currency="EUR", at=NOON, units=500, burns=(1, 2), hours=(2400, 1200))
    assert changed(ledger, units=400, burns=(1, 2, 3)) == replace(ledger, units=400, burns=(1, 2, 3))
    assert ledger.units == 500


def test_where_nothing_changes_it_is_the_same_value() -> None:
    state = LineState(failures=2)
    assert changed(state, failures=2, doubt=None) is state
    assert changed(state, failures=0, doubt=None) == LineState()


def test_a_copy_is_as_frozen_as_the_value() -> None:
    copy = changed(LineState(), failures=1)
    with pytest.raises(AttributeError):
        copy.failures = 2  # type: ignore[misc]


@pytest.mark.parametrize("wrong", [{"failurs": 1}, {"failures": 1, "dubt": None}])
def test_a_name_that_no_field_has_is_an_error(wrong: dict[str, object]) -> None:
    with pytest.raises((AttributeError, KeyError)):
        changed(LineState(), **wrong)  # type: ignore[arg-type]
