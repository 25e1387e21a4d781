"""The channels on real servers: delivered, refused log-in, refused recipient, down for a while, slow, no trust.

What each one states is what ``docs/channels.md`` says of it.
"""

from __future__ import annotations

import json
import queue
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from channel_servers import Hook, certificate
from servers.channels import PASSWORD, USER, Broker, Jabber, Postfix, mosquitto, postfix, prosody

from monitor.core.words import Severity
from monitor.notify import open_channel
from monitor.ports import Attachment, Message, SendResult, Sent

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.filterwarnings("ignore:ssl.PROTOCOL_TLS is deprecated:DeprecationWarning"),  # Apprise's MQTT
]

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 32
SUBJECT = "家里：余额 ¥12.30，预计11月28日前后用完"


def message(notice_id: str) -> Message:
    return Message(
        notice_id=notice_id,
        subject=SUBJECT,
        short="家里：余额 ¥12.30，预计11月28日前后用完。请充值。",
        text="余额还剩 ¥12.30。\n请充值。",
        html='<html><body><p>余额 ¥12.30</p><img src="cid:chart.png" alt=""></body></html>',
        severity=Severity.CRITICAL,
        thread="home|money-1",
        attachments=(Attachment("chart.png", "image/png", PNG),),
    )


def send(url: str, notice_id: str = "n1", seconds: float = 20) -> Sent:
    return open_channel("under-test", url).send(message(notice_id), seconds)


def is_(sent: Sent, result: SendResult, *words: str) -> None:
    """The verdict, its words, and none of the secrets."""
    assert sent.result is result, sent
    assert all(w in sent.detail for w in words), sent.detail
    assert PASSWORD not in sent.detail
    assert "wrong-pw" not in sent.detail


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A certificate that this process trusts, as a system's CA bundle would make it."""
    path = certificate(tmp_path_factory.mktemp("trusted"))
    path.parent.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(path))
        patch.setenv("REQUESTS_CA_BUNDLE", str(path))
        yield path


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("stranger"), "stranger")


# --- mail: Postfix with STARTTLS, implicit TLS and log-in; read back from the maildir --------------------------------------


@pytest.fixture(scope="module")
def mx(trusted: Path, stranger: Path) -> Iterator[Postfix]:
    with postfix(trusted, stranger) as server:
        yield server


@pytest.mark.parametrize("service", ["starttls", "smtps"])
def test_a_mail_reaches_the_mailbox_whole(mx: Postfix, service: str) -> None:
    is_(send(mx.url(service), f"whole-{service}"), SendResult.DELIVERED)
    mail = next(
        m for m in _until(mx, f"whole-{service}") if m["X-Billing-Monitor-Notice"] == f"whole-{service}"
    )
    assert mail["Subject"] == SUBJECT
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["References"] == mail["In-Reply-To"]
    assert mail["Message-ID"].endswith("@home.test>")
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert plain.get_content().splitlines() == ["余额还剩 ¥12.30。", "请充值。"]
    assert html is not None
    assert [p["Content-ID"] for p in mail.walk() if p.get_content_maintype() == "image"] == ["<chart.png>"]
    assert "ESMTPSA" in mail["Received"], "encrypted and logged in"


def test_postfix_refuses_a_wrong_password(mx: Postfix) -> None:
    is_(send(mx.url("starttls", password="wrong-pw")), SendResult.REFUSED, "535", "password")


def test_postfix_refuses_an_unknown_recipient(mx: Postfix) -> None:
    is_(send(mx.url("starttls", to="nobody@home.test")), SendResult.REFUSED, "550", "address")


def test_postfix_says_later_and_is_asked_again(mx: Postfix) -> None:
    is_(send(mx.url("later")), SendResult.RETRY, "450", "try again")


def test_a_slow_postfix_is_waited_for(mx: Postfix) -> None:
    is_(send(mx.url("slow"), "slow"), SendResult.DELIVERED)


