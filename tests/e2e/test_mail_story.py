"""One line's whole story as its owner finds it in the mailbox: the daemon's own parts, a real SMTP conversation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from channel_servers import Mailbox

from monitor.app import build
from monitor.demo import _START, _STEP, StepClock
from monitor.mock.server import MockCarrier
from monitor.settings import EnvSource, load

pytestmark = pytest.mark.heavy

NUMBER = "+8613812348000"


@pytest.fixture(scope="module", params=["en", "zh-CN"])
def mails(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[EmailMessage]]:
    folder: Path = tmp_path_factory.mktemp("story")
    clock = StepClock(_START)
    with MockCarrier("demo", now=clock) as carrier, Mailbox() as box:
        environ = {
            "MONITOR_DATABASE_URL": f"sqlite:///{folder / 'story.db'}",
            "MONITOR_LANGUAGE": request.param,
            "MONITOR_TIMEZONE": "Asia/Shanghai",
            "MONITOR_WEB__LISTEN": "127.0.0.1:8421",
            "MONITOR_WEB__PUBLIC_URL": "https://watch.example",
            "MONITOR_CHANNELS__MAIL__URL": (
                f"mailto://127.0.0.1:{box.port}/?from=monitor@home.test&to=me@home.test&mode=insecure&smtp=127.0.0.1"
            ),
            "MONITOR_LINES__HOME__CARRIER": "tmf",
            "MONITOR_LINES__HOME__NUMBER": NUMBER,
            "MONITOR_LINES__HOME__URL": carrier.url,
            "MONITOR_LINES__HOME__RULES": "cn.mobile",
        }
        application = build(load(EnvSource([], environ)), clock=clock)
        try:
            for _ in range(int(carrier.world.scenario.stages[-1].at / _STEP) + 2):
                application.store.poll_now(["home"], clock())
                application.poller.round()
                application.desk.round()
                clock.forward(_STEP)
            clock.forward(timedelta(hours=1))
            application.desk.round()
        finally:
            application.close()
        yield box.mails


def plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def page(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_the_story_is_told_in_mails_that_a_person_would_want_to_read(mails: list[EmailMessage]) -> None:
    assert len(mails) >= 5
    for mail in mails:
        assert mail["Subject"].startswith("home")
        assert "10086" in plain(mail)
        assert mail["Subject"].split("：")[-1].split(": ")[-1][:5].casefold() in page(mail).casefold()
        assert mail["Auto-Submitted"] == "auto-generated"
        assert not re.search(r"None|Undefined|\{\{", plain(mail))


def test_no_mail_is_sent_twice_and_those_of_one_danger_are_one_thread(mails: list[EmailMessage]) -> None:
    ids = [m["Message-ID"] for m in mails]
    assert len(set(ids)) == len(ids)
    threads = {m["References"] for m in mails}
    assert 1 < len(threads) < len(mails)


def test_the_first_warning_has_a_picture_and_buttons(mails: list[EmailMessage]) -> None:
    low = mails[0]
    pictures = [p for p in low.walk() if p.get_content_type() == "image/png"]
    assert [p["Content-ID"] for p in pictures] == ["<chart.png>"]
    assert "cid:chart.png" in page(low)
    assert len(re.findall(r'class="button', page(low))) == 4
    assert "https://watch.example/a/" in plain(low)


def test_no_mail_carries_the_whole_number(mails: list[EmailMessage]) -> None:
    for mail in mails:
        assert NUMBER not in plain(mail) + page(mail)
        assert NUMBER[3:] not in plain(mail) + page(mail)
