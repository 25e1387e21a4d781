"""Which notices go out in one message: a line's, an account's, a carrier's that is down, and what the cap allows. Pure."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.core.line import Line
from monitor.core.notice import Notice
from monitor.core.words import Kind, rank

CROWD = 3
"""From so many lines of a carrier on, the carrier is told of, and not each line."""
STORM_LASTS = timedelta(days=30)
"""How long lines that follow a crowd are counted and not told one by one, unless the carrier is back before."""
GATHER = timedelta(minutes=2)
"""How long the first of a crowd waits for the others."""
NAMED = 20
"""Lines named in one message; the rest is counted."""

_TOGETHER = frozenset({Kind.BLIND, Kind.SIGHT_RESTORED})
"""What usually happens to all lines of a carrier at once, and to none of them by itself."""


class Common(StrEnum):
    """What the notices of one message have in common."""

    LINE = "line"
    ACCOUNT = "account"
    CARRIER = "carrier"
    CAP = "cap"
    """Only that one message more was allowed."""


@dataclass(frozen=True, slots=True)
class Item:
    """One queued notice with its line; ``ref`` is the caller's own."""

    ref: int
    line: Line
    notice: Notice


@dataclass(frozen=True, slots=True)
class Bundle:
    """What goes out in one message, oldest first."""

    common: Common
    items: tuple[Item, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The names of the lines, each once, worst first."""
        ordered = sorted(self.items, key=lambda i: (-rank(i.notice.severity), i.notice.at))
        return tuple(dict.fromkeys(i.line.name for i in ordered))


@dataclass(frozen=True, slots=True)
class Storm:
    """What happens to many lines of a carrier: the same kind of notice, for the same reason, on the same rung."""

    carrier: str
    kind: Kind
    part: str = ""
    """Reason and rung: what is told once for all lines."""


def storm_of(line: Line, notice: Notice) -> Storm | None:
    """Return the storm that a notice would be part of; None for what is told line by line."""
    if notice.kind not in _TOGETHER:
        return None
    return Storm(line.carrier, notice.kind, f"{notice.why.get('failure') or ''}:{notice.stage}")


def bundle(items: Iterable[Item], allowed: int | None = None, storms: Collection[Storm] = ()) -> list[Bundle]:
    """Put the notices that are due on one channel into as few messages as make sense, in the order of their instants.

    Args:
        items: what is due.
        allowed: how many messages the channel's cap leaves, at least 1: the worst get one each, the rest share the last.
        storms: storms that so many lines were told of already that one more line makes a crowd.
    """
    groups: dict[tuple[Hashable, ...], list[Item]] = {}
    due = sorted(items, key=_order)
    crowds = _crowds(due) | set(storms)
    for item in due:
        groups.setdefault(_key(item, crowds), []).append(item)
    bundles = [Bundle(_common(key, found), tuple(found)) for key, found in groups.items()]
    if allowed is None or len(bundles) <= allowed:
        return bundles
    worst = sorted(bundles, key=lambda b: -max(rank(i.notice.severity) for i in b.items))[
        : max(0, allowed - 1)
    ]
    rest = sorted((i for b in bundles if b not in worst for i in b.items), key=_order)
    return [b for b in bundles if b in worst] + [Bundle(Common.CAP, tuple(rest))]


def _order(item: Item) -> tuple[datetime, int]:
    return item.notice.at, item.ref


def _crowds(due: Sequence[Item]) -> set[Storm]:
    lines: dict[Storm, set[str]] = {}
    for item in due:
        key = storm_of(item.line, item.notice)
        if key is not None:
            lines.setdefault(key, set()).add(item.line.name)
    return {key for key, names in lines.items() if len(names) >= CROWD}


def _key(item: Item, crowds: set[Storm]) -> tuple[Hashable, ...]:
    storm = storm_of(item.line, item.notice)
    if storm is not None and storm in crowds:
        return (Common.CARRIER, storm)
    if item.line.account:
        return (Common.ACCOUNT, item.line.carrier, item.line.account)
    return (Common.LINE, item.line.name)


def _common(key: tuple[Hashable, ...], items: Sequence[Item]) -> Common:
    if key[0] is Common.ACCOUNT and len({i.line.name for i in items}) == 1:
        return Common.LINE
    return Common(str(key[0]))
