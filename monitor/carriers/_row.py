"""The contract's own row as an answer: what a user's command prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor.carriers import _evidence, _values
from monitor.core.line import Line
from monitor.core.money import Money
from monitor.core.reading import Failure, Reading
from monitor.core.words import Autopay, Basis, Billing, Cause, FailureKind, Status


def choose(data: Any, line: str) -> Mapping[str, Any]:
    """Return the row of a line out of one row or a list of rows.

    Raises:
        Malformed: there is none, or more than one.
    """
    rows = [r for r in _values.records(data, "the output") if r.get("line") in {None, line}]
    if len(rows) != 1:
        raise _values.Malformed(f"the output holds {len(rows)} rows for this line; one is needed")
    return rows[0]


def read(row: Mapping[str, Any], line: Line, now: datetime, source: str) -> Reading | Failure:
    """Read a row. ``error`` in it makes a failure of it; every other key is optional.

    Raises:
        Malformed: a value that cannot be true, or a word that the contract does not know.
    """
    error = _values.record(row.get("error"), "error")
    if error:
        kind = _choice(FailureKind, error.get("kind"), "error.kind") or FailureKind.MALFORMED
        return Failure(
            now, kind, _values.text(error.get("message"), "error.message") or "the command reports an error"
        )
    zone = line.zone

    def money(field: str) -> Money | None:
        given = row.get(field)
        if isinstance(given, str | int) or given is None or not isinstance(given, dict):
            return _values.money(given, row.get("currency") or line.currency, field)
        return _values.money(given.get("amount"), given.get("currency"), f"{field}.amount")

    reading = Reading(
        now,
        as_of=_values.instant(row.get("as_of"), "as_of", zone),
        source=source,
        status=_choice(Status, row.get("status"), "status") or Status.UNKNOWN,
        billing=_choice(Billing, row.get("billing"), "billing") or Billing.UNKNOWN,
        balance=money("balance"),
        amount_due=money("amount_due"),
        due_on=_values.day(row.get("due_on"), "due_on", zone),
        unbilled=money("unbilled"),
        credit_limit=money("credit_limit"),
        next_charge_on=_values.day(row.get("next_charge_on"), "next_charge_on", zone),
        fee=money("fee"),
        credit_expires_on=_values.day(row.get("credit_expires_on"), "credit_expires_on", zone),
        card_expires_on=_values.day(row.get("card_expires_on"), "card_expires_on", zone),
        autopay=_choice(Autopay, row.get("autopay"), "autopay") or Autopay.UNKNOWN,
        month_spend=money("month_spend"),
        plan=_values.text(row.get("plan"), "plan"),
        bill_state=_values.text(row.get("bill_state"), "bill_state"),
        ends_at=_values.instant(row.get("ends_at"), "ends_at", zone),
    )
    if reading.amount_due is not None and reading.amount_due.amount < 0:
        raise _values.Malformed(
            f"amount_due is {reading.amount_due.amount}: what is owed is never below zero"
        )
    cause = _choice(Cause, row.get("cause"), "cause")
    basis = _choice(Basis, row.get("cause_basis"), "cause_basis")
    if cause is None or cause is Cause.UNKNOWN:
        cause, basis = _evidence.cause(reading)
    reading = replace(
        reading, cause=cause, cause_basis=basis or (Basis.NONE if cause is Cause.NONE else Basis.REPORTED)
    )
    if not _evidence.says_something(reading):
        raise _values.Malformed("the row states neither status nor money")
    return reading


def _choice(words: Any, raw: object, where: str) -> Any:
    said = _values.text(raw, where) if not (isinstance(raw, str) and raw == "none") else "none"
    if said is None:
        return None
    try:
        return words(said.casefold())
    except ValueError:
        known = ", ".join(word.value for word in words)
        raise _values.Malformed(f"{where} is {_values.show(said)}, which is none of {known}") from None
