"""What a TM Forum resource says of itself: its id, what it points to, and the phone numbers that it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from monitor.carriers.tmf.client import Resource

_CHARACTERISTICS = frozenset(
    {"msisdn", "phonenumber", "number", "serviceidentity", "telephonenumber", "mdn", "subscribernumber"}
)
_E164 = re.compile(r"^\+\d{8,15}$|^(?:msisdn|tel)[:\-]?\+?\d{8,15}$", re.IGNORECASE)


def resource_id(item: Resource) -> str:
    """Return a resource's id, or nothing."""
    return str(item.get("id") or "")


def refs(item: Resource, key: str) -> set[str]:
    """Return the ids that a reference, or a list of them, points to."""
    value = item.get(key)
    if isinstance(value, str):  # SigScale writes the id alone
        return {value} - {""}
    parts = value if isinstance(value, list) else [value]
    return {str(part["id"]) for part in parts if isinstance(part, dict) and part.get("id")}


def names(item: Resource) -> set[str]:
    """Return everything on a resource that may be a phone number."""
    said = {str(item.get(key) or "") for key in ("id", "name", "productSerialNumber")}
    for key in ("realizingResource", "supportingResource", "logicalResource", "relatedParty"):
        for part in _parts(item.get(key)):
            inner = part.get("partyOrPartyRole")
            for ref in (part, inner if isinstance(inner, dict) else {}):
                said |= {str(ref.get(k) or "") for k in ("id", "name", "value")}
    for key in ("serviceCharacteristic", "productCharacteristic"):
        for part in _parts(item.get(key)):
            name = re.sub(r"[\s_\-]+", "", str(part.get("name") or "")).casefold()
            if name in _CHARACTERISTICS:
                said.add(str(part.get("value") or ""))
    return said - {""}


def _parts(value: Any) -> list[Mapping[str, Any]]:
    parts = value if isinstance(value, list) else [value]
    return [part for part in parts if isinstance(part, dict)]


def names_other(item: Resource, number: str) -> bool:
    """Whether a resource names a phone number, and not this one."""
    numbers = [said for said in names(item) if _E164.match(said.strip())]
    return bool(numbers) and not any(same_number(said, number) for said in numbers)


def same_number(said: str, number: str) -> bool:
    """Whether a text is this number, with or without ``+``, country code, trunk zero, spaces or ``tel:``."""
    if not number or not re.fullmatch(r"(?i)\s*(?:tel|msisdn)?[:\-]?\s*\+?[\d\s().\-]{7,22}", said):
        return False
    theirs = re.sub(r"\D", "", said)
    ours = re.sub(r"\D", "", number)
    if said.strip().startswith("+") or theirs == ours:
        return theirs == ours
    theirs = theirs.removeprefix("00") if theirs.startswith("00") else theirs
    national = theirs.lstrip("0")
    return theirs == ours or (
        len(national) >= 8 and ours.endswith(national) and len(ours) - len(national) <= 3
    )
