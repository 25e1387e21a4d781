"""The revisions lead to the very schema that the code declares, from every older one, with what was stored."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from monitor.core.notice import Notice, Why
from monitor.core.words import Kind, Severity
from monitor.ports import StoreError
from monitor.store import migrate, open_store
from monitor.store.codec import dump
from monitor.store.engine import Database
from monitor.store.schema import REVISION, metadata

_SCRIPTS = Path(migrate.__file__).parent / "migrations"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def _revisions() -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return [r.revision for r in reversed(list(ScriptDirectory.from_config(config).walk_revisions()))]


def _shape(connection: Connection, *, postgres: bool) -> Any:
    """Everything the database itself tells about its schema, without the order in which it was written down."""
    if postgres:
        queries = (
            "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint",
        )
        rows = [str(tuple(row)) for query in queries for row in connection.execute(text(query))]
    else:
        rows = []
        for name, sql in connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        ):
            parts = re.split(r",\s*(?![^()]*\))", re.sub(r"\s+", " ", sql.replace('"', "")))
            rows += [f"{name}: {part.strip(' ()')}" for part in parts]
    return sorted(row for row in rows if "alembic_version" not in row)


def _rows(connection: Connection) -> dict[str, list[Any]]:
    """What a new database holds from the start."""
    return {t.name: [tuple(r) for r in connection.execute(t.select())] for t in metadata.sorted_tables}


def test_the_newest_revision_is_the_one_the_code_names() -> None:
    assert _revisions()[-1] == REVISION


def test_migrations_lead_to_the_declared_schema(
    url: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    migrated, declared = Database(url), Database(_another(url, request, tmp_path))
    with migrated.write() as connection:
        migrate.upgrade(connection, None, REVISION)
    migrate.bring_up_to_date(declared)
    with migrated.read() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
        shape = _shape(connection, postgres=migrated.postgres), _rows(connection)
    with declared.read() as connection:
        assert shape == (_shape(connection, postgres=declared.postgres), _rows(connection))
    migrated.close()
    declared.close()


def _another(url: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if url.startswith("sqlite"):
        return f"sqlite:///{tmp_path}/declared.db"
    return str(request.getfixturevalue("postgres").new_database())


@pytest.mark.parametrize("older", _revisions()[:-1])
def test_an_older_database_is_brought_up_to_date_with_what_it_holds(url: str, older: str) -> None:
    said = Notice("home", NOW, Kind.LOW_BALANCE, Severity.WARNING, "likely", "money-1", Why.of("run_out"))
    database = Database(url)
    migrate.bring_up_to_date(database, older)
    at = NOW if database.postgres else int(NOW.timestamp()) * 1_000_000
    with database.write() as connection:
        line = text("INSERT INTO lines (name, watched, next_poll_at) VALUES ('home', true, :at)")
        connection.execute(line, {"at": at})
        told = text(
            "INSERT INTO notices (id, line, episode, stage, at, data)"
            " VALUES (:id, 'home', 'money-1', 'likely', :at, :data)"
        )
        connection.execute(told, {"id": said.id, "at": at, "data": dump(said)})
    database.close()
    store = open_store(url)
    assert list(store.states()) == ["home"]
    assert [row.notice for row in store.notices()] == [said]
    assert store.next_poll_at() == NOW
    assert store.verify_trail() == []
    store.check()
    store.close()


def test_a_database_of_a_newer_program_is_left_alone(url: str) -> None:
    open_store(url).close()
    database = Database(url)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"newer than this program.*Next: install the newer version"):
        open_store(url)
    with database.read() as connection:
        assert migrate.revision_of(connection) == "9999"
    database.close()


def test_a_running_daemon_notices_that_the_schema_changed_under_it(url: str) -> None:
    store = open_store(url)
    database = Database(url)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="has schema 9999"):
        store.check()
    store.close()
    database.close()


def test_a_failed_migration_leaves_the_old_schema(url: str) -> None:
    database = Database(url)
    with database.write() as connection:
        connection.execute(text("CREATE TABLE deliveries (x INTEGER)"))  # in the way of the first revision
    with pytest.raises(StoreError):
        migrate.bring_up_to_date(database)
    with database.read() as connection:
        assert migrate.revision_of(connection) is None
        assert not connection.dialect.has_table(connection, "lines")
    database.close()


@pytest.mark.heavy
def test_several_processes_may_open_an_empty_database_at_once(url: str) -> None:
    script = "import sys; from monitor.store import open_store; open_store(sys.argv[1]).check()"
    started = [subprocess.Popen([sys.executable, "-c", script, url]) for _ in range(3)]
    assert [process.wait(60) for process in started] == [0, 0, 0]


def test_threads_may_open_different_empty_databases_at_once(tmp_path: Path) -> None:
    def opened(n: int) -> str | None:
        database = Database(f"sqlite:///{tmp_path}/{n}.db")
        migrate.bring_up_to_date(database)
        with database.read() as connection:
            found = migrate.revision_of(connection)
        database.close()
        return found

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(opened, range(8))) == [REVISION] * 8


def test_a_database_that_is_up_to_date_opens_without_alembic(url: str) -> None:
    open_store(url).close()
    script = (
        "import sys; from monitor.store import open_store; s = open_store(sys.argv[1]); s.check(); s.close();"
        "sys.exit('alembic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script, url], check=True, timeout=60)
