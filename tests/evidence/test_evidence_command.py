"""``record``, ``evidence export`` and ``evidence verify`` as a person types them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from monitor.cli import build
from monitor.store import open_store


class Shell:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = f"sqlite:///{folder}/m.db"
        (folder / "one.env").write_text(
            f"MONITOR_DATABASE_URL={self.database}\nMONITOR_TIMEZONE=Asia/Shanghai\nMONITOR_LANGUAGE=zh-CN\n"
            "MONITOR_LINES__HOME__CARRIER=tmf\nMONITOR_LINES__HOME__NUMBER=+8613812348000\n"
            "MONITOR_LINES__HOME__URL=http://127.0.0.1:9\nMONITOR_LINES__HOME__CURRENCY=CNY\n"
            "MONITOR_CHANNELS__PUSH__URL=json://127.0.0.1:9/\n",
            encoding="utf-8",
        )

    def __call__(self, *arguments: str) -> Result:
        command = build(["evidence"])
        return CliRunner().invoke(command, ["--env-file", str(self.folder / "one.env"), *arguments])


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    return Shell(tmp_path)


def test_from_a_call_to_a_checked_archive(shell: Shell) -> None:
    scan = shell.folder / "bill.pdf"
    scan.write_bytes(b"%PDF-1.7")
    out = shell.folder / "home.zip"
    said = shell("record", "home", "paid at the hall", "--paid", "50", "--ref", "P-1", "--attach", str(scan))
    assert said.exit_code == 0, said.output
    said = shell("record", "home", "they promised", "--promise-by", "2026-12-01", "--ticket", "T-9")
    assert said.exit_code == 0, said.output
    said = shell("evidence", "export", "home", "--out", str(out))
    assert said.exit_code == 0, said.output
    with zipfile.ZipFile(out) as archive:
        assert "证据档案" in archive.read("index.html").decode()
        [attached] = [n for n in archive.namelist() if n.startswith("attachments/")]
        assert archive.read(attached) == b"%PDF-1.7"
    assert shell("evidence", "verify", str(out)).exit_code == 0
    said = shell("evidence", "verify", "--json")
    assert said.exit_code == 0, said.output
    assert json.loads(said.stdout)["ok"] is True


def test_a_broken_chain_is_exit_1_and_names_the_entry(shell: Shell) -> None:
    for words in ("first", "second", "third"):
        assert shell("record", "home", words).exit_code == 0
    store = open_store(shell.database)
    with store._database.write() as connection:
        connection.execute(text("UPDATE trail SET payload = replace(payload, 'second', 'Second')"))
    store.close()
    said = shell("evidence", "verify")
    assert said.exit_code == 1
    assert "entry 2: its content was changed" in said.output
    told = json.loads(shell("evidence", "verify", "--json").stdout)
    assert [f["entry"] for f in told["faults"]] == [2]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("record", "nobody", "x"), "known: home"),
        (("record", "home", "x", "--attach", "/none.pdf"), "no such file: /none.pdf"),
        (("record", "home", "x", "--dispute", "loud"), "'fee' or 'other'"),
        (("record", "home", "x", "--paid", "a lot"), "write for example '50 CNY'"),
        (("evidence", "export", "nobody"), "known: home"),
    ],
)
def test_a_wrong_option_is_exit_2_and_stores_nothing(
    shell: Shell, arguments: tuple[str, ...], told: str
) -> None:
    said = shell(*arguments)
    assert said.exit_code == 2
    assert told in " ".join(said.output.split())
    assert json.loads(shell("evidence", "verify", "--json").stdout)["head"] == "0" * 64


def test_an_archive_of_nothing_is_an_error(shell: Shell) -> None:
    said = shell("evidence", "export", "home", "--out", str(shell.folder / "x.zip"))
    assert said.exit_code == 1
    assert "no evidence of the line home" in said.output
