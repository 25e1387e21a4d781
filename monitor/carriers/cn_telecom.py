"""China Telecom by the door of its app. Unofficial: found by others, not offered by the carrier, may close any day.

Settings: ``USERNAME`` the number (else ``NUMBER``), ``PASSWORD`` the six-digit app password; options ``device_id`` (of a
device that the owner has verified), ``client_version``, ``province_code``, ``city_code``. ``URL`` replaces both hosts.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from monitor.carriers import _values
from monitor.carriers._china import Ask, Consumer, Expired, Visit
from monitor.carriers._http import Http, Trouble
from monitor.carriers._yuan import yuan
from monitor.core.reading import Reading
from monitor.core.words import FailureKind

LOGIN = ("https://appgologin.189.cn:9031", "/login/client/userLoginNormal")
DATA = ("https://appfuwu.189.cn:9021", "/query/qryImportantData")
CLIENT_VERSION = "12.2.0"
_BEIJING = ZoneInfo("Asia/Shanghai")
_RSA = (
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDBkLT15ThVgz6/NOl6s8GNPofdWzWbCkWnkaAm7O2LjkM1H7dMvzkiqdxU02jamGRHLX/Z"
    "NMCXHnPcW/sDhiFCBN18qFvy8g6VYb9QtroI09e176s+ZCtiv7hbin2cCTj99iUpnEloZm19lwHyo69u5UMiPMpq0/XKBO8lYhN/gwIDAQAB"
)
"""The carrier's public key, with which its own app wraps the login; option ``rsa_key`` replaces it."""


class Telecom(Consumer):
    """Asks ``qryImportantData`` alone: balance, arrears and the month's use, one request a poll."""

    asks: ClassVar[tuple[Ask, ...]] = (
        Ask(
            "device_id",
            "id of a device that you have verified in the carrier's own app",
            "已在官方 App 完成验证的设备标识",
        ),
        Ask("token", "token of the app's session, if you have it", "App 会话 token（如有）"),
    )

    def ask(self, visit: Visit) -> Reading:
        """See :meth:`Consumer.ask`."""
        token = visit.session.get("token") or visit.access.token or self._login(visit)
        try:
            data = self._important(visit, token)
        except Expired:
            if visit.fresh:
                raise
            visit.expired()
            data = self._important(visit, self._login(visit))
        return _read(visit, data)

    def _important(self, visit: Visit, token: str) -> dict[str, Any]:
        field = {
            "provinceCode": visit.option("province_code", "600101"),
            "cityCode": visit.option("city_code", "8441900"),
            "shopId": "20002",
            "isChinatelecom": "0",
            "account": _shift(visit.number),
        }
        http = visit.door("" if visit.access.url else "appfuwu.189.cn")
        http.protect(token, _shift(visit.number))
        return _post(visit, http, DATA, field, token)

    def _login(self, visit: Visit) -> str:
        password = visit.access.password
        if not password:
            raise visit.halt(FailureKind.AUTH, visit.step("there is neither a session nor a password"))
        visit.take_login()
        stamp = visit.now.astimezone(_BEIJING).strftime("%Y%m%d%H%M%S")
        device = visit.option("device_id") or hashlib.sha256(visit.number.encode()).hexdigest()[:16]
        plain = f"iPhone 14 15.4.{device[:12]}{visit.number}{stamp}{password}0$$$0."
        field = {
            "accountType": "",
            "authentication": _shift(password),
            "deviceUid": device,
            "isChinatelecom": "0",
            "loginAuthCipherAsymmertric": _wrap(plain, visit.option("rsa_key", _RSA)),
            "loginType": "4",
            "phoneNum": _shift(visit.number),
            "systemVersion": "15.4.0",
        }
        http = visit.door("" if visit.access.url else "appgologin.189.cn")
        http.protect(_shift(password), field["loginAuthCipherAsymmertric"], _shift(visit.number))
        try:
            data = _post(visit, http, LOGIN, field, "")
        except Expired:
            raise Trouble(
                FailureKind.AUTH, visit.step("the login was answered with an ended session")
            ) from None
        except Trouble as trouble:
            if trouble.kind in (FailureKind.AUTH, FailureKind.BLOCKED, FailureKind.UNSUPPORTED):
                visit.login_failed()
            raise
        won = _values.record(data.get("loginSuccessResult") or {}, "loginSuccessResult")
        token = _values.text(won.get("token"), "token")
        if not token:
            visit.login_failed()
            raise Trouble(FailureKind.AUTH, visit.step("the login brought no token"))
        visit.logged_in({"token": token, "device_id": visit.option("device_id")})
        return token


