"""The READMEs: equal in both languages, every link leads somewhere, every command exists."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

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


CALL = re.compile(r"(?:`|sudo |bin/|^|\| )billing-monitor ([^`\n|#]*)", re.MULTILINE)
ROOT_COMMAND = typer.main.get_command(build(groups()))


def wrong(call: str) -> str:
    """What there is not of a call: a command, the command of a group, or an option; empty when all exists."""
    command = ROOT_COMMAND
    words = iter(call.split())
    for word in words:
        name = re.sub(r"[.,;:)\"=].*$", "", word)
        inner = getattr(command, "commands", None)
        if name.startswith("--"):
            taken = {o: p for p in command.params for o in (*p.opts, *p.secondary_opts)}
            if name not in taken and name != "--help":
                return name
            if inner is not None and "=" not in word:
                next(words, None)  # its value, which is no command
        elif inner is not None and re.fullmatch("[a-z-]+", name):
            if name not in inner:
                return name
            command = inner[name]
        elif inner is not None:
            break
    return ""


def test_what_does_not_exist_is_found() -> None:
    assert wrong("frob") == "frob"
    assert wrong("evidence frob home") == "frob"
    assert wrong("--env-file my.env check home --jsn") == "--jsn"
    assert not wrong("--env-file my.env evidence export home")


PAGES = [
    *DOCS,
    *(ROOT / "config").rglob("*.e*"),
    *(ROOT / "systemd").iterdir(),
    *(ROOT / "monitor").rglob("*.toml"),
]


def test_every_command_and_option_that_is_named_anywhere_exists() -> None:
    named = [(page, call) for page in PAGES for call in CALL.findall(page.read_text(encoding="utf-8"))]
    assert len(named) > 100
    assert [(p.name, call, wrong(call)) for p, call in named if wrong(call)] == []


@pytest.mark.parametrize("page", DOCS, ids=lambda p: p.name)
def test_every_setting_and_target_that_is_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"\bMONITOR_[A-Z0-9_]*[A-Z0-9]\b(?!_)", text):
        assert known(name.removesuffix("_FILE")) is not None, name
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for word in re.findall(r"(?:`|sudo |^)make ([a-z]+)", text, re.MULTILINE):
        assert word in targets, word


def test_the_version_is_told() -> None:
    done = CliRunner().invoke(build(groups()), ["--version"])
    assert done.exit_code == 0
    assert done.output == f"billing-monitor {version('billing-monitor')}\n"
