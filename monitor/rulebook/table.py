"""The whole rulebook as Markdown tables, for the documentation."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.core.rules import RuleValue
from monitor.rulebook.book import Entry, load
from monitor.rulebook.words import amount, key_name, note, zh

MARK = "<!-- generated below: python tools/write_rules.py -->"

_TRUST = {"verified": "已核实", "medium": "中等", "typical": "典型", "low": "较低", "unverified": "未核实"}
_HEADS = (
    "| value | holds | source | checked | trust |\n|---|---|---|---|---|",
    "| 项目 | 规定 | 出处 | 核对日期 | 可信程度 |\n|---|---|---|---|---|",
)


def table(language: str) -> str:
    """Return one table for each entry that has values of its own."""
    return "\n".join(_rows(language)) + "\n"


def _rows(language: str) -> Iterator[str]:
    chinese = zh(language)
    for entry in sorted(load().entries.values(), key=_order):
        yield f"\n## `{entry.name}` {entry.title(language)}\n"
        if not entry.values:
            yield (
                "没有查到自己的规定：全部沿用上一级。"
                if chinese
                else "No rule of its own was found: everything falls back."
            )
            continue
        yield _HEADS[chinese]
        for value in entry.values.values():
            trust = _TRUST[value.trust] if chinese else value.trust
            text = f"{amount(value, language)}{_marks(value, chinese=chinese)}"
            extra = note(value, language)
            text += (f"；{extra}" if chinese else f"; {extra}") if extra else ""
            name = key_name(value.key, language)
            yield f"| {name} `{value.key}` | {text} | {value.cited(language)} | {value.checked_on} | {trust} |"


def _marks(value: RuleValue, *, chinese: bool) -> str:
    marks = {
        "may": ("may", "可以"),
        "ceiling": ("at most", "上限"),
        "floor": ("at least", "下限"),
        "product": ("one product only", "仅限个别产品"),
    }
    found = [marks[m][chinese] for m in (*(("may",) if value.may else ()), value.role) if m]
    found += (
        [] if value.binding else ["对移动运营商不具约束力" if chinese else "does not bind mobile carriers"]
    )
    if not found:
        return ""
    return f"（{'、'.join(found)}）" if chinese else f" ({', '.join(found)})"


def _order(entry: Entry) -> tuple[bool, str]:
    return not entry.name.startswith("cn."), entry.name
