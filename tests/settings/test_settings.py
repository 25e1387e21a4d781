"""Settings: every name declared once, every fault told at once."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.settings import EnvSource, SettingsError, load
from monitor.settings.envfile import parse
from monitor.settings.example import line_env, monitor_env
from monitor.settings.reference import settings_markdown

ROOT = Path(__file__).parents[2]
LINE = {"MONITOR_LINES__HOME__CARRIER": "tmf", "MONITOR_LINES__HOME__NUMBER": "+86 138 1234 8000"}


def faults(env: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(EnvSource([], env))
    return [str(f) for f in caught.value.faults]


def test_names_nest_and_values_have_units() -> None:
    env = LINE | {"MONITOR_LINES__HOME__TMF__BILL_URL": "https://c/bill", "MONITOR_POLL_EVERY": "1d12h"}
    settings = load(EnvSource([], env))
    assert settings.poll_every == timedelta(hours=36)
    assert settings.lines["home"].number == "+8613812348000"
    assert settings.lines["home"].tmf.bill_url == "https://c/bill"


def test_a_misspelt_name_is_refused_with_the_nearest() -> None:
    assert "Did you mean MONITOR_POLL_EVERY?" in faults(LINE | {"MONITOR_POLL_EVERI": "6h"})[0]
    assert (
        "Did you mean MONITOR_LINES__HOME__TMF__BILL_URL?"
        in faults(LINE | {"MONITOR_LINES__HOME__TMF__BIL_URL": "x"})[0]
    )


def test_five_different_faults_are_told_in_one_run_and_no_secret_with_them() -> None:
    bad = {
        "MONITOR_POLL_EVERI": "6h",
        "MONITOR_TIMEZONE": "Mars/Base",
        "MONITOR_POLL_DEADLINE": "5",
        "MONITOR_LINES__B__NUMBER": "138",
        "MONITOR_CHANNELS__MAIL__MIN_SEVERITY": "loud",
        "MONITOR_LINES__HOME__TOKEN": "s3cret",
    }
    told = faults(LINE | bad)
    for name in list(bad)[:5]:
        assert any(f.startswith(name) for f in told), name
    assert "s3cret" not in " ".join(told)


def test_a_secret_comes_from_a_file_or_a_credential(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("abc\n")
    (tmp_path / "monitor_lines__home__password").write_text("pw")
    env = LINE | {
        "MONITOR_LINES__HOME__TOKEN_FILE": str(tmp_path / "token"),
        "CREDENTIALS_DIRECTORY": str(tmp_path),
    }
    line = load(EnvSource([], env)).lines["home"]
    assert line.token.get_secret_value() == "abc"
    assert line.password.get_secret_value() == "pw"
    assert "abc" not in repr(line)


def test_reading_again_sees_a_changed_file_although_systemd_passed_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "monitor.env").write_text("MONITOR_POLL_EVERY=6h\n")
    environ = LINE | {"CONFIGURATION_DIRECTORY": str(tmp_path), "MONITOR_POLL_EVERY": "6h"}
    source = EnvSource(None, environ)
    assert load(source).poll_every == timedelta(hours=6)
    (tmp_path / "monitor.env").write_text("MONITOR_POLL_EVERY=1h\n")
    assert load(source).poll_every == timedelta(hours=1)


def test_a_channel_that_does_not_exist_is_a_fault() -> None:
    assert "no channel named 'post'" in faults(LINE | {"MONITOR_LINES__HOME__CHANNELS": "post"})[0]


def test_the_examples_are_generated_and_can_be_read() -> None:
    assert (ROOT / "config/monitor.env.example").read_text(encoding="utf-8") == monitor_env()
    assert (ROOT / "config/lines.d/example.env").read_text(encoding="utf-8") == line_env()
    assert (ROOT / "docs/settings.md").read_text(encoding="utf-8") == settings_markdown()
    loaded = load(EnvSource([], parse(monitor_env()) | parse(line_env())))
    assert loaded.lines["home"].carrier == "tmf"
