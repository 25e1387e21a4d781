"""The guides: golden files by carrier, cause, stage and language; official channels only; never "pay" where it cures nothing.

``BILLING_MONITOR_REWRITE_GOLDEN=1 pytest tests/story/test_guides.py`` writes the golden files anew: read the difference.
"""

import os
import re
from itertools import product
from pathlib import Path

import pytest

from monitor.core.cause import PAYABLE, Signal
from monitor.core.lifecycle import Stage
from monitor.core.words import Cause
from monitor.guides import Paid, build, next_step
from monitor.guides.links import official_url, strangers
from monitor.guides.playbook import ALL_STAGES, STAGES, for_cause, playbook
from monitor.guides.position import SIGNALS
from monitor.guides.render import as_text
from monitor.guides.wizard import ENDS, QUESTIONS, START, End, walk
from monitor.rulebook import load

GOLDEN = Path(__file__).parent / "golden"
BOOK = load()
ENTRIES = ("cn.mobile", "cn.unicom", "cn.telecom", "cn.broadnet", "cn.mvno", "generic.prepaid")
CAUSES = tuple(c for c in Cause if c is not Cause.NONE)
LANGUAGES = ("en", "zh-CN")
NOT_PAYABLE = (Cause.VIOLATION, Cause.FAULT, Cause.USER_REQUEST, Cause.UNKNOWN, Cause.POLICY)


def _stages(cause: Cause) -> tuple[Stage, ...]:
    return STAGES.get(cause, ALL_STAGES)


