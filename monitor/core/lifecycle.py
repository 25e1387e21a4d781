"""The life of a stopped line: its stage, what still works, what comes next and when, and what the delay costs.

Every date is an estimate unless the carrier itself said it: rules mostly say what a carrier *may* do.
Days are counted in the zone of the rules (China: UTC+8); day 0 is the due date, or the day of the stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from monitor.core.line import Line
from monitor.core.money import Money
from monitor.core.reading import Reading
from monitor.core.rules import Rules, RuleValue
from monitor.core.words import Cause, Status
from monitor.core.workdays import add_months, add_working_days


class Stage(StrEnum):
    """Where a line stands between a missed payment and the loss of its number."""

    ACTIVE = "active"
    REMINDER = "reminder"
    """In debt, and still working."""
    PARTIAL = "partial"
    """One function is closed (data cap, roaming), the rest works."""
    ONE_WAY = "one_way"
    """单停: receives, cannot call out."""
    TWO_WAY = "two_way"
    """双停: emergency calls only."""
    HOLD = "hold"
    """停机保号 or 挂失, asked for by the user: emergency calls only."""
    PENDING_TERMINATION = "pending_termination"
    TERMINATED = "terminated"
    REUSED = "reused"
    """Ended so long ago that the number may be somebody else's."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Works:
    """What still works; None is not known."""

    call_out: bool | None
    call_in: bool | None
    sms_out: bool | None
    sms_in: bool | None
    data: bool | None
    emergency: bool | None


@dataclass(frozen=True, slots=True)
class Step:
    """A stage that may come, and the first day on which it may."""

    stage: Stage
    on: date
    rule: RuleValue | None
    """What says so; None: the carrier itself did."""

    @property
    def estimate(self) -> bool:
        """True unless the carrier itself named the day."""
        return self.rule is not None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a line stands today."""

    stage: Stage
    works: Works
    since: date | None = None
    steps: tuple[Step, ...] = ()
    """What may come next, in order of time."""
    late_fee: Money | None = None
    """Estimate of the late fee to date; None where debt, day or rate is not known."""
    number_lost_on: date | None = None
    """First day on which the number may be given to somebody else; an estimate."""
    partial: tuple[str, ...] = ()

    @property
    def next(self) -> Step | None:
        """The next stage, or None where nobody knows one."""
        return self.steps[0] if self.steps else None


def local_day(rules: Rules, line: Line, at: datetime) -> date:
    """Return the calendar day of an instant where the rules count days."""
    return at.astimezone(ZoneInfo(rules.zone) if rules.zone else line.zone).date()


def first_day(rule: RuleValue, day0: date, country: str = "") -> date | None:
    """Return the first day on which what a rule allows may happen, counted from day 0; None for words.

    "More than 30 days" (``exceeds``) leaves day 30 itself inside: the first day is day 31.
    """
    if isinstance(rule.value, str):
        return None
    count = int(rule.value)
    match rule.unit:
        case "d":
            day = day0 + timedelta(days=count)
        case "wd":
            day = add_working_days(day0, count, country)
        case "mo":
            day = add_months(day0, count)
        case "y":
            day = add_months(day0, 12 * count)
        case "h":
            day = day0 + timedelta(days=-(-count // 24))
        case _:
            return None
    return day + timedelta(days=1) if rule.exceeds else day


def stop_day(rules: Rules, due_on: date) -> Step | None:
    """Return when a line unpaid on ``due_on`` may be stopped at the earliest, or None where nobody knows."""
    return _step(rules, "suspend_after_due", Stage.ONE_WAY, due_on)


def termination_day(rules: Rules, stopped_on: date) -> Step | None:
    """Return when a line stopped for debt on a day may be ended at the earliest, or None where nobody knows.

    A rule that counts months of debt counts the month of the stop as the first.
    """
    by_stop = _step(rules, "terminate_after_suspend", Stage.TERMINATED, stopped_on)
    by_debt = _step(rules, "terminate_after_arrears", Stage.TERMINATED, stopped_on.replace(day=1))
    if by_debt and by_stop and by_stop.rule and not by_stop.rule.binding:
        return by_debt  # the carrier's own contract is nearer than a law that does not bind it
    return min((s for s in (by_stop, by_debt) if s), key=lambda s: s.on, default=None)


def reuse_day(rules: Rules, terminated_on: date) -> Step | None:
    """Return when an ended number may be somebody else's at the earliest, or None where nobody knows."""
    return _step(rules, "number_reuse", Stage.REUSED, terminated_on)


