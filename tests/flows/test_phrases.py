"""What is made in English deep inside is said in Chinese at the terminal: all of it, and nothing is lost on the way."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from messages_world import NOW
from typer.testing import CliRunner

import monitor
from monitor.cli import build
from monitor.core.notice import Notice, Why
from monitor.core.words import Kind, Severity
from monitor.messages import LANGUAGES, Teller
from monitor.messages.phrases import phrases, table
from monitor.settings import Fault

_HOME = Path(monitor.__file__).parent
_MADE_IN = ("doctor.py", "core/silence.py", "inventory.py", "deliver.py", "sorting.py", "settings", "notify")
_BY = frozenset(
    {"Fault", "Finding", "Silence", "Sent", "ValueError", "EnvFileError", "bad", "good", "drop", "wait"}
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ZH = phrases("zh-CN")


def _texts(node: ast.expr) -> Iterator[str]:
    """The sentences of an argument, each hole filled with a word; those of both branches."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(p.value if isinstance(p, ast.Constant) else "active" for p in parts)  # type: ignore[misc]  # text
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*_texts(body), *_texts(orelse))
        case ast.BoolOp(values=values):
            for value in values:
                yield from _texts(value)
        case _:
            return


def _made() -> Iterator[str]:
    for place in _MADE_IN:
        path = _HOME / place
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _BY:
                    for argument in (*node.args, *(k.value for k in node.keywords)):
                        yield from (text for text in _texts(argument) if " " in text)


_COMMANDS = frozenset({"billing-monitor check active", "billing-monitor notify test active"})
"""What is typed is the same in every language."""


@pytest.mark.parametrize("english", sorted({*_made()} - _COMMANDS))
def test_every_sentence_that_is_made_in_english_has_its_chinese(english: str) -> None:
    said = english.replace("(active): active", "(active): check the channel's URL")
    assert _CHINESE.search(_ZH(said.replace("no active named", "no contact named"))), english


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_no_hole_is_lost_or_made_up(language: str) -> None:
    for english, said in table(language).items():
        holes = {name for name, _ in re.findall(r"\{(\w+)([*#]?)\}", english)}
        assert {name for name, _ in re.findall(r"\{(\w+)([*#]?)\}", said)} <= holes, english
        assert len(holes) == len(re.findall(r"\{\w+[*#]?\}", english)), english


def test_what_fills_a_hole_is_said_too_and_what_is_unknown_stays() -> None:
    said = _ZH(
        "goes over sms, because push fails: the service refused the message (400): check the channel's URL"
    )
    assert said == "改走 sms，因为 push 发送失败：服务拒收这条消息（400）：请检查渠道网址"
    assert _ZH("250 2.0.0 queued as 4F2A") == "250 2.0.0 queued as 4F2A"
    assert _ZH("2 env files, 1 line, 3 channels") == "2 个设置文件，1 条线路，3 个渠道"
    assert phrases("en")("no such setting") == "no such setting"
    assert _ZH(str(Fault("MONITOR_X", "no such setting"))) == "MONITOR_X：没有这个设置"


def test_the_terminal_says_what_became_of_a_delivery_in_its_language() -> None:
    now = NOW
    told = Teller("zh-CN", "Asia/Shanghai", now).delivery(
        "superseded", "told with 4 lines of the same carrier"
    )
    assert told == "无需再发：与同一运营商的 4 条线路一并告知"
    assert (
        Teller("zh-CN", "Asia/Shanghai", now).delivery("superseded", "passed").startswith("无需再发：发出前")
    )
    english = Teller("en", "UTC", now).delivery("superseded", "told with 4 lines of the same carrier")
    assert english == "not needed: told with 4 lines of the same carrier"


WRONG = {
    "MONITOR_POLL_EVRY": "6h",
    "MONITOR_TIMEZONE": "Mars/Olympus",
    "MONITOR_KEEP_READINGS": "12",
    "MONITOR_LINES__HOME__CARRIER": "no-such-carrier",
    "MONITOR_LINES__HOME__NUMBER": "12345",
    "MONITOR_LINES__HOME__RULES": "cn.mobil",
    "MONITOR_LINES__HOME__CHANNELS": "pager",
    "MONITOR_LINES__HOME__BILL_DAY": "32",
    "MONITOR_LINES__HOME__BALANCE": "much",
    "MONITOR_DIGEST__EVERY": "hour",
    "MONITOR_CHANNELS__MAIL__URL": "mailtoo://someone@example.org",
}


@pytest.mark.parametrize("command", ["doctor", "notices"])
@pytest.mark.parametrize(("language", "chinese"), [("zh-CN", True), ("en", False)])
def test_faults_of_the_settings_are_told_in_the_language_of_the_environment(
    command: str,
    language: str,
    chinese: bool,  # noqa: FBT001  # a table's column
) -> None:
    done = CliRunner().invoke(
        build([command]), ["--env-file", "/dev/null", command], env=WRONG | {"MONITOR_LANGUAGE": language}
    )
    assert done.exit_code == (1 if command == "doctor" else 2)
    rows = [row for row in done.output.splitlines() if "MONITOR_" in row and "→" not in row]
    assert len(rows) >= len(WRONG)
    for row in rows:
        assert bool(_CHINESE.search(row)) is chinese, row


def test_a_message_about_a_failing_channel_says_its_reason_in_the_readers_language() -> None:
    why = Why.of(
        "channel_failing", channel="mail", since=NOW, detail="the service cannot be reached: will try again"
    )
    notice = Notice("", NOW, Kind.FAULT_SUSPECTED, Severity.WARNING, "s", "channel-mail", why)
    assert "连不上服务：会重试" in Teller("zh-CN", "Asia/Shanghai", NOW).why(notice)
    assert "the service cannot be reached" in Teller("en", "UTC", NOW).why(notice)
