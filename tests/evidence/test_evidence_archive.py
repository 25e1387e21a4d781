"""The sealed archive: complete, readable, and any change to it is found with the documented steps alone."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import text
from told import DAY, HOME, NOW, poll

from monitor.core.money import Money
from monitor.core.reading import Reading
from monitor.core.words import Status
from monitor.evidence.check import check_archive
from monitor.evidence.export import Sealed, export
from monitor.evidence.files import Attachments, EvidenceError
from monitor.store import SqlStore
from monitor.store.trail import Writer

Unpacked = Callable[[], Path]


def seal(store: SqlStore, files: Attachments, folder: Path, language: str = "en") -> Sealed:
    return export(store, files, HOME.line, folder / "home.zip", language=language, now=NOW + 9 * DAY)


@pytest.fixture
def sealed(story: SqlStore, files: Attachments, tmp_path: Path) -> Sealed:
    return seal(story, files, tmp_path)


@pytest.fixture
def unpacked(sealed: Sealed, tmp_path: Path) -> Path:
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(sealed.path) as archive:
        archive.extractall(folder)
    return folder


def verify(folder: Path) -> tuple[int, str]:
    done = subprocess.run(["sh", str(folder / "verify.sh")], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_it_holds_everything_and_checks_with_sha256sum_alone(
    sealed: Sealed, unpacked: Path, story: SqlStore
) -> None:
    assert sealed.faults == ()
    assert sealed.lost == ()
    code, said = verify(unpacked)
    assert code == 0, said
    assert "the chain holds" in said
    assert check_archive(sealed.path) == []
    mine = [e for e in story.trail("home") if e.kind != "export"]
    assert sealed.entries == len(mine) == len((unpacked / "chain.tsv").read_text().splitlines())
    assert len((unpacked / "seen.tsv").read_text(encoding="utf-8").splitlines()) == 6
    assert [p.read_text() for p in (unpacked / "attachments").iterdir()] == ["paid 50"]


def test_the_seal_itself_enters_the_chain(sealed: Sealed, story: SqlStore) -> None:
    last = story.trail("home")[-1]
    assert (last.kind, last.facts()["sha256"]) == ("export", sealed.sha256)
    assert story.verify_trail() == []
    assert sealed.path.stat().st_mode & 0o777 == 0o600


def test_no_full_number_and_no_other_line_is_in_it(unpacked: Path) -> None:
    whole = "".join(p.read_text(encoding="utf-8") for p in unpacked.rglob("*") if p.is_file())
    assert "13812348000" not in whole
    assert '"work"' not in whole
    assert "+86138****8000" in whole


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


def drop_row(folder: Path, *names: str, row: int) -> None:
    for name in names:
        rows = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / name).write_text("".join(rows[:row] + rows[row + 1 :]), encoding="utf-8")


def reseal(folder: Path) -> None:
    """A forger makes the list of files anew; the chain must tell all the same."""
    names = sorted(
        p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.name != "SHA256SUMS"
    )
    done = subprocess.run(["sha256sum", *names], cwd=folder, capture_output=True, text=True, check=True)
    (folder / "SHA256SUMS").write_text(done.stdout, encoding="utf-8")


@pytest.mark.parametrize("resealed", [False, True])
@pytest.mark.parametrize(
    ("forge", "told"),
    [
        (lambda f: change(f, "contents.jsonl", "250 ok", "251 ok"), r"content of entry \d+ was changed"),
        (lambda f: change(f, "chain.tsv", " record ", " reading "), r"entry \d+ was changed"),
        (lambda f: drop_row(f, "chain.tsv", "contents.jsonl", row=3), r"entry \d+ does not follow"),
        (lambda f: drop_row(f, "chain.tsv", "contents.jsonl", row=-2), r"entry \d+ does not follow"),
        (lambda f: change(f, "seen.tsv", "30.00", "90.00"), r"what was seen in entry \d+ was changed"),
    ],
)
def test_a_forged_archive_is_found_and_the_place_named(
    unpacked: Path, forge: Callable[[Path], None], told: str, *, resealed: bool
) -> None:
    forge(unpacked)
    if resealed:
        reseal(unpacked)
    code, said = verify(unpacked)
    assert code == 1
    assert re.search(told, said), said
    packed = unpacked.parent / "forged.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in unpacked.rglob("*"):
            archive.write(path, path.relative_to(unpacked))
    assert check_archive(packed)


def test_a_cut_end_is_found(unpacked: Path) -> None:
    rows = (unpacked / "chain.tsv").read_text().splitlines(keepends=True)
    (unpacked / "chain.tsv").write_text("".join(rows[:-1]))
    drop_row(unpacked, "contents.jsonl", row=len(rows) - 1)
    reseal(unpacked)
    code, said = verify(unpacked)
    assert code == 1
    assert "the end of the chain was cut off" in said


def test_damage_in_the_store_is_told_in_the_archive(
    story: SqlStore, files: Attachments, tmp_path: Path
) -> None:
    with story._database.write() as connection:
        connection.execute(
            text("UPDATE trail SET payload = replace(payload, '250 ok', '251 ok') WHERE kind = 'attempt'")
        )
    sealed = seal(story, files, tmp_path)
    assert {f.what for f in sealed.faults} == {"payload"}
    with zipfile.ZipFile(sealed.path) as archive:
        assert "Damage was found" in archive.read("index.html").decode()


def test_a_lost_attachment_is_named(story: SqlStore, files: Attachments, tmp_path: Path) -> None:
    for path in (tmp_path / "state" / "attachments").iterdir():
        path.unlink()
    sealed = seal(story, files, tmp_path)
    assert sealed.lost == ("回执 scan.txt",)
    assert check_archive(sealed.path) == []


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [v or "" for k, v in attrs if k in {"src", "href"}]
        if tag not in {"meta", "line", "polyline"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in {"meta", "line", "polyline"}:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    ("language", "parts"),
    [("en", ("Evidence: home", "stopped (critical)")), ("zh-CN", ("证据档案: home", "已停机（严重）"))],
)
def test_the_index_reads_well_in_both_languages(
    story: SqlStore, files: Attachments, tmp_path: Path, language: str, parts: tuple[str, str]
) -> None:
    sealed = seal(story, files, tmp_path, language)
    with zipfile.ZipFile(sealed.path) as archive:
        index = archive.read("index.html").decode()
        about = json.loads(archive.read("index.json"))
    page = _Page()
    page.feed(index)
    assert page.open == []
    assert page.links == []  # nothing is fetched from anywhere
    for part in (*parts, "24 小时内恢复", "T-1", "回执 scan.txt"):
        assert part in page.text
    assert "<polyline" in index
    assert about["kinds"]["reading"] == 3


def test_a_line_without_evidence_leaves_no_file(store: SqlStore, files: Attachments, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="no evidence of the line home"):
        seal(store, files, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["state"]


def test_a_place_that_cannot_be_written_is_told(story: SqlStore, files: Attachments, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="--out"):
        seal(story, files, tmp_path / "nowhere")


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK no zip")
    with pytest.raises(EvidenceError, match=r"x\.zip is no evidence archive"):
        check_archive(tmp_path / "x.zip")


@pytest.mark.heavy
def test_a_year_of_history_checks_with_the_documented_steps(
    store: SqlStore, files: Attachments, tmp_path: Path
) -> None:
    chance = random.Random(1)  # noqa: S311 - sample data
    for hour in range(0, 365 * 24, 6):
        at = NOW + timedelta(hours=hour)
        store.poll_now(["home", "work"], at)
        yuan = Decimal(chance.randrange(100, 9000)) / 100
        poll(store, Reading(at, status=Status.ACTIVE, balance=Money(yuan, "CNY")), at)
    sealed = export(store, files, HOME.line, tmp_path / "year.zip", language="en", now=NOW + 366 * DAY)
    assert sealed.entries >= 365 * 4
    with zipfile.ZipFile(sealed.path) as archive:
        archive.extractall(tmp_path / "year")
    code, said = verify(tmp_path / "year")
    assert code == 0, said
    drop_row(tmp_path / "year", "chain.tsv", "contents.jsonl", row=700)
    code, said = verify(tmp_path / "year")
    assert code == 1
    assert "does not follow" in said


_EXPORT = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from monitor.core.line import Line
from monitor.evidence.check import check_archive
from monitor.evidence.export import export
from monitor.evidence.files import Attachments
from monitor.store import open_store
store = open_store(sys.argv[1])
steps = []
out = Path(sys.argv[2])
sealed = export(store, Attachments(out.parent), Line("home", "tmf"), out, language="en",
                now=datetime(2027, 1, 1, tzinfo=UTC), progress=lambda done, of: steps.append(done / of))
assert check_archive(out) == [] and steps == sorted(steps) and steps[-1] == 1.0
print(sealed.entries, len(steps), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.heavy
@pytest.mark.timeout(300)
def test_a_hundred_thousand_entries_need_no_more_memory_than_a_thousand(
    store: SqlStore, tmp_path: Path
) -> None:
    peaks = []
    for upto in (1_000, 100_000):
        while store.trail_head()[0] < upto:
            with store._database.write() as connection:
                writer = Writer(connection, NOW)
                for n in range(1000):
                    writer.add(
                        "record",
                        "home",
                        {"text": f"call {n}, the hotline said: wait for the next working day"},
                    )
                writer.flush()
        command = [
            sys.executable,
            "-c",
            _EXPORT,
            f"sqlite:///{tmp_path}/state/m.db",
            str(tmp_path / "out.zip"),
        ]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        assert int(told[0]) >= upto
        assert int(told[1]) >= upto / 500
        peaks.append(int(told[2]))
    print(f"peak memory: {peaks[0] / 1024:.0f} MB for 1,000 entries, {peaks[1] / 1024:.0f} MB for 100,000")
    assert peaks[1] - peaks[0] < 30 * 1024
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        archive.extractall(tmp_path / "whole")
    code, said = verify(tmp_path / "whole")
    assert code == 0, said
