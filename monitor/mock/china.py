"""Plays the consumer doors of China's four carriers, as far as their answers are known, with what goes wrong there.

What a line's door does is in ``account.extra``: ``trouble`` (one of :data:`TROUBLES`), ``password``, ``token`` (the one
valid session; a login replaces it), ``shape`` (``plain``, ``unlimited``, ``balance_only``), ``openid``, ``cookie``,
``page_key``, ``page_iv``. Every attempt to log in is in ``login_times`` of
``world.extra`` and of the account's ``extra``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from monitor.mock.web import Request, Response, ok
from monitor.mock.world import Account, World

TROUBLES = (
    "device",
    "captcha",
    "version",
    "null_data",
    "risk",
    "refused",
    "upgrade",
    "waf",
    "login_page",
    "expired",
    "no_money",
    "odd_code",
)
_WAF = b"<html><script>var arg1='0A1B';document.cookie='acw_sc__v2='+arg1</script></html>"
_LOGIN = "<html><body>请登录后继续 <input type='password'></body></html>".encode()
_UPGRADE = "<html><body>系统优化升级公告：请稍后再试</body></html>".encode()


def answer(request: Request, world: World) -> Response | None:
    """Answer a path of one of the four doors."""
    door = _DOORS.get(request.path)
    return door(request, world) if door else None


def kick(account: Account) -> None:
    """Let the line's owner log in with the own app: our session is over."""
    account.extra["token"] = "the-owners-own"  # noqa: S105 (an invented session)
    account.extra["cookie"] = "the-owners-own"


def _balance(account: Account, now: datetime) -> Decimal:
    left = account.balance_now(now)
    return Decimal("0.00") if left is None else left


def _page(trouble: str) -> Response | None:
    match trouble:
        case "waf":
            return Response(200, _WAF, "text/html; charset=utf-8")
        case "login_page":
            return Response(200, _LOGIN, "text/html; charset=utf-8")
        case "upgrade":
            return Response(200, _UPGRADE, "text/html; charset=utf-8")
        case _:
            return None


def _trouble(account: Account) -> str:
    return str(account.extra.get("trouble", ""))


def _attempt(world: World, account: Account | None) -> None:
    world.logins += 1
    world.extra.setdefault("login_times", []).append(world.now())
    if account is not None:
        account.extra.setdefault("login_times", []).append(world.now())


# --- Telecom ----------------------------------------------------------------------------------------------------------


def _back(text: str) -> str:
    return "".join(chr(ord(c) - 2) for c in text)


def _telecom_said(code: str, data: Any = None, outer: str = "0000") -> Response:
    return ok(
        {
            "headerInfos": {"code": outer, "reason": ""},
            "responseData": {"resultCode": code, "resultDesc": "", "attach": "test", "data": data},
        }
    )


def _telecom_login(request: Request, world: World) -> Response:
    field = request.json()["content"]["fieldData"]
    account = world.find(_back(field["phoneNum"]))
    _attempt(world, account)
    refused = {"device": "3006", "captcha": "3005", "refused": "1000"}
    trouble = _trouble(account) if account else "refused"
    page = _page(trouble)
    if page is not None:
        return page
    if account is None or trouble in refused:
        failed = {"loginFailTime": "2026-07-11 15:49:54", "reason": "", "verifyCode": ""}
        return _telecom_said(refused[trouble], {"loginSuccessResult": None, "loginFailResult": failed})
    if trouble in ("version", "null_data"):
        code = "X10401" if trouble == "version" else "0000"
        return _telecom_said(code, None, outer=code)
    if _back(field["authentication"]) != account.extra.get("password", "123456"):
        return _telecom_said("1000", None)
    account.extra["token"] = f"telecom-{world.logins}"
    won = {"token": account.extra["token"], "userId": "u1", "provinceCode": "600101", "cityCode": "8441900"}
    return _telecom_said("0000", {"loginSuccessResult": won, "loginFailResult": None})


