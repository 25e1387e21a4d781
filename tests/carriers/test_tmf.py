"""The TM Forum connector: what each API says, who it is about, and what is left unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from servers.bench import NOW, NUMBER, Bench, bench

from monitor.carriers.tmf.naming import same_number
from monitor.core.money import Money
from monitor.core.reading import Reading
from monitor.core.words import Autopay, Basis, Billing, Cause, FailureKind, Status
from monitor.mock.server import MockCarrier
from monitor.ports import Round


@pytest.fixture
def tmf() -> Iterator[Bench]:
    with bench("tmf") as box:
        yield box


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


STORY = [
    ("healthy", Status.ACTIVE, Cause.NONE, Basis.NONE, "86.40", "0.00", None, Autopay.UNKNOWN),
    ("low", Status.ACTIVE, Cause.NONE, Basis.NONE, "24.30", "0.00", None, Autopay.UNKNOWN),
    ("due", Status.ACTIVE, Cause.NONE, Basis.NONE, "35.10", "58.00", date(2026, 12, 4), Autopay.ON),
    ("autopay-fails", Status.ACTIVE, Cause.NONE, Basis.NONE, "27.90", "58.00", date(2026, 12, 4), Autopay.FAILED),
    ("one-way-bar", Status.RESTRICTED, Cause.ARREARS, Basis.REPORTED, "23.10", "58.00", date(2026, 12, 4), Autopay.FAILED),
    ("two-way-bar", Status.SUSPENDED, Cause.ARREARS, Basis.REPORTED, "15.90", "58.00", date(2026, 12, 4), Autopay.FAILED),
    ("paid", Status.SUSPENDED, Cause.UNKNOWN, Basis.NONE, "77.90", "0.00", None, Autopay.ON),
    ("restored", Status.ACTIVE, Cause.NONE, Basis.NONE, "77.90", "0.00", None, Autopay.ON),
]  # fmt: skip


@pytest.mark.parametrize("version", [4, 5])
def test_the_story_of_the_demo_is_read_as_it_is_told(version: int, tmf: Bench) -> None:
    with MockCarrier("demo", speed=0, start=NOW) as mock:
        base = f"{mock.url}/tmf-api"
        line = tmf.line(
            account_url=f"{base}/accountManagement/v{version}",
            bill_url=f"{base}/customerBillManagement/v{version}/",
            product_url=f"{base}/productInventory/v{version}/",
            service_url=f"{base}/serviceInventory/v{version}",
            balance_url=f"{base}/prepayBalanceManagement/v4",
            payment_url=f"{mock.url}/payment/v4/",
        )
        for stage, status, cause, basis, balance, due, due_on, autopay in STORY:
            if mock.world.stage != stage:
                mock.world.jump(stage)
            tmf.now = mock.world.now()
            seen = tmf.fetch(line)
            assert isinstance(seen, Reading), (stage, seen)
            assert (seen.status, seen.cause, seen.cause_basis) == (status, cause, basis), stage
            assert seen.balance == Money(Decimal(balance), "CNY"), stage
            assert (seen.amount_due, seen.due_on) == (Money(Decimal(due), "CNY"), due_on), stage
            assert seen.autopay is autopay, stage
            assert seen.missing == ()


def test_with_only_a_url_every_api_is_found_at_its_standard_path_once(tmf: Bench) -> None:
    with MockCarrier("demo", speed=0, start=NOW) as mock:
        first = tmf.read(mock.url)
        asked = len(mock.world.requests)
        assert tmf.read(mock.url) == first
        assert len(mock.world.requests) - asked == 6
    assert first.billing is Billing.HYBRID
    assert first.plan == "5G 58"


def test_an_operator_with_few_apis_still_gives_facts(tmf: Bench) -> None:
    tmf.answers["/tmf-api/serviceInventory/v4/service"] = [
        {"id": "1", "state": "active", "isServiceEnabled": False, "supportingResource": [{"id": NUMBER}]}
    ]
    seen = tmf.read(tmf.url)
    assert (seen.status, seen.cause, seen.cause_basis) == (Status.SUSPENDED, Cause.UNKNOWN, Basis.NONE)
    assert (seen.balance, seen.amount_due, seen.missing) == (None, None, ())


def test_a_named_api_that_fails_is_missing_while_others_answer(tmf: Bench) -> None:
    tmf.answers |= {
        "/a/billingAccount": [{"id": "1", "state": "Active", "paymentStatus": "paid"}],
        "/b/customerBill": (503, {}, {"code": "503"}),
    }
    seen = tmf.read(account_url=f"{tmf.url}/a", bill_url=f"{tmf.url}/b")
    assert (seen.status, seen.bill_state, seen.missing) == (Status.ACTIVE, "paid", ("bill",))


BILLS = [
    ("an open bill is due", [{"state": "sent", "amountDue": 30}], "30", "open"),
    ("a part is paid", [{"state": "partiallyPaid", "amountDue": 30, "remainingAmount": 12.5}], "12.5", "part_paid"),
    ("two bills add up", [{"state": "sent", "amountDue": 30}, {"state": "sent", "amountDue": 5.1}], "35.1", "open"),
    ("a draft is not yet due", [{"state": "new", "amountDue": 30}], None, "draft"),
    ("all settled is a stated zero", [{"state": "settled", "amountDue": 30}], "0", "paid"),
    ("a total without a state says nothing", [{"taxIncludedAmount": 50}], None, None),
    ("a remainder without a state is due", [{"taxIncludedAmount": 50, "remainingAmount": 50}], "50", "open"),
    ("a sent bill with a total alone is due", [{"state": "sent", "taxIncludedAmount": 50}], "50", "open"),
    ("applied payments are taken off", [{"state": "sent", "amountDue": 50, "applied": 20}], "30", "open"),
    ("a due day in the past is overdue", [{"state": "sent", "amountDue": 5, "due": "2026-11-22"}], "5", "overdue"),
    ("due today is not overdue", [{"state": "sent", "amountDue": 5, "due": "2026-11-23T15:59:00Z"}], "5", "open"),
    ("an unknown word is not guessed", [{"state": "purple", "amountDue": 30}], "30", "open"),
]  # fmt: skip


def bill(facts: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"id": repr(facts)}
    for key, value in facts.items():
        match key:
            case "state":
                made[key] = value
            case "due":
                made["paymentDueDate"] = value
            case "applied":
                made["appliedPayment"] = [{"appliedAmount": {"unit": "EUR", "value": value}}]
            case _:
                made[key] = {"unit": "EUR", "value": value}
    return made


@pytest.mark.parametrize(("bills", "due", "state"), [row[1:] for row in BILLS], ids=[row[0] for row in BILLS])
def test_bills(bills: list[Any], due: str | None, state: str | None, tmf: Bench) -> None:  # fmt: skip
    tmf.answers["/a/billingAccount"] = [{"id": "1", "state": "active"}]
    tmf.answers["/b/customerBill"] = [{**bill(b), "billingAccount": {"id": "1"}} for b in bills]
    seen = tmf.read(account_url=f"{tmf.url}/a", bill_url=f"{tmf.url}/b")
    assert (seen.amount_due, seen.bill_state) == (None if due is None else eur(due), state)


def balance(kind: str, value: float) -> dict[str, Any]:
    return {"balanceType": kind, "amount": {"unit": "EUR", "value": value}}


def test_a_receivable_is_debt_and_never_balance(tmf: Bench) -> None:
    tmf.answers["/billingAccount"] = [
        {"id": "1", "accountBalance": [balance("ReceivableBalance", 58.33), balance("deposit", 100)]}
    ]
    seen = tmf.read(account_url=tmf.url)
    assert (seen.balance, seen.amount_due) == (None, eur("58.33"))


def test_an_account_in_arrears_and_suspended_is_reported_arrears(tmf: Bench) -> None:
    tmf.answers["/billingAccount"] = [{"id": "1", "state": "Suspended", "paymentStatus": "In Arrears"}]
    seen = tmf.read(account_url=tmf.url)
    assert (seen.status, seen.cause, seen.cause_basis) == (Status.SUSPENDED, Cause.ARREARS, Basis.REPORTED)


def test_suspended_with_an_empty_balance_is_inferred_arrears(tmf: Bench) -> None:
    tmf.answers["/billingAccount"] = [
        {"id": "1", "state": "suspended", "creditLimit": {"unit": "EUR", "value": 20}, "accountBalance": [balance("prepaid", -20)]}
    ]  # fmt: skip
    seen = tmf.read(account_url=tmf.url)
    assert (seen.cause, seen.cause_basis) == (Cause.ARREARS, Basis.INFERRED)


@pytest.mark.parametrize(("enabled", "status"), [(True, Status.ACTIVE), (None, Status.SUSPENDED)])
def test_the_account_overrules_a_service_only_where_v4_has_no_word(
    *, enabled: bool | None, status: Status, tmf: Bench
) -> None:
    tmf.answers["/a/billingAccount"] = [{"id": "1", "state": "Suspended"}]
    tmf.answers["/s/service"] = [{"id": "1", "state": "active", "isServiceEnabled": enabled}]
    seen = tmf.read(account_url=f"{tmf.url}/a", service_url=f"{tmf.url}/s")
    assert seen.status is status


PRODUCTS = [
    ("suspended", Status.SUSPENDED),
    ("aborted ", Status.TERMINATED),
    ("Pending Terminate", Status.ACTIVE),
    ("pendingActive", Status.UNKNOWN),
]


@pytest.mark.parametrize(("word", "status"), PRODUCTS)
def test_product_words_are_read_as_the_files_spell_them(word: str, status: Status, tmf: Bench) -> None:
    tmf.answers["/p/product"] = [{"id": "1", "status": word}]
    tmf.answers["/b/bucket"] = [
        {"id": "1", "usageType": "monetary", "remainingValue": {"amount": 3, "units": "EUR"}}
    ]
    seen = tmf.read(product_url=f"{tmf.url}/p", balance_url=f"{tmf.url}/b")
    assert (seen.status, seen.balance) == (status, eur("3"))


BUCKETS = [
    ("money buckets add up", [("monetary", 3, "EUR", None), ("monetary", 4.5, "EUR", None)], "7.5"),
    ("data is no money", [("data", 3, "GB", None), ("monetary", 1, "EUR", None)], "1"),
    ("an expired bucket is gone", [("monetary", 3, "EUR", "2026-11-22T00:00:00Z"), ("monetary", 1, "EUR", None)], "1"),
    ("without a type the unit tells", [(None, 3, "EUR", None), (None, 9, "MB", None)], "3"),
]  # fmt: skip


@pytest.mark.parametrize(("buckets", "total"), [row[1:] for row in BUCKETS], ids=[row[0] for row in BUCKETS])
def test_buckets(buckets: list[Any], total: str, tmf: Bench) -> None:
    tmf.answers["/bucket"] = [
        {
            "id": str(i),
            "usageType": t,
            "remainingValue": {"amount": a, "units": u},
            "validFor": {"endDateTime": e},
        }
        for i, (t, a, u, e) in enumerate(buckets)
    ]
    seen = tmf.read(balance_url=tmf.url)
    assert seen.balance == eur(total)


ODD = [
    ("a word for a currency", [balance("prepaid", 3) | {"amount": {"unit": "string", "value": 3}}], "ISO 4217"),
    ("a currency that does not exist", [balance("prepaid", 3) | {"amount": {"unit": "XQZ", "value": 3}}], "ISO 4217"),
    ("the least float", [balance("receivable", -3.402823669209385e38)], "believable"),
    ("the greatest double", [balance("prepaid", 1.7976931348623157e308)], "believable"),
    ("a truth for a number", [{"balanceType": "prepaid", "amount": {"unit": "EUR", "value": True}}], "not a number"),
    ("text for a number", [{"balanceType": "prepaid", "amount": {"unit": "EUR", "value": "lots"}}], "not a number"),
    ("a list for an object", [[]], "not an object"),
    ("two currencies", [balance("prepaid", 3), {"balanceType": "prepaid", "amount": {"unit": "USD", "value": 1}}], "EUR, USD"),
]  # fmt: skip


@pytest.mark.parametrize(("balances", "said"), [row[1:] for row in ODD], ids=[row[0] for row in ODD])
def test_a_value_that_cannot_be_true_spoils_the_answer(balances: list[Any], said: str, tmf: Bench) -> None:
    tmf.answers["/billingAccount"] = [{"id": "1", "state": "active", "accountBalance": balances}]
    seen = tmf.fail(account_url=tmf.url)
    assert seen.kind is FailureKind.MALFORMED
    assert said in seen.message


def test_of_several_accounts_none_is_guessed(tmf: Bench) -> None:
    tmf.answers["/billingAccount"] = [{"id": "42", "state": "active"}, {"id": "43", "state": "active"}]
    seen = tmf.fail(account_url=tmf.url)
    assert seen.kind is FailureKind.NOT_FOUND
    assert "ACCOUNT_ID" in seen.message


def test_an_operator_that_takes_the_number_for_an_id_is_asked_by_it(tmf: Bench) -> None:
    tmf.answers["/billingAccount"] = [{"id": "42", "name": "a"}, {"id": "43", "name": "b"}]
    tmf.answers["/billingAccount/%2B8613812348000"] = {"id": "5430", "state": "Active"}
    seen = tmf.read(account_url=tmf.url)
    assert seen.status is Status.ACTIVE


def test_the_one_resource_of_another_number_is_not_ours(tmf: Bench) -> None:
    tmf.answers["/service"] = [
        {"id": "1", "state": "suspended", "supportingResource": [{"id": "+447700900123"}]}
    ]
    seen = tmf.fail(service_url=tmf.url)
    assert seen.kind is FailureKind.NOT_FOUND


def test_a_configured_id_picks_its_account_alone(tmf: Bench) -> None:
    tmf.answers["/a/billingAccount/7"] = {"id": "7", "state": "Active", "paymentStatus": "due"}
    tmf.answers["/b/customerBill"] = [
        {"id": "1", "billingAccount": {"id": "8"}, **bill({"state": "sent", "amountDue": 99})},
        {"id": "2", "billingAccount": {"id": "7"}, **bill({"state": "sent", "amountDue": 10})},
    ]
    seen = tmf.read(account_url=f"{tmf.url}/a", bill_url=f"{tmf.url}/b", account_id="7")
    assert seen.amount_due == eur("10")


def test_a_list_that_names_without_facts_is_read_one_by_one(tmf: Bench) -> None:
    tmf.answers["/billingAccount"] = [{"id": "1", "name": NUMBER}, {"id": "2", "name": "other"}]
    tmf.answers["/billingAccount/1"] = {"id": "1", "state": "Closed"}
    seen = tmf.read(account_url=tmf.url)
    assert seen.status is Status.TERMINATED


def test_many_lines_of_one_operator_share_their_lists(tmf: Bench) -> None:
    services = [
        {
            "id": str(i),
            "state": "active",
            "isServiceEnabled": i != 3,
            "supportingResource": [{"id": f"+49151000000{i:02}"}],
        }
        for i in range(40)
    ]

    def page(query: str) -> Any:
        given = dict(part.split("=") for part in query.split("&"))
        start = int(given["offset"])
        part = services[start : start + 15]
        return (206, {"X-Total-Count": "40"}, part)

    tmf.answers["/service"] = page
    lines = [tmf.line(service_url=tmf.url, name=f"l{i}", number=f"+49151000000{i:02}") for i in range(40)]
    assert len({tmf.carrier.group(line) for line in lines}) == 1
    seen = tmf.carrier.fetch(lines, Round(NOW, 10, tmf.vault))
    assert len(tmf.asked) == 3
    assert {name for name, r in seen.items() if isinstance(r, Reading) and r.status is Status.SUSPENDED} == {
        "l3"
    }


def test_a_server_that_knows_no_offset_is_not_asked_for_ever(tmf: Bench) -> None:
    tmf.answers["/service"] = (206, {}, [{"id": "1", "state": "active", "isServiceEnabled": True}])
    tmf.read(service_url=tmf.url)
    assert len(tmf.asked) == 2


@pytest.mark.parametrize(
    ("given", "header", "value"),
    [
        ({"token": "t0ken"}, "authorization", "Bearer t0ken"),
        ({"username": "u", "password": "p"}, "authorization", "Basic dTpw"),
        ({"token": "k3y", "api_key_header": "X-Key"}, "x-key", "k3y"),
    ],
)
def test_credentials_go_along(given: dict[str, str], header: str, value: str, tmf: Bench) -> None:
    tmf.ask(service_url=tmf.url, **given)
    assert tmf.asked[0][2][header] == value


def test_an_oauth2_token_is_fetched_once_and_renewed_when_refused(tmf: Bench) -> None:
    issued: list[str] = []

    def token(_: str) -> Any:
        issued.append(f"token-{len(issued)}-abcdef")
        return {"access_token": issued[-1], "expires_in": 3600}

    def service(_: str) -> Any:
        good = tmf.asked[-1][2].get("authorization") == f"Bearer {issued[-1]}" and len(issued) == wanted
        return [{"id": "1", "state": "active", "isServiceEnabled": True}] if good else (401, {}, {})

    tmf.answers |= {"/token": token, "/service": service}
    line = tmf.line(service_url=tmf.url, token_url=f"{tmf.url}/token", username="me", password="hush")
    wanted = 1
    for _ in range(3):
        assert isinstance(tmf.fetch(line), Reading)
    assert len(issued) == 1
    assert "hush" not in str(tmf.vault.kept)
    wanted, tmf.now = 2, NOW.replace(hour=20)  # the operator has forgotten the token
    assert isinstance(tmf.fetch(line), Reading)
    assert len(issued) == 2


SAME = [
    ("+8613812348000", True),
    ("13812348000", True),
    ("0086 138 1234 8000", True),
    ("tel:+8613812348000", True),
    ("8613812348000", True),
    ("+13812348000", False),
    ("12348000", False),
    ("1234", False),
    ("account of 13812348000", False),
]


@pytest.mark.parametrize(("said", "same"), SAME)
def test_numbers_are_compared_by_their_digits(said: str, *, same: bool) -> None:
    assert same_number(said, NUMBER) is same
