"""The 33 statements of ``docs/article.md``, row by row: each does what its row says. Deeper tests stand beside these."""

import re
import zipfile
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from tale import BOOK, CHINA, Tale, yuan
from test_forget import forget
from test_guide_command import run as guide_command
from test_guide_command import stopped_line  # noqa: F401 - a fixture
from test_pages import _html, _looks, _watch
from typer.testing import CliRunner, Result

from monitor.carriers._http import Trouble
from monitor.cli import build as command_line
from monitor.cli import groups
from monitor.core import lifecycle as life
from monitor.core.cause import Signal, classify
from monitor.core.evidence import GENESIS, Place, audit, link
from monitor.core.lifecycle import Stage
from monitor.core.line import Hold, Line, mask
from monitor.core.notice import Notice, Why
from monitor.core.people import Addressees, ChannelFacts, Contact, Hours, People
from monitor.core.reading import Failure
from monitor.core.reasons import BY_CODE
from monitor.core.route import audience, plan
from monitor.core.row import row
from monitor.core.sms import parse
from monitor.core.words import Autopay, Basis, Cause, FailureKind, Kind, Severity, Status
from monitor.guides import build, next_step
from monitor.guides.gates import Case, gates
from monitor.guides.letter import LetterKind
from monitor.guides.links import official_host
from monitor.guides.wizard import ENDS, QUESTIONS, walk
from monitor.heartbeat import Heartbeat
from monitor.intake import lexicon, modem, webhook
from monitor.messages import Words
from monitor.rulebook import resolve
from monitor.settings.model import Settings

ROOT = Path(__file__).parents[2]
OFF = Status.SUSPENDED
AT = datetime(2026, 9, 6, 16, 30, tzinfo=CHINA)
CARRIERS = ("cn.mobile", "cn.unicom", "cn.telecom", "cn.broadnet", "cn.mvno")


def _text(cause: Cause, entry: str = "cn.mobile", stage: Stage = Stage.TWO_WAY, language: str = "en") -> str:
    guide = build(cause, entry, stage=stage, language=language)
    return "\n".join([guide.works, guide.next_step, *(p.text for s in guide.sections for p in s.points)])


def _command(*arguments: str) -> Result:
    return CliRunner().invoke(command_line(["evidence", "letter"]), list(arguments))


def test_row_01_several_causes_each_with_its_own_measure() -> None:
    strong = {
        Cause.ARREARS: [Signal.DEBT, Signal.SMS_ARREARS],
        Cause.POLICY: [Signal.SMS_POLICY, Signal.TERMS_CHANGED],
        Cause.USER_REQUEST: [Signal.OWN_HOLD],
        Cause.VIOLATION: [Signal.SMS_VIOLATION],
        Cause.FAULT: [Signal.WORKS_IN_OTHER_PHONE],
    }
    steps = set()
    for cause, signs in strong.items():
        verdict = classify(signs)
        assert verdict.cause is cause
        assert verdict.share >= 0.55
        steps.add(next_step(verdict.cause, "cn.mobile", Stage.TWO_WAY, "en"))
    assert len(steps) == len(strong)
    assert classify([Signal.NO_SIGNAL, Signal.LOGIN_REFUSED]).cause is Cause.UNKNOWN


@pytest.mark.parametrize("entry", CARRIERS)
def test_row_02_long_non_payment_runs_through_dated_stages(entry: str) -> None:
    steps = life.timeline(resolve(entry), due_on=date(2028, 1, 31))
    assert [s.stage for s in steps][:2] == [Stage.ONE_WAY, Stage.TERMINATED]
    assert [s.on for s in steps] == sorted(s.on for s in steps)
    assert all(s.estimate for s in steps)


def test_row_03_a_falling_balance_is_told_once_again_when_worse_and_cleared_when_paid() -> None:
    tale = Tale("generic.prepaid")
    for day in range(30):
        tale.now += timedelta(days=1)
        tale.read(balance=yuan(str(62 - 2 * day)))
    warned = [n for n in tale.notices if n.kind in (Kind.LOW_BALANCE, Kind.SUSPENSION_WARNING)]
    assert 1 <= len(warned) <= 3
    assert len({n.dedup_key for n in warned}) == len(warned)
    tale.now += timedelta(days=1)
    said = tale.read(balance=yuan("100.00"))
    assert tale.kinds(said) == [Kind.PAYMENT_SEEN]


