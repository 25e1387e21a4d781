"""The composer: notices to messages, with the newest facts, in the reader's language and time zone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from monitor.core.autopay import collected
from monitor.core.notice import Danger, Notice, Why
from monitor.core.row import Row, row
from monitor.core.state import LineState
from monitor.core.words import Kind, Severity, Status, rank
from monitor.messages.facts import PAYABLE, reason
from monitor.messages.letter import Letter, Official, Writer, worst_first, write
from monitor.messages.words import Words, shipped
from monitor.ports import Attachment, Linker, Message, Part, Watched

CHART = "chart.png"
_CHARTED = frozenset({Kind.LOW_BALANCE, Kind.SUSPENSION_WARNING, Kind.DIGEST, Kind.PAYMENT_DUE, Kind.ARREARS})
_PAYING = PAYABLE | {Kind.SUSPENDED, Kind.TERMINATION_WARNING}
"""What "I have paid" is an answer to."""
_GOOD = frozenset({Kind.PAYMENT_SEEN, Kind.RESTORED, Kind.SIGHT_RESTORED})
_NAMED = 3

Picture = Callable[[Sequence[Part], str, ZoneInfo, datetime], bytes | None]
"""Draws lines as a PNG for a reader (language, time zone), or None where there is nothing to draw."""

Guide = Callable[[Watched, LineState, Kind, Writer], str]
"""The guide's next step for a line's notice of a kind, in a writer's language; nothing where it has none."""


def _nobody(watched: Watched, language: str) -> Official | None:
    del watched, language
    return None


def _no_guide(watched: Watched, state: LineState, kind: Kind, writer: Writer) -> str:
    del watched, state, kind, writer
    return ""


def _no_links(notice: Notice, channel: str, now: datetime) -> Sequence[tuple[str, str]]:
    del notice, channel, now
    return ()


