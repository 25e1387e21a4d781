"""From one line's resources to one reading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from monitor.carriers import _values, _words
from monitor.carriers.tmf import money, service
from monitor.carriers.tmf.client import Resource
from monitor.carriers.tmf.match import Answers
from monitor.core.line import Line
from monitor.core.reading import Reading
from monitor.core.words import Autopay, Basis, Billing, Cause, Status


def read(
    found: Answers, line: Line, now: datetime, *, currency: str = "", missing: Iterable[str] = ()
) -> Reading | None:
    """Return the reading, or None when the resources state nothing at all.

    Raises:
        Malformed: a value that cannot be true; then nothing of the answer is used.
    """
    for resource in [
        *found.service,
        *found.product,
        *found.account,
        *found.balance,
        *found.bill,
        *found.payment,
    ]:
        _values.text(resource.get("id"), "id")
    terms = money.Terms(now, line.zone, (line.currency or currency).upper())
    works = service.of(found.service, service.alive(found.product), found.account, terms)
    account = money.account_money(found.account, terms)
    buckets = money.bucket_balance(found.balance, terms)
    bills = money.debt(found.bill, terms)
    arrears, paid_word = _payment_status(found.account, found.balance)
    state = "overdue" if arrears else bills.state or paid_word
    reading = Reading(
        now,
        source="tmf",
        status=works.status,
        billing=_billing([*found.account, *(_account_refs(found.product)), *(_account_refs(found.bill))]),
        balance=buckets if buckets is not None else account.own,
        amount_due=bills.amount if bills.amount is not None else account.owed,
        due_on=bills.due_on,
        unbilled=bills.unbilled if bills.unbilled is not None else account.unbilled,
        credit_limit=account.limit,
        autopay=money.autopay(found.account, found.payment, terms),
        plan=next((name for p in service.alive(found.product) if (name := _plan(p))), None),
        bill_state=state,
        ends_at=works.ends_at,
        partial=works.partial,
        missing=tuple(missing),
    )
    evidence = bills.overdue or _exhausted(reading) or money.last_failed(found.payment, terms)
    cause, basis = _cause(works, arrears=arrears, evidence=evidence)
    reading = replace(reading, cause=cause, cause_basis=basis)
    return reading if _says_something(reading) else None


def _cause(works: service.Service, *, arrears: bool, evidence: bool) -> tuple[Cause, Basis]:
    """Arrears are asserted only when the carrier says so, and inferred only with evidence."""
    if works.status is Status.ACTIVE:
        return Cause.NONE, Basis.NONE
    if works.status is Status.UNKNOWN:
        return Cause.UNKNOWN, Basis.NONE
    if works.reason is not None:
        return works.reason, Basis.REPORTED
    if works.status is Status.TERMINATED and not arrears:
        return Cause.UNKNOWN, Basis.NONE
    if arrears:
        return Cause.ARREARS, Basis.REPORTED
    return (Cause.ARREARS, Basis.INFERRED) if evidence else (Cause.UNKNOWN, Basis.NONE)


def _exhausted(reading: Reading) -> bool:
    """Whether the balance is used up, credit included."""
    balance, limit = reading.balance, reading.credit_limit
    if balance is None:
        return False
    extra = limit.amount if limit is not None and limit.currency == balance.currency else 0
    return balance.amount + extra <= 0


def _payment_status(accounts: Iterable[Resource], buckets: Iterable[Resource]) -> tuple[bool, str | None]:
    """Return whether the carrier itself says "in arrears", and else its word."""
    said = [_words.meaning(a.get("paymentStatus"), "tmf666_payment", "paymentStatus") for a in accounts]
    for bucket in buckets:
        account = _values.record(bucket.get("partyAccount"), "bucket partyAccount")
        said.append(_words.meaning(account.get("status"), "tmf666_payment", "partyAccount status"))
    word = next((w for w in said if w is not None), None)
    return "arrears" in said, "open" if word == "due" else word


def _billing(accounts: Iterable[Resource]) -> Billing:
    for account in accounts:
        word = _words.meaning(account.get("ratingType"), "tmf_rating", "ratingType")
        if word is not None:
            return Billing(word)
    return Billing.UNKNOWN


def _account_refs(resources: Iterable[Resource]) -> list[Resource]:
    return [_values.record(r.get("billingAccount"), "billingAccount") for r in resources]


def _plan(product: Resource) -> str | None:
    offering = _values.record(product.get("productOffering"), "productOffering")
    return _values.text(offering.get("name"), "productOffering name") or _values.text(
        product.get("name"), "product name"
    )


def _says_something(reading: Reading) -> bool:
    figures = (
        reading.balance,
        reading.amount_due,
        reading.credit_limit,
        reading.unbilled,
        reading.bill_state,
    )
    return (
        reading.status is not Status.UNKNOWN
        or reading.autopay is not Autopay.UNKNOWN
        or any(figure is not None for figure in figures)
    )
