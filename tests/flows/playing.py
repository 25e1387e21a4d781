"""Plays a story: a timeline in, messages out, on a virtual clock, through the real settings, store, decision and desk.

A story is a text file. The first lines say its rule. Indented ``NAME = value`` lines are settings, without ``MONITOR_``.
Then come rows of wall time in the story's TIMEZONE; what comes in, and after ``>`` what must go out, in this order and
nothing else (with "(order only)" at the end of the rule, instants and figures are not compared):

    2026-11-23 21:00  home active 50.00          the carrier's answer from now on: status, balance, and facts as name=value
    2026-11-23 21:00  home fails auth            polls fail from now on; ``*`` is every line
    2026-11-23 21:00  push down | up | refuses   a channel
    2026-11-23 21:00  ann answers paid to suspended
    2026-11-23 21:00  mute home 5h | unmute home | restart | stop | start | end
    2026-11-23 21:05  > push: home suspended/suspended -3.00
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from fakes import StepClock
from sqlalchemy import func, select

from monitor.app import Application, build
from monitor.core.ack import Action
from monitor.core.money import Money
from monitor.core.notice import Notice
from monitor.core.reading import Failure, Reading
from monitor.core.state import LineState
from monitor.core.words import Autopay, Basis, Cause, FailureKind, Status
from monitor.front import queue_due_digests
from monitor.ports import Message, Part, Round, SendResult, Sent, Watched
from monitor.settings import EnvSource, load
from monitor.settings.fields import duration
from monitor.store.schema import deliveries

STORIES = Path(__file__).parent / "stories"
_ROW = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?(?:[+-]\d\d:\d\d)?)\s+(.+)$")
_SETTING = re.compile(r"^\s+([A-Z_0-9]+)\s*=\s*(.*)$")
_BALANCE = re.compile(r"^-?\d+(?:\.\d+)?$")


@dataclass
class Story:
    """A parsed file."""

    name: str
    rule: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    order_only: bool = False
    """The rule ends in "(order only)": instants and figures are the forecast's, and may move as it learns."""
    rows: list[tuple[datetime, str]] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.get("TIMEZONE", "Asia/Shanghai"))


def read(path: Path) -> Story:
    story = Story(path.stem)
    for line in path.read_text(encoding="utf-8").splitlines():
        row, setting = _ROW.match(line), _SETTING.match(line)
        if row:
            at = datetime.fromisoformat(row[1])
            at = (at if at.tzinfo else at.replace(tzinfo=story.zone)).astimezone(UTC)
            if row[2].startswith(">"):
                story.expected.append(f"{_wall(at, story.zone)}  {row[2]}")
            else:
                story.rows.append((at, row[2].partition("#")[0].strip()))
        elif setting:
            story.settings[setting[1]] = setting[2].strip()
        elif line.strip() and not story.rows:
            story.rule += f" {line.strip()}"
    story.order_only = story.rule.endswith("(order only)")
    return story


def in_order(messages: Sequence[str]) -> list[str]:
    """Messages without their instants and figures."""
    return [re.sub(r" -?[\d.]+$", "", m.partition("  ")[2]) for m in messages]


