"""``login LINE``: what a person hands over is kept encrypted, and the line is polled at once."""

import os
import subprocess
import sys
from pathlib import Path


def login(
    folder: Path, text: str, line: str = "home", carrier: str = "cn-unicom"
) -> subprocess.CompletedProcess[str]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("MONITOR_")}
    environ |= {
        "STATE_DIRECTORY": str(folder),
        "MONITOR_LANGUAGE": "zh-CN",
        "MONITOR_LINES__HOME__CARRIER": carrier,
        "MONITOR_LINES__HOME__NUMBER": "+8613812348000",
        "MONITOR_CHANNELS__PAGER__URL": "json://127.0.0.1:9/",
    }
    command = [sys.executable, "-m", "monitor", "login", line, "--stdin"]
    return subprocess.run(
        command, input=text, env=environ, capture_output=True, text=True, check=False, timeout=60
    )


def test_a_session_is_taken_and_nothing_of_it_can_be_read_on_disk(tmp_path: Path) -> None:
    said = login(tmp_path, "token_online=online-secret-1\nappid=app-secret-2\n")
    assert said.returncode == 0, said.stderr
    assert "home" in said.stdout
    kept = b"".join(f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())
    assert b"online-secret-1" not in kept
    assert "secret" not in said.stdout + said.stderr


def test_an_unknown_key_line_or_carrier_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    assert "token_online" in login(tmp_path, "password=x\n").stderr
    assert "home" in login(tmp_path, "", line="hoem").stderr
    assert login(tmp_path, "", carrier="sms").returncode == 2
