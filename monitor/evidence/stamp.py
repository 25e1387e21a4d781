"""A time stamp of somebody else's clock on an archive: RFC 3161. Anybody checks it with ``openssl ts -verify``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from monitor.evidence.files import EvidenceError

MEDIA = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}

_VERSION = bytes.fromhex("020101")
_SHA256 = bytes.fromhex("300d06096086480165030402010500")  # AlgorithmIdentifier: SHA-256, no parameters
_CERTIFICATE_WANTED = bytes.fromhex("0101ff")
_GRANTED = (0, 1)
"""PKIStatus: granted, granted with modifications (RFC 3161, 2.4.2)."""


def query(digest: bytes, nonce: bytes) -> bytes:
    """Return a TimeStampReq in DER for a SHA-256 digest; ``nonce`` is 8 bytes, the first of them 1 to 127."""
    imprint = _der(0x30, _SHA256 + _der(0x04, digest))
    return _der(0x30, _VERSION + imprint + _der(0x02, nonce) + _CERTIFICATE_WANTED)


def stamp(archive: Path, nonce: bytes, ask: Callable[[bytes], bytes]) -> Path:
    """Have an archive stamped; return the file with the stamp, beside it.

    Args:
        archive: the sealed file.
        nonce: 8 random bytes; the first of them 1 to 127.
        ask: sends a query to the authority and returns its reply.

    Raises:
        EvidenceError: the reply is no stamp of this archive.
    """
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    reply = ask(query(digest, nonce))
    if _status(reply) not in _GRANTED or digest not in reply or nonce not in reply:
        raise EvidenceError(
            "the time stamp authority gave no stamp for this archive; the archive itself is written"
        )
    kept = archive.with_name(f"{archive.name}.tsr")
    kept.write_bytes(reply)
    return kept


def _der(tag: int, content: bytes) -> bytes:
    """Write one value; everything here is shorter than 128 bytes."""
    return bytes((tag, len(content))) + content


def _status(reply: bytes) -> int | None:
    """Return the PKIStatus of a TimeStampResp, None if it is none."""
    at = 0
    for _ in range(2):  # TimeStampResp, then PKIStatusInfo
        if reply[at : at + 1] != b"\x30" or len(reply) < at + 2:
            return None
        length = reply[at + 1]
        at += 2 + (length & 0x7F if length & 0x80 else 0)
    return reply[at + 2] if reply[at : at + 2] == b"\x02\x01" and len(reply) > at + 2 else None
