"""TM Forum notifications: what an operator's hub sends to ``{callback}/listener/<eventName>``, read into one value.

Whoever receives them decides nothing on their word alone: an event makes the line due for a poll now. Registering is
``POST {prefix}/hub {"callback": …, "query": …}``, ending is ``DELETE {prefix}/hub/{id}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from monitor.carriers import _values
from monitor.carriers._auth import Auth
from monitor.carriers._http import Http, Trouble
from monitor.carriers.tmf.naming import names, same_number
from monitor.core.words import FailureKind
from monitor.ports import Round

_RESOURCES = ("billingAccount", "customerBill", "product", "service", "bucket", "payment", "partyAccount")


@dataclass(frozen=True, slots=True)
class Notification:
    """One notification."""

    id: str
    """For leaving out repeats."""
    kind: str
    """``CustomerBillStateChangeEvent``, ``ServiceStateChangeEvent``, …"""
    at: datetime | None
    resource: str
    """``service``, ``customerBill``, …; empty when it is none that is known."""
    body: Mapping[str, Any]
    """The resource, as in the API's own answers."""

    def about(self, number: str) -> bool:
        """Whether the resource names this number."""
        return any(same_number(said, number) for said in names(self.body))


def read(data: Any) -> Notification:
    """Read a notification of v4 or v5.

    Both spellings of the time are taken (``timeOcurred`` is the common one), and the body under ``event`` or, as in
    TMF666 v4, under ``payload``.

    Raises:
        Malformed: it is no notification.
    """
    given = _values.record(data, "the notification")
    kind = _values.text(given.get("eventType"), "eventType")
    if kind is None:
        raise _values.Malformed("the notification has no eventType")
    when = next((given[k] for k in ("timeOcurred", "timeOccurred", "eventTime") if given.get(k)), None)
    body = _values.record(
        given.get("event") if given.get("event") is not None else given.get("payload"), "event"
    )
    resource = next((name for name in _RESOURCES if isinstance(body.get(name), dict)), "")
    inner = _values.record(body.get(resource), resource) if resource else body
    id_ = _values.text(given.get("eventId"), "eventId") or _values.text(given.get("id"), "id") or ""
    return Notification(id_, kind, _values.instant(when, "eventTime", UTC), resource, inner)


class Hub:
    """Registration at one API of one operator."""

    def __init__(self, http: Http, auth: Auth, round_: Round, left: Callable[[], float]) -> None:
        self._http, self._auth, self._round, self._left = http, auth, round_, left

    def register(self, prefix: str, callback: str, query: str = "") -> str:
        """Ask for notifications to be sent to ``callback``; return the id to end it with.

        Raises:
            Trouble: the operator offers no hub, or refuses.
            Malformed: the answer holds no id.
        """
        body = {"callback": callback} | ({"query": query} if query else {})
        proof = self._auth.proof(self._http, self._round, self._left)
        answer = self._http.ask(
            "POST",
            f"{prefix.rstrip('/')}/hub",
            seconds=self._left(),
            json_body=body,
            headers=proof.headers,
            auth=proof.basic,
        )
        id_ = _values.text(_values.record(answer.json(), "the hub's answer").get("id"), "id")
        if id_ is None:
            raise Trouble(FailureKind.MALFORMED, "the hub's answer holds no id")
        return id_

    def end(self, prefix: str, id_: str) -> None:
        """End a registration; one that is already gone is ended too.

        Raises:
            Trouble: as the door does.
        """
        proof = self._auth.proof(self._http, self._round, self._left)
        self._http.ask(
            "DELETE",
            f"{prefix.rstrip('/')}/hub/{id_}",
            seconds=self._left(),
            headers=proof.headers,
            auth=proof.basic,
            accept=frozenset({404}),
        )
