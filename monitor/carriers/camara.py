"""The connector ``camara``: what an operator's network itself says about a number. It never speaks of money.

SubscriptionStatus gives the status, NumberRecycling (with ``OPTIONS__OWNED_SINCE``) that the number is somebody else's
now, DeviceReachabilityStatus (with ``OPTIONS__REACHABILITY=1``) is written to the log as evidence and is never a status.
Money comes from a second source on the same line: ``OPTIONS__SOURCE=tmf`` with ``OPTIONS__SOURCE_URL``, ``_TOKEN``, ….
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from monitor import carriers
from monitor.carriers import _access, _evidence, _values
from monitor.carriers._auth import Auth, Proof
from monitor.carriers._http import Http, Trouble
from monitor.core.reading import Failure, Reading
from monitor.core.words import Basis, Cause, FailureKind, Status
from monitor.ports import Access, Carrier, Round, Watched

log = logging.getLogger(__name__)

SOURCE = "source_"
_CHANNELS = {"voiceSmsOut": "voice_out", "voiceSmsIn": "voice_in", "dataService": "data"}


@dataclass(frozen=True, slots=True)
class Api:
    """One CAMARA API: the option with its whole prefix, its standard prefix, and the names of its operation."""

    option: str
    prefix: str
    paths: tuple[str, ...]
    scope: str


STATUS = Api(
    "status_url",
    "/subscription-status/v0.1",
    (
        "/retrive-subscription-status",
        "/retrieve-subscription-status",
    ),  # the first is how the standard spells it
    "subscription-status:retrive-subscription-status",
)
RECYCLING = Api("recycling_url", "/number-recycling/v0.2", ("/check",), "number-recycling:check")
REACHABILITY = Api(
    "reachability_url", "/device-reachability-status/v1", ("/retrieve",), "device-reachability-status:read"
)

OPTIONS: Mapping[str, str] = {
    "status_url": "whole prefix of SubscriptionStatus; empty is the standard path below URL",
    "recycling_url": "whole prefix of NumberRecycling",
    "reachability_url": "whole prefix of DeviceReachabilityStatus",
    "owned_since": "YYYY-MM-DD since when the number is yours; asks NumberRecycling",
    "reachability": "1 asks DeviceReachabilityStatus",
    "source": "connector that knows the money: tmf, twilio, …; its settings are OPTIONS__SOURCE_…",
}


class Camara:
    """Asks the network about each number, and another source about its money."""

    passive = False

    def __init__(self, name: str = "camara") -> None:
        self.name = name
        self._sources: dict[str, Carrier] = {}

    def group(self, watched: Watched) -> str:
        """Each number is asked about by itself: the APIs know no lists."""
        return f"{_access.group_key(watched)}:{watched.line.name}"

    def fetch(self, lines: Sequence[Watched], round_: Round) -> Mapping[str, Reading | Failure]:
        """Ask about lines."""
        left = _access.Left(round_.seconds)
        return {w.line.name: self._one(w, round_, left) for w in lines}

    def _one(self, watched: Watched, round_: Round, left: _access.Left) -> Reading | Failure:
        said = self._network(watched, round_, left)
        if "source" not in watched.access.options:
            return said
        return combine(said, self._source(watched, round_, left()))

    def _network(self, watched: Watched, round_: Round, left: _access.Left) -> Reading | Failure:
        now = round_.now
        http = _access.http_for([watched])
        try:
            asking = _Asking(http, watched, round_, left)
            if asking.recycled():
                return Reading(now, source=self.name, status=Status.TERMINATED, cause=Cause.UNKNOWN)
            reading = asking.status(self.name)
            asking.reachability()
        except Trouble as trouble:
            return trouble.failure(now)
        except _values.Malformed as error:
            return Failure(now, FailureKind.MALFORMED, str(error))
        finally:
            http.close()
        return reading

    def _source(self, watched: Watched, round_: Round, seconds: float) -> Reading | Failure:
        option = dict(watched.access.options)
        name = option["source"]
        if name not in carriers.names() or name == self.name:
            known = ", ".join(n for n in carriers.names() if n != self.name)
            return Failure(
                round_.now, FailureKind.UNSUPPORTED, f"OPTIONS__SOURCE: no connector {name!r}; one of {known}"
            )
        inner = {k.removeprefix(SOURCE): v for k, v in option.items() if k.startswith(SOURCE)}
        access = Access(
            inner.pop("url", ""),
            inner.pop("token", ""),
            inner.pop("username", ""),
            inner.pop("password", ""),
            inner,
        )
        if name not in self._sources:
            self._sources[name] = carriers.make(name)
        answers = self._sources[name].fetch(
            [replace(watched, access=access)], replace(round_, seconds=seconds)
        )
        nothing = Failure(round_.now, FailureKind.MALFORMED, f"{name} gave no answer")
        return answers.get(watched.line.name, nothing)


def combine(network: Reading | Failure, money: Reading | Failure) -> Reading | Failure:
    """Put the network's word on the status together with another source's on money; one of them is enough."""
    if isinstance(network, Failure):
        if isinstance(money, Failure):
            return network
        return replace(money, missing=(*money.missing, "subscription_status"))
    if isinstance(money, Failure):
        return replace(network, missing=(*network.missing, "balance_source"))
    return money if network.status is Status.UNKNOWN else _both(network, money)


def _both(network: Reading, money: Reading) -> Reading:
    both = replace(
        money, status=network.status, partial=network.partial, source=f"{network.source}+{money.source}"
    )
    if network.cause_basis is not Basis.NONE:
        return replace(both, cause=network.cause, cause_basis=network.cause_basis)
    if money.cause_basis is Basis.REPORTED and network.status is not Status.ACTIVE:
        return both
    cause, basis = _evidence.cause(both, overdue=money.bill_state == "overdue")
    return replace(both, cause=cause, cause_basis=basis)


class _Asking:
    """One round about one number."""

    def __init__(self, http: Http, watched: Watched, round_: Round, left: Callable[[], float]) -> None:
        self._http, self._watched, self._round, self._left = http, watched, round_, left

    def status(self, source: str) -> Reading:
        """Ask SubscriptionStatus."""
        data = self._post(STATUS, {"phoneNumber": self._watched.line.number})
        return read(data, self._round, source)

    def recycled(self) -> bool:
        """Ask NumberRecycling whether the number has a new owner since it was ours."""
        since = self._watched.access.options.get("owned_since", "")
        if not since:
            return False
        body = {"phoneNumber": self._watched.line.number, "specifiedDate": since}
        data = self._post(RECYCLING, body)
        return _values.flag(data.get("phoneNumberRecycled"), "phoneNumberRecycled") is True

    def reachability(self) -> None:
        """Ask DeviceReachabilityStatus, for the log alone: a phone that is off is not barred."""
        if not self._watched.access.options.get("reachability"):
            return
        try:
            data = self._post(REACHABILITY, {"device": {"phoneNumber": self._watched.line.number}})
            reachable = _values.flag(data.get("reachable"), "reachable")
        except (Trouble, _values.Malformed) as error:
            log.info("line %s: reachability not known: %s", self._watched.line.name, error)
            return
        log.info("line %s: device reachable: %s", self._watched.line.name, reachable)

    def _post(self, api: Api, body: object) -> Mapping[str, Any]:
        access = self._watched.access
        prefix = access.options.get(api.option) or (access.url.rstrip("/") + api.prefix if access.url else "")
        if not prefix:
            raise Trouble(FailureKind.UNSUPPORTED, f"no address: set URL, or OPTIONS__{api.option.upper()}")
        scoped = replace(access, options={"scope": api.scope, **access.options})
        auth = Auth(scoped)
        for i, path in enumerate(api.paths):
            try:
                return self._once(prefix.rstrip("/") + path, body, auth)
            except Trouble as trouble:
                known = _code(trouble)
                if known in _CODES:
                    kind, sentence = _CODES[known]
                    raise Trouble(kind, sentence) from None
                if not trouble.absent or known or i + 1 == len(api.paths):
                    raise
        raise AssertionError  # every API has a path

    def _once(self, url: str, body: object, auth: Auth) -> Mapping[str, Any]:
        for attempt in range(2):
            proof: Proof = auth.proof(self._http, self._round, self._left)
            headers = {**proof.headers, "x-correlator": str(uuid4())}
            try:
                answer = self._http.ask(
                    "POST", url, seconds=self._left(), json_body=body, headers=headers, auth=proof.basic
                )
                return _values.record(answer.json(), "the answer")
            except Trouble as trouble:
                refused = trouble.answer is not None and trouble.answer.status == 401
                if not (refused and proof.renewable and attempt == 0):
                    raise
                auth.forget(self._round)
        raise AssertionError  # the second attempt returns or raises


_CODES = {
    "IDENTIFIER_NOT_FOUND": (
        FailureKind.NOT_FOUND,
        "this operator does not know the number; it may have been ported",
    ),
    "SERVICE_NOT_APPLICABLE": (FailureKind.UNSUPPORTED, "the operator does not offer this for the number"),
    "INVALID_TOKEN_CONTEXT": (FailureKind.AUTH, "the token belongs to another number"),
    "QUOTA_EXCEEDED": (FailureKind.RATE_LIMITED, "the quota of this API is used up; it is asked again later"),
}


def _code(trouble: Trouble) -> str:
    if trouble.answer is None:
        return ""
    try:
        data = trouble.answer.json()
    except Trouble:
        return ""
    return str(data.get("code") or "") if isinstance(data, dict) else ""


def read(data: Mapping[str, Any], round_: Round, source: str) -> Reading:
    """Read an answer of SubscriptionStatus.

    Raises:
        Malformed: an unknown word, or no word at all.
    """
    said: dict[str, str] = {}
    for field, name in _CHANNELS.items():
        value = _values.text(data.get(field), field)
        if value is None:
            continue
        word = _values.word(value)
        if word not in {"active", "suspended", "throttled"}:
            raise _values.Malformed(f"{field} is {_values.show(value)}, which is no word of the standard")
        said[name] = word
    if not said:
        raise _values.Malformed("the answer states none of voiceSmsIn, voiceSmsOut, dataService")
    words = set(said.values())
    if words == {"active"}:
        return Reading(round_.now, source=source, status=Status.ACTIVE, cause=Cause.NONE)
    if words == {"suspended"} and len(said) == len(_CHANNELS):
        return Reading(round_.now, source=source, status=Status.SUSPENDED)
    closed = tuple(sorted(name for name, word in said.items() if word != "active"))
    reading = Reading(round_.now, source=source, status=Status.RESTRICTED, partial=closed)
    if words == {"active", "throttled"}:  # use beyond the allowance, by the standard's own text
        return replace(reading, cause=Cause.CREDIT_CONTROL, cause_basis=Basis.INFERRED)
    return reading


def make(name: str) -> Camara:
    """Return the connector."""
    return Camara(name)
