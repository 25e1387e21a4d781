"""The allow-list: numbers and links that may stand in any text of ours come from the rulebook, and from nowhere else."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from monitor.rulebook import Rulebook

_URL = re.compile(r"https?://[^\s，。；）)\"'<>]+")
_NUMBER = re.compile(r"(?<![\d.\-#/A-Za-z])(?:1[02]\d{3}|400\d{7}|\+?\d{7,})(?![\d.\-/%])")
"""Numbers that can be dialled as a service: 10xxx, 12xxx, 400…, or long ones."""


def official_host(book: Rulebook, host: str) -> bool:
    """Whether a host is a carrier's or an authority's own: whole labels from the right, never a look-alike."""
    try:
        name = host.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return False
    found = book.hosts()
    if name in found.exact_hosts:
        return True
    return any(name == h or name.endswith("." + h) for h in found.hosts)


def official_url(book: Rulebook, url: str) -> bool:
    """Whether a link is on an official host, over HTTPS, without user part or odd port."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    safe = parts.scheme == "https" and not parts.username and not parts.password and port in (None, 443)
    return safe and bool(parts.hostname) and official_host(book, parts.hostname or "")


def strangers(book: Rulebook, text: str) -> list[str]:
    """Return every link and service number in a text that the rulebook does not know as official."""
    known = {c.value for e in book.entries.values() for c in e.contacts.known.values()}
    urls = [u.rstrip(".,;:!?") for u in _URL.findall(text)]
    rest = _URL.sub(" ", text)
    return [u for u in urls if not official_url(book, u)] + [
        n for n in _NUMBER.findall(rest) if n not in known
    ]
