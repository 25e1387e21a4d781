"""The story of a stop: what is remembered of it, and which dangers come from what was paid, held, changed or promised.

Events that are understood here, beside messages (``sms:<class>``) and ``payment``:
``policy`` and ``source_lost`` (see :mod:`monitor.core.terms`); ``sign:<signal>`` (a finding of the wizard, the modem or
the owner's ear); ``promise:YYYY-MM-DD``, ``dispute:fee``, ``dispute:other`` and ``closed``, each with the ticket as detail.
The flag ``gift`` marks money that settles no debt; ``voluntary`` a stop that the owner asked for.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from monitor.core import terms
from monitor.core.cause import Signal, Verdict, classify
from monitor.core.lifecycle import local_day
from monitor.core.line import Line
from monitor.core.money import Money
from monitor.core.reading import Event, Reading, Seen
from monitor.core.rules import Rules
from monitor.core.state import LineState
from monitor.core.storystate import Change, Promise, StoryState
from monitor.core.values import changed
from monitor.core.words import CUT_OFF, Basis, Cause, Status

_UNIT = 10000
_HEARD = timedelta(days=60)
"""A message older than this says nothing about today's stop."""
_TESTED = timedelta(days=3)
"""What a modem, a test or an ear found is true for a shorter time."""
_ANNOUNCED = timedelta(days=3)
"""How long a change without a date stays a danger, which is told once."""
_SIGNS = {
    "sms:arrears": Signal.SMS_ARREARS,
    "sms:violation": Signal.SMS_VIOLATION,
    "sms:policy": Signal.SMS_POLICY,
    "sms:phishing": Signal.UNTRUSTED_MESSAGE,
}


def stopped(reading: Reading) -> bool:
    """Whether a line is off: one function closed (data cap, roaming) is not a stop."""
    if reading.status is Status.RESTRICTED:
        return not reading.partial or "voice_out" in reading.partial
    return reading.status in CUT_OFF


def remember(line: Line, rules: Rules, before: LineState, after: LineState, seen: Seen | None) -> LineState:
    """Write the story on by one look, and infer the cause of a stop that the carrier does not explain."""
    if isinstance(seen, Event):
        after = changed(after, story=_heard(line, rules, after, seen))
    fresh = after.reading if after.reading is not before.reading else None
    if fresh is not None:
        after = changed(after, story=_seen(line, rules, before, after, fresh))
    if fresh is None or not stopped(fresh) or fresh.cause_basis is Basis.REPORTED:
        return after
    verdict = diagnose(line, rules, after, fresh.observed_at)
    if verdict.cause is Cause.UNKNOWN:
        guessed = fresh.cause_basis is Basis.INFERRED
        return changed(after, reading=_unexplained(fresh)) if guessed else after
    known = changed(fresh, cause=verdict.cause, cause_basis=Basis.INFERRED)
    return changed(after, reading=known, story=changed(after.story, stop_cause=verdict.cause))


def _unexplained(reading: Reading) -> Reading:
    """What a connector inferred from its figures alone does not stand against what else is known."""
    return changed(reading, cause=Cause.UNKNOWN, cause_basis=Basis.NONE)


def diagnose(line: Line, rules: Rules, state: LineState, now: datetime) -> Verdict:
    """Weigh everything known about a line's stop."""
    return classify(signals(line, rules, state, now))


def signals(line: Line, rules: Rules, state: LineState, now: datetime) -> list[Signal]:
    """Return the signs that readings, messages and the owner's own notes give."""
    reading, story = state.reading, state.story
    found = [Signal(s) for at, s in story.heard if now - at <= (_HEARD if s.startswith("sms_") else _TESTED)]
    today = local_day(rules, line, now)
    hold = line.hold
    if hold and hold.since <= today and (hold.until is None or today <= hold.until + timedelta(days=30)):
        found.append(Signal.OWN_HOLD)
    if any(c.term in ("plan", "fee") and now - c.seen_at <= timedelta(days=31) for c in story.changes):
        found.append(Signal.TERMS_CHANGED)
    if story.paid_in_full and story.paid_at and now - story.paid_at >= timedelta(hours=2):
        found.append(Signal.PAID_AND_STILL_OFF)
    if unusual_spend(rules, story, today) is not None:
        found.append(Signal.SPEND_BURST)
    if reading is None:
        return found
    read = _read(line, reading, today)
    if (
        f"figures_{story.figures}" in set(Signal) and Signal.DEBT not in read
    ):  # what one figure says counts once
        read = [Signal(f"figures_{story.figures}"), *(s for s in read if s is not Signal.BALANCE_SHORT)]
    return [*found, *read]


