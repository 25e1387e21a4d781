"""The webhook of a forwarding phone (SmsForwarder's JSON and form): checked before a word of it is believed.

The forwarder's ``sign`` covers only its timestamp, not the text: whoever sees one pair could send another text with it.
So each pair counts once, within a tolerance; an extra secret header is asked for as soon as one is set; and the address
must be reached over HTTPS, loopback or a VPN (the forwarder does not check certificates).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import parse_qsl, unquote

from monitor.core.sms.join import Part
from monitor.intake.text import instant, original, unwrap

TOLERANCE = timedelta(seconds=600)
"""How far a request's timestamp may be from now; the forwarder's own default."""
HEADER = "x-intake-key"
MAX_BYTES = 64 * 1024
"""A longer body is no text message."""
FUTURE = timedelta(minutes=10)
"""A phone's clock may be ahead by this much; a receive time beyond it is not believed."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What a request must show; at least one of the two has to be set."""

    secret: str = field(default="", repr=False)
    """The forwarder's signing secret."""
    header: str = field(default="", repr=False)
    """The value of the extra header ``X-Intake-Key``."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that may be read."""

    part: Part
    card: str = ""
    """The forwarder's name for the SIM that received it."""
    device: str = ""
    line: str = ""
    """The line's name, where the sender of the request gave one."""
    once: Mapping[str, datetime] = field(default_factory=dict)
    """The mark of this request's sign and until when it counts: to be kept with what the message changes, not before."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A request that is not read; ``status`` is the HTTP answer, ``reason`` is fit for a log."""

    status: int
    reason: str


def accept(
    headers: Mapping[str, str],
    body: bytes,
    content_type: str,
    now: datetime,
    *,
    keys: Keys,
    used: Callable[[str], bool],
    query: str = "",
    zone: tzinfo = UTC,
) -> Accepted | Rejected:
    """Check and read one request.

    Args:
        headers: of the request; names in any case.
        body: of the request.
        content_type: of the request.
        now: the instant of its arrival.
        keys: what it must show.
        used: tells whether a mark is known, see :attr:`Accepted.once`.
        query: the query string, for GET templates.
        zone: in which the phone writes its times.
    """
    if not keys.secret and not keys.header:
        return Rejected(403, "no secret is set for the intake, so nothing is taken")
    if len(body) > MAX_BYTES:
        return Rejected(413, "the body is too long for a text message")
    if keys.header:
        shown = next((v for k, v in headers.items() if k.lower() == HEADER), "")
        if not hmac.compare_digest(shown.encode(), keys.header.encode()):
            return Rejected(401, "the extra header is missing or wrong")
    try:
        fields = _fields(body, content_type, query)
    except ValueError as why:
        return Rejected(400, str(why))
    mark = _check_sign(fields, now, keys.secret, used) if keys.secret else ""
    if isinstance(mark, Rejected):
        return mark
    taken = _message(fields, now, zone)
    return replace(taken, once={mark: now + 2 * TOLERANCE}) if mark and isinstance(taken, Accepted) else taken


def sign(timestamp: str, secret: str) -> str:
    """The signature of a timestamp in milliseconds, before any URL encoding."""
    mac = hmac.digest(secret.encode(), f"{timestamp}\n{secret}".encode(), "sha256")
    return base64.b64encode(mac).decode()


def _check_sign(
    fields: Mapping[str, str], now: datetime, secret: str, used: Callable[[str], bool]
) -> Rejected | str:
    """The mark of a right sign that is new."""
    stamp, shown = fields.get("timestamp", ""), fields.get("sign", "")
    if not stamp.isdecimal() or len(stamp) != 13 or not shown:
        return Rejected(401, "timestamp or sign is missing")
    wanted = sign(stamp, secret).encode()
    # JSON carries the value encoded once, a form or a GET template twice; a "+" may have become a space.
    forms = (shown, unquote(shown), unquote(unquote(shown)))
    right = [
        hmac.compare_digest(candidate.encode(), wanted)
        for form in forms
        for candidate in (form, form.replace(" ", "+"))
    ]
    if not any(right):
        return Rejected(401, "the sign is wrong")
    sent = datetime.fromtimestamp(int(stamp) / 1000, UTC)
    if abs(now - sent) > TOLERANCE:
        return Rejected(401, "the timestamp is too far from now; check the phone's clock")
    key = hashlib.sha256(f"{stamp}:{wanted.decode()}".encode()).hexdigest()[:32]
    mark = f"intake-sign:{key}"
    return Rejected(409, "this timestamp and sign were used before") if used(mark) else mark


def _fields(body: bytes, content_type: str, query: str) -> dict[str, str]:
    found = dict(parse_qsl(query, keep_blank_values=True))
    try:
        text = body.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise ValueError("the body is not UTF-8") from None
    if "json" in content_type.lower() or text.startswith("{"):
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            raise ValueError("the body is not JSON") from None
        if not isinstance(data, dict):
            raise ValueError("the body is not a JSON object")
        found |= {
            str(k): v if isinstance(v, str) else str(v)
            for k, v in data.items()
            if not isinstance(v, dict | list)
        }
    elif content_type.lower().startswith("text/"):
        found.setdefault("text", text)
    else:
        found |= dict(parse_qsl(text, keep_blank_values=True))
    return found


def _message(fields: Mapping[str, str], now: datetime, zone: tzinfo) -> Accepted | Rejected:
    sender = next((fields[k] for k in ("from", "sender", "number", "phone") if fields.get(k)), "")
    text = next((fields[k] for k in ("text", "org_content", "message") if fields.get(k)), "")
    if not text:
        text = original(next((fields[k] for k in ("content", "msg", "body") if fields.get(k)), ""), sender)
    text = unwrap(text)
    if not text.strip():
        return Rejected(400, "there is no text in this request")
    at = instant(fields.get("received", "") or fields.get("receive_time", ""), zone)
    if at is None or at > now + FUTURE:
        at, timed = now, False
    else:
        timed = True
    part = Part(sender, text, at, key=fields.get("id", "") or ("" if timed else "untimed"))
    return Accepted(part, fields.get("card", ""), fields.get("device", ""), fields.get("line", ""))
