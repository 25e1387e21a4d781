"""The index that a person prints: what it is about, the balance over time, what happened, and how to check it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from monitor.evidence.words import KINDS, Row

_WIDTH, _HEIGHT, _EDGE = 720, 180, 40

Point = tuple[datetime, float, str]

_WORDS = {
    "title": ("Evidence", "证据档案"),
    "about": ("What this is about", "基本信息"),
    "line": ("Line", "线路"),
    "number": ("Number", "号码"),
    "carrier": ("Carrier", "运营商"),
    "span": ("From – to", "起止时间"),
    "entries": ("Entries", "条目数"),
    "exported": ("Exported at", "导出时间"),
    "seal": ("Newest entry of this line", "本线路最新条目"),
    "chart": ("Balance, last of each day", "余额（每日最后一次）"),
    "story": ("What happened", "经过"),
    "partly": (
        "The newest {n} entries beside routine readings; every entry is in timeline.tsv.",
        "除例行读数外最新的 {n} 条；全部条目见 timeline.tsv。",
    ),
    "at": ("When", "时间"),
    "kind": ("What", "类别"),
    "text": ("In words", "内容"),
    "attachments": ("Attachments", "附件"),
    "lost": ("file no longer kept", "文件已不存在"),
    "check": ("How to check it", "如何核验"),
    "how": (
        "Unpack the archive and run: sh verify.sh. It needs only sha256sum and the tools of any Unix; VERIFY.txt tells each step.",
        "解压后运行：sh verify.sh。只需要 sha256sum 和 Unix 自带的小工具；每一步的说明见 VERIFY.txt。",
    ),
    "faults": (
        "Damage was found while this archive was written. It proves nothing about the entries named here:",
        "写入本档案时发现损坏，以下条目不能作为证明：",
    ),
}


@cache
def _template() -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("index.html.j2")


def render(about: Mapping[str, object], rows: Sequence[Row], points: Sequence[Point], language: str) -> str:
    """Return the index as HTML: no script, no remote content, readable on paper."""
    chinese = language.startswith("zh")
    said = {name: pair[chinese] for name, pair in _WORDS.items()}
    kinds = {name: pair[chinese] for name, pair in KINDS.items()}
    return _template().render(
        about=about,
        rows=rows,
        chart=chart(points),
        said=said,
        kinds=kinds,
        language="zh-CN" if chinese else "en",
    )


def chart(points: Sequence[Point]) -> Mapping[str, object] | None:
    """Return what the drawing of the balance needs, None for fewer than two days."""
    if len(points) < 2:
        return None
    begin, end = points[0][0], points[-1][0]
    span = (end - begin).total_seconds() or 1.0
    low, high = min(0.0, *(p[1] for p in points)), max(p[1] for p in points)
    reach = (high - low) or 1.0

    def across(at: datetime) -> float:
        return _EDGE + (at - begin).total_seconds() / span * (_WIDTH - 2 * _EDGE)

    def up(value: float) -> float:
        return _HEIGHT - _EDGE / 2 - (value - low) / reach * (_HEIGHT - _EDGE)

    path = " ".join(f"{across(at):.1f},{up(value):.1f}" for at, value, _ in points)
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "path": path,
        "zero": f"{up(0.0):.1f}",
        "left": _EDGE,
        "right": _WIDTH - _EDGE,
        "high": f"{high:.2f} {points[-1][2]}",
        "first": begin.date().isoformat(),
        "last": end.date().isoformat(),
    }