def test_row_04_plan_and_tariff_changes_are_told_with_their_difference() -> None:
    tale = Tale()
    tale.read(plan="A", fee=yuan("38.00"))
    tale.wait(hours=6)
    said = tale.read(plan="B", fee=yuan("38.00"))
    assert [(n.kind, n.why.get("was"), n.why.get("now")) for n in said] == [(Kind.POLICY_CHANGE, "A", "B")]
    tale.wait(hours=6)
    assert tale.read(plan="B", fee=yuan("38.00")) == []


def test_row_05_the_province_decides_and_a_future_change_is_a_reminder() -> None:
    asked = date(2026, 9, 30)
    assert life.reply_by(resolve("cn.mobile", "henan"), asked) != life.reply_by(resolve("cn.mobile"), asked)
    tale = Tale()
    tale.read(balance=yuan("50.00"))
    said = tale.hear("policy", '{"summary": "x", "effective_on": "2027-01-01"}')
    assert [(n.kind, n.severity) for n in said] == [(Kind.POLICY_CHANGE, Severity.INFO)]


@pytest.mark.parametrize("partial", [("data",), ("roaming",)])
def test_row_06_a_closed_function_is_a_partial_state_and_no_stop(partial: tuple[str, ...]) -> None:
    tale = Tale()
    tale.read(Status.RESTRICTED, partial=partial, balance=yuan("50.00"))
    where = life.locate(tale.line, tale.rules, tale.state.reading, None, tale.now)
    assert where.stage is Stage.PARTIAL
    assert where.works.call_out is True


def test_row_07_an_own_hold_is_recorded_without_alarm_and_its_end_is_told() -> None:
    tale = Tale(hold=Hold(date(2026, 3, 1), date(2026, 3, 12), Decimal(5)), monthly_fee=Decimal(38))
    tale.read(OFF)
    tale.each_day(6, OFF)
    assert tale.kinds() == [Kind.VOLUNTARY_HOLD]
    assert tale.notices[0].why.get("plan_fee") == "38 CNY"


def test_row_08_the_hold_page_promises_no_calls() -> None:
    text = _text(Cause.USER_REQUEST, stage=Stage.HOLD)
    assert "Does not work: calls out, calls in" in text
    assert "“basic communication still works during a stop”" in text


def test_row_09_a_restriction_is_a_violation_and_a_foreign_link_is_phishing() -> None:
    words = lexicon.load()
    limited = (
        "您的号码出现通话异常，对该号码进行功能限制。请本人携带证件原件到营业厅进行二次身份核验。【中国移动】"
    )
    lure = "【中国移动】您的号码将停机，请点击 http://10086.cn.example.top 处理"
    school = "谨防电信诈骗：不要把验证码告诉任何人。【中国移动】"
    assert parse(limited, "10086", AT, words).kind == "violation"
    assert parse(lure, "10086", AT, words).kind == "phishing"
    assert parse(school, "10086", AT, words).kind == "marketing"
    assert not re.search(r"\b[Pp]ay (?!to lift|a lawyer)", _text(Cause.VIOLATION))


def test_row_10_a_fault_is_found_by_modem_and_swap_test_and_a_dead_page_is_no_stop() -> None:
    answer = '{"modem": {"generic": {"state": "failed", "state-failed-reason": "sim-missing"}, "3gpp": {}}}'
    assert classify(modem.signals(answer)).cause is Cause.FAULT
    tale = Tale()
    tale.read(balance=yuan("50.00"))
    tale.now += timedelta(hours=6)
    tale._decide(Failure(tale.now, FailureKind.UNREACHABLE))
    assert tale.state.reading is not None
    assert tale.state.reading.status is Status.ACTIVE
    assert "A dead web page is not a dead" in _text(Cause.FAULT)


@pytest.mark.parametrize("entry", CARRIERS)
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_row_11_first_the_reason_through_official_channels_by_three_questions(
    entry: str, language: str
) -> None:
    text = _text(Cause.UNKNOWN, entry, language=language)
    asked = {
        "en": "which kind of stop is it, for what reason, and what ends it",
        "zh-CN": "停的是哪一种、原因是什么、怎样才能恢复",
    }
    assert asked[language] in text
    known = BOOK.contacts(entry)
    assert known.get("hotline") in text or known.get("hotline_xiaomi") in text


def test_row_12_after_paying_restoration_is_watched_and_a_part_keeps_the_debt_open() -> None:
    tale = Tale("cn.telecom")
    tale.read(amount_due=yuan("50.00"), due_on=date(2026, 2, 1))
    tale.wait(hours=6)
    tale.read(OFF, amount_due=yuan("50.00"))
    tale.hear("payment", amount=yuan("20.00"))
    assert not tale.state.story.paid_in_full
    tale.hear("payment", amount=yuan("30.00"))
    tale.wait(hours=49)
    assert Kind.RESTORATION_OVERDUE in tale.kinds()
    assert tale.kinds(tale.read(amount_due=yuan("0.00"))) == [Kind.RESTORED]


