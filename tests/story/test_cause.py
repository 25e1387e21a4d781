"""The cause of a stop: every written case, and the promises that hold for any evidence."""

from collections import Counter

import pytest
from causes import Case, cases
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.cause import CAUSES, PAYABLE, WEIGHTS, Signal, classify
from monitor.core.words import Cause

CASES = list(cases())
NEVER_PAY = {Cause.VIOLATION, Cause.FAULT, Cause.USER_REQUEST}


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.truth}-{c.carrier}-{c.evidence}-{c.story[:40]}")
def test_each_written_case_gets_its_answer(case: Case) -> None:
    assert classify(case.signals).cause is case.answer


def test_the_table_holds_five_causes_by_five_carriers_by_four_kinds_of_evidence() -> None:
    assert len(CASES) >= 120
    assert len({c.story for c in CASES}) == len(CASES)
    by_truth = Counter(c.truth for c in CASES)
    assert all(by_truth[c] >= 10 for c in CAUSES)
    for truth in set(CAUSES) - {Cause.CREDIT_CONTROL}:
        mine = [c for c in CASES if c.truth is truth]
        assert {c.carrier for c in mine} >= {"cn.mobile", "cn.unicom", "cn.telecom", "cn.broadnet", "cn.mvno"}
        assert {c.evidence for c in mine} == {"strong", "weak", "mixed", "misleading"}


def test_no_violation_fault_or_own_hold_is_ever_answered_with_pay() -> None:
    assert [c for c in CASES if c.truth in NEVER_PAY and classify(c.signals).may_say_pay] == []


def test_weak_evidence_is_unknown() -> None:
    weak = [c for c in CASES if c.evidence == "weak"]
    assert len(weak) > 25
    assert {classify(c.signals).cause for c in weak} == {Cause.UNKNOWN}


def test_strong_evidence_names_the_truth_save_where_an_own_hold_and_a_debt_meet() -> None:
    wrong = [c for c in CASES if c.evidence == "strong" and classify(c.signals).cause is not c.truth]
    assert [set(c.signals) for c in wrong] == [{Signal.OWN_HOLD, Signal.DEBT}]


def test_a_verdict_gives_its_reasons_strongest_first_and_what_would_change_it() -> None:
    verdict = classify([Signal.SMS_ARREARS, Signal.DEBT, Signal.LOGIN_REFUSED])
    assert verdict.cause is Cause.ARREARS
    assert [s for s, _ in verdict.why][:2] == [Signal.DEBT, Signal.SMS_ARREARS]
    assert Signal.SMS_VIOLATION in verdict.would_change


def test_without_evidence_nothing_is_claimed() -> None:
    verdict = classify([])
    assert verdict.cause is Cause.UNKNOWN
    assert verdict.why == ()


signals = st.lists(st.sampled_from(Signal), max_size=8)


@given(signals)
def test_order_and_repetition_change_nothing(seen: list[Signal]) -> None:
    assert classify(seen) == classify([*reversed(seen), *seen])


@given(signals)
def test_pay_is_never_said_beside_a_strong_sign_against_it(seen: list[Signal]) -> None:
    strong = {
        Signal.SMS_VIOLATION,
        Signal.OWN_HOLD,
        Signal.SIM_MISSING,
        Signal.WORKS_IN_OTHER_PHONE,
        Signal.CARRIER_SAYS_VIOLATION,
        Signal.CARRIER_SAYS_FAULT,
        Signal.CARRIER_SAYS_HOLD,
        Signal.PAID_AND_STILL_OFF,
    }
    if strong & set(seen):
        assert not classify(seen).may_say_pay


@given(signals)
def test_a_named_cause_has_at_least_one_reason(seen: list[Signal]) -> None:
    verdict = classify(seen)
    assert verdict.cause is Cause.UNKNOWN or verdict.why
    assert 0 <= verdict.share <= 1


def test_every_signal_has_its_weights() -> None:
    assert set(WEIGHTS) == set(Signal)
    assert set(CAUSES) >= PAYABLE
