"""The CSV of a history: its rows in order of line and time, in bounded memory, whatever order they come in."""

from __future__ import annotations

import csv
import heapq
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from decimal import InvalidOperation
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from monitor.replay.cells import BadRow, BadTableError, Reader, Row

_RUN = 100_000
"""Rows held in memory while a disordered file is sorted."""


def read_rows(
    path: Path,
    zone_of: Callable[[str], ZoneInfo],
    currency_of: Callable[[str], str],
    bad: Callable[[BadRow], None],
    read: Callable[[int], None] = lambda _: None,
) -> Iterator[Row]:
    """Yield the rows of a history, those of one line together and in order of time, in bounded memory.

    A file in that order already is read straight through; any other is sorted outside of memory first.

    Args:
        path: the CSV file.
        zone_of: zone of a line, for instants without an offset.
        currency_of: currency of a line, for amounts without one.
        bad: is told of every row left out.
        read: is told the number of bytes read, now and then.

    Raises:
        BadTableError: no header, or a header with unknown or lacking columns.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = _open(file, zone_of, currency_of)
        ordered = _is_ordered(reader, _cells(file, lambda _: None), bad)
    with path.open(encoding="utf-8-sig", newline="") as file, ExitStack() as stack:
        reader = _open(file, zone_of, currency_of)
        cells = _cells(file, read)
        rows = cells if ordered else _sorted(reader, cells, stack)
        for number, row in rows:
            try:
                yield reader.row(row)
            except (ValueError, OverflowError, InvalidOperation) as error:
                bad(BadRow(number, str(error)))


def _open(file: TextIO, zone_of: Callable[[str], ZoneInfo], currency_of: Callable[[str], str]) -> Reader:
    first = file.readline()
    if not first.strip():
        raise BadTableError("the file is empty: a header with at least `line,observed_at` is expected")
    return Reader(next(csv.reader([first])), zone_of, currency_of)


def _cells(file: TextIO, read: Callable[[int], None]) -> Iterator[tuple[int, list[str]]]:
    size = 0

    def counted() -> Iterator[str]:
        nonlocal size
        for text in file:
            size += len(text)
            yield text

    for number, cells in enumerate(csv.reader(counted()), start=2):
        if number % 5000 == 0:
            read(size)
        if cells:
            yield number, cells
    read(size)


def _is_ordered(reader: Reader, rows: Iterable[tuple[int, list[str]]], bad: Callable[[BadRow], None]) -> bool:
    """Whether lines come one after the other, each in order of time. Compares instants, not their text."""
    del bad
    done: set[str] = set()
    last: tuple[str, datetime] | None = None
    for _, cells in rows:
        try:
            line, at = reader.key(cells)
        except (ValueError, OverflowError):
            continue
        if last is not None and line == last[0]:
            if at < last[1]:
                return False
        else:
            if line in done:
                return False
            done.add(line)
        last = (line, at)
    return True


def _sorted(
    reader: Reader, rows: Iterable[tuple[int, list[str]]], stack: ExitStack
) -> Iterator[tuple[int, list[str]]]:
    """External merge sort by line, instant and place in the file."""
    runs: list[Iterator[tuple[str, str, int, list[str]]]] = []
    held: list[tuple[str, str, int, list[str]]] = []
    odd: list[tuple[int, list[str]]] = []
    for number, cells in rows:
        try:
            line, at = reader.key(cells)
        except (ValueError, OverflowError):
            odd.append((number, cells))
            continue
        held.append((line, at.isoformat(), number, cells))
        if len(held) >= _RUN:
            runs.append(_spill(held, stack))
            held = []
    held.sort()
    for _, _, number, cells in heapq.merge(*runs, held):
        yield number, cells
    yield from odd


def _spill(
    held: list[tuple[str, str, int, list[str]]], stack: ExitStack
) -> Iterator[tuple[str, str, int, list[str]]]:
    held.sort()
    file = tempfile.TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115  # the stack closes it
    stack.enter_context(file)
    csv.writer(file).writerows([line, at, str(number), *cells] for line, at, number, cells in held)
    file.seek(0)
    return ((r[0], r[1], int(r[2]), r[3:]) for r in csv.reader(file))