def _wall(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


@dataclass
class _Carrier:
    """Answers what the story says."""

    answers: dict[str, Reading | FailureKind] = field(default_factory=dict)
    name: str = "story"
    passive: bool = False

    def group(self, watched: Watched) -> str:
        return watched.line.carrier

    def fetch(self, lines: Sequence[Watched], round_: Round) -> Mapping[str, Reading | Failure]:
        return {w.line.name: self._answer(w.line.name, round_.now) for w in lines}

    def _answer(self, name: str, now: datetime) -> Reading | Failure:
        found = self.answers.get(name, FailureKind.UNREACHABLE)
        if isinstance(found, FailureKind):
            return Failure(now, found, "as the story says")
        return replace(found, observed_at=now)


@dataclass
class _Channel:
    """Writes down what arrives."""

    name: str
    player: Player
    result: SendResult = SendResult.DELIVERED

    def send(self, message: Message, seconds: float) -> Sent:
        del seconds
        if self.result is SendResult.DELIVERED:
            self.player.heard(self.name, message)
        return Sent(self.result, "" if self.result is SendResult.DELIVERED else "as the story says")


class _Words:
    """Writes messages as bare facts, so that a story shows what was sent and how fresh it was."""

    def compose(
        self, notices: Sequence[Notice], watched: Watched, state: LineState, channel: str, now: datetime
    ) -> Message:
        del channel, now
        return _message(notices, f"{watched.line.name} {_said(notices)}{_figure(state)}")

    def overview(
        self, parts: Sequence[Part], more: int, channel: str, now: datetime, unseen: int = 0
    ) -> Message:
        del channel, now
        told = ", ".join(f"{p.watched.line.name} {_said(p.notices)}" for p in parts[:3])
        rest = len(parts) + more - min(3, len(parts))
        return _message(
            [n for p in parts for n in p.notices],
            f"{len(parts) + more} lines: {told}, {rest} more{f', {unseen} not yet' if unseen else ''}",
        )

    def bulletin(self, notice: Notice, parts: Sequence[Part], channel: str, now: datetime) -> Message:
        del channel, now
        of = f" of {', '.join(p.watched.line.name for p in parts)}" if parts else ""
        about = notice.why.get("channel")
        return _message([notice], f"{notice.why.code}{f' {about}' if about else ''}{of}")


def _message(notices: Sequence[Notice], text: str) -> Message:
    return Message(notices[0].id, text, text, text, severity=notices[0].severity)


def _said(notices: Sequence[Notice]) -> str:
    return " + ".join(f"{n.kind}/{re.sub(r'@.*', '@again', n.stage)}" for n in notices)


def _figure(state: LineState) -> str:
    reading = state.reading
    return "" if reading is None or reading.balance is None else f" {reading.balance.amount}"


class Player:
    """Plays one story on a database in a folder."""

    def __init__(self, story: Story, folder: Path) -> None:
        self.story = story
        self.got: list[str] = []
        self.asleep = False
        self.clock = StepClock(story.rows[0][0])
        self.carrier = _Carrier()
        env = {"DIGEST__EVERY": "off", "CHANNELS__PUSH__URL": "json://push", "LINES__HOME__CARRIER": "tmf"}
        env |= {
            "TIMEZONE": str(story.zone),
            "LANGUAGE": "en",
            "DATABASE_URL": f"sqlite:///{folder / 'story.db'}",
        }
        env |= story.settings
        for number, name in enumerate(
            dict.fromkeys(k.split("__")[1] for k in env if k.startswith("LINES__"))
        ):
            env.setdefault(f"LINES__{name}__CARRIER", "tmf")
            env.setdefault(f"LINES__{name}__URL", "https://carrier.example")
            env.setdefault(f"LINES__{name}__NUMBER", f"+86138123480{number:02}")
        self.settings = load(EnvSource([], {f"MONITOR_{k}": v for k, v in env.items()}))
        self.channels = {name: _Channel(name, self) for name in self.settings.channels}
        self.application = self._open()

    def _open(self) -> Application:
        application = build(self.settings, clock=self.clock, channels=self.channels, jitter=lambda: 0.0)
        application.poller.carriers = lambda _: self.carrier
        desk = application.desk
        desk.adopt(self.channels, application.poller.watched, _Words(), desk.people)  # type: ignore[arg-type]  # bare words
        desk._jitter = lambda: 0.5
        return application

    def heard(self, channel: str, message: Message) -> None:
        self.got.append(f"{_wall(self.clock.now, self.story.zone)}  > {channel}: {message.text}")

    def play(self) -> list[str]:
        try:
            for at, what in self.story.rows:
                self._until(at)
                self._do(what)
                if not self.asleep:
                    self._look()
        finally:
            self.application.close()
        return self.got

    def _until(self, end: datetime) -> None:
        while not self.asleep and (then := self._next()) is not None and then < end:
            self.clock.now = max(then, self.clock.now)
            before = self.clock.now
            self._look()
            if (later := self._next()) is not None and later <= before:
                self.clock.now = before + timedelta(seconds=1)
        self.clock.now = max(end, self.clock.now)

    def _next(self) -> datetime | None:
        query = select(func.min(deliveries.c.not_before)).where(deliveries.c.state == "queued")
        with self.application.store._database.read() as connection:  # type: ignore[attr-defined]  # the real one
            queued = connection.execute(query).scalar()
        digest = self._nine() if self.settings.digest.every != "off" else None
        instants = [t for t in (queued, self.application.store.next_poll_at(), digest) if t is not None]
        return min(instants, default=None)

    def _nine(self) -> datetime:
        """The next time that it is nine by the story's clock: when its overviews are due."""
        local = self.clock.now.astimezone(self.story.zone)
        nine = local.replace(hour=9, minute=0, second=0, microsecond=0)
        return nine if nine > local else nine + timedelta(days=1)

    def _look(self) -> None:
        self.application.poller.round()
        queue_due_digests(self.application, self.clock.now)
        self.application.desk.round()

    def _do(self, what: str) -> None:
        match what.split():
            case ["end"]:
                pass
            case ["restart"]:
                self.application.close()
                self.application = self._open()
            case ["stop" | "start" as state]:
                self.asleep = state == "stop"
            case ["mute", line, span]:
                self.application.answers.mute(line, self.clock.now + _span(span), self.clock.now)
            case ["unmute", line]:
                self.application.answers.unmute(line, self.clock.now)
            case [channel, ("down" | "up" | "refuses") as state] if channel in self.channels:
                results = {
                    "down": SendResult.RETRY,
                    "up": SendResult.DELIVERED,
                    "refuses": SendResult.REFUSED,
                }
                self.channels[channel].result = results[state]
            case [who, "answers", action, "to", kind, *_] | [who, "answers", action, "for", _, "to", kind]:
                self._answer(who, action, kind, what)
            case [name, "fails", kind]:
                for line in self._lines(name):
                    self._set(line, FailureKind(kind))
            case [name, "unasked", status, *facts]:  # what it answers from now on, whenever it is asked
                for line in self._lines(name):
                    self.carrier.answers[line] = _reading(Status(status), facts, self.story.zone)
            case [name, status, *facts]:
                for line in self._lines(name):
                    self._set(line, _reading(Status(status), facts, self.story.zone))
            case _:
                raise ValueError(f"the story says {what!r}")

    def _answer(self, who: str, action: str, kind: str, what: str) -> None:
        row = next(r for r in self.application.store.notices() if r.notice.kind == kind)
        found = re.search(r" for (\S+)", what)
        span = _span(found[1]) if found else timedelta(hours=12)
        self.application.answers.give(row.notice, Action(action), who, self.clock.now, span)

    def _lines(self, name: str) -> Iterator[str]:
        yield from self.application.poller.watched if name == "*" else (name,)

    def _set(self, line: str, answer: Reading | FailureKind) -> None:
        self.carrier.answers[line] = answer
        self.application.store.poll_now([line], self.clock.now)


def _span(text: str) -> timedelta:
    found = duration(text)
    assert isinstance(found, timedelta)
    return found


def _reading(status: Status, facts: Sequence[str], zone: ZoneInfo) -> Reading:
    cut = status in (Status.SUSPENDED, Status.RESTRICTED, Status.PENDING_TERMINATION)
    reading = Reading(
        datetime.min.replace(tzinfo=UTC),
        status=status,
        cause=Cause.ARREARS if cut else Cause.NONE,
        cause_basis=Basis.REPORTED,
    )
    for fact in facts:
        name, _, value = fact.partition("=")
        if _BALANCE.match(name):
            reading = replace(reading, balance=Money(Decimal(name), "CNY"))
        elif name == "due":
            amount, _, day = value.partition("@")
            due_on = date.fromisoformat(day) if day else None
            reading = replace(reading, amount_due=Money(Decimal(amount), "CNY"), due_on=due_on)
        elif name == "autopay":
            reading = replace(reading, autopay=Autopay(value))
        elif name == "card":
            reading = replace(reading, card_expires_on=date.fromisoformat(value))
        elif name == "cause":
            reading = replace(reading, cause=Cause(value))
        elif name == "ends":
            reading = replace(reading, ends_at=datetime.fromisoformat(value).replace(tzinfo=zone))
        elif name == "month_spend":
            reading = replace(reading, month_spend=Money(Decimal(value), "CNY"))
        elif name == "plan":
            reading = replace(reading, plan=value)
        else:
            raise ValueError(f"no fact {fact!r}")
    return reading
