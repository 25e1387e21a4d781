"""Lines: who is due, whose turn it is, what is remembered of each, and what was seen."""

from __future__ import annotations

import secrets as random_tokens
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from monitor.core.reading import Reading, Seen
from monitor.core.state import LineState
from monitor.ports import PollClaim
from monitor.store.codec import dump, kind_of, load_seen, load_state
from monitor.store.schema import Instant, lines, readings
from monitor.store.trail import Writer


def sync(connection: Connection, names: Iterable[str], now: datetime) -> None:
    """Make the watched lines exactly ``names``; only differences are written."""
    wanted = set(names)
    known: dict[str, bool] = dict(connection.execute(select(lines.c.name, lines.c.watched)).all())
    new = [{"name": name, "watched": True, "next_poll_at": now} for name in sorted(wanted - known.keys())]
    back = [{"b_name": name} for name in sorted(wanted) if known.get(name) is False]
    gone = [{"b_name": name} for name, watched in sorted(known.items()) if watched and name not in wanted]
    one = update(lines).where(lines.c.name == bindparam("b_name"))
    if new:
        connection.execute(insert(lines), new)
    if back:
        connection.execute(one.values(watched=True, next_poll_at=now), back)
    if gone:
        connection.execute(one.values(watched=False), gone)


def claim(
    connection: Connection, now: datetime, limit: int, lease: timedelta, of: Collection[str] | None = None
) -> list[PollClaim]:
    """Claim lines that are due; other workers pass over them until the lease ends."""
    due = (
        select(lines.c.name, lines.c.state)
        .where(lines.c.watched, lines.c.next_poll_at <= now, _free(now))
        .order_by(lines.c.next_poll_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if of is not None:
        due = due.where(lines.c.name.in_(of))
    rows = connection.execute(due).all()
    token = random_tokens.token_hex(8)
    if rows:
        connection.execute(
            update(lines)
            .where(lines.c.name == bindparam("b_name"))
            .values(lease_until=now + lease, lease_token=token),
            [{"b_name": row.name} for row in rows],
        )
    claims = []
    for name, data in rows:
        state, salvaged = restore(connection, name, data)
        claims.append(PollClaim(name, state, token, salvaged))
    return claims


def restore(connection: Connection, name: str, data: str | None) -> tuple[LineState, bool]:
    """Read a stored state; where even its last reading is lost, take that from the history."""
    state, salvaged = load_state(name, data)
    if salvaged and state.reading is None:
        state = replace(state, reading=_last_reading(connection, name))
    return state, salvaged


def states(connection: Connection, names: Iterable[str] | None) -> dict[str, LineState]:
    """Return the states of lines, all watched ones by default."""
    query = select(lines.c.name, lines.c.state).order_by(lines.c.name)
    query = query.where(lines.c.watched) if names is None else query.where(lines.c.name.in_(list(names)))
    rows = connection.execute(query).all()
    return {name: restore(connection, name, data)[0] for name, data in rows}


def locked(connection: Connection, name: str) -> LineState | None:
    """Return a line's state and keep others from changing it in this transaction; None: no such line."""
    row = connection.execute(
        select(lines.c.state).where(lines.c.name == name).with_for_update()
    ).one_or_none()
    return None if row is None else restore(connection, name, row.state)[0]


def names(connection: Connection) -> list[str]:
    """Return every line's name, watched or not."""
    return list(connection.execute(select(lines.c.name).order_by(lines.c.name)).scalars())


def hurry(connection: Connection, wanted: Iterable[str], now: datetime) -> None:
    """Make lines due now."""
    rows = [{"b_name": name} for name in wanted]
    if rows:
        due = update(lines).where(lines.c.name == bindparam("b_name"), lines.c.next_poll_at > now)
        connection.execute(due.values(next_poll_at=now), rows)


def probe(connection: Connection) -> None:
    """Write something and take it back, so that a read-only database is found before a reading is lost."""
    attempt = connection.begin_nested()
    connection.execute(update(lines).where(lines.c.name == "").values(watched=False))
    attempt.rollback()


def _last_reading(connection: Connection, name: str) -> Reading | None:
    query = (
        select(readings.c.kind, readings.c.data)
        .where(readings.c.line == name, readings.c.kind == "reading")
        .order_by(readings.c.observed_at.desc(), readings.c.n.desc())
        .limit(1)
    )
    found = load_seen(connection.execute(query))
    return found[0] if found and isinstance(found[0], Reading) else None


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(lines.c.lease_token.is_(None), lines.c.lease_until <= now)


def held(connection: Connection, tokens: Mapping[str, str]) -> set[str]:
    """Return the lines that the given tokens still hold, and keep others from taking them in this transaction."""
    query = (
        select(lines.c.name, lines.c.lease_token).where(lines.c.name.in_(list(tokens))).order_by(lines.c.name)
    )
    rows = connection.execute(query.with_for_update())
    return {name for name, token in rows if token is not None and token == tokens[name]}


def save_polled(connection: Connection, rows: Sequence[tuple[str, LineState, datetime]]) -> None:
    """Store (line, state, next poll) of lines that were polled, and end their leases."""
    if rows:
        connection.execute(
            update(lines)
            .where(lines.c.name == bindparam("b_name"))
            .values(
                state=bindparam("b_state"),
                next_poll_at=bindparam("b_next"),
                lease_until=None,
                lease_token=None,
            ),
            [{"b_name": name, "b_state": dump(state), "b_next": at} for name, state, at in rows],
        )


def save_changed(connection: Connection, name: str, state: LineState) -> None:
    """Store a state that was changed from outside a poll; a poll under way loses its lease."""
    connection.execute(
        update(lines)
        .where(lines.c.name == name)
        .values(state=dump(state), lease_until=None, lease_token=None)
    )


def release(connection: Connection, claims: Sequence[PollClaim]) -> None:
    """Give claimed lines back, due as before."""
    if claims:
        connection.execute(
            update(lines)
            .where(lines.c.name == bindparam("b_name"), lines.c.lease_token == bindparam("b_token"))
            .values(lease_until=None, lease_token=None),
            [{"b_name": c.line, "b_token": c.token} for c in claims],
        )


def next_poll_at(connection: Connection) -> datetime | None:
    """When the next line is due; one that is being polled counts from the end of its lease."""
    free = select(func.min(lines.c.next_poll_at)).where(lines.c.watched, lines.c.lease_token.is_(None))
    leased = select(func.min(lines.c.lease_until)).where(lines.c.watched, lines.c.lease_token.is_not(None))
    found = [at for query in (free, leased) if (at := connection.execute(query).scalar()) is not None]
    return min(found, default=None)


_SAME_INSTANT = and_(
    readings.c.line == bindparam("b_line", type_=readings.c.line.type),
    readings.c.observed_at == bindparam("b_at", type_=Instant),
)
_APPEND = insert(readings).from_select(
    ["line", "observed_at", "n", "kind", "data"],
    select(
        bindparam("b_line", type_=readings.c.line.type),
        bindparam("b_at", type_=Instant),
        select(func.coalesce(func.max(readings.c.n) + 1, literal(0))).where(_SAME_INSTANT).scalar_subquery(),
        bindparam("b_kind", type_=readings.c.kind.type),
        bindparam("b_data", type_=readings.c.data.type),
    ).where(
        ~select(readings.c.n)
        .where(
            _SAME_INSTANT,
            readings.c.kind == bindparam("b_kind", type_=readings.c.kind.type),
            readings.c.data == bindparam("b_data", type_=readings.c.data.type),
        )
        .exists()
    ),
)
"""Two different observations may share an instant; the same one is stored once, however often it is told."""


def append(connection: Connection, trail: Writer, seen: Sequence[tuple[str, Seen]]) -> None:
    """Add what was seen to the history, and its digest to the chain of evidence."""
    if seen:
        rows: list[dict[str, Any]] = [
            {"b_line": line, "b_at": s.observed_at, "b_kind": kind_of(s), "b_data": dump(s)}
            for line, s in seen
        ]
        connection.execute(_APPEND, rows)
        trail.expect(line for line, _ in seen)
        for (line, s), row in zip(seen, rows, strict=True):
            trail.saw(line, s, row["b_data"])


def history(connection: Connection, line: str, since: datetime, until: datetime) -> list[Seen]:
    """What was seen of a line in [since, until), oldest first."""
    query = (
        select(readings.c.kind, readings.c.data)
        .where(readings.c.line == line, readings.c.observed_at >= since, readings.c.observed_at < until)
        .order_by(readings.c.observed_at, readings.c.n)
    )
    return load_seen(connection.execute(query).all())
