"""Checks a sealed archive as ``verify.sh`` in it does, in one stream and without unpacking it."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from monitor.core.evidence import GENESIS, Fault, sha256
from monitor.evidence.files import EvidenceError

_SEALED = frozenset({"SHA256SUMS"})


def check_archive(path: Path) -> list[Fault]:
    """Return every fault of an archive with its place; number 0 is the archive itself.

    Raises:
        EvidenceError: it is no archive of ours.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return [*_files(archive), *_chain(archive), *_seen(archive)]
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise EvidenceError(f"{path.name} is no evidence archive, or is damaged as a file: {error}") from None


def _files(archive: zipfile.ZipFile) -> Iterator[Fault]:
    sums = {name: digest for digest, _, name in (r.partition("  ") for r in _rows(archive, "SHA256SUMS"))}
    names = {i.filename for i in archive.infolist()} - _SEALED
    for name in sorted(names | sums.keys()):
        if name not in names:
            yield Fault(0, "missing", f"{name} is missing")
        elif name not in sums:
            yield Fault(0, "changed", f"{name} was added")
        elif _digest(archive, name) != sums[name]:
            yield Fault(0, "changed", f"{name} was changed")


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _chain(archive: zipfile.ZipFile) -> Iterator[Fault]:
    before = GENESIS
    for row, content in zip_longest(
        _rows(archive, "chain.tsv"), _rows(archive, "contents.jsonl"), fillvalue=""
    ):
        stated, _, text = row.partition("\t")
        parts = text.split(" ")
        if len(parts) != 6 or not parts[2].isdigit():
            yield Fault(0, "changed", "chain.tsv has a row that is no entry")
            continue
        seq = int(parts[2])
        if sha256(text) != stated:
            yield Fault(seq, "changed", "it was changed")
        if parts[1] != before:
            yield Fault(seq, "order", "it does not follow the one before it: something was dropped or moved")
        if content and sha256(content) != parts[5]:
            yield Fault(seq, "payload", "its content was changed")
        before = stated
    if json.loads(archive.read("index.json")).get("line_head") != before:
        yield Fault(0, "cut", "the end of the chain was cut off")


def _seen(archive: zipfile.ZipFile) -> Iterator[Fault]:
    told = {
        str(json.loads(content).get("sha256"))
        for content in _rows(archive, "contents.jsonl")
        if '"sha256":"' in content
    }
    for row in _rows(archive, "seen.tsv"):
        number, digest, data = row.split("\t", 2)
        if sha256(data) != digest or digest not in told:
            yield Fault(int(number), "source", "what was seen was changed")


def _rows(archive: zipfile.ZipFile, name: str) -> Iterator[str]:
    with archive.open(name) as file:
        for row in file:
            yield row.decode().removesuffix("\n")
