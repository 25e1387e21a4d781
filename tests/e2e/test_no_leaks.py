"""Whatever a run writes (logs, database, evidence, messages, answers of commands) is searched for every secret and full number."""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import ROOT, Daemon, Webhook, wait_until

from monitor.mock.scenario import parse
from monitor.mock.server import MockCarrier

NUMBERS = {
    "telecom": "+8618912340001",
    "unicom": "+8613012340002",
    "mini": "+8613112340003",
    "mobile": "+8613912340004",
    "broadnet": "+8619212340005",
    "tmf": "+8613812340006",
}
SECRETS = {
    "MONITOR_LINES__TELECOM__PASSWORD": "739164",
    "MONITOR_LINES__TELECOM__OPTIONS__DEVICE_ID": "dev-verified-7f3a91",
    "MONITOR_LINES__UNICOM__TOKEN": "online-5d2e8c71b0",
    "MONITOR_LINES__UNICOM__OPTIONS__APPID": "appid-91c27be4",
    "MONITOR_LINES__MINI__OPTIONS__OPENID": "openid-3fb05d17",
    "MONITOR_LINES__MOBILE__OPTIONS__COOKIE": "JSESSIONID=c00k1e-4471",
    "MONITOR_LINES__BROADNET__TOKEN": "access-8812fe03",
    "MONITOR_LINES__BROADNET__OPTIONS__DATA": "b10b-of-the-miniprogram",
    "MONITOR_LINES__TMF__TOKEN": "bearer-77aa10e9",
}
CODES = ["845512", "98765432", "13677778888"]
MESSAGES = [
    ("10086", "mobile", "您的验证码为845512，5分钟内有效，请勿告知他人。"),
    ("10010", "unicom", "您查询的手机PUK1码为98765432，请谨慎输入。"),
    ("10086", "mobile", "尊敬的13912340004用户，您的号码因欠费35.20元已停机，请尽快缴费。"),
    ("13677778888", "mobile", "【中国移动】13912340004欠费，请点击 http://10086.pay-bill.top 缴费"),
]


@pytest.fixture
def carriers() -> Iterator[tuple[MockCarrier, MockCarrier]]:
    lines = [
        {"number": n, "name": name, "currency": "CNY", "balance": "3.20", "burn_per_day": "2"}
        for name, n in NUMBERS.items()
    ]
    with (
        MockCarrier(parse({"name": "china", "line": lines})) as china,
        MockCarrier(
            parse(
                {"name": "tmf", "line": lines[-1:], "auth": {"bearer": SECRETS["MONITOR_LINES__TMF__TOKEN"]}}
            )
        ) as tmf,
    ):
        telecom, unicom, mini, mobile, broadnet, _ = china.world.accounts
        telecom.extra |= {"password": SECRETS["MONITOR_LINES__TELECOM__PASSWORD"]}
        unicom.extra |= {"online": SECRETS["MONITOR_LINES__UNICOM__TOKEN"]}
        mini.extra |= {"openid": SECRETS["MONITOR_LINES__MINI__OPTIONS__OPENID"]}
        mobile.extra |= {"cookie": SECRETS["MONITOR_LINES__MOBILE__OPTIONS__COOKIE"], "trouble": "login_page"}
        broadnet.extra |= {"token": SECRETS["MONITOR_LINES__BROADNET__TOKEN"], "trouble": "odd_code"}
        yield china, tmf


@pytest.mark.heavy
@pytest.mark.timeout(300)
def test_nothing_that_a_run_writes_holds_a_secret_or_a_full_number(
    tmp_path: Path, carriers: tuple[MockCarrier, MockCarrier]
) -> None:
    china, tmf = carriers
    hook = Webhook()
    environ = {
        "MONITOR_TIMEZONE": "Asia/Shanghai",
        "MONITOR_LANGUAGE": "zh-CN",
        "MONITOR_LOG_LEVEL": "debug",
        "MONITOR_POLL_EVERY": "1s",
        "MONITOR_CHANNELS__PUSH__URL": hook.url,
        **SECRETS,
    }
    for name, number in NUMBERS.items():
        kind = {"mini": "cn-unicom", "tmf": "tmf"}.get(name, f"cn-{name}")
        url = tmf.url if name == "tmf" else china.url
        environ |= {
            f"MONITOR_LINES__{name.upper()}__{k}": v
            for k, v in (("CARRIER", kind), ("NUMBER", number), ("URL", url))
        }
    daemon = Daemon(tmp_path, environ).start()
    said: list[str] = []

    def run(*command: str, text: str = "") -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("MONITOR_")}
        done = subprocess.run(
            [sys.executable, "-m", "monitor", *command], input=text, capture_output=True, text=True, check=False, timeout=120,
            env=kept | environ | {"STATE_DIRECTORY": str(tmp_path / "state"), "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert "Traceback" not in done.stderr, (command, done.stderr)
        said.append(done.stdout + done.stderr)

    try:
        wait_until(lambda: hook.got, 60, "a first message")
        for sender, line, text in MESSAGES:
            run("sms", "ingest", "--sender", sender, "--line", line, text=text)
        run("login", "unicom", "--stdin", text=f"token_online={SECRETS['MONITOR_LINES__UNICOM__TOKEN']}\n")
        china.world.accounts[0].extra["trouble"] = "device"
        time.sleep(3)
        for command in (
            ["check", "--json"],
            ["status"],
            ["notices", "--json"],
            ["doctor", "--json"],
            ["why", "mobile"],
            ["support-bundle", "--out", str(tmp_path / "support.zip")],
        ):
            run(*command)
        wait_until(lambda: any("mobile" in t for t in hook.texts()), 60, "a message about the stopped line")
    finally:
        daemon.stop()
        hook.down()

    places = {str(f.relative_to(tmp_path)): f.read_bytes() for f in tmp_path.rglob("*") if f.is_file()}
    places |= {
        "commands": "\n".join(said).encode(),
        "messages": json.dumps(hook.got, ensure_ascii=False).encode(),
    }
    with zipfile.ZipFile(io.BytesIO(places["support.zip"])) as bundle:
        places |= {f"support.zip/{name}": bundle.read(name) for name in bundle.namelist()}
    assert any(name.endswith(".db") for name in places)
    assert "daemon.log" in places
    assert any(
        "号码因欠费35.20元已停机".encode() in content for content in places.values()
    )  # it was kept, masked
    wanted = [
        *SECRETS.values(),
        *CODES,
        *(n.lstrip("+") for n in NUMBERS.values()),
        *(n[3:] for n in NUMBERS.values()),
    ]
    shifted = "".join(chr(ord(c) + 2) for c in SECRETS["MONITOR_LINES__TELECOM__PASSWORD"])
    wanted += [shifted, *(base64.b64encode(s.encode()).decode().rstrip("=") for s in SECRETS.values())]
    found = {
        (name, secret) for name, content in places.items() for secret in wanted if secret.encode() in content
    }
    assert not found
