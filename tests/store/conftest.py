"""Every test that asks for ``store`` runs on SQLite, and on PostgreSQL in the heavy suite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store import SqlStore, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(f"sqlite:///{tmp_path}/state/monitor.db")
    yield opened
    opened.close()
