"""The sealed archive of one line: a person reads its index, ``sha256sum`` checks its chain, and memory stays flat."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from monitor.core.evidence import GENESIS, Entry, Fault, flaws, instant, sha256
from monitor.core.line import Line, mask
from monitor.evidence import page, words
from monitor.evidence.files import Attachments, EvidenceError
from monitor.ports import Store

_PAGE = 500
_SHOWN = 1000
"""Entries in the index; all of them are in the timeline."""
SEEN = frozenset({"reading", "failure", "event"})


@dataclass(frozen=True, slots=True)
class Sealed:
    """An archive that was written."""

    path: Path
    sha256: str
    entries: int
    faults: tuple[Fault, ...] = ()
    """Damage that was found on the way; the archive tells it, too."""
    lost: tuple[str, ...] = ()
    """Attachments whose file is no longer there."""


@dataclass(slots=True)
class _Tally:
    """What is gathered on the one way through the chain; bounded, however long that is."""

    entries: int = 0
    first: datetime | None = None
    last: datetime | None = None
    kinds: Counter[str] = field(default_factory=Counter)
    shown: deque[words.Row] = field(default_factory=lambda: deque(maxlen=_SHOWN))
    balances: dict[date, tuple[datetime, float, str]] = field(default_factory=dict)
    """The last balance of each day, for the chart alone: drawn, never reckoned with."""
    attachments: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    end: str = GENESIS
    state: str = ""
    """Of the last reading, see :class:`monitor.evidence.words.Row`."""


def export(
    store: Store,
    files: Attachments,
    line: Line,
    out: Path,
    *,
    language: str,
    now: datetime,
    progress: Callable[[int, int], None] = lambda done, of: None,  # noqa: ARG005
) -> Sealed:
    """Write the archive of a line, and enter its seal into the chain.

    Args:
        store: where the chain is.
        files: where the attachments are.
        line: whose story; its number is masked in the archive.
        out: the ZIP file to write; replaced only when the new one is whole.
        language: of the index: ``en`` or ``zh-CN``.
        now: the instant of this export.
        progress: called with (entries of the whole chain passed, all of them).

    Raises:
        EvidenceError: nothing is known of the line, or the archive cannot be written.
    """
    newest = store.trail_head()
    try:
        folder = Path(tempfile.mkdtemp(prefix=".evidence-", dir=out.parent))
    except OSError as error:
        raise EvidenceError(
            f"{out.parent} cannot be written: {error.strerror}; name another place with --out"
        ) from None
    try:
        tally = _gather(store, line, folder, total=newest[0], language=language, progress=progress)
        if not tally.entries:
            raise EvidenceError(f"there is no evidence of the line {line.name}")
        lost = _copy_attachments(files, tally, folder)
        _describe(line, tally, folder, newest=newest, language=language, now=now, lost=lost)
        seal = _pack(folder, out)
    except OSError as error:
        raise EvidenceError(f"the archive cannot be written: {error.strerror}") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    facts = {"file": out.name, "sha256": seal, "entries": tally.entries, "head": newest[1]}
    store.trail_append("export", line.name, facts, now)
    return Sealed(out, seal, tally.entries, tuple(tally.faults), lost)


def _gather(
    store: Store,
    line: Line,
    folder: Path,
    *,
    total: int,
    language: str,
    progress: Callable[[int, int], None],
) -> _Tally:
    tally, after = _Tally(), 0
    with ExitStack() as open_files:
        chain, contents, seen, timeline = (
            open_files.enter_context((folder / name).open("w", encoding="utf-8", newline="\n"))
            for name in ("chain.tsv", "contents.jsonl", "seen.tsv", "timeline.tsv")
        )
        while page_ := [e for e in store.trail(line.name, after, _PAGE) if e.seq <= total]:
            kept = _kept(store, line.name, page_)
            for entry in page_:
                data = kept.get(_digest_of(entry), "")
                _check(tally, entry)
                chain.write(f"{entry.hash}\t{entry.text}\n")
                contents.write(f"{entry.payload or ''}\n")
                if data:
                    seen.write(f"{entry.seq}\t{sha256(data)}\t{data}\n")
                row = words.row(entry, data, line.zone, language)
                timeline.write("\t".join((str(entry.seq), instant(entry.at), entry.kind, row.text)) + "\n")
                _count(tally, entry, row)
            after = page_[-1].seq
            progress(after, total)
    progress(total, total)
    return tally


def _kept(store: Store, line: str, entries: Sequence[Entry]) -> dict[str, str]:
    """Return what is still kept of the observations of a page, by digest."""
    at = {datetime.fromisoformat(str(e.facts()["observed_at"])) for e in entries if _digest_of(e)}
    return {sha256(data): data for _, _, data in store.sources(line, at)} if at else {}


def _digest_of(entry: Entry) -> str:
    facts = entry.facts() if entry.kind in SEEN else {}
    return str(facts.get("sha256", "")) if "observed_at" in facts else ""


def _check(tally: _Tally, entry: Entry) -> None:
    if entry.prev_line != tally.end:
        tally.faults.append(Fault(entry.seq, "order", "it does not follow the entry of its line before it"))
    tally.faults.extend(flaws(entry))
    tally.end = entry.hash


def _count(tally: _Tally, entry: Entry, row: words.Row) -> None:
    tally.entries += 1
    tally.first = tally.first or entry.at
    tally.last = entry.at
    tally.kinds[entry.kind] += 1
    if row.worth_showing or (row.state and row.state != tally.state):
        tally.shown.append(row)
    tally.state = row.state or tally.state
    if row.balance is not None:
        tally.balances[row.at.date()] = (row.at, float(row.balance.amount), row.balance.currency)
    found: Any = entry.facts().get("attachments", ())
    for one in found:
        tally.attachments[str(one["sha256"])] = str(one["name"])


def _copy_attachments(files: Attachments, tally: _Tally, folder: Path) -> tuple[str, ...]:
    lost = []
    if tally.attachments:
        (folder / "attachments").mkdir()
    for digest, name in tally.attachments.items():
        pieces = files.read(digest)
        if pieces is None:
            lost.append(name)
            continue
        safe = "".join(c if c.isalnum() or c in "._-" else "_" for c in name)[-80:]
        with (folder / "attachments" / f"{digest[:16]}-{safe}").open("wb") as copy:
            for piece in pieces:
                copy.write(piece)
    return tuple(lost)


def _describe(
    line: Line,
    tally: _Tally,
    folder: Path,
    *,
    newest: tuple[int, str],
    language: str,
    now: datetime,
    lost: Sequence[str],
) -> None:
    about: dict[str, object] = {
        "line": line.name,
        "number": mask(line.number),
        "carrier": line.carrier,
        "timezone": line.timezone,
        "exported_at": now.astimezone(line.zone).isoformat(timespec="seconds"),
        "first": _local(tally.first, line),
        "last": _local(tally.last, line),
        "entries": tally.entries,
        "kinds": dict(sorted(tally.kinds.items())),
        "line_head": tally.end,
        "chain_head": {"seq": newest[0], "hash": newest[1]},
        "faults": [{"seq": f.seq, "what": f.what, "detail": f.detail} for f in tally.faults[:100]],
        "attachments": [
            {"sha256": d, "name": n, "kept": n not in lost} for d, n in tally.attachments.items()
        ],
    }
    (folder / "index.json").write_text(
        json.dumps(about, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    points = [tally.balances[day] for day in sorted(tally.balances)]
    html = page.render(about, list(tally.shown), points, language)
    (folder / "index.html").write_text(html, encoding="utf-8")
    for name in ("VERIFY.txt", "verify.sh"):
        shutil.copyfile(Path(__file__).with_name(name), folder / name)
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    with (folder / "SHA256SUMS").open("w", encoding="utf-8", newline="\n") as sums:
        sums.writelines(f"{_sha256_of(folder / name)}  {name}\n" for name in names)


def _local(at: datetime | None, line: Line) -> str | None:
    return at.astimezone(line.zone).isoformat(timespec="seconds") if at else None


def _pack(folder: Path, out: Path) -> str:
    draft = out.with_name(f".{out.name}.part")
    with _private(draft) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            archive.write(path, path.relative_to(folder).as_posix())
    seal = _sha256_of(draft)
    draft.replace(out)
    return seal


def _private(path: Path) -> IO[bytes]:
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for piece in _pieces(file):
            digest.update(piece)
    return digest.hexdigest()


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(1 << 20):
        yield piece