def timeline(rules: Rules, *, due_on: date | None = None, stopped_on: date | None = None) -> tuple[Step, ...]:
    """Return every stage that may follow a missed due date or a stop, each at its earliest, until a rule is missing."""
    steps: list[Step] = []
    if stopped_on is None and due_on is not None:
        stop = stop_day(rules, due_on)
        if stop is None:
            return ()
        steps.append(stop)
        stopped_on = stop.on
    if stopped_on is None:
        return ()
    end = termination_day(rules, stopped_on)
    if end is not None:
        steps.append(end)
        reuse = reuse_day(rules, end.on)
        steps += [reuse] if reuse else []
    return tuple(steps)


def after_expiry(rules: Rules, expired_on: date) -> tuple[Step, ...]:
    """Return what may follow when pre-paid credit has expired: the end of the grace time, then reuse of the number."""
    end = _step(rules, "grace_after_expiry", Stage.TERMINATED, expired_on)
    reuse = reuse_day(rules, end.on) if end else None
    return tuple(s for s in (end, reuse) if s)


def idle(rules: Rules, last_use: date) -> tuple[Step, ...]:
    """Return what may follow when a line is not used: the stop, the end, and reuse of the number."""
    stop = _step(rules, "idle_limit", Stage.TWO_WAY, last_use)
    if stop is None:
        return ()
    grace = after_expiry(rules, stop.on)
    return (stop, *(grace or timeline(rules, stopped_on=stop.on)))


def stage_on(rules: Rules, stopped_on: date, day: date) -> Stage:
    """Return the worst stage that a line stopped for debt may be in on a day, if nobody paid."""
    worst = Stage.TWO_WAY
    for step in timeline(rules, stopped_on=stopped_on):
        if day >= step.on:
            worst = step.stage
    return worst


def late_fee(rules: Rules, debt: Money, from_day: date, today: date) -> Money | None:
    """Estimate the late fee: debt × rate × days late, simple, day 1 being the day after ``from_day``.

    None where no rate is known.
    """
    rate = rules.number("late_fee_per_day")
    if rate is None:
        return None
    days = max(0, (today - from_day).days)
    return Money((debt.amount * rate * days).quantize(Decimal("0.01"), ROUND_HALF_UP), debt.currency)


def works(stage: Stage, partial: tuple[str, ...] = ()) -> Works:
    """Return what still works in a stage. Partial stops close the functions they name."""
    yes, no = True, False
    match stage:
        case Stage.ACTIVE | Stage.REMINDER:
            return Works(yes, yes, yes, yes, yes, yes)
        case Stage.PARTIAL:
            out, into = "voice_out" not in partial, "voice_in" not in partial
            return Works(out, into, "sms_out" not in partial, yes, "data" not in partial, yes)
        case Stage.ONE_WAY:
            return Works(no, yes, no, yes, no, yes)
        case Stage.TWO_WAY | Stage.HOLD | Stage.PENDING_TERMINATION:
            return Works(no, no, no, no, no, yes)
        case Stage.TERMINATED | Stage.REUSED:
            return Works(no, no, no, no, no, None)
        case Stage.UNKNOWN:
            return Works(None, None, None, None, None, None)
        case _:
            assert_never(stage)


def stage_of(line: Line, reading: Reading | None, today: date) -> Stage:
    """Return the stage that a reading shows, by the carrier's word and the owner's own hold."""
    if reading is None:
        return Stage.UNKNOWN
    held = line.hold is not None and line.hold.since <= today
    functions = set(reading.partial)
    match reading.status:
        case Status.TERMINATED:
            stage = Stage.TERMINATED
        case Status.PENDING_TERMINATION:
            stage = Stage.PENDING_TERMINATION
        case Status.SUSPENDED:
            stage = Stage.HOLD if held or reading.cause is Cause.USER_REQUEST else Stage.TWO_WAY
        case Status.RESTRICTED if held:
            stage = Stage.HOLD
        case Status.RESTRICTED:
            stage = Stage.PARTIAL if functions and "voice_out" not in functions else Stage.ONE_WAY
        case Status.ACTIVE if functions:
            stage = Stage.PARTIAL
        case Status.ACTIVE:
            stage = Stage.REMINDER if _in_debt(reading, today) else Stage.ACTIVE
        case Status.UNKNOWN:
            stage = Stage.REMINDER if _in_debt(reading, today) else Stage.UNKNOWN
        case _:
            assert_never(reading.status)
    return stage


