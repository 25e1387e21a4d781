"""China Mobile by the session of its web page. Unofficial: found by others, may close any day.

A person logs in with an SMS code in a browser and hands the cookie over. Bodies come as hexadecimal AES-128-CBC with a
constant key and IV that stand in the page's code: options ``page_key`` and ``page_iv`` (16 characters each).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from monitor.carriers import _values
from monitor.carriers._china import Ask, Consumer, Visit
from monitor.carriers._http import Answer, Trouble
from monitor.carriers._yuan import fen, yuan
from monitor.core.reading import Reading
from monitor.core.words import FailureKind

HOST = "https://wx.10086.cn"
MARGIN = "/website/serviceMargin/getNewMarginInfo"
_LOGIN = re.compile(r"请登录|请先登录|未登录|登录超时|登录失效|重新登录")
_UPGRADE = re.compile(r"升级公告|系统优化升级|系统升级|系统维护")
_HEX = re.compile(r"^\"?([0-9a-fA-F]{32,})\"?$")


class Mobile(Consumer):
    """Asks one address: balance variants, arrears and the month's use."""

    asks: ClassVar[tuple[Ask, ...]] = (
        Ask(
            "cookie",
            "Cookie header of wx.10086.cn after you logged in there with an SMS code",
            "在 wx.10086.cn 用短信验证码登录后的 Cookie",
        ),
        Ask("page_key", "AES key in the page's code", "网页代码中的 AES 密钥"),
        Ask("page_iv", "AES IV in the page's code", "网页代码中的 AES 向量"),
    )

    def ask(self, visit: Visit) -> Reading:
        """See :meth:`Consumer.ask`."""
        cookie = visit.option("cookie") or visit.access.token
        if not cookie:
            raise visit.halt(FailureKind.AUTH, visit.step("nobody has logged in yet"))
        http = visit.door()
        http.protect(cookie)
        headers = {"Cookie": cookie, "X-Requested-With": "XMLHttpRequest"}
        url = (visit.access.url.rstrip("/") or HOST) + MARGIN
        try:
            answer = visit.ask(http, url, method="GET", headers=headers)
            data = _open(visit, answer)
        except Trouble as trouble:
            if trouble.kind is FailureKind.AUTH:
                visit.expired()
                raise visit.halt(FailureKind.AUTH, visit.step("the web session has ended")) from None
            raise
        return _read(visit, data)


def _open(visit: Visit, answer: Answer) -> Mapping[str, Any]:
    text = answer.text().strip()
    coded = _HEX.match(text)
    if coded:
        data = _decrypt(coded.group(1), visit.option("page_key"), visit.option("page_iv"))
    else:
        if text[:1] != "{" or _UPGRADE.search(text):
            if _UPGRADE.search(text):
                raise Trouble(FailureKind.MAINTENANCE, f"{answer.url}: the carrier is upgrading its system")
            if _LOGIN.search(text):
                raise Trouble(FailureKind.AUTH, f"{answer.url} wants a login")
        data = answer.json()
    table = _values.record(data, "the answer")
    if _LOGIN.search(str(table.get("retMsg") or table.get("msg") or table.get("message") or "")):
        raise Trouble(FailureKind.AUTH, f"{answer.url} wants a login")
    return table


def _decrypt(coded: str, key: str, iv: str) -> object:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415 (heavy)
    from cryptography.hazmat.primitives.padding import PKCS7  # noqa: PLC0415

    if len(key) != 16 or len(iv) != 16:
        what = "the answer is encrypted; set PAGE_KEY and PAGE_IV (16 characters each) from the page's code"
        raise Trouble(FailureKind.UNSUPPORTED, what)
    try:
        reader = Cipher(algorithms.AES(key.encode()), modes.CBC(iv.encode())).decryptor()
        padded = reader.update(bytes.fromhex(coded)) + reader.finalize()
        strip = PKCS7(128).unpadder()
        return json.loads(strip.update(padded) + strip.finalize(), parse_float=Decimal)
    except ValueError:
        what = "the answer cannot be decrypted; the page's key may have changed"
        raise Trouble(FailureKind.MALFORMED, what) from None


def _read(visit: Visit, data: Mapping[str, Any]) -> Reading:
    inside = _values.record(data.get("data") or {}, "data")
    fees = _values.record(inside.get("realFeeQryRsp") or {}, "realFeeQryRsp")
    balance = yuan(fees.get("availableBalance"), "availableBalance")
    if balance is None:
        balance = yuan(fees.get("balance"), "balance")
    if balance is None and visit.option("trust_total") in ("yes", "true", "1"):
        # It can differ from the balance that the page shows, so it is used only on the owner's word.
        balance = yuan(fees.get("curFeeTotal"), "curFeeTotal")
    owed = yuan(fees.get("oweFee"), "oweFee")
    if owed is None:
        owed = yuan(fees.get("shouldPay"), "shouldPay")
    spent = yuan(fees.get("realFee"), "realFee")
    if spent is None:
        spent = fen(fees.get("currBillFeeFen"), "currBillFeeFen")
    if balance is None and owed is None:
        what = "the answer holds no balance that can be trusted (only totals whose meaning is not known)"
        raise Trouble(FailureKind.MALFORMED, what)
    return visit.reading(balance=balance, amount_due=owed, month_spend=spent)


def make(name: str) -> Mobile:
    """Return the connector."""
    return Mobile(name)
