"""When the database cannot do its work, the message says what happened, whether waiting helps, and what to do next."""

from __future__ import annotations

import os
import stat
import tempfile
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from monitor.core.reading import Event
from monitor.ports import StoreError
from monitor.store import SqlStore, open_store

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _tell(store: SqlStore, detail: str = "") -> None:
    store.update("home", lambda s: (s, ()), NOW, Event(NOW, "record", None, detail))


def test_files_are_their_owners_alone(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/new/state/monitor.db")
    store.sync_lines(["home"], NOW)
    store.vault().put("a", "b")
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "new/state").iterdir()}
    assert modes == dict.fromkeys(modes, 0o600)
    assert {"monitor.db", "monitor.db-wal", "vault.key"} <= modes.keys()
    assert stat.S_IMODE((tmp_path / "new/state").stat().st_mode) == 0o700
    store.close()


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    path.touch(0o644)
    open_store(f"sqlite:///{path}").close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_alerts_survive_a_power_cut(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/m.db")
    with store._database.read() as connection:
        pragmas = {
            p: connection.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "synchronous")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2}
    store.close()


def test_a_full_disk_loses_nothing_that_was_there_and_says_what_to_do(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/m.db")
    store.sync_lines(["home"], NOW)
    pages = _set(store, "page_count")

    @event.listens_for(store._database.engine, "begin")
    def limit(connection: Any) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    with pytest.raises(
        StoreError, match=r"disk of the database is full\. Waiting may help\. Next: free"
    ) as told:
        _tell(store, "x" * 100_000)
    assert told.value.retryable
    assert store.history("home", NOW, NOW + HOUR) == []
    assert store.trail() == []
    store.close()


def _set(store: SqlStore, pragma: str) -> Any:
    with store._database.engine.connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()


def test_a_database_that_became_read_only_fails_its_check(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/m.db")
    with store._database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")
    with pytest.raises(StoreError, match=r"read-only\. Waiting will not help\. Next: make the file"):
        store.check()
    store.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody without rights")
def test_a_file_without_rights_is_refused_with_its_name() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "monitor.db"
        path.touch(0o444)
        os.seteuid(65534)
        try:
            with pytest.raises(StoreError, match=rf"{path} cannot be opened for writing: Permission denied"):
                open_store(f"sqlite:///{path}")
            with pytest.raises(StoreError, match=r"cannot be opened.*Next: make its folder writable"):
                open_store(f"sqlite:///{folder}/new/monitor.db")
        finally:
            os.seteuid(0)


@pytest.mark.parametrize("offset", [0, 100])
def test_a_damaged_file_is_named_damaged(tmp_path: Path, offset: int) -> None:
    path = tmp_path / "m.db"
    open_store(f"sqlite:///{path}").close()
    data = bytearray(path.read_bytes())
    data[offset : offset + 3000] = b"\xa5" * 3000
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"damaged.*Waiting will not help.*restore a backup or start anew"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == data  # nothing was "repaired"


def test_a_file_removed_under_the_daemon_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    store = open_store(f"sqlite:///{path}")
    store.check()
    path.rename(tmp_path / "moved.db")
    with pytest.raises(StoreError, match="removed or replaced while in use"):
        store.check()
    store.close()


def test_a_database_held_by_another_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.store.engine.BUSY_MS", 1)
    holder = open_store(f"sqlite:///{tmp_path}/m.db")
    other = open_store(f"sqlite:///{tmp_path}/m.db")
    with holder._database.write(), pytest.raises(StoreError, match="another process holds") as told:
        _tell(other)
    assert told.value.retryable
    _tell(other)
    holder.close()
    other.close()


@pytest.mark.parametrize(
    "url",
    ["", "mysql://root:s3cret@localhost/x", "sqlite://", "sqlite:///:memory:", "/var/lib/x.db", "post gres"],
)
def test_a_url_that_is_no_database_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(StoreError, match="MONITOR_DATABASE_URL is not understood") as told:
        open_store(url)
    assert "s3cret" not in "".join(traceback.format_exception(told.value))


def test_a_server_that_does_not_answer_is_worth_waiting_for() -> None:
    url = "postgresql://me:s3cret@127.0.0.1:1/x"
    with pytest.raises(StoreError, match="PostgreSQL does not answer") as told:
        open_store(url)
    assert told.value.retryable
    assert "s3cret" not in "".join(traceback.format_exception(told.value))


@pytest.mark.heavy
def test_postgresql_faults_are_told_in_words(postgres: Any) -> None:
    with pytest.raises(StoreError, match=r"does not exist.*createdb"):
        open_store(postgres.url("nowhere"))
    url = postgres.new_database()
    store = open_store(url, key=b"0" * 16)
    name = url.rsplit("/", 1)[1]
    with store._database.write() as connection:
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    store.close()
    store = open_store(url)
    with pytest.raises(StoreError, match=r"PostgreSQL is read-only.*primary"):
        store.check()
    with pytest.raises(StoreError, match="no key for stored sessions"):
        store.vault()
    store.close()


@pytest.mark.heavy
def test_a_restarted_postgresql_is_found_again() -> None:
    from servers.postgres import cluster  # noqa: PLC0415 - the driver is needed by the heavy tests alone

    with cluster() as running:
        store = open_store(running.new_database())
        store.sync_lines(["home"], NOW)
        running.restart()
        assert list(store.states()) == ["home"]  # the dead connection was found before it was used
        store.check()
        store.close()


# --- the vault ------------------------------------------------------------------------------------------------------


def test_secrets_are_sealed_and_bound_to_their_names(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/m.db", key=b"first key of 16+")
    store.vault().put("home", "session-token-123")
    store.vault().put("work", "other")
    store.close()
    files = b"".join(p.read_bytes() for p in tmp_path.iterdir())
    assert b"session-token-123" not in files
    other = open_store(f"sqlite:///{tmp_path}/m.db", key=b"another key of 16")
    assert other.vault().get("home") is None  # logged in anew, not broken
    other.close()
    swapped = open_store(f"sqlite:///{tmp_path}/m.db", key=b"first key of 16+")
    assert swapped.vault().get("home") == "session-token-123"
    with swapped._database.write() as connection:
        connection.execute(text("UPDATE secrets SET value = (SELECT value FROM secrets WHERE key = 'home')"))
    assert swapped.vault().get("work") is None
    swapped.close()


def test_the_key_file_is_made_once_and_a_damaged_one_is_told(tmp_path: Path) -> None:
    for expected in (None, "kept"):
        store = open_store(f"sqlite:///{tmp_path}/m.db")
        assert store.vault().get("home") == expected
        store.vault().put("home", "kept")
        store.close()
    (tmp_path / "vault.key").write_bytes(b"short")
    store = open_store(f"sqlite:///{tmp_path}/m.db")
    with pytest.raises(StoreError, match=r"vault\.key is damaged.*Next: remove it"):
        store.vault()
    store.close()
