"""What each channel does when the other side is well, refuses, is slow, is down, or cannot be trusted."""

from __future__ import annotations

import io
import json
import logging
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from channel_servers import Hook, Mailbox, certificate, free_port

from monitor.core.words import Severity
from monitor.notify import open_channel, validate
from monitor.notify.mail import send
from monitor.notify.mime import Server
from monitor.ports import Attachment, Message, SendResult

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 32
IMG = '<img src="cid:chart.png" alt="">'


def message(notice_id: str = "0123456789ab", *, chart: bool = False) -> Message:
    return Message(
        notice_id=notice_id,
        subject="家里的电话：余额 ¥12.30，11月28日前后用完",
        short="home 12.30 CNY left, may stop Thu 26 Nov",
        text="余额还剩 ¥12.30。\n请充值。",
        html=f"<html><body><p>余额 ¥12.30</p>{IMG if chart else ''}</body></html>",
        severity=Severity.CRITICAL,
        thread="home|money-1",
        attachments=(Attachment("chart.png", "image/png", PNG),) if chart else (),
    )


def mail_url(box: Mailbox, to: str = "me@home.test", extra: str = "") -> str:
    auth = f"{box.auth[0]}:{box.auth[1]}@" if box.auth else ""
    scheme, mode = ("mailtos", "starttls") if box.cert else ("mailto", "insecure")
    return f"{scheme}://{auth}127.0.0.1:{box.port}/?from=monitor@home.test&to={to}&smtp=127.0.0.1&mode={mode}{extra}"


@pytest.fixture
def cert(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


def test_a_mail_arrives_over_tls_with_log_in_in_both_forms_with_chart_and_thread(cert: Path) -> None:
    with Mailbox(cert=cert, auth=("bob", "geheim")) as box:
        sent = open_channel("mail", mail_url(box)).send(message(chart=True), 10)
        assert sent.result is SendResult.DELIVERED, sent
    (mail,) = box.mails
    assert mail["Subject"] == "家里的电话：余额 ¥12.30，11月28日前后用完"
    assert b"=?utf-8?" in box.raw[0]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Importance"] == "high"
    assert mail["References"] == mail["In-Reply-To"]
    assert mail["Message-ID"] != mail["References"]
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert "请充值" in plain.get_content()
    assert html is not None
    assert "cid:chart.png" in html.get_content()
    pictures = [p for p in mail.walk() if p.get_content_type() == "image/png"]
    assert [p["Content-ID"] for p in pictures] == ["<chart.png>"]
    assert pictures[0].get_content() == PNG


def test_a_repeat_carries_the_same_message_id_and_another_notice_of_the_episode_the_same_thread() -> None:
    with Mailbox() as box:
        for channel, notice in (("a", "n1"), ("b", "n1"), ("c", "n2")):
            assert (
                open_channel(channel, mail_url(box)).send(message(notice), 10).result is SendResult.DELIVERED
            )
    first, again, next_ = box.mails
    assert first["Message-ID"] == again["Message-ID"] != next_["Message-ID"]
    assert first["References"] == next_["References"]


@pytest.mark.parametrize(
    "subject", ["home: " + "outgoing calls are stopped, " * 5, "家里的电话：" + "余额不足，" * 20]
)
def test_a_long_subject_arrives_as_it_is(subject: str) -> None:
    with Mailbox() as box:
        open_channel("mail", mail_url(box)).send(replace(message(), subject=subject), 10)
    assert box.mails[0]["Subject"] == subject.strip()
    assert max(len(line) for line in box.raw[0].splitlines()) <= 998


def test_a_wrong_password_is_refused_and_told_without_it(cert: Path) -> None:
    with Mailbox(cert=cert, auth=("bob", "right")) as box:
        url = mail_url(box).replace("right", "wr0ngpass")
        sent = open_channel("mail", url).send(message(), 10)
    assert sent.result is SendResult.REFUSED
    assert "535" in sent.detail
    assert "wr0ngpass" not in sent.detail
    assert not box.mails


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ("550 5.1.1 no such user", SendResult.REFUSED),
        ("450 4.2.0 greylisted, come back", SendResult.RETRY),
        ("452 4.2.2 mailbox full", SendResult.RETRY),
    ],
)
def test_a_refused_recipient_is_final_only_when_the_server_says_so(answer: str, result: SendResult) -> None:
    with Mailbox(refuse={"me@home.test": answer}) as box:
        sent = open_channel("mail", mail_url(box)).send(message(), 10)
    assert sent.result is result
    assert answer[:3] in sent.detail


