"""The seam to a carrier: what a connector is given, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from monitor.core.line import Line
from monitor.core.people import Addressees
from monitor.core.reading import Failure, Reading
from monitor.core.rules import Rules


@dataclass(frozen=True, slots=True)
class Access:
    """How a line's carrier is reached. Secrets live here and in nothing that is printed."""

    url: str = ""
    token: str = field(default="", repr=False)
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The connector's own settings, keys in lower case: ``bill_url``, ``path``, ``balance``, …"""


@dataclass(frozen=True, slots=True)
class Watched:
    """A line together with the way to ask about it and the rules that hold for it."""

    line: Line
    access: Access = field(default_factory=Access)
    rules: Rules = field(default_factory=Rules)
    to: Addressees = Addressees()
    """Who hears of it, for ``core.route.plan``."""


class Vault(Protocol):
    """Sessions and tokens that outlive the process; encrypted at rest by the store."""

    def get(self, key: str) -> str | None:
        """Return the secret, or None if there is none or it can no longer be read."""

    def put(self, key: str, value: str, expires_at: datetime | None = None) -> None:
        """Keep a secret."""

    def drop(self, key: str) -> None:
        """Forget a secret."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round of asking a carrier."""

    now: datetime
    seconds: float
    """Hard limit for the whole round, in seconds of wall time."""
    vault: Vault


class Carrier(Protocol):
    """Answers "what is the balance, debt and status of these lines now?"."""

    name: str
    passive: bool
    """True where news come by themselves (SMS, by hand): a line without an answer is then no failure."""

    def group(self, watched: Watched) -> str:
        """Lines with the same key are asked in one call of :meth:`fetch`; by default one account is one group."""

    def fetch(self, lines: Sequence[Watched], round_: Round) -> Mapping[str, Reading | Failure]:
        """Ask about lines of one group. Never raises; every line asked about has an answer, by its name.

        A passive carrier leaves out the lines that have no news.
        """