@pytest.mark.parametrize("entry", CARRIERS)
@pytest.mark.parametrize("cause", [Cause.VIOLATION, Cause.USER_REQUEST, Cause.FAULT, Cause.POLICY])
def test_row_13_the_documents_to_bring_are_listed_by_cause(entry: str, cause: Cause) -> None:
    stage = Stage.HOLD if cause is Cause.USER_REQUEST else Stage.TWO_WAY
    brought = [s for s in build(cause, entry, stage=stage).sections if s.name == "documents"]
    assert brought
    assert any("ID" in p.text for p in brought[0].points)


def test_row_14_contacts_are_logged_and_come_back_in_the_letter_masked(stopped_line: Path) -> None:  # noqa: F811
    said = [
        "record",
        "home",
        "asked why +8613800138000 is off",
        "--by",
        "hotline",
        "--operator",
        "工号 77",
        "--ticket",
        "T-9",
    ]
    assert _command(*said).exit_code == 0
    text = _command("letter", "petition", "home", "--language", "en")
    assert "hotline; asked why" in text.stdout
    assert "ticket T-9" in text.stdout
    assert "✓ complained to the carrier on" in text.stderr
    assert "13800138000" not in text.output
    assert (stopped_line / "monitor.db").exists()


def test_row_15_the_device_test_reaches_every_end() -> None:
    reached = {q.yes for q in QUESTIONS.values()} | {q.no for q in QUESTIONS.values()}
    assert set(ENDS) <= reached
    end, signs = walk({"restart": "no", "sim-asked": "no", "bars": "no", "others-dead": "yes"})
    assert end is ENDS["network"]
    assert classify(signs).cause is Cause.FAULT


def test_row_16_a_promise_that_is_not_kept_is_told_and_a_closed_ticket_is_not() -> None:
    for closed in (False, True):
        tale = Tale()
        tale.read(balance=yuan("50.00"))
        tale.hear("promise:2026-03-04", "T-1")
        if closed:
            tale.hear("closed", "T-1")
        tale.each_day(4, balance=yuan("50.00"))
        assert ("promise_broken" in [n.why.code for n in tale.notices]) is not closed


def test_row_17_the_account_is_looked_at_every_six_hours_and_old_figures_say_so() -> None:
    assert Settings.model_fields["poll_every"].default == timedelta(hours=6)
    tale = Tale()
    tale.read(balance=yuan("50.00"))
    assert not row(tale.line, tale.state, tale.now + timedelta(hours=12)).stale
    late = row(tale.line, tale.state, tale.now + timedelta(hours=13))
    assert late.stale
    assert late.severity is Severity.UNKNOWN
    said: list[str] = []
    Heartbeat("https://watch.example/secret", lambda url, _: not said.append(url)).beat(["stale"])
    assert said[-1].endswith("/fail")


def test_row_18_reminders_grow_more_urgent_keep_quiet_hours_and_end_with_an_acknowledgement() -> None:
    tale = Tale("cn.telecom")
    tale.each_day(40, amount_due=yuan("50.00"), due_on=date(2026, 3, 8))
    money = [n for n in tale.notices if n.episode.startswith("money")]
    ranks = [n.severity for n in money]
    assert len(money) >= 2
    assert ranks.index(Severity.CRITICAL) >= 1
    quiet = Contact("ann", ("push",), timezone="Asia/Shanghai", quiet=Hours(time(22), time(8)))
    people = People((ChannelFacts("push"),), (quiet,))
    night = datetime(2026, 3, 9, 23, 0, tzinfo=CHINA)
    told = plan(money[:1], line=tale.line, to=Addressees(("push",)), people=people, now=night, episodes=())
    assert all(r.not_before > night for r in told)
    before = len(tale.notices)
    tale.hear(f"ack:{money[-1].id}")
    tale.each_day(3, amount_due=yuan("50.00"), due_on=date(2026, 3, 8))
    assert not [n for n in tale.notices[before:] if n.episode == money[-1].episode]


def test_row_19_every_value_of_the_rules_has_a_source_and_explain_is_a_command() -> None:
    assert all(v.source and v.trust for e in BOOK.entries.values() for v in e.values.values())
    assert "rules" in groups()


