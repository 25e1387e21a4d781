"""What must not be kept: codes, passwords, PUKs, full numbers. Cut out before anything is stored."""

from __future__ import annotations

import re

from monitor.core.line import mask
from monitor.core.sms.lexicon import Lexicon
from monitor.core.sms.normalise import normalise

_MOBILE = re.compile(r"(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)")
_LONG = re.compile(r"(?<![\d.])\d{15,19}[\dXx]?(?!\d)")


def redact(text: str, lexicon: Lexicon) -> tuple[str, bool]:
    """Return the text with secrets and personal numbers masked, and whether a secret was in it.

    A text whose secret is only found after normalisation (full-width digits) is kept in its normalised form.
    """
    kept, secret = _cut(text, lexicon)
    plain = normalise(text)
    _, hidden = _cut(plain, lexicon)
    if hidden and not secret:
        kept, secret = _cut(plain, lexicon)
    kept = _MOBILE.sub(lambda m: mask(m.group()), kept)
    return _LONG.sub(lambda m: m.group()[:4] + "*" * 8 + m.group()[-2:], kept), secret


def _cut(text: str, lexicon: Lexicon) -> tuple[str, bool]:
    found = False
    for pattern in lexicon.secrets:
        spans = [m.span("secret") for m in pattern.finditer(text)]
        for start, end in reversed(spans):
            text = text[:start] + "*" * 4 + text[end:]
            found = True
    return text, found
