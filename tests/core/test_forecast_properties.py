"""Laws that every forecast obeys, whatever the history."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from monitor.core.decide import decide
from monitor.core.forecast import Forecast, absorb, foresee
from monitor.core.forecast.model import Ledger
from monitor.core.line import Line
from monitor.core.money import Money
from monitor.core.reading import Event, Failure, Reading
from monitor.core.rules import NO_RULES
from monitor.core.state import LineState
from monitor.core.words import Autopay, Billing, FailureKind, Status
from tests.core.histories import PREPAID, START, euro, live, reading

cents = st.integers(-500, 9000).map(lambda x: Decimal(x) / 100)
steps = st.lists(st.tuples(st.integers(0, 150), st.integers(1, 30)), min_size=1, max_size=40)
STATE = TypeAdapter(LineState)


def history(start: int, moves: list[tuple[int, int]]) -> list[Reading]:
    """Readings that only burn: (cents used, hours later)."""
    at, left = START, start
    seen = [reading(at, Decimal(left) / 100)]
    for used, hours in moves:
        at, left = at + timedelta(hours=hours), max(0, left - used)
        seen.append(reading(at, Decimal(left) / 100))
    return seen


def later(a: datetime | None, b: datetime | None) -> bool:
    """Whether a is not before b; None is beyond the horizon. A minute is lost in rounding."""
    return a is None or (b is not None and a >= b - timedelta(minutes=1))


def never_earlier(more: Forecast, less: Forecast) -> None:
    assert later(more.cut_off.earliest, less.cut_off.earliest)
    for name in ("p10", "p50", "p90"):
        assert later(getattr(more.run_out, name), getattr(less.run_out, name)), name
    for (hours, p), (_, q) in zip(more.chances, less.chances, strict=True):
        assert p <= q + 0.002, hours


def look(ledger: Ledger, seen: Reading, now: datetime) -> Forecast:
    return foresee(ledger, PREPAID, NO_RULES, seen, now)


@settings(max_examples=60, deadline=None)
@given(st.integers(500, 6000), steps, st.integers(1, 4000), st.integers(0, 100))
def test_less_balance_never_means_a_later_cut_off(
    start: int, moves: list[tuple[int, int]], less: int, age: int
) -> None:
    state, _ = live(history(start, moves))
    assert state.ledger.units is not None
    assert state.reading is not None
    assert state.reading.balance is not None
    now = state.reading.observed_at + timedelta(hours=age)
    lower = replace(state.ledger, units=state.ledger.units - less * 100)
    poorer = replace(state.reading, balance=euro(state.reading.balance.amount - Decimal(less) / 100))
    never_earlier(look(state.ledger, state.reading, now), look(lower, poorer, now))


@settings(max_examples=60, deadline=None)
@given(st.integers(500, 6000), steps, st.integers(1, 40), st.integers(1, 3000))
def test_a_known_charge_more_never_means_a_later_cut_off(
    start: int, moves: list[tuple[int, int]], days: int, fee: int
) -> None:
    state, _ = live(history(start, moves))
    seen = state.reading
    assert seen is not None
    charged = replace(
        seen, next_charge_on=(seen.observed_at + timedelta(days=days)).date(), fee=euro(Decimal(fee) / 100)
    )
    never_earlier(look(state.ledger, seen, seen.observed_at), look(state.ledger, charged, seen.observed_at))


@settings(max_examples=60, deadline=None)
@given(st.integers(500, 6000), steps, st.integers(100, 5000), st.integers(1, 12))
def test_a_top_up_never_means_an_earlier_cut_off(
    start: int, moves: list[tuple[int, int]], paid: int, hours: int
) -> None:
    before, _ = live(history(start, moves))
    assert before.reading is not None
    assert before.reading.balance is not None
    at = before.reading.observed_at + timedelta(hours=hours)
    # Equally fresh: a figure that did not change may be an old one, which hides a payment more likely than a new one does.
    same = replace(reading(at, before.reading.balance.amount), as_of=at)
    richer = replace(reading(at, before.reading.balance.amount + Decimal(paid) / 100), as_of=at)
    without = absorb(before.ledger, PREPAID, before.reading, same)
    topped = absorb(before.ledger, PREPAID, before.reading, richer)
    never_earlier(look(topped, richer, at), look(without, same, at))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 6000), steps)
def test_the_same_reading_twice_changes_nothing_and_says_nothing(
    start: int, moves: list[tuple[int, int]]
) -> None:
    seen = history(start, moves)
    state, _ = live(seen)
    again = decide(PREPAID, NO_RULES, state, seen[-1], seen[-1].observed_at)
    assert again.state == state
    assert not again.notices


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 6000), steps, st.data())
def test_an_older_reading_that_comes_late_changes_nothing(
    start: int, moves: list[tuple[int, int]], data: st.DataObject
) -> None:
    seen = history(start, moves)
    state, _ = live(seen)
    late = data.draw(st.sampled_from(seen))
    again = decide(PREPAID, NO_RULES, state, late, seen[-1].observed_at)
    assert again.state == state
    assert not again.notices


OVER_A_CHANGE_OF_CLOCKS = [
    (56, 4), (111, 19), (101, 30), (54, 12), (44, 7), (84, 4), (95, 11), (100, 2), (112, 5), (146, 18),
    (134, 23), (134, 9), (105, 30), (121, 20), (135, 12),
]  # fmt: skip
"""A run-out told before the clocks of one zone are put forward, and due again at an hour that this moves."""


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 6000),
    steps,
    st.sampled_from(["Asia/Kathmandu", "America/St_Johns", "Pacific/Auckland", "UTC"]),
)
@example(1762, OVER_A_CHANGE_OF_CLOCKS, "America/St_Johns")
def test_the_time_zone_in_which_instants_are_written_does_not_matter(
    start: int, moves: list[tuple[int, int]], zone: str
) -> None:
    seen = history(start, moves)
    other = [replace(r, observed_at=r.observed_at.astimezone(ZoneInfo(zone))) for r in seen]
    a, said = live(seen)
    b, said_too = live(other)
    assert a == b
    assert [n.dedup_key for n in said] == [n.dedup_key for n in said_too]


def floats(value: object, path: str = "") -> list[str]:
    """Every float inside a stored value, by its path."""
    if isinstance(value, float):
        return [path]
    if is_dataclass(value):
        return [p for f in fields(value) for p in floats(getattr(value, f.name), f"{path}.{f.name}")]
    if isinstance(value, tuple):
        return [p for x in value for p in floats(x, path)]
    return []


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 6000), steps)
def test_money_is_never_a_float_and_the_state_survives_json(start: int, moves: list[tuple[int, int]]) -> None:
    state, _ = live(history(start, moves))
    assert not floats(state.ledger)
    assert set(floats(state)) <= {".forecast.chances", ".forecast.use_chances", ".forecast.needs.chance"}
    assert STATE.validate_json(STATE.dump_json(state)) == state


amounts = st.one_of(st.none(), cents, st.decimals(-(10**11), 10**11, places=3))
dates = st.one_of(st.none(), st.dates(date(1, 1, 2), date(9999, 12, 30)))
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
codes = st.sampled_from(["EUR", "JPY", "CNY"])


@st.composite
def odd_readings(draw: st.DrawFn) -> Reading:
    code = draw(codes)

    def money() -> Money | None:
        amount = draw(amounts)
        return None if amount is None else Money.of(amount, code)

    return Reading(
        draw(instants),
        as_of=draw(st.one_of(st.none(), instants)),
        status=draw(st.sampled_from(Status)),
        balance=money(),
        amount_due=money(),
        due_on=draw(dates),
        unbilled=money(),
        credit_limit=money(),
        next_charge_on=draw(dates),
        fee=money(),
        credit_expires_on=draw(dates),
        autopay=draw(st.sampled_from(Autopay)),
        ends_at=draw(st.one_of(st.none(), instants)),
    )


lines = st.builds(
    Line,
    name=st.just("x"),
    carrier=st.just("c"),
    timezone=st.sampled_from(["UTC", "Asia/Kathmandu", "America/New_York"]),
    billing=st.sampled_from(Billing),
    bill_day=st.one_of(st.none(), st.integers(1, 31)),
    monthly_fee=st.one_of(st.none(), cents),
    autopay=st.sampled_from(Autopay),
    grace_hours=st.one_of(st.none(), st.integers(0, 200)),
    dunning_days=st.one_of(st.none(), st.integers(0, 90)),
    overdraft=st.one_of(st.none(), cents.map(abs)),
)
failures = st.builds(Failure, instants, st.sampled_from(FailureKind))
events = st.builds(
    Event, instants, st.sampled_from(["payment", "sms:arrears", "sms:suspended", "ack:x", "record", ""])
)


@settings(max_examples=120, deadline=None)
@given(lines, st.lists(st.one_of(odd_readings(), failures, events, st.none()), max_size=12))
def test_no_input_makes_the_decision_raise(line: Line, seen: list[Reading | Failure | Event | None]) -> None:
    state, now = LineState(), START
    for one in seen:
        now = max(now, one.observed_at) if one is not None else now + timedelta(hours=6)
        done = decide(line, NO_RULES, state, one, now)
        state = done.state
        assert done.next_poll_at > now
        forecast = state.forecast
        assert forecast is not None
        probabilities = [p for _, p in forecast.chances]
        assert probabilities == sorted(probabilities)
        assert all(0 <= p <= 1 for p in probabilities)
    assert STATE.validate_json(STATE.dump_json(state)) == state


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(st.just(PREPAID), lines),
    st.randoms(use_true_random=True),
    st.sampled_from([0, 0, 12]),
    st.sampled_from([0, 1, 30]),
)
def test_no_life_of_a_line_makes_the_decision_raise(line: Line, dice: Random, fee: int, step: int) -> None:
    """Two months of use, charges, payments that hide them, stops, misreadings, and pages that lack the next charge or its price."""
    state, left, renews = LineState(), Decimal(40), 5
    for day in range(60):
        what = dice.choice(["use", "rest", "charge", "pay", "pay and charge", "stop", "nonsense", "blind"])
        amount, shown = dice.randint(0, 40), dice.random() < 0.5
        at, status = START + timedelta(days=day), Status.SUSPENDED if what == "stop" else Status.ACTIVE
        if what in {"charge", "pay and charge"}:
            renews, left = day + 30, left - (fee or 20)
        if what.startswith("pay"):
            left += amount
        left -= amount if what == "use" else 0
        balance = left * 100 if what == "nonsense" else left
        balance = balance // step * step if step else balance
        dated = {"next_charge_on": (START + timedelta(days=renews)).date()} if shown else {}
        priced = {"fee": euro(str(fee))} if shown and fee else {}
        seen = None if what == "blind" else reading(at, balance, status=status, **dated, **priced)
        state = decide(line, NO_RULES, state, seen, at).state
        assert state.forecast is not None
