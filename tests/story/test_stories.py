"""Whole stories from readings to notices to letters, on a virtual clock, through the decision the daemon makes."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from tale import CHINA, Tale, yuan

from monitor.core.lifecycle import Stage
from monitor.core.line import Hold
from monitor.core.story import signals
from monitor.core.words import Basis, Cause, Kind, Severity, Status
from monitor.guides import next_step
from monitor.guides.gates import Case, gates
from monitor.guides.letter import LetterKind

OFF = Status.SUSPENDED
DUE = date(2026, 2, 20)


def stopped_for_debt(rules: str, **line: object) -> Tale:
    """A line that worked, fell into a debt of 50, and was stopped."""
    tale = Tale(rules, **line)
    tale.read(amount_due=yuan("50.00"), due_on=DUE)
    tale.wait(days=2)
    tale.read(OFF, amount_due=yuan("50.00"), due_on=DUE)
    return tale


def test_a_stop_that_the_carrier_does_not_explain_is_inferred_to_be_a_debt_and_says_so() -> None:
    tale = stopped_for_debt("cn.mobile")
    assert tale.state.reading is not None
    assert (tale.state.reading.cause, tale.state.reading.cause_basis) == (Cause.ARREARS, Basis.INFERRED)
    assert tale.last(Kind.SUSPENDED).why.get("basis") == "inferred"


@pytest.mark.parametrize(
    ("rules", "province", "hours", "cited"),
    [
        ("cn.mobile", "", 24, "中国移动客户协议"),
        ("cn.unicom", "", 24, "中国联通客户协议"),
        ("cn.telecom", "", 48, "第三十四条第四款"),
        ("cn.telecom", "henan", 24, "河南省 2020 年电信地方性法规第二十四条"),
        ("cn.mvno", "", 48, "虚拟运营商"),
    ],
)
def test_paid_and_not_restored_in_time_is_told_with_article_proof_and_complaint(
    rules: str, province: str, hours: int, cited: str
) -> None:
    tale = stopped_for_debt(rules, province=province)
    tale.wait(hours=12)
    paid_at = tale.now
    tale.hear("payment", amount=yuan("50.00"))
    said = tale.read(OFF, amount_due=yuan("0.00"), due_on=DUE)
    assert Kind.RESTORATION_OVERDUE not in tale.kinds()
    waiting = tale.last(Kind.PAYMENT_SEEN)
    assert waiting.why.code == "awaiting_restoration"
    assert waiting.why.get("restore_by") == (paid_at + timedelta(hours=hours)).isoformat(timespec="seconds")
    tale.wait(hours=hours - 1)
    assert Kind.RESTORATION_OVERDUE not in tale.kinds()
    tale.wait(hours=1)
    overdue = tale.last(Kind.RESTORATION_OVERDUE)
    assert overdue.severity is Severity.CRITICAL
    assert overdue.why.get("hours") == hours
    assert overdue.why.get("source")
    text = tale.letter(LetterKind.COMPLAINT)
    assert "立即恢复服务" in text
    assert cited in text
    assert "至今未恢复" in text
    assert "+86138****8000" in text
    tale.wait(days=3)
    assert tale.kinds().count(Kind.RESTORATION_OVERDUE) == 1
    said = tale.read(Status.ACTIVE, amount_due=yuan("0.00"))
    assert tale.kinds(said) == [Kind.RESTORED]
    assert tale.state.story.paid_at is None


def test_restored_in_time_is_told_once_and_nothing_is_overdue() -> None:
    tale = stopped_for_debt("cn.mobile")
    tale.wait(hours=6)
    said = tale.read(Status.ACTIVE, amount_due=yuan("0.00"))
    assert tale.kinds(said) == [Kind.RESTORED]
    tale.wait(days=5)
    assert Kind.RESTORATION_OVERDUE not in tale.kinds()


def test_paid_more_than_60_days_after_the_stop_the_contract_s_24_hours_no_longer_hold() -> None:
    tale = stopped_for_debt("cn.mobile")
    tale.each_day(61, OFF, amount_due=yuan("50.00"), due_on=DUE)
    tale.wait(hours=1)
    tale.read(OFF, amount_due=yuan("0.00"))
    tale.wait(hours=30)
    assert Kind.RESTORATION_OVERDUE not in tale.kinds()
    tale.wait(hours=18)
    assert Kind.RESTORATION_OVERDUE in tale.kinds()


def test_a_partial_payment_keeps_the_debt_open_and_starts_no_clock() -> None:
    tale = stopped_for_debt("cn.mobile")
    tale.wait(hours=6)
    said = tale.read(OFF, amount_due=yuan("30.00"), due_on=DUE)
    assert [(n.kind, n.why.code) for n in said] == [(Kind.ARREARS, "paid_too_little")]
    assert said[0].why.get("short") == "30.00 CNY"
    assert said[0].why.get("paid") == "20.00 CNY"
    tale.wait(days=5)
    assert Kind.RESTORATION_OVERDUE not in tale.kinds()
    tale.read(OFF, amount_due=yuan("0.00"))
    tale.wait(hours=24)
    assert Kind.RESTORATION_OVERDUE in tale.kinds()


def test_two_part_payments_that_cover_the_debt_start_the_clock() -> None:
    tale = stopped_for_debt("cn.telecom")
    tale.hear("payment", amount=yuan("20.00"))
    assert not tale.state.story.paid_in_full
    tale.hear("payment", amount=yuan("30.00"))
    assert tale.state.story.paid_in_full


def test_a_gift_does_not_close_the_debt() -> None:
    tale = stopped_for_debt("cn.unicom")
    tale.hear("sms:top_up", "gift", yuan("50.00"))
    assert tale.state.story.paid_at is None
    tale.wait(days=3)
    assert Kind.RESTORATION_OVERDUE not in tale.kinds()
    assert Kind.PAYMENT_SEEN not in tale.kinds()


def test_an_own_hold_gives_no_alarm_and_a_reminder_a_week_and_a_day_before_it_ends() -> None:
    hold = Hold(date(2026, 3, 1), date(2026, 3, 20), Decimal(5))
    tale = Tale("cn.mobile", hold=hold, monthly_fee=Decimal(38))
    tale.read(OFF, balance=yuan("20.00"))
    tale.each_day(9, OFF, balance=yuan("20.00"))
    assert tale.kinds() == []
    tale.each_day(9, OFF, balance=yuan("20.00"))
    assert tale.kinds() == [Kind.VOLUNTARY_HOLD, Kind.VOLUNTARY_HOLD]
    week, day = tale.notices
    assert (week.why.get("days"), week.severity) == (7, Severity.INFO)
    assert (day.why.get("days"), day.severity) == (1, Severity.WARNING)
    assert (week.why.get("fee"), week.why.get("plan_fee")) == ("5 CNY", "38 CNY")
    assert "pay" not in next_step(Cause.USER_REQUEST, "cn.mobile", Stage.HOLD, "en").lower()


def test_a_line_still_off_after_its_own_hold_is_told() -> None:
    tale = Tale("cn.mobile", hold=Hold(date(2026, 3, 1), date(2026, 3, 4)))
    tale.read(OFF, balance=yuan("20.00"))
    said = tale.each_day(4, OFF, balance=yuan("20.00"))
    assert "hold_over" in [n.why.code for n in said]
    assert Severity.CRITICAL not in {n.severity for n in said}


def test_a_violation_is_never_answered_with_a_payment() -> None:
    tale = Tale("cn.mobile")
    tale.read(balance=yuan("80.00"), amount_due=yuan("0.00"))
    tale.wait(hours=6)
    said = tale.hear("sms:violation")
    assert Kind.VIOLATION_HOLD in tale.kinds(said)
    tale.wait(hours=6)
    tale.read(OFF, balance=yuan("80.00"), amount_due=yuan("0.00"))
    assert tale.state.reading is not None
    assert tale.state.reading.cause is Cause.VIOLATION
    tale.hear("payment", amount=yuan("50.00"))
    tale.wait(days=4)
    assert Kind.RESTORATION_OVERDUE not in tale.kinds()
    step = next_step(tale.state.reading.cause, "cn.mobile", Stage.TWO_WAY, "zh-CN")
    assert "身份证件原件" in step
    text = tale.letter(LetterKind.EXPLANATION)
    assert "《反电信网络诈骗法》第三十二条第三款" in text
    assert "缴" not in text


@pytest.mark.parametrize(
    ("heard", "balance", "cause"),
    [
        ("sms:violation", "0.00", Cause.VIOLATION),
        ("sms:violation", "-1.00", Cause.UNKNOWN),
        ("sign:works_in_other_phone", "-1.00", Cause.FAULT),
        ("sign:sim_missing", "0.00", Cause.UNKNOWN),
        ("sms:policy", "0.00", Cause.UNKNOWN),
        ("sms:arrears", "-1.00", Cause.ARREARS),
        ("sms:marketing", "0.00", Cause.ARREARS),
    ],
)
def test_what_a_connector_infers_from_its_figures_does_not_stand_against_what_was_heard(
    heard: str, balance: str, cause: Cause
) -> None:
    tale = Tale()
    tale.read(balance=yuan("5.00"))
    tale.wait(hours=6)
    tale.hear(heard)
    tale.now += timedelta(hours=1)
    tale.read(OFF, balance=yuan(balance), cause=Cause.ARREARS, cause_basis=Basis.INFERRED)
    assert tale.state.reading is not None
    assert tale.state.reading.cause is cause


def test_a_plan_closed_in_one_province_only_is_told_to_lines_of_that_province() -> None:
    detail = json.dumps({"summary": "某套餐停售", "effective_on": "2026-06-01", "province": "henan"})
    here, there = Tale("cn.mobile", province="河南省"), Tale("cn.mobile", province="chongqing")
    also = Tale("cn.mobile", province="cn.henan")
    for tale in (here, there, also):
        tale.read(balance=yuan("50.00"))
        tale.hear("policy", detail)
    assert there.kinds() == []
    for tale in (here, also):
        assert [(n.kind, n.why.get("province")) for n in tale.notices] == [(Kind.POLICY_CHANGE, "henan")]
        assert "henan" in tale.rules.chain[0]


def test_a_change_with_a_future_date_is_a_reminder_and_is_said_again_a_week_before() -> None:
    tale = Tale("cn.mobile")
    tale.read(balance=yuan("50.00"))
    tale.hear("policy", json.dumps({"summary": "资费调整", "effective_on": "2026-05-01"}))
    assert [(n.kind, n.severity) for n in tale.notices] == [(Kind.POLICY_CHANGE, Severity.INFO)]
    tale.each_day(70, balance=yuan("50.00"))
    changes = [n for n in tale.notices if n.kind is Kind.POLICY_CHANGE]
    assert [n.severity for n in changes] == [Severity.INFO, Severity.WARNING]
    assert changes[1].why.get("days") == 7


def test_a_watched_page_that_is_gone_is_source_lost_and_no_change() -> None:
    tale = Tale("cn.mobile")
    tale.read(balance=yuan("50.00"))
    said = tale.hear("source_lost", "www.10086.cn/notice")
    assert [(n.kind, n.why.code) for n in said] == [(Kind.POLICY_CHANGE, "source_lost")]


def test_plan_and_fee_differences_are_told_once_and_reordered_json_is_none() -> None:
    tale = Tale("cn.mobile")
    tale.read(balance=yuan("50.00"), plan='{"name": "A", "items": [{"a": 1}, {"b": 2}]}', fee=yuan("38.00"))
    tale.wait(hours=6)
    said = tale.read(balance=yuan("50.00"), plan='{"items":[{"b":2},{"a":1}],"name":"A"}', fee=yuan("38.00"))
    assert said == []
    tale.wait(hours=6)
    said = tale.read(balance=yuan("50.00"), plan='{"name": "B"}', fee=yuan("58.00"))
    assert sorted(str(n.why.get("term")) for n in said) == ["fee", "plan"]
    fee = next(n for n in said if n.why.get("term") == "fee")
    assert (fee.why.get("was"), fee.why.get("now")) == ("38.00 CNY", "58.00 CNY")
    assert Kind.POLICY_CHANGE not in tale.kinds(
        tale.each_day(10, balance=yuan("50.00"), plan='{"name": "B"}', fee=yuan("58.00"))
    )


def test_a_due_date_that_moves_is_told_after_two_that_agreed() -> None:
    tale = Tale("cn.mobile")
    for due in (date(2026, 3, 18), date(2026, 4, 18), date(2026, 5, 20)):
        tale.read(balance=yuan("50.00"), due_on=due)
        tale.wait(days=1)
    assert Kind.POLICY_CHANGE not in tale.kinds()
    tale = Tale("cn.mobile")
    for due in (date(2026, 3, 18), date(2026, 4, 18), date(2026, 5, 8)):
        tale.read(balance=yuan("50.00"), due_on=due)
        tale.wait(days=1)
    assert tale.last(Kind.POLICY_CHANGE).why.get("now") == "8"


def test_a_recycled_number_is_announced_and_then_not_taken_for_restored() -> None:
    tale = Tale("cn.mobile")
    tale.read(Status.PENDING_TERMINATION, cause=Cause.ARREARS, cause_basis=Basis.REPORTED)
    tale.wait(hours=6)
    tale.read(Status.TERMINATED, cause=Cause.ARREARS, cause_basis=Basis.REPORTED)
    assert Kind.TERMINATED in tale.kinds()
    tale.each_day(75, Status.TERMINATED)
    assert "number_reuse_near" not in [n.why.code for n in tale.notices]
    tale.each_day(10, Status.TERMINATED)
    assert [n.why.code for n in tale.notices].count("number_reuse_near") == 1
    tale.each_day(6, Status.TERMINATED)
    said = tale.read(Status.ACTIVE, balance=yuan("10.00"))
    said += tale.each_day(3, balance=yuan("10.00"))
    assert "number_reused" in [n.why.code for n in said]
    assert Kind.RESTORED not in tale.kinds(said)


def test_a_number_reopened_before_its_reuse_is_restored() -> None:
    tale = Tale("cn.mobile")
    tale.read(Status.TERMINATED, cause=Cause.ARREARS, cause_basis=Basis.REPORTED)
    tale.each_day(20, Status.TERMINATED)
    tale.wait(hours=6)
    assert Kind.RESTORED in tale.kinds(tale.read(Status.ACTIVE, balance=yuan("10.00")))


def test_a_fee_dispute_is_warned_of_at_four_months_and_the_petition_closes_at_five() -> None:
    tale = Tale("cn.mobile", start=datetime(2026, 1, 31, 10, tzinfo=CHINA))
    tale.read(balance=yuan("50.00"))
    tale.hear("dispute:fee", "GD2026013100")
    tale.each_day(118, balance=yuan("50.00"))
    assert "dispute_limit" not in [n.why.code for n in tale.notices]
    tale.each_day(2, balance=yuan("50.00"))
    warned = [n for n in tale.notices if n.why.code == "dispute_limit"]
    assert [(n.severity, n.why.get("limit_on")) for n in warned] == [(Severity.WARNING, "2026-06-30")]
    case = Case(date(2026, 1, 31), fee=True, complained_on=date(2026, 2, 2))
    assert all(g.open for g in gates(tale.rules, case, date(2026, 6, 30)))
    assert [g.name for g in gates(tale.rules, case, date(2026, 7, 1)) if not g.open] == ["age"]
    text = tale.letter(LetterKind.PETITION, case=case, ticket="GD2026013100")
    for part in (
        "电信用户申诉书",
        "被申诉企业：中国移动",
        "GD2026013100",
        "《电信条例》第三十九条",
        "详细清单",
    ):
        assert part in text
    tale.each_day(24, balance=yuan("50.00"))
    assert [n.severity for n in tale.notices if n.why.code == "dispute_limit"][-1] is Severity.CRITICAL


def test_a_closed_dispute_is_not_warned_of() -> None:
    tale = Tale("cn.mobile")
    tale.read(balance=yuan("50.00"))
    tale.hear("dispute:fee", "GD1")
    tale.hear("closed", "GD1")
    tale.each_day(150, balance=yuan("50.00"))
    assert "dispute_limit" not in [n.why.code for n in tale.notices]


@pytest.mark.parametrize(
    ("province", "began", "complained", "opens"),
    [
        ("", date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 16)),
        ("henan", date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 14)),
        ("chongqing", date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 28)),
    ],
)
def test_the_petition_opens_the_day_after_the_carrier_s_time_to_answer(
    province: str, began: date, complained: date, opens: date
) -> None:
    rules = Tale("cn.mobile", province=province).rules
    case = Case(began, fee=False, complained_on=complained)
    assert [g.name for g in gates(rules, case, opens - timedelta(days=1)) if not g.open] == ["answer"]
    assert all(g.open for g in gates(rules, case, opens))


@pytest.mark.parametrize(
    ("case", "closed"),
    [
        (Case(date(2026, 9, 1), fee=False), ["carrier_first", "answer"]),
        (Case(date(2026, 9, 1), fee=False, complained_on=date(2026, 10, 1), refused=True), []),
        (Case(date(2026, 9, 1), fee=False, complained_on=date(2026, 9, 2), elsewhere=True), ["elsewhere"]),
        (Case(date(2024, 10, 1), fee=False, complained_on=date(2024, 10, 2)), ["age"]),
        (Case(date(2024, 11, 1), fee=False, complained_on=date(2024, 11, 2)), []),
    ],
)
def test_each_gate_of_the_petition(case: Case, closed: list[str]) -> None:
    assert [g.name for g in gates(Tale("cn.mobile").rules, case, date(2026, 10, 15)) if not g.open] == closed


def test_a_broken_promise_is_told_and_a_closed_ticket_is_not() -> None:
    for closed in (False, True):
        tale = Tale("cn.mobile")
        tale.read(balance=yuan("50.00"))
        tale.hear("promise:2026-03-05", "T-77")
        tale.each_day(3, balance=yuan("50.00"))
        if closed:
            tale.hear("closed", "T-77")
        assert "promise_broken" not in [n.why.code for n in tale.notices]
        tale.each_day(1, balance=yuan("50.00"))
        assert ("promise_broken" in [n.why.code for n in tale.notices]) is not closed


@pytest.mark.parametrize(
    ("province", "spent", "told"),
    [("", "160", False), ("henan", "160", True), ("", "250", True), ("", "249", False)],
)
def test_spend_of_five_times_the_usual_and_in_henan_three_times_is_told_the_same_day(
    province: str,
    spent: str,
    told: bool,  # noqa: FBT001 - a column of the table
) -> None:
    tale = Tale("cn.mobile", province=province, start=datetime(2026, 1, 31, 10, tzinfo=CHINA))
    for month in (1, 2, 3):
        tale.now = datetime(2026, month, 28, 10, tzinfo=CHINA)
        tale.read(month_spend=yuan("50.00"), balance=yuan("500.00"))
    tale.now = datetime(2026, 4, 20, 10, tzinfo=CHINA)
    said = tale.read(month_spend=yuan(spent), balance=yuan("300.00"))
    assert (Kind.ABNORMAL_SPEND in tale.kinds(said)) is told
    if told:
        assert tale.last(Kind.ABNORMAL_SPEND).why.get("usual") == "50.00 CNY"
        assert tale.kinds(tale.each_day(3, month_spend=yuan(spent), balance=yuan("300.00"))) == []


def test_two_months_are_too_few_to_call_a_spend_unusual() -> None:
    tale = Tale("cn.mobile", start=datetime(2026, 2, 28, 10, tzinfo=CHINA))
    tale.read(month_spend=yuan("10.00"))
    tale.now = datetime(2026, 3, 28, 10, tzinfo=CHINA)
    tale.read(month_spend=yuan("10.00"))
    tale.now = datetime(2026, 4, 10, 10, tzinfo=CHINA)
    assert Kind.ABNORMAL_SPEND not in tale.kinds(tale.read(month_spend=yuan("500.00")))


def test_a_function_that_is_closed_is_no_stop() -> None:
    tale = Tale("cn.unicom")
    tale.read(balance=yuan("50.00"))
    tale.wait(hours=6)
    tale.read(Status.ACTIVE, balance=yuan("50.00"), partial=("data",))
    assert Kind.SUSPENDED not in tale.kinds()
    assert tale.state.story.stopped_at is None


def test_a_fault_that_the_modem_shows_is_told_once_while_the_carrier_reports_no_stop() -> None:
    tale = Tale("cn.unicom")
    tale.read(balance=yuan("50.00"))
    said = tale.hear("sign:sim_missing", "modem")
    assert [(n.kind, n.why.get("sign")) for n in said] == [(Kind.FAULT_SUSPECTED, "sim_missing")]
    assert tale.hear("sign:sim_missing", "modem") == []
    assert tale.hear("sign:registered", "modem") == []
    tale.wait(hours=30)
    assert tale.kinds().count(Kind.FAULT_SUSPECTED) == 1


def test_a_sign_of_the_modem_is_forgotten_after_days_and_a_text_of_the_carrier_after_weeks() -> None:
    tale = Tale("cn.unicom")
    tale.hear("sign:sim_missing", "modem")
    tale.hear("sms:policy")
    for days, left in ((2, ["sim_missing", "sms_policy"]), (3, ["sms_policy"]), (60, [])):
        tale.wait(days=days)
        assert [str(s) for s in signals(tale.line, tale.rules, tale.state, tale.now)] == left
