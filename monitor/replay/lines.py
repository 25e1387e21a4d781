"""The CSV of lines: what the owner wrote about each."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.core.line import Line
from monitor.core.words import Billing
from monitor.replay.cells import AUTOPAY, BadTableError

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
        autopay=AUTOPAY[cells.get("autopay", "")],
        grace_hours=number("grace_hours"),
        dunning_days=number("dunning_days"),
        overdraft=amount("overdraft"),
    )
