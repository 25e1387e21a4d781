"""A carrier the project has never seen is forty lines of data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from servers.bench import NOW, Bench

from monitor.core.money import Money
from monitor.core.reading import Failure, Reading
from monitor.core.words import Basis, Cause, FailureKind, Status
from monitor.mock.scenario import parse
from monitor.mock.server import MockCarrier
from monitor.ports import Round

PRESET = Path(__file__).parent.parent / "contracts" / "borealis.toml"
SCENARIO = parse(
    {
        "line": [
            {"number": f"+4741100000{i}", "name": f"l{i}", "currency": "NOK", "balance": f"{i}0.25"}
            for i in range(8)
        ]
    }
)
WORDS = [
    ("active", Status.ACTIVE, Cause.NONE, Basis.NONE),
    ("restricted", Status.RESTRICTED, Cause.UNKNOWN, Basis.NONE),
    ("suspended", Status.SUSPENDED, Cause.ARREARS, Basis.REPORTED),
    ("pending_termination", Status.PENDING_TERMINATION, Cause.UNKNOWN, Basis.NONE),
    ("terminated", Status.TERMINATED, Cause.UNKNOWN, Basis.NONE),
]


@pytest.fixture
def mock() -> Iterator[MockCarrier]:
    with MockCarrier(SCENARIO, speed=0, start=NOW) as carrier:
        yield carrier


@pytest.fixture
def box() -> Bench:
    return Bench("http-json")


def given(i: int = 7, password: str = "aurora") -> dict[str, str]:
    return {"preset": str(PRESET), "username": "key-7351", "password": password, "number": f"+4741100000{i}"}


def test_it_takes_at_most_forty_lines() -> None:
    assert len(PRESET.read_text().splitlines()) <= 40


def test_ticket_pages_units_and_times_are_data(mock: MockCarrier, box: Bench) -> None:
    mock.world.change({"line": "l7", "bill": {"amount": "149.50", "due_in": "2d"}})
    seen = box.read(mock.url, **given())
    assert seen.balance == Money(Decimal("70.25"), "NOK")
    assert seen.amount_due == Money(Decimal("149.5"), "NOK")
    assert (seen.due_on, seen.as_of, seen.plan) == ((NOW + timedelta(days=2)).date(), NOW, "5G 58")
    assert (mock.world.logins, len(mock.world.requests)) == (1, 4)


@pytest.mark.parametrize(("state", "meaning"), [(row[0], row[1:]) for row in WORDS])
def test_its_own_words_are_understood(
    state: str, meaning: tuple[Status, Cause, Basis], mock: MockCarrier, box: Bench
) -> None:
    mock.world.change({"line": "l3", "status": state})
    seen = box.read(mock.url, **given(3))
    assert (seen.status, seen.cause, seen.cause_basis) == meaning


def test_many_lines_cost_one_login_and_one_list(mock: MockCarrier, box: Bench) -> None:
    lines = [box.line(mock.url, name=f"l{i}", **given(i)) for i in range(8)]
    seen = box.carrier.fetch(lines, Round(NOW, 10, box.vault))
    assert all(isinstance(one, Reading) for one in seen.values())
    assert len(mock.world.requests) == 4


def test_a_ticket_that_ended_early_is_renewed_once(mock: MockCarrier, box: Bench) -> None:
    box.read(mock.url, **given())
    mock.world.extra["borealis.tickets"].clear()
    box.now = NOW + timedelta(minutes=10)
    assert isinstance(box.ask(mock.url, **given()), Reading)
    assert mock.world.logins == 2


def test_a_wrong_secret_is_auth_and_stops_after_five_logins(mock: MockCarrier, box: Bench) -> None:
    kinds = []
    for hours in range(12):
        box.now = NOW + timedelta(hours=hours)
        kinds.append(box.fail(mock.url, **given(password="wrong")).kind)
    assert set(kinds) == {FailureKind.AUTH}
    assert len([path for _, path in mock.world.requests if path == "/borealis/ticket"]) == 5


def test_between_polls_the_login_budget_holds(mock: MockCarrier, box: Bench) -> None:
    first = box.fail(mock.url, **given(password="wrong"))
    second = box.fail(mock.url, **given(password="wrong"))
    assert (first.kind, second.kind) == (FailureKind.AUTH, FailureKind.RATE_LIMITED)
    assert second.retry_after == timedelta(minutes=60)


def test_an_unknown_line_is_no_zero(mock: MockCarrier, box: Bench) -> None:
    seen = box.ask(mock.url, **(given() | {"number": "+4799999999"}))
    assert isinstance(seen, Failure)
    assert seen.kind is FailureKind.MALFORMED
