"""Named instants of a poll and a delivery, so that a test can stop the process exactly there.

In production ``mark`` does nothing. The crash suite replaces ``hook`` and kills the process at each name in ``MARKS``.
"""

from __future__ import annotations

from collections.abc import Callable

MARKS = (
    "poll.claimed",
    "poll.fetched",
    "poll.decided",
    "poll.committed",
    "deliver.claimed",
    "deliver.sending",
    "deliver.sent",
    "deliver.settled",
)

hook: Callable[[str], None] | None = None


def mark(name: str) -> None:
    """Tell the test hook, if there is one, that ``name`` has been reached."""
    if hook is not None:
        hook(name)
