"""Would a warning reach anybody? What ``doctor`` says of people and channels. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.core.line import Line
from monitor.core.notice import Notice, Why
from monitor.core.people import Addressees, People
from monitor.core.route import audience, everyone, runs_over
from monitor.core.words import Kind, Severity

_ANY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Silence:
    """A way in which a danger would go unheard, and what to add."""

    problem: str
    next_step: str


def silences(line: Line, to: Addressees, people: People) -> Iterator[Silence]:
    """Yield every way in which what is critical about a line would go unheard; nothing when all is well."""
    here = f"MONITOR_LINES__{line.name.upper()}__"
    worst = Notice(line.name, _ANY, Kind.SUSPENDED, Severity.CRITICAL, "", "", Why(""))
    heard = audience(worst, line=line, to=to, people=people)
    if not heard:
        yield Silence(
            "nobody hears of it, not even of what is critical",
            f"Name channels in {here}CHANNELS, or give its contacts some in MONITOR_CONTACTS__<NAME>__CHANNELS",
        )
        return
    if all(runs_over(channel, line) for channel in heard):
        names = ", ".join(c.name for c in heard)
        yield Silence(
            f"{names} falls silent together with this line, and there is no other way to its reader",
            f"Add a channel that does not need this line (mail, a push to another phone) to {here}CHANNELS",
        )
    listed = everyone(to, people)
    if all(c.name not in {x.name for x in listed} for c in heard):
        names = ", ".join(c.name for c in listed) or "none"
        yield Silence(
            f"its own channels ({names}) hear nothing, so what is critical goes a long way round",
            f"Name a channel in {here}CHANNELS that exists and does not need this line",
        )
    second = {c for c in people.reached_by(to.escalate_to) if people.channel(c) is not None}
    if to.escalate_to and second <= {c.name for c in heard}:
        yield Silence(
            "the second contact is reached only over channels that have been told already",
            f"Give {', '.join(to.escalate_to)} a channel of their own in MONITOR_CONTACTS__<NAME>__CHANNELS",
        )
