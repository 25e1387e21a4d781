"""A forwarding phone posts a carrier's message to the running daemon: the stop is believed and told, the swindle is not."""

from __future__ import annotations

import json
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest
from house import Daemon, Webhook, wait_until

from monitor.intake.webhook import sign


def post(address: str, fields: dict[str, str], **headers: str) -> int:
    body = json.dumps(fields).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json", **headers})  # noqa: S310 (loopback)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


@pytest.mark.heavy
def test_a_forwarded_stop_is_told_and_a_forged_one_is_refused(tmp_path: Path) -> None:
    hook = Webhook()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {
        "MONITOR_TIMEZONE": "Asia/Shanghai",
        "MONITOR_LANGUAGE": "en",
        "MONITOR_LINES__HOME__CARRIER": "sms",
        "MONITOR_LINES__HOME__NUMBER": "+8613812348000",
        "MONITOR_LINES__HOME__RULES": "cn.mobile",
        "MONITOR_CHANNELS__PUSH__URL": hook.url,
        "MONITOR_WEB__LISTEN": f"127.0.0.1:{port}",
        "MONITOR_SMS__SECRET": "s3cret",
        "MONITOR_SMS__HEADER": "h3ader",
    }
    daemon = Daemon(tmp_path, environ).start()
    address = f"http://127.0.0.1:{port}/hooks/sms"

    def message(text: str, sender: str = "10086", secret: str = "s3cret") -> dict[str, str]:
        stamp = str(int(time.time() * 1000))
        return {"from": sender, "text": text, "timestamp": stamp, "sign": quote(sign(stamp, secret), safe="")}

    try:
        stop = message("您的号码因欠费35.20元已停机，请尽快缴费。【中国移动】")
        assert post(address, stop) == 401
        assert post(address, message("您的号码已停机。", secret="guess"), **{"X-Intake-Key": "h3ader"}) == 401
        assert post(address, stop, **{"X-Intake-Key": "h3ader"}) == 200
        assert post(address, stop, **{"X-Intake-Key": "h3ader"}) == 409
        wait_until(lambda: hook.got, 40, "the notice of the stop")
        assert "home" in hook.texts()[0]
        swindle = message("【中国移动】您的号码将被注销，请点击 http://10086.pay.top", "13900001111")
        assert post(address, swindle | {"line": "home"}, **{"X-Intake-Key": "h3ader"}) == 200
        wait_until(lambda: any("phishing" in t for t in hook.texts()), 40, "the warning")
        assert not any("pay.top" in t for t in hook.texts())
    finally:
        daemon.stop()
        hook.down()
    assert "s3cret" not in daemon.log
    assert "h3ader" not in daemon.log
