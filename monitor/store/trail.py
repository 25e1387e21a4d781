"""The evidence chain in the database: entries are linked and stored in the transaction of the fact they prove."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from monitor.core.evidence import GENESIS, Entry, Fault, Place, audit, link, sha256
from monitor.core.reading import Seen
from monitor.store.codec import kind_of
from monitor.store.schema import readings, trail, trail_head

_PAGE = 2000
_LINES = 500


class Writer:
    """Collects the entries of one transaction. It holds the chain's end from the start, so that facts found new stay new."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self._entries: list[Entry] = []
        head = select(trail_head.c.seq, trail_head.c.hash).with_for_update()
        self._seq, self._hash = connection.execute(head).one()
        self._ends: dict[str, str] = {}

    def add(self, kind: str, line: str, payload: Mapping[str, object]) -> Entry:
        """Append one entry; the same fact at the same instant is another entry."""
        salted = {**payload, "salt": os.urandom(8).hex()}
        if line not in self._ends:
            self.expect([line])
        place = Place(self._seq + 1, self._hash, self._ends[line])
        entry = link(place, self._now, kind=kind, line=line, payload=salted)
        self._entries.append(entry)
        self._seq, self._hash = entry.seq, entry.hash
        self._ends[line] = entry.hash
        return entry

    def expect(self, lines: Iterable[str]) -> None:
        """Look up the ends of some lines at once, where entries for many of them will follow."""
        new = [line for line in dict.fromkeys(lines) if line not in self._ends]
        for start in range(0, len(new), _LINES):
            some = new[start : start + _LINES]
            newest = select(func.max(trail.c.seq)).where(trail.c.line.in_(some)).group_by(trail.c.line)
            query = select(trail.c.line, trail.c.hash).where(trail.c.seq.in_(newest))
            found = {row.line: row.hash for row in self._connection.execute(query)}
            self._ends |= {line: found.get(line, GENESIS) for line in some}

    def saw(self, line: str, seen: Seen, data: str) -> None:
        """Append the digest of what was seen: the observation itself may be forgotten, its place in the chain not."""
        payload = {"observed_at": seen.observed_at.isoformat(), "sha256": sha256(data)}
        self.add(kind_of(seen), line, payload)

    def flush(self) -> None:
        """Store what was collected; to be called once, at the end."""
        if self._entries:
            rows = [
                {
                    name: getattr(e, name)
                    for name in (
                        "seq",
                        "at",
                        "kind",
                        "line",
                        "payload",
                        "digest",
                        "prev",
                        "prev_line",
                        "hash",
                    )
                }
                for e in self._entries
            ]
            self._connection.execute(insert(trail), rows)
            self._connection.execute(update(trail_head).values(seq=self._seq, hash=self._hash))


def head(connection: Connection) -> tuple[int, str]:
    """Return number and hash of the newest entry."""
    seq, end = connection.execute(select(trail_head.c.seq, trail_head.c.hash)).one()
    return int(seq), str(end)


def page(connection: Connection, line: str | None, after: int, limit: int) -> list[Entry]:
    """Return up to ``limit`` entries with a number above ``after``, in order."""
    query = select(trail).where(trail.c.seq > after).order_by(trail.c.seq).limit(limit)
    if line is not None:
        query = query.where(trail.c.line == line)
    return [_entry(row) for row in connection.execute(query)]


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        row.seq, row.at, row.kind, row.line, row.payload, row.digest, row.prev, row.prev_line, row.hash
    )


def verify(
    connection: Connection,
    progress: Callable[[int, int], None] | None,
    after: tuple[int, str] = (0, GENESIS),
    limit: int | None = None,
) -> list[Fault]:
    """Walk the chain, or a stretch of it, in one snapshot and memory of one page.

    What is still kept of each reading is compared, too.
    """
    newest = head(connection)
    last = newest[0] if limit is None else min(newest[0], after[0] + limit)
    found: list[Fault] = []

    def walk() -> Iterator[Entry]:
        at = after[0]
        while entries := page(connection, None, at, _PAGE):
            found.extend(_sources(connection, entries))
            for entry in entries:
                if limit is not None and entry.seq > last:
                    return
                yield entry
            at = entries[-1].seq
            if progress is not None:
                progress(min(at, newest[0]), newest[0])

    def end_of(line: str) -> str:
        query = select(trail.c.hash).where(trail.c.line == line, trail.c.seq <= after[0])
        return connection.execute(query.order_by(trail.c.seq.desc()).limit(1)).scalar() or GENESIS

    whole = newest if last == newest[0] else None
    found.extend(audit(walk(), whole, after=after, end_of=end_of))
    return sorted(set(found), key=lambda fault: fault.seq)


