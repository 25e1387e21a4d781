"""``demo``: the whole story, each chapter with its alert, counted as they arrive, in the width of the terminal."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from monitor.cli import build, groups

TOLD = {
    "en": (
        "left, runs out around", "payment seen", "automatic payment failed", "may be cut off",
        "outgoing calls are stopped", "the line is cut off", "paid, service should be back", "works again",
    ),
    "zh-CN": ("前后用完", "缴费已到账", "自动缴费失败", "随时可能停机", "已单停", "已停机", "已缴费", "已复机"),
}  # fmt: skip
"""What the title of each alert says, in order."""
CHAPTERS = {
    "en": "healthy low bill autopay one-way two-way paid restored",
    "zh-CN": "正常 不足 到期 失败 单向 双向 已缴费 已复机",
}


@pytest.mark.parametrize(
    ("language", "columns"), [("en", 80), pytest.param("zh-CN", 100, marks=pytest.mark.heavy)]
)
def test_each_chapter_has_its_alert_and_all_keeps_to_the_width(language: str, columns: int) -> None:
    command = ["demo", "--seconds", "0", "--language", language]
    done = CliRunner().invoke(build(groups()), command, env={"COLUMNS": str(columns), "NO_COLOR": "1"})
    assert done.exit_code == 0, done.output
    rows = done.output.splitlines()
    assert max(map(cell_len, rows)) == columns
    titles = [row for row in rows if row.startswith(("╭─ ▲", "╭─ ■", "╭─ ✔"))]
    assert len(titles) == len(TOLD[language])
    for title, words in zip(titles, TOLD[language], strict=True):
        assert words in title
    assert re.search(rf"(?<!\d){len(titles)}(?!\d)", rows[-1])
    days = "\n".join(row for row in rows if re.match(r"day|第", row))
    assert re.search(".*?".join(CHAPTERS[language].split()), days, re.DOTALL)
