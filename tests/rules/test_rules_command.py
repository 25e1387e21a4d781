"""``rules show`` and ``rules explain``: value, scope, source, date and trust in print."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from monitor.cli import rules
from monitor.rulebook import load


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    rules.register(app)
    return app


@pytest.mark.parametrize("entry", sorted(load().entries))
def test_show_prints_each_value_with_source_date_and_trust(app: typer.Typer, entry: str) -> None:
    result = CliRunner().invoke(app, ["rules", "show", entry, "--language", "en"])
    assert result.exit_code == 0
    assert result.stdout.count("source:") == len(load().resolve(entry).values)
    assert result.stdout.count("checked 2026-11-01") == result.stdout.count("source:")


def test_show_speaks_chinese(app: typer.Typer) -> None:
    result = CliRunner().invoke(
        app, ["rules", "show", "cn.mobile", "--province", "河南", "--language", "zh-CN"]
    )
    assert "停机至销户" in result.stdout
    assert "cn.henan → cn.mobile → cn.legal" in result.stdout


def test_show_as_json_is_one_object(app: typer.Typer) -> None:
    found = json.loads(CliRunner().invoke(app, ["rules", "show", "cn.unicom", "--json"]).stdout)
    assert found["chain"] == ["cn.unicom", "cn.legal"]
    assert {v["trust"] for v in found["values"]} <= {"verified", "medium", "typical", "low", "unverified"}


def test_unknown_entry_or_province_is_exit_2(app: typer.Typer) -> None:
    assert CliRunner().invoke(app, ["rules", "show", "cn.mobil"]).exit_code == 2
    assert CliRunner().invoke(app, ["rules", "show", "cn.mobile", "--province", "atlantis"]).exit_code == 2


def test_explain_says_which_level_answered_for_a_line(
    app: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "monitor.env").write_text(
        "MONITOR_LINES__HOME__CARRIER=tmf\nMONITOR_LINES__HOME__RULES=cn.telecom\nMONITOR_LINES__HOME__NUMBER=+8613800138000\n"
        "MONITOR_LINES__HOME__PROVINCE=henan\nMONITOR_LINES__HOME__DUNNING_DAYS=10\nMONITOR_LANGUAGE=en\n"
        "MONITOR_CHANNELS__ME__URL=json://localhost\n",
        "utf-8",
    )
    monkeypatch.setenv("CONFIGURATION_DIRECTORY", str(tmp_path))
    result = CliRunner().invoke(app, ["rules", "explain", "home"])
    assert result.exit_code == 0, result.output
    assert "owner → cn.henan → cn.telecom → cn.legal" in result.stdout
    assert "suspend_after_due: 10 days" in result.stdout
    assert "your own setting" in result.stdout
    assert CliRunner().invoke(app, ["rules", "explain", "hom"]).exit_code == 2
