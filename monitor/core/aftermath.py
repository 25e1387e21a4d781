"""Dangers of the story: paid and not restored, holds that end, unusual spend, changed terms, limits and promises.

Pure and level-triggered, like :mod:`monitor.core.assess`; each thread is one conversation with the owner.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from monitor.core.cause import Signal
from monitor.core.lifecycle import local_day, reuse_day
from monitor.core.line import Line
from monitor.core.money import Money
from monitor.core.notice import Danger, Why
from monitor.core.reading import Reading
from monitor.core.rules import Rules, RuleValue
from monitor.core.state import LineState
from monitor.core.story import stopped, unusual_spend
from monitor.core.storystate import Change, Promise, StoryState
from monitor.core.words import NOT_FOR_MONEY, Cause, Kind, Severity, Status
from monitor.core.workdays import add_months

_NOT_CURED = NOT_FOR_MONEY | {Cause.POLICY}
"""Causes of a stop that no payment ends."""
_FALLBACK = timedelta(hours=24)
"""Where no rule is known, a line that is paid for and still off is told after so long, without citing anything."""
_LAW = timedelta(hours=48)
_SOON = timedelta(days=7)
PAID_FOR = "restore"
"""The thread of a line that was paid for and is still off: whoever paid is not told to pay (again)."""


def story_dangers(line: Line, rules: Rules, state: LineState, now: datetime) -> list[Danger]:
    """Return every danger of the story that holds now."""
    today = local_day(rules, line, now)
    found = [*_hold(line, state, today), *_terms(state, now, today), *_promises(rules, state, today)]
    if state.reading is not None:
        found += _restoration(line, rules, state, state.reading, now)
        found += _spend(rules, state, state.reading, today)
        found += _reuse(rules, state, state.reading, today)
        found += _fault(state, state.reading, now)
    return found


def restoration_limit(rules: Rules, state: LineState) -> tuple[datetime, int, RuleValue | None] | None:
    """Return (until when, hours, the rule that says so) of the duty to restore, or None before a full payment.

    A contract's shorter time may hold only for a payment soon after the stop; after that the law's 48 h are counted.
    """
    story = state.story
    if story.paid_at is None or not story.paid_in_full or story.stopped_at is None:
        return None
    rule = rules.get("restore_after_payment")
    span = rule.span() if rule else None
    if rule is None or span is None:
        return story.paid_at + _FALLBACK, 24, None
    within = rules.span("restore_if_paid_within")
    if within is not None and story.paid_at - story.stopped_at > within:
        span = max(span, _LAW)
    return story.paid_at + span, int(span.total_seconds() // 3600), rule


def _restoration(
    line: Line, rules: Rules, state: LineState, reading: Reading, now: datetime
) -> Iterator[Danger]:
    story = state.story
    if not stopped(reading) or story.paid_at is None or reading.cause in _NOT_CURED or line.hold is not None:
        return
    limit = restoration_limit(rules, state)
    if limit is None:
        why = Why.of(
            "paid_too_little",
            balance=reading.balance,
            amount_due=reading.amount_due,
            paid=story.paid,
            short=(short := _short(story, reading)),
        )
        if short is not None:
            yield Danger(PAID_FOR, Kind.ARREARS, Severity.WARNING, "partial", why, level=2)
        return
    until, hours, rule = limit
    facts = {
        "paid": story.paid,
        "paid_at": story.paid_at,
        "restore_by": until,
        "hours": hours,
        **_said_by(rule),
    }
    if now >= until:
        why = Why.of("restoration_overdue", **facts)
        severity = Severity.CRITICAL if rule else Severity.WARNING
        yield Danger(PAID_FOR, Kind.RESTORATION_OVERDUE, severity, "overdue", why, level=5)
    else:
        why = Why.of("awaiting_restoration", **facts)
        yield Danger(PAID_FOR, Kind.PAYMENT_SEEN, Severity.INFO, "awaiting", why, level=3)


def _said_by(rule: RuleValue | None) -> dict[str, str | None]:
    """The facts that name a rule's source in both languages, and how sure it is."""
    if rule is None:
        return {"source": None, "trust": "unverified"}
    return {"source": rule.cited("en"), "source_zh": rule.cited("zh-CN"), "trust": rule.trust}


