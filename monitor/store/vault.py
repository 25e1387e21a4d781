"""Sessions and tokens, encrypted at rest: AES-256-GCM, the name of each secret bound to its value."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select

from monitor.ports import StoreError
from monitor.store.dialect import upsert
from monitor.store.engine import Database
from monitor.store.schema import secrets

log = logging.getLogger(__name__)

_NONCE = 12


class SqlVault:
    """Implements :class:`monitor.ports.Vault` on the store's database."""

    def __init__(self, database: Database, key: bytes, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._key = hashlib.sha256(b"billing-monitor vault\0" + key).digest()
        self._clock = clock

    def get(self, key: str) -> str | None:
        """Return the secret, or None if there is none, it has expired, or another key sealed it."""
        with self._database.read() as connection:
            row = connection.execute(
                select(secrets.c.value, secrets.c.expires_at).where(secrets.c.key == key)
            ).one_or_none()
        if row is None or (row.expires_at is not None and row.expires_at <= self._clock()):
            return None
        return self._open(key, row.value)

    def put(self, key: str, value: str, expires_at: datetime | None = None) -> None:
        """Keep a secret."""
        row = {"key": key, "value": self._seal(key, value), "expires_at": expires_at}
        with self._database.write() as connection:
            connection.execute(upsert(connection, secrets, ("key",)), row)

    def drop(self, key: str) -> None:
        """Forget a secret."""
        with self._database.write() as connection:
            connection.execute(delete(secrets).where(secrets.c.key == key))

    def _seal(self, key: str, value: str) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - many daemons never need it

        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(self._key).encrypt(nonce, value.encode(), key.encode())

    def _open(self, key: str, sealed: bytes) -> str | None:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as above

        try:
            plain = AESGCM(self._key).decrypt(sealed[:_NONCE], sealed[_NONCE:], key.encode())
        except (InvalidTag, ValueError):
            log.warning("a stored session was sealed with another key; the carrier will be logged in anew")
            return None
        return plain.decode()


def read_or_make_key(path: Path) -> bytes:
    """Return the key in a file; make the file, readable by its owner alone, if there is none.

    Raises:
        StoreError: the file cannot be read or written, or is too short to be a key.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            key = path.read_bytes().strip()
        else:
            key = os.urandom(32).hex().encode()
            with os.fdopen(handle, "wb") as file:
                file.write(key)
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        raise StoreError(
            f"the key file {path} cannot be used: {error.strerror}",
            next_step="make it readable for the user of the service, or give the key as a credential",
            retryable=False,
        ) from None
    if len(key) < 16:
        raise StoreError(
            f"the key file {path} is damaged",
            next_step="remove it: a new one is made, and carriers are logged in anew",
            retryable=False,
        )
    return key
