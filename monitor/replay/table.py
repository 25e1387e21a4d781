"""The CSV of a history and of its lines: rows in, readings, failures and events out. An empty cell is "not reported"."""

from __future__ import annotations

import csv
import heapq
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from monitor.core.line import Line
from monitor.core.money import Money
from monitor.core.reading import Event, Failure, Reading, Seen
from monitor.core.words import Autopay, Basis, Billing, Cause, FailureKind, Status

COLUMNS = (
    "line",
    "observed_at",
    "as_of",
    "status",
    "cause",
    "balance",
    "currency",
    "amount_due",
    "due_on",
    "unbilled",
    "credit_limit",
    "next_charge_on",
    "fee",
    "credit_expires_on",
    "autopay",
    "month_spend",
    "error",
    "event",
)
LINE_COLUMNS = (
    "line",
    "billing",
    "currency",
    "rules",
    "timezone",
    "bill_day",
    "due_days",
    "monthly_fee",
    "credit_limit",
    "autopay",
    "grace_hours",
    "dunning_days",
    "overdraft",
)
_RUN = 100_000
"""Rows held in memory while a disordered file is sorted."""


class BadTableError(ValueError):
    """The file is no table of the expected form: nothing of it can be used."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that was left out, and why."""

    number: int
    """Line in the file, the header being 1."""
    why: str


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says: of which line, and everything that was seen at that instant."""

    line: str
    at: datetime
    seen: tuple[Seen, ...]


@lru_cache(maxsize=4096)
def _money(text: str, currency: str) -> Money:
    return Money.of(text, currency)


@lru_cache(maxsize=1024)
def _day(text: str) -> date:
    return date.fromisoformat(text)


def _instant(text: str, zone: ZoneInfo) -> datetime:
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


_STATUS = {str(s): s for s in Status} | {"": Status.UNKNOWN}
_CAUSE = {str(c): c for c in Cause} | {"": Cause.UNKNOWN}
_AUTOPAY = {"on": Autopay.ON, "off": Autopay.OFF, "failed": Autopay.FAILED, "": Autopay.UNKNOWN}
_FAILURE = {str(k): k for k in FailureKind}


class Reader:
    """Turns the cells of one file into rows. ``zone_of`` gives the zone of a line for instants without an offset."""

    def __init__(
        self, header: list[str], zone_of: Callable[[str], ZoneInfo], currency_of: Callable[[str], str]
    ) -> None:
        names = [h.strip() for h in header]
        unknown = [n for n in names if n not in COLUMNS]
        lacking = [n for n in ("line", "observed_at") if n not in names]
        if unknown or lacking:
            told = [f"unknown column {n!r}" for n in unknown] + [f"column {n!r} is required" for n in lacking]
            raise BadTableError("; ".join(told) + f". Known columns: {', '.join(COLUMNS)}")
        self._at = [names.index(c) if c in names else len(names) for c in COLUMNS]
        self._width = len(names)
        self._zone_of, self._currency_of = zone_of, currency_of

    def key(self, cells: list[str]) -> tuple[str, datetime]:
        """Return (line, instant), all that sorting needs.

        Raises:
            ValueError: with the reason, in words for the owner of the file.
        """
        if len(cells) != self._width:
            raise ValueError(f"{len(cells)} cells instead of {self._width}")
        line, at = cells[self._at[0]].strip(), cells[self._at[1]].strip()
        if not line or not at:
            raise ValueError("line or observed_at is empty")
        return line, _instant(at, self._zone_of(line))

    def row(self, cells: list[str]) -> Row:
        """Read one row.

        Raises:
            ValueError: with the reason, in words for the owner of the file.
        """
        line, at = self.key(cells)
        cells = [*cells, ""]
        (_, _, as_of, status, cause, balance, currency, due, due_on, unbilled, limit, next_on, fee, expires, autopay,
         spend, error, event) = [cells[i] for i in self._at]  # fmt: skip
        seen: list[Seen] = []
        if event:
            amount = _money(balance, currency) if event == "payment" and balance and currency else None
            seen.append(Event(at, event, amount))
        if error:
            if error not in _FAILURE:
                raise ValueError(f"error {error!r} is none of {', '.join(_FAILURE)}")
            return Row(line, at, (*seen, Failure(at, _FAILURE[error])))
        code = currency or self._currency_of(line)

        def money(text: str) -> Money | None:
            if not text:
                return None
            if not code:
                raise ValueError("an amount without a currency")
            return _money(text, code)

        if status not in _STATUS or cause not in _CAUSE or autopay not in _AUTOPAY:
            raise ValueError(f"status {status!r}, cause {cause!r} or autopay {autopay!r} is not a known word")
        figures = (balance, due, due_on, unbilled, limit, next_on, fee, expires, autopay, spend, status)
        if any(figures) and not (event and not status and not any(figures[1:])):
            reading = Reading(
                at,
                as_of=_instant(as_of, self._zone_of(line)) if as_of else None,
                source="replay",
                status=_STATUS[status],
                cause=_CAUSE[cause],
                cause_basis=Basis.REPORTED if cause and cause != "unknown" else Basis.NONE,
                balance=money(balance),
                amount_due=money(due),
                due_on=_day(due_on) if due_on else None,
                unbilled=money(unbilled),
                credit_limit=money(limit),
                next_charge_on=_day(next_on) if next_on else None,
                fee=money(fee),
                credit_expires_on=_day(expires) if expires else None,
                autopay=_AUTOPAY[autopay],
                month_spend=money(spend),
            )
            seen.append(reading)
        return Row(line, at, tuple(seen))


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


def read_lines(path: Path, zone: str) -> dict[str, Line]:
    """Read what the owner wrote about each line.

    Args:
        path: the CSV file, columns of ``LINE_COLUMNS``.
        zone: IANA zone of lines that name none.

    Raises:
        BadTableError: a wrong header, or a row that cannot be understood; every fault is named.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        names = table.fieldnames or []
        wrong = [n for n in names if n not in LINE_COLUMNS]
        if wrong or "line" not in names:
            raise BadTableError(
                f"{path.name}: columns {wrong or ['line lacking']}; known: {', '.join(LINE_COLUMNS)}"
            )
        found: dict[str, Line] = {}
        faults: list[str] = []
        for number, row in enumerate(table, start=2):
            try:
                line = _line({k: (v or "").strip() for k, v in row.items() if k}, zone)
                found[line.name] = line
            except (ValueError, InvalidOperation, KeyError) as error:
                faults.append(f"{path.name}:{number}: {error}")
    if faults:
        raise BadTableError("; ".join(faults))
    return found


def _line(cells: dict[str, str], zone: str) -> Line:
    def number(name: str) -> int | None:
        text = cells.get(name, "")
        return int(Decimal(text)) if text else None

    def amount(name: str) -> Decimal | None:
        text = cells.get(name, "")
        return Decimal(text) if text else None

    if not cells["line"]:
        raise ValueError("line is empty")
    name = cells.get("timezone") or zone
    ZoneInfo(name)
    line = Line(
        cells["line"],
        "replay",
        timezone=name,
        rules=cells.get("rules", ""),
        currency=cells.get("currency", "").upper(),
    )
    return replace(
        line,
        billing=Billing(cells.get("billing") or "unknown"),
        bill_day=number("bill_day"),
        due_days=number("due_days"),
        monthly_fee=amount("monthly_fee"),
        credit_limit=amount("credit_limit"),
        autopay=_AUTOPAY[cells.get("autopay", "")],
        grace_hours=number("grace_hours"),
        dunning_days=number("dunning_days"),
        overdraft=amount("overdraft"),
    )


def usual_gap(line: Line) -> timedelta:
    """How long two polls of a line may lie apart before the time between them has to be lived through in ticks."""
    return line.poll_every * 3 / 2
