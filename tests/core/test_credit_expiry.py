"""Credit that lies long: shown, learned, known by a rule, or only guessed to expire."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from monitor.core.decide import decide
from monitor.core.line import Line
from monitor.core.notice import Notice
from monitor.core.reading import Reading
from monitor.core.rules import NO_RULES, Rules, RuleValue
from monitor.core.state import LineState
from monitor.core.words import Autopay, Billing, Severity, Status
from tests.core.histories import PREPAID, START, day, live, reading

DAY = timedelta(days=1)


def lived(days: int, line: Line = PREPAID, rules: Rules = NO_RULES, **known: object) -> list[Notice]:
    """What is said of a line that was topped up on the first day and hardly uses anything since."""
    state, said = LineState(), list[Notice]()
    for i in range(-4, 2 * days):
        at = START + i * DAY / 2
        seen = reading(at, Decimal(80 if i >= 0 else 30) - Decimal(i // 8) / 10, **known)
        done = decide(line, rules, state, seen, at)
        state = done.state
        said += done.notices
    return said


def ruled(value: Decimal | str, unit: str) -> Rules:
    found = RuleValue("credit_expires", value, unit, "terms", None, "medium")
    return Rules(values={"credit_expires": found})


def test_what_nobody_says_is_told_as_a_guess_before_each_common_day_and_never_twice_for_the_same() -> None:
    said = lived(120)
    assert [n.why.code for n in said] == ["credit_may_expire"] * 2
    first, second = said
    assert [(n.at - START).days for n in said] == [55, 85]
    assert first.severity is Severity.WARNING
    assert first.why.get("idle_days") == 55
    assert first.why.get("on") == (START + 60 * DAY).date().isoformat()
    assert second.why.get("on") == (START + 90 * DAY).date().isoformat()


def test_credit_that_expires_is_told_with_its_day_and_once_more_when_it_is_near_and_never_as_a_run_out() -> (
    None
):
    seen = [
        reading(START + i * DAY / 4, Decimal(40) - Decimal(i) / 8, credit_expires_on=day(40))
        for i in range(158)
    ]
    said = live(seen)[1]
    assert [n.why.code for n in said] == ["credit_expires"] * 2
    assert [n.stage for n in said] == ["expiry", "urgent-due"]
    assert [round((START + 40 * DAY - n.at) / DAY) for n in said] == [5, 1]


def test_a_guess_moves_no_probability() -> None:
    state, _ = live(
        [reading(START, "30.00"), reading(START + DAY, "80.00"), reading(START + 57 * DAY, "79.90")]
    )
    assert state.forecast is not None
    assert "credit_may_expire" in [n.code for n in state.forecast.needs]
    assert state.forecast.chance(168) < 0.05


@pytest.mark.parametrize(
    ("rules", "known"),
    [
        (ruled("never", "word"), {}),
        (NO_RULES, {"credit_expires_on": day(300)}),
        (NO_RULES, {"autopay": Autopay.ON}),
        (NO_RULES, {"next_charge_on": day(200)}),
        (NO_RULES, {"billing": Billing.POSTPAID}),
    ],
)
def test_nothing_is_guessed_where_something_is_known(rules: Rules, known: dict[str, object]) -> None:
    assert not lived(120, rules=rules, **known)


def test_a_rule_that_names_the_days_is_told_as_such() -> None:
    said = lived(50, rules=ruled(Decimal(45), "d"))
    assert said[0].why.code == "credit_expires"
    assert said[0].why.get("guessed")
    assert (said[0].at - START).days == 40


def test_credit_that_is_still_shown_long_after_its_last_day_is_no_danger_any_more() -> None:
    """The page stands still, or the carrier does not take it: nothing more is known, and nothing more is said."""
    line = replace(PREPAID, timezone="UTC")
    seen = [reading(START + i * DAY / 4, "20.00", credit_expires_on=day(5)) for i in range(80)]
    state, said = live(seen, line)
    assert said
    assert max(n.at for n in said) < START + 7 * DAY
    assert state.forecast is not None
    assert state.forecast.chance(168) < 0.05


def idle(days: int, use: str, *, refund: int = 0, heavy: int = 0) -> list[Reading]:
    """A line topped up on the first day; a small refund on one day, one heavy day on another."""
    seen, left = [reading(START - DAY, "20.00"), reading(START, "130.00")], Decimal(130)
    for i in range(2, 2 * days):
        left -= Decimal(use) + (35 if i == 2 * heavy else 0)
        left += Decimal("4.80") if i == 2 * refund else 0
        seen.append(reading(START + i * DAY / 2, left))
    return seen


def test_a_refund_prolongs_no_credit() -> None:
    said = live(idle(58, "0.03", refund=40))[1]
    assert [(n.why.code, (n.at - START).days) for n in said] == [("credit_may_expire", 55)]


def test_credit_lost_after_a_common_time_teaches_it_though_a_day_used_more_and_has_not_lived_until_restored() -> (
    None
):
    stopped = reading(START + 60 * DAY + DAY / 4, "0.00", status=Status.SUSPENDED)
    back = reading(START + 62 * DAY, "60.00")
    ledger = live([*idle(60, "0.60", heavy=20), stopped, back])[0].ledger
    assert ledger.validity_days in (59, 60)
    assert ledger.lived_days < 60
    assert ledger.cut_level is None


def test_credit_dies_in_the_hour_of_its_payment_which_was_made_some_hours_before_it_was_seen() -> None:
    hour, line = timedelta(hours=1), replace(PREPAID, timezone="UTC")
    paid = START.replace(hour=14)
    seen = [
        reading(paid - 6 * hour, "12.00", credit_expires_on=day(2)),
        *(reading(paid + 6 * i * hour, "20.00", credit_expires_on=day(30)) for i in range(112)),
    ]
    state, _ = live(seen, line)
    assert state.forecast is not None
    ends, dies = state.forecast.run_out, paid + 30 * DAY
    assert ends.p10 is not None
    assert ends.p50 is not None
    assert ends.p90 is not None
    assert dies - 8.1 * hour < ends.p10 < ends.p50 < ends.p90 < dies + 2.5 * hour
    assert dies - 4 * hour < ends.p50 < dies - 3 * hour
