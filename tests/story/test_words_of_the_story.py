"""What the notices of a story say in the end: never "pay" where it cures nothing, never a number or a secret unmasked."""

import logging
import re
from datetime import date
from decimal import Decimal

import pytest
from tale import Tale, yuan

from monitor.core.line import Hold
from monitor.core.words import Basis, Cause, Status
from monitor.guides.letter import LetterKind
from monitor.messages import TemplateComposer
from monitor.ports import Watched

LANGUAGES = ("en", "zh-CN")
PAY = re.compile(r"\bpay\b|top up|缴清|缴费|充值", re.IGNORECASE)


def texts(tale: Tale, language: str) -> list[str]:
    """Every notice of a tale, as a mail says it."""
    composer = TemplateComposer(lambda _: language, lambda _: "Asia/Shanghai")
    watched = Watched(tale.line, rules=tale.rules)
    found = [composer.compose([n], watched, tale.state, "mail", n.at) for n in tale.notices]
    return [f"{m.subject}\n{m.short}\n{m.text}\n{m.html}" for m in found]


def next_steps(tale: Tale, language: str) -> list[str]:
    """The next step of every notice."""
    return [
        m[1] for text in texts(tale, language) for m in re.finditer(r"(?:Next step: |下一步：)(.+)", text)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "status", [Status.RESTRICTED, Status.SUSPENDED, Status.PENDING_TERMINATION, Status.TERMINATED]
)
@pytest.mark.parametrize("cause", [Cause.VIOLATION, Cause.FAULT, Cause.USER_REQUEST, Cause.POLICY])
def test_no_notice_of_such_a_stop_ends_in_pay(cause: Cause, status: Status, language: str) -> None:
    tale = Tale()
    tale.read(balance=yuan("80.00"))
    tale.wait(hours=6)
    tale.read(status, cause=cause, cause_basis=Basis.REPORTED, balance=yuan("80.00"))
    steps = next_steps(tale, language) + [t.splitlines()[0] for t in texts(tale, language)]
    assert len(steps) >= 2
    assert not [s for s in steps if PAY.search(s)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_notice_letter_or_log_line_of_a_whole_story_shows_the_number(
    language: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tale = Tale(
        "cn.telecom",
        province="henan",
        hold=Hold(date(2027, 1, 1), date(2027, 2, 1), Decimal(5)),
        receives_codes=True,
    )
    tale.read(amount_due=yuan("50.00"), due_on=date(2026, 2, 1), plan="A")
    tale.hear("dispute:fee", "GD1")
    tale.hear("promise:2026-03-05", "GD2")
    tale.each_day(3, amount_due=yuan("50.00"), due_on=date(2026, 2, 1), plan="B")
    tale.each_day(5, Status.SUSPENDED, amount_due=yuan("50.00"))
    tale.hear("payment", amount=yuan("50.00"))
    tale.each_day(5, Status.SUSPENDED, amount_due=yuan("0.00"))
    tale.wait(days=150)
    letters = [tale.letter(kind, language) for kind in LetterKind]
    whole = "\n".join([*texts(tale, language), *letters, caplog.text, *(str(n) for n in tale.notices)])
    assert len(tale.notices) >= 6
    assert "13800138000" not in whole
    assert "8000138" not in whole


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_receives_codes_is_told_to_move_them_from_the_first_stop_warning_on_and_again_before_the_end(
    language: str,
) -> None:
    words = {"en": "receives codes", "zh-CN": "用来收验证码"}[language]
    for receives in (True, False):
        tale = Tale("cn.telecom", receives_codes=receives)
        tale.read(amount_due=yuan("50.00"), due_on=date(2026, 2, 1))
        tale.each_day(2, Status.SUSPENDED, amount_due=yuan("50.00"))
        tale.each_day(2, Status.PENDING_TERMINATION, amount_due=yuan("50.00"))
        told = [s for s in next_steps(tale, language) if words in s]
        assert (len(told) >= 2) is receives


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_terse_channel_says_which_line_and_how_urgent_and_no_figure_cause_or_number(language: str) -> None:
    tale = Tale("cn.telecom")
    tale.read(Status.SUSPENDED, amount_due=yuan("52.30"), cause=Cause.ARREARS, cause_basis=Basis.REPORTED)
    watched = Watched(tale.line, rules=tale.rules)
    for terse in (True, False):
        composer = TemplateComposer(lambda _: language, lambda _: "UTC", terse=lambda _, hush=terse: hush)
        said = composer.compose(tale.notices[:1], watched, tale.state, "push", tale.now)
        whole = said.subject + said.short + said.text + said.html + said.markdown
        assert "home" in whole
        assert ("52.30" in whole) is not terse
        assert ("8000" in whole) is not terse
        assert tale.notices[0].id in whole
