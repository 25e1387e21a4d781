"""Wrong settings are told all at once, by the real command, before anything is touched."""

import subprocess
import sys
from pathlib import Path

import pytest

WRONG = {
    "MONITOR_POLL_EVRY": ("6h", "MONITOR_POLL_EVERY"),
    "MONITOR_TIMEZONE": ("Mars/Olympus", "Asia/Shanghai"),
    "MONITOR_LINES__HOME__CARRIER": ("no-such-carrier", "no-such-carrier"),
    "MONITOR_LINES__HOME__NUMBER": ("12345", "E.164"),
    "MONITOR_LINES__HOME__RULES": ("cn.mobil", "cn.mobile"),
    "MONITOR_LINES__HOME__CHANNELS": ("pager", "mail"),
    "MONITOR_LINES__HOME__BILL_DAY": ("32", "31"),
    "MONITOR_CHANNELS__MAIL__URL": ("mailtoo://someone:hunter22@example.org", "mailto://"),
}
"""Variable → (wrong value, what the mend must name): a misspelt name, and seven kinds of wrong value."""


@pytest.mark.parametrize("command", [["run"], ["check", "--json"], ["status"]])
def test_every_fault_is_told_in_one_run_with_its_mend_and_nothing_is_written(
    tmp_path: Path, command: list[str]
) -> None:
    settings, state = tmp_path / "wrong.env", tmp_path / "state"
    settings.write_text("".join(f"{k}={v}\n" for k, (v, _) in WRONG.items()), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "--env-file", str(settings), *command],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env={"XDG_STATE_HOME": str(state), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 2
    assert not done.stdout
    for variable, (_, mend) in WRONG.items():
        told = done.stderr.split(f"  {variable}:", 1)
        assert len(told) == 2, variable
        assert mend in told[1].split("\n  MONITOR_")[0], variable
    assert "hunter22" not in done.stderr
    assert "Traceback" not in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["wrong.env"]
