"""The documentation of messages and channels says what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from messages_world import NOW, notice, state

from monitor.messages.facts import known
from monitor.messages.words import FILTERS

DOCS = Path(__file__).parents[2] / "docs"
EACH = pytest.mark.parametrize("page", ["messages.md", "messages.zh-CN.md"])


def first_cells(text: str) -> list[set[str]]:
    """Return the code names in the first cells, table by table."""
    tables: list[set[str]] = []
    inside = False
    for line in text.splitlines():
        if line.startswith("|---"):
            tables.append(set())
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside:
            tables[-1] |= set(re.findall(r"`([a-z_]+)`", line.split("|")[1]))
    return tables


@EACH
def test_every_name_that_a_sentence_may_use_is_documented(page: str) -> None:
    tables = first_cells((DOCS / page).read_text())
    assert set(known(notice("run_out"), state(), NOW, ZoneInfo("UTC"))) | {"line", "guide"} in tables
    assert {*FILTERS, "upper_first"} in tables


@pytest.mark.parametrize("page", ["messages.md", "messages.zh-CN.md", "channels.md", "channels.zh-CN.md"])
def test_every_picture_and_path_that_a_page_names_exists(page: str) -> None:
    text = (DOCS / page).read_text()
    for path in re.findall(r"\]\((img/[^)]+)\)", text):
        assert (DOCS / path).is_file(), path
    for path in re.findall(r"`((?:monitor|tests|tools)/[^`\s]+)`", text):
        assert (DOCS.parent / path).exists(), path


def test_both_languages_of_a_page_have_the_same_tables() -> None:
    for page in ("messages", "channels"):
        english, chinese = ((DOCS / f"{page}{x}.md").read_text() for x in ("", ".zh-CN"))
        assert english.count("\n|") == chinese.count("\n|"), page


NO_CHANNELS = {"http", "https", "sqlite", "postgresql", "console"}


def test_every_service_that_a_page_or_an_example_names_is_known() -> None:
    from monitor.notify import engine  # noqa: PLC0415 - loads Apprise

    root = DOCS.parent
    pages = [
        *root.glob("README*.md"),
        *DOCS.glob("*.md"),
        *root.glob("config/**/*.example"),
        *root.glob("config/**/*.env"),
    ]
    named = {s for page in pages for s in re.findall(r"\b([a-z]+)://", page.read_text(encoding="utf-8"))}
    assert len(named) > 20
    assert named - NO_CHANNELS <= engine.schemes()
    for page in ("channels.md", "channels.zh-CN.md"):
        assert "`schan://" in (DOCS / page).read_text(encoding="utf-8")
