"""The documents of the rulebook and of the article say what the program does."""

import re
from pathlib import Path

import pytest

from monitor.cli import groups
from monitor.rulebook import load
from monitor.rulebook.book import parse
from monitor.rulebook.table import MARK, table
from monitor.settings.names import known

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(("name", "language"), [("rules.md", "en"), ("rules.zh-CN.md", "zh-CN")])
def test_the_tables_are_those_of_the_rulebook(name: str, language: str) -> None:
    text = (DOCS / name).read_text("utf-8").split(MARK)[1].strip()
    assert text == table(language).strip(), "run: python tools/write_rules.py"


@pytest.mark.parametrize("name", ["adding-rules.md", "adding-rules.zh-CN.md"])
def test_the_example_of_a_rule_file_is_valid(name: str) -> None:
    example = (DOCS / name).read_text("utf-8").split("```toml\n")[1].split("```")[0]
    assert "xx.example" in parse(example, name)


@pytest.mark.parametrize("name", ["article.md", "article.zh-CN.md"])
def test_the_article_has_33_rows_each_with_a_command_and_a_test_of_its_own(name: str) -> None:
    text = (DOCS / name).read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \|.*\| `(test_row_\d\d)` \|$", text, re.MULTILINE)
    assert [int(n) for n, _ in rows] == list(range(1, 34))
    tests = (Path(__file__).parents[1] / "story" / "test_article.py").read_text("utf-8")
    for number, test in rows:
        assert test == f"test_row_{int(number):02}"
        assert re.search(rf"^def {test}_\w+", tests, re.MULTILINE), test
    assert not re.search(r"planned|to come|待实现|计划中", text)


@pytest.mark.parametrize("name", ["article.md", "article.zh-CN.md", "rules.md", "rules.zh-CN.md"])
def test_every_command_and_setting_that_is_named_exists(name: str) -> None:
    text = (DOCS / name).read_text("utf-8").split(MARK)[0]
    entries = {e.split(".")[0] for e in load().entries}
    for variable in set(re.findall(r"\bMONITOR_[A-Z_]+\b", text)):
        assert known(variable.replace("__X__", "__HOME__").replace("__NAME__", "__HOME__")), variable
    commands = {*groups(), "run", "status", "snooze", "ack", "record", "evidence"}
    for command in set(
        re.findall(
            r"`(?:billing-monitor )?([a-z]+) (?:LINE|ENTRY|--cause|show|explain|parse|ingest|export|verify|petition|complaint|explanation)",
            text,
        )
    ):
        assert command in commands, command
    assert entries
