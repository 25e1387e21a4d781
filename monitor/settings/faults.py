"""Configuration faults: all of them at once, each with the name of the variable and the mend."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in the configuration. Never holds a secret's value."""

    variable: str
    problem: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.variable}: {self.problem}" + (f". {self.mend}" if self.mend else "")


class SettingsError(Exception):
    """The configuration cannot be used; ``faults`` says all the reasons."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(str(f) for f in faults))
        self.faults = sorted(set(faults))
