"""The READMEs: equal in both languages, every link leads somewhere, every command exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from monitor.cli import build, groups
from monitor.settings.names import known

ROOT = Path(__file__).parents[2]
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
DOCS = sorted([*READMES, ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
RUN = re.compile(r"<!-- run: (\w+) -->\n```sh\n(.*?)```", re.DOTALL)


def blocks(page: Path) -> dict[str, list[str]]:
    """Name → commands of the blocks that are run by tests."""
    return {name: body.splitlines() for name, body in RUN.findall(page.read_text(encoding="utf-8"))}


def test_both_languages_type_the_same_commands() -> None:
    assert blocks(READMES[0]) == blocks(READMES[1])
    assert set(blocks(READMES[0])) == {"try", "install", "start"}


@pytest.mark.parametrize("page", DOCS, ids=lambda p: p.name)
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name} → {target}"


@pytest.mark.parametrize("page", [*READMES, *(ROOT / "docs").glob("operating*.md")], ids=lambda p: p.name)
def test_every_command_and_setting_that_is_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    group = typer.main.get_command(build(groups()))
    commands = set(getattr(group, "commands", {}))
    for word in re.findall(r"(?:`|sudo |bin/)billing-monitor (?:--env-file \S+ )?([a-z-]+)", text):
        assert word in commands, word
    for name in re.findall(r"\bMONITOR_[A-Z0-9_]+\b", text):
        assert known(name) is not None, name
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for word in re.findall(r"make ([a-z]+)", text):
        assert word in targets, word
