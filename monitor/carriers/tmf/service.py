"""Whether the line works and why not, from services, products and the account's state.

The network's own word counts most: services first, then the product, then the account. The worst of services and
product holds, since systems rarely disagree in the safe direction. The account's state is asked when neither of them
knows, and it overrules a service that merely says ``active`` in v4, which has no word for "suspended"; it does not
overrule one that says ``isServiceEnabled: true`` or ``running``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.carriers import _values, _words
from monitor.carriers.tmf.client import Resource
from monitor.carriers.tmf.money import Terms
from monitor.core.words import Cause, Status

_WORST = (Status.TERMINATED, Status.PENDING_TERMINATION, Status.SUSPENDED, Status.RESTRICTED, Status.ACTIVE)


@dataclass(frozen=True, slots=True)
class Service:
    """What is said about the line's service."""

    status: Status = Status.UNKNOWN
    partial: tuple[str, ...] = ()
    reason: Cause | None = None
    """Where the carrier adds a reason of its own."""
    ends_at: datetime | None = None


def of(
    services: Sequence[Resource], products: Sequence[Resource], accounts: Sequence[Resource], terms: Terms
) -> Service:
    """Combine everything that is said about the service.

    Raises:
        Malformed: not believable.
    """
    by_service, partial, firm = _services(services)
    by_product = _worst(_words.status(p.get("status"), "tmf637_status", "product status") for p in products)
    by_account = _worst(_words.status(a.get("state"), "tmf666_state", "account state") for a in accounts)
    known = [s for s in (by_service, by_product) if s is not Status.UNKNOWN]
    status = _most(known) if known else by_account
    soft = status is Status.ACTIVE and not firm and by_account is Status.SUSPENDED
    if soft and any(_values.word(a.get("state") or "") == "suspended" for a in accounts):
        status = Status.SUSPENDED
    ends = _ends([*services, *products], terms)
    ending = any(_values.word(p.get("status") or "") == "pendingterminate" for p in products)
    if status is Status.SUSPENDED and ending:
        status = Status.PENDING_TERMINATION
    reason = next((r for r in map(_reason, [*services, *products]) if r is not None), None)
    return Service(status, partial if status in {Status.ACTIVE, Status.RESTRICTED} else (), reason, ends)


def alive(products: Sequence[Resource]) -> list[Resource]:
    """Leave out ended products where others go on: a number may have had many plans."""
    gone = {"terminated", "cancelled", "aborted"}
    going = [p for p in products if _values.word(p.get("status") or "") not in gone]
    return going or list(products)


def _services(services: Sequence[Resource]) -> tuple[Status, tuple[str, ...], bool]:
    """Return the line's status by its services, the names of those closed while others work, and whether it is firm."""
    said = [(_one(s), s) for s in services]
    known = [(status, s) for status, s in said if status is not Status.UNKNOWN]
    going = [(status, s) for status, s in known if status is not Status.TERMINATED] or known
    if not going:
        return Status.UNKNOWN, (), False
    states = {status for status, _ in going}
    firm = all(s.get("isServiceEnabled") is True or s.get("operatingStatus") is not None for _, s in going)
    if len(states) == 1:
        return next(iter(states)), (), firm
    closed = tuple(sorted(_function(s) for status, s in going if status is not Status.ACTIVE))
    return Status.RESTRICTED, closed, firm


def _one(service: Resource) -> Status:
    state = _words.status(service.get("state"), "tmf638_state", "service state")
    operating = _words.status(service.get("operatingStatus"), "tmf638_operating", "service operatingStatus")
    enabled = _values.flag(service.get("isServiceEnabled"), "service isServiceEnabled")
    if state is Status.ACTIVE and enabled is False:
        state = Status.SUSPENDED
    if state is Status.TERMINATED:
        return state
    return _most([s for s in (state, operating) if s is not None])


def _most(states: Iterable[Status]) -> Status:
    found = set(states)
    return next((status for status in _WORST if status in found), Status.UNKNOWN)


def _worst(states: Iterable[Status | None]) -> Status:
    """Return the worst state of several; ended ones count only when nothing else goes on."""
    found = {s for s in states if s is not None}
    return _most(found - {Status.TERMINATED}) if found - {Status.TERMINATED, Status.UNKNOWN} else _most(found)


def _function(service: Resource) -> str:
    name = _values.text(service.get("name"), "service name") or _values.text(
        service.get("category"), "category"
    )
    return (name or "service")[:40]


def _ends(resources: Sequence[Resource], terms: Terms) -> datetime | None:
    found = []
    for resource in resources:
        for key in ("terminationDate", "endDate"):
            moment = _values.instant(resource.get(key), key, terms.zone)
            if moment is not None and moment > terms.now:
                found.append(moment)
    return min(found, default=None)


_REASONS = frozenset(
    {
        "suspendreason",
        "suspensionreason",
        "statusreason",
        "barreason",
        "barringreason",
        "statuschangereason",
        "reason",
    }
)


def _reason(resource: Resource) -> Cause | None:
    said: list[Any] = [resource.get("statusReason"), resource.get("statusChangeReason")]
    for key in ("serviceCharacteristic", "productCharacteristic"):
        parts = _values.records(resource.get(key), key)
        said += [part.get("value") for part in parts if _values.word(part.get("name") or "") in _REASONS]
    for raw in said:
        if isinstance(raw, str):
            found = _words.meaning(raw, "reason", "suspension reason")
            if found is not None:
                return Cause(found)
    return None
