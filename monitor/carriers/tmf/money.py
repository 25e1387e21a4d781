"""What the line has and owes, from buckets, account balances, bills and payments. Sign and kind come from words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitor.carriers import _values, _words
from monitor.carriers._currency import CURRENCIES
from monitor.carriers.tmf.client import Resource
from monitor.core.money import Money
from monitor.core.words import Autopay


@dataclass(frozen=True, slots=True)
class Terms:
    """What is needed to read amounts and days."""

    now: datetime
    zone: ZoneInfo
    currency: str = ""
    """The line's, for servers that name none; also picks one where there are several."""


@dataclass(frozen=True, slots=True)
class Debt:
    """What the bills say together."""

    amount: Money | None = None
    """None: nothing is known; zero: every bill is paid."""
    due_on: date | None = None
    unbilled: Money | None = None
    state: str | None = None
    """``overdue``, ``part_paid``, ``open``, ``draft`` or ``paid``: the worst of them."""

    @property
    def overdue(self) -> bool:
        """Whether a payable bill is past its due date."""
        return self.state == "overdue"


def amount(value: Any, where: str, terms: Terms) -> Money | None:
    """Read ``Money {unit, value}`` or ``Quantity {amount, units}``; minor units are ``cents``.

    Raises:
        Malformed: not believable.
    """
    given = _values.record(value, where)
    figure = given.get("value") if "value" in given else given.get("amount")
    unit = given.get("unit") if "unit" in given else given.get("units")
    if figure is None:
        return None
    if _values.word(unit) in {"cent", "cents"}:
        cents = _values.number(figure, where)
        return None if cents is None else _values.money(cents / 100, terms.currency, where)
    return _values.money(figure, terms.currency if unit in {None, ""} else unit, where)


def add(parts: Iterable[Money], where: str, terms: Terms) -> Money | None:
    """Sum amounts; with several currencies those of the line's count, and without one the sum is refused.

    Raises:
        Malformed: several currencies, and the line's is not among them.
    """
    parts = list(parts)
    codes = {m.currency for m in parts}
    if len(codes) > 1:
        parts = [m for m in parts if m.currency == terms.currency]
        if not parts:
            names = ", ".join(sorted(codes))
            raise _values.Malformed(f"{where} comes in {names}; set the line's CURRENCY to tell which counts")
    total: Money | None = None
    for part in parts:
        total = part if total is None else total + part
    return total


def bucket_balance(buckets: Sequence[Resource], terms: Terms) -> Money | None:
    """Sum the money buckets of TMF654 that are in force. None: there is none that says anything.

    Raises:
        Malformed: not believable.
    """
    found: list[Money] = []
    for bucket in buckets:
        value = _values.record(bucket.get("remainingValue"), "bucket remainingValue")
        kind = _values.text(bucket.get("usageType"), "bucket usageType")
        unit = str(value.get("units") or "").strip()
        money_like = unit.upper() in CURRENCIES or _values.word(unit) in {"cent", "cents"}
        if not (_values.word(kind) == "monetary" if kind else money_like):
            continue
        if _words.meaning(bucket.get("status"), "tmf654_status", "bucket status") == "expired":
            continue
        valid = _values.record(bucket.get("validFor"), "bucket validFor")
        end = _values.instant(valid.get("endDateTime"), "bucket validFor.endDateTime", terms.zone)
        if end is not None and end < terms.now:
            continue
        said = amount(value, "bucket remainingValue", terms)
        if said is not None:
            found.append(said)
    return add(found, "the bucket balance", terms)


@dataclass(frozen=True, slots=True)
class AccountMoney:
    """What TMF666 says about money."""

    own: Money | None = None
    owed: Money | None = None
    unbilled: Money | None = None
    limit: Money | None = None


def account_money(accounts: Sequence[Resource], terms: Terms) -> AccountMoney:
    """Read ``accountBalance`` by the kind of each and ``creditLimit``.

    A receivable is debt: a positive one is owed, a negative one is credit. Deposits, disputed sums and loyalty points
    are nobody's spending money and are left out; so is a balance whose kind is not known.

    Raises:
        Malformed: not believable.
    """
    parts: dict[str, list[Money]] = {"own": [], "owed": [], "unbilled": [], "other": []}
    limits: list[Money] = []
    for account in accounts:
        for balance in _values.records(account.get("accountBalance"), "accountBalance"):
            said = amount(balance.get("amount"), "accountBalance amount", terms)
            kind = _words.meaning(balance.get("balanceType"), "tmf666_balance", "accountBalance balanceType")
            if said is not None:
                parts[kind or "other"].append(said)
        limit = amount(account.get("creditLimit"), "creditLimit", terms)
        if limit is not None:
            limits.append(Money(abs(limit.amount), limit.currency))
    owed = add(parts["owed"], "the receivable", terms)
    if owed is not None and owed.amount < 0:
        owed = _none_of(owed)
    return AccountMoney(
        add(parts["own"], "the account balance", terms),
        owed,
        add(parts["unbilled"], "the unbilled amount", terms),
        add(limits, "creditLimit", terms),
    )


_WORST = ("part_paid", "open", "draft", "paid")
_PAYABLE = frozenset({"open", "part_paid"})