@dataclass
class TemplateComposer:
    """Implements :class:`monitor.ports.Composer`.

    Args:
        language: of a channel: ``en``, ``zh-CN``.
        zone: of a channel: an IANA name.
        templates: the owner's folder of templates, see :class:`monitor.messages.words.Words`.
        official: the carrier's own ways to be reached, in a language.
        guide: the next step that the guide of a stopped line names, or nothing.
        links: the one-tap answers to a notice for a channel.
        picture: draws the chart; asked only for channels in ``mail``.
        mail: whether a channel shows HTML with pictures.
        owns: whether the reader of a channel owns a line, and so may see its whole number.
        terse: whether a channel says only which line and how urgent: whoever carries it reads it, too.
    """

    language: Callable[[str], str]
    zone: Callable[[str], str]
    templates: Path | None = None
    official: Callable[[Watched, str], Official | None] = _nobody
    guide: Guide = _no_guide
    links: Linker = _no_links
    picture: Picture | None = None
    mail: Callable[[str], bool] = field(default=lambda channel: False)  # noqa: ARG005
    owns: Callable[[str, Watched], bool] = field(default=lambda channel, watched: False)  # noqa: ARG005
    terse: Callable[[str], bool] = field(default=lambda channel: False)  # noqa: ARG005
    _words: dict[str, Words] = field(default_factory=dict, repr=False)

    def words(self, language: str) -> Words:
        """Return the catalogue of a language; its ``problems`` tell what of the owner's folder cannot be used."""
        if language not in self._words:
            self._words[language] = Words(language, self.templates) if self.templates else shipped(language)
        return self._words[language]

    def compose(
        self, notices: Sequence[Notice], watched: Watched, state: LineState, channel: str, now: datetime
    ) -> Message:
        """Write one message for one channel about the notices of one line."""
        writer = self._writer(channel, now)
        ordered = worst_first(notices)
        first = ordered[0]
        official = self.official(watched, writer.words.language)
        owns = self.owns(channel, watched)
        letters = [
            write(
                writer, n, watched, state, owns=owns, official=official,
                guide=self.guide(watched, state, n.kind, writer),
            )
            for n in ordered
        ]  # fmt: skip
        offered = [
            (a, url) for a, url in self.links(first, channel, now) if a != "paid" or first.kind in _PAYING
        ]
        links = tuple((writer.say("answer", action), url) for action, url in offered)
        every = [link for link, (action, _) in zip(links, offered, strict=True) if action == "answer"]
        buttons = [link for link, (action, _) in zip(links, offered, strict=True) if action != "answer"]
        pictures = self._pictures(first.kind, [Part(watched, state, (first,))], channel, writer)
        context = self._context(writer, first.severity, first.id) | {
            "letter": letters[0],
            "also": letters[1:],
            "official": official,
            "links": every or links,
            "buttons": buttons or links,
            "chart": CHART if pictures else "",
        }
        message = self._message(
            writer, "notice", context=context, notice=first, letter=letters[0], pictures=pictures, links=links
        )
        return self._hushed(message, letters[0].line, channel, writer)

    def overview(
        self, parts: Sequence[Part], more: int, channel: str, now: datetime, unseen: int = 0
    ) -> Message:
        """Write one message about several lines; ``parts`` are worst first, ``more`` are counted and not named.

        ``unseen`` lines of a carrier that answers again could not be read yet.
        """
        writer = self._writer(channel, now)
        told = [p for p in parts if p.notices]
        notices = [worst_first(p.notices)[0] for p in told]
        letters = [
            write(
                writer,
                n,
                p.watched,
                p.state,
                owns=self.owns(channel, p.watched),
                official=None,
                guide=self.guide(p.watched, p.state, n.kind, writer),
            )
            for n, p in zip(notices, told, strict=True)
        ]
        first = worst_first(notices)[0]
        kinds = {n.kind for n in notices}
        mood = "_blind" if kinds == {Kind.BLIND} else "_good" if kinds <= _GOOD else ""
        mood = "_seen" if kinds == {Kind.SIGHT_RESTORED} else mood
        facts = {"total": len(told) + more, "names": self._names(writer, [x.line for x in letters], more)}
        facts |= {"unseen": unseen, "carrier": told[0].watched.line.carrier}
        headline = writer.say("overview", f"headline{mood}", facts)
        what = writer.say("overview", "what" if mood == "_good" else f"what{mood}", facts)
        key = hashlib.sha256("|".join(sorted(n.id for p in told for n in p.notices)).encode()).hexdigest()[
            :12
        ]
        letter = Letter("", "", headline, headline, what, "", "", (), (), headline)
        items = [
            {"letter": x, "severity": str(n.severity), "label": writer.named("severity", str(n.severity))}
            for x, n in zip(letters, notices, strict=True)
        ]
        context = self._context(writer, first.severity, key, "footer_many") | {
            "letter": letter,
            "items": items,
            "more": writer.label("more", count=more) if more else "",
        }
        lead = " · ".join(x.subject for x in letters[:_NAMED])
        message = self._message(
            writer, "overview", context=context, notice=first, letter=letter, key=key, lead=lead
        )
        return self._hushed(message, self._names(writer, [x.line for x in letters], more), channel, writer)

    def bulletin(self, notice: Notice, parts: Sequence[Part], channel: str, now: datetime) -> Message:
        """Write what concerns no single line: a digest of ``parts``, or a channel that fails."""
        writer = self._writer(channel, now)
        if notice.kind is not Kind.DIGEST or self._has_bulletin(writer, notice):
            return self._bulletin(writer, notice)
        rows = [(p, row(p.watched.line, p.state, now, p.watched.rules)) for p in parts]
        rows.sort(key=lambda x: -rank(x[1].severity))
        lines = [self._digest_line(writer, p, one, channel) for p, one in rows]
        bad = sum(one.severity is not Severity.OK for _, one in rows)
        worst = lines[0]["name"] if lines else ""
        facts = {"days": _period(notice), "total": len(rows), "bad": bad, "worst": worst}
        say = {k: writer.say("kind.digest", k, facts) for k in ("headline", "what", "next")}
        letter = Letter(
            "", "", say["headline"], say["headline"], say["what"], "", say["next"], (), (), say["headline"]
        )
        severity = max((one.severity for _, one in rows), key=rank, default=Severity.OK)
        pictures = self._pictures(Kind.DIGEST, [p for p, _ in rows], channel, writer)
        context = self._context(writer, severity, notice.id, "footer_many") | {
            "letter": letter,
            "lines": lines,
            "chart": CHART if pictures else "",
        }
        lead = " · ".join(f"{x['name']}: {x['say']}" for x in lines[:_NAMED] if x["severity"] != "ok")
        message = self._message(
            writer, "digest", context=context, notice=notice, letter=letter, pictures=pictures, lead=lead
        )
        return self._hushed(message, "billing-monitor", channel, writer)

    def _hushed(self, message: Message, line: str, channel: str, writer: Writer) -> Message:
        """For a terse channel: which line and how urgent, and where to read the rest; no figure, cause or number."""
        if not self.terse(channel):
            return message
        level = writer.named("severity", str(message.severity))
        said = writer.say("text", "terse", {"line": line, "level": level, "id": message.notice_id})
        return replace(
            message, subject=said, short=said, text=said, html="", markdown="", attachments=(), thread=""
        )

    def test(self, channel: str, now: datetime) -> Message:
        """Write the message of ``notify test``; each one has an id of its own."""
        writer = self._writer(channel, now)
        facts = {"channel": channel}
        headline = writer.say("test", "headline", facts)
        what = writer.say("test", "what", facts)
        subject = writer.say("text", "subject", {"line": "billing-monitor", "headline": headline})
        letter = Letter("billing-monitor", "", headline, subject, what, "", "", (), (), f"{subject}. {what}")
        notice = _plain(Why("test"), f"test-{channel}-{now.isoformat()}", now)
        context = self._context(writer, Severity.INFO, notice.id, "footer_house") | {"letter": letter}
        return self._message(writer, "notice", context=context, notice=notice, letter=letter)

    def _bulletin(self, writer: Writer, notice: Notice) -> Message:
        table = f"bulletin.{notice.why.code}"
        why = reason(notice.why)
        facts = {"why": why, "now": writer.now}
        if self._has_bulletin(writer, notice):
            say = {k: writer.say(table, k, facts) for k in ("headline", "what", "next")}
        else:
            said = ", ".join(f"{k} {v}" for k, v in notice.why.facts if v is not None)
            say = {"headline": f"{notice.kind}: {notice.why.code}", "what": said, "next": ""}
        subject = writer.say("text", "subject", {"line": "billing-monitor", "headline": say["headline"]})
        short = writer.joined(subject + writer.words.table("language")["stop"], say["next"])
        letter = Letter(
            "billing-monitor", "", say["headline"], subject, say["what"], "", say["next"], (), (), short
        )
        context = self._context(writer, notice.severity, notice.id, "footer_house") | {"letter": letter}
        return self._message(writer, "notice", context=context, notice=notice, letter=letter)

    def _has_bulletin(self, writer: Writer, notice: Notice) -> bool:
        return writer.words.has(f"bulletin.{notice.why.code}", "headline")

    def _digest_line(self, writer: Writer, part: Part, one: Row, channel: str) -> dict[str, str]:
        danger = one.dangers[0] if one.dangers else None
        state, speech = part.state, writer.speech
        letter = None
        if danger is not None:
            notice = as_notice(one.line, danger, writer.now)
            owns = self.owns(channel, part.watched)
            letter = write(writer, notice, part.watched, state, owns=owns, official=None)
        until = one.run_out.p50 or one.cut_off.likely or one.cut_off.earliest
        if one.status not in (Status.ACTIVE, Status.UNKNOWN):
            until = None
        none = (
            writer.label("no_reading" if state.reading is None else "no_figure") if not one.amount_due else ""
        )
        auto = collected(part.watched.line, state.reading) if state.reading is not None else None
        day = auto[1] if auto and auto[1] >= writer.now.astimezone(part.watched.line.zone).date() else None
        due = "" if day or not one.amount_due else speech.money(one.amount_due)
        return {
            "name": one.line,
            "severity": str(one.severity),
            "label": writer.named("severity", str(one.severity)),
            "say": letter.headline if letter else writer.named("severity", str(one.severity)),
            "balance": speech.money(one.balance) if one.balance is not None else none,
            "due": due,
            "due_on": speech.day(one.due_on) if due and one.due_on else "",
            "collected": writer.label("collected", amount=auto[0], on=day) if auto and day else "",
            "until": speech.day(until) if until else "",
            "read": speech.ago(one.observed_at) if one.observed_at else "",
            "stale": "yes" if one.stale else "",
        }

    def _writer(self, channel: str, now: datetime) -> Writer:
        return Writer(self.words(self.language(channel)), ZoneInfo(self.zone(channel)), now)

    def _names(self, writer: Writer, names: Sequence[str], more: int) -> str:
        listed = writer.words.table("language")["list"].join(names[:_NAMED])
        return listed + (" …" if more or len(names) > _NAMED else "")

    def _pictures(
        self, kind: Kind, parts: Sequence[Part], channel: str, writer: Writer
    ) -> tuple[Attachment, ...]:
        if self.picture is None or kind not in _CHARTED or not self.mail(channel):
            return ()
        drawn = self.picture(parts, writer.words.language, writer.zone, writer.now)
        return (Attachment(CHART, "image/png", drawn),) if drawn else ()

    def _context(
        self, writer: Writer, severity: Severity, key: str, footer: str = "footer"
    ) -> dict[str, Any]:
        zone = writer.say("text", "zone", {"zone": writer.zone.key})
        context: dict[str, Any] = {
            **_NOTHING,
            "language": writer.words.language,
            "severity": str(severity),
            "severity_label": writer.named("severity", str(severity)),
            "label": writer.label,
            "colon": writer.words.table("language")["colon"],
            "footer": writer.joined(writer.say("text", footer, {"id": key}), zone),
        }
        return context

    def _message(
        self,
        writer: Writer,
        layout: str,
        *,
        context: dict[str, Any],
        notice: Notice,
        letter: Letter,
        pictures: tuple[Attachment, ...] = (),
        links: tuple[tuple[str, str], ...] = (),
        key: str = "",
        lead: str = "",
    ) -> Message:
        from markupsafe import Markup  # noqa: PLC0415 - not before the first message

        lay = writer.words.lay_out
        headline = letter.headline[:1].upper() + letter.headline[1:]
        tone = (
            "good" if notice.kind in _GOOD and context["severity"] == Severity.INFO else context["severity"]
        )
        context = {**context, "letter": letter, "headline": headline, "tone": tone}
        return Message(
            notice_id=key or notice.id,
            subject=letter.subject,
            short=f"{letter.short} {lead}".strip()[:300],
            text=lay(f"{layout}.txt.j2", context),
            html=lay("frame.html.j2", context | {"body": Markup(lay(f"{layout}.html.j2", context))}),  # noqa: S704 - rendered with escaping
            markdown=lay(f"{layout}.md.j2", context),
            severity=Severity(context["severity"]),
            thread="" if key else f"{notice.line}|{notice.episode}",
            attachments=pictures,
            links=links,
        )


_NOTHING: dict[str, Any] = {
    "also": (),
    "official": None,
    "links": (),
    "buttons": (),
    "chart": "",
    "items": (),
    "lines": (),
    "more": "",
}


def as_notice(line: str, danger: Danger, now: datetime) -> Notice:
    """Speak of a danger as of a notice that is made now."""
    head = (line, now, danger.kind, danger.severity, danger.rung, danger.thread, danger.why)
    return Notice(*head, danger.cut_off, pay_by=danger.pay_by)


def _plain(why: Why, episode: str, now: datetime) -> Notice:
    return Notice("", now, Kind.DIGEST, Severity.INFO, why.code, episode, why)


def _period(notice: Notice) -> int:
    """How many days a digest covers: 1, 7, or 0 where it does not say."""
    period = str(reason(notice.why).period or notice.stage)
    return 7 if "week" in period else 1 if "da" in period else 0