def _post(
    visit: Visit, http: Http, place: tuple[str, str], field: dict[str, str], token: str
) -> dict[str, Any]:
    host, path = place
    stamp = visit.now.astimezone(_BEIJING).strftime("%Y%m%d%H%M%S")
    body = {
        "content": {"attach": "test", "fieldData": field},
        "headerInfos": {
            "code": path.rpartition("/")[2],
            "clientType": f"#{visit.option('client_version', CLIENT_VERSION)}#channel50#iPhone 14 Pro#",
            "timestamp": stamp,
            "shopId": "20002",
            "source": "110003",
            "sourcePassword": "Sid98s",
            "token": token,
            "userLoginName": _shift(visit.number),
        },
    }
    headers = {"Content-Type": "application/json; charset=UTF-8", "User-Agent": "iPhone"}
    answer = visit.ask(http, (visit.access.url.rstrip("/") or host) + path, json_body=body, headers=headers)
    data = _values.record(answer.json(), "the answer")
    said = _values.record(data.get("responseData") or {}, "responseData")
    outer = (
        _values.text(_values.record(data.get("headerInfos") or {}, "headerInfos").get("code"), "code") or ""
    )
    inner = _values.text(said.get("resultCode"), "resultCode") or ""
    for code in (outer, inner):
        if code != "0000":
            raise _meaning(visit, code)
    inside = said.get("data")
    if not isinstance(inside, dict):
        raise Trouble(FailureKind.MALFORMED, f"{answer.url} says that all is well and sends no data")
    return inside


_REFUSALS = {
    "1000": (
        FailureKind.AUTH,
        "the password is refused (it is the six-digit app password, of the account of this number)",
    ),
    "X10401": (
        FailureKind.UNSUPPORTED,
        "the carrier wants a newer version of its app; set OPTIONS__CLIENT_VERSION or wait for an update",
    ),
    "": (FailureKind.MALFORMED, "the answer has no result code"),
}
_HUMAN = {
    "3006": "the carrier does not trust this device, and wants it verified in its own app first",
    "3005": "the carrier wants a captcha or a second check",
}


def _meaning(visit: Visit, code: str) -> Exception:
    if code == "X201":
        return Expired()
    if code in _HUMAN:
        return visit.halt(FailureKind.BLOCKED, visit.step(_HUMAN[code]))
    if code in _REFUSALS:
        return Trouble(*_REFUSALS[code])
    shown = code[:12] if code.isalnum() else "an odd code"
    return Trouble(FailureKind.MALFORMED, f"the carrier answers with the unknown code {shown}")


def _read(visit: Visit, data: dict[str, Any]) -> Reading:
    money = _values.record(data.get("balanceInfo") or {}, "balanceInfo")
    index = _values.record(money.get("indexBalanceDataInfo") or {}, "indexBalanceDataInfo")
    spent = _values.record(money.get("phoneBillRegion") or {}, "phoneBillRegion").get("subTitleHh")
    balance, owed = yuan(index.get("balance"), "balance"), yuan(index.get("arrear"), "arrear")
    if balance is None and owed is None:
        raise Trouble(FailureKind.MALFORMED, "the answer holds neither a balance nor arrears")
    return visit.reading(balance=balance, amount_due=owed, month_spend=yuan(spent, "subTitleHh"))


def _shift(text: str) -> str:
    """Move each character two code points on, as the app does. It protects nothing: the result is a secret too."""
    return "".join(chr(ord(c) + 2) for c in text)


def _wrap(text: str, key: str) -> str:
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415 (only a login needs it)
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415

    public = load_der_public_key(base64.b64decode(key))
    if not isinstance(public, rsa.RSAPublicKey):
        raise Trouble(FailureKind.UNSUPPORTED, "RSA_KEY is not an RSA public key")
    return base64.b64encode(public.encrypt(text.encode(), padding.PKCS1v15())).decode()


def make(name: str) -> Telecom:
    """Return the connector."""
    return Telecom(name)
