"""A guide as plain text for the terminal, numbered so that its points can be ticked."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from monitor.guides.guide import Guide


def as_text(guide: Guide, *, ticked: Iterable[str] = (), extra: Iterable[str] = (), width: int = 100) -> str:
    """Write a guide.

    Args:
        guide: what to write.
        ticked: ids of points that are done.
        extra: lines about a real line (dates, late fee, reasons), shown above the steps.
        width: in terminal columns; a Chinese character takes two.
    """
    return "\n".join(_lines(guide, frozenset(ticked), list(extra), width)) + "\n"


def _lines(guide: Guide, ticked: frozenset[str], extra: list[str], width: int) -> Iterator[str]:
    chinese = guide.language.startswith("zh")
    yield from wrap(guide.title, width)
    yield from wrap(guide.where, width)
    yield ""
    yield from wrap(guide.works, width)
    for line in extra:
        yield from wrap(line, width)
    yield ""
    yield from wrap(("下一步：" if chinese else "Next step: ") + guide.next_step, width)
    number = 0
    for section in guide.sections:
        yield ""
        yield section.title
        for point in section.points:
            if section.tickable:
                number += 1
                mark = f" {'[x]' if point.id in ticked else '[ ]'} {number:2} "
            else:
                mark = "  -  "
            yield from wrap(point.text, width, mark)
    yield ""
    yield from wrap(guide.footer, width)


def wrap(text: str, width: int, lead: str = "") -> list[str]:
    """Break a text into lines of a width in columns, at spaces or between Chinese characters."""
    rows, row, used = [], lead, _columns(lead)
    indent = " " * used
    for word in _words(text):
        size = _columns(word.rstrip())
        if used + size > width and row.strip() and row != indent:
            rows.append(row.rstrip())
            row, used = indent, len(indent)
            if word.isspace():
                continue
        row += word
        used += _columns(word)
    return [*rows, row.rstrip()]


_NOT_FIRST = "，。；：！？、）》”’…%‰"


def _words(text: str) -> Iterator[str]:
    word = ""
    for char in text:
        wide = _columns(char) == 2
        if wide and char not in _NOT_FIRST and word and not word.endswith(("（", "《", "“")):
            yield word
            word = ""
        word += char
        if char == " ":
            yield word
            word = ""
    if word:
        yield word


def _columns(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
