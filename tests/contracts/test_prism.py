"""An independent reading of the official files: the connector against Prism's mock, our mock against Prism's proxy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from servers import prism
from servers.bench import NOW, Bench

from monitor.core.money import Money
from monitor.core.words import FailureKind, Status
from monitor.mock.server import MockCarrier

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(400)]

V4 = {
    "account": "tmforum/TMF666-Account-v4.0.0.swagger.json",
    "bill": "tmforum/TMF678-CustomerBill-v4.0.0.swagger.json",
    "product": "tmforum/TMF637-ProductInventory-v4.0.0.swagger.json",
    "service": "tmforum/TMF638-ServiceInventory-v4.0.0.swagger.json",
    "balance": "tmforum/TMF654-PrepayBalance-v4.0.0.swagger.json",
    "payment": "tmforum/TMF676-Payment-v4.0.0.swagger.json",
}
V5 = {
    "account": "tmforum/TMF666-Account_Management-v5.0.0.oas.yaml",
    "bill": "tmforum/TMF678-CustomerBill-v5.0.0.oas.yaml",
    "product": "tmforum/TMF637-ProductInventory-v5.0.0.oas.yaml",
    "service": "tmforum/TMF638-Service_Inventory_Management-v5.0.0.oas.yaml",
}


@pytest.fixture(scope="module")
def v5() -> Iterator[dict[str, str]]:
    with ExitStack() as stack:
        yield {f"{api}_url": served(stack, api, file) for api, file in V5.items()}


@pytest.fixture(scope="module")
def v4() -> Iterator[dict[str, str]]:
    with ExitStack() as stack:
        yield {f"{api}_url": served(stack, api, file) for api, file in V4.items()}


def served(stack: ExitStack, api: str, file: str) -> str:
    """Prism's mock of one file, asked once: it reads the file at the first question, longer than a poll waits."""
    url = stack.enter_context(prism.mock(file))
    asked(f"{url}/{PREFIX[api].rpartition('/')[2]}")
    return url


def test_the_v5_files_give_a_row_with_their_example_values(v5: dict[str, str]) -> None:
    seen = Bench("tmf").read(**v5)
    assert seen.status is Status.ACTIVE
    assert seen.amount_due == Money(Decimal("58.33"), "USD")
    assert seen.credit_limit == Money(Decimal(10000), "USD")
    assert seen.bill_state == "overdue"
    assert (seen.balance, seen.due_on, seen.missing) == (None, None, ())


@pytest.mark.parametrize("api", sorted(V4))
def test_generated_values_of_the_v4_files_are_malformed(api: str, v4: dict[str, str]) -> None:
    seen = Bench("tmf").fail(**{f"{api}_url": v4[f"{api}_url"]})
    assert seen.kind is FailureKind.MALFORMED


def test_all_v4_files_together_are_malformed(v4: dict[str, str]) -> None:
    assert Bench("tmf").fail(**v4).kind is FailureKind.MALFORMED


STAGES = ("healthy", "due", "autopay-fails", "one-way-bar", "two-way-bar", "restored")
PREFIX = {
    "account": "accountManagement/v{}/billingAccount",
    "bill": "customerBillManagement/v{}/customerBill",
    "product": "productInventory/v{}/product",
    "service": "serviceInventory/v{}/service",
    "balance": "prepayBalanceManagement/v{}/bucket",
    "payment": "payment/v{}/payment",
}


def asked(url: str) -> tuple[int, str]:
    try:
        with urlopen(url, timeout=120) as answer:  # noqa: S310 - a server of this test
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.parametrize(("version", "api"), [(4, api) for api in V4] + [(5, api) for api in V5])
def test_our_mock_answers_as_the_official_files_describe(version: int, api: str) -> None:
    file = (V4 if version == 4 else V5)[api]
    path, _, resource = PREFIX[api].format(version).rpartition("/")
    root = "" if api == "payment" else "/tmf-api"
    with (
        MockCarrier("demo", speed=0, start=NOW) as mock,
        prism.proxy(file, f"{mock.url}{root}/{path}") as proxy,
    ):
        for stage in STAGES:
            if mock.world.stage != stage:
                mock.world.jump(stage)
            status, body = asked(f"{proxy}/{resource}")
            assert status in {200, 206}, (stage, body[:2000])
            for item in json.loads(body):
                status, one = asked(f"{proxy}/{resource}/{item['id']}")
                assert status == 200, (stage, one[:2000])
            if api == "balance":
                status, body = asked(f"{proxy}/accumulatedBalance")
                assert status == 200, (stage, body[:2000])


def check_json(folder: Path, urls: dict[str, str]) -> tuple[int, dict[str, Any], list[Any]]:
    """Run ``check --json`` and ``notices --json`` as a user would, with an environment only."""
    number = {"MONITOR_LINES__HOME__CARRIER": "tmf", "MONITOR_LINES__HOME__NUMBER": "+8613812348000"}
    own = {
        "STATE_DIRECTORY": str(folder),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PATH": os.environ["PATH"],
    }
    environ = own | number | {f"MONITOR_LINES__HOME__TMF__{k.upper()}": url for k, url in urls.items()}

    def run(*arguments: str) -> tuple[int, Any]:
        command = [sys.executable, "-m", "monitor", *arguments]
        ended = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=200, check=False)
        return ended.returncode, json.loads(ended.stdout)

    code, rows = run("check", "--json")
    return code, rows[0], run("notices", "--json")[1]


def test_check_prints_the_v5_example_values_and_the_v4_ones_as_malformed_without_an_alert(
    tmp_path: Path, v5: dict[str, str], v4: dict[str, str]
) -> None:
    code, row, _ = check_json(tmp_path / "v5", v5)
    assert row["amount_due"] == {"amount": "58.33", "currency": "USD"}
    assert (row["status"], row["error"], row["stale"], row["balance"]) == ("active", None, False, None)
    assert code in (0, 1, 2)
    only = {k: url for k, url in v4.items() if k != "payment_url"}
    code, row, notices = check_json(tmp_path / "v4", only)
    assert (code, row["error"]["kind"], row["status"], notices) == (3, "malformed", "unknown", [])