def test_the_one_good_recipient_gets_it_once_and_the_refusal_of_the_other_is_told() -> None:
    with Mailbox(refuse={"bad@home.test": "450 4.2.0 later"}) as box:
        channel = open_channel("mail", mail_url(box, "me@home.test,bad@home.test"))
        assert channel.send(message(), 10).result is SendResult.RETRY
        box.refuse["bad@home.test"] = "550 5.1.1 no such user"
        sent = channel.send(message(), 10)
    assert sent.result is SendResult.DELIVERED
    assert "550" in sent.detail
    assert [m["To"] for m in box.mails] == ["me@home.test"]


@pytest.mark.parametrize("answer", ["451 4.3.0 try later", "421 4.3.2 shutting down"])
def test_a_mail_server_that_cannot_now_is_tried_again(answer: str) -> None:
    with Mailbox(data_answer=answer) as box:
        assert open_channel("mail", mail_url(box)).send(message(), 10).result is SendResult.RETRY


def test_a_mail_server_that_is_down_is_tried_again_and_then_delivers() -> None:
    port = free_port()
    channel = open_channel("mail", mail_url(Mailbox(port=port)))
    sent = channel.send(message(), 5)
    assert sent.result is SendResult.RETRY
    assert "reached" in sent.detail
    with Mailbox(port=port) as box:
        assert channel.send(message(), 5).result is SendResult.DELIVERED
        assert len(box.mails) == 1


