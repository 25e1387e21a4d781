"""What systemd changes about where the settings come from."""

from pathlib import Path

from monitor.settings import EnvSource, load
from monitor.settings.source import HANDOVER


def test_what_a_reload_hands_over_replaces_the_environment_of_the_start(tmp_path: Path) -> None:
    started = {"RUNTIME_DIRECTORY": str(tmp_path), "MONITOR_LANGUAGE": "en", "MONITOR_POLL_EVERY": "2h"}
    source = EnvSource([], started)
    assert load(source).language == "en"
    (tmp_path / HANDOVER).write_text("PATH=/bin\0MONITOR_LANGUAGE=zh-CN\0", encoding="utf-8")
    assert source.read() == ({"MONITOR_LANGUAGE": "zh-CN"}, [])
    (tmp_path / HANDOVER).unlink()
    assert load(source).language == "en"


def test_what_systemd_tells_of_a_failed_unit_is_not_taken_for_a_misspelt_setting() -> None:
    told = {"MONITOR_SERVICE_RESULT": "exit-code", "MONITOR_EXIT_CODE": "exited", "MONITOR_EXIT_STATUS": "2"}
    told |= {"MONITOR_INVOCATION_ID": "33cc9c8c", "MONITOR_UNIT": "billing-monitor.service"}
    source = EnvSource([], told | {"MONITOR_LANGUAGE": "en"})
    assert load(source).language == "en"
    assert source.failed_unit["EXIT_STATUS"] == "2"


def test_root_at_the_command_line_reads_the_secrets_that_systemd_hands_the_service(tmp_path: Path) -> None:
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "lines__home__token").write_text("s3cret\n", encoding="utf-8")
    outside = EnvSource(None, {"CONFIGURATION_DIRECTORY": str(tmp_path)})
    assert outside.read()[0] == {"MONITOR_LINES__HOME__TOKEN": "s3cret"}
    inside = tmp_path / "run"
    inside.mkdir()
    (inside / "monitor_lines__home__token").write_text("other", encoding="utf-8")
    assert EnvSource([], {"CREDENTIALS_DIRECTORY": str(inside)}).read()[0] == {
        "MONITOR_LINES__HOME__TOKEN": "other"
    }
