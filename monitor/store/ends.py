"""How attempts end: settled in bulk, each with its record and its entry in the chain of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from monitor.ports import DeliveryState, Planned, Settlement
from monitor.store.outbox import chunks, queue
from monitor.store.schema import Instant, attempts, deliveries
from monitor.store.trail import Writer

_QUEUED = DeliveryState.QUEUED.value
_CHANGE = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("b_id"))
    .values(
        state=bindparam("b_state"),
        attempts=deliveries.c.attempts + bindparam("b_tried"),
        detail=bindparam("b_detail"),
        not_before=func.coalesce(bindparam("b_retry_at", type_=Instant), deliveries.c.not_before),
        lease_until=None,
        lease_token=None,
    )
)


def settle(connection: Connection, trail: Writer, ends: Sequence[Settlement], now: datetime) -> int:
    """Record attempts and their ends; return how many deliveries were still held by whoever settles them."""
    rows = _rows(connection, [end.delivery.id for end in ends])
    trail.expect(end.delivery.notice.line for end in ends)
    changes: list[dict[str, Any]] = []
    records: list[dict[str, Any]] = []
    moved: list[tuple[int, Planned]] = []
    held = 0
    for end in ends:
        delivery, tried = end.delivery, end.tried and end.state is not DeliveryState.SUPERSEDED
        notice, state, token = rows.get(delivery.id, (0, "", None))
        mine = state == _QUEUED and token == delivery.token
        # What did arrive is at its end whoever holds it now: there is no need to try again after a failure.
        if mine or (state == _QUEUED and end.state is DeliveryState.DELIVERED):
            changes.append(_change(end, tried=tried))
            rows[delivery.id] = (notice, end.state.value, None)
        if tried or mine:
            _tell(trail, end)
            if tried or end.state is not DeliveryState.QUEUED:
                records.append(_record(end, now))
        if mine and end.instead:
            moved.append((notice, Planned(delivery.notice, end.instead, now, delivery.escalation)))
        held += mine
    if changes:
        connection.execute(_CHANGE, changes)
    if records:
        connection.execute(insert(attempts), records)
    queue(connection, trail, moved, now)
    return held


def _rows(connection: Connection, numbers: list[int]) -> dict[int, tuple[int, str, str | None]]:
    """Return (notice, state, token) of deliveries, and keep others from changing them in this transaction."""
    found: dict[int, tuple[int, str, str | None]] = {}
    columns = (deliveries.c.id, deliveries.c.notice, deliveries.c.state, deliveries.c.lease_token)
    for some in chunks(sorted(numbers)):
        query = select(*columns).where(deliveries.c.id.in_(some)).order_by(deliveries.c.id)
        for row in connection.execute(query.with_for_update()):
            found[row.id] = (row.notice, row.state, row.lease_token)
    return found


def _change(end: Settlement, *, tried: bool) -> dict[str, Any]:
    return {
        "b_id": end.delivery.id,
        "b_state": end.state.value,
        "b_tried": int(tried),
        "b_detail": end.detail,
        "b_retry_at": end.retry_at,
    }


def _record(end: Settlement, now: datetime) -> dict[str, Any]:
    return {"delivery": end.delivery.id, "at": now, "result": end.state.value, "detail": end.detail}


def _tell(trail: Writer, end: Settlement) -> None:
    delivery, line = end.delivery, end.delivery.notice.line
    facts: dict[str, object] = {
        "notice": delivery.notice.id,
        "channel": delivery.channel,
        "detail": end.detail,
    }
    if end.retry_at is not None:
        facts["retry_at"] = end.retry_at.isoformat()
    if end.instead:
        facts["instead"] = end.instead
    if end.state is DeliveryState.SUPERSEDED:
        trail.add("superseded", line, facts)
    elif not end.tried:
        trail.add("deferred", line, facts)
    else:
        trail.add("attempt", line, facts | {"result": end.state.value, "attempt": delivery.attempts + 1})
