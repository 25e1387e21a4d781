"""What the commands say of a line and its notices, in the messages' own words and in the house's language."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from monitor.core.forecast import Forecast
from monitor.core.notice import Danger, Notice, Why
from monitor.core.row import Row
from monitor.core.state import Episode, LineState
from monitor.core.words import Basis, Kind
from monitor.messages.compose import as_notice
from monitor.messages.facts import known, reason
from monitor.messages.letter import Writer
from monitor.messages.phrases import phrases
from monitor.messages.words import Words, shipped

_SAID = (24, 72, 168)
"""Of the hours for which a chance is known, those that a person is told: a day, three days, a week."""


class Teller:
    """Says things to whoever sits at the terminal.

    Args:
        language: ``en`` or ``zh-CN``.
        zone: an IANA name.
        now: ages are counted from it.
        templates: the owner's folder of templates.
    """

    def __init__(self, language: str, zone: str, now: datetime, templates: Path | None = None) -> None:
        self._words = Words(language, templates) if templates else shipped(language)
        self._zone, self._writer = ZoneInfo(zone), Writer(self._words, ZoneInfo(zone), now)

    def say(self, key: str, **facts: Any) -> str:
        """Say one sentence of the table ``tell``."""
        return self._writer.say("tell", key, facts)

    def when(self, at: datetime) -> str:
        """Say an instant."""
        return self._writer.speech.short(at)

    def headline(self, notice: Notice) -> str:
        """Say what a notice said, as of its own instant."""
        if notice.kind is Kind.DIGEST and notice.why.code == "digest":
            return self.say("digest")
        writer, facts = self._as_of(notice)
        table = f"bulletin.{notice.why.code}"
        if not notice.line and self._words.has(table, "headline"):
            return writer.say(table, "headline", facts)
        return writer.kind("headline", facts)

    def notice(self, notice: Notice) -> str:
        """Say in one line when, of which line, and what a notice said."""
        line, headline = notice.line or "billing-monitor", self.headline(notice)
        return self.say("notice", at=notice.at, line=line, headline=headline, severity=str(notice.severity))

    def why(self, notice: Notice) -> str:
        """Say the reason of a notice; empty where it has no sentence of its own."""
        writer, facts = self._as_of(notice)
        code = notice.why.code
        if not notice.line and self._words.has(f"bulletin.{code}", "what"):
            return writer.say(f"bulletin.{code}", "what", facts)
        return writer.say("why", code, facts) if self._words.has("why", code) else ""

    def danger(self, line: str, danger: Danger) -> tuple[str, str]:
        """Say a danger that holds now: headline and reason."""
        notice = as_notice(line, danger, self._writer.now)
        return self.headline(notice), self.why(notice)

    def head(self, row: Row) -> str:
        """Say how a line is."""
        inferred = row.cause_basis is Basis.INFERRED
        return self.say(
            "head",
            severity=str(row.severity),
            status=str(row.status),
            cause=str(row.cause),
            inferred=inferred,
        )

    def figures(self, row: Row) -> str:
        """Say the newest figures and their age."""
        if row.observed_at is None:
            return self.say("no_reading")
        due = row.amount_due or None
        facts = {"balance": row.balance, "due": due, "due_on": row.due_on, "read_at": row.observed_at}
        return self.say("figures", **facts)

    def outlook(self, forecast: Forecast) -> list[str]:
        """Say what is foreseen if nobody pays: when, how likely, and why."""
        cut = forecast.cut_off
        said = [
            self.say("cut_off", earliest=cut.earliest, likely=cut.likely)
            if cut.earliest
            else self.say("no_cut_off")
        ]
        chances = [
            self.say("within", hours=hours, percent=round(p * 100))
            for hours, p in forecast.chances
            if hours in _SAID
        ]
        if chances:
            said.append(self.say("chances", said=self._words.table("language")["list"].join(chances)))
        facts = {"moved": "", "now": self._writer.now}
        said += [
            self._writer.say("why", why.code, facts | {"why": reason(why)})
            for why in forecast.reasons
            if self._words.has("why", why.code)
        ]
        return said

    def episode(self, episode: Episode) -> tuple[str, str]:
        """Say what a danger is about; since when it is open, and how often it was told."""
        last = episode.told[-1][1] if episode.told else None
        about = self._words.table("thread").get(episode.thread.partition("-")[0], episode.thread)
        return about, self.say("open", since=episode.opened_at, told=len(episode.told), last=last)

    def answer(self, at: datetime, what: str, who: str) -> str:
        """Say what somebody answered, and when."""
        if what in self._words.table("answer"):
            return self.say("answered", who=who, what=what, at=at)
        return self.say("refused_link", at=at)

    def because(self, why: Why) -> str:
        """Say why something is not said."""
        return self._writer.say("whynot", why.code, {"why": reason(why)})

    def delivery(self, state: str, detail: str) -> str:
        """Say what became of a delivery; what a service itself answered stays as it is."""
        said = self._words.table("delivery")[state]
        code, _, rest = detail.partition(" ")
        key = "superseded_by" if code == "superseded" else code
        if code and self._words.has("delivery", key) and all("=" in part for part in rest.split()):
            facts = dict(part.split("=", 1) for part in rest.split())
            detail = self._writer.say("delivery", key, {"why": reason(Why.of(code, **facts))})
        else:
            detail = phrases(self._words.language)(detail)
        return self._writer.words.table("language")["colon"].join(x for x in (said, detail) if x)

    def _as_of(self, notice: Notice) -> tuple[Writer, dict[str, Any]]:
        writer = Writer(self._words, self._zone, notice.at)
        return writer, known(notice, LineState(), notice.at, self._zone) | {"line": notice.line, "guide": ""}
