"""The outbox: notices, and one delivery of each for each channel, in the transaction of their reason."""

from __future__ import annotations

import json
import secrets as random_tokens
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Exists,
    FromClause,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)

from monitor.core.notice import Notice
from monitor.ports import Delivery, DeliveryState, Planned
from monitor.store.codec import dump, load_notice
from monitor.store.dialect import insert_new
from monitor.store.schema import Instant, deliveries, notices
from monitor.store.trail import Writer

HOLD_BACK = timedelta(minutes=5)
"""A delivery waits for an earlier one of its line and channel that is to be tried again within this time, not longer."""

_IS_QUEUED: ColumnElement[str] = literal_column("'queued'")
"""Written into the statement, so that the databases see that the partial indexes hold every row it can find."""
_QUEUED = deliveries.c.state == _IS_QUEUED
_Key = tuple[str, str, str]
_T = TypeVar("_T")
_CHUNK = 500
"""Keys per query: below every limit on the number of parameters."""


def add(
    connection: Connection, trail: Writer, found: Iterable[Notice], planned: Sequence[Planned], now: datetime
) -> int:
    """Store notices and queue their deliveries; what is there already stays as it is. Return how many notices were new."""
    by_key = {_key(n): n for n in (*found, *(p.notice for p in planned))}
    if not by_key:
        return 0
    trail.expect(line for line, _, _ in by_key)
    known = _numbers(connection, by_key)
    new = [n for key, n in by_key.items() if key not in known]
    if new:
        rows = [
            {"id": n.id, "line": n.line, "episode": n.episode, "stage": n.stage, "at": n.at, "data": dump(n)}
            for n in new
        ]
        connection.execute(insert_new(connection, notices), rows)
        for n, row in zip(new, rows, strict=True):
            trail.add("notice", n.line, {"notice": n.id, "decided": json.loads(str(row["data"]))})
        known |= _numbers(connection, [_key(n) for n in new])
    queue(connection, trail, [(known[_key(p.notice)], p) for p in planned], now)
    return len(new)


def _key(notice: Notice) -> _Key:
    return notice.line, notice.episode, notice.stage


def _numbers(connection: Connection, keys: Iterable[_Key]) -> dict[_Key, int]:
    columns = tuple_(notices.c.line, notices.c.episode, notices.c.stage)
    found: dict[_Key, int] = {}
    for some in chunks(list(keys)):
        query = select(notices.c.line, notices.c.episode, notices.c.stage, notices.c.seq)
        for row in connection.execute(query.where(columns.in_(some))):
            found[row.line, row.episode, row.stage] = row.seq
    return found


def chunks(items: list[_T]) -> Iterable[list[_T]]:
    """Cut a list of keys into pieces that fit into one query each."""
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))


def queue(
    connection: Connection, trail: Writer, planned: Sequence[tuple[int, Planned]], now: datetime
) -> None:
    """Queue (notice's number, delivery) pairs; what is queued already stays as it is."""
    wanted = {(seq, p.channel): p for seq, p in planned}
    there: set[tuple[int, str]] = set()
    for some in chunks([seq for seq, _ in wanted]):
        query = select(deliveries.c.notice, deliveries.c.channel).where(deliveries.c.notice.in_(some))
        there.update((row.notice, row.channel) for row in connection.execute(query))
    new = [(seq, p) for (seq, channel), p in wanted.items() if (seq, channel) not in there]
    if new:
        _hurry(connection, [p for _, p in new], now)
        connection.execute(insert_new(connection, deliveries), [_row(seq, p, now) for seq, p in new])
        for _, p in new:
            facts = {"notice": p.notice.id, "channel": p.channel, "not_before": p.not_before.isoformat()}
            trail.add("queued", p.notice.line, facts)


def _row(seq: int, planned: Planned, now: datetime) -> dict[str, object]:
    n = planned.notice
    return {
        "notice": seq,
        "line": n.line,
        "episode": n.episode,
        "stage": n.stage,
        "channel": planned.channel,
        "notice_at": n.at,
        "state": DeliveryState.QUEUED.value,
        "attempts": 0,
        "queued_at": now,
        "due_at": planned.not_before,
        "not_before": planned.not_before,
        "detail": "",
        "escalation": planned.escalation,
    }


def _hurry(connection: Connection, planned: Sequence[Planned], now: datetime) -> None:
    """Try what failed before on the same line and channel at once, so that a new notice need not wait for its backoff."""
    change = update(deliveries).where(
        deliveries.c.line == bindparam("b_line"),
        deliveries.c.channel == bindparam("b_channel"),
        _QUEUED,
        deliveries.c.attempts > 0,
        deliveries.c.not_before.between(now, now + 12 * HOLD_BACK),
    )
    rows = [{"b_line": p.notice.line, "b_channel": p.channel} for p in planned]
    connection.execute(change.values(not_before=now), rows)


