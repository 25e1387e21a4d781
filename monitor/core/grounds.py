"""Why a danger of money is thought to hold: its one reason with every fact that its sentence may use."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from monitor.core import policy as rule
from monitor.core.forecast.model import Forecast, Need, money
from monitor.core.forecast.moved import moved
from monitor.core.forecast.plan import is_more_than
from monitor.core.forecast.renewal import autopay_of
from monitor.core.line import Line
from monitor.core.money import Money
from monitor.core.notice import Why
from monitor.core.state import LineState
from monitor.core.words import Autopay

_OLD = timedelta(hours=24)


def age(state: LineState, now: datetime) -> dict[str, int]:
    """The age of the figures, in whole hours, where it matters."""
    at = state.ledger.at
    return (
        {"age_hours": int((now - at).total_seconds() // 3600)} if at is not None and now - at >= _OLD else {}
    )


def failed(state: LineState, forecast: Forecast, now: datetime) -> Why:
    """The carrier says that the automatic payment failed."""
    reading = state.reading
    assert reading is not None  # noqa: S101 - assess() looked
    return Why.of(
        "autopay_failed", amount_due=reading.amount_due, balance=reading.balance, due_on=reading.due_on,
        cut_off=forecast.cut_off.earliest, **age(state, now),
    )  # fmt: skip


def late(line: Line, state: LineState, forecast: Forecast, need: Need, now: datetime) -> Why:
    """The automatic payment should have happened, and the figures did not move; or the carrier itself says that it failed."""
    reading = state.reading
    assert reading is not None  # noqa: S101 - assess() looked
    if autopay_of(line, reading) is Autopay.FAILED:
        return failed(state, forecast, now)
    return Why.of(
        "autopay_late", amount_due=reading.amount_due, balance=reading.balance,
        expected_on=need.at.astimezone(line.zone).date(), short=money(need.short, state.ledger.currency),
        cut_off=need.cut, **age(state, now),
    )  # fmt: skip


def grounds(
    line: Line, state: LineState, forecast: Forecast, need: Need, now: datetime, *, soon: bool = False
) -> Why:
    """What the forecast found; ``soon``: in the words of a run-out that is hours away."""
    reading, code = state.reading, state.ledger.currency
    assert reading is not None  # noqa: S101 - assess() looked
    on = need.at.astimezone(line.zone).date()
    facts: dict[str, object] = {}
    match need.code:
        case "run_out":
            facts = _run_out(state, forecast, need, now, soon=soon)
        case "limit_near":
            used = [m.amount for m in (reading.amount_due, reading.unbilled) if m is not None]
            limit = reading.credit_limit
            facts = {
                "used": Money(sum(used, Decimal(0)), limit.currency) if limit is not None else None,
                "limit": limit,
            }
            facts |= {
                "days_low": max(0, (need.cut - now).days),
                "chance": round(forecast.use_chance(rule.LIKELY_HOURS) * 100),
            }
            facts["horizon_hours"] = rule.LIKELY_HOURS
        case "renewal_short" | "renewal_failed":
            more_than = is_more_than(state.ledger, need.charge)
            covered = (state.ledger.units or 0) >= need.charge
            facts = {
                "balance": reading.balance,
                "charge": money(need.charge, code),
                "on": on,
                "cut_off": need.cut,
            }
            facts |= {
                "short": None if more_than and covered else money(need.short, code),
                "more_than": more_than or None,
                "guessed": need.guessed,
            }
            fee = reading.fee
            if need.code == "renewal_short":
                facts["tax"] = (
                    not more_than and fee is not None and need.charge > int(fee.amount * 10000) * 101 // 100
                )
                facts["chance"] = round(need.chance * 100)
        case "credit_expires" | "credit_may_expire":
            facts = _expiry(line, state, need, now)
        case "bill_due" | "bill_overdue":
            facts = {"amount_due": reading.amount_due, "due_on": reading.due_on, "cut_off": need.cut}
            if need.code == "bill_overdue":
                facts |= {"days_over": max(0, (now - need.at).days), "guessed": need.guessed}
        case _:
            facts = {"ends_at": need.at, "amount_due": reading.amount_due, "balance": reading.balance}
    name = "run_out_soon" if soon and need.code == "run_out" else need.code
    return Why.of(name, **facts, **age(state, now))


def _run_out(
    state: LineState, forecast: Forecast, need: Need, now: datetime, *, soon: bool
) -> dict[str, object]:
    """How long the balance lasts, how likely that is, and what moved it."""
    assert state.reading is not None  # noqa: S101 - assess() looked
    first, last = forecast.run_out.p10 or need.cut, forecast.run_out.p90
    facts: dict[str, object] = {"balance": state.reading.balance, "days_low": max(0, (first - now).days)}
    facts["days_high"] = max(0, (last - now).days + 1) if last else max(1, (first - now).days * 2)
    facts |= {"earliest": first, "likely": forecast.run_out.p50}
    hours = rule.URGENT_HOURS if soon else rule.LIKELY_HOURS
    facts |= {
        "chance": round(forecast.chance(hours) * 100),
        "horizon_hours": hours,
        "pace": money(forecast.pace, state.ledger.currency),
    }
    if soon:
        del facts["days_low"], facts["days_high"]
        facts["hours_left"] = max(0, int((first - now).total_seconds() // 3600))
    facts |= moved(state.ledger)
    if forecast.learning:
        facts |= {"learning_days": forecast.learning[0], "learning_need": forecast.learning[1]}
    return facts


def _expiry(line: Line, state: LineState, need: Need, now: datetime) -> dict[str, object]:
    """The day on which credit expires, and what a mere guess rests on."""
    assert state.reading is not None  # noqa: S101 - assess() looked
    on = need.at.astimezone(line.zone).date()
    facts: dict[str, object] = {"balance": state.reading.balance, "on": on}
    if need.code == "credit_expires":
        return facts | {"guessed": need.guessed}
    paid = state.ledger.last_credit
    since = paid or state.ledger.first_at or now
    return facts | {
        "idle_days": (now - since).days,
        "paid_on": paid.astimezone(line.zone).date() if paid else None,
    }
