"""What a page or a status says when data was expected: a login, a captcha, a firewall, maintenance."""

from __future__ import annotations

import re

from monitor.core.words import FailureKind

_BLOCKED = re.compile(
    r"captcha|recaptcha|hcaptcha|turnstile|cf-challenge|cf-ray|just a moment|attention required|access denied|"
    r"request blocked|incapsula|imperva|akamai|are you (?:a )?(?:human|robot)|unusual traffic|web application firewall|"
    r"验证码|滑块|安全验证|访问过于频繁|人机验证|请求被拦截|访问被拒绝|waf",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"type\s*=\s*[\"']?password|log[\s-]?in|sign[\s-]?in|signin|session (?:has )?(?:expired|ended|timed out)|"
    r"登录|登陆|重新登入|会话(?:已)?过期|请先登",
    re.IGNORECASE,
)
_MAINTENANCE = re.compile(
    r"maintenance|be right back|temporarily unavailable|scheduled downtime|系统维护|系统升级|维护中|升级中|暂停服务",
    re.IGNORECASE,
)
_LOGIN_PATH = re.compile(
    r"(?i)/(?:log[-_]?in|sign[-_]?in|sso|oauth2?/authorize|cas|auth(?:enticate)?)(?:[/.]|$)"
)
_LOOK = 65536


def of_page(text: str) -> tuple[FailureKind, str]:
    """Tell what kind of page came in place of data."""
    head = text[:_LOOK]
    if _BLOCKED.search(head):
        return FailureKind.BLOCKED, "a page that asks for a human (captcha or firewall)"
    if _MAINTENANCE.search(head) and not re.search(r"type\s*=\s*[\"']?password", head, re.IGNORECASE):
        return FailureKind.MAINTENANCE, "a maintenance page"
    if _LOGIN.search(head):
        return FailureKind.AUTH, "a login page"
    return FailureKind.MALFORMED, "a web page"


def is_login_path(path: str) -> bool:
    """Whether a redirect to this path means that the session has ended."""
    return bool(_LOGIN_PATH.search(path))


_STATUS = {
    401: (FailureKind.AUTH, "the credentials are not accepted; check them"),
    402: (FailureKind.AUTH, "the carrier wants its API paid before it answers"),
    403: (FailureKind.AUTH, "the credentials do not reach this far; check them and their scope"),
    404: (FailureKind.NOT_FOUND, "there is nothing under this address; check it and the ids"),
    405: (FailureKind.UNSUPPORTED, "the carrier does not offer this request"),
    406: (FailureKind.UNSUPPORTED, "the carrier does not offer this request"),
    407: (FailureKind.UNREACHABLE, "the proxy wants credentials"),
    408: (FailureKind.TIMEOUT, "the carrier itself ran out of time; it is asked again later"),
    410: (FailureKind.NOT_FOUND, "this address is gone; check it and the ids"),
    429: (FailureKind.RATE_LIMITED, "asked too often; it is asked again later"),
    451: (FailureKind.BLOCKED, "not available from this place"),
    501: (FailureKind.UNSUPPORTED, "the carrier does not offer this request"),
    504: (FailureKind.TIMEOUT, "the carrier itself ran out of time; it is asked again later"),
}


def of_status(status: int, body: bytes) -> tuple[FailureKind, str]:
    """Tell what an HTTP status beyond 2xx means, with a sentence for people."""
    page = body[:_LOOK].decode("utf-8", "replace")
    if page.lstrip()[:1] == "<" and status not in {401, 404, 407}:
        kind, what = of_page(page)
        if kind is FailureKind.BLOCKED or (kind is FailureKind.MAINTENANCE and status >= 500):
            return kind, what
    if status in _STATUS:
        return _STATUS[status]
    if status >= 500:
        return FailureKind.UNREACHABLE, "the carrier's system has a fault; it is asked again later"
    return FailureKind.UNSUPPORTED, "the carrier refuses this request as it is; check number and settings"
