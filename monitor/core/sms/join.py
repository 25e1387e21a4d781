"""Parts of a long message become one again: they come out of order, seconds apart, and some twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.sms.speaker import bare

WINDOW = timedelta(seconds=30)
"""Parts of one message are at most this far apart; a carrier's next message seldom follows sooner."""
PART_SIZES = (60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 134, 140, 152, 153, 160)
"""Lengths at which a text may have been cut: an SMS holds 67 (UCS-2) or 153 (7-bit) characters of a longer one."""


@dataclass(frozen=True, slots=True)
class Part:
    """One SMS as it came in."""

    sender: str
    text: str
    received_at: datetime
    reference: str = ""
    """The number that parts of one message share, where the receiver still knows it."""
    index: int = 0
    """Place of the part, from 1; 0 if unknown."""
    total: int = 0
    """How many parts there are; 1: its receiver has joined it already; 0 if unknown."""
    key: str = ""
    """The receiver's own id of the message, if it has one."""


def join(parts: Sequence[Part]) -> Part:
    """Join the parts of one message: by index where it is known, else by the order that reads as a sentence.

    The greeting, a ``【…】`` at the front or a signature at the back, tell first and last; the rest stays in order
    of time. Repeated parts count once.

    Raises:
        ValueError: there are no parts.
    """
    if not parts:
        raise ValueError("no parts to join")
    once = list({(p.index, p.text): p for p in sorted(parts, key=lambda p: p.received_at)}.values())
    ordered = sorted(once, key=lambda p: p.index) if all(p.index for p in once) else sorted(once, key=_rank)
    first = min(once, key=lambda p: p.received_at)
    return Part(
        first.sender,
        "".join(p.text for p in ordered),
        max(p.received_at for p in once),
        reference=first.reference,
        key=next((p.key for p in once if p.key), ""),
    )


def _rank(part: Part) -> int:
    text = part.text.strip()
    opens = text.startswith(("【", "尊敬的", "您好", "温馨提示", "温馨提醒", "Dear", "["))
    signs = text.endswith("】") and not text.startswith("【")
    return 0 if opens else 2 if signs else 1


def belongs(waiting: Sequence[Part], part: Part) -> bool:
    """Whether a part continues a message of which ``waiting`` has come so far."""
    if not waiting:
        return False
    first = waiting[0]
    if 1 in (first.total, part.total) or bare(first.sender) != bare(part.sender):
        return False
    if abs(part.received_at - first.received_at) > WINDOW:
        return False
    if first.reference or part.reference:
        return first.reference == part.reference
    if part.text not in {p.text for p in waiting} and _rank(part) == 0 == min(_rank(p) for p in waiting):
        return False  # two beginnings are two messages
    return looks_cut(first.text) or looks_cut(part.text)


def complete(waiting: Sequence[Part]) -> bool:
    """Whether all parts are known to be there."""
    if not waiting:
        return False
    total = waiting[0].total
    if total == 1:
        return True
    if total:
        return len({p.index for p in waiting}) >= total
    return not any(looks_cut(p.text) for p in waiting)


def looks_cut(text: str) -> bool:
    """Whether a text has the length of a full part and does not end like a message."""
    return len(text) in PART_SIZES and not text.rstrip().endswith(("】", "。", "！", "!", "]"))
