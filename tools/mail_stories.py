"""The stories behind the rendered mails: readings of a few weeks, run through the daemon's own decision code."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from monitor import rulebook
from monitor.core.decide import decide
from monitor.core.line import Line
from monitor.core.money import Money
from monitor.core.notice import Notice, Why
from monitor.core.reading import Failure, Reading, Seen
from monitor.core.rules import Rules
from monitor.core.state import LineState
from monitor.core.words import Autopay, Basis, Billing, Cause, FailureKind, Kind, Severity, Status
from monitor.ports import Part, Watched

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday 23 November 2026, 09:00 in Shanghai."""
_EVERY = timedelta(hours=6)


@dataclass(frozen=True)
class Story:
    """One mail: its name, the line it is about, the state at the end, and the notices that were decided."""

    name: str
    part: Part
    seen: tuple[Seen, ...]
    others: tuple[Part, ...] = ()
    bulletin: Notice | None = None
    more: int = 0

    @property
    def now(self) -> datetime:
        """When the mail is written: some minutes after the notice."""
        told = self.part.notices
        return told[0].at + timedelta(minutes=2) if told else NOW


def _line(name: str, number: str, **terms: object) -> Line:
    base = Line(name, "cn-mobile", number, timezone="Asia/Shanghai", rules="cn.mobile", currency="CNY")
    return replace(base, **terms)  # type: ignore[arg-type]


def _run(
    line: Line, rules: Rules, seen: Sequence[Seen], wanted: Kind | None
) -> tuple[LineState, Notice | None]:
    """Run readings through the decision; stop at the first notice of a kind after the learning weeks."""
    state, told = LineState(), None
    for one in seen:
        decision = decide(line, rules, state, one, one.observed_at)
        state = decision.state
        told = next((n for n in decision.notices if n.kind is wanted), None)
        if told is not None and one.observed_at > NOW - timedelta(days=6):
            return state, told
    return state, told


def _burning(start: str, days: int, *, per_day: float, seed: int, until: datetime = NOW) -> Iterator[Reading]:
    """A pre-paid line whose balance burns down, more at week-ends, with a top-up three weeks before the end."""
    dice = random.Random(seed)  # noqa: S311 - a story, not a secret
    balance = Decimal(start)
    at = until - timedelta(days=days)
    topped = False
    while at <= until + timedelta(days=12):
        local = at.astimezone(UTC) + timedelta(hours=8)
        weight = 1.5 if local.weekday() >= 5 else 0.85
        spent = dice.gammavariate(1.1, per_day * weight / 4 / 1.1) if 6 <= local.hour <= 23 else 0.0
        balance -= Decimal(spent).quantize(Decimal("0.01"))
        if not topped and at > until - timedelta(days=19):
            balance, topped = balance + Decimal(50), True
        balance = max(balance, Decimal("0.40"))
        yield Reading(
            at,
            source="tmf",
            status=Status.ACTIVE,
            cause=Cause.NONE,
            billing=Billing.PREPAID,
            balance=Money(balance, "CNY"),
        )
        at += _EVERY


def _billed(days: int, **last: object) -> list[Seen]:
    """A post-paid line with a bill of ¥58; the last reading is changed by ``last``."""
    base = Reading(
        NOW,
        source="tmf",
        status=Status.ACTIVE,
        cause=Cause.NONE,
        billing=Billing.POSTPAID,
        amount_due=Money(Decimal(0), "CNY"),
    )
    quiet: list[Seen] = [replace(base, observed_at=NOW - timedelta(days=d)) for d in range(days, 0, -1)]
    return [*quiet, replace(base, **last)]  # type: ignore[arg-type]


def _story(name: str, line: Line, seen: Sequence[Seen], kind: Kind) -> Story:
    rules = rulebook.load().for_line(line)
    state, told = _run(line, rules, seen, kind)
    if told is None:
        raise SystemExit(f"{name}: the decision code made no {kind}")
    heard = tuple(s for s in seen if s.observed_at <= told.at)
    return Story(name, Part(Watched(line, rules=rules), state, (told,)), heard)


def stories() -> list[Story]:
    """Return every mail that is rendered."""
    home = _line("home", "+8613812348000", billing=Billing.PREPAID)
    mum = _line("mum", "+8613912345678")
    office = _line("office", "+8613712340011")
    due = {"amount_due": Money(Decimal("58.00"), "CNY"), "due_on": date(2026, 11, 24)}
    low = _story("low-balance", home, list(_burning("54.00", 42, per_day=3.0, seed=4)), Kind.LOW_BALANCE)
    bill = _story("payment-due", office, _billed(30, **due), Kind.PAYMENT_DUE)
    failed = _story(
        "autopay-failed",
        office,
        _billed(30, autopay=Autopay.FAILED, **(due | {"due_on": date(2026, 11, 28)})),
        Kind.AUTOPAY_FAILED,
    )
    bar = {"status": Status.SUSPENDED, "cause": Cause.ARREARS, "cause_basis": Basis.INFERRED}
    late = due | {"due_on": date(2026, 11, 10)}
    stopped = _story("suspended", mum, _billed(30, **bar, **late), Kind.SUSPENDED)
    settled = {"amount_due": Money(Decimal(0), "CNY"), "status": Status.ACTIVE, "cause": Cause.NONE}
    back = _billed(30, **bar, **late)
    assert isinstance(back[-1], Reading)  # noqa: S101 - built above
    back += [
        replace(back[-1], observed_at=NOW + timedelta(hours=h), cause_basis=Basis.NONE, **settled)  # type: ignore[arg-type]
        for h in (20, 26)
    ]
    restored = _story("restored", mum, back, Kind.RESTORED)
    quiet = [
        s for s in _burning("54.00", 42, per_day=3.0, seed=4) if s.observed_at <= NOW - timedelta(days=4)
    ]
    failures = [
        Failure(quiet[-1].observed_at + timedelta(hours=6 * i), FailureKind.AUTH, "HTTP 401")
        for i in range(1, 14)
    ]
    blind = _story("blind", home, [*quiet, *failures], Kind.BLIND)
    notice = Notice(
        "",
        NOW,
        Kind.DIGEST,
        Severity.INFO,
        "weekly",
        "digest-2026-W48",
        Why.of("digest", period="weekly", lines=5),
    )
    tablet = _line("tablet", "+8613612349999", billing=Billing.PREPAID)
    seen = list(_burning("90.00", 40, per_day=1.1, seed=9))
    calm = [s for s in seen if s.observed_at <= NOW]
    state, _ = _run(tablet, rulebook.load().for_line(tablet), calm, None)
    well = Part(Watched(tablet), state)
    plain = [replace(s.part, notices=()) for s in (bill, stopped)]
    burning = [s for s in low.seen if s.observed_at <= NOW]
    plain.append(Part(low.part.watched, _run(home, low.part.watched.rules, burning, None)[0]))
    everyone = (*plain, well, Part(Watched(_line("spare", "+8613512340000")), LineState()))
    digest = Story("digest", Part(low.part.watched, low.part.state), (), everyone, bulletin=notice)
    grouped = Story("overview", stopped.part, (), (stopped.part, low.part, bill.part), more=27)
    return [low, bill, failed, stopped, restored, blind, grouped, digest]
