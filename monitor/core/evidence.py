"""The chain of evidence: what makes an entry, how it hangs on the one before, and how damage is found. Pure.

An entry's hash covers one line of text: ``<previous hash> <seq> <instant> <kind> <digest>``, where ``digest`` is the
SHA-256 of its payload. So the chain can be checked with ``sha256sum`` alone; and a payload can be erased on its owner's
wish while the chain still holds, since only the digest hangs in it. A random salt in each payload keeps a digest from
telling a short payload that was erased.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
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
    hash: str

    @property
    def text(self) -> str:
        """The line of text whose SHA-256 is ``hash``."""
        return link_text(self.prev, self.seq, self.at, self.kind, self.digest)

    def facts(self) -> dict[str, object]:
        """Return the payload as a dictionary; empty when it was erased."""
        if self.payload is None:
            return {}
        loaded = json.loads(self.payload)
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
    """Return the digest of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(payload: Mapping[str, object]) -> str:
    """Write a payload the one way that it is hashed: keys sorted, no spaces, UTF-8."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def instant(at: datetime) -> str:
    """Write an instant the one way that it is hashed: UTC with six decimals."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def link_text(prev: str, seq: int, at: datetime, kind: str, digest: str) -> str:
    """Return the line of text that is hashed."""
    return f"{prev} {seq} {instant(at)} {kind} {digest}"


def link(prev: str, seq: int, at: datetime, *, kind: str, line: str, payload: Mapping[str, object]) -> Entry:
    """Make the entry that follows the one whose hash is ``prev``; the line's name becomes part of the payload."""
    text = canonical({**payload, "line": line})
    digest = sha256(text)
    return Entry(seq, at, kind, line, text, digest, prev, sha256(link_text(prev, seq, at, kind, digest)))


def audit(entries: Iterable[Entry], head: tuple[int, str] | None = None) -> Iterator[Fault]:
    """Walk a whole chain, first entry first, and tell each fault with its place.

    Args:
        entries: in the order in which they are stored.
        head: number and hash of the newest entry as known from elsewhere; tells whether the end was cut off.
    """
    last: Entry | None = None
    for entry in entries:
        yield from _joint(last, entry)
        if entry.payload is not None:
            if sha256(entry.payload) != entry.digest:
                yield Fault(entry.seq, "payload", "its content was changed")
            elif entry.facts().get("line") != entry.line:
                yield Fault(entry.seq, "line", "it was moved to another line")
        if sha256(entry.text) != entry.hash:
            yield Fault(entry.seq, "changed", "its number, instant, kind, digest or link was changed")
        last = entry
    seq, end = (last.seq, last.hash) if last else (0, GENESIS)
    if head is not None and head != (seq, end):
        missing = head[0] - seq
        told = (
            f"{missing} entries after it are missing" if missing > 0 else "the end of the chain was replaced"
        )
        yield Fault(seq, "cut", told)


def _joint(last: Entry | None, entry: Entry) -> Iterator[Fault]:
    expected, prev = (last.seq + 1, last.hash) if last else (1, GENESIS)
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
