"""One good day of China's consumer doors, for the contract suite."""

from __future__ import annotations

from contracts.cases import Case, money

from monitor.core.words import Status

_HUSH = "hush-hush-0123456789"

CHINA = [
    Case(
        "cn-telecom",
        "cn-telecom",
        {"token": _HUSH},
        {
            "/query/qryImportantData": {
                "headerInfos": {"code": "0000"},
                "responseData": {
                    "resultCode": "0000",
                    "data": {
                        "balanceInfo": {
                            "indexBalanceDataInfo": {"balance": "70.36", "arrear": "0.00"},
                            "phoneBillRegion": {"subTitleHh": "38.00元"},
                        },
                        "flowInfo": {"totalAmount": {"used": "7366923", "balance": "-1024"}},
                    },
                },
            }
        },
        {
            "status": Status.UNKNOWN,
            "balance": money("70.36", "CNY"),
            "amount_due": money("0.00", "CNY"),
            "month_spend": money("38.00", "CNY"),
        },
    ),
    Case(
        "cn-unicom",
        "cn-unicom",
        {"cookie": _HUSH},
        {
            "/servicequerybusiness/balancenew/accountBalancenew.htm": {
                "code": "0000",
                "curntbalancecust": "1,234.56",
                "unavailablelimitfeecust": "200.00",
                "feefrozen": "0.00",
            }
        },
        {"status": Status.UNKNOWN, "balance": money("1034.56", "CNY"), "amount_due": None},
    ),
    Case(
        "cn-unicom-mini",
        "cn-unicom",
        {"openid": _HUSH},
        {
            "/wxapplet/weixinNew/sspbalcbroadcast": {
                "code": "0000",
                "data": [
                    {
                        "FEE_AVAILABLE": "12.30",
                        "CURNT_BALANCE_CUST": "12.30",
                        "ALLBOWE_FEE_CUST": "5.00",
                        "CREDIT_VALUE": "50.00",
                        "REAL_FEE_CUST_NEW": "9.90",
                    }
                ],
            }
        },
        {
            "balance": money("12.30", "CNY"),
            "amount_due": money("5.00", "CNY"),
            "credit_limit": money("50.00", "CNY"),
            "month_spend": money("9.90", "CNY"),
        },
    ),
    Case(
        "cn-mobile",
        "cn-mobile",
        {"cookie": _HUSH},
        {
            "/website/serviceMargin/getNewMarginInfo": {
                "retCode": "000000",
                "data": {
                    "realFeeQryRsp": {
                        "curFeeTotal": "116.63",
                        "availableBalance": "126.63",
                        "oweFee": "3.20",
                        "realFee": "21.50",
                        "currBillFeeFen": "2150",
                    }
                },
            }
        },
        {
            "balance": money("126.63", "CNY"),
            "amount_due": money("3.20", "CNY"),
            "month_spend": money("21.50", "CNY"),
        },
    ),
    Case(
        "cn-broadnet",
        "cn-broadnet",
        {"token": _HUSH, "data": "blob-blob-0123456789"},
        {
            "/contact-web/api/busi/qryUserInfo": {
                "status": "000000",
                "data": {"userData": {"fee": "2990", "flow": "91750400", "packName": "29元套餐"}},
            }
        },
        {"status": Status.UNKNOWN, "balance": money("29.90", "CNY"), "plan": "29元套餐"},
    ),
]