def debt(bills: Sequence[Resource], terms: Terms) -> Debt:
    """Add up the bills of TMF678: what is payable, since when, and what is still a draft.

    A bill without a state counts only by what it says is left (``remainingAmount``, or ``amountDue`` less applied
    payments); its total alone may long be paid.

    Raises:
        Malformed: not believable.
    """
    today = terms.now.astimezone(terms.zone).date()
    read = [_bill(bill, terms) for bill in bills]
    payable = [b.left for b in read if b.state in _PAYABLE and b.left is not None]
    total = add(payable, "the amount due", terms)
    if total is None and not any(b.state in _PAYABLE for b in read):
        zeros = [_none_of(b.left) for b in read if b.state == "paid" and b.left is not None]
        total = add(zeros, "the amount due", terms)
    drafts = [b.left for b in read if b.state == "draft" and b.left is not None]
    due_on = min((b.due for b in read if b.state in _PAYABLE and b.due is not None), default=None)
    states = {b.state for b in read}
    worst = next((word for word in _WORST if word in states), None)
    if due_on is not None and due_on < today:
        worst = "overdue"
    return Debt(total, due_on, add(drafts, "the draft bills", terms), worst)


@dataclass(frozen=True, slots=True)
class _Bill:
    state: str | None
    left: Money | None
    due: date | None


def _bill(bill: Resource, terms: Terms) -> _Bill:
    state = _words.meaning(bill.get("state"), "tmf678_state", "bill state")
    left = _left(bill, state, terms)
    due = _values.day(bill.get("paymentDueDate"), "bill paymentDueDate", terms.zone)
    if state is None and left is not None:
        state = "open"
    if state in _PAYABLE and left is not None and left.amount <= 0:
        state = "paid"
    return _Bill(state, left, due)


def _left(bill: Resource, state: str | None, terms: Terms) -> Money | None:
    total = amount(bill.get("taxIncludedAmount"), "bill taxIncludedAmount", terms)
    due = amount(bill.get("amountDue"), "bill amountDue", terms)
    left = amount(bill.get("remainingAmount"), "bill remainingAmount", terms)
    if left is not None:
        return left
    if state == "paid":
        known = due or total
        return _none_of(known) if known else None
    if due is None and state in {"open", "part_paid", "draft"}:
        due = total
    if due is None:
        return None
    for payment in _values.records(bill.get("appliedPayment"), "bill appliedPayment"):
        paid = amount(payment.get("appliedAmount"), "bill appliedPayment.appliedAmount", terms)
        if paid is not None and paid.currency == due.currency:
            due -= paid
    return due if due.amount > 0 else _none_of(due)


def _none_of(sum_: Money) -> Money:
    """Zero, written with as many digits as the carrier writes."""
    return Money(abs(sum_.amount) * 0, sum_.currency)


def autopay(accounts: Sequence[Resource], payments: Sequence[Resource], terms: Terms) -> Autopay:
    """Tell autopay where it is stated; on is claimed carefully, since it silences reminders.

    TM Forum has no word for autopay. A plan in force that calls itself one (``planType``, or a method of direct debit)
    is on; a plain instalment plan or a default payment method says nothing. If the newest payment of all is an
    automatic one that failed, it is failed.

    Raises:
        Malformed: not believable.
    """
    said = Autopay.UNKNOWN
    methods: set[str] = set()
    for account in accounts:
        for plan in _values.records(account.get("paymentPlan"), "paymentPlan"):
            method = _ref(plan, "paymentMethod")
            if not _sounds_automatic(plan.get("planType"), method.get("name"), method.get("@type")):
                continue
            methods.add(str(method.get("id") or ""))
            state = _values.word(_values.text(plan.get("status"), "paymentPlan status") or "")
            end = _values.record(plan.get("validFor"), "paymentPlan validFor").get("endDateTime")
            ends = _values.instant(end, "paymentPlan validFor.endDateTime", terms.zone)
            if state == "effective" and (ends is None or ends >= terms.now):
                said = Autopay.ON
            elif said is Autopay.UNKNOWN:
                said = Autopay.OFF
    newest = max(payments, key=lambda p: _when(p, terms), default=None)
    if newest is not None and payment_state(newest) == "failed" and _automatic(newest, methods):
        return Autopay.FAILED
    return said


def last_failed(payments: Sequence[Resource], terms: Terms) -> bool:
    """Whether the newest payment failed.

    Raises:
        Malformed: not believable.
    """
    newest = max(payments, key=lambda p: _when(p, terms), default=None)
    return newest is not None and payment_state(newest) == "failed"


def payment_state(payment: Resource) -> str | None:
    """Return ``pending``, ``done``, ``failed`` or ``canceled``."""
    return _words.meaning(payment.get("status"), "tmf676_status", "payment status")


def _automatic(payment: Resource, methods: set[str]) -> bool:
    channel = _ref(payment, "channel")
    if _sounds_automatic(channel.get("name"), channel.get("id"), payment.get("name")):
        return True
    return str(_ref(payment, "paymentMethod").get("id") or "") in methods - {""}


_AUTOMATIC = (
    "autopay",
    "automatic",
    "directdebit",
    "accountdebit",
    "recurring",
    "standingorder",
    "自动",
    "代扣",
    "托收",
)


def _sounds_automatic(*said: object) -> bool:
    words = [_values.word(w) for w in said if isinstance(w, str)]
    return any(sign in word for word in words for sign in _AUTOMATIC)


def _ref(resource: Resource, key: str) -> Mapping[str, Any]:
    return _values.record(resource.get(key), key)


def _when(payment: Resource, terms: Terms) -> datetime:
    for key in ("paymentDate", "statusDate"):
        moment = _values.instant(payment.get(key), f"payment {key}", terms.zone)
        if moment is not None:
            return moment
    return datetime(1990, 1, 1, tzinfo=terms.zone)