def _sources(connection: Connection, entries: list[Entry]) -> Iterator[Fault]:
    """Tell readings whose stored content is no longer what the chain saw. One that was forgotten is no fault."""
    told: dict[tuple[str, datetime, str], list[tuple[int, str]]] = {}
    for entry in entries:
        if entry.kind in {"reading", "failure", "event"} and entry.payload is not None:
            facts = entry.facts()
            try:
                at = datetime.fromisoformat(str(facts.get("observed_at")))
            except ValueError:
                continue  # the entry itself was changed; the walk over the chain tells it
            told.setdefault((entry.line, at, entry.kind), []).append((entry.seq, str(facts.get("sha256"))))
    if not told:
        return
    first, last = min(at for _, at, _ in told), max(at for _, at, _ in told)
    names = sorted({line for line, _, _ in told})
    query = select(readings.c.line, readings.c.observed_at, readings.c.kind, readings.c.data).where(
        readings.c.line.in_(names), readings.c.observed_at.between(first, last)
    )
    kept: dict[tuple[str, datetime, str], set[str]] = {}
    for row in connection.execute(query):
        kept.setdefault((row.line, row.observed_at, row.kind), set()).add(sha256(row.data))
    for key, proofs in told.items():
        for seq, digest in proofs:
            if key in kept and digest not in kept[key]:
                yield Fault(
                    seq,
                    "source",
                    f"what was seen of {key[0]} at {key[1].isoformat()} was changed in the store",
                )


def sources(
    connection: Connection, line: str, instants: Collection[datetime]
) -> list[tuple[datetime, str, str]]:
    """Return what is kept of a line's observations at some instants, in order."""
    query = (
        select(readings.c.observed_at, readings.c.kind, readings.c.data)
        .where(readings.c.line == line, readings.c.observed_at.in_(list(instants)))
        .order_by(readings.c.observed_at, readings.c.n)
    )
    return [(row.observed_at, row.kind, row.data) for row in connection.execute(query)]


def erase(connection: Connection, line: str) -> int:
    """Erase the payloads of a line; its entries stay together under a name that tells nothing. Return how many."""
    mine = trail.c.line == line
    first = connection.execute(select(trail.c.hash).where(mine).order_by(trail.c.seq).limit(1)).scalar()
    if first is None:
        return 0
    gone = update(trail).where(mine).values(payload=None, line=f"~{first[:16]}")
    return connection.execute(gone).rowcount


_KEPT_FOR_GOOD = ("export", "stamp", "forgotten")
"""Seals of what was handed out: they name nobody, and an archive of long ago can still be compared with them."""


def has_old(connection: Connection, before: datetime, spare: Collection[str]) -> bool:
    """Whether there is anything for :func:`erase_old`; looks through the chain without holding up a write."""
    return connection.execute(_old(before, spare).limit(1)).first() is not None


def erase_old(
    connection: Connection, before: datetime, spare: Collection[str], limit: int
) -> tuple[int, set[str]]:
    """Erase up to ``limit`` payloads older than an instant; return how many, and the files that they named."""
    rows = connection.execute(_old(before, spare).order_by(trail.c.seq).limit(limit)).all()
    numbers = [row.seq for row in rows]
    for start in range(0, len(numbers), _LINES):
        some = numbers[start : start + _LINES]
        connection.execute(update(trail).where(trail.c.seq.in_(some)).values(payload=None))
    return len(rows), {d for row in rows if row.kind == "record" for d in _named(row.payload)}


def _old(before: datetime, spare: Collection[str]) -> Select[tuple[int, str, str]]:
    return select(trail.c.seq, trail.c.kind, trail.c.payload).where(
        trail.c.at < before,
        trail.c.payload.is_not(None),
        trail.c.line.not_in(list(spare)),
        trail.c.kind.not_in(_KEPT_FOR_GOOD),
    )


def attachments(connection: Connection) -> set[str]:
    """Return the digests of all files that a record still names."""
    query = select(trail.c.payload).where(trail.c.kind == "record", trail.c.payload.contains('"attachments"'))
    return {digest for payload in connection.execute(query).scalars() for digest in _named(payload)}


def _named(payload: str) -> set[str]:
    return {str(one["sha256"]) for one in json.loads(payload).get("attachments", ())}
