"""``billing-monitor forecast``: how long the balance lasts, drawn and in numbers; what a payment or a journey would change."""
# ruff: noqa: PLC0415 - a command imports what only it needs

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from monitor.cli import _context
from monitor.clock import utcnow
from monitor.core.forecast import Forecast, foresee, whatif
from monitor.core.forecast.foresee import usual
from monitor.core.forecast.model import UNIT, Ledger, money
from monitor.core.money import Money
from monitor.core.reading import Event, Failure, Reading

if TYPE_CHECKING:
    from monitor.messages import Teller
    from monitor.ports import Watched

_PAST = timedelta(days=45)
_FUTURE_DAYS = 30


def forecast(
    ctx: typer.Context,
    line: Annotated[str, typer.Argument(metavar="LINE", help="Name of a line.")],
    top_up: Annotated[str, typer.Option(help="what if so much were paid now: 50")] = "",
    until: Annotated[
        str, typer.Option(help="how much to pay to last until the end of this day: 2027-01-05")
    ] = "",
    leave: Annotated[str, typer.Option(help="a journey: 2026-12-20..2027-01-05")] = "",
    roaming: Annotated[bool, typer.Option(help="the phone is used abroad during the journey")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="the same numbers as one JSON object")] = False,
) -> None:
    """Draw a line's balance with its forecast, and say what a payment, a date or a journey means for it."""
    amount, day, days = _options(top_up, until, leave)
    application = _context.of(ctx).application
    watched = application.poller.watched.get(line.lower())
    if watched is None:
        known = ", ".join(application.poller.watched) or "none"
        _context.fail(f"no line named {line!r}; there are: {known}", _context.WRONG_SETTING)
    now = utcnow()
    _ahead(day, days, now.astimezone(watched.line.zone).date())
    name = watched.line.name
    state = application.store.states([name]).get(name)
    teller = _context.teller(application.settings, now)
    past = application.store.history(name, now - _PAST, now + timedelta(seconds=1))
    application.close()
    if state is None or state.reading is None:
        _context.fail(f"nothing is known of {name} yet: run `billing-monitor check {name}` first", 3)
    told = _numbers(
        watched, state.ledger, state.reading, now, amount=amount, until=day, trip=days, roaming=roaming
    )
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    _show(watched, state.ledger, state.reading, past, told, teller, now)


