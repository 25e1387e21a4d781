"""Notices in words: complete in every language, true to the newest facts, silent about what is not known."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from messages_world import CRITICAL, KIND_OF, NOW, NUMBER, notice, reading, state, watched, why

from monitor.core.forecast import Forecast
from monitor.core.money import Money
from monitor.core.notice import CutOff, Danger, Notice, Quantiles, Why
from monitor.core.reading import Failure
from monitor.core.reasons import BY_CODE
from monitor.core.row import Row
from monitor.core.state import LineState
from monitor.core.words import Cause, CutOffBasis, FailureKind, Kind, Severity, Status
from monitor.messages import (
    LANGUAGES,
    Official,
    TemplateComposer,
    Words,
    headline,
    languages,
    next_step,
    sentences,
)
from monitor.ports import Message, Part, Watched

BOTH = pytest.mark.parametrize("language", LANGUAGES)
HOTLINE = Official("China Mobile", "10086", "中国移动", "https://www.10086.cn")


def composer(language: str = "en", **options: object) -> TemplateComposer:
    return TemplateComposer(lambda _: language, lambda _: "Asia/Shanghai", **options)  # type: ignore[arg-type]


def compose(code: str, language: str = "en", *, all_facts: bool = True, now: datetime = NOW) -> Message:
    return composer(language, official=lambda *_: HOTLINE).compose(
        [notice(code, all_facts=all_facts)], watched(), state(code), "mail", now
    )


def test_the_languages_that_are_shipped_are_those_of_the_contract() -> None:
    assert set(languages()) == set(LANGUAGES) == {"en", "zh-CN"}


def test_every_language_has_the_same_sentences() -> None:
    assert sentences("en") == sentences("zh-CN")


@BOTH
def test_every_kind_and_every_reason_has_words(language: str) -> None:
    words = Words(language)
    for kind in Kind:
        assert all(words.has(f"kind.{kind}", f) for f in ("headline", "what", "next")), kind
    ours = {c for c in BY_CODE if words.has("why", c) or words.has(f"bulletin.{c}", "what")}
    assert set(BY_CODE) - ours == {str(Kind.DIGEST)}


@BOTH
def test_every_word_of_the_contract_has_a_name(language: str) -> None:
    words = Words(language)
    for table, members in (
        ("status", Status),
        ("cause", Cause),
        ("failure", FailureKind),
        ("severity", Severity),
    ):
        assert set(words.table(table)) == {str(m) for m in members}


@BOTH
@pytest.mark.parametrize("all_facts", [True, False], ids=["all facts", "only what is always there"])
@pytest.mark.parametrize("code", KIND_OF)
def test_a_notice_of_every_reason_reads_well(code: str, language: str, *, all_facts: bool) -> None:
    message = compose(code, language, all_facts=all_facts)
    for text in (message.subject, message.short, message.text, message.markdown, message.html):
        body = re.sub(r"(?s)<style>.*</style>", "", text)
        assert not re.search(r"None|Undefined|duration-|\{\{|\{%|  \S+ \|", body), body
        assert "0.00" not in body.replace("20.00", "").replace("10.00", "")
        assert NUMBER not in body
    assert message.subject in message.short
    assert "home" in message.short[:80]
    assert len(message.subject) <= 80
    assert message.severity is notice(code).severity
    assert message.thread == "home|money-20261120T010000"


@BOTH
@pytest.mark.parametrize(
    "code", [c for c in KIND_OF if KIND_OF[c] in CRITICAL | {Kind.LOW_BALANCE, Kind.PAYMENT_DUE}]
)
def test_the_first_80_characters_carry_line_what_and_when(code: str, language: str) -> None:
    first = compose(code, language).short[:80]
    assert first.startswith("home")
    assert re.search(r"\d+ Nov|11月\d+日", first), first


@BOTH
@pytest.mark.parametrize("code", ["run_out", "bill_overdue", "status", "blind"])
def test_every_notice_says_what_why_how_old_the_figures_are_and_the_next_step(
    code: str, language: str
) -> None:
    message = compose(code, language)
    labels = Words(language).table("labels")
    assert labels["why"] in message.text
    assert labels["next"] in message.text
    assert "10086" in message.text
    assert ("2 hours ago" if language == "en" else "2小时前") in message.text


def test_a_forecast_says_that_it_is_one_and_a_guess_says_so() -> None:
    assert "forecast from past use" in compose("run_out").text
    assert "a guess" in compose("renewal_short").text
    assert "suspected" in compose("status").text


def test_old_figures_are_called_old() -> None:
    message = composer().compose(
        [notice("run_out")], watched(), state(observed_at=NOW - timedelta(days=3)), "mail", NOW
    )
    assert "3 days ago; nothing newer could be read" in message.text


def test_a_delayed_notice_is_written_from_the_newest_facts() -> None:
    night = NOW - timedelta(hours=9)
    newest = LineState(
        reading(balance=Money(Decimal("7.10"), "CNY"), observed_at=NOW - timedelta(minutes=10)),
        forecast=Forecast(
            NOW - timedelta(minutes=10),
            Quantiles(NOW + timedelta(days=1), NOW + timedelta(days=2), NOW + timedelta(days=3)),
            CutOff(NOW + timedelta(days=1), NOW + timedelta(days=2), CutOffBasis.BALANCE),
            NOW + timedelta(hours=22),
        ),
    )
    message = composer().compose([notice("run_out", at=night)], watched(), newest, "mail", NOW)
    assert "7.10" in message.subject
    assert "12.30" not in message.text
    assert "Wed 25 Nov" in message.subject
    assert "held back until now" in message.text


def test_a_number_is_whole_only_for_its_owner() -> None:
    masked = composer().compose([notice("run_out")], watched(), state(), "mail", NOW)
    whole = composer(owns=lambda *_: True).compose([notice("run_out")], watched(), state(), "mail", NOW)
    assert "+86138****8000" in masked.text
    assert NUMBER not in masked.text + masked.html
    assert NUMBER in whole.text


def test_days_and_hours_are_those_of_the_reader() -> None:
    kathmandu = TemplateComposer(lambda _: "en", lambda _: "Asia/Kathmandu")
    message = kathmandu.compose([notice("run_out")], watched(), state(), "mail", NOW)
    assert "Thu 26 Nov, 09:45" in message.text
    assert "Asia/Kathmandu" in message.text


def test_the_due_day_is_named_where_it_comes_before_the_cut_off() -> None:
    bill = replace(
        notice("bill_due"),
        cut_off=CutOff(NOW + timedelta(days=30), None, CutOffBasis.ARREARS),
        pay_by=NOW + timedelta(days=29),
    )
    message = composer().compose([bill], watched(), state("bill_due"), "mail", NOW)
    assert "Pay CN¥58.00 by Fri 27 Nov." in message.text
    assert "to be safe" not in message.text


def test_what_moved_the_date_is_said() -> None:
    text = compose("run_out").text
    assert "was a heavy day" in text
    assert "brings the date forward from 9 days to 5 days" in text


def test_several_notices_of_one_line_are_one_message_the_worst_first() -> None:
    both = [notice("run_out"), notice("status")]
    message = composer().compose(both, watched(), state("status"), "mail", NOW)
    assert "cut off" in message.subject
    assert "Also" in message.text
    assert message.severity is Severity.CRITICAL


def test_what_a_carrier_says_cannot_become_markup() -> None:
    evil = Why.of(
        "blind", failure="malformed", since=NOW, message="<script>alert(1)</script>", needs_person=False
    )
    head = ("home", NOW, Kind.BLIND, Severity.WARNING, "blind", "sight-1", evil)
    message = composer().compose([Notice(*head)], watched(), state(), "mail", NOW)
    assert "<script>" not in message.html
    assert "&lt;script&gt;" in message.html


class _Links(HTMLParser):
    """Collects what a mail program would load without being asked."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("src", "background", "srcset") or (tag == "link" and name == "href"):
                self.loaded.append(value or "")


