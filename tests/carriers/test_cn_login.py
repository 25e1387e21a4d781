"""``login LINE``: what a person hands over is kept encrypted, and the line is polled at once."""

import os
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from monitor.cli import build, groups


def environment(folder: Path, carrier: str = "cn-unicom") -> dict[str, str]:
    return {
        "STATE_DIRECTORY": str(folder),
        "MONITOR_LANGUAGE": "zh-CN",
        "MONITOR_LINES__HOME__CARRIER": carrier,
        "MONITOR_LINES__HOME__NUMBER": "+8613812348000",
        "MONITOR_CHANNELS__PAGER__URL": "json://127.0.0.1:9/",
    }


def test_a_session_is_taken_and_nothing_of_it_can_be_read_on_disk(tmp_path: Path) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("MONITOR_")} | environment(tmp_path)
    said = subprocess.run(
        [sys.executable, "-m", "monitor", "login", "home", "--stdin"],
        input="token_online=online-secret-1\nappid=app-secret-2\n",
        env=environ, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert "home" in said.stdout
    kept = b"".join(f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())
    assert b"online-secret-1" not in kept
    assert "secret" not in said.stdout + said.stderr


def test_an_unknown_key_line_or_carrier_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    def login(text: str, line: str = "home", carrier: str = "cn-unicom") -> tuple[int, str]:
        command = ["--env-file", "/dev/null", "login", line, "--stdin"]
        done = CliRunner().invoke(build(groups()), command, input=text, env=environment(tmp_path, carrier))
        return done.exit_code, done.output

    assert "token_online" in login("password=x\n")[1]
    assert "home" in login("", line="hoem")[1]
    assert login("", carrier="sms")[0] == 2
