"""The outbox: notices, and one delivery of each for each channel, in the transaction of their reason."""

from __future__ import annotations

import secrets as random_tokens
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Executable,
    FromClause,
    Row,
    ScalarSelect,
    and_,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from monitor.core.notice import Notice
from monitor.core.state import LineState
from monitor.ports import Delivery, DeliveryState, NoticeRow, Planned, Settlement
from monitor.store.codec import dump, load_notice
from monitor.store.dialect import insert_new
from monitor.store.schema import Instant, answers, attempts, deliveries, notices

HOLD_BACK = timedelta(minutes=5)
"""A delivery waits for an earlier one of its line and channel that is to be tried again within this time, not longer."""


def add(connection: Connection, found: Sequence[Notice], planned: Sequence[Planned], now: datetime) -> int:
    """Store notices and queue their deliveries; what is there already stays as it is. Return how many notices were new."""
    by_key = {n.dedup_key: n for n in (*found, *(p.notice for p in planned))}
    if not by_key:
        return 0
    rows = [
        {
            "id": n.id,
            "line": n.line,
            "episode": n.episode,
            "stage": n.stage,
            "at": n.at,
            "data": dump(n),
        }
        for n in by_key.values()
    ]
    new = connection.execute(insert_new(connection, notices), rows).rowcount
    if planned:
        _hurry(connection, planned, now)
        connection.execute(_queue(connection), [_queued(p, now) for p in planned])
    return new


def _queued(planned: Planned, now: datetime) -> dict[str, object]:
    notice = planned.notice
    return {
        "b_line": notice.line,
        "b_episode": notice.episode,
        "b_stage": notice.stage,
        "b_channel": planned.channel,
        "b_at": notice.at,
        "b_now": now,
        "b_due": planned.not_before,
        "b_escalation": planned.escalation,
    }


def _queue(connection: Connection) -> Executable:
    """``INSERT … SELECT`` finds the notice's number, so that a batch needs no round trip for each."""
    text_, instant = notices.c.line.type, Instant()
    source = select(
        notices.c.seq,
        notices.c.line,
        notices.c.episode,
        notices.c.stage,
        bindparam("b_channel", type_=text_),
        bindparam("b_at", type_=instant),
        literal(DeliveryState.QUEUED.value),
        literal(0),
        bindparam("b_now", type_=instant),
        bindparam("b_due", type_=instant),
        bindparam("b_due", type_=instant),
        literal(""),
        bindparam("b_escalation", type_=Boolean()),
    ).where(
        notices.c.line == bindparam("b_line", type_=text_),
        notices.c.episode == bindparam("b_episode", type_=text_),
        notices.c.stage == bindparam("b_stage", type_=text_),
    )
    columns = ["notice", "line", "episode", "stage", "channel", "notice_at", "state", "attempts"]
    columns += ["queued_at", "due_at", "not_before", "detail", "escalation"]
    return insert_new(connection, deliveries).from_select(columns, source)


def _hurry(connection: Connection, planned: Sequence[Planned], now: datetime) -> None:
    """Try what failed earlier on the same line and channel at once, so that a new notice need not wait for its backoff."""
    connection.execute(
        update(deliveries)
        .where(
            deliveries.c.line == bindparam("b_line"),
            deliveries.c.channel == bindparam("b_channel"),
            deliveries.c.state == DeliveryState.QUEUED.value,
            deliveries.c.attempts > 0,
            deliveries.c.not_before > now,
            deliveries.c.not_before <= now + HOLD_BACK * 12,
        )
        .values(not_before=now),
        [{"b_line": p.notice.line, "b_channel": p.channel} for p in planned],
    )


def claim(
    connection: Connection,
    now: datetime,
    limit: int,
    lease: timedelta,
    channels: Collection[str] | None = None,
) -> list[Delivery]:
    """Claim deliveries that are due, in order."""
    mine, earlier = deliveries.alias("d"), deliveries.alias("e")
    in_flight = and_(earlier.c.lease_token.is_not(None), earlier.c.lease_until > now)
    soon_again = and_(earlier.c.attempts > 0, earlier.c.not_before <= now + HOLD_BACK)
    waits = (
        select(earlier.c.id)
        .where(
            earlier.c.line == mine.c.line,
            earlier.c.channel == mine.c.channel,
            earlier.c.state == DeliveryState.QUEUED.value,
            earlier.c.notice_at < mine.c.notice_at,
            or_(in_flight, soon_again, earlier.c.not_before <= now),
        )
        .exists()
    )
    free: ColumnElement[bool] = or_(mine.c.lease_token.is_(None), mine.c.lease_until <= now)
    columns = (mine.c.id, mine.c.channel, mine.c.attempts, mine.c.queued_at, mine.c.escalation)
    query = (
        select(*columns, notices.c.data, _newer(mine, now).label("newer"))
        .join(notices, notices.c.seq == mine.c.notice)
        .where(mine.c.state == DeliveryState.QUEUED.value, mine.c.not_before <= now, free, ~waits)
        .order_by(mine.c.notice_at, mine.c.id)
        .limit(limit)
        .with_for_update(of=mine, skip_locked=True)
    )
    if channels is not None:
        query = query.where(mine.c.channel.in_(channels))
    rows = connection.execute(query).all()
    token = random_tokens.token_hex(8)
    if rows:
        connection.execute(
            update(deliveries)
            .where(deliveries.c.id == bindparam("b_id"))
            .values(lease_until=now + lease, lease_token=token),
            [{"b_id": row.id} for row in rows],
        )
    return [
        Delivery(
            row.id,
            load_notice(row.data),
            row.channel,
            row.attempts,
            row.queued_at,
            token,
            row.escalation,
            None if row.newer is None else load_notice(row.newer),
        )
        for row in rows
    ]


