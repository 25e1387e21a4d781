"""From an answer to a verdict: delivered, worth another try, or refused for good. When in doubt: another try."""

from __future__ import annotations

import re
from http import HTTPStatus

from monitor.ports import SendResult, Sent

_STATUS = re.compile(r"\b(?:error|code|status|rc)[=: (]+(\d{3})(?:\d{2})?\b", re.IGNORECASE)
"""Three digits, or the five of ntfy, whose first three are the HTTP status."""
_WAIT = {408, 421, 423, 425}


def of_http(status: int) -> Sent:
    """Judge a service by the HTTP status that it answered with."""
    try:
        phrase = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = str(status)
    refused, mend = SendResult.REFUSED, "check the channel's URL"
    match status:
        case 401 | 403:
            return Sent(
                refused, f"the service refused our credentials ({phrase}): {mend}, its token or password"
            )
        case 404 | 410:
            return Sent(refused, f"the service does not know this recipient or address ({phrase}): {mend}")
        case 429:
            return Sent(
                SendResult.RETRY, f"the service asks us to slow down ({phrase}): will try again later"
            )
        case _ if 400 <= status < 500 and status not in _WAIT:
            return Sent(refused, f"the service refused the message ({phrase}): {mend}")
        case _:
            return Sent(SendResult.RETRY, f"the service could not take it now ({phrase}): will try again")


_SIGNS: tuple[tuple[str, SendResult, str], ...] = (
    (
        r"not authori[sz]ed|bad user name or password|unauthori[sz]ed|invalid (?:api )?(?:key|token)|login failed",
        SendResult.REFUSED,
        "the service refused our credentials: check user and password in the channel's URL",
    ),
    (
        r"certificate verify failed|CERT: |Invalid certificate|SSLError|SSLCert|SSL Error|WRONG_VERSION_NUMBER|tlsv1|handshake|can not be verified",
        SendResult.RETRY,
        (
            "no trusted TLS connection: the server's certificate is not valid for its name, expired, or self-signed; "
            "will try again, but somebody must mend the certificate or the URL"
        ),
    ),
    (
        r"timed out|ReadTimeout",
        SendResult.RETRY,
        "the service did not answer in time; it may have arrived; will try again",
    ),
    (
        r"\bno\b[^.]{0,40}\b(?:to notify|recipients|targets)",
        SendResult.REFUSED,
        "the channel's URL names no recipient: complete it",
    ),
    (
        r"connection|socket|could not be (?:established|sustained)|refused|unreachable|name resolution",
        SendResult.RETRY,
        "the service cannot be reached: will try again",
    ),
    (r"", SendResult.RETRY, "the service did not take it and gave no reason: will try again"),
)
"""What the log of a failed attempt shows when there is no HTTP status, the first match wins."""


def of_apprise(*, delivered: bool, lines: list[str]) -> Sent:
    """Judge one attempt by Apprise's truth value and its log. The detail never quotes the log: it may hold secrets."""
    if delivered:
        return Sent(SendResult.DELIVERED)
    for line in lines:
        found = None if line.startswith("DEBUG") else _STATUS.search(line)
        if found and int(found[1]) >= 300:
            return of_http(int(found[1]))
    said = "\n".join(x for x in lines if not x.startswith("DEBUG") or "xception" in x)
    return next(
        Sent(result, detail) for sign, result, detail in _SIGNS if re.search(sign, said, re.IGNORECASE)
    )
