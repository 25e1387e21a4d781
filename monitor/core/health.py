"""How a channel fares: how long it rests after a failure, when its messages go another way, when it is given up. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.core.line import Line
from monitor.core.notice import Notice
from monitor.core.people import Addressees, People
from monitor.core.route import everyone, runs_over
from monitor.core.words import Severity

FIRST_REST, LONGEST_REST = timedelta(seconds=5), timedelta(minutes=15)
REFUSED_REST = timedelta(hours=1)
"""A channel that refused for good is asked again this rarely, in case somebody has mended the other side."""
PATIENCE = {Severity.CRITICAL: timedelta(minutes=5)}
PATIENCE_ELSE = timedelta(minutes=30)
"""How long a channel may fail before its messages go another way."""
HOUR = timedelta(hours=1)


class Trouble(StrEnum):
    """How an attempt failed."""

    PASSING = "passing"
    """It may work later."""
    LASTING = "lasting"
    """It will not work with these settings: wrong token, unknown recipient, refused URL."""


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of a channel from its last attempts; the default is a channel that works."""

    failures: int = 0
    """Failed attempts in a row."""
    failing_since: datetime | None = None
    resting_until: datetime | None = None
    disabled: bool = False
    """Nothing is sent but a rare probe, until the settings change or a probe succeeds."""
    detail: str = ""

    def failed(self, trouble: Trouble, detail: str, now: datetime, jitter: float) -> Health:
        """Return the health after a failed attempt.

        Args:
            trouble: whether waiting may help.
            detail: the reason, without secrets.
            now: the instant of the failure.
            jitter: evenly spread in [0, 1), so that many channels of one relay do not come back at once.
        """
        rest = REFUSED_REST if trouble is Trouble.LASTING else backoff(self.failures, jitter)
        return Health(
            self.failures + 1,
            self.failing_since or now,
            now + rest,
            disabled=trouble is Trouble.LASTING,
            detail=detail,
        )

    def rests(self, now: datetime) -> bool:
        """Whether nothing is to be sent yet."""
        return self.resting_until is not None and now < self.resting_until

    def gives_way(self, severity: Severity, now: datetime) -> bool:
        """Whether a message of this severity goes another way by now."""
        if self.failing_since is None:
            return False
        return self.disabled or now - self.failing_since >= PATIENCE.get(severity, PATIENCE_ELSE)


WELL = Health()


def backoff(failures: int, jitter: float) -> timedelta:
    """Return how long to rest after ``failures`` earlier failures: doubling from 5 s to 15 min, give or take a fifth."""
    rest = min(LONGEST_REST, FIRST_REST * (1 << min(failures, 10)))
    return rest * (0.8 + 0.4 * jitter)


def allowance(sent: Sequence[datetime], cap: int | None, now: datetime) -> int | None:
    """Return how many messages a channel may still send in the hour that ends now; None: as many as there are."""
    return None if cap is None else max(0, cap - sum(1 for at in sent if now - at < HOUR))


def frees_at(sent: Sequence[datetime], now: datetime) -> datetime:
    """Return when the cap lets the next message through, given that it is reached."""
    return min((at for at in sent if now - at < HOUR), default=now) + HOUR


def stand_in(
    notice: Notice,
    channel: str,
    *,
    line: Line,
    to: Addressees,
    people: People,
    taken: Collection[str],
    ailing: Collection[str],
) -> str:
    """Return the channel that takes a notice over, or nothing if there is none that it would be new to.

    Those of the same reader come first, then those that hear of the line, then those that are nobody's.

    Args:
        notice: what is to be said.
        channel: the channel that fails.
        line: the line that it is about.
        to: who hears of the line.
        people: every channel and contact there is.
        taken: channels that have this notice, delivered or queued.
        ailing: channels that fail too.
    """
    theirs = [name for owner in people.owners(channel) for name in owner.channels]
    heard = [c.name for c in everyone(to, people)]
    nobodys = [c.name for c in people.channels if people.owners(c.name) == (people.anyone,)]
    spoilt = {*taken, *ailing, channel}
    free = [name for name in dict.fromkeys((*theirs, *heard, *nobodys)) if name not in spoilt]
    if notice.severity is Severity.CRITICAL:
        facts = {c.name: c for c in people.channels}
        free.sort(key=lambda name: name in facts and runs_over(facts[name], line))
    return next((name for name in free if people.channel(name) is not None), "")


def mended(health: Health) -> Health:
    """Return the health of a channel whose settings changed: it may try at once, and its past still counts as failing."""
    return replace(health, resting_until=None, disabled=False)
