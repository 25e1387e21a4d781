"""From the answers of a preset's steps to one reading."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from fnmatch import fnmatchcase
from typing import Any

from monitor.carriers import _evidence, _unheard, _values, _words
from monitor.carriers.http_json import select
from monitor.carriers.http_json.spec import DAYS, MONEY, Preset
from monitor.core.line import Line
from monitor.core.money import Money
from monitor.core.reading import Reading
from monitor.core.words import Autopay, Basis, Billing, Cause, Status

log = logging.getLogger(__name__)


def found(preset: Preset, document: Any, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what each selector finds, raw: for ``carrier try`` and for :func:`read`.

    Raises:
        Malformed: a selector does not fit the answer.
    """
    return {field: select.find(expression, document, names) for field, expression in preset.select.items()}


def read(
    preset: Preset, raw: Mapping[str, Any], line: Line, now: datetime, missing: tuple[str, ...] = ()
) -> Reading | None:
    """Return the reading, or None when the answers state nothing at all.

    Raises:
        Malformed: a value that cannot be true; then nothing of the answer is used.
    """
    zone = preset.zone or line.zone
    said = _values.text(raw.get("currency"), "currency")
    code = said or line.currency
    money: dict[str, Money | None] = {field: _money(preset, raw.get(field), code, field) for field in MONEY}
    days: dict[str, date | None] = {field: _day(raw.get(field), field, zone, line) for field in DAYS}
    status, cause = _status(preset, raw)
    autopay = _word(preset, "autopay", raw.get("autopay"))
    billing = _word(preset, "billing", raw.get("billing"))
    reading = Reading(
        now,
        source=preset.name,
        as_of=_values.instant(raw.get("as_of"), "as_of", zone),
        status=status,
        autopay=Autopay(autopay) if autopay else Autopay.UNKNOWN,
        billing=Billing(billing) if billing else Billing.UNKNOWN,
        plan=_values.text(raw.get("plan"), "plan"),
        bill_state=_values.text(raw.get("bill_state"), "bill_state"),
        ends_at=_values.instant(raw.get("ends_at"), "ends_at", zone),
        missing=missing,
        balance=money["balance"],
        amount_due=_owed(money["amount_due"]),
        unbilled=money["unbilled"],
        credit_limit=money["credit_limit"],
        fee=money["fee"],
        month_spend=money["month_spend"],
        due_on=days["due_on"],
        next_charge_on=days["next_charge_on"],
        credit_expires_on=days["credit_expires_on"],
        card_expires_on=days["card_expires_on"],
    )
    overdue = bool(
        reading.due_on
        and reading.amount_due
        and reading.amount_due.amount > 0
        and reading.due_on < now.astimezone(line.zone).date()
    )
    basis = Basis.REPORTED if cause is not None and status is not Status.ACTIVE else Basis.NONE
    if basis is Basis.NONE:
        cause, basis = _evidence.cause(reading, overdue=overdue)
    reading = replace(reading, cause=cause or Cause.UNKNOWN, cause_basis=basis)
    return reading if _evidence.says_something(reading) else None


def _money(preset: Preset, raw: Any, code: str, field: str) -> Money | None:
    amount = _values.number(raw, field)
    if amount is None:
        return None
    divisor = preset.divisor.get(field, preset.divisor.get("all"))
    if divisor is not None:
        amount /= divisor
    if field in preset.negate:
        amount = -amount
    if field in preset.absolute:
        amount = abs(amount)
    if not code:
        raise _values.Malformed(f"{field} comes without a currency; set the line's CURRENCY")
    return _values.money(amount, code, field)


def _owed(amount: Money | None) -> Money | None:
    """A negative debt is credit: nothing is owed."""
    if amount is None or amount.amount >= 0:
        return amount
    return Money(amount.amount * 0, amount.currency)


def _day(raw: Any, field: str, zone: Any, line: Line) -> date | None:
    if isinstance(raw, str) and len(raw.strip()) > 10 and zone is not line.zone:
        moment = _values.instant(raw, field, zone)
        return moment.astimezone(line.zone).date() if moment else None
    return _values.day(raw, field, zone)


def _status(preset: Preset, raw: Mapping[str, Any]) -> tuple[Status, Cause | None]:
    entry = _word(preset, "status", raw.get("status"))
    status, cause = _words.split(entry) if entry else (Status.UNKNOWN, None)
    named = _word(preset, "cause", raw.get("cause"))
    return status, cause or (Cause(named) if named else None)


def _word(preset: Preset, kind: str, raw: Any) -> str | None:
    """Look a word up; keys may hold ``*``. A word nobody knows is logged once and counts as not said."""
    said = _values.text(raw, kind)
    if said is None:
        return None
    table, word = preset.words.get(kind, {}), _values.word(said)
    if word in table:
        return table[word]
    for pattern, meaning in table.items():
        if "*" in pattern and fnmatchcase(word, pattern):
            return meaning
    if kind != "cause":
        _unheard.note(f"{preset.name} {kind}", said)
    return None
