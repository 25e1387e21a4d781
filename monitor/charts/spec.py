"""What is to be drawn: plain values that travel to the child process as JSON. Texts are already in the reader's language."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Series:
    """One line's balance and its future. Amounts in the currency's major unit: a picture needs no exact cents."""

    points: tuple[tuple[datetime, float], ...]
    """(instant, balance), oldest first."""
    p10: datetime | None = None
    p50: datetime | None = None
    p90: datetime | None = None
    """When the balance is gone, with a chance of 10, 50 and 90 %."""
    cut_off: datetime | None = None
    """Drawn where the end is a date and not the end of the money."""
    pay_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a digest: when its service may end, from and to."""

    name: str
    severity: str
    start: datetime
    likely: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture: a balance that burns down, or the lines of a digest on one time axis."""

    now: datetime
    zone: str
    day_first: bool
    """``26 Nov`` instead of ``11/26``: the picture's font knows no Chinese."""
    symbol: str = ""
    """The currency's sign for the axis."""
    series: Series | None = None
    bars: tuple[Bar, ...] = field(default=())

    def to_json(self) -> str:
        """Write it for the child."""
        return json.dumps(asdict(self), default=datetime.isoformat)

    @classmethod
    def from_json(cls, text: str) -> Chart:
        """Read it in the child, instants in the reader's time zone."""
        raw: dict[str, Any] = json.loads(text)
        zone = ZoneInfo(raw["zone"])

        def at(value: str | None) -> datetime | None:
            return None if value is None else datetime.fromisoformat(value).astimezone(zone)

        def sure(value: str) -> datetime:
            return datetime.fromisoformat(value).astimezone(zone)

        series = raw["series"]
        if series is not None:
            points = tuple((sure(when), float(amount)) for when, amount in series["points"])
            dates = {k: at(series[k]) for k in ("p10", "p50", "p90", "cut_off", "pay_by")}
            series = Series(points, **dates)
        bars = tuple(
            Bar(b["name"], b["severity"], sure(b["start"]), sure(b["likely"]), sure(b["end"]))
            for b in raw["bars"]
        )
        return cls(sure(raw["now"]), raw["zone"], raw["day_first"], raw["symbol"], series, bars)