def _read(line: Line, reading: Reading, today: date) -> list[Signal]:
    """The signs that the reading itself gives."""
    found: list[Signal] = []
    if reading.cause_basis is Basis.REPORTED and reading.cause not in (Cause.UNKNOWN, Cause.NONE):
        found.append(Signal(f"carrier_says_{reading.cause}"))
    if reading.status is Status.RESTRICTED and stopped(reading):
        found.append(Signal.ONE_WAY)
    if _debt(reading, today):
        return [*found, Signal.DEBT]
    if reading.balance is None:
        return found
    fee = reading.fee.amount if reading.fee is not None else line.monthly_fee
    if reading.balance.amount <= 0 or (fee is not None and reading.balance.amount < fee):
        found.append(Signal.BALANCE_SHORT)
    elif fee is not None or (reading.amount_due is not None and not reading.amount_due):
        found.append(Signal.BALANCE_POSITIVE)
    return found


def unusual_spend(rules: Rules, story: StoryState, today: date) -> tuple[int, int] | None:
    """Return (this month's spend, mean of the three months before) where it reaches the rule's multiple, else None.

    In 1/10000 of the currency unit. Three whole months must be known; with no rule, five times counts.
    """
    spends = dict(story.spends)
    if len(spends) < 4:
        return None
    months = [_month(today, -n) for n in range(4)]
    if any(m not in spends for m in months):
        return None
    usual = sum(spends[m] for m in months[1:]) // 3
    times = rules.number("abnormal_multiple")
    limit = usual * (times if times is not None else 5)
    return (spends[months[0]], usual) if usual > 0 and spends[months[0]] >= limit else None


def _heard(line: Line, rules: Rules, state: LineState, event: Event) -> StoryState:
    story = state.story
    what, detail, at = event.what, event.detail, event.observed_at
    if what in ("payment", "sms:top_up") and "gift" not in event.flags:
        return _paid(story, state.reading, at, event.amount)
    if what in ("policy", "source_lost"):
        change = terms.announced(event, (line.province, *rules.chain))
        return changed(story, changes=(*story.changes, change)[-12:]) if change else story
    if what.startswith("promise:") or what in ("dispute:fee", "dispute:other"):
        kind = "promise" if what.startswith("promise:") else what
        try:
            due = date.fromisoformat(what.removeprefix("promise:")) if kind == "promise" else None
        except ValueError:
            return story
        promise = Promise(detail[:80], due or at.astimezone(line.zone).date(), kind)
        kept = tuple(p for p in story.promises if (p.ticket, p.kind) != (promise.ticket, promise.kind))
        return changed(story, promises=(*kept, promise)[-20:])
    if what == "closed":
        return changed(story, promises=tuple(p for p in story.promises if p.ticket != detail[:80]))
    sign = _SIGNS.get(what)
    if what == "sms:suspended" and "voluntary" in event.flags:
        sign = Signal.SMS_HOLD
    if what.startswith("sign:") and what.removeprefix("sign:") in set(Signal):
        sign = Signal(what.removeprefix("sign:"))
    return changed(story, heard=(*story.heard, (at, str(sign)))[-12:]) if sign else story


def _paid(story: StoryState, reading: Reading | None, at: datetime, amount: Money | None) -> StoryState:
    """Enter a payment that somebody announced. It closes a debt only when it covers the whole of it."""
    owed = story.owed
    if story.stopped_at is None and owed is None:
        return story
    whole = owed is None and reading is not None and not _owes(reading)
    if owed is not None and amount is not None and amount.currency == owed.currency:
        earlier = story.paid if story.paid and not story.paid_in_full else None
        total = amount + earlier if earlier and earlier.currency == amount.currency else amount
        return changed(story, paid_at=at, paid=total, paid_in_full=total.amount >= owed.amount)
    return changed(story, paid_at=at, paid=amount, paid_in_full=whole)


