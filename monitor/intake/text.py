"""What receivers do to a text before they hand it over, undone."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime, tzinfo

_BASE64 = re.compile(r"^[A-Za-z0-9+/\s]{16,}={0,2}\s*$")
_TAIL = re.compile(
    r"^(?:SIM\d.*|SubId[:：].*|卡\d.*|\d{4}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2})?|设备[:：].*)$", re.IGNORECASE
)
_FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%y/%m/%d %H:%M:%S")


def unwrap(text: str) -> str:
    """Decode a text that a modem tool handed over in Base64 (UTF-8 or UTF-16); leave any other as it is."""
    compact = "".join(text.split())
    if not _BASE64.match(text.strip()) or len(compact) % 4:
        return text
    try:
        raw = base64.b64decode(compact, validate=True)
    except (binascii.Error, ValueError):
        return text
    for charset in ("utf-8", "utf-16"):
        try:
            found = raw.decode(charset)
        except UnicodeDecodeError:
            continue
        if found and all(c.isprintable() or c in "\r\n\t" for c in found):
            return found
    return text


def original(content: str, sender: str) -> str:
    """Take a forwarder's frame (sender, SIM, time, device, one a line) off a rendered message."""
    lines = content.splitlines()
    if len(lines) < 2 or lines[0].strip() != sender.strip():
        return content
    body = lines[1:]
    frame = next((i for i, line in enumerate(body) if i and _TAIL.match(line.strip())), len(body))
    return "\n".join(body[:frame])


def instant(text: str, zone: tzinfo) -> datetime | None:
    """Read a receiver's time: ISO 8601, epoch seconds or milliseconds, or a phone's local form. None: not readable."""
    value = text.strip()
    if value.isdecimal() and len(value) in (10, 13):
        return datetime.fromtimestamp(int(value) / (1000 if len(value) == 13 else 1), zone)
    value = re.sub(r"([+-]\d{2})$", r"\1:00", value)
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        for form in _FORMS:
            try:
                found = datetime.strptime(value, form)  # noqa: DTZ007 (the zone is put on below)
                break
            except ValueError:
                continue
        else:
            return None
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)