def _telecom(request: Request, world: World) -> Response:
    body = request.json()
    account = world.find(_back(body["content"]["fieldData"]["account"]))
    if account is None:
        return _telecom_said("odd")
    trouble = _trouble(account)
    page = _page(trouble)
    if page is not None:
        return page
    if trouble == "expired" or body["headerInfos"]["token"] != account.extra.get("token"):
        return _telecom_said("X201", None, outer="X201")
    if trouble in ("odd_code", "null_data"):
        return _telecom_said("Y7" if trouble == "odd_code" else "0000", None)
    now = world.now()
    balance = _balance(account, now)
    index = {
        "balance": f"{max(balance, Decimal(0))}",
        "arrear": f"{max(account.owed, -balance, Decimal(0)):.2f}",
    }
    money = {
        "indexBalanceDataInfo": {} if trouble == "no_money" else index,
        "phoneBillRegion": {"title": "本月消费", "subTitleHh": "38.00元"},
    }
    data: dict[str, Any] = {"balanceInfo": money, "integralInfo": {"integral": "120"}}
    if account.extra.get("shape") != "balance_only":
        data["flowInfo"] = {
            "totalAmount": {"used": "7366923", "balance": "-1024", "total": "20971520", "over": "0"},
            "flowList": [
                {
                    "title": "不限量",
                    "leftTitle": "已用",
                    "leftTitleHh": "872.87MB",
                    "rightTitleEnd": "达量降速",
                }
            ],
        }
        data["voiceInfo"] = {"voiceDataInfo": {"used": "39", "balance": "2211", "total": "2250"}}
    return _telecom_said("0000", data)


# --- Unicom -----------------------------------------------------------------------------------------------------------


def _unicom_renew(request: Request, world: World) -> Response:
    form = dict(parse_qsl(request.body.decode()))
    account = next((a for a in world.accounts if a.extra.get("online") == form.get("token_online")), None)
    _attempt(world, account)
    trouble = _trouble(account) if account else "refused"
    if account is None or trouble in ("risk", "refused", "captcha"):
        code, said = {"risk": ("3", "存在风险"), "captcha": ("1", "请输入验证码")}.get(
            trouble, ("2", "登录失败")
        )
        return ok({"code": code, "dsc": said})
    page = _page(trouble)
    if page is not None:
        return page
    account.extra["online"] = f"online-{world.logins}"
    account.extra["cookie"] = f"ecs_token=cookie-{world.logins}"
    cookie = f"ecs_token=cookie-{world.logins}; Path=/; Expires=Wed, 31 Dec 2036 23:59:59 GMT; HttpOnly"
    return ok({"code": "0", "token_online": account.extra["online"]}, Set_Cookie=cookie)


def _unicom(request: Request, world: World) -> Response:
    given = request.headers.get("cookie", "")
    account = next((a for a in world.accounts if a.extra.get("cookie") and a.extra["cookie"] in given), None)
    if account is None:
        return ok({"msg": "您还没有登录", "status": "0001"})
    trouble = _trouble(account)
    page = _page(trouble)
    if page is not None and trouble != "upgrade":
        return page
    codes = {"expired": "999998", "upgrade": "4114030182", "odd_code": "77777"}
    if trouble in codes:
        return ok({"code": codes[trouble], "msg": ""})
    balance = _balance(account, world.now())
    locked = Decimal(account.extra.get("locked", "0.00"))
    data = {
        "code": "0000",
        "curntbalancecust": f"{balance + locked:,.2f}",
        "unavailablelimitfeecust": f"{locked:.2f}",
        "feefrozen": "0.00",
        "limitInfoList": [],
        "frozeninfolist": [],
    }
    if trouble == "no_money":
        del data["curntbalancecust"]
    return ok(data)


