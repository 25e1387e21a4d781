"""The decision on its first reading and its first failure."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from monitor.core.decide import decide
from monitor.core.line import Line, mask
from monitor.core.money import Money
from monitor.core.reading import Failure, Reading
from monitor.core.rules import NO_RULES
from monitor.core.state import LineState
from monitor.core.words import FailureKind, Kind, Status

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LINE = Line("home", "tmf", "+8613812348000")


def test_a_line_already_in_debt_at_the_very_first_poll_alerts() -> None:
    seen = Reading(NOW, status=Status.ACTIVE, balance=Money(Decimal("-3.00"), "CNY"))
    assert Kind.ARREARS in {n.kind for n in decide(LINE, NO_RULES, LineState(), seen, NOW).notices}


def test_a_failed_poll_never_changes_the_reading() -> None:
    good = Reading(NOW, status=Status.ACTIVE, balance=Money(Decimal(50), "CNY"))
    state = decide(LINE, NO_RULES, LineState(), good, NOW).state
    later = NOW + timedelta(days=1)
    after = decide(LINE, NO_RULES, state, Failure(later, FailureKind.AUTH), later)
    assert after.state.reading == good
    assert [n.kind for n in after.notices] == [Kind.BLIND]


def test_numbers_are_masked_in_the_middle() -> None:
    assert mask("+8613812348000") == "+86138****8000"
