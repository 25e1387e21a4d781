"""The only module that reads the clock. Everything else takes ``now`` as an argument."""

from __future__ import annotations

from datetime import UTC, datetime
from time import monotonic

__all__ = ["monotonic", "utcnow"]


def utcnow() -> datetime:
    """Return the current instant, aware, in UTC."""
    return datetime.now(UTC)
