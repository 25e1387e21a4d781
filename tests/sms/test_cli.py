"""``sms parse`` and ``sms ingest`` as a modem's hook calls them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.heavy

FIELDS = {
    *("carrier", "class", "balance", "amount_due", "top_up", "trusted"),
    *("claimed_class", "spend", "threshold", "data", "voice", "as_of", "deadline", "links", "flags", "why"),
}


def run(*arguments: str, text: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("MONITOR_")}
    environ |= {
        "STATE_DIRECTORY": str(folder),
        "MONITOR_LINES__HOME__CARRIER": "sms",
        "MONITOR_LINES__HOME__NUMBER": "+8613812348000",
        "MONITOR_LINES__HOME__RULES": "cn.mobile",
        "MONITOR_CHANNELS__PAGER__URL": "json://127.0.0.1:9/",
    }
    return subprocess.run(
        [sys.executable, "-m", "monitor", "sms", *arguments],
        input=text,
        env=environ | more,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_parse_prints_exactly_the_documented_fields(tmp_path: Path) -> None:
    said = run(
        "parse",
        "--sender",
        "10086",
        "--received-at",
        "2026-09-06T16:00:00+08:00",
        text="截至09月06日15，您的话费已欠费12.30元。",
        folder=tmp_path,
    )
    row = json.loads(said.stdout)
    assert said.returncode == 0
    assert set(row) == FIELDS
    assert (row["class"], row["amount_due"], row["as_of"]) == (
        "arrears",
        "12.30",
        "2026-09-06T15:00:00+08:00",
    )


def test_parse_of_nothing_is_not_understood(tmp_path: Path) -> None:
    said = run("parse", "--sender", "10086", text="  \n", folder=tmp_path)
    assert (said.returncode, said.stdout) == (1, "")
    assert run("parse", "--received-at", "soon", text="x", folder=tmp_path).returncode == 2


def test_ingest_stores_once_and_takes_gammus_environment(tmp_path: Path) -> None:
    gammu = {
        "SMS_MESSAGES": "1",
        "SMS_1_NUMBER": "10086",
        "DECODED_PARTS": "1",
        "DECODED_1_TEXT": "您的号码已停机，欠费12.30元。",
    }
    first, again = (run("ingest", "--from", "gammu", text="", folder=tmp_path, **gammu) for _ in range(2))
    assert first.returncode == again.returncode == 0, first.stderr
    assert [json.loads(r.stdout)["repeat"] for r in (first, again)] == [False, True]
    assert json.loads(first.stdout)["line"] == "home"