def _newer(mine: FromClause, now: datetime) -> ScalarSelect[str]:
    """The newest notice of the same episode that waits for the same channel."""
    later, said = deliveries.alias("l"), notices.alias("s")
    return (
        select(said.c.data)
        .join(later, later.c.notice == said.c.seq)
        .where(
            later.c.line == mine.c.line,
            later.c.channel == mine.c.channel,
            later.c.episode == mine.c.episode,
            later.c.state == DeliveryState.QUEUED.value,
            later.c.notice_at > mine.c.notice_at,
            later.c.not_before <= now,
        )
        .order_by(later.c.notice_at.desc())
        .limit(1)
        .scalar_subquery()
    )


def settle(
    connection: Connection,
    delivery: Delivery,
    state: DeliveryState,
    *,
    detail: str,
    retry_at: datetime | None,
    now: datetime,
    tried: bool = True,
) -> bool:
    """Record an attempt and its end; False where another worker holds the delivery by now."""
    tried = tried and state is not DeliveryState.SUPERSEDED
    if tried or state is not DeliveryState.QUEUED:
        connection.execute(
            insert(attempts).values(delivery=delivery.id, at=now, result=state.value, detail=detail)
        )
    change = (
        update(deliveries)
        .where(deliveries.c.id == delivery.id, deliveries.c.state == DeliveryState.QUEUED.value)
        .values(
            state=state.value,
            attempts=deliveries.c.attempts + int(tried),
            detail=detail,
            not_before=retry_at or deliveries.c.not_before,
            lease_until=None,
            lease_token=None,
        )
    )
    if connection.execute(change.where(deliveries.c.lease_token == delivery.token)).rowcount:
        return True
    if (
        state is DeliveryState.DELIVERED
    ):  # it did arrive: whoever holds it now need not try again after a failure
        connection.execute(change)
    return False


def settle_one(connection: Connection, end: Settlement, now: datetime) -> bool:
    """Record an end, and queue what another channel takes over."""
    held = settle(
        connection,
        end.delivery,
        end.state,
        detail=end.detail,
        retry_at=end.retry_at,
        now=now,
        tried=end.tried,
    )
    if held and end.instead:
        moved = Planned(end.delivery.notice, end.instead, now, end.delivery.escalation)
        connection.execute(_queue(connection), [_queued(moved, now)])
    return held


def acked(connection: Connection, line: str, state: LineState) -> None:
    """Mark the notices of acknowledged episodes."""
    for episode in state.episodes:
        if episode.acked_at is not None:
            connection.execute(
                update(notices)
                .where(notices.c.line == line, notices.c.episode == episode.id, notices.c.acked_at.is_(None))
                .values(acked_at=episode.acked_at)
            )


def listed(connection: Connection, line: str | None, limit: int) -> list[NoticeRow]:
    """Notices, newest first."""
    query = select(notices).order_by(notices.c.seq.desc()).limit(limit)
    if line is not None:
        query = query.where(notices.c.line == line)
    return _with_deliveries(connection, connection.execute(query).all())


def one(connection: Connection, notice_id: str) -> NoticeRow | None:
    """One notice by its id or a unique beginning of it."""
    prefix = notice_id.strip().lower()
    if not prefix:
        return None
    query = (
        select(notices)
        .where(
            notices.c.id >= prefix, notices.c.id < prefix + "g"
        )  # ids are hexadecimal: "g" follows all of them
        .order_by(notices.c.seq.desc())
        .limit(2)
    )
    rows = [row for row in connection.execute(query) if row.id.startswith(prefix)]
    if len({row.id for row in rows}) != 1:
        return None
    return _with_deliveries(connection, rows[:1])[0]


def _with_deliveries(connection: Connection, rows: Sequence[Row[Any]]) -> list[NoticeRow]:
    sent: defaultdict[int, list[tuple[str, DeliveryState, int, str]]] = defaultdict(list)
    numbers = [row.seq for row in rows]
    query = select(deliveries).where(deliveries.c.notice.in_(numbers)).order_by(deliveries.c.id)
    for d in connection.execute(query):
        sent[d.notice].append((d.channel, DeliveryState(d.state), d.attempts, d.detail))
    done: defaultdict[int, list[tuple[datetime, str, str]]] = defaultdict(list)
    query_answers = select(answers).where(answers.c.notice.in_(numbers)).order_by(answers.c.id)
    for a in connection.execute(query_answers):
        done[a.notice].append((a.at, a.action, a.by))
    return [NoticeRow(load_notice(r.data), tuple(sent[r.seq]), r.acked_at, tuple(done[r.seq])) for r in rows]


def oldest_due(connection: Connection, now: datetime) -> datetime | None:
    """Since when the oldest delivery that should have left is waiting."""
    query = select(func.min(deliveries.c.due_at)).where(
        deliveries.c.state == DeliveryState.QUEUED.value, deliveries.c.due_at <= now
    )
    at: datetime | None = connection.execute(query).scalar()
    return at
