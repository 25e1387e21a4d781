"""China Broadnet by the door of its mini-program. Unofficial: found by others, may close any day.

The owner captures from the own mini-program: ``TOKEN`` the header ``access``, option ``data`` the request's blob, and
option ``session``. A session lives about three days; asked at most every four hours.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from monitor.carriers import _values
from monitor.carriers._china import Ask, Consumer, Visit
from monitor.carriers._http import Trouble
from monitor.carriers._yuan import fen
from monitor.core.reading import Reading
from monitor.core.words import FailureKind

HOST = "https://wx.10099.com.cn"
USER = "/contact-web/api/busi/qryUserInfo"
REFERER = "https://servicewechat.com/"


class Broadnet(Consumer):
    """Asks ``qryUserInfo``: the balance in 分."""

    every: ClassVar[timedelta] = timedelta(hours=4)
    asks: ClassVar[tuple[Ask, ...]] = (
        Ask("access", "header access of the mini-program's request", "小程序请求头 access"),
        Ask("data", "the request's blob", "小程序请求体 data"),
        Ask("session", "header Session, if there is one", "请求头 Session（如有）"),
    )

    def ask(self, visit: Visit) -> Reading:
        """See :meth:`Consumer.ask`."""
        token, blob = visit.option("access") or visit.access.token, visit.option("data")
        if not token or not blob:
            raise visit.halt(FailureKind.AUTH, visit.step("the mini-program's access and data are missing"))
        http = visit.door()
        http.protect(token, blob)
        headers = {"access": token, "Referer": REFERER}
        if visit.option("session"):
            headers["Session"] = visit.option("session")
        url = (visit.access.url.rstrip("/") or HOST) + USER
        try:
            data = _values.record(
                visit.ask(http, url, json_body={"data": blob}, headers=headers).json(), "the answer"
            )
        except Trouble as trouble:
            if trouble.kind is FailureKind.AUTH:
                raise _over(visit) from None
            raise
        status = _values.text(data.get("status"), "status") or ""
        if status == "701" or "登录" in str(data.get("msg") or data.get("message") or ""):
            raise _over(visit)
        if status != "000000":
            shown = status[:12] if status.isalnum() else "no code"
            raise Trouble(FailureKind.MALFORMED, f"the carrier answers with {shown}, which is not known")
        inside = _values.record(data.get("data") or {}, "data")
        user = _values.record(inside.get("userData") or {}, "userData")
        balance = fen(user.get("fee"), "fee")
        if balance is None:
            raise Trouble(FailureKind.MALFORMED, "the answer holds no balance")
        return visit.reading(balance=balance, plan=_values.text(user.get("packName"), "packName"))


def _over(visit: Visit) -> Trouble:
    visit.expired()
    return visit.halt(
        FailureKind.AUTH, visit.step("the mini-program's session has ended (it lives about three days)")
    )


def make(name: str) -> Broadnet:
    """Return the connector."""
    return Broadnet(name)
