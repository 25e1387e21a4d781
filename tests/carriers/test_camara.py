"""CAMARA: the network's own word on a number, and money from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers.bench import Bench, bench
from typer.testing import CliRunner

from monitor.cli import build
from monitor.core.reading import Failure
from monitor.core.words import Basis, Cause, FailureKind, Status

STATUS = "/subscription-status/v0.1/retrive-subscription-status"


@pytest.fixture
def camara() -> Iterator[Bench]:
    with bench("camara") as box:
        yield box


def said(out: str, in_: str, data: str) -> dict[str, str]:
    return {"voiceSmsOut": out, "voiceSmsIn": in_, "dataService": data}


ROWS = [
    (said("active", "active", "active"), (Status.ACTIVE, Cause.NONE, Basis.NONE, ())),
    (said("suspended", "active", "active"), (Status.RESTRICTED, Cause.UNKNOWN, Basis.NONE, ("voice_out",))),
    (
        said("suspended", "active", "suspended"),
        (Status.RESTRICTED, Cause.UNKNOWN, Basis.NONE, ("data", "voice_out")),
    ),
    (
        said("active", "active", "throttled"),
        (Status.RESTRICTED, Cause.CREDIT_CONTROL, Basis.INFERRED, ("data",)),
    ),
    (said("suspended", "suspended", "suspended"), (Status.SUSPENDED, Cause.UNKNOWN, Basis.NONE, ())),
]


@pytest.mark.parametrize(("answer", "meaning"), ROWS)
def test_each_answer_has_its_status(
    answer: dict[str, str], meaning: tuple[object, ...], camara: Bench
) -> None:
    camara.answers[STATUS] = answer
    seen = camara.read(camara.url, token="t")
    assert (seen.status, seen.cause, seen.cause_basis, seen.partial) == meaning
    assert camara.asked[0][2]["x-correlator"]


def test_a_suspension_with_an_empty_balance_elsewhere_is_inferred_arrears(camara: Bench) -> None:
    camara.answers[STATUS] = said("suspended", "suspended", "suspended")
    camara.answers["/Account/u/"] = {"cash_credits": "-0.10"}
    given = {"source": "plivo", "source_url": camara.url, "source_username": "u", "source_token": "secret"}
    seen = camara.read(camara.url, token="t", **given)
    assert (seen.status, seen.cause, seen.cause_basis) == (Status.SUSPENDED, Cause.ARREARS, Basis.INFERRED)


def test_the_network_and_a_balance_source_are_one_line_of_settings(camara: Bench, tmp_path: Path) -> None:
    camara.answers[STATUS] = said("suspended", "active", "active")
    camara.answers["/me"] = {"money": {"left": 250, "owed": 4999}}
    env = {
        "MONITOR_DATABASE_URL": f"sqlite:///{tmp_path}/m.db",
        "MONITOR_LINES__HOME__CARRIER": "camara",
        "MONITOR_LINES__HOME__NUMBER": "+346661113334",
        "MONITOR_LINES__HOME__CURRENCY": "EUR",
        "MONITOR_LINES__HOME__URL": camara.url,
        "MONITOR_LINES__HOME__TOKEN": "network-token",
        "MONITOR_LINES__HOME__OPTIONS__SOURCE": "http-json",
        "MONITOR_LINES__HOME__OPTIONS__SOURCE_URL": camara.url,
        "MONITOR_LINES__HOME__OPTIONS__SOURCE_TOKEN": "balance-token",
        "MONITOR_LINES__HOME__OPTIONS__SOURCE_AUTH_KIND": "bearer",
        "MONITOR_LINES__HOME__OPTIONS__SOURCE_PATH": "/me",
        "MONITOR_LINES__HOME__OPTIONS__SOURCE_BALANCE": "money.left",
        "MONITOR_LINES__HOME__OPTIONS__SOURCE_AMOUNT_DUE": "money.owed",
        "MONITOR_LINES__HOME__OPTIONS__SOURCE_DIVISOR": "100",
        "MONITOR_CHANNELS__ME__URL": "json://localhost",
    }
    result = CliRunner(env=env).invoke(build(["lines"]), ["check", "--json"])
    row = json.loads(result.stdout)[0]
    assert (row["status"], row["balance"]) == ("restricted", {"amount": "2.5", "currency": "EUR"})
    assert row["amount_due"] == {"amount": "49.99", "currency": "EUR"}
    tokens = {path: headers["authorization"] for _, path, headers, _ in camara.asked}
    assert tokens == {STATUS: "Bearer network-token", "/me": "Bearer balance-token"}


def test_without_the_balance_source_the_status_still_counts(camara: Bench) -> None:
    camara.answers[STATUS] = said("suspended", "suspended", "suspended")
    seen = camara.read(camara.url, token="t", source="plivo", source_url=camara.url, source_username="u")
    assert (seen.status, seen.balance, seen.missing) == (Status.SUSPENDED, None, ("balance_source",))


def test_a_recycled_number_is_terminated(camara: Bench) -> None:
    camara.answers["/number-recycling/v0.2/check"] = {"phoneNumberRecycled": True}
    assert camara.read(camara.url, token="t", owned_since="2020-01-01").status is Status.TERMINATED


def test_an_unreachable_device_is_no_status(camara: Bench) -> None:
    camara.answers[STATUS] = said("active", "active", "active")
    camara.answers["/device-reachability-status/v1/retrieve"] = {"reachable": False}
    assert camara.read(camara.url, token="t", reachability="1").status is Status.ACTIVE


ERRORS = [
    (404, "IDENTIFIER_NOT_FOUND", FailureKind.NOT_FOUND),
    (422, "SERVICE_NOT_APPLICABLE", FailureKind.UNSUPPORTED),
    (403, "INVALID_TOKEN_CONTEXT", FailureKind.AUTH),
    (429, "QUOTA_EXCEEDED", FailureKind.RATE_LIMITED),
]


@pytest.mark.parametrize(("status", "code", "kind"), ERRORS)
def test_errors_are_told_by_their_code(status: int, code: str, kind: FailureKind, camara: Bench) -> None:
    camara.answers[STATUS] = (status, {}, {"status": status, "code": code, "message": "x"})
    assert camara.fail(camara.url, token="t").kind is kind
    assert len(camara.asked) == 1


def test_an_unknown_source_is_named(camara: Bench) -> None:
    seen = camara.ask(camara.url, token="t", source="nowhere")
    assert isinstance(seen, Failure)