def test_row_20_messages_are_taken_once_from_those_who_may_and_edits_show() -> None:
    stamp = str(int(AT.timestamp() * 1000))
    body = f"from=10086&content=x&timestamp={stamp}&sign=".encode()
    kind, keys = "application/x-www-form-urlencoded", webhook.Keys(secret="s3cret")
    wrong = webhook.accept({}, body + b"forged", kind, AT, keys=keys, used=lambda _: False)
    assert isinstance(wrong, webhook.Rejected)
    assert wrong.status == 401
    first = link(Place(1, GENESIS, GENESIS), AT, kind="event", line="home", payload={"what": "sms:arrears"})
    second = link(
        Place(2, first.hash, first.hash), AT, kind="event", line="home", payload={"what": "payment"}
    )
    assert list(audit([first, second])) == []
    assert [f.seq for f in audit([first, replace(second, at=AT + timedelta(days=1))])] == [2]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_row_21_every_kind_of_notice_has_one_next_step(language: str) -> None:
    words = Words(language)
    assert all(words.has(f"kind.{kind}", "next") for kind in Kind)


def test_row_22_official_pages_are_watched_and_a_gone_page_is_source_lost(tmp_path: Path) -> None:
    gone = Trouble(FailureKind.NOT_FOUND, "404")
    found = _looks(_watch(tmp_path, _html("a"), _html("b"), gone), 3)
    assert [f.what for f in found] == ["first", "changed", "lost"]
    assert not official_host(BOOK, "10086.cn.example.top")
    assert resolve("cn.legal").get("restore_after_payment") is not None


@pytest.mark.parametrize(
    ("entry", "day", "stage"),
    [
        ("cn.mobile", 59, Stage.TWO_WAY),
        ("cn.mobile", 60, Stage.TERMINATED),
        ("cn.telecom", 60, Stage.TWO_WAY),
        ("cn.telecom", 61, Stage.TERMINATED),
        ("cn.mvno", 30, Stage.TWO_WAY),
        ("cn.mvno", 31, Stage.TERMINATED),
        ("cn.mobile", 149, Stage.TERMINATED),
        ("cn.mobile", 150, Stage.REUSED),
    ],
)
def test_row_23_whether_it_can_be_reactivated_depends_on_the_days_stopped(
    entry: str, day: int, stage: Stage
) -> None:
    start = date(2026, 3, 1)
    assert life.stage_on(resolve(entry), start, start + timedelta(days=day)) is stage


def test_row_24_what_works_during_a_stop_differs_by_its_kind() -> None:
    one_way, two_way = life.works(Stage.ONE_WAY), life.works(Stage.TWO_WAY)
    assert (one_way.call_in, one_way.sms_in, one_way.call_out) == (True, True, False)
    assert (two_way.call_in, two_way.sms_in, two_way.emergency) == (False, False, True)


@pytest.mark.parametrize("due", [date(2026, 2, 28), date(2028, 2, 29), date(2026, 4, 30), date(2026, 3, 31)])
def test_row_25_a_due_day_is_reminded_of_and_a_failed_automatic_payment_is_told_at_once(due: date) -> None:
    start = datetime(due.year, due.month, due.day, 9, tzinfo=CHINA) - timedelta(days=6)
    tale = Tale("cn.telecom", start)
    tale.read(amount_due=yuan("50.00"), due_on=due, autopay=Autopay.OFF)
    tale.each_day(6, amount_due=yuan("50.00"), due_on=due, autopay=Autopay.OFF)
    due_notice = next(n for n in tale.notices if n.kind is Kind.PAYMENT_DUE)
    assert (
        timedelta(0)
        < datetime(due.year, due.month, due.day, 23, tzinfo=CHINA) - due_notice.at
        < timedelta(days=4)
    )
    failed = Tale("cn.telecom", start)
    failed.read(amount_due=yuan("50.00"), due_on=due, autopay=Autopay.ON)
    failed.now += timedelta(hours=6)
    said = failed.read(amount_due=yuan("50.00"), due_on=due, autopay=Autopay.FAILED)
    assert Kind.AUTOPAY_FAILED in failed.kinds(said)


def test_row_26_after_the_end_the_way_to_a_new_contract_and_away_from_the_number() -> None:
    text = _text(Cause.ARREARS, stage=Stage.TERMINATED)
    assert "new contract with your original ID" in " ".join(text.split())
    assert "90 days after the end" in text
    assert "move banks and payment apps" in text
    assert resolve("cn.mobile", "henan").word("unbind_reminder")


