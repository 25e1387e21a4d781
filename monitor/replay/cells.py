"""One row of a history: cells in, a reading, a failure or an event out. An empty cell is "not reported"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from monitor.core.money import Money
from monitor.core.reading import Event, Failure, Reading, Seen
from monitor.core.words import Autopay, Basis, Cause, FailureKind, Status

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
AUTOPAY = {"on": Autopay.ON, "off": Autopay.OFF, "failed": Autopay.FAILED, "": Autopay.UNKNOWN}
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

        if status not in _STATUS or cause not in _CAUSE or autopay not in AUTOPAY:
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
                autopay=AUTOPAY[autopay],
                month_spend=money(spend),
            )
            seen.append(reading)
        return Row(line, at, tuple(seen))
