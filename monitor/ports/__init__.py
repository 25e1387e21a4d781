"""The seams: what the flows need from the outside, and the values that cross. Adapters implement, tests fake with behaviour."""

from __future__ import annotations

from monitor.ports.carrier import Access, Carrier, Round, Vault, Watched
from monitor.ports.channel import Attachment, Channel, Composer, Linker, Message, Part, SendResult, Sent
from monitor.ports.records import (
    Change,
    Cutoffs,
    Delivery,
    DeliveryState,
    Forgotten,
    Notes,
    NoticeRow,
    Outcome,
    Planned,
    PollClaim,
    Settlement,
    StoreError,
    Taken,
)
from monitor.ports.store import Store

__all__ = [
    "Access",
    "Attachment",
    "Carrier",
    "Change",
    "Channel",
    "Composer",
    "Cutoffs",
    "Delivery",
    "DeliveryState",
    "Forgotten",
    "Linker",
    "Message",
    "Notes",
    "NoticeRow",
    "Outcome",
    "Part",
    "Planned",
    "PollClaim",
    "Round",
    "SendResult",
    "Sent",
    "Settlement",
    "Store",
    "StoreError",
    "Taken",
    "Vault",
    "Watched",
]