def test_row_27_a_detailed_explanation_is_asked_for_with_its_articles() -> None:
    tale = Tale()
    tale.read(OFF, cause=Cause.UNKNOWN)
    text = tale.letter(LetterKind.EXPLANATION)
    for article in (
        "《消费者权益保护法》第八条",
        "《消费者权益保护法》第二十六条",
        "《电信条例》第四十条第（三）项",
    ):
        assert article in text
    assert "legal aid" in _text(Cause.ARREARS)


def test_row_28_the_evidence_is_handed_out_sealed_and_can_be_checked(stopped_line: Path) -> None:  # noqa: F811
    result = _command("record", "home", "--paid", "50", "--ref", "P-1")
    assert result.exit_code == 0, result.output
    out = stopped_line / "home.zip"
    assert _command("evidence", "export", "home", "--out", str(out)).exit_code == 0
    with zipfile.ZipFile(out) as archive:
        assert "index.html" in archive.namelist()
        whole = b"".join(archive.read(n) for n in archive.namelist())
    assert b"P-1" in whole
    assert b"13800138000" not in whole
    assert _command("evidence", "verify", str(out)).exit_code == 0
    assert _command("evidence", "verify").exit_code == 0


@pytest.mark.parametrize("province", ["", "henan", "chongqing"])
def test_row_29_the_petition_has_its_gates_and_its_limits(province: str) -> None:
    rules = resolve("cn.mobile", province)
    case = Case(date(2026, 1, 5), fee=True, complained_on=date(2026, 1, 6))
    assert [g.name for g in gates(rules, case, date(2026, 1, 7)) if not g.open] == ["answer"]
    assert all(g.open for g in gates(rules, case, date(2026, 5, 5)))
    assert "hurry" in next(g.en for g in gates(rules, case, date(2026, 5, 5)) if g.name == "age")
    assert [g.name for g in gates(rules, case, date(2026, 6, 6)) if not g.open] == ["age"]


def test_row_30_numbers_are_masked_and_a_line_can_be_forgotten(stopped_line: Path) -> None:  # noqa: F811
    assert mask("+8613800138000") == "+86138****8000"
    tale = Tale()
    tale.read(OFF)
    for kind in LetterKind:
        assert "13800138000" not in tale.letter(kind)
    assert "13800138000" not in guide_command("home").output
    assert forget("home", "--yes").exit_code == 1
    assert forget("home", "--yes", "--even-open").exit_code == 0
    assert (stopped_line / "monitor.env").exists()


def test_row_31_forged_senders_and_requests_for_codes_are_not_trusted() -> None:
    words = lexicon.load()
    for sender, text in (
        ("13800000000", "【中国移动】您已欠费50元，将停机。"),
        ("10086", "【中国移动】请把您收到的验证码发送给客服，以免停机。"),
        ("10086", "【中国联通】您已欠费50元。"),
    ):
        assert not parse(text, sender, AT, words).trusted


def test_row_32_the_service_proves_that_it_lives_and_the_watched_line_is_never_the_only_way() -> None:
    unit = (ROOT / "systemd" / "billing-monitor.service").read_text("utf-8")
    for directive in ("Type=notify", "WatchdogSec=", "Restart=always", "EnvironmentFile="):
        assert directive in unit
    line = Line("home", "tmf", "+8613800138000")
    people = People((ChannelFacts("sms", runs_over=("home",)), ChannelFacts("mail")))
    said = Notice("home", AT, Kind.SUSPENDED, Severity.CRITICAL, "suspended", "service-1", Why("status"))
    heard = audience(said, line=line, to=Addressees(("sms",)), people=people)
    assert "mail" in [c.name for c in heard]


@pytest.mark.parametrize("stage", [Stage.REMINDER, Stage.ONE_WAY, Stage.TWO_WAY, Stage.PENDING_TERMINATION])
def test_row_33_who_receives_codes_is_told_to_move_them_from_the_first_warning_on(stage: Stage) -> None:
    assert "receives codes" in next_step(Cause.ARREARS, "cn.mobile", stage, "en", receives_codes=True)
    assert "unbind" in [s.name for s in build(Cause.ARREARS, "cn.mobile", stage=stage).sections]


def test_the_reasons_of_the_story_are_in_the_catalogue() -> None:
    tale = Tale(hold=Hold(date(2026, 3, 1), date(2026, 3, 4)))
    tale.read(OFF, cause=Cause.USER_REQUEST, cause_basis=Basis.REPORTED)
    tale.each_day(3, OFF)
    assert {n.why.code for n in tale.notices} <= set(BY_CODE)
