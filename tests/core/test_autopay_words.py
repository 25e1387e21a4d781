"""Automatic payment that does not do its work is called by its name, and hides no debt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.line import Line
from monitor.core.notice import Notice
from monitor.core.reading import Reading
from monitor.core.words import Autopay, Billing, Kind, Severity
from tests.core.histories import POSTPAID, PREPAID, START, day, euro, live, reading

NO_LIMIT = replace(PREPAID, overdraft=None, billing=Billing.UNKNOWN)


def said_of(line: Line, **facts: object) -> list[Notice]:
    seen: list[Reading] = [reading(START + i * timedelta(hours=6), **facts) for i in range(3)]
    return live(seen, line)[1]


@pytest.mark.parametrize("due_in", [1, 0])
def test_a_failed_collection_of_a_bill_is_told_as_such_once(due_in: int) -> None:
    line = replace(POSTPAID, dunning_days=0)
    (said,) = said_of(line, amount_due=euro("25.00"), due_on=day(due_in), autopay=Autopay.FAILED)
    assert (said.kind, said.severity, said.why.code) == (
        Kind.AUTOPAY_FAILED, Severity.WARNING, "autopay_failed",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("balance", "more", "severity"),
    [
        ("-4.20", {"autopay": Autopay.OFF}, Severity.CRITICAL),
        ("-4.20", {"autopay": Autopay.ON}, Severity.WARNING),
        ("-4.20", {"autopay": Autopay.ON, "due_on": day(5)}, None),  # it has yet to collect
        ("-4.20", {"autopay": Autopay.ON, "due_on": day(-4)}, Severity.WARNING),  # it should have
        ("-0.01", {"autopay": Autopay.ON}, None),  # a rounding
        ("-4.20", {"autopay": Autopay.ON, "billing": Billing.POSTPAID}, None),  # what a bill will ask for
    ],
)
def test_a_balance_below_zero_is_told_unless_a_collection_is_ahead(
    balance: str, more: dict[str, object], severity: Severity | None
) -> None:
    said = [n for n in said_of(NO_LIMIT, balance=balance, **more) if n.why.code == "balance_negative"]
    assert [n.severity for n in said] == ([severity] if severity else [])
