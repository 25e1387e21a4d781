"""Stand-ins with behaviour for the seams: a carrier that follows a script, a channel that keeps what it got, a clock by hand."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.core.line import Line
from monitor.core.people import Addressees
from monitor.core.reading import Failure, Reading
from monitor.ports import Access, Message, Round, SendResult, Sent, Watched


@dataclass
class StepClock:
    """A clock that stands still until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> datetime:
        self.now += by
        return self.now


@dataclass
class ScriptedCarrier:
    """Answers each line with the next of its readings or failures; the last one stays."""

    script: dict[str, list[Reading | Failure]]
    name: str = "scripted"
    passive: bool = False
    hangs: float = 0.0
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def group(self, watched: Watched) -> str:
        return watched.access.url

    def fetch(self, lines: Sequence[Watched], round_: Round) -> Mapping[str, Reading | Failure]:
        self.asked.append(tuple(w.line.name for w in lines))
        time.sleep(self.hangs)
        return {w.line.name: self._next(w.line.name, round_.now) for w in lines if w.line.name in self.script}

    def _next(self, name: str, now: datetime) -> Reading | Failure:
        steps = self.script[name]
        return replace(steps.pop(0) if len(steps) > 1 else steps[0], observed_at=now)


@dataclass
class RecordingChannel:
    """Keeps every message that arrives; fails as often as it is told to."""

    name: str
    failures: list[SendResult] = field(default_factory=list)
    got: list[Message] = field(default_factory=list)

    def send(self, message: Message, seconds: float) -> Sent:
        del seconds
        if self.failures:
            return Sent(self.failures.pop(0), "as told")
        self.got.append(message)
        return Sent(SendResult.DELIVERED)


def watched(name: str = "home", *, url: str = "", **terms: object) -> Watched:
    line = Line(name, "scripted", "+8613812348000", **terms)  # type: ignore[arg-type]  # the test knows the terms
    return Watched(line, Access(url), to=Addressees())
