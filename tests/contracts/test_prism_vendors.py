"""Vendors' and CAMARA's official files, served unmodified by Prism: the example's values, and random ones that fit the type."""

from __future__ import annotations

from decimal import Decimal

import pytest
from servers import prism
from servers.bench import Bench

from monitor.core.money import Money
from monitor.core.reading import Failure, Reading
from monitor.core.words import FailureKind, Status

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(400)]

SID = "AC" + "a1" * 16
TWILIO = {"username": SID, "password": "invented-token"}
TELNYX = {"token": "KEY0123456789"}
CAMARA = {"token": "invented-token"}


def test_twilio_gives_the_examples_balance() -> None:
    with prism.mock("twilio/twilio_api_v2010.subset.json") as url:
        seen = Bench("twilio").read(url, **TWILIO, spend="1")
    assert seen.balance == Money(Decimal("0.05"), "USD")
    assert seen.status is Status.ACTIVE


def test_telnyx_gives_the_examples_balance_limit_and_autopay() -> None:
    with prism.mock("telnyx/telnyx_v2.subset.json") as url:
        seen = Bench("telnyx").read(url, **TELNYX)
        refused = Bench("telnyx").fail(url)
    assert seen.balance == Money(Decimal("300.00"), "USD")
    assert seen.credit_limit == Money(Decimal("100.00"), "USD")
    assert seen.missing == ()
    assert refused.kind is FailureKind.UNSUPPORTED  # the preset says which credential is missing
    assert "TOKEN" in refused.message


def test_camara_gives_the_examples_status() -> None:
    with prism.mock("camara/subscription-status.yaml") as url:
        assert Bench("camara").read(status_url=url, **CAMARA).status is Status.ACTIVE
        assert Bench("camara").fail(status_url=url).kind is FailureKind.AUTH
        assert Bench("camara").ask(status_url=url, **CAMARA, number="+4").kind is FailureKind.UNSUPPORTED  # type: ignore[union-attr]


def test_camara_asks_about_a_recycled_number_and_a_silent_phone() -> None:
    with (
        prism.mock("camara/number-recycling.yaml") as recycling,
        prism.mock("camara/subscription-status.yaml") as url,
    ):
        seen = Bench("camara").read(
            status_url=url, recycling_url=recycling, owned_since="2024-01-01", **CAMARA
        )
        assert seen.status in {Status.TERMINATED, Status.ACTIVE}
    with (
        prism.mock("camara/device-reachability-status.yaml") as reach,
        prism.mock("camara/subscription-status.yaml") as url,
    ):
        assert Bench("camara").read(status_url=url, reachability_url=reach, reachability="1", **CAMARA)


TMF = {
    "account_url": ("TMF666-Account_Management-v5.0.0.oas.yaml", "TMF666-Account-v4.0.0.swagger.json"),
    "bill_url": ("TMF678-CustomerBill-v5.0.0.oas.yaml", "TMF678-CustomerBill-v4.0.0.swagger.json"),
    "product_url": ("TMF637-ProductInventory-v5.0.0.oas.yaml", "TMF637-ProductInventory-v4.0.0.swagger.json"),
    "service_url": (
        "TMF638-Service_Inventory_Management-v5.0.0.oas.yaml",
        "TMF638-ServiceInventory-v4.0.0.swagger.json",
    ),
    "balance_url": ("TMF654-PrepayBalance-v4.0.0.swagger.json",),
    "payment_url": ("TMF676-Payment-v4.0.0.swagger.json",),
}
RANDOM = [("tmf", f"tmforum/{file}", option, {}) for option, files in TMF.items() for file in files] + [
    ("twilio", "twilio/twilio_api_v2010.subset.json", "", TWILIO),
    ("telnyx", "telnyx/telnyx_v2.subset.json", "", TELNYX),
    ("camara", "camara/subscription-status.yaml", "status_url", CAMARA),
]


@pytest.mark.parametrize(
    ("carrier", "file", "option", "given"), RANDOM, ids=[row[1].split("/")[1] for row in RANDOM]
)
def test_random_answers_of_the_right_type_never_become_nonsense(
    carrier: str, file: str, option: str, given: dict[str, str]
) -> None:
    with prism.mock(file, "-d") as url:
        place = {option: url} if option else {"url": url}
        kinds = set()
        for _ in range(20):
            seen = Bench(carrier).ask(**place, **given)
            assert isinstance(seen, Reading | Failure)
            kinds.add(seen.kind if isinstance(seen, Failure) else seen.status)
            if isinstance(seen, Reading):
                figures = (seen.balance, seen.amount_due, seen.credit_limit, seen.unbilled)
                assert all(abs(m.amount) < 10**12 for m in figures if m is not None)
                assert seen.amount_due is None or seen.amount_due.amount >= 0
        print(file, sorted(kinds))
