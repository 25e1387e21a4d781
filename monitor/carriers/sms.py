"""The carrier ``sms``: a line of which only its messages tell. They come by themselves, see :mod:`monitor.intake`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.core.reading import Failure, Reading
from monitor.ports import Round, Watched


class Passive:
    """Is never asked: what is known of its lines arrives as messages, or from their owner's hand."""

    passive = True

    def __init__(self, name: str) -> None:
        self.name = name

    def group(self, watched: Watched) -> str:
        """Every line stands for itself."""
        return watched.line.name

    def fetch(self, lines: Sequence[Watched], round_: Round) -> Mapping[str, Reading | Failure]:
        """There is nothing to ask, and silence is no failure."""
        del lines, round_
        return {}


def make(name: str) -> Passive:
    """Return the connector."""
    return Passive(name)
