"""The chain of evidence: what makes an entry, how it hangs on the one before, and how damage is found. Pure.

An entry's hash covers one line of text: ``<prev> <prev_line> <seq> <instant> <kind> <digest>``. ``prev`` is the hash of the
entry before it, ``prev_line`` that of the one before it of the same line, so that the story of one line can be handed out
and checked alone. ``digest`` is the SHA-256 of its payload. So ``sha256sum`` is all that a check needs; and a payload can be
erased on its owner's wish while the chain still holds, since only the digest hangs in it. A random salt in each payload
keeps a digest from telling a short payload that was erased.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

GENESIS = "0" * 64
"""What the first entry hangs on."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One link."""

    seq: int
    at: datetime
    kind: str
    """``reading``, ``failure``, ``event``, ``notice``, ``queued``, ``attempt``, ``acted``, ``record``, …"""
    line: str
    payload: str | None
    """Canonical JSON; None after it was erased."""
    digest: str
    prev: str
    prev_line: str
    hash: str

    @property
    def text(self) -> str:
        """The line of text whose SHA-256 is ``hash``."""
        return f"{self.prev} {self.prev_line} {self.seq} {instant(self.at)} {self.kind} {self.digest}"

    def facts(self) -> dict[str, object]:
        """Return the payload as a dictionary; empty when it was erased, or damaged: then the walk over the chain tells it."""
        if self.payload is None:
            return {}
        try:
            loaded = json.loads(self.payload)
        except ValueError:
            return {}
        return loaded if isinstance(loaded, dict) else {}


@dataclass(frozen=True, slots=True)
class Fault:
    """Damage, and where it is."""

    seq: int
    what: str
    """``changed``, ``payload``, ``missing``, ``order``, ``cut``, ``line`` or ``source``."""
    detail: str

    def __str__(self) -> str:
        return f"entry {self.seq}: {self.detail}"


def sha256(text: str) -> str:
    """Return the digest of a line of text in UTF-8 with its newline, as ``sed -n 7p FILE | sha256sum`` gives it."""
    return hashlib.sha256(f"{text}\n".encode()).hexdigest()


def canonical(payload: Mapping[str, object]) -> str:
    """Write a payload the one way that it is hashed: keys sorted, no spaces, UTF-8."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def instant(at: datetime) -> str:
    """Write an instant the one way that it is hashed: UTC with six decimals."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next entry hangs."""

    seq: int = 1
    prev: str = GENESIS
    prev_line: str = GENESIS


def link(place: Place, at: datetime, *, kind: str, line: str, payload: Mapping[str, object]) -> Entry:
    """Make the entry that follows; the line's name becomes part of the payload.

    Raises:
        ValueError: the kind is not one word.
    """
    if kind.split() != [kind]:
        raise ValueError(f"{kind!r} is not one word")
    text = canonical({**payload, "line": line})
    entry = Entry(place.seq, at, kind, line, text, sha256(text), place.prev, place.prev_line, "")
    return replace(entry, hash=sha256(entry.text))


def _first_of_its_line(line: str) -> str:
    del line
    return GENESIS


def audit(
    entries: Iterable[Entry],
    head: tuple[int, str] | None = None,
    *,
    after: tuple[int, str] = (0, GENESIS),
    end_of: Callable[[str], str] = _first_of_its_line,
) -> Iterator[Fault]:
    """Walk a chain in its order and tell each fault with its place.

    Args:
        entries: in the order in which they are stored.
        head: number and hash of the newest entry as known from elsewhere; tells whether the end was cut off.
        after: number and hash of the entry before the first of these; by default they begin the chain.
        end_of: the hash of a line's last entry before the first of these.
    """
    last = after
    ends: dict[str, str] = {}
    for entry in entries:
        yield from _joint(last, entry)
        if entry.line not in ends:
            ends[entry.line] = end_of(entry.line)
        if entry.prev_line != ends[entry.line]:
            yield Fault(entry.seq, "order", "it does not follow the entry of its line that stands before it")
        yield from flaws(entry)
        last = (entry.seq, entry.hash)
        ends[entry.line] = entry.hash
    if head is not None and head != last:
        missing = head[0] - last[0]
        told = (
            f"{missing} entries after it are missing" if missing > 0 else "the end of the chain was replaced"
        )
        yield Fault(last[0], "cut", told)


def flaws(entry: Entry) -> Iterator[Fault]:
    """Tell what is wrong with an entry in itself."""
    if entry.payload is not None:
        if sha256(entry.payload) != entry.digest:
            yield Fault(entry.seq, "payload", "its content was changed")
        elif entry.facts().get("line") != entry.line:
            yield Fault(entry.seq, "line", "it was moved to another line")
    if sha256(entry.text) != entry.hash:
        yield Fault(entry.seq, "changed", "its number, instant, kind, digest or link was changed")


def _joint(last: tuple[int, str], entry: Entry) -> Iterator[Fault]:
    expected, prev = last[0] + 1, last[1]
    if entry.seq > expected:
        gap = (
            f"entry {expected} is"
            if entry.seq == expected + 1
            else f"entries {expected} to {entry.seq - 1} are"
        )
        yield Fault(expected, "missing", f"{gap} missing")
    elif entry.seq < expected:
        yield Fault(entry.seq, "order", f"it stands after entry {expected - 1}")
    elif entry.prev != prev:
        yield Fault(
            entry.seq, "order", f"it does not follow the entry that stands before it ({expected - 1})"
        )