def test_a_postfix_that_is_slower_than_the_limit_is_asked_again_and_delivers_once(mx: Postfix) -> None:
    channel = open_channel("slow", mx.url("slow"))
    is_(channel.send(message("slower"), 1.5), SendResult.RETRY, "time")
    is_(channel.send(message("slower"), 30), SendResult.DELIVERED)
    ids = {m["Message-ID"] for m in _until(mx, "slower") if m["X-Billing-Monitor-Notice"] == "slower"}
    assert len(ids) == 1


def test_a_certificate_of_somebody_else_ends_the_conversation_before_the_password(mx: Postfix) -> None:
    is_(send(mx.url("mistrust")), SendResult.RETRY, "certificate")


def test_no_password_is_given_to_a_server_without_tls(mx: Postfix) -> None:
    is_(send(mx.url("plain").replace("mode=insecure", "mode=starttls")), SendResult.REFUSED, "mode=")


def test_a_postfix_that_is_down_is_asked_again_and_delivers_once(mx: Postfix) -> None:
    channel = open_channel("mail", mx.url("starttls"))
    mx.stop()
    for _ in range(3):
        is_(channel.send(message("down"), 5), SendResult.RETRY, "reached")
    mx.start()
    is_(channel.send(message("down"), 10), SendResult.DELIVERED)
    is_(channel.send(message("down-after"), 10), SendResult.DELIVERED)
    arrived = [m["X-Billing-Monitor-Notice"] for m in _until(mx, "down-after")]
    assert arrived.count("down") == 1


def _until(mx: Postfix, notice_id: str) -> list[Any]:
    """The mailbox, as soon as it holds that mail."""
    mails: list[Any] = []
    for count in range(1, 100):
        mails = mx.mails(count, 0.2)
        if any(m["X-Billing-Monitor-Notice"] == notice_id for m in mails):
            break
    return mails


# --- MQTT: Mosquitto ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory, trusted: Path) -> Iterator[Broker]:
    with mosquitto(tmp_path_factory.mktemp("mosquitto"), trusted) as server:
        yield server


@pytest.fixture
def heard(broker: Broker) -> Iterator[queue.Queue[str]]:
    """What somebody hears who listens to the topic."""
    from paho.mqtt import client as mqtt  # noqa: PLC0415 - an extra

    texts: queue.Queue[str] = queue.Queue()
    ready: queue.Queue[str] = queue.Queue()
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.username_pw_set(USER, PASSWORD)
    client.on_message = lambda _c, _u, m: texts.put(m.payload.decode())
    client.on_subscribe = lambda *_: ready.put("subscribed")
    client.on_connect = lambda c, *_: c.subscribe("alerts", qos=1)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    ready.get(timeout=10)
    yield texts
    client.disconnect()
    client.loop_stop()


def test_an_mqtt_message_is_heard(broker: Broker, heard: queue.Queue[str]) -> None:
    is_(send(f"mqtt://{USER}:{PASSWORD}@127.0.0.1:{broker.port}/alerts"), SendResult.DELIVERED)
    text = heard.get(timeout=10)
    assert SUBJECT in text
    assert "请充值" in text


