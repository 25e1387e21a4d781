"""Makes the folder's own helpers importable, and shares what most of its tests stand on."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.mock.server import MockCarrier

sys.path.insert(0, str(Path(__file__).parent))

from house import Webhook


@pytest.fixture
def carrier() -> Iterator[MockCarrier]:
    """The demo's carrier, whose clock stands still."""
    with MockCarrier("demo", speed=0) as running:
        yield running


@pytest.fixture
def hook() -> Iterator[Webhook]:
    """A webhook that keeps what arrives."""
    running = Webhook()
    yield running
    running.down()
