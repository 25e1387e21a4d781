"""gammu-smsd's ``RunOnReceive``: the message is in the environment, see gammu-smsd-run(7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from monitor.core.sms.join import Part
from monitor.intake.text import unwrap


def message(environ: Mapping[str, str], now: datetime) -> Part:
    """Read the message of this run.

    Args:
        environ: as gammu-smsd sets it.
        now: taken as the receive time, since the environment holds none.

    Raises:
        ValueError: these variables are not there, or hold no text.
    """
    count = environ.get("SMS_MESSAGES", "")
    if not count.isdecimal() or not int(count):
        raise ValueError("SMS_MESSAGES is not set: this is to be called by gammu-smsd's RunOnReceive")
    decoded = environ.get("DECODED_PARTS", "0")
    parts = int(decoded) if decoded.isdecimal() else 0
    text = "".join(environ.get(f"DECODED_{i}_TEXT", "") for i in range(1, parts + 1))
    if not text:
        text = "".join(environ.get(f"SMS_{i}_TEXT", "") for i in range(1, int(count) + 1))
    text = unwrap(text)
    if not text.strip():
        raise ValueError("gammu-smsd handed over no text (a picture or a settings message)")
    return Part(environ.get("SMS_1_NUMBER", ""), text, now, total=1, key="untimed")
