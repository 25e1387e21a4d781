"""China Unicom by the door of its app, or of its WeChat mini-program. Unofficial: found by others, may close any day.

App: ``TOKEN`` the ``token_online`` of a session that the owner began, option ``appid``; or option ``cookie`` alone. Mini-program: option ``openid``;
it alone states arrears and credit limit, and its ids are short-lived of late. ``URL`` replaces the host.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from monitor.carriers import _values
from monitor.carriers._china import COOL, Ask, Consumer, Expired, Visit
from monitor.carriers._http import Http, Trouble
from monitor.carriers._yuan import yuan
from monitor.core.money import Money
from monitor.core.reading import Reading
from monitor.core.words import FailureKind

APP = "https://m.client.10010.com"
MINI = "https://mina.10010.com"
RENEW = "/mobileService/onLine.htm"
BALANCE = "/servicequerybusiness/balancenew/accountBalancenew.htm"
MINI_BALANCE = "/wxapplet/weixinNew/sspbalcbroadcast"
VERSION = "iphone_c@12.0100"

_OVER = frozenset({"999998", "999999", "9998", "0500", "0001"})
_OVER_TEXT = re.compile(r"未登录|没有登录|重新登录|登录失效|登录已失效|cookie\s*无效", re.IGNORECASE)
_COOKIE = re.compile(r"(?:^|,\s*)([A-Za-z0-9_.-]+)=([^;,\s]*)")


class Unicom(Consumer):
    """Asks the app's balance, or the mini-program's when an ``openid`` is set."""

    asks: ClassVar[tuple[Ask, ...]] = (
        Ask(
            "token_online",
            "token_online of a session begun in the app (by SMS code)",
            "App 短信登录后的 token_online",
        ),
        Ask("appid", "appId that belongs to it", "与之对应的 appId"),
        Ask("openid", "or the openid of the WeChat mini-program", "或微信小程序的 openid"),
    )

    def ask(self, visit: Visit) -> Reading:
        """See :meth:`Consumer.ask`."""
        if visit.option("openid"):
            return self._mini(visit)
        http = visit.door()
        cookie = visit.option("cookie") or self._renew(visit)
        try:
            return self._balance(visit, http, cookie)
        except Expired:
            if visit.fresh:
                raise
            kept = {k: v for k, v in visit.session.items() if k != "cookie"}
            visit.expired()
            visit.memory.session = kept
            return self._balance(visit, visit.door(), self._renew(visit))

    def _renew(self, visit: Visit) -> str:
        token = visit.option("token_online") or visit.access.token
        if not token:
            raise visit.halt(FailureKind.AUTH, visit.step("there is no session of the app"))
        visit.take_login()
        appid = visit.option("appid")
        form = {"appId": appid, "token_online": token, "version": VERSION}
        answer = visit.ask(visit.door(), (visit.access.url.rstrip("/") or APP) + RENEW, form=form)
        data = _values.record(answer.json(), "the answer")
        code = _values.text(data.get("code"), "code") or ""
        if code != "0":
            visit.login_failed()
            raise _refused(visit, code, str(data.get("dsc") or data.get("desc") or data.get("msg") or ""))
        cookie = "; ".join(f"{k}={v}" for k, v in _COOKIE.findall(answer.headers.get("set-cookie", "")) if v)
        renewed = _values.text(data.get("token_online"), "token_online") or token
        if not cookie:
            visit.login_failed()
            raise Trouble(FailureKind.MALFORMED, f"{answer.url} renewed the session without a cookie")
        visit.logged_in({"token_online": renewed, "appid": appid, "cookie": cookie})
        return cookie

    def _balance(self, visit: Visit, http: Http, cookie: str) -> Reading:
        http.protect(cookie)
        url = (visit.access.url.rstrip("/") or APP) + BALANCE
        data = _values.record(
            visit.ask(http, url, headers={"Cookie": cookie}, form={"channel": "client"}).json(), "the answer"
        )
        _check(data)
        current = yuan(data.get("curntbalancecust"), "curntbalancecust")
        if current is None:
            raise Trouble(FailureKind.MALFORMED, "the answer holds no balance")
        for name in ("unavailablelimitfeecust", "feefrozen"):
            locked = yuan(data.get(name), name)
            if locked is not None:
                current = Money(current.amount - locked.amount, current.currency)
        return visit.reading(balance=current)

    def _mini(self, visit: Visit) -> Reading:
        http = visit.door()
        body = {"openid": visit.option("openid"), "channel": "wxmini"}
        url = (visit.access.url.rstrip("/") or MINI) + MINI_BALANCE
        data = _values.record(visit.ask(http, url, json_body=body).json(), "the answer")
        try:
            _check(data)
        except Expired:
            raise visit.halt(
                FailureKind.AUTH, visit.step("the mini-program's openid is no longer valid")
            ) from None
        rows = data.get("data")
        if not isinstance(rows, list) or not rows:
            raise Trouble(FailureKind.MALFORMED, "the mini-program answered without a balance")
        row = _values.record(rows[0], "data[0]")
        usable = yuan(row.get("FEE_AVAILABLE"), "FEE_AVAILABLE")
        owed = yuan(row.get("ALLBOWE_FEE_CUST"), "ALLBOWE_FEE_CUST")
        balance = usable if usable is not None else yuan(row.get("CURNT_BALANCE_CUST"), "CURNT_BALANCE_CUST")
        if balance is None and owed is None:
            raise Trouble(FailureKind.MALFORMED, "the mini-program answered with neither balance nor arrears")
        return visit.reading(
            balance=balance,
            amount_due=owed,
            credit_limit=yuan(row.get("CREDIT_VALUE"), "CREDIT_VALUE"),
            month_spend=yuan(row.get("REAL_FEE_CUST_NEW"), "REAL_FEE_CUST_NEW"),
        )


def _check(data: Mapping[str, Any]) -> None:
    code = _values.text(data.get("code") or data.get("status"), "code") or ""
    said = " ".join(str(data.get(k) or "") for k in ("msg", "desc", "dsc", "message"))
    if code == "0000":
        return
    if code in _OVER or _OVER_TEXT.search(said):
        raise Expired
    if code == "4114030182" or "升级" in said or "维护" in said:
        raise Trouble(FailureKind.MAINTENANCE, "the carrier is upgrading its system; it is asked again later")
    shown = code[:12] if code.isalnum() else "no code"
    raise Trouble(FailureKind.MALFORMED, f"the carrier answers with {shown}, which is not known")


def _refused(visit: Visit, code: str, said: str) -> Trouble:
    if code == "3":
        what = "the carrier's risk control stopped logins from this device; left alone for a day"
        return visit.halt(FailureKind.BLOCKED, what, hours=COOL)
    if code == "ECS11721" or "密码错误" in said:
        return visit.halt(FailureKind.AUTH, visit.step("the credentials are refused"))
    if "验证码" in said or "captcha" in said.lower():
        return visit.halt(FailureKind.BLOCKED, visit.step("the carrier wants a captcha or an SMS code"))
    return Trouble(FailureKind.AUTH, visit.step("the session could not be renewed"))


def make(name: str) -> Unicom:
    """Return the connector."""
    return Unicom(name)
