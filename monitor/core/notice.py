"""What must be said: a danger as assessed, and the notice that a ladder makes of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.words import CutOffBasis, Kind, Severity

Fact = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Why:
    """The one reason of a decision. Message, log line, metric label and evidence entry are made from it.

    ``code`` names the sentence in the message catalogue; ``facts`` are its values, amounts as ``"12.30 CNY"``,
    instants as ISO 8601.
    """

    code: str
    facts: tuple[tuple[str, Fact], ...] = ()

    @classmethod
    def of(cls, code: str, **facts: object) -> Why:
        """Build a reason; values are turned into JSON scalars, None stays None."""
        return cls(code, tuple((k, _scalar(v)) for k, v in facts.items()))

    def get(self, name: str) -> Fact:
        """Return one fact, or None."""
        return dict(self.facts).get(name)

    def __str__(self) -> str:
        return self.code + "".join(f" {k}={v}" for k, v in self.facts if v is not None)


def _scalar(value: object) -> Fact:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return str(value)


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Three instants: with a chance of 10, 50 and 90 % it happens before. None means beyond the horizon."""

    p10: datetime | None = None
    p50: datetime | None = None
    p90: datetime | None = None


@dataclass(frozen=True, slots=True)
class CutOff:
    """When service may stop."""

    earliest: datetime | None = None
    likely: datetime | None = None
    basis: CutOffBasis = CutOffBasis.NONE


@dataclass(frozen=True, slots=True)
class Danger:
    """Something that is true now and that the owner must know of; level-triggered, so it needs no change to appear."""

    thread: str
    """Dangers of one thread share an episode: ``money``, ``service``, ``sight``, ``policy``, …"""
    kind: Kind
    severity: Severity
    rung: str
    """What may be said once per episode: ``likely``, ``urgent``, ``due-3d``, …"""
    why: Why
    cut_off: CutOff = CutOff()
    pay_by: datetime | None = None
    level: int = 2
    """Height of the rung on its thread's ladder: a higher one speaks after a lower one, never the other way."""
    quiet: timedelta = timedelta(0)
    """Time that must lie between this rung and the message before it."""
    repeat: timedelta | None = None
    """After how long it is said again while it holds; None: once."""
    due: datetime | None = None
    """The date to which this rung counts down, where there is one."""
    slack: timedelta | None = None
    """What was said of its date says nothing of a danger whose own date lies so long after that, or longer; None: it holds for any date."""
    rest: timedelta = timedelta(0)
    """Time that must pass before this rung is said anew, even of a later date: one that moves on each day is no news each day."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be said to people, once. It exists from the instant its reason is stored."""

    line: str
    at: datetime
    kind: Kind
    severity: Severity
    stage: str
    """The rung of the ladder that it stands on."""
    episode: str
    why: Why
    cut_off: CutOff = CutOff()
    run_out: Quantiles = Quantiles()
    pay_by: datetime | None = None

    @property
    def dedup_key(self) -> str:
        """The key of which the database accepts one per channel."""
        return dedup_key(self.line, self.episode, self.stage)

    @property
    def id(self) -> str:
        """A short, stable id: the same notice has the same id in every repeat."""
        return notice_id(self.line, self.episode, self.stage)


def dedup_key(line: str, episode: str, stage: str) -> str:
    """What makes a notice the same notice."""
    return f"{line}|{episode}|{stage}"


def notice_id(line: str, episode: str, stage: str) -> str:
    """The short, stable id of a notice."""
    return hashlib.sha256(dedup_key(line, episode, stage).encode()).hexdigest()[:12]