@BOTH
def test_a_mail_loads_nothing_from_outside_and_names_its_language(language: str) -> None:
    drawn = composer(language, picture=lambda *_: b"png", mail=lambda _: True)
    message = drawn.compose([notice("run_out")], watched(), state(), "mail", NOW)
    links = _Links()
    links.feed(message.html)
    assert links.loaded == ["cid:chart.png"]
    assert not re.search(r"@import|url\(", message.html)
    assert f'<html lang="{language}">' in message.html
    assert "prefers-color-scheme: dark" in message.html
    assert [a.name for a in message.attachments] == ["chart.png"]


def test_only_channels_that_show_pictures_get_one() -> None:
    message = composer(picture=lambda *_: b"png").compose([notice("run_out")], watched(), state(), "sms", NOW)
    assert message.attachments == ()
    assert "cid:" not in message.html


def test_one_tap_answers_are_in_every_form() -> None:
    links = (("paid", "https://home.example/a/1"), ("snooze", "https://home.example/a/2"))
    message = composer(links=lambda *_: links).compose([notice("run_out")], watched(), state(), "mail", NOW)
    for form in (message.text, message.html, message.markdown):
        assert "https://home.example/a/1" in form
        assert "Snooze for 12 hours" in form
    assert [url for _, url in message.links] == [url for _, url in links]


