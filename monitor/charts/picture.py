"""From lines to pictures: the history and the forecast of one line, or the lines of a digest on one time axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.charts.child import available, draw
from monitor.charts.spec import Bar, Chart, Series
from monitor.core.reading import Event, Failure, Reading
from monitor.core.row import row
from monitor.core.state import LineState
from monitor.core.words import CutOffBasis, Status
from monitor.ports import Part

PAST = timedelta(days=21)
"""How much of the past a picture shows."""
_POINTS = 400
_BARS = 12

History = Callable[[str, datetime, datetime], Sequence[Reading | Failure | Event]]
"""What was seen of a line in [since, until), oldest first: ``Store.history``."""


def picture(
    history: History,
) -> Callable[[Sequence[Part], str, ZoneInfo, datetime], bytes | None]:
    """Return what draws lines for a reader (language, time zone): one line burns down, several lie on one time axis."""

    def drawn(parts: Sequence[Part], language: str, zone: ZoneInfo, now: datetime) -> bytes | None:
        if not available():
            return None
        if len(parts) == 1 and parts[0].notices:
            name = parts[0].watched.line.name
            seen = history(name, now - PAST, now + timedelta(seconds=1))
            chart = burn_down(seen, parts[0].state, language, zone, now)
        else:
            chart = timeline(parts, language, zone, now)
        return draw(chart) if chart is not None else None

    return drawn


def burn_down(
    seen: Sequence[Reading | Failure | Event], state: LineState, language: str, zone: ZoneInfo, now: datetime
) -> Chart | None:
    """Return the picture of one line's balance, or None where there is no balance to show."""
    balances = [
        (r.figure_at, r.balance)
        for r in seen
        if isinstance(r, Reading) and r.balance is not None and r.figure_at >= now - PAST
    ]
    if state.reading is not None and state.reading.balance is not None:
        newest = (state.reading.figure_at, state.reading.balance)
        balances = [b for b in balances if b[0] < newest[0]] + [newest]
    if len(balances) < 2:
        return None
    currency = balances[-1][1].currency
    same = [(at, float(m.amount)) for at, m in balances if m.currency == currency]
    every = max(1, len(same) // _POINTS)
    points = (*same[:-1:every], same[-1])
    forecast = state.forecast
    series = Series(points)
    if forecast is not None:
        use = forecast.use
        dated = forecast.cut_off.basis is not CutOffBasis.BALANCE or (
            bool(forecast.needs) and forecast.needs[0].code != "run_out"
        )
        stop = forecast.cut_off.earliest if dated else None
        series = Series(points, use.p10, use.p50, use.p90, stop, forecast.pay_by)
    return Chart(now, zone.key, language.startswith("en"), _symbol(currency, language), series)


def timeline(parts: Sequence[Part], language: str, zone: ZoneInfo, now: datetime) -> Chart | None:
    """Return the picture of a digest: when each line's service may end; None where nobody's end is in sight."""
    bars = []
    for part in parts:
        one = row(part.watched.line, part.state, now, part.watched.rules)
        start = one.run_out.p10 or one.cut_off.earliest
        if start is None or one.status not in (Status.ACTIVE, Status.UNKNOWN):
            continue
        likely = one.run_out.p50 or one.cut_off.likely or start
        end = one.run_out.p90 or likely
        bars.append(Bar(one.line, str(one.severity), start, likely, max(end, likely)))
    if not bars:
        return None
    bars.sort(key=lambda b: b.start)
    return Chart(now, zone.key, language.startswith("en"), bars=tuple(bars[:_BARS]))


def _symbol(currency: str, language: str) -> str:
    from babel.numbers import get_currency_symbol  # noqa: PLC0415 - not before the first picture

    return get_currency_symbol(currency, locale=language.replace("-", "_"))