def test_a_mail_server_that_accepts_and_says_nothing_did_not_answer_in_time() -> None:
    """Python's library calls that a connection that was closed: nobody closed it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = Server(
            "127.0.0.1", silent.getsockname()[1], "insecure", sender=("", "a@b.test"), to=(("", "me@b.test"),)
        )
        sent = send(server, message(), 0.1, set())
    assert sent.result is SendResult.RETRY
    assert "in time" in sent.detail


def test_a_certificate_that_nobody_signed_is_never_trusted(tmp_path: Path) -> None:
    with Mailbox(cert=certificate(tmp_path), auth=("bob", "geheim")) as box:
        sent = open_channel("mail", mail_url(box)).send(message(), 10)
    assert sent.result is SendResult.RETRY
    assert "certificate" in sent.detail
    assert not box.mails


def test_a_server_without_starttls_never_gets_the_password_in_the_clear() -> None:
    with Mailbox() as box:
        url = f"mailtos://bob:geheim@127.0.0.1:{box.port}/?from=a@b.test&to=me@b.test&smtp=127.0.0.1"
        assert open_channel("mail", url).send(message(), 10).result is SendResult.REFUSED
        assert not box.mails


def test_a_hung_service_is_given_up_at_the_limit_and_its_late_success_is_not_sent_twice() -> None:
    with Hook(pause=0.6) as hook:
        channel = open_channel("hook", f"json://127.0.0.1:{hook.port}/x")
        sent = channel.send(message(), 0.2)
        assert sent.result is SendResult.RETRY
        assert "may have arrived" in sent.detail
        later = channel.send(message(), 10)
        assert later.result is SendResult.DELIVERED
        assert len(hook.posts) == 1


def test_a_web_hook_gets_subject_text_and_kind() -> None:
    with Hook() as hook:
        assert (
            open_channel("hook", f"json://127.0.0.1:{hook.port}/x").send(message(), 10).result
            is SendResult.DELIVERED
        )
    posted = json.loads(hook.posts[0][2])
    assert posted["title"] == message().subject
    assert posted["message"] == message().text
    assert posted["type"] == "failure"
    assert (posted["notice_id"], posted["severity"]) == (message().notice_id, "critical")


def test_a_push_carries_buttons_in_any_language() -> None:
    links = (("已缴费", "https://watch.test/a/1"), ("我来处理", "https://watch.test/a/2"))
    with Hook() as hook:
        channel = open_channel("ntfy", f"ntfy://127.0.0.1:{hook.port}/topic")
        assert channel.send(replace(message(), links=links), 10).result is SendResult.DELIVERED
    actions = hook.posts[0][1]["X-Actions"].encode("latin-1").decode()
    assert actions == "view, 已缴费, https://watch.test/a/1; view, 我来处理, https://watch.test/a/2"


def test_the_five_digits_of_ntfy_are_understood() -> None:
    with Hook(status=403, body=b'{"code": 40301, "error": "forbidden"}') as hook:
        sent = open_channel("ntfy", f"ntfy://127.0.0.1:{hook.port}/topic").send(message(), 10)
    assert sent.result is SendResult.REFUSED
    assert "403" in sent.detail


def test_a_missing_package_is_named_with_the_command_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert validate("mqtt://host.test/topic") is None
    monkeypatch.setattr("apprise.plugins.mqtt.NotifyMQTT.enabled", False)
    answer = validate("mqtt://host.test/topic")
    assert answer is not None
    assert "paho-mqtt" in answer
    assert "billing-monitor[mqtt]" in answer


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (401, SendResult.REFUSED),
        (403, SendResult.REFUSED),
        (404, SendResult.REFUSED),
        (429, SendResult.RETRY),
        (500, SendResult.RETRY),
        (503, SendResult.RETRY),
    ],
)
def test_a_web_hook_is_judged_by_its_status(status: int, result: SendResult) -> None:
    with Hook(status=status) as hook:
        sent = open_channel("hook", f"json://bob:s3cretpw@127.0.0.1:{hook.port}/t0ken").send(message(), 10)
    assert sent.result is result
    assert str(status) in sent.detail
    assert "s3cretpw" not in sent.detail
    assert "t0ken" not in sent.detail


def test_a_web_hook_that_is_down_or_not_trusted_is_tried_again(tmp_path: Path) -> None:
    down = open_channel("hook", f"json://127.0.0.1:{free_port()}/x").send(message(), 10)
    assert (down.result, "reached" in down.detail) == (SendResult.RETRY, True)
    with Hook(cert=certificate(tmp_path)) as hook:
        tls = open_channel("hook", f"jsons://127.0.0.1:{hook.port}/x").send(message(), 10)
    assert (tls.result, "certificate" in tls.detail) == (SendResult.RETRY, True)


def test_neither_apprise_nor_its_http_library_writes_into_our_log() -> None:
    said: list[logging.LogRecord] = []

    class Ours(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record)

    root, handler = logging.getLogger(), Ours()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with Hook(status=401) as hook:
            open_channel("hook", f"json://bob:s3cretpw@127.0.0.1:{hook.port}/t0ken").send(message(), 10)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert [r.getMessage() for r in said] == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mailto:me@x.test", "not a channel URL"),
        ("mialtos://u:secretpw@x.test", "did you mean mailtos"),
        ("tgram://", "incomplete or wrong"),
        ("slack://", "incomplete or wrong"),
    ],
)
def test_a_bad_url_is_explained_without_its_secrets(url: str, said: str) -> None:
    answer = validate(url)
    assert answer is not None
    assert said in answer
    assert "secretpw" not in answer


@pytest.mark.parametrize(
    "url", ["console://", "mailtos://u:p@x.test/?to=a@b.test", "ntfys://ntfy.test/topic", "json://h.test/p"]
)
def test_a_good_url_has_nothing_wrong(url: str) -> None:
    assert validate(url) is None


def test_a_url_that_cannot_be_built_is_refused_at_the_first_send() -> None:
    sent = open_channel("x", "slack://secretpw").send(message(), 5)
    assert sent.result is SendResult.REFUSED
    assert "secretpw" not in sent.detail


def test_one_hanging_channel_does_not_hold_up_another() -> None:
    with Hook(pause=1.0) as slow, Hook() as fast:
        hanging = open_channel("slow", f"json://127.0.0.1:{slow.port}/x")
        assert hanging.send(message(), 0.05).result is SendResult.RETRY
        assert (
            open_channel("fast", f"json://127.0.0.1:{fast.port}/x").send(message(), 10).result
            is SendResult.DELIVERED
        )
        assert not slow.posts, "the slow one had answered: nothing was shown"


def test_the_console_shows_subject_text_and_severity() -> None:
    out = io.StringIO()
    from monitor.notify import ConsoleChannel  # noqa: PLC0415

    channel = ConsoleChannel("demo", "console://?width=70&colour=always", out)
    assert channel.send(message(), 1).result is SendResult.DELIVERED
    assert "余额还剩" in out.getvalue()
    assert "■" in out.getvalue()
    assert "\x1b[" in out.getvalue()
