"""What was said and what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from monitor.core.state import LineState
from monitor.ports import DeliveryState, NoticeRow
from monitor.store.codec import load_notice
from monitor.store.schema import answers, deliveries, notices
from monitor.store.trail import Writer


def listed(connection: Connection, line: str | None, limit: int) -> list[NoticeRow]:
    """Notices, newest first."""
    query = select(notices).order_by(notices.c.seq.desc()).limit(limit)
    if line is not None:
        query = query.where(notices.c.line == line)
    return _with_deliveries(connection, connection.execute(query).all())


def one(connection: Connection, notice_id: str) -> NoticeRow | None:
    """One notice by its id or a unique beginning of it."""
    row = _find(connection, notice_id)
    return None if row is None else _with_deliveries(connection, [row])[0]


def _find(connection: Connection, notice_id: str) -> Row[Any] | None:
    prefix = notice_id.strip().lower()
    if not prefix:
        return None
    query = (
        select(notices)
        .where(notices.c.id >= prefix, notices.c.id < prefix + "g")  # ids are hexadecimal: "g" follows all
        .order_by(notices.c.seq.desc())
    )
    rows = [row for row in connection.execute(query.limit(8)) if row.id.startswith(prefix)]
    return rows[0] if len({row.id for row in rows}) == 1 else None


def _with_deliveries(connection: Connection, rows: Sequence[Row[Any]]) -> list[NoticeRow]:
    sent: defaultdict[int, list[tuple[str, DeliveryState, int, str]]] = defaultdict(list)
    query = select(deliveries).where(deliveries.c.notice.in_([row.seq for row in rows]))
    for d in connection.execute(query.order_by(deliveries.c.id)):
        sent[d.notice].append((d.channel, DeliveryState(d.state), d.attempts, d.detail))
    done: defaultdict[int, list[tuple[datetime, str, str]]] = defaultdict(list)
    told = select(answers).where(answers.c.notice.in_([row.seq for row in rows])).order_by(answers.c.id)
    for a in connection.execute(told):
        done[a.notice].append((a.at, a.action, a.by))
    return [NoticeRow(load_notice(r.data), tuple(sent[r.seq]), r.acked_at, tuple(done[r.seq])) for r in rows]


def acknowledged(connection: Connection, trail: Writer, line: str, state: LineState) -> None:
    """Mark the notices of acknowledged episodes."""
    for episode in state.episodes:
        if episode.acked_at is not None:
            change = (
                update(notices)
                .where(notices.c.line == line, notices.c.episode == episode.id, notices.c.acked_at.is_(None))
                .values(acked_at=episode.acked_at)
            )
            if connection.execute(change).rowcount:
                facts = {"episode": episode.id, "acked_at": episode.acked_at.isoformat()}
                trail.add("acknowledged", line, facts)
