"""The time machine: the same decision on a virtual clock, from a table that need not be in order."""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli import build
from monitor.core.line import Line
from monitor.core.notice import Notice
from monitor.core.rules import NO_RULES
from monitor.core.words import Kind
from monitor.replay import table
from monitor.replay.cells import BadRow, BadTableError
from monitor.replay.lines import read_lines
from monitor.replay.run import Tally, in_time_order, play
from monitor.replay.table import read_rows

HEAD = "line,observed_at,status,balance,currency,error\n"
START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def story(name: str, days: int = 40) -> list[str]:
    rows = []
    for i in range(days * 4):
        at = (START + timedelta(hours=6 * i)).isoformat()
        rows.append(f"{name},{at},active,{max(0.0, 15 - i * 0.125):.2f},EUR,\n")
    return rows


def run(path: Path, bad: list[BadRow] | None = None) -> list[Notice]:
    bad = [] if bad is None else bad
    rows = read_rows(path, lambda _: Line("x", "r").zone, lambda _: "EUR", bad.append)
    return in_time_order(play(rows, lambda name: Line(name, "replay"), lambda _: NO_RULES, Tally()))


def write(path: Path, rows: list[str]) -> Path:
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


def test_the_order_of_rows_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = story("a") + story("b")
    straight = run(write(tmp_path / "a.csv", rows))
    assert straight
    random.Random(7).shuffle(rows)  # noqa: S311 - a shuffle for a test
    monkeypatch.setattr(table, "_RUN", 50)
    assert run(write(tmp_path / "b.csv", rows)) == straight


def test_instants_in_another_offset_are_the_same_instants(tmp_path: Path) -> None:
    rows = story("a")
    moved = [r.replace(f"{START:%Y}", f"{START:%Y}").replace("+00:00", "Z") for r in rows]
    a = run(write(tmp_path / "a.csv", rows))
    b = run(write(tmp_path / "b.csv", moved))
    assert [n.dedup_key for n in a] == [n.dedup_key for n in b]


def test_bad_rows_are_named_and_left_out(tmp_path: Path) -> None:
    rows = [
        *story("a"),
        "a,yesterday,active,1.00,EUR,\n",
        "a,2026-06-01T00:00:00Z,active,many,EUR,\n",
        "a,b\n",
    ]
    bad: list[BadRow] = []
    assert run(write(tmp_path / "a.csv", rows), bad) == run(write(tmp_path / "b.csv", story("a")))
    assert [b.number for b in bad] == [162, 163, 164]


def test_days_without_rows_are_lived_through(tmp_path: Path) -> None:
    rows = story("a", 25)
    last = f"a,{(START + timedelta(days=45)).isoformat()},active,0.00,EUR,\n"
    said = run(write(tmp_path / "a.csv", [*rows, last]))
    blind = [n for n in said if START + timedelta(days=26) < n.at < START + timedelta(days=44)]
    assert {n.kind for n in blind} & {Kind.LOW_BALANCE, Kind.SUSPENSION_WARNING}


@pytest.mark.parametrize("text", ["", "balance,currency\n", "line,observed_at,colour\n"])
def test_a_file_that_is_no_history_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadTableError):
        run(path)


def test_every_fault_of_the_lines_is_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("line,billing,timezone\na,weekly,UTC\nb,prepaid,Mars/Olympus\n", encoding="utf-8")
    with pytest.raises(BadTableError, match=r"(?s)lines.csv:2.*lines.csv:3"):
        read_lines(path, "UTC")


def test_no_row_is_kept_when_it_has_been_played(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [r for k in range(4) for r in story(f"l{k}", 60)])
    rows = read_rows(path, lambda _: Line("x", "r").zone, lambda _: "EUR", lambda _: None)
    held = sys.getsizeof(rows)
    for _ in play(rows, lambda name: Line(name, "replay"), lambda _: NO_RULES, Tally()):
        assert sys.getsizeof(rows) == held
    assert next(rows, None) is None


def cli(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(build(["replay", "rules"]), ["replay", *words])
    return done.exit_code, done.stdout, done.stderr


def test_the_command_prints_json_lines_in_order_of_time(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", story("b") + story("a"))
    code, out, _ = cli(str(path), "--json", "--timezone", "Asia/Shanghai")
    rows = [json.loads(x) for x in out.splitlines()]
    assert code == 0
    assert rows
    assert [r["at"] for r in rows] == sorted(r["at"] for r in rows)
    assert all(r["at"].endswith("+08:00") for r in rows)
    assert set(rows[0]) >= {
        "line",
        "at",
        "kind",
        "severity",
        "stage",
        "cut_off",
        "run_out",
        "dedup_key",
        "why",
    }


def test_the_command_compares_two_settings(tmp_path: Path) -> None:
    code, out, _ = cli(
        str(write(tmp_path / "a.csv", story("a"))), "--foresight", "early", "--compare", "late"
    )
    assert code == 0
    assert "foresight early" in out
    assert "foresight late" in out


def test_bad_rows_end_the_command_with_1_and_wrong_options_with_2(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [*story("a", 3), "a,never,active,1,EUR,\n"])
    code, _, told = cli(str(path))
    assert code == 1
    assert ":14:" in told
    code, _, told = cli(str(tmp_path / "none.csv"), "--timezone", "Mars/Olympus", "--rules", "no.such")
    assert code == 2
    assert all(word in told for word in ("none.csv", "Mars/Olympus", "no.such"))
