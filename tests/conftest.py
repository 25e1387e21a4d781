"""What holds for every test."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

HEAVY = ("contracts", "e2e", "system")
"""Folders whose tests start processes or servers: they run in ``.ci/run``, not in ``make check``."""

# The same examples each time, so that a change is judged by what it changed; `thorough` looks for new ones.
# No deadline: a busy machine is not a failing property.
settings.register_profile("quick", deadline=None, max_examples=40, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=300)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).parts[0] in HEAVY:
            item.add_marker(pytest.mark.heavy)