def locate(
    line: Line,
    rules: Rules,
    reading: Reading | None,
    stopped_at: datetime | None,
    now: datetime,
    *,
    worked_at: datetime | None = None,
) -> Position:
    """Say where a line stands, what may come next and when, what the delay costs and when the number may be lost.

    Args:
        line: its terms and its own hold.
        rules: the values that hold for it.
        reading: the last good one.
        stopped_at: when the stop was first seen; None where it was not, and then nothing is counted from it.
        now: the instant for which all is said.
        worked_at: when the line was last seen working before the stop; what may come next is counted from then, the
            earliest instant at which a stop that nobody saw can have begun.
    """
    today = local_day(rules, line, now)
    stage = stage_of(line, reading, today)
    partial = reading.partial if reading else ()
    since = local_day(rules, line, stopped_at) if stopped_at else None
    first = local_day(rules, line, worked_at) if worked_at and since else since
    if reading is None or stage in (Stage.ACTIVE, Stage.HOLD, Stage.PARTIAL, Stage.UNKNOWN):
        return Position(stage, works(stage, partial), since, partial=partial)
    debt = _debt(reading)
    if stage is Stage.TERMINATED:
        lost = reuse_day(rules, first) if first else None
        return Position(
            stage,
            works(stage),
            since,
            (lost,) if lost else (),
            number_lost_on=lost.on if lost else None,
        )
    owed_for_money = reading.cause in (Cause.ARREARS, Cause.CREDIT_CONTROL, Cause.UNKNOWN, Cause.NONE)
    steps: tuple[Step, ...] = ()
    if stage is Stage.REMINDER:
        steps = timeline(rules, due_on=reading.due_on)
        if reading.ends_at is not None:
            said = Step(Stage.ONE_WAY, local_day(rules, line, reading.ends_at), None)
            steps = (said, *timeline(rules, stopped_on=said.on))
    elif first is not None and owed_for_money:
        expired = reading.credit_expires_on
        whole = after_expiry(rules, expired) if expired and expired <= today else ()
        whole = whole or timeline(rules, stopped_on=first)
        steps = tuple(s for s in whole if s.on > today or s.stage is Stage.REUSED)
        if stage is Stage.PENDING_TERMINATION and not any(s.stage is Stage.TERMINATED for s in steps):
            end = termination_day(rules, first)
            steps = (Step(Stage.TERMINATED, today, end.rule), *steps) if end else steps
    lost_on = next((s.on for s in steps if s.stage is Stage.REUSED), None)
    by_stop = rules.word("late_fee_from") == "suspension"
    start = since if by_stop else reading.due_on
    fee = late_fee(rules, debt, start, today) if debt and start else None
    return Position(stage, works(stage, partial), since, steps, fee, lost_on, partial)


def reply_by(rules: Rules, asked_on: date) -> date | None:
    """Return the last day on which the carrier may answer a complaint, or None where no rule is known."""
    rule = rules.get("carrier_reply")
    return first_day(rule, asked_on, rules.calendar) if rule else None


def _step(rules: Rules, key: str, stage: Stage, day0: date) -> Step | None:
    rule = rules.get(key)
    if rule is None or rule.role == "product":
        return None
    on = first_day(rule, day0, rules.calendar)
    return Step(stage, on, rule) if on else None


def _debt(reading: Reading) -> Money | None:
    if reading.amount_due is not None and reading.amount_due.amount > 0:
        return reading.amount_due
    if reading.balance is not None and reading.balance.amount < 0:
        return -reading.balance
    return None


def _in_debt(reading: Reading, today: date) -> bool:
    """Overdue, or below zero; a bill that is not due yet is no debt."""
    if reading.balance is not None and reading.balance.amount < 0:
        return True
    owed = reading.amount_due is not None and reading.amount_due.amount > 0
    return owed and (reading.due_on is None or reading.due_on < today)