def _unicom_mini(request: Request, world: World) -> Response:
    openid = request.json().get("openid")
    account = next((a for a in world.accounts if a.extra.get("openid") == openid), None)
    trouble = _trouble(account) if account else "expired"
    page = _page(trouble)
    if page is not None:
        return page
    if account is None or trouble == "expired":
        return ok({"code": "9998", "msg": "登录失效"})
    balance = _balance(account, world.now())
    row = {
        "FEE_AVAILABLE": f"{balance:.2f}",
        "CURNT_BALANCE_CUST": f"{balance:.2f}",
        "ALLBOWE_FEE_CUST": f"{account.owed:.2f}",
        "REAL_FEE_CUST_NEW": "12.30",
        "CREDIT_VALUE": f"{account.credit_limit or Decimal(0):.2f}",
        "CAN_USER_VALUE": "0.00",
    }
    return ok({"code": "0000", "data": [] if trouble == "no_money" else [row]})


# --- Mobile -----------------------------------------------------------------------------------------------------------


def _mobile(request: Request, world: World) -> Response:
    given = request.headers.get("cookie", "")
    account = next((a for a in world.accounts if a.extra.get("cookie") and a.extra["cookie"] in given), None)
    trouble = _trouble(account) if account else "login_page"
    page = _page(trouble)
    if account is None or page is not None:
        return page or Response(200, _LOGIN, "text/html; charset=utf-8")
    if trouble == "expired":
        return ok({"retCode": "1", "retMsg": "登录超时，请重新登录"})
    balance = _balance(account, world.now())
    fees: dict[str, str] = {
        "curFeeTotal": f"{balance - 10:.2f}",
        "realFee": "21.50",
        "currBillFeeFen": "2150",
        "payType": "1",
    }
    if trouble != "no_money":
        fees |= {"availableBalance": f"{balance:.2f}", "oweFee": f"{account.owed:.2f}", "hisBillFee": "0.00"}
    body = {"retCode": "000000", "data": {"realFeeQryRsp": fees}}
    if account.extra.get("page_key"):
        return Response(
            200, _encrypt(body, account.extra["page_key"], account.extra["page_iv"]), "text/plain"
        )
    return ok(body)


def _encrypt(body: object, key: str, iv: str) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415 (heavy)
    from cryptography.hazmat.primitives.padding import PKCS7  # noqa: PLC0415

    pad = PKCS7(128).padder()
    padded = pad.update(json.dumps(body).encode()) + pad.finalize()
    writer = Cipher(algorithms.AES(key.encode()), modes.CBC(iv.encode())).encryptor()
    return (writer.update(padded) + writer.finalize()).hex().encode()


# --- Broadnet ---------------------------------------------------------------------------------------------------------


def _broadnet(request: Request, world: World) -> Response:
    given = request.headers.get("access", "")
    account = next((a for a in world.accounts if a.extra.get("token") and a.extra["token"] == given), None)
    trouble = _trouble(account) if account else "expired"
    page = _page(trouble)
    if page is not None:
        return page
    if account is None or trouble == "expired":
        return ok({"status": "701", "msg": "登录已过期，请重新登录"})
    if trouble == "odd_code":
        return ok({"status": "999"})
    user = {
        "fee": str(int(_balance(account, world.now()) * 100)),
        "flowAll": "104857600",
        "flowUserd": "13107200",
        "flow": "91750400",
        "voiceAll": "200",
        "voiceUsed": "10",
        "voice": "190",
        "packName": account.plan,
    }
    if trouble == "no_money":
        del user["fee"]
    return ok({"status": "000000", "data": {"userData": user}})


_DOORS: dict[str, Callable[[Request, World], Response]] = {
    "/login/client/userLoginNormal": _telecom_login,
    "/query/qryImportantData": _telecom,
    "/mobileService/onLine.htm": _unicom_renew,
    "/servicequerybusiness/balancenew/accountBalancenew.htm": _unicom,
    "/wxapplet/weixinNew/sspbalcbroadcast": _unicom_mini,
    "/website/serviceMargin/getNewMarginInfo": _mobile,
    "/contact-web/api/busi/qryUserInfo": _broadnet,
}
