"""Write the tables of ``docs/rules.md`` and its Chinese sister from the rulebook: ``python tools/write_rules.py``."""

from pathlib import Path

from monitor.rulebook.table import MARK, table

ROOT = Path(__file__).parents[1]
for name, language in (("rules.md", "en"), ("rules.zh-CN.md", "zh-CN")):
    file = ROOT / "docs" / name
    head = file.read_text("utf-8").split(MARK)[0]
    file.write_text(head + MARK + "\n" + table(language), "utf-8")