def _seen(line: Line, rules: Rules, before: LineState, after: LineState, fresh: Reading) -> StoryState:
    story, at = after.story, fresh.observed_at
    today = local_day(rules, line, at)
    story = changed(
        story,
        changes=(*_alive(story, at, today), *terms.changes(story, fresh))[-12:],
        terms=tuple(sorted((dict(story.terms) | terms.terms_of(fresh)).items())),
        due_days=terms.due_days(story.due_days, fresh),
        spends=_spends(story, before.reading, fresh, today),
        figures=fresh.cause if fresh.cause_basis is Basis.INFERRED else Cause.UNKNOWN,
    )
    owed = _debt(fresh, today)
    off = stopped(fresh)
    if off and story.stopped_at is None:
        last = before.reading
        worked = last.figure_at if last is not None and last.status is Status.ACTIVE else None
        story = changed(story, stopped_at=fresh.figure_at, worked_at=worked, stop_cause=fresh.cause)
    if fresh.status is Status.TERMINATED and story.terminated_on is None:
        alive = local_day(rules, line, before.reading.figure_at) if before.reading is not None else None
        story = changed(story, terminated_on=today, lived_on=alive)
    if fresh.status is Status.ACTIVE:
        back = story.terminated_on
        lost = back is not None and today >= back + (rules.span("number_reuse") or timedelta(days=10**5))
        return changed(
            story, stopped_at=None, worked_at=None, owed=owed, paid_at=None, paid=None, paid_in_full=False,
            stop_cause=Cause.UNKNOWN, terminated_on=back if lost else None, lived_on=None,
        )  # fmt: skip
    story = _payment(story, before, after, fresh, owed)
    if owed is not None and not story.paid_in_full and (story.owed is None or story.paid_at is None):
        story = changed(story, owed=owed)
    return story


def _payment(
    story: StoryState, before: LineState, after: LineState, fresh: Reading, owed: Money | None
) -> StoryState:
    """Enter what a reading shows of a payment for an open stop: a credit, or a smaller debt."""
    was = story.owed
    less = was is not None and owed is not None and owed.currency == was.currency and owed < was
    gone = was is not None and owed is None and fresh.amount_due is not None
    credit = after.ledger.last_credit
    rose = credit is not None and credit != before.ledger.last_credit
    if not (less or gone or rose) or story.stopped_at is None:
        return story
    whole = owed is None and (fresh.balance is None or fresh.balance.amount >= 0)
    if not whole:
        shown = was - owed if was is not None and owed is not None and less else story.paid
        return changed(story, paid_at=story.paid_at or fresh.observed_at, paid=shown, paid_in_full=False)
    since = story.paid_at if story.paid_in_full and story.paid_at else fresh.figure_at
    return changed(story, paid_at=since, paid=story.paid or was, paid_in_full=True)


def _alive(story: StoryState, now: datetime, today: date) -> list[Change]:
    return [
        c
        for c in story.changes
        if (c.effective_on is not None and today <= c.effective_on) or now - c.seen_at <= timedelta(days=31)
    ]


def _spends(
    story: StoryState, before: Reading | None, fresh: Reading, today: date
) -> tuple[tuple[str, int], ...]:
    """Add up each month's spend: the carrier's own figure where there is one, else what the balance lost."""
    month, spends = _month(today, 0), dict(story.spends)
    if fresh.month_spend is not None:
        spends[month] = max(spends.get(month, 0), int(fresh.month_spend.amount * _UNIT))
    elif before is not None and before.balance is not None and fresh.balance is not None:
        if before.balance.currency == fresh.balance.currency:
            lost = before.balance.amount - fresh.balance.amount
            spends[month] = spends.get(month, 0) + max(0, int(lost * _UNIT))
    else:
        return story.spends
    found = tuple(sorted(spends.items())[-5:])
    return found if found != story.spends else story.spends


@lru_cache(maxsize=256)
def _month(day: date, back: int) -> str:
    index = day.year * 12 + day.month - 1 + back
    return f"{index // 12:04}-{index % 12 + 1:02}"


def _owes(reading: Reading) -> bool:
    return bool(reading.amount_due and reading.amount_due.amount > 0) or bool(
        reading.balance and reading.balance.amount < 0
    )


def _debt(reading: Reading, today: date) -> Money | None:
    """What is owed now: a bill that is not due yet is no debt, unless the line is already off."""
    due = reading.amount_due
    if (
        due is not None
        and due.amount > 0
        and (reading.due_on is None or reading.due_on < today or stopped(reading))
    ):
        return due
    if reading.balance is not None and reading.balance.amount < 0:
        return -reading.balance
    return None