def _options(
    top_up: str, until: str, leave: str
) -> tuple[Decimal | None, date | None, tuple[date, date] | None]:
    """Read the options; every fault is shown at once, status 2."""
    faults = []
    amount, day, days = None, None, None
    try:
        amount = Decimal(top_up) if top_up else None
    except InvalidOperation:
        faults.append(f"--top-up {top_up!r} is not an amount, write for example 50 or 12.30")
    try:
        day = date.fromisoformat(until) if until else None
    except ValueError:
        faults.append(f"--until {until!r} is not a day, write for example 2027-01-05")
    try:
        if leave:
            first, _, last = leave.partition("..")
            days = (date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        faults.append(f"--leave {leave!r} is no journey, write for example 2026-12-20..2027-01-05")
    if amount is not None and (not amount.is_finite() or amount < 0):
        faults.append("--top-up must be an amount of money, zero or more")
    if days is not None and days[0] > days[1]:
        faults.append("--leave ends before it begins")
    if faults:
        _context.fail("; ".join(faults), _context.WRONG_SETTING)
    return amount, day, days


def _ahead(until: date | None, trip: tuple[date, date] | None, today: date) -> None:
    """Refuse days that are past where the line lives."""
    named = (("--until", until), ("--leave", trip[1] if trip else None))
    if past := [f"{option} ends on {on}" for option, on in named if on is not None and on < today]:
        _context.fail(f"{'; '.join(past)}, and today is {today}: name a day ahead", _context.WRONG_SETTING)


def _at(value: datetime | None, zone: ZoneInfo) -> str | None:
    return value.astimezone(zone).isoformat(timespec="seconds") if value is not None else None


def _amount(units: int, currency: str) -> dict[str, str] | None:
    found = money(units, currency)
    return {"amount": f"{found.amount:f}", "currency": found.currency} if found is not None else None


def _outlook(found: Forecast, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "run_out": {q: _at(getattr(found.run_out, q), zone) for q in ("p10", "p50", "p90")},
        "cut_off": {
            "earliest": _at(found.cut_off.earliest, zone),
            "likely": _at(found.cut_off.likely, zone),
            "basis": str(found.cut_off.basis),
        },
        "pay_by": _at(found.pay_by, zone),
        "chances": {str(h): p for h, p in found.chances},
    }


def _numbers(
    watched: Watched, ledger: Ledger, reading: Reading, now: datetime, *,
    amount: Decimal | None, until: date | None, trip: tuple[date, date] | None, roaming: bool,
) -> dict[str, Any]:  # fmt: skip
    line, rules, code = watched.line, watched.rules, ledger.currency
    zone = line.zone
    found = foresee(ledger, line, rules, reading, now)
    told: dict[str, Any] = {"line": line.name, "at": _at(now, zone), "figures_of": _at(ledger.at, zone)}
    told |= _outlook(found, zone) | {"pace_per_day": _amount(found.pace, code)}
    told["learning"] = {"days": found.learning[0], "need": found.learning[1]} if found.learning else None
    told["reasons"] = [{"code": w.code, **dict(w.facts)} for w in found.reasons]
    told["dangers"] = [
        {"code": n.code, "at": _at(n.at, zone), "cut_off": _at(n.cut, zone), "chance": round(n.chance, 3)}
        for n in found.needs
    ]
    if amount is not None:
        richer = whatif.with_top_up(ledger, line, rules, reading, now=now, units=int(amount * UNIT))
        told["top_up"] = {"paid": _amount(int(amount * UNIT), code), **_outlook(richer, zone)}
    if until is not None:
        short = whatif.needed_until(ledger, line, rules, reading, now=now, until=until)
        told["until"] = {"day": until.isoformat(), "pay": None if short is None else _amount(short, code)}
    if trip is not None:
        cost = whatif.journey(ledger, line, now=now, leave=trip[0], back=trip[1], roaming=roaming)
        told["journey"] = {
            "likely": _amount(cost.likely, code),
            "high": _amount(cost.high, code),
            "pay": _amount(cost.short, code),
        }
    best = whatif.habit(ledger)
    if best is not None:
        told["habit"] = {
            "below": _amount(best.below, code),
            "top_up": _amount(best.amount, code),
            "lasts_days": best.days,
        }
    return told


def _show(
    watched: Watched, ledger: Ledger, reading: Reading, past: Iterable[Reading | Failure | Event],
    told: dict[str, Any], teller: Teller, now: datetime,
) -> None:  # fmt: skip
    from monitor.cli._chart import Picture, draw

    out = _context.console()
    zone = watched.line.zone
    points = [
        (r.observed_at.astimezone(zone), float(r.balance.amount))
        for r in past
        if isinstance(r, Reading) and r.balance is not None
    ]
    if reading.balance is not None:
        points.append((reading.observed_at.astimezone(zone), float(reading.balance.amount)))
        use, left = usual(ledger), (ledger.units or 0) / UNIT
        days = _FUTURE_DAYS if not use.mean else min(60, max(3, int(2 * left * UNIT / use.mean) + 2))
        band = []
        for k in range(1, 4 * days + 1):
            spent = [whatif.quantile(use, k / 4, z) / UNIT for z in (1.2816, 0.0, -1.2816)]
            band.append(
                ((now + timedelta(hours=6 * k)).astimezone(zone), *(max(0.0, left - s) for s in spent))
            )
        pay_by = datetime.fromisoformat(told["pay_by"]) if told["pay_by"] else None
        picture = Picture(points, band, now.astimezone(zone), pay_by)  # type: ignore[arg-type]
        for row in draw(picture):
            out.print(row, highlight=False, markup=False)
        out.print(teller.say("legend", currency=ledger.currency), style="dim", highlight=False, markup=False)
    for text in _sentences(told, teller):
        out.print(text, highlight=False, markup=False)


def _sentences(told: dict[str, Any], teller: Teller) -> Iterator[str]:
    """The numbers as plain sentences, in the house's language and time zone."""
    say, ends = teller.say, told["run_out"]
    if ends["p10"] is None:
        yield say("lasts")
    else:
        yield say("runs_dry", first=_when(ends["p10"]), last=_when(ends["p90"]), pay_by=_when(told["pay_by"]))
    if told["pace_per_day"] is not None:
        yield say("pace", amount=_money(told["pace_per_day"]))
    if told["learning"]:
        yield say("learning", **told["learning"])
    if "top_up" in told:
        richer = told["top_up"]
        yield say("topped_up", paid=_money(richer["paid"]), first=_when(richer["run_out"]["p10"]))
    if "until" in told:
        until = told["until"]
        yield say("until_pay", day=date.fromisoformat(until["day"]), pay=_money(until["pay"]))
    if "journey" in told and told["journey"]["likely"]:
        yield say("journey", **{name: _money(amount) for name, amount in told["journey"].items()})
    if told.get("habit"):
        best = told["habit"]
        sums = {"amount": _money(best["top_up"]), "below": _money(best["below"])}
        yield say("habit", **sums, days=best["lasts_days"])


def _when(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _money(said: dict[str, str] | None) -> Money | None:
    return Money(Decimal(said["amount"]), said["currency"]) if said else None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(forecast)
