"""Every test that asks for ``url`` or ``store`` runs on SQLite, and in the heavy suite on PostgreSQL, too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store import SqlStore, open_store


@pytest.fixture(scope="session")
def postgres() -> Iterator[object]:
    from servers.postgres import cluster  # noqa: PLC0415 - the driver is needed by the heavy tests alone

    with cluster("fsync=off") as running:  # it is not the machine that dies in these tests
        yield running


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.heavy)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/state/monitor.db"
    return str(request.getfixturevalue("postgres").new_database())


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    opened = open_store(url, key=b"a key for the tests alone")
    yield opened
    opened.close()