def test_mqtt_over_tls_is_heard(
    broker: Broker, heard: queue.Queue[str], trusted: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr("apprise.plugins.mqtt.NotifyMQTT.CA_CERTIFICATE_FILE_LOCATIONS", [str(trusted)])
    is_(send(f"mqtts://{USER}:{PASSWORD}@localhost:{broker.tls_port}/alerts"), SendResult.DELIVERED)
    assert SUBJECT in heard.get(timeout=10)


def test_mosquitto_refuses_a_wrong_password(broker: Broker) -> None:
    sent = send(f"mqtt://{USER}:wrong-pw@127.0.0.1:{broker.port}/alerts")
    is_(sent, SendResult.REFUSED, "password")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # its library forgets a socket
def test_a_certificate_that_mqtt_cannot_check_is_told(
    broker: Broker, stranger: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr("apprise.plugins.mqtt.NotifyMQTT.CA_CERTIFICATE_FILE_LOCATIONS", [str(stranger)])
    is_(
        send(f"mqtts://{USER}:{PASSWORD}@localhost:{broker.tls_port}/alerts"), SendResult.RETRY, "certificate"
    )


def test_a_broker_that_is_down_is_asked_again_and_delivers(broker: Broker) -> None:
    channel = open_channel("mqtt", f"mqtt://{USER}:{PASSWORD}@127.0.0.1:{broker.port}/alerts")
    is_(channel.send(message("up"), 10), SendResult.DELIVERED)
    broker.stop()
    is_(channel.send(message("down"), 10), SendResult.RETRY)
    broker.start()
    is_(channel.send(message("down"), 10), SendResult.DELIVERED)


# --- XMPP: Prosody --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def jabber(tmp_path_factory: pytest.TempPathFactory, trusted: Path) -> Iterator[Jabber]:
    with (
        pytest.MonkeyPatch.context() as patch,
        prosody(tmp_path_factory.mktemp("prosody"), trusted) as server,
    ):
        patch.setattr("apprise.plugins.xmpp.adapter.certifi.where", lambda: str(trusted))
        yield server


def xmpp(jabber: Jabber, password: str = PASSWORD) -> str:
    return f"xmpp://{USER}:{password}@localhost:{jabber.port}/me@localhost?mode=starttls"


def test_an_xmpp_message_waits_for_its_reader(jabber: Jabber) -> None:
    is_(send(xmpp(jabber)), SendResult.DELIVERED)
    assert "请充值" in jabber.waiting()


def test_prosody_refuses_a_wrong_password(jabber: Jabber) -> None:
    is_(send(xmpp(jabber, "wrong-pw")), SendResult.REFUSED, "password")


def test_an_xmpp_server_that_cannot_be_trusted_gets_nothing(
    jabber: Jabber, stranger: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr("apprise.plugins.xmpp.adapter.certifi.where", lambda: str(stranger))
    is_(send(xmpp(jabber)), SendResult.RETRY, "certificate")


def test_a_prosody_that_is_down_is_asked_again(jabber: Jabber) -> None:
    channel = open_channel("xmpp", xmpp(jabber))
    jabber.stop()
    is_(channel.send(message("down"), 20), SendResult.RETRY)
    jabber.start()
    is_(channel.send(message("down"), 20), SendResult.DELIVERED)


# --- web hooks over TLS ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["jsons", "forms", "xmls"])
def test_a_web_hook_over_tls_is_posted_to(scheme: str, trusted: Path) -> None:
    with Hook(cert=trusted) as hook:
        is_(send(f"{scheme}://{USER}:{PASSWORD}@localhost:{hook.port}/in"), SendResult.DELIVERED)
    assert len(hook.posts) == 1
    assert hook.posts[0][1]["Authorization"].startswith("Basic ")


def test_a_slow_web_hook_is_waited_for(trusted: Path) -> None:
    with Hook(pause=6.0, cert=trusted) as hook:
        is_(send(f"jsons://localhost:{hook.port}/in"), SendResult.DELIVERED)
        assert len(hook.posts) == 1


def test_ntfy_is_posted_to_in_utf_8_and_its_pause_holds_up_nobody_else() -> None:
    with Hook() as hook, Hook() as other:
        channel = open_channel("ntfy", f"ntfy://127.0.0.1:{hook.port}/topic")
        is_(channel.send(message("first"), 20), SendResult.DELIVERED)
        is_(channel.send(message("second"), 0.5), SendResult.RETRY, "time")
        is_(send(f"json://127.0.0.1:{other.port}/x"), SendResult.DELIVERED)
        assert len(hook.posts) == 1, "Apprise's pause between two sends is over already"
        is_(channel.send(message("second"), 20), SendResult.DELIVERED)
        assert len(hook.posts) == 2
    posted = json.loads(hook.posts[0][2])
    assert posted["title"] == SUBJECT
    assert "请充值" in posted["message"]
    assert "X-Icon" not in hook.posts[0][1], "nothing is loaded from elsewhere"