def _short(story: StoryState, reading: Reading) -> Money | None:
    """What is still missing; a payment that came after the figures were made counts, too."""
    owed = _owed(reading)
    told, paid = story.paid_at, story.paid
    if owed is None or told is None or paid is None or story.owed is None or told <= reading.figure_at:
        return owed
    if not paid.currency == story.owed.currency == owed.currency:
        return owed
    return story.owed - paid if paid < story.owed else owed


def _owed(reading: Reading) -> Money | None:
    if reading.amount_due is not None and reading.amount_due.amount > 0:
        return reading.amount_due
    if reading.balance is not None and reading.balance.amount < 0:
        return -reading.balance
    return None


def _hold(line: Line, state: LineState, today: date) -> Iterator[Danger]:
    hold = line.hold
    if hold is None or hold.until is None or today < hold.since:
        return
    days = (hold.until - today).days
    if days < 0:
        if state.reading is not None and stopped(state.reading):
            why = Why.of("hold_over", until=hold.until)
            yield Danger("hold", Kind.VOLUNTARY_HOLD, Severity.WARNING, "over", why, level=3)
        return
    if days > _SOON.days:
        return
    currency = line.currency or (
        state.reading.balance.currency if state.reading and state.reading.balance else ""
    )
    why = Why.of(
        "hold_ends",
        until=hold.until,
        days=days,
        fee=_money(hold.monthly_fee, currency),
        plan_fee=_money(line.monthly_fee, currency),
    )
    if days <= 1:
        yield Danger("hold", Kind.VOLUNTARY_HOLD, Severity.WARNING, "ends-1d", why, level=2)
    else:
        yield Danger("hold", Kind.VOLUNTARY_HOLD, Severity.INFO, "ends-7d", why, level=1)


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return Money.of(amount, currency) if amount is not None and currency else None


def _spend(rules: Rules, state: LineState, reading: Reading, today: date) -> Iterator[Danger]:
    found = unusual_spend(rules, state.story, today)
    base = reading.month_spend or reading.balance
    if found is None or base is None:
        return
    spent, usual = found
    rule, month = rules.get("abnormal_multiple"), f"{today:%Y-%m}"
    why = Why.of(
        "spend_unusual",
        spent=_units(spent, base.currency),
        usual=_units(usual, base.currency),
        times=spent // usual,
        limit=int(rules.number("abnormal_multiple") or 5),
        month=month,
        source=rule.cited("en") if rule else None,
        source_zh=rule.cited("zh-CN") if rule else None,
    )
    yield Danger(f"spend-{month}", Kind.ABNORMAL_SPEND, Severity.WARNING, "spend", why, level=1)


def _units(units: int, currency: str) -> Money:
    return Money((Decimal(units) / 10000).quantize(Decimal("0.01")), currency)


def _terms(state: LineState, now: datetime, today: date) -> Iterator[Danger]:
    for change in state.story.changes:
        thread = f"policy-{_mark(change)}"
        if change.term in ("announced", "source_lost"):
            yield from _announced(change, thread, now, today)
        elif now - change.seen_at <= timedelta(days=3):
            why = Why.of("terms_changed", term=change.term, was=change.was, now=change.now)
            yield Danger(thread, Kind.POLICY_CHANGE, Severity.INFO, "changed", why, level=1)


def _announced(change: Change, thread: str, now: datetime, today: date) -> Iterator[Danger]:
    if change.term == "source_lost":
        if now - change.seen_at <= timedelta(days=3):
            why = Why.of("source_lost", summary=change.now)
            yield Danger(thread, Kind.POLICY_CHANGE, Severity.WARNING, "lost", why, level=1)
        return
    days = (change.effective_on - today).days if change.effective_on else None
    why = Why.of(
        "policy_announced",
        summary=change.now,
        effective_on=change.effective_on,
        days=days,
        province=change.was or None,
    )
    if days is not None and 0 <= days <= _SOON.days:
        yield Danger(thread, Kind.POLICY_CHANGE, Severity.WARNING, "soon", why, level=2)
    elif (days is not None and days > 0) or now - change.seen_at <= timedelta(days=3):
        yield Danger(thread, Kind.POLICY_CHANGE, Severity.INFO, "announced", why, level=1)


