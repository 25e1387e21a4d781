"""Faults of rulebook files and look-ups: every one at once, each with its place."""

from __future__ import annotations


class RulebookError(ValueError):
    """A rulebook file is not valid, or an entry is not known. Waiting does not help: mend the file or the name."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(faults))
