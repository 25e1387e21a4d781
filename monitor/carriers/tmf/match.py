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

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from monitor.carriers.tmf.client import Resource
from monitor.carriers.tmf.naming import names_other, refs, resource_id
from monitor.carriers.tmf.shelf import Shelf
from monitor.ports import Watched

_ENDED = frozenset({"terminated", "cancelled", "aborted"})


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
    return Finder(answers).own(watched, alone=alone)


class Finder:
    """The answers of one round, in which each line's own are found."""

    def __init__(self, answers: Answers) -> None:
        self._of = {name: Shelf(getattr(answers, name)) for name in Answers.__slots__}

    def own(self, watched: Watched, *, alone: bool) -> Answers:
        """Return what belongs to one line."""
        of, number, option = self._of, watched.line.number, watched.access.options.get
        found = Answers()
        found.service = _pick(of["service"], option("service_id", ""), number)
        found.product = _pick(of["product"], option("product_id", ""), number)
        if not found.product:
            ids = {resource_id(s) for s in found.service} - {""}
            found.product = _either(
                of["product"].pointing("realizingService", ids),
                of["product"].with_id(_products_of(found.service)),
            )
        if not found.service:
            linked = {i for p in found.product for i in refs(p, "realizingService")}
            found.service = of["service"].with_id(linked)
        if alone:
            found.product = found.product or _sole(of["product"].items, number)
            found.service = found.service or _sole(of["service"].items, number)
        self._money(found, watched, alone=alone)
        return found

    def _money(self, found: Answers, watched: Watched, *, alone: bool) -> None:
        of, number = self._of, watched.line.number
        found.balance = of["balance"].of_number(number)
        if not found.balance:
            ids = {resource_id(p) for p in found.product} | _products_of(found.service)
            found.balance = of["balance"].pointing("product", ids - {""})
        wanted = {watched.access.options.get("account_id", "")} - {""}
        wanted = wanted or accounts_of(found.product)
        wanted = wanted or {i for b in found.balance for i in refs(b, "partyAccount")}
        found.account = of["account"].with_id(wanted) or of["account"].of_number(number)
        if alone and not found.account and not wanted:
            found.account = _sole(of["account"].items, number)
        wanted |= {resource_id(a) for a in found.account} - {""}
        if not found.balance:
            found.balance = of["balance"].pointing("partyAccount", wanted)
        if alone and not found.balance and not wanted:
            found.balance = _same_owner(of["balance"].items, number)
        found.bill = _of_account(of["bill"], "billingAccount", wanted, alone=alone)
        found.payment = _of_account(of["payment"], "account", wanted, alone=alone)


def _either(one: list[Resource], other: list[Resource]) -> list[Resource]:
    return one + [item for item in other if all(item is not known for known in one)]


def _products_of(services: Iterable[Resource]) -> set[str]:
    return {i for s in services for i in refs(s, "product")}


def accounts_of(products: Iterable[Resource]) -> set[str]:
    """Return the ids of the accounts that products are billed to; ended products count only when none goes on."""
    products = list(products)
    going = [p for p in products if str(p.get("status")).strip().casefold() not in _ENDED]
    return {i for p in going or products for i in refs(p, "billingAccount")}


def _of_account(shelf: Shelf, key: str, accounts: set[str], *, alone: bool) -> list[Resource]:
    if accounts:
        return shelf.pointing(key, accounts)
    owners = {tuple(sorted(refs(item, key))) for item in shelf} if alone else set()
    return list(shelf) if len(owners) == 1 else []


def _pick(shelf: Shelf, id_: str, number: str) -> list[Resource]:
    return shelf.with_id({id_}) if id_ else shelf.of_number(number)


def _sole(items: Sequence[Resource], number: str) -> list[Resource]:
    return list(items) if len(items) == 1 and not names_other(items[0], number) else []


def _same_owner(items: Sequence[Resource], number: str) -> list[Resource]:
    """Several buckets are one line's too, as long as none of them names another number."""
    owners = {tuple(sorted(refs(i, "product") | refs(i, "partyAccount"))) for i in items}
    return list(items) if len(owners) == 1 and not any(names_other(i, number) for i in items) else []
