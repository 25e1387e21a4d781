"""A line's story on a virtual clock, told through the daemon's own decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from monitor.core.decide import decide
from monitor.core.line import Line
from monitor.core.money import Money
from monitor.core.notice import Notice
from monitor.core.reading import Event, Reading, Seen
from monitor.core.state import LineState
from monitor.core.words import Kind, Status
from monitor.guides.gates import Case
from monitor.guides.letter import Brief, LetterKind, draft
from monitor.rulebook import load

CHINA = ZoneInfo("Asia/Shanghai")
BOOK = load()


def yuan(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


class Tale:
    """One line: what is seen goes in, the notices come out."""

    def __init__(
        self,
        rules: str = "cn.mobile",
        start: datetime = datetime(2026, 3, 2, 9, tzinfo=CHINA),
        **line: object,
    ) -> None:
        self.line = replace(
            Line("home", "tmf", "+8613800138000", timezone="Asia/Shanghai", rules=rules, currency="CNY"),
            **line,  # type: ignore[arg-type]
        )
        self.rules = BOOK.for_line(self.line)
        self.now = start
        self.state = LineState()
        self.notices: list[Notice] = []
        self.seen: list[Seen] = []

    def wait(self, *, days: float = 0, hours: float = 0) -> Tale:
        """Let time pass in steps of six hours, with nothing seen."""
        end = self.now + timedelta(days=days, hours=hours)
        while self.now < end:
            self.now = min(end, self.now + timedelta(hours=6))
            self._decide(None)
        return self

    def read(self, status: Status = Status.ACTIVE, **more: object) -> list[Notice]:
        """See a reading now; return what is said."""
        return self._decide(replace(Reading(self.now, source="test", status=status), **more))  # type: ignore[arg-type]

    def each_day(self, days: int, status: Status = Status.ACTIVE, **more: object) -> list[Notice]:
        """See the same reading once a day; return everything said."""
        said: list[Notice] = []
        for _ in range(days):
            self.now += timedelta(days=1)
            said += self.read(status, **more)
        return said

    def hear(self, what: str, detail: str = "", amount: Money | None = None) -> list[Notice]:
        """Hear of an event now; return what is said."""
        return self._decide(Event(self.now, what, amount, detail))

    def kinds(self, said: list[Notice] | None = None) -> list[Kind]:
        """The kinds of notices, all of them by default."""
        return [n.kind for n in (self.notices if said is None else said)]

    def last(self, kind: Kind) -> Notice:
        """The newest notice of a kind."""
        return next(n for n in reversed(self.notices) if n.kind is kind)

    @property
    def today(self) -> date:
        """The day in China."""
        return self.now.astimezone(CHINA).date()

    def letter(
        self, kind: LetterKind, language: str = "zh-CN", case: Case | None = None, ticket: str = ""
    ) -> str:
        """Draft a letter today."""
        brief = Brief(self.line, self.rules, self.state, BOOK, self.today, case=case, ticket=ticket)
        return draft(kind, brief, language)

    def _decide(self, seen: Seen | None) -> list[Notice]:
        decision = decide(self.line, self.rules, self.state, seen, self.now)
        self.state = decision.state
        self.notices += decision.notices
        self.seen += [seen] if seen else []
        return list(decision.notices)