def claim(
    connection: Connection,
    now: datetime,
    limit: int,
    lease: timedelta,
    channels: Collection[str] | None = None,
) -> list[Delivery]:
    """Claim deliveries that are due, in order."""
    values: dict[str, object] = {"b_now": now, "b_soon": now + HOLD_BACK, "b_limit": limit}
    if channels is not None:
        values["b_channels"] = list(channels)
    query = _due(some=channels is not None)
    rows = connection.execute(query, values).all()
    token = random_tokens.token_hex(8)
    if rows:
        taken = update(deliveries).where(deliveries.c.id == bindparam("b_id"))
        connection.execute(
            taken.values(lease_until=now + lease, lease_token=token), [{"b_id": row.id} for row in rows]
        )
    return [
        Delivery(
            r.id,
            load_notice(r.data),
            r.channel,
            r.attempts,
            r.queued_at,
            token,
            r.escalation,
            None if r.newer is None else load_notice(r.newer),
            bool(r.told),
        )
        for r in rows
    ]


@cache
def _due(*, some: bool) -> Select[Any]:
    """The query of a claim, built once: it runs every second for each channel."""
    now, soon = bindparam("b_now", type_=Instant()), bindparam("b_soon", type_=Instant())
    mine, earlier = deliveries.alias("d"), deliveries.alias("e")
    in_flight = and_(earlier.c.lease_token.is_not(None), earlier.c.lease_until > now)
    soon_again = and_(earlier.c.attempts > 0, earlier.c.not_before <= soon)
    waits = (
        select(earlier.c.id)
        .where(
            earlier.c.line == mine.c.line,
            earlier.c.channel == mine.c.channel,
            earlier.c.state == _IS_QUEUED,
            earlier.c.notice_at < mine.c.notice_at,
            or_(in_flight, soon_again, earlier.c.not_before <= now),
        )
        .exists()
    )
    free: ColumnElement[bool] = or_(mine.c.lease_token.is_(None), mine.c.lease_until <= now)
    columns = (mine.c.id, mine.c.channel, mine.c.attempts, mine.c.queued_at, mine.c.escalation)
    query = (
        select(*columns, notices.c.data, _newer(mine, now).label("newer"), _told(mine).label("told"))
        .join(notices, notices.c.seq == mine.c.notice)
        .where(mine.c.state == _IS_QUEUED, mine.c.not_before <= now, free, ~waits)
        .order_by(mine.c.notice_at, mine.c.id)
        .limit(bindparam("b_limit"))
        .with_for_update(of=mine, skip_locked=True)
    )
    return query.where(mine.c.channel.in_(bindparam("b_channels", expanding=True))) if some else query


def _newer(mine: FromClause, now: BindParameter[datetime]) -> ScalarSelect[str]:
    """The newest notice of the same episode that waits for the same channel."""
    later, said = deliveries.alias("l"), notices.alias("s")
    return (
        select(said.c.data)
        .join(later, later.c.notice == said.c.seq)
        .where(
            later.c.line == mine.c.line,
            later.c.channel == mine.c.channel,
            later.c.episode == mine.c.episode,
            later.c.state == _IS_QUEUED,
            later.c.notice_at > mine.c.notice_at,
            later.c.not_before <= now,
        )
        .order_by(later.c.notice_at.desc())
        .limit(1)
        .scalar_subquery()
    )


def _told(mine: FromClause) -> Exists:
    """Whether something of the same episode has arrived over the same channel."""
    before = deliveries.alias("b")
    return exists().where(
        before.c.line == mine.c.line,
        before.c.episode == mine.c.episode,
        before.c.channel == mine.c.channel,
        before.c.state == DeliveryState.DELIVERED.value,
    )


def waiting(connection: Connection, channel: str, stage: str, until: datetime) -> list[str]:
    """The lines of which something is queued; plain names, since there may be very many."""
    query = select(deliveries.c.line).where(
        _QUEUED,
        deliveries.c.channel == channel,
        deliveries.c.stage == stage,
        deliveries.c.not_before <= until,
    )
    return list(connection.execute(query.distinct()).scalars())


def oldest_due(connection: Connection, now: datetime) -> datetime | None:
    """Since when the oldest delivery that should have left is waiting."""
    query = select(func.min(deliveries.c.due_at)).where(_QUEUED, deliveries.c.due_at <= now)
    at: datetime | None = connection.execute(query).scalar()
    return at