# --- the owner's own templates -----------------------------------------------------------------------------------------


def test_the_owners_sentence_replaces_ours_and_the_rest_stays(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "words.toml").write_text('[kind.low_balance]\nnext = "Ask {{ line }} to top up!"\n')
    own = composer(templates=tmp_path)
    message = own.compose([notice("run_out")], watched(), state(), "mail", NOW)
    assert "Ask home to top up!" in message.text
    assert "CN¥12.30 left" in message.subject
    assert own.words("en").problems == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("en/words.toml", '[kind.low_balance]\nnext = "{{ nonsense }}"\n'),
        ("en/words.toml", '[kind.low_balance]\nnext = "{% if %}"\n'),
        ("en/words.toml", "this is no TOML"),
        ("layout/notice.txt.j2", "{{ nonsense.at.all }}"),
        ("en/notice.txt.j2", "{% broken"),
    ],
)
def test_a_broken_template_of_the_owner_falls_back_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, file: str, text: str
) -> None:
    path = tmp_path / file
    path.parent.mkdir()
    path.write_text(text)
    own = composer(templates=tmp_path)
    message = own.compose([notice("run_out")], watched(), state(), "mail", NOW)
    assert message.text == compose_plain().text
    assert own.words("en").problems
    assert "the shipped one is used" in caplog.text


def compose_plain() -> Message:
    return composer().compose([notice("run_out")], watched(), state(), "mail", NOW)


def test_a_misspelt_sentence_of_the_owner_is_told(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "words.toml").write_text('[kind.low_balanse]\nnext = "x"\n')
    assert "is no sentence of ours" in Words("en", tmp_path).problems[0]


def test_the_owners_layout_replaces_ours(tmp_path: Path) -> None:
    (tmp_path / "layout").mkdir()
    (tmp_path / "layout" / "notice.txt.j2").write_text("{{ letter.headline }}!")
    message = composer(templates=tmp_path).compose([notice("run_out")], watched(), state(), "mail", NOW)
    assert message.text == "CN¥12.30 left, runs out around Sat 28 Nov!\n"


# --- several lines -----------------------------------------------------------------------------------------------------


def part(name: str, code: str | None) -> Part:
    notices = () if code is None else (replace(notice(code), line=name),)
    return Part(watched(name), state(code or "restored"), notices)


@BOTH
def test_many_lines_are_one_message_and_the_rest_is_counted(language: str) -> None:
    parts = [part("mum", "status"), part("home", "run_out"), part("office", "bill_due")]
    message = composer(language).overview(parts, 27, "mail", NOW)
    assert "30" in message.subject
    assert "27" in message.text
    assert message.severity is Severity.CRITICAL
    for name in ("mum", "home", "office"):
        assert name in message.subject
        assert name in message.text
        assert name in message.html
    again = composer(language).overview(parts, 27, "mail", NOW + timedelta(hours=1))
    assert again.notice_id == message.notice_id


def test_a_carrier_that_is_down_is_said_once_for_all_lines() -> None:
    message = composer().overview([part(f"l{i}", "blind") for i in range(5)], 495, "mail", NOW)
    assert message.subject == "no readings of 500 lines: l0, l1, l2 …"


def digest(stage: str = "weekly") -> Notice:
    return Notice(
        "",
        NOW,
        Kind.DIGEST,
        Severity.INFO,
        stage,
        "digest",
        Why.of("digest", period=stage, since=NOW - timedelta(days=7), lines=3),
    )


@BOTH
def test_a_digest_has_a_row_for_every_line_the_worst_first(language: str) -> None:
    parts = [part("home", None), part("mum", "status"), Part(watched("new"), LineState())]
    message = composer(language).bulletin(digest(), parts, "mail", NOW)
    assert message.text.index("mum") < message.text.index("home")
    assert Words(language).table("labels")["no_reading"] in message.text
    assert "+86" not in message.text
    assert re.search(r"2 need|2 个需要", message.subject)


def test_a_failing_channel_is_told_with_the_mend() -> None:
    reason = Why.of("channel_failing", channel="mail", since=NOW, detail="535 refused")
    failing = Notice("", NOW, Kind.BLIND, Severity.WARNING, "channel", "channel-mail", reason)
    message = composer().bulletin(failing, [], "ntfy", NOW)
    assert "mail" in message.subject
    assert "535 refused" in message.text
    assert "billing-monitor notify test mail" in message.text


# --- the one next step ---------------------------------------------------------------------------------------------------


def danger(code: str) -> Danger:
    told = notice(code)
    return Danger("money", told.kind, told.severity, told.stage, told.why, told.cut_off, told.pay_by)


