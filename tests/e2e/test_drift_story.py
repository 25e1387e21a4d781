"""A carrier changes its answers under a running daemon: two lines, one message, the last good values kept, a bundle for the report."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from house import ROOT, Daemon, Webhook, wait_until
from servers.bench import bench

from monitor.carriers._drift import LEARN

NUMBERS = ("+8613812348000", "+8613812348001")
SECRET = "bearer-5f7e1c"


@pytest.mark.heavy
@pytest.mark.timeout(300)
def test_a_changed_answer_is_one_message_and_a_bundle_without_secrets(tmp_path: Path) -> None:
    hook, environ = Webhook(), {"MONITOR_TIMEZONE": "Asia/Shanghai", "MONITOR_LANGUAGE": "en"}
    with bench("http-json") as box:
        for name, number in zip(("GRANNY", "HOME"), NUMBERS, strict=True):
            environ |= {
                f"MONITOR_LINES__{name}__{key}": value
                for key, value in {
                    "CARRIER": "http-json",
                    "NUMBER": number,
                    "CURRENCY": "CNY",
                    "URL": box.url,
                    "TOKEN": SECRET,
                    "HTTP__PATH": "/me",
                    "HTTP__AUTH_KIND": "bearer",
                    "HTTP__BALANCE": "money.left",
                    "HTTP__PLAN": "plan.name",
                }.items()
            }
        environ |= {"MONITOR_POLL_EVERY": "1s", "MONITOR_CHANNELS__PUSH__URL": hook.url}
        box.answers["/me"] = {"money": {"left": "88.00"}, "plan": {"name": "5G 58"}}

        def run(*command: str) -> str:
            kept = {k: v for k, v in os.environ.items() if not k.startswith("MONITOR_")}
            own = {"STATE_DIRECTORY": str(tmp_path / "state"), "PYTHONPATH": str(ROOT)}
            words = [sys.executable, "-m", "monitor", *command]
            done = subprocess.run(
                words, env=kept | environ | own, capture_output=True, text=True, check=False, timeout=60
            )
            assert "Traceback" not in done.stderr, done.stderr
            return done.stdout

        daemon = Daemon(tmp_path, environ).start()
        try:
            wait_until(lambda: len(box.asked) > LEARN, 120, "enough answers")
            box.answers["/me"] = {"money": {"remaining": "88.00"}, "plan": {"name": "5G 58"}}
            wait_until(lambda: "changed its answer" in daemon.log, 30, "the change")
            assert json.loads(run("status", "--json"))[0]["balance"]["amount"] == "88.00"
            daemon.stop()
            daemon.start()
            wait_until(lambda: any("changed its answers" in t for t in hook.texts()), 30, "the message")
            said = [t for t in hook.texts() if "changed its answers" in t]
            assert "2 lines" in said[0]
            assert "money.left" in said[0]
            assert "money.left" in run("carrier", "changes")
            place = tmp_path / "report.zip"
            run("support-bundle", "--out", str(place))
            assert len([t for t in hook.texts() if "changed its answers" in t]) == 1
        finally:
            daemon.stop()
            hook.down()
    with zipfile.ZipFile(io.BytesIO(place.read_bytes())) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert "money.left" in files["changes.json"]
    assert "plan.name" in files["shapes.json"]
    assert "MONITOR_LINES__line-1__TOKEN" in files["settings.json"]
    assert json.loads(files["polls.json"])["line-1"]
    for private in (SECRET, "88.00", "granny", "GRANNY", *(n.lstrip("+") for n in NUMBERS)):
        assert not [name for name, text in files.items() if private in text], private
    assert place.stat().st_mode & 0o077 == 0
