"""A channel's URL: what is wrong with it, and how to speak of it without its secrets."""

from __future__ import annotations

import difflib
import re
from urllib.parse import parse_qsl, unquote, urlsplit

_SCHEME = re.compile(r"^([a-z0-9][a-z0-9+.-]*)://", re.IGNORECASE)
_SHORTEST_SECRET = 3
_EXTRAS = {"mqtt": "mqtt", "mqtts": "mqtt", "xmpp": "xmpp", "xmpps": "xmpp"}
_COMMON = frozenset(
    ["bark", "barks", "dingtalk", "discord", "feishu", "form", "forms", "gotify", "gotifys", "json", "jsons", "lark", "mailto", "mailtos", "matrix", "matrixs", "ntfy", "ntfys", "pover", "pushplus", "schan", "signal", "signals", "slack", "syslog", "telnyx", "tgram", "threema", "twilio", "wecombot", "whatsapp", "wxpusher"]
)  # fmt: skip
"""Services known without loading Apprise."""


def validate(url: str, *, deep: bool = True) -> str | None:
    """Return what is wrong with a channel's URL and how to mend it, or None. The text holds no part of the URL but its scheme.

    Args:
        url: as the owner wrote it.
        deep: let Apprise parse it too (loads Apprise: some 200 ms and 17 MB); without, only for a service out of the ordinary.
    """
    found = _SCHEME.match(url.strip())
    if found is None:
        return "is not a channel URL: it must begin with a service such as mailtos:// or ntfys://"
    scheme = found[1].lower()
    if scheme != "console" and not url.strip()[found.end() :].strip("/"):
        return f"{scheme}:// is a known service, but this URL is incomplete or wrong: nothing follows"
    if scheme == "console" or (not deep and scheme in _COMMON):
        return None  # any other scheme is worth the time to tell a rare service from a misspelt one
    return _ask_apprise(url, scheme)


def _ask_apprise(url: str, scheme: str) -> str | None:
    from monitor.notify import engine  # noqa: PLC0415 - loads Apprise

    if scheme not in engine.schemes():
        near = difflib.get_close_matches(scheme, engine.schemes(), n=1)
        hint = f": did you mean {near[0]}://?" if near else "; `apprise --details` lists the known ones"
        return f"{scheme}:// is no known service{hint}"
    if lacks := engine.missing(scheme):
        extra = f": pip install 'billing-monitor[{_EXTRAS[scheme]}]'" if scheme in _EXTRAS else ""
        return f"{scheme}:// needs Python packages that are not installed here ({lacks}){extra}"
    service, said = engine.build(url)
    if service is not None:
        return None
    return f"{scheme}:// is a known service, but this URL is incomplete or wrong{': ' + redact(said, url) if said else ''}"


def is_mail(url: str) -> bool:
    """Whether a URL is plain mail, which shows pictures."""
    return url.strip().lower().startswith(("mailto://", "mailtos://"))


def redact(text: str, url: str) -> str:
    """Replace every part of the URL that may be a secret by ``***``: user, password, path, query values, the whole of it."""
    for secret in sorted(_secrets(url), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def _secrets(url: str) -> set[str]:
    found = {url}
    try:
        parts = urlsplit(url)
    except ValueError:
        return found
    netloc = parts.netloc
    userinfo, _, host = netloc.rpartition("@")
    pieces = [*userinfo.split(":"), *parts.path.split("/"), *(v for _, v in parse_qsl(parts.query))]
    if "." not in host and not host.startswith("localhost"):
        pieces.append(host)  # services that carry a token where others carry a host: tgram://TOKEN/…
    for piece in pieces:
        for form in (piece, unquote(piece)):
            if len(form) >= _SHORTEST_SECRET:
                found.add(form)
    return found