def _all_texts() -> list[str]:
    return [
        as_text(build(cause, entry, stage=stage, province=province, language=language))
        for cause, language in product(CAUSES, LANGUAGES)
        for entry, province in [
            *((e, "") for e in BOOK.entries),
            ("cn.mobile", "henan"),
            ("cn.mvno", "chongqing"),
        ]
        for stage in (_stages(cause)[-1], Stage.REMINDER)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("entry", ENTRIES)
def test_each_guide_reads_as_its_golden_file(entry: str, cause: Cause, language: str) -> None:
    rule = "=" * 100
    told: list[tuple[Stage, Paid | None]] = [(stage, None) for stage in _stages(cause)]
    told += [(Stage.TWO_WAY, paid) for paid in Paid if cause in PAYABLE]
    text = f"\n{rule}\n".join(
        f"[{stage}{f', {paid.name.lower()}' if paid else ''}]\n"
        + as_text(build(cause, entry, stage=stage, language=language, paid=paid))
        for stage, paid in told
    )
    file = GOLDEN / entry / f"{cause}.{language}.txt"
    if os.environ.get("BILLING_MONITOR_REWRITE_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8")


def test_every_number_and_link_in_every_guide_is_official_and_no_placeholder_is_left() -> None:
    for text in _all_texts():
        assert not list(strangers(BOOK, text)), text
        assert "{" not in text
        assert not re.search(r"（受理渠道为）|line ,|（热线，|go through \)", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cause", NOT_PAYABLE)
def test_the_next_step_never_says_pay_for_what_a_payment_does_not_cure(cause: Cause, language: str) -> None:
    for entry, stage in product(BOOK.entries, Stage):
        text = next_step(cause, entry, stage, language)
        assert not re.search(r"\b[Pp]ay\b|top up|缴清|缴费|充值", text), text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paid", Paid)
@pytest.mark.parametrize("cause", sorted(PAYABLE))
def test_who_paid_in_full_is_not_told_to_pay_again(cause: Cause, paid: Paid, language: str) -> None:
    for entry, stage in product(BOOK.entries, ALL_STAGES):
        step = next_step(cause, entry, stage, language, paid=paid)
        assert re.search(r"do not pay again|不要重复缴费", step)
        found = build(cause, entry, stage=stage, language=language, paid=paid)
        ids = {p.id for p in found.points()}
        assert not ids & {"steps.pay", "steps.pay-late", "steps.enough"}
        assert {"steps.arrived", "steps.proof" if stage is not Stage.TERMINATED else "steps.late"} <= ids


@pytest.mark.parametrize(("cause", "language"), list(product(Cause, LANGUAGES)))
def test_there_is_one_next_step_for_every_stage_and_carrier(cause: Cause, language: str) -> None:
    for entry, stage in product(("", "no.such", *BOOK.entries), Stage):
        text = next_step(cause, entry, stage, language)
        assert 10 < len(text) < 220
        assert "\n" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_that_receives_codes_is_to_be_unbound_from_the_first_warning_on(language: str) -> None:
    words = {"en": "receives codes", "zh-CN": "验证码"}[language]
    for stage in (Stage.REMINDER, Stage.TWO_WAY, Stage.PENDING_TERMINATION):
        assert words in next_step(Cause.ARREARS, "cn.mobile", stage, language, receives_codes=True)
    assert words not in next_step(Cause.ARREARS, "cn.mobile", Stage.ACTIVE, language, receives_codes=True)


@pytest.mark.parametrize("stage", [Stage.REMINDER, Stage.ONE_WAY, Stage.TWO_WAY, Stage.PENDING_TERMINATION])
def test_the_unbinding_list_stands_in_the_guide(stage: Stage) -> None:
    names = [s.name for s in build(Cause.ARREARS, "cn.mobile", stage=stage).sections]
    assert "unbind" in names
    assert "unbind" not in [s.name for s in build(Cause.NONE, "cn.mobile").sections]


@pytest.mark.parametrize(("language", "title"), [("en", "No stop"), ("zh-CN", "未停机")])
def test_a_line_that_works_is_not_called_stopped(language: str, title: str) -> None:
    assert build(Cause.NONE, "cn.mobile", language=language).title.startswith(title)
    in_debt = build(Cause.NONE, "cn.mobile", stage=Stage.REMINDER, language=language)
    assert not in_debt.title.startswith(title)


def test_the_hold_page_promises_no_calls_and_corrects_the_common_belief() -> None:
    hold = build(Cause.USER_REQUEST, "cn.mobile", stage=Stage.HOLD)
    assert "Does not work: calls out, calls in" in hold.works
    assert "wrong here" in hold.works
    one_way = build(Cause.ARREARS, "cn.mobile", stage=Stage.ONE_WAY)
    assert "Works: calls in, receiving SMS, emergency calls." in one_way.works


def test_every_playbook_is_complete_in_both_languages() -> None:
    for cause in Cause:
        book = for_cause(cause)
        assert book.next
        assert book.avoid
        assert book.evidence
        assert len(book.steps) >= 3
        for item in (*book.steps, *book.documents, *book.limits, *book.avoid, *playbook("common").first):
            assert re.search(r"[\u4e00-\u9fff]", item.zh), item
            assert not re.search(r"[，。；]", item.en), item


@pytest.mark.parametrize(
    ("url", "official"),
    [
        ("https://www.10086.cn", True),
        ("https://wx.online-cmcc.cn/website/", True),
        ("https://sub.wx.online-cmcc.cn/", False),
        ("https://yhssglxt.miit.gov.cn", True),
        ("https://10086.cn.example.top/", False),
        ("https://my10086.cn/", False),
        ("http://www.10086.cn", False),
        ("https://user@10086.cn/", False),
        ("https://10086.cn:8443/", False),
        ("https://１0086.cn/", True),
        ("https://192.0.2.1/", False),
    ],
)
def test_only_official_hosts_pass(url: str, official: bool) -> None:  # noqa: FBT001 - a column of the table
    assert official_url(BOOK, url) is official


def test_a_stranger_in_a_text_is_found() -> None:
    text = "Call 95588 or 10086, see https://10086.cn.example.top/x or 4001234567, https://www.10010.com."
    assert strangers(BOOK, text) == ["https://10086.cn.example.top/x", "4001234567"]


def test_the_wizard_reaches_every_question_and_every_end() -> None:
    questions, ends = set(), set()
    for answers in product(("yes", "no"), repeat=len(QUESTIONS)):
        given = dict(zip(QUESTIONS, answers, strict=True))
        at, signals = walk(given)
        assert isinstance(at, End)
        assert set(signals) <= set(Signal)
        ends.add(at.id)
        for known in range(len(QUESTIONS)):
            step, _ = walk(dict(list(given.items())[:known]))
            questions.add(step.id)
    assert ends == set(ENDS)
    assert questions >= {START}
    assert {q.yes for q in QUESTIONS.values()} | {q.no for q in QUESTIONS.values()} == (
        set(ENDS) | set(QUESTIONS)
    ) - {START}


def test_every_sign_has_its_words() -> None:
    assert set(SIGNALS) == set(Signal)


def test_lines_keep_to_the_width_in_both_languages() -> None:
    import unicodedata  # noqa: PLC0415

    for language in LANGUAGES:
        for row in as_text(build(Cause.ARREARS, "cn.mobile", language=language), width=80).splitlines():
            columns = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in row)
            assert columns <= 82, row