def _promises(rules: Rules, state: LineState, today: date) -> Iterator[Danger]:
    for promise in state.story.promises:
        if promise.kind == "promise":
            if today > promise.due_on:
                why = Why.of("promise_broken", due_on=promise.due_on, ticket=promise.ticket or None)
                thread = f"promise-{_mark(promise)}"
                yield Danger(thread, Kind.RESTORATION_OVERDUE, Severity.WARNING, "broken", why, level=1)
            continue
        limits = dispute_limits(rules, promise)
        if limits is None or not limits[0] <= today <= limits[1]:
            continue
        why = Why.of(
            "dispute_limit", opened_on=promise.due_on, limit_on=limits[1], ticket=promise.ticket or None
        )
        near = (limits[1] - today).days <= _SOON.days
        thread, rung = f"dispute-{_mark(promise)}", "last-week" if near else "warned"
        severity = Severity.CRITICAL if near else Severity.WARNING
        yield Danger(thread, Kind.ABNORMAL_SPEND, severity, rung, why, level=1 + near)


def dispute_limits(rules: Rules, dispute: Promise) -> tuple[date, date] | None:
    """Return (day of our warning, last day for a petition) of a dispute, or None where no limit is known."""
    fee = dispute.kind == "dispute:fee"
    limit = rules.get("fee_dispute_limit" if fee else "other_dispute_limit")
    if limit is None or isinstance(limit.value, str):
        return None
    months = int(limit.value) * (12 if limit.unit == "y" else 1)
    warn = rules.number("fee_dispute_warn") if fee else None
    early = int(warn) if warn is not None else months - 1
    return add_months(dispute.due_on, early), add_months(dispute.due_on, months)


def _reuse(rules: Rules, state: LineState, reading: Reading, today: date) -> Iterator[Danger]:
    ended, alive = state.story.terminated_on, state.story.lived_on
    step = reuse_day(rules, ended) if ended else None
    if ended is None or step is None:
        return
    first = reuse_day(rules, alive) if alive else None
    near = max(today, first.on) if first else step.on
    if today >= step.on and reading.status is Status.ACTIVE:
        why = Why.of("number_reused", since=ended, on=step.on)
        yield Danger("service", Kind.TERMINATED, Severity.CRITICAL, "reused", why, level=10)
    elif today <= step.on and (near - today).days <= 14:
        why = Why.of("number_reuse_near", on=near, days=(near - today).days)
        yield Danger("reuse", Kind.TERMINATED, Severity.WARNING, "reuse-near", why, level=1)


_FAULTS = frozenset(
    {
        Signal.SIM_MISSING,
        Signal.SIM_LOCKED,
        Signal.OTHER_SIM_DEAD_TOO,
        Signal.WORKS_IN_OTHER_PHONE,
        Signal.OUTAGE_NOTICE,
    }
)


def _fault(state: LineState, reading: Reading, now: datetime) -> Iterator[Danger]:
    """A line that the carrier does not stop, while device, SIM or network say that something is broken."""
    if stopped(reading):
        return
    lately = [(at, s) for at, s in state.story.heard if s in _FAULTS and now - at <= timedelta(hours=24)]
    if lately:
        at, sign = lately[-1]
        why = Why.of("fault_signs", sign=sign, at=at)
        yield Danger("fault", Kind.FAULT_SUSPECTED, Severity.WARNING, "signs", why, level=1)


def _mark(what: Change | Promise) -> str:
    """A short, stable name of one change or promise."""
    parts = (
        (what.term, what.was, what.now, str(what.effective_on))
        if isinstance(what, Change)
        else (what.kind, what.ticket, str(what.due_on))
    )
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:6]
