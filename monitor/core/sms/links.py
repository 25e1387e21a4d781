"""Links in a message, and whether each one leads to a carrier."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_WITH_SCHEME = re.compile(
    r"(?<![a-z0-9])[a-z][a-z0-9+.-]{1,11}://+([^\s/?#，。;!、】」()'\"<>“”]*)([^\s，。;!、】」'\"<>“”\u4e00-\u9fff]*)",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?<![a-z0-9@._/:-])((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,24}|xn--[a-z0-9-]+))(?![a-z0-9-])((?::\d+)?/[^\s，。;!、】」'\"<>“”\u4e00-\u9fff]*)?",
    re.IGNORECASE,
)
_BARE_IP = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?=[:/])")
_BARE_IDN = re.compile(
    r"(?<![\w.])[\w-]*(?:[\u4e00-\u9fff]|[^\W\d_a-z\u4e00-\u9fff][\w-]*)\.(?:[\w-]+\.)*(?:com|cn|net|org|top|cc|xyz|vip|中国|公司|网络)(?![a-z0-9])"
    r"|(?<![\w.])[\w-]+\.[^\W\d_\u4e00-\u9fff]*[^\x00-\x7f\W\d_\u4e00-\u9fff][^\W\d_\u4e00-\u9fff]*(?![\w.])"
)
_TLD = frozenset(
    [
        "com",
        "cn",
        "net",
        "org",
        "top",
        "xyz",
        "cc",
        "vip",
        "info",
        "site",
        "icu",
        "shop",
        "club",
        "io",
        "co",
        "tk",
        "ml",
        "ga",
        "cf",
        "gq",
        "ly",
        "gl",
        "gd",
        "tv",
        "biz",
        "pro",
        "ltd",
        "fun",
        "store",
        "space",
        "website",
        "tech",
        "wang",
        "ink",
        "group",
        "mobi",
        "asia",
        "hk",
        "tw",
        "mo",
        "jp",
        "kr",
        "sg",
        "uk",
        "eu",
        "ru",
        "de",
        "fr",
        "vn",
        "th",
        "my",
        "ph",
        "id",
        "au",
        "ca",
        "nz",
        "link",
        "online",
        "live",
        "app",
        "work",
        "me",
        "to",
        "im",
        "is",
        "us",
        "in",
        "so",
        "la",
        "ws",
        "pw",
        "cm",
        "ms",
        "re",
        "at",
        "it",
        "be",
        "ai",
        "cloud",
        "ren",
        "red",
        "bid",
        "win",
        "loan",
        "men",
        "date",
        "trade",
        "party",
    ]
)
# Endings that are words as well: only a path, a digit or a hyphen makes a host of them.
_WORDS = frozenset(
    [
        "me",
        "to",
        "im",
        "is",
        "us",
        "in",
        "so",
        "la",
        "re",
        "at",
        "it",
        "be",
        "pro",
        "fun",
        "store",
        "space",
        "group",
        "work",
        "live",
        "app",
        "online",
        "link",
        "id",
        "my",
        "de",
        "info",
        "win",
        "men",
        "date",
        "trade",
        "party",
        "red",
        "bid",
        "loan",
        "top",
        "club",
        "shop",
        "cloud",
    ]
)
_CJK = re.compile(r"[\u3000-\u303f\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Link:
    """A link as written, its host in ASCII (IDNA), and whether the host is on the list."""

    url: str
    host: str
    listed: bool


@dataclass(frozen=True, slots=True)
class Hosts:
    """The allow-list: hosts with everything below them, and hosts that must match exactly."""

    under: frozenset[str]
    exact: frozenset[str]

    def has(self, host: str) -> bool:
        """Whether a host is listed, compared by whole labels from the right."""
        labels = host.split(".")
        return host in self.exact or any(".".join(labels[i:]) in self.under for i in range(len(labels)))


def find(text: str, hosts: Hosts) -> tuple[Link, ...]:
    """Find every link of a normalised text, with or without ``http://``; userinfo and IP literals are never listed."""
    if "." not in text and "://" not in text:
        return ()
    found: list[tuple[int, Link]] = []
    taken: list[tuple[int, int]] = []
    for m in _WITH_SCHEME.finditer(text):
        found.append((m.start(), _link(m.group(), m.group(1), hosts)))
        taken.append(m.span())
    for m in _BARE.finditer(text):
        if _inside(m.start(), taken) or not _looks_like_a_host(m.group(1), m.group(2), path=bool(m.group(3))):
            continue
        found.append((m.start(), _link(m.group(), m.group(1), hosts)))
        taken.append(m.span())
    for pattern in (_BARE_IP, _BARE_IDN):
        found += [
            (m.start(), _link(m.group(), m.group(), hosts))
            for m in pattern.finditer(text)
            if not _inside(m.start(), taken)
        ]
    return tuple(link for _, link in sorted(found, key=lambda pair: pair[0]))


def _inside(at: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(a <= at < b for a, b in spans)


def _looks_like_a_host(host: str, ending: str, *, path: bool) -> bool:
    low = ending.lower()
    if low not in _TLD and not low.startswith("xn--"):
        return False
    if low not in _WORDS or path:
        return True
    return ending == low and bool(re.search(r"[\d-]", host))


def _link(url: str, authority: str, hosts: Hosts) -> Link:
    if "@" in authority:
        return Link(url, authority.rpartition("@")[2].lower(), listed=False)
    name = re.sub(r":\d*$", "", _cut_prose(authority)).rstrip(".").lower()
    try:
        host = name.encode("idna").decode("ascii") if not name.isascii() else name
    except UnicodeError:
        host = ""
    if not host or re.fullmatch(r"[\d.]+|\[.*", host):
        return Link(url, host or name, listed=False)
    return Link(url, host, hosts.has(host))


def _cut_prose(authority: str) -> str:
    """Cut Chinese prose that follows a host without a space, unless it goes on as a host of its own."""
    first = next((i for i, char in enumerate(authority) if not char.isascii()), None)
    if first is None or not first or not _CJK.match(authority[first]):
        return authority
    if re.search(r"\.[^\W_]", authority[first:]):
        return authority
    return authority[:first]
