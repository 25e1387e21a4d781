"""Attachments of the contact log, kept by their SHA-256: a file cannot change without losing its name."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LARGEST = 100_000_000
"""Bytes; a scan, a recording or a short film fits."""
_PIECE = 1 << 20


class EvidenceError(Exception):
    """Evidence cannot be kept or handed out; says what to do."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was copied in."""

    name: str
    sha256: str
    size: int

    def facts(self) -> dict[str, object]:
        """Return what the chain of evidence keeps of it."""
        return {"name": self.name, "sha256": self.sha256, "size": self.size}


class Attachments:
    """A folder of files, each under its digest.

    Args:
        folder: made when first needed, for its owner alone.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, source: Path) -> Kept:
        """Copy a file in, safely on disk before this returns; the same content is kept once.

        Raises:
            EvidenceError: it cannot be read or written, or is larger than 100 MB.
        """
        try:
            if source.stat().st_size > LARGEST:
                raise EvidenceError(f"{source.name} is larger than 100 MB; attach a smaller copy")
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self._folder / f".{secrets.token_hex(8)}"
            digest, size = hashlib.sha256(), 0
            try:
                with source.open("rb") as inside, _private(draft) as outside:
                    while piece := inside.read(_PIECE):
                        digest.update(piece)
                        outside.write(piece)
                        size += len(piece)
                    outside.flush()
                    os.fsync(outside.fileno())
                draft.replace(self._folder / digest.hexdigest())
            finally:
                draft.unlink(missing_ok=True)
            _sync(self._folder)
        except OSError as error:
            raise EvidenceError(f"{source.name} cannot be kept: {error.strerror}") from None
        return Kept(source.name, digest.hexdigest(), size)

    def read(self, sha256: str) -> Iterator[bytes] | None:
        """Return the content in pieces, or None if the file is no longer here."""
        path = self._folder / sha256
        if len(sha256) != 64 or not sha256.isalnum() or not path.is_file():
            return None
        return _pieces(path)

    def drop(self, sha256: str) -> None:
        """Remove a file, if it is here."""
        if len(sha256) == 64 and sha256.isalnum():
            (self._folder / sha256).unlink(missing_ok=True)


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
