"""A program of the owner's as a source: its row is read as strictly as any carrier's answer."""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from servers.bench import NUMBER, Bench

from monitor.core.money import Money
from monitor.core.words import Basis, Cause, FailureKind, Status


@pytest.fixture
def command() -> Bench:
    return Bench("command")


def printing(tmp_path: Path, text: str, code: int = 0) -> str:
    script = tmp_path / "row.py"
    script.write_text(f"import sys\nsys.stdout.write({text!r})\nsys.exit({code})\n")
    return f"{sys.executable} {script}"


def row(**fields: object) -> str:
    return json.dumps({"line": "home", **fields})


def test_a_row_of_the_contract_is_a_reading(tmp_path: Path, command: Bench) -> None:
    text = row(
        status="suspended",
        cause="arrears",
        cause_basis="reported",
        balance={"amount": "-3.20", "currency": "CNY"},
        amount_due=None,
        due_on="2026-12-01",
    )
    seen = command.read(command=printing(tmp_path, text))
    assert (seen.status, seen.cause, seen.cause_basis) == (Status.SUSPENDED, Cause.ARREARS, Basis.REPORTED)
    assert (seen.balance, seen.amount_due, seen.due_on) == (
        Money(Decimal("-3.20"), "CNY"),
        None,
        date(2026, 12, 1),
    )


def test_a_plain_amount_takes_the_lines_currency(tmp_path: Path, command: Bench) -> None:
    assert command.read(command=printing(tmp_path, '{"balance": 12.5}'), currency="EUR").balance == Money(
        Decimal("12.5"), "EUR"
    )


def test_a_reported_error_is_a_failure_of_its_kind(tmp_path: Path, command: Bench) -> None:
    text = row(error={"kind": "auth", "message": "session ended", "retryable": False})
    assert command.fail(command=printing(tmp_path, text)).kind is FailureKind.AUTH


BAD = [
    ("nothing", "", FailureKind.MALFORMED),
    ("no JSON", "balance: 3", FailureKind.MALFORMED),
    ("no facts", "{}", FailureKind.MALFORMED),
    ("an unknown word", '{"status": "fine"}', FailureKind.MALFORMED),
    ("no currency", '{"balance": {"amount": "3"}}', FailureKind.MALFORMED),
    ("an absurd amount", '{"balance": {"amount": 1e300, "currency": "EUR"}}', FailureKind.MALFORMED),
    ("another line", '{"line": "other", "status": "active"}', FailureKind.MALFORMED),
    ("a negative debt", '{"amount_due": {"amount": "-1", "currency": "EUR"}}', FailureKind.MALFORMED),
]


@pytest.mark.parametrize(("text", "kind"), [r[1:] for r in BAD], ids=[r[0] for r in BAD])
def test_what_is_no_row_is_a_failure(text: str, kind: FailureKind, tmp_path: Path, command: Bench) -> None:
    assert command.fail(command=printing(tmp_path, text)).kind is kind


def test_a_program_that_fails_hangs_or_is_not_there(tmp_path: Path, command: Bench) -> None:
    assert command.fail(command=printing(tmp_path, "", 7)).kind is FailureKind.UNREACHABLE
    assert command.fail(command="/no/such/program").kind is FailureKind.UNSUPPORTED
    assert command.fail(command="").kind is FailureKind.UNSUPPORTED
    assert command.fail(command="'unclosed").kind is FailureKind.UNSUPPORTED
    command.seconds = 0.2
    assert command.fail(command="sleep 30").kind is FailureKind.TIMEOUT


def test_it_sees_its_line_and_nothing_else_of_the_daemon(
    tmp_path: Path, command: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_CHANNELS__ME__URL", "mailto://secret")
    script = tmp_path / "env.py"
    script.write_text(
        "import os, json\nprint(json.dumps({'status': 'active', 'plan': ' '.join(sorted(os.environ))}))\n"
    )
    seen = command.read(command=f"{sys.executable} {script}", token="abc")
    kept = {k for k in ("PATH", "HOME", "LANG") if k in os.environ} | {"LINE", "NUMBER", "TOKEN"}
    assert set((seen.plan or "").split()) - {"LC_CTYPE", "__CF_USER_TEXT_ENCODING"} == kept
    assert NUMBER not in repr(command.vault.kept)
