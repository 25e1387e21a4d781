"""SigScale's dialect, with the shapes that a running server gave."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from servers.bench import NOW, NUMBER, Bench, bench

from monitor.core.money import Money
from monitor.core.reading import Reading
from monitor.core.words import Basis, Cause, FailureKind, Status
from monitor.ports import Round

DIGITS = NUMBER.lstrip("+")
SERVICE = "/serviceInventoryManagement/v2/service"
PRODUCT = "/productInventoryManagement/v2/product"
BUCKET = "/balanceManagement/v1/bucket"
GIVEN = {"dialect": "sigscale", "currency": "USD", "username": "admin", "password": "hush-hush"}


def service(number: str = DIGITS, *, enabled: bool = True, product: str = "P1") -> dict[str, Any]:
    return {
        "id": number,
        "state": "active",
        "product": product,
        "isServiceEnabled": enabled,
        "type": "RFS",
        "serviceCharacteristic": [{"name": "servicePassword", "value": "in-clear"}],
    }


def bucket(
    amount: Any, units: str = "cents", end: str = "2026-12-23T05:30:27.999", product: str = "P1"
) -> dict[str, Any]:
    return {
        "id": f"{product}-{units}",
        "validFor": {"endDateTime": end},
        "remainedAmount": {"amount": amount, "units": units},
        "reservedAmount": {"amount": 0, "units": units},
        "product": {"id": product},
    }


@pytest.fixture
def sigscale() -> Iterator[Bench]:
    with bench("tmf") as box:
        box.answers[f"{SERVICE}/{DIGITS}"] = service()
        box.answers[f"{PRODUCT}/P1"] = {"id": "P1", "status": "Active", "balance": []}
        yield box


ROWS = [
    ("cents become dollars", [bucket("1250.5")], "12.505"),
    (
        "a debt that the aggregate hides is seen",
        [bucket("-1199.5"), bucket("1000000000b", "octets")],
        "-11.995",
    ),
    ("an expired bucket is left out", [bucket("500"), bucket("900", end="2026-11-23T08:59:00.000")], "5"),
    ("data alone is no balance", [bucket("1000000000b", "octets")], None),
]


@pytest.mark.parametrize(("buckets", "balance"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS])
def test_buckets_are_summed(buckets: list[Any], balance: str | None, sigscale: Bench) -> None:
    sigscale.answers[BUCKET] = buckets
    seen = sigscale.read(sigscale.url, **GIVEN)
    assert seen.balance == (None if balance is None else Money(Decimal(balance), "USD"))
    assert seen.missing == (() if balance else ("balance",))
    assert seen.status is Status.ACTIVE


def test_a_disabled_service_with_a_debt_is_inferred_arrears(sigscale: Bench) -> None:
    sigscale.answers[f"{SERVICE}/{DIGITS}"] = service(enabled=False)
    sigscale.answers[BUCKET] = [bucket("-100")]
    seen = sigscale.read(sigscale.url, **GIVEN)
    assert (seen.status, seen.cause, seen.cause_basis) == (Status.SUSPENDED, Cause.ARREARS, Basis.INFERRED)


def test_product_words_have_spaces_and_capitals(sigscale: Bench) -> None:
    sigscale.answers[f"{PRODUCT}/P1"] = {"id": "P1", "status": "Suspended"}
    sigscale.answers[BUCKET] = [bucket("100")]
    assert sigscale.read(sigscale.url, **GIVEN).status is Status.SUSPENDED


def test_one_fault_after_a_start_is_asked_again(sigscale: Bench) -> None:
    answers = iter([(500, {"Content-Type": "text/html"}, b"<html>"), [bucket("100")]])
    sigscale.answers[BUCKET] = lambda _: next(answers)
    assert sigscale.read(sigscale.url, **GIVEN).balance == Money(Decimal(1), "USD")


def test_cents_without_a_currency_are_refused_by_name(sigscale: Bench) -> None:
    sigscale.answers[BUCKET] = [bucket("100")]
    seen = sigscale.fail(sigscale.url, **(GIVEN | {"currency": ""}))
    assert seen.kind is FailureKind.MALFORMED
    assert "currency" in seen.message


def test_lists_are_read_by_ranges_for_many_lines(sigscale: Bench) -> None:
    lines = [sigscale.line(sigscale.url, name=f"l{i}", number=f"+155500012{i:02}", **GIVEN) for i in range(3)]
    services = [service(f"155500012{i:02}", product=f"P{i}", enabled=i != 1) for i in range(3)]
    buckets = [bucket(str(100 * i - 50), product=f"P{i}") for i in range(3)]

    def ranged(items: list[Any]) -> Any:
        def reply(_: str) -> Any:
            first, last = (int(n) for n in sigscale.asked[-1][2]["range"].removeprefix("items=").split("-"))
            part = items[first - 1 : min(last, first + 1)]
            shown = f"items {first}-{first + len(part) - 1}/{len(items)}"
            return (200, {"Content-Range": shown, "Etag": "e1"}, part)

        return reply

    sigscale.answers |= {SERVICE: ranged(services), BUCKET: ranged(buckets), PRODUCT: ranged([{"id": "P0"}])}
    seen = sigscale.carrier.fetch(lines, Round(NOW, 10, sigscale.vault))
    read = {name: r for name, r in seen.items() if isinstance(r, Reading)}
    assert {name: str(r.balance) for name, r in read.items()} == {
        "l0": "-0.5 USD",
        "l1": "0.5 USD",
        "l2": "1.5 USD",
    }
    assert read["l1"].status is Status.SUSPENDED
    assert sigscale.asked[-1][2].get("if-match") in {None, "e1"}
