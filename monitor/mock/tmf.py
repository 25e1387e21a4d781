"""TM Forum Open APIs as a carrier serves them: 654, 666, 676, 678, 637, 638 in v4, and in v5 where there is one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from monitor.mock.web import Request, Response, ok, page, stamp
from monitor.mock.world import Account, Bill, Payment, World

_PREFIX = re.compile(
    r"^(?:/tmf-api)?/(?P<api>accountManagement|customerBillManagement|Customer_Bill_Management|productInventory|"
    r"serviceInventory|prepayBalanceManagement|payment)/v(?P<version>[45])/(?P<name>\w+)(?:/(?P<id>[^/]+))?/?$"
)
_ONLY_V4 = frozenset({"prepayBalanceManagement", "payment"})
_FUNCTIONS = ("voice_out", "voice_in", "data")
_OUTGOING = frozenset({"voice_out"})

Item = dict[str, Any]


def answer(request: Request, world: World) -> Response | None:
    """Answer a request below a standard path of TM Forum."""
    hit = _PREFIX.match(request.path)
    if hit is None:
        return None
    api, version, name, id_ = hit["api"], int(hit["version"]), hit["name"], hit["id"]
    if version == 5 and api in _ONLY_V4:
        return _error(404, "Not Found", version)
    if name == "hub":
        return _hub(request, world, id_, version)
    make = _RESOURCES.get((api.replace("Customer_Bill_Management", "customerBillManagement"), name))
    if make is None or request.method != "GET":
        return _error(
            404 if make is None else 405, "Not Found" if make is None else "Method not allowed", version
        )
    items = [item for account in world.accounts for item in make(account, world, version)]
    if id_ is not None:
        found = next((i for i in items if i["id"] == id_), None)
        return _error(404, f"No {name} with this id", version) if found is None else _json(found, version)
    items = [i for i in items if _matches(i, request.query)]
    offset = int(request.query.get("offset", "0") or 0)
    limit = min(world.scenario.page_size, int(request.query.get("limit", "100") or 100))
    part = page(items, offset, limit)
    status = 200 if len(part) == len(items) else 206
    counts = {"X_Total_Count": str(len(items)), "X_Result_Count": str(len(part))}
    return _json(list(part), version, status=status, **counts)


def _json(value: object, version: int, *, status: int = 200, **headers: str) -> Response:
    kind = "application/json" if version == 5 else "application/json;charset=utf-8"
    return ok(value, status=status, content_type=kind, **headers)


def _error(status: int, reason: str, version: int) -> Response:
    body: Item = {"code": str(status), "reason": reason, "status": str(status)}
    if version == 5:
        body["@type"] = "Error"
    return _json(body, version, status=status)


def _matches(item: Item, query: Mapping[str, str]) -> bool:
    """Filter by dotted attribute paths, as TMF630 describes; unknown attributes match nothing."""
    for path, wanted in query.items():
        if path in {"offset", "limit", "fields", "sort"}:
            continue
        if wanted not in _walk(item, path.split(".")):
            return False
    return True


def _walk(value: Any, path: list[str]) -> list[str]:
    if isinstance(value, list):
        return [found for part in value for found in _walk(part, path)]
    if not path:
        return [str(value)]
    return _walk(value[path[0]], path[1:]) if isinstance(value, dict) and path[0] in value else []


def _ref(id_: str, kind: str, *, v5: bool, **more: str) -> Item:
    ref: Item = {"id": id_, **more, "@referredType": kind}
    return {**ref, "@type": f"{kind}Ref"} if v5 else ref


def _money(value: Decimal, account: Account) -> Item:
    return {"unit": account.currency, "value": value}


def _typed(item: Item, kind: str, *, v5: bool) -> Item:
    return {**item, "@type": kind} if v5 else item


def _parties(account: Account, *, v5: bool) -> Item:
    """The customer. Left out in v5, whose files let no reference to a party pass: it fits two schemas of a ``oneOf``."""
    if v5:
        return {}
    party = {
        "id": f"cust-{account.id}",
        "name": account.name,
        "role": "customer",
        "@referredType": "Individual",
    }
    return {"relatedParty": [party]}


def _billing_account(account: Account, world: World, version: int) -> list[Item]:
    v5 = version == 5
    now = world.now()
    balances: list[Item] = []
    valid = {"startDateTime": stamp(account.balance_at), "endDateTime": stamp(now + timedelta(days=31))}
    prepaid = account.balance_now(now)
    if prepaid is not None:
        balances.append({"balanceType": "prepaid", "amount": _money(prepaid, account), "validFor": valid})
    if account.billing != "prepaid":
        balances.append(
            {"balanceType": "receivable", "amount": _money(account.owed, account), "validFor": valid}
        )
    overdue = any(b.open and b.due_at < now for b in account.bills if not b.draft)
    paid = "in arrears" if account.arrears or overdue else "due" if account.owed else "paid"
    states = {"suspended": "Suspended", "pending_termination": "Suspended", "terminated": "Closed"}
    item: Item = {
        "id": f"acc-{account.id}",
        "name": f"Account of {account.name}",
        "state": states.get(account.status, "Active"),
        "paymentStatus": paid,
        "accountBalance": [_typed(b, "AccountBalance", v5=v5) for b in balances],
        **_parties(account, v5=v5),
        "lastUpdate" if v5 else "lastModified": stamp(account.balance_at),
    }
    if account.credit_limit is not None:
        item["creditLimit"] = _money(account.credit_limit, account)
    if account.autopay != "off":
        method = _ref(f"pm-{account.id}", "PaymentMethod", v5=v5, name="direct debit")
        plan = {
            "paymentFrequency": "monthly",
            "planType": "autopay",
            "priority": 1,
            "numberOfPayments": 12,
            "status": "effective",
            "paymentMethod": method,
            "totalAmount": _money(account.fee or Decimal(0), account),
        }
        item["defaultPaymentMethod"] = method
        item["paymentPlan"] = [_typed(plan, "PaymentPlan", v5=v5)]
    if v5:
        item["ratingType"] = account.billing
    return [_typed(item, "BillingAccount", v5=v5)]


def _bill(account: Account, bill: Bill, world: World, *, v5: bool) -> Item:
    state = "settled" if not bill.open else "partiallyPaid" if bill.paid else "sent"
    item: Item = {
        "id": bill.id,
        "billNo": bill.id.upper(),
        "billDate": stamp(bill.issued_at),
        "paymentDueDate": stamp(bill.due_at),
        "nextBillDate": stamp(bill.issued_at + timedelta(days=30)),
        "lastUpdate": stamp(world.now()),
        "category": "normal",
        "runType": "onCycle",
        "state": "validated" if bill.draft else state,
        "amountDue": _money(bill.amount, account),
        "remainingAmount": _money(bill.open, account),
        "taxIncludedAmount": _money(bill.amount, account),
        "billingAccount": _ref(f"acc-{account.id}", "BillingAccount", v5=v5),
        **_parties(account, v5=v5),
    }
    return _typed(item, "CustomerBill", v5=v5)


def _bills(account: Account, world: World, version: int) -> list[Item]:
    v5 = version == 5
    return [_bill(account, bill, world, v5=v5) for bill in account.bills]


def _product(account: Account, world: World, version: int) -> list[Item]:
    v5 = version == 5
    words = {
        "suspended": "suspended",
        "pending_termination": "pendingTerminate",
        "terminated": "terminated",
    }
    resource = _ref(account.number, "LogicalResource", v5=v5, name="MSISDN")
    if not v5:
        resource["value"] = account.number
    item: Item = {
        "id": f"prod-{account.id}",
        "name": account.plan,
        "status": words.get(account.status, "active"),
        "startDate": stamp(world.now() - timedelta(days=400)),
        "billingAccount": _ref(f"acc-{account.id}", "BillingAccount", v5=v5),
        "realizingResource": [resource],
        "realizingService": [_ref(f"svc-{account.id}-{f}", "Service", v5=v5) for f in _FUNCTIONS],
        **_parties(account, v5=v5),
    }
    if account.ends_at is not None:
        item["terminationDate"] = stamp(account.ends_at)
    return [_typed(item, "Product", v5=v5)]


def _barred(account: Account) -> frozenset[str]:
    match account.status:
        case "suspended" | "pending_termination" | "terminated":
            return frozenset(_FUNCTIONS)
        case "restricted":
            return frozenset(account.partial) & frozenset(_FUNCTIONS) or _OUTGOING
        case _:
            return frozenset(account.partial) & frozenset(_FUNCTIONS)


def _services(account: Account, world: World, version: int) -> list[Item]:
    v5 = version == 5
    barred = _barred(account)
    found = []
    for function in _FUNCTIONS:
        on = function not in barred
        state = "terminated" if account.status == "terminated" else "active" if on or not v5 else "suspended"
        item: Item = {
            "id": f"svc-{account.id}-{function}",
            "name": function,
            "category": "CFS",
            "serviceType": "mobile",
            "state": state,
            "isServiceEnabled": on,
            "hasStarted": True,
            "startDate": stamp(world.now() - timedelta(days=400)),
            "supportingResource": [_ref(account.number, "LogicalResource", v5=v5, name="MSISDN")],
        }
        if v5:
            item["operatingStatus"] = "running" if on else "stopped"
        if not on and account.cause not in {"none", "arrears"}:
            reason: Item = {"id": "1", "name": "suspendReason", "value": account.cause, "valueType": "string"}
            item["serviceCharacteristic"] = [_typed(reason, "StringCharacteristic", v5=v5)]
        found.append(_typed(item, "Service", v5=v5))
    return found


def _buckets(account: Account, world: World, _version: int) -> list[Item]:
    now = world.now()
    left = account.balance_now(now)
    if left is None:
        return []
    money = {
        "id": f"bucket-{account.id}-money",
        "name": "main balance",
        "isShared": False,
        "usageType": "monetary",
        "remainingValue": {"amount": left, "units": account.currency},
        "status": "active",
        "validFor": {
            "startDateTime": stamp(now - timedelta(days=30)),
            "endDateTime": stamp(now + timedelta(days=180)),
        },
    }
    data = {
        "id": f"bucket-{account.id}-data",
        "name": "data",
        "isShared": False,
        "usageType": "data",
        "remainingValue": {"amount": Decimal("12.5"), "units": "GB"},
        "status": "active",
    }
    links = {
        "logicalResource": [{"id": account.number, "name": "MSISDN"}],
        "product": [{"id": f"prod-{account.id}", "name": account.plan}],
        "partyAccount": {
            "id": f"acc-{account.id}",
            "name": f"Account of {account.name}",
            "status": "in arrears" if account.arrears else "paid",
        },
    }
    return [{**money, **links}, {**data, **links}]


def _accumulated(account: Account, world: World, version: int) -> list[Item]:
    buckets = _buckets(account, world, version)
    if not buckets:
        return []
    total = {
        "id": f"acb-{account.id}",
        "name": "total",
        "totalBalance": buckets[0]["remainingValue"],
        "bucket": [{"id": buckets[0]["id"]}],
        "logicalResource": {"id": account.number, "name": "MSISDN"},
        "partyAccount": buckets[0]["partyAccount"],
        "product": buckets[0]["product"],
    }
    return [total]


def _payment(account: Account, payment: Payment) -> Item:
    return {
        "id": payment.id,
        "name": "direct debit" if payment.auto else "top-up",
        "status": "done" if payment.worked else "failed",
        "paymentDate": stamp(payment.at),
        "statusDate": stamp(payment.at),
        "amount": _money(payment.amount, account),
        "totalAmount": _money(payment.amount, account),
        "account": {"id": f"acc-{account.id}", "@referredType": "BillingAccount"},
        "paymentMethod": {
            "id": f"pm-{account.id}" if payment.auto else "pm-card",
            "@type": "bankAccountDebit",
        },
        "channel": {"id": "autopay" if payment.auto else "app", "name": "autopay" if payment.auto else "app"},
    }


def _payments(account: Account, _world: World, _version: int) -> list[Item]:
    return [_payment(account, payment) for payment in account.payments]


def _hub(request: Request, world: World, id_: str | None, version: int) -> Response:
    hubs: dict[str, Item] = world.extra.setdefault("tmf.hubs", {})
    if request.method == "POST":
        asked = request.json()
        number = str(len(hubs) + 1)
        hubs[number] = {"id": number, "callback": asked.get("callback"), "query": asked.get("query", "")}
        return _json(_typed(hubs[number], "Hub", v5=version == 5), version, status=201)
    if request.method == "DELETE" and id_ in hubs:
        del hubs[id_]
        return Response(204)
    return _error(404, "No such listener", version)


_RESOURCES: Mapping[tuple[str, str], Callable[[Account, World, int], list[Item]]] = {
    ("accountManagement", "billingAccount"): _billing_account,
    ("customerBillManagement", "customerBill"): _bills,
    ("productInventory", "product"): _product,
    ("serviceInventory", "service"): _services,
    ("prepayBalanceManagement", "bucket"): _buckets,
    ("prepayBalanceManagement", "accumulatedBalance"): _accumulated,
    ("payment", "payment"): _payments,
}