SITUATIONS: dict[str, tuple[Row, str, str]] = {
    "never read": (Row("home", "tmf", ""), "No reading yet", "尚无数据"),
    "well": (Row("home", "tmf", "", observed_at=NOW, severity=Severity.OK), "Nothing to do.", "无需处理。"),
    "one failed poll": (
        Row("home", "tmf", "", observed_at=NOW, error=Failure(NOW, FailureKind.TIMEOUT)),
        "did not answer in time",
        "超时",
    ),
    "stopped": (
        Row("home", "tmf", "", Status.SUSPENDED, Cause.ARREARS, observed_at=NOW, dangers=(danger("status"),)),
        "Pay CN¥58.00 now",
        "缴清 ¥58.00",
    ),
    "running low": (
        Row("home", "tmf", "", Status.ACTIVE, observed_at=NOW, dangers=(danger("run_out"),)),
        "Top up at least CN¥20.00 by Thu 26 Nov.",
        "请在11月26日（周四）前充值，至少 ¥20.00。",
    ),
}


@BOTH
@pytest.mark.parametrize("name", SITUATIONS)
def test_the_next_step_is_one_plain_sentence(language: str, name: str) -> None:
    one, en, zh = SITUATIONS[name]
    step = next_step(one, language, zone="Asia/Shanghai", now=NOW)
    assert (en if language == "en" else zh) in step
    assert headline(one, language, zone="Asia/Shanghai", now=NOW)


def test_the_next_step_names_the_official_hotline() -> None:
    one = SITUATIONS["stopped"][0]
    assert next_step(one, "en", official=HOTLINE, now=NOW).endswith("China Mobile: 10086")


def test_two_test_messages_are_two_mails() -> None:
    first = composer().test("mail", NOW)
    second = composer().test("mail", NOW + timedelta(seconds=1))
    assert first.notice_id != second.notice_id
    assert "test" in first.subject


def test_nothing_heavy_is_loaded_before_the_first_message() -> None:
    code = (
        "import sys, monitor.messages, monitor.notify;"
        "monitor.notify.open_channel('a', 'json://h/x');"
        "monitor.messages.TemplateComposer(str, str);"
        "print([m for m in ('apprise', 'babel', 'jinja2', 'rich', 'requests', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_reasons_are_read_by_their_declared_types() -> None:
    from monitor.messages.facts import reason  # noqa: PLC0415

    view = reason(why("run_out"))
    assert view.balance == Money(Decimal("12.30"), "CNY")
    assert view.moved_on == date(2026, 11, 27)
    assert view.chance == 45
    assert view.never_heard_of is None


def test_a_watched_line_needs_no_number() -> None:
    bare = Watched(replace(watched().line, number=""))
    assert "home" in composer().compose([notice("run_out")], bare, state(), "mail", NOW).text


@BOTH
def test_a_slight_chance_that_a_renewal_fails_is_said_as_that_with_its_number(language: str) -> None:
    """A balance that covers the charge is not called too little: "but only" would be a lie."""
    one = notice("renewal_short")
    facts = tuple((k, 12 if k == "chance" else v) for k, v in one.why.facts)
    slight = replace(one, why=replace(one.why, facts=facts), cut_off=CutOff(one.cut_off.earliest))
    message = composer(language).compose([slight], watched(), state("renewal_short"), "mail", NOW)
    said = {"en": ("may not cover", "at 12 %", "but only"), "zh-CN": ("可能不够", "12%", "只有")}[language]
    assert said[0] in message.short
    assert said[1] in message.text
    assert said[2] not in message.text


@BOTH
def test_a_charge_of_which_only_the_least_is_known_is_called_more_than_that(language: str) -> None:
    one = notice("renewal_short")
    facts = dict(one.why.facts) | {"chance": 20, "more_than": True}
    facts.pop("short")
    unsure = replace(one, why=replace(one.why, facts=tuple(facts.items())))
    message = composer(language).compose([unsure], watched(), state("renewal_short"), "mail", NOW)
    said = {
        "en": ("for more than", "How much more is not known", "full price", "A little use"),
        "zh-CN": ("超过", "具体要多少还不清楚", "套餐全价", "再用一点"),
    }[language]
    for words in said[:3]:
        assert words in message.text
    assert said[3] not in message.text
    short = replace(
        one, why=replace(one.why, facts=tuple((facts | {"chance": 100, "short": "5.68 CNY"}).items()))
    )
    message = composer(language).compose([short], watched(), state("renewal_short"), "mail", NOW)
    assert {"en": "Top up more than CN¥5.68", "zh-CN": "要超过 ¥5.68"}[language] in message.text
