"""What must never be printed is replaced before anybody can print it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, urlsplit, urlunsplit

from monitor.core.line import mask

_NAMED = re.compile(
    r"(?i)(?<![\w.\-])(?!(?<=/)[\w.\-]*: )"  # the end of an address before a sentence is no name of a secret
    r"([\"']?[\w.\-]*(?:token|secret|password|passwd|pwd|api[_-]?key|authorization|cookie|session|"
    r"signature|servicepassword|\bpin\d?\b|\bpuk\d?\b)[\w.\-]*[\"']?\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s&,;}\"']+)"
)
_PHONE = re.compile(r"(?<![\w.\-])\+?\d{9,15}(?![\w.\-])")
_MIN_SECRET = 4


class Redactor:
    """Hides known secrets, everything that is named like one, and phone numbers.

    Args:
        secrets: values of this line's settings; shorter than four characters they cannot be told from other text.
        numbers: phone numbers of the lines asked about, shown as :func:`monitor.core.line.mask` does.
    """

    __slots__ = ("_numbers", "_secrets")

    def __init__(self, secrets: Iterable[str] = (), numbers: Iterable[str] = ()) -> None:
        self._secrets: list[str] = []
        self.add(secrets)
        shown: dict[str, str] = {}
        for number in numbers:
            digits = number.lstrip("+")
            if len(digits) >= 6:
                shown |= {number: mask(number), quote(number, safe=""): mask(number), digits: mask(digits)}
        self._numbers = sorted(shown.items(), key=lambda item: len(item[0]), reverse=True)

    def add(self, secrets: Iterable[str]) -> None:
        """Hide further secrets from now on."""
        forms = set(self._secrets)
        for secret in secrets:
            if len(secret) >= _MIN_SECRET:
                forms |= {secret, quote(secret, safe=""), quote_plus(secret)}
        self._secrets = sorted(forms, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """Return ``text`` fit to be printed."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        text = _NAMED.sub(lambda hit: hit[1] + "***", text)
        for number, shown in self._numbers:
            text = text.replace(number, shown)
        return _PHONE.sub(lambda hit: mask(hit[0]), text)

    def url(self, url: str) -> str:
        """Return a URL fit to be printed: no user info, no query values, no secrets in the path."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        host = f"[{host}]" if ":" in host else host
        netloc = f"{host}:{parts.port}" if parts.port else host
        names = "&".join(pair.split("=", 1)[0] + "=…" for pair in parts.query.split("&") if pair)
        return self(urlunsplit((parts.scheme, netloc, parts.path, names, "")))
