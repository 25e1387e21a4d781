"""One notice in one language for one reader: every sentence said, ready to be laid out as text, HTML or Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitor.core.line import mask
from monitor.core.notice import Notice
from monitor.core.state import LineState
from monitor.core.words import CutOffBasis, Kind, Status, rank
from monitor.messages.facts import PAYABLE, certainty, known, reason
from monitor.messages.phrases import phrases
from monitor.messages.speech import Speech
from monitor.messages.words import Words
from monitor.ports import Watched

_TABLES = {
    "status": "unknown",
    "cause": "unknown",
    "failure": "unreachable",
    **dict.fromkeys(("sms", "severity", "answer"), ""),
}
_EXTRA_REASONS = 3


@dataclass(frozen=True, slots=True)
class Official:
    """The carrier's own ways to be reached."""

    carrier: str
    hotline: str = ""
    app: str = ""
    web: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is said about one notice. Plain sentences; the layouts decide how they look."""

    line: str
    number: str
    headline: str
    subject: str
    what: str
    by: str
    next: str
    why: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    """(label, value) of the figures."""
    short: str


class Writer:
    """Says sentences to one reader."""

    def __init__(self, words: Words, zone: ZoneInfo, now: datetime) -> None:
        self.words, self.zone, self.now = words, zone, now
        self.speech = Speech(words.table("language"), zone, now)
        self._helpers = {"speak": self._speak}

    def say(self, table: str, key: str, facts: Mapping[str, Any] | None = None) -> str:
        """Say one sentence."""
        return self.words.say(table, key, facts or {}, self._helpers)

    def label(self, key: str, **facts: Any) -> str:
        """Say one label."""
        return self.say("labels", key, facts)

    def named(self, table: str, key: str) -> str:
        """Say the word for a value of the contract, such as a status."""
        known_words = self.words.table(table)
        return known_words.get(key) or known_words.get(_TABLES.get(table, ""), "")

    def _speak(self, name: str, value: Any) -> str:
        if name in _TABLES:
            return self.named(name, str(value))
        if name == "said":
            return phrases(self.words.language)(str(value))
        return str(getattr(self.speech, name)(value))

    def kind(self, field: str, facts: Mapping[str, Any]) -> str:
        """Say a notice's ``headline``, ``what`` or ``next``: as its reason has it, or as its kind has it.

        A cut-off that is near is always told in the words of a cut-off, whatever leads to it.
        """
        code = f"code.{facts['why'].code}"
        if facts["kind"] != Kind.SUSPENSION_WARNING and self.words.has(code, field):
            return self.say(code, field, facts)
        return self.say(f"kind.{facts['kind']}", field, facts)

    def joined(self, *sentences: str) -> str:
        """Put sentences after one another as the language does."""
        return self.words.table("language")["joint"].join(s for s in sentences if s)


_UNBIND = frozenset(
    {
        Kind.SUSPENSION_WARNING,
        Kind.SUSPENDED,
        Kind.VIOLATION_HOLD,
        Kind.VOLUNTARY_HOLD,
        Kind.TERMINATION_WARNING,
        Kind.TERMINATED,
    }
)
"""From the first warning of a stop on, whoever receives codes on the line is told to move them."""


def write(
    writer: Writer,
    notice: Notice,
    watched: Watched,
    state: LineState,
    *,
    owns: bool,
    official: Official | None,
    guide: str = "",
) -> Letter:
    """Say everything about one notice; ``guide`` is the next step that the line's guide names, if it does."""
    line = watched.line
    facts = known(notice, state, writer.now, writer.zone) | {"line": line.name, "guide": guide}
    headline = writer.kind("headline", facts)
    subject = writer.say("text", "subject", {"line": line.name, "headline": headline})
    codes = line.receives_codes and notice.kind in _UNBIND
    next_ = writer.joined(writer.kind("next", facts), writer.say("text", "codes") if codes else "")
    by, by_short = _by(writer, facts)
    return Letter(
        line=line.name,
        number=line.number if owns else mask(line.number),
        headline=headline,
        subject=subject,
        what=writer.kind("what", facts),
        by=by,
        next=next_,
        why=tuple(_reasons(writer, notice, state, facts)),
        rows=tuple(_rows(writer, facts)),
        short=writer.joined(
            subject + writer.words.table("language")["stop"], by_short, next_, _call(writer, official, next_)
        ),
    )


