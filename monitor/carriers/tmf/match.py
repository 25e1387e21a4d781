"""Which of the operator's resources are this line's: by configured id, by number, by link, or as the only one.

The rules, in this order, for every kind of resource:

1. the id in the settings;
2. the number, where resources name one (realizing, supporting and logical resource, characteristics, id, name, party);
3. links: product → account and services, service → product, account → bills, buckets and payments;
4. one line alone is asked about and the answer holds one single resource that names no other number and hangs on no
   other account: then it is this line's, since the credentials see nothing else.

Several resources of which none fits are nobody's: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.carriers.tmf.client import Resource
from monitor.ports import Watched

_CHARACTERISTICS = frozenset(
    {"msisdn", "phonenumber", "number", "serviceidentity", "telephonenumber", "mdn", "subscribernumber"}
)
_ENDED = frozenset({"terminated", "cancelled", "aborted"})
_E164 = re.compile(r"^\+\d{8,15}$|^(?:msisdn|tel)[:\-]?\+?\d{8,15}$", re.IGNORECASE)


@dataclass(slots=True)
class Answers:
    """Everything that was read in one round, by API name."""

    product: list[Resource] = field(default_factory=list)
    service: list[Resource] = field(default_factory=list)
    account: list[Resource] = field(default_factory=list)
    balance: list[Resource] = field(default_factory=list)
    bill: list[Resource] = field(default_factory=list)
    payment: list[Resource] = field(default_factory=list)


def own(answers: Answers, watched: Watched, *, alone: bool) -> Answers:
    """Return what belongs to one line."""
    number, option = watched.line.number, watched.access.options.get
    found = Answers()
    found.service = _pick(answers.service, option("service_id", ""), number)
    found.product = _pick(answers.product, option("product_id", ""), number)
    if not found.product:
        ids = {_id(s) for s in found.service}
        named = _products_of(found.service)
        found.product = [p for p in answers.product if _refs(p, "realizingService") & ids or _id(p) in named]
    if not found.service:
        linked = {i for p in found.product for i in _refs(p, "realizingService")}
        found.service = [s for s in answers.service if _id(s) in linked]
    if alone:
        found.product = found.product or _sole(answers.product, number)
        found.service = found.service or _sole(answers.service, number)
    found.balance = _pick(answers.balance, "", number)
    if not found.balance:
        ids = {_id(p) for p in found.product} | _products_of(found.service)
        found.balance = [b for b in answers.balance if _refs(b, "product") & ids]
    wanted = {option("account_id", "")} - {""}
    wanted = wanted or accounts_of(found.product)
    wanted = wanted or {i for b in found.balance for i in _refs(b, "partyAccount")}
    found.account = [a for a in answers.account if _id(a) in wanted] or _pick(answers.account, "", number)
    if alone and not found.account and not wanted:
        found.account = _sole(answers.account, number)
    wanted |= {_id(a) for a in found.account}
    if not found.balance:
        found.balance = [b for b in answers.balance if _refs(b, "partyAccount") & wanted]
    if alone and not found.balance and not wanted:
        found.balance = _same_owner(answers.balance, number)
    found.bill = _of_account(answers.bill, "billingAccount", wanted, alone=alone)
    found.payment = _of_account(answers.payment, "account", wanted, alone=alone)
    return found


def _products_of(services: Iterable[Resource]) -> set[str]:
    return {i for s in services for i in _refs(s, "product")}


def accounts_of(products: Iterable[Resource]) -> set[str]:
    """Return the ids of the accounts that products are billed to; ended products count only when none goes on."""
    products = list(products)
    going = [p for p in products if str(p.get("status")).strip().casefold() not in _ENDED]
    return {i for p in going or products for i in _refs(p, "billingAccount")}


def _of_account(items: Sequence[Resource], key: str, accounts: set[str], *, alone: bool) -> list[Resource]:
    if accounts:
        return [item for item in items if _refs(item, key) & accounts]
    owners = {tuple(sorted(_refs(item, key))) for item in items}
    return list(items) if alone and len(owners) == 1 else []


def _pick(items: Iterable[Resource], id_: str, number: str) -> list[Resource]:
    items = list(items)
    if id_:
        return [item for item in items if _id(item) == id_]
    return [item for item in items if any(same_number(said, number) for said in _names(item))]


def _sole(items: Sequence[Resource], number: str) -> list[Resource]:
    return list(items) if len(items) == 1 and not _names_other(items[0], number) else []


def _same_owner(items: Sequence[Resource], number: str) -> list[Resource]:
    """Several buckets are one line's too, as long as none of them names another number."""
    owners = {tuple(sorted(_refs(i, "product") | _refs(i, "partyAccount"))) for i in items}
    return list(items) if len(owners) == 1 and not any(_names_other(i, number) for i in items) else []


def _id(item: Resource) -> str:
    return str(item.get("id") or "")


def _refs(item: Resource, key: str) -> set[str]:
    """Return the ids that a reference, or a list of them, points to."""
    value = item.get(key)
    if isinstance(value, str):  # SigScale writes the id alone
        return {value}
    parts = value if isinstance(value, list) else [value]
    return {str(part["id"]) for part in parts if isinstance(part, dict) and part.get("id")}


def phone_numbers(item: Resource) -> set[str]:
    """Return what on a resource may be its number."""
    return _names(item)


def _names(item: Resource) -> set[str]:
    """Return everything on a resource that may be a phone number."""
    said = {str(item.get(key) or "") for key in ("id", "name", "productSerialNumber")}
    for key in ("realizingResource", "supportingResource", "logicalResource", "relatedParty"):
        for part in _parts(item.get(key)):
            inner = part.get("partyOrPartyRole")
            for ref in (part, inner if isinstance(inner, dict) else {}):
                said |= {str(ref.get(k) or "") for k in ("id", "name", "value")}
    for key in ("serviceCharacteristic", "productCharacteristic"):
        for part in _parts(item.get(key)):
            name = re.sub(r"[\s_\-]+", "", str(part.get("name") or "")).casefold()
            if name in _CHARACTERISTICS:
                said.add(str(part.get("value") or ""))
    return said - {""}


def _parts(value: Any) -> list[Mapping[str, Any]]:
    parts = value if isinstance(value, list) else [value]
    return [part for part in parts if isinstance(part, dict)]


def _names_other(item: Resource, number: str) -> bool:
    numbers = [said for said in _names(item) if _E164.match(said.strip())]
    return bool(numbers) and not any(same_number(said, number) for said in numbers)


def same_number(said: str, number: str) -> bool:
    """Whether a text is this number, with or without ``+``, country code, trunk zero, spaces or ``tel:``."""
    if not number or not re.fullmatch(r"(?i)\s*(?:tel|msisdn)?[:\-]?\s*\+?[\d\s().\-]{7,22}", said):
        return False
    theirs = re.sub(r"\D", "", said)
    ours = re.sub(r"\D", "", number)
    if said.strip().startswith("+") or theirs == ours:
        return theirs == ours
    theirs = theirs.removeprefix("00") if theirs.startswith("00") else theirs
    national = theirs.lstrip("0")
    return theirs == ours or (
        len(national) >= 8 and ours.endswith(national) and len(ours) - len(national) <= 3
    )
