"""The dialect of SigScale OCS: an early TMF654 with its own names, units in strings, ranges for pages.

What is read here is turned into the standard's shapes; everything after is as for any operator. Traps met on a running
server: the aggregate leaves out a money total at or below zero, just when the customer is in arrears, so buckets are
summed; amounts carry their unit as a suffix (``"1500000000b"``); money comes in ``cents`` without a currency; times name
no zone and are UTC; the first request after a start may get one 500.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from monitor.carriers import _values
from monitor.carriers._auth import Auth, Proof
from monitor.carriers._http import Answer, Http, Trouble
from monitor.carriers.tmf.client import Resource
from monitor.carriers.tmf.match import Answers
from monitor.core.words import FailureKind
from monitor.ports import Round, Watched

BUCKET = "/balanceManagement/v1/bucket"
PRODUCT = "/productInventoryManagement/v2/product"
SERVICE = "/serviceInventoryManagement/v2/service"
PAGE = 200
_PAGES = 2000
_RANGE = re.compile(r"items\s+(\d+)-(\d+)/(\d+|\*)")
_SUFFIX = re.compile(r"^([+-]?\d+(?:\.\d+)?)(b|s|msg)?$")
_LOCAL_TIME = re.compile(r"^\d{4}-\d\d-\d\dT[\d:.]+$")


class SigScale:
    """One round with one server."""

    def __init__(self, http: Http, auth: Auth, round_: Round, left: Callable[[], float]) -> None:
        self._http, self._auth, self._round, self._left = http, auth, round_, left
        self._proof: Proof | None = None

    def everything(self, base: str, lines: list[Watched]) -> Answers:
        """Read what concerns the lines: one by one for a single line, whole lists for many.

        Raises:
            Trouble: as the door does.
            Malformed: an answer that is none.
        """
        base = base.rstrip("/")
        if len(lines) > 1:
            return Answers(
                product=[product(p) for p in self._list(base + PRODUCT)],
                service=[service(s) for s in self._list(base + SERVICE)],
                balance=[bucket(b) for b in self._list(base + BUCKET)],
            )
        found = Answers()
        one = self._service(base, lines[0])
        if one is not None:
            found.service = [service(one)]
        ids = [lines[0].access.options.get("product_id", "")] if one is None else _ids(one.get("product"))
        for id_ in filter(None, ids):
            data = self._one(f"{base}{PRODUCT}/{quote(id_, safe='')}")
            found.product += [product(data)] if data is not None else []
            found.balance += [bucket(b) for b in self._list(f"{base}{BUCKET}", {"product.id": id_})]
        return found

    def _service(self, base: str, watched: Watched) -> Resource | None:
        number = watched.line.number
        for id_ in (watched.access.options.get("service_id", ""), number.lstrip("+"), number):
            data = self._one(f"{base}{SERVICE}/{quote(id_, safe='')}") if id_ else None
            if data is not None:
                return data
        return None

    def _one(self, url: str) -> Resource | None:
        try:
            data = self._ask(url, {}, {}).json()
        except Trouble as trouble:
            if trouble.absent:
                return None
            raise
        return _values.record(data, url.rsplit("/", 2)[1])

    def _list(self, url: str, query: Mapping[str, str] | None = None) -> list[Resource]:
        found: list[Resource] = []
        etag = ""
        for _ in range(_PAGES):
            headers = {"Range": f"items={len(found) + 1}-{len(found) + PAGE}"} if not query else {}
            if etag:
                headers["If-Match"] = etag
            answer = self._ask(url, query or {}, headers)
            if answer.status == 412:  # the list has changed under way: from the beginning
                found, etag = [], ""
                continue
            if answer.status == 416:
                return found
            part = _values.records(answer.json(), url.rsplit("/", 1)[1])
            found += part
            etag = answer.headers.get("etag", "")
            hit = _RANGE.match(answer.headers.get("content-range", ""))
            if not part or hit is None or hit[3] == "*" or len(found) >= int(hit[3]):
                return found
        raise Trouble(FailureKind.UNSUPPORTED, "the list goes on without end")

    def _ask(self, url: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        if self._proof is None:
            self._proof = self._auth.proof(self._http, self._round, self._left)
        proof = self._proof
        for attempt in range(2):
            try:
                return self._http.ask(
                    "GET",
                    url,
                    seconds=self._left(),
                    params=query,
                    headers={**proof.headers, **headers},
                    auth=proof.basic,
                    accept=frozenset({412, 416}),
                )
            except Trouble as trouble:
                if attempt or trouble.answer is None or trouble.answer.status != 500:
                    raise
        raise AssertionError  # the second attempt returns or raises


def bucket(raw: Resource) -> Resource:
    """Turn a bucket into the standard's shape.

    Raises:
        Malformed: an amount with a suffix that is not known.
    """
    given = _values.record(raw.get("remainedAmount"), "bucket remainedAmount")
    unit = given.get("units")
    amount = given.get("amount")
    if isinstance(amount, str):
        hit = _SUFFIX.match(amount.strip())
        if hit is None:
            raise _values.Malformed(f"bucket remainedAmount is {_values.show(amount)}, which is no amount")
        amount = hit[1]
    money = _values.word(unit) in {"cent", "cents"}
    valid = _values.record(raw.get("validFor"), "bucket validFor")
    return {
        "id": raw.get("id"),
        "usageType": "monetary" if money else "other",
        "remainingValue": {"amount": amount, "units": unit},
        "status": raw.get("lifecycleStatus"),
        "validFor": {k: _utc(v) for k, v in valid.items()},
        "product": raw.get("product"),
    }


def product(raw: Resource) -> Resource:
    """Turn a product into the standard's shape; its own ``balance`` is left out, since it lacks debts."""
    return {k: _utc(v) for k, v in raw.items() if k != "balance"}


def service(raw: Resource) -> Resource:
    """Keep of a service what tells its state; its characteristics hold the subscriber's password in clear."""
    kept = {k: raw.get(k) for k in ("id", "name", "state", "isServiceEnabled", "hasStarted", "product")}
    return {**kept, "isServiceEnabled": raw.get("isServiceEnabled", True)}


def _utc(value: Any) -> Any:
    return f"{value}Z" if isinstance(value, str) and _LOCAL_TIME.match(value) else value


def _ids(value: Any) -> list[str]:
    parts = value if isinstance(value, list) else [value]
    return [str(p["id"]) if isinstance(p, dict) and p.get("id") else str(p) for p in parts if p]
