"""Data and minutes that a message states."""

from __future__ import annotations

import re
from decimal import Decimal

_SIZE = {"k": Decimal(1) / 1024, "m": Decimal(1), "g": Decimal(1024), "t": Decimal(1024 * 1024)}
_ROLE = r"(?P<role>已使用|已用|使用了|用了|剩余|还剩|仅剩|尚余|剩|结转|总计|总共|共计|共有|共|超出|套餐外|used|remaining|left|total)"
_DATA = re.compile(
    rf"{_ROLE}[^\d，。;!\n]{{0,12}}(?P<size>\d[\d.]*\s*[kmgt]b?(?:\s*\d[\d.]*\s*[km]b?)?)(?![a-z])",
    re.IGNORECASE,
)
_VOICE = re.compile(
    rf"{_ROLE}[^\d，。;!\n]{{0,12}}(?P<minutes>\d+)\s*(?:分钟|min(?:ute)?s?\b)", re.IGNORECASE
)
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt])b?", re.IGNORECASE)
_WORD = {
    "已使用": "used", "已用": "used", "使用了": "used", "用了": "used", "used": "used",
    "剩余": "left", "还剩": "left", "仅剩": "left", "尚余": "left", "剩": "left", "remaining": "left", "left": "left",
    "结转": "carried", "超出": "over", "套餐外": "over",
}  # fmt: skip


def data(text: str) -> tuple[tuple[str, Decimal], ...]:
    """(role, megabytes) in the order of the text; 1 G = 1024 M. Roles: used, left, total, carried, over."""
    found = []
    for m in _DATA.finditer(text):
        parts = _PART.findall(m.group("size"))
        megabytes = sum((Decimal(n) * _SIZE[unit.lower()] for n, unit in parts), Decimal(0))
        found.append((_WORD.get(m.group("role").lower(), "total"), megabytes.quantize(Decimal("0.01"))))
    return tuple(found)


def voice(text: str) -> tuple[tuple[str, int], ...]:
    """(role, minutes) in the order of the text."""
    return tuple(
        (_WORD.get(m.group("role").lower(), "total"), int(m.group("minutes"))) for m in _VOICE.finditer(text)
    )