def _by(writer: Writer, facts: Mapping[str, Any]) -> tuple[str, str]:
    if facts["pay_by"] is None or facts["pay_by"] <= facts["decided_at"]:
        return "", ""  # what had passed before anybody knew is no appointment that was missed
    key = "by" if facts["pay_by"] > writer.now else "by_past"
    return writer.say("text", key, facts), writer.say("text", f"{key}_short", facts)


def _call(writer: Writer, official: Official | None, said: str) -> str:
    if official is None or not official.hotline or official.hotline in said:
        return ""
    return writer.say("text", "call", {"carrier": official.carrier, "hotline": official.hotline})


def _reasons(writer: Writer, notice: Notice, state: LineState, facts: dict[str, Any]) -> list[str]:
    """Why we think so: the reason itself, what moved it, how sure it is, how old the figures are."""
    why = facts["why"]
    said = [_reason(writer, notice.why.code, facts)]
    if why.moved_by:
        said.append(_reason(writer, f"moved_{why.moved_by}", facts | {"moved": _moved(writer, why)}))
    if state.forecast is not None and notice.kind in PAYABLE:
        told = {notice.why.code, f"moved_{why.moved_by}"}
        if why.learning_need or facts["basis"] != CutOffBasis.BALANCE:
            told.add("learning")
        others = [w for w in state.forecast.reasons if w.code not in told]
        for other in others[:_EXTRA_REASONS]:
            view = reason(other)
            said.append(_reason(writer, other.code, facts | {"why": view, "moved": _moved(writer, view)}))
    sure = certainty(facts)
    if sure:
        said.append(writer.say("text", sure))
    if facts["inferred"] and notice.why.code == "termination_near":
        said.append(writer.say("text", "inferred"))
    said.append(writer.say("text", "age_old" if facts["old"] else "age", facts))
    if facts["as_of"] is not None:
        said.append(writer.say("text", "as_of", facts))
    if notice.kind in PAYABLE and facts["read_at"] is not None:
        said.append(writer.say("text", "crossed", facts))
    if facts["held"]:
        said.append(writer.say("text", "held", facts))
    return [s for s in said if s]


def _reason(writer: Writer, code: str, facts: dict[str, Any]) -> str:
    return writer.say("why", code, facts) if writer.words.has("why", code) else ""


def _moved(writer: Writer, why: Any) -> str:
    was, now = why.was_days, why.now_days
    if not isinstance(was, int) or not isinstance(now, int) or was == now:
        return ""
    return writer.say("moved", "sooner" if now < was else "later", {"was": was, "now_": now})


def _rows(writer: Writer, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    speech = writer.speech
    rows: list[tuple[str, str]] = []
    if facts["balance"] is not None:
        rows.append(("balance", speech.money(facts["balance"])))
    if facts["due"] is not None:
        rows.append(("amount_due", speech.money(facts["due"])))
    if facts["due"] is not None and facts["due_on"] is not None:
        rows.append(("due_on", speech.day(facts["due_on"])))
    if facts["status"] != Status.UNKNOWN:
        said = writer.named("status", facts["status"])
        rows.append(("status", writer.say("text", "last_seen", {"said": said}) if facts["old"] else said))
    if facts["earliest"] is not None and facts["kind"] in PAYABLE | {Kind.BLIND}:
        rows.append(("cut_off", _cut_off(writer, facts)))
    if facts["pay_by"] is not None and facts["pay_by"] > writer.now:
        rows.append(("pay_by", speech.when(facts["pay_by"])))
    if facts["read_at"] is not None:
        rows.append(("read", speech.when(facts["read_at"])))
    return [(writer.label(name), value) for name, value in rows]


def _cut_off(writer: Writer, facts: Mapping[str, Any]) -> str:
    """A date where there is one; a forecast is a span of days."""
    if facts["basis"] == CutOffBasis.BALANCE and facts["likely"] is not None:
        return writer.say("text", "cut_off_span", facts)
    return writer.speech.when(facts["earliest"])


def worst_first(notices: Sequence[Notice]) -> list[Notice]:
    """Order notices: the most severe first, then the newest."""
    return sorted(notices, key=lambda n: (-rank(n.severity), -n.at.timestamp()))
