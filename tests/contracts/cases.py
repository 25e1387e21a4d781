"""One good day of every connector and preset: what is answered, and what must be read from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from servers.bench import NUMBER

from monitor.core.money import Money
from monitor.core.words import Autopay, Billing, Status

HERE = Path(__file__).parent
SID = "AC" + "a1" * 16


@dataclass(frozen=True)
class Case:
    """A connector with the answers of a healthy line."""

    name: str
    carrier: str
    given: Mapping[str, str]
    answers: Mapping[str, Any]
    expected: Mapping[str, Any]
    secrets: tuple[str, ...] = field(default=("hush-hush-0123456789",))

    def __str__(self) -> str:
        return self.name


def money(amount: str, currency: str) -> Money:
    return Money(Decimal(amount), currency)


_TOKEN = {"token": "hush-hush-0123456789"}
_BASIC = {"username": SID, "password": "hush-hush-0123456789"}

CASES = [
    Case(
        "tmf-account-and-bill",
        "tmf",
        _TOKEN,
        {
            "/tmf-api/accountManagement/v4/billingAccount": [
                {
                    "id": "7",
                    "state": "Active",
                    "paymentStatus": "due",
                    "creditLimit": {"unit": "EUR", "value": 100},
                    "accountBalance": [{"balanceType": "prepaid", "amount": {"unit": "EUR", "value": 23.5}}],
                }
            ],
            "/tmf-api/customerBillManagement/v4/customerBill": [
                {
                    "id": "b1",
                    "state": "sent",
                    "amountDue": {"unit": "EUR", "value": 12.25},
                    "paymentDueDate": "2026-12-01T12:00:00Z",
                    "billingAccount": {"id": "7"},
                }
            ],
        },
        {
            "status": Status.ACTIVE,
            "balance": money("23.5", "EUR"),
            "amount_due": money("12.25", "EUR"),
            "due_on": date(2026, 12, 1),
            "credit_limit": money("100", "EUR"),
        },
    ),
    Case(
        "tmf-bucket-and-service",
        "tmf",
        _TOKEN,
        {
            "/tmf-api/prepayBalanceManagement/v4/bucket": [
                {
                    "id": "k1",
                    "usageType": "monetary",
                    "status": "active",
                    "remainingValue": {"amount": 9.75, "units": "CNY"},
                    "logicalResource": [{"id": NUMBER}],
                }
            ],
            "/tmf-api/serviceInventory/v5/service": [
                {
                    "id": "s1",
                    "state": "active",
                    "isServiceEnabled": True,
                    "supportingResource": [{"id": NUMBER}],
                }
            ],
        },
        {"status": Status.ACTIVE, "balance": money("9.75", "CNY"), "amount_due": None},
    ),
    Case(
        "twilio",
        "twilio",
        {**_BASIC, "supersim_sid": "HS1", "supersim_url": "{here}"},
        {
            f"/2010-04-01/Accounts/{SID}/Balance.json": {
                "account_sid": SID,
                "balance": "0.05",
                "currency": "USD",
            },
            f"/2010-04-01/Accounts/{SID}.json": {"sid": SID, "status": "active", "auth_token": "do-not-keep"},
            "/v1/Sims/HS1": {"sid": "HS1", "status": "active"},
        },
        {"status": Status.ACTIVE, "balance": money("0.05", "USD")},
    ),
    Case(
        "telnyx",
        "telnyx",
        {**_TOKEN, "sim_id": "s-1"},
        {
            "/balance": {
                "data": {
                    "available_credit": "400.00",
                    "balance": "300.00",
                    "credit_limit": "100.00",
                    "currency": "USD",
                    "pending": "10.00",
                    "record_type": "balance",
                }
            },
            "/sim_cards/s-1": {"data": {"status": {"value": "enabled", "reason": None}}},
            "/payments/auto_recharge_prefs": {"data": {"enabled": True}},
        },
        {
            "status": Status.ACTIVE,
            "balance": money("300.00", "USD"),
            "credit_limit": money("100.00", "USD"),
            "autopay": Autopay.ON,
            "missing": (),
        },
    ),
    Case(
        "vonage",
        "vonage",
        {**_BASIC, "subaccount": "sub1", "accounts_url": "{here}"},
        {
            "/account/get-balance": {"value": 10.17127500, "autoReload": False},
            f"/accounts/{SID}/subaccounts": {
                "_embedded": {
                    "subaccounts": [
                        {"api_key": "sub1", "balance": 93.26, "credit_limit": -100.25, "suspended": False},
                        {"api_key": "sub2", "balance": None, "credit_limit": None, "suspended": True},
                    ]
                }
            },
        },
        {
            "status": Status.ACTIVE,
            "balance": money("93.26", "EUR"),
            "credit_limit": money("100.25", "EUR"),
            "autopay": Autopay.OFF,
        },
    ),
    Case(
        "plivo",
        "plivo",
        _BASIC,
        {
            f"/Account/{SID}/": {
                "cash_credits": "4.88860",
                "state": "Texas",
                "auto_recharge": True,
                "billing_mode": "prepaid",
            }
        },
        {
            "status": Status.UNKNOWN,
            "balance": money("4.88860", "USD"),
            "autopay": Autopay.ON,
            "billing": Billing.PREPAID,
        },
    ),
    Case(
        "voipms",
        "voipms",
        {**_BASIC, "currency": "CAD"},
        {"/api/v1/rest.php": {"status": "success", "balance": {"current_balance": "19.97"}}},
        {"status": Status.UNKNOWN, "balance": money("19.97", "CAD")},
    ),
    Case(
        "emnify",
        "emnify",
        {**_TOKEN, "sim_id": "5"},
        {
            "/api/v1/authenticate": {"auth_token": "jwt-jwt-jwt-jwt", "refresh_token": "r"},
            "/api/v1/organisation/my/stats": {
                "prepaid_balance": {"amount": 41.5, "currency": {"code": "EUR", "symbol": "€", "id": 1}},
            },
            "/api/v1/event": [
                {
                    "event_type": {"id": 12},
                    "description": "Organisation blocked because of insufficient prepaid balance.",
                }
            ],
            "/api/v1/sim/5": {"id": 5, "status": {"id": 1, "description": "Activated"}},
        },
        {"status": Status.ACTIVE, "balance": money("41.5", "EUR")},
    ),
    Case(
        "borealis",
        "http-json",
        {"preset": str(HERE / "borealis.toml"), "username": "key-7351", "password": "hush-hush-0123456789"},
        {
            "/borealis/ticket": {"code": 0, "data": {"ticket": "tick-tick-tick", "ttl": 900}},
            "/borealis/lines": {
                "code": 0,
                "data": {
                    "lines": [
                        {
                            "msisdn": NUMBER.lstrip("+"),
                            "state": "RUN",
                            "credit": 123400,
                            "unit": "nok",
                            "open": 0,
                            "dueAt": None,
                            "seenAt": 1795410000000,
                            "tariff": "Small",
                        }
                    ],
                    "pages": 1,
                },
            },
        },
        {
            "status": Status.ACTIVE,
            "balance": money("12.34", "NOK"),
            "amount_due": money("0", "NOK"),
            "due_on": None,
        },
    ),
    Case(
        "http-json-by-env-alone",
        "http-json",
        {
            **_TOKEN,
            "path": "/me/{digits}",
            "balance": "money.left",
            "divisor": "100",
            "status": "line.state",
            "words_status_ok": "active",
            "words_status_cut": "suspended",
            "due_on": "line.due",
        }
        | {"currency": "SEK"},
        {
            f"/me/{NUMBER.lstrip('+')}": {
                "money": {"left": 5025},
                "line": {"state": "OK", "due": "2026-12-24"},
            }
        },
        {"status": Status.ACTIVE, "balance": money("50.25", "SEK"), "due_on": date(2026, 12, 24)},
    ),
    Case(
        "camara-with-a-balance-source",
        "camara",
        {
            **_TOKEN,
            "source": "plivo",
            "source_url": "{here}",
            "source_username": SID,
            "source_token": "hush-too-0123456789",
        },
        {
            "/subscription-status/v0.1/retrive-subscription-status": {
                "voiceSmsIn": "active",
                "voiceSmsOut": "active",
                "dataService": "active",
            },
            f"/Account/{SID}/": {"cash_credits": "4.88", "auto_recharge": False, "billing_mode": "prepaid"},
        },
        {"status": Status.ACTIVE, "balance": money("4.88", "USD"), "autopay": Autopay.OFF, "missing": ()},
    ),
    Case(
        "camara-alone",
        "camara",
        _TOKEN,
        {
            "/subscription-status/v0.1/retrive-subscription-status": {
                "voiceSmsIn": "active",
                "voiceSmsOut": "active",
                "dataService": "active",
            },
        },
        {"status": Status.ACTIVE, "balance": None},
    ),
]
