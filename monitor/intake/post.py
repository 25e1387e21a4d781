"""A message on its way into the store: once, joined, redacted, to the right line, decided like any poll."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.core.cause import Signal
from monitor.core.decide import Decision, decide
from monitor.core.notice import Notice
from monitor.core.reading import Event, Reading, Seen
from monitor.core.sms import Lexicon, Parsed, observe, parse, redact, warning
from monitor.core.sms.join import WINDOW, Part, belongs, complete, join, looks_cut
from monitor.core.sms.speaker import bare
from monitor.core.state import LineState
from monitor.poll import Router
from monitor.ports import Change, Planned, Store, Taken, Watched

KEEP = timedelta(days=7)
"""How long a message is known as seen."""
UNTIMED = timedelta(minutes=10)
"""The same text from the same sender within this time is a repeat, where its receiver gave no time."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a message."""

    line: str | None
    """Whose it is; None: nobody's that is watched."""
    parsed: Parsed
    stored: bool
    repeat: bool = False
    """It was taken before, so nothing was done."""
    note: str = ""
    """Why nothing was stored, and what to do."""
    lines: tuple[str, ...] = field(default=())
    """Whose it might be, when that is not clear."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Parts of a message whose rest has not come yet, and what they have said."""

    parts: tuple[Part, ...] = ()
    said: frozenset[str] = frozenset()


class Post:
    """Takes messages for the lines under watch.

    Args:
        store: where lines and their states are.
        watched: the lines by name.
        route: which channels hear of what (the poller's).
        lexicon: the words.
    """

    def __init__(self, store: Store, watched: Mapping[str, Watched], route: Router, lexicon: Lexicon) -> None:
        self._store, self._watched, self._route, self._lexicon = store, watched, route, lexicon

    def take(
        self, part: Part, now: datetime, line: str = "", once: Mapping[str, datetime] | None = None
    ) -> Result:
        """Take one message, or one part of a long one.

        That it was taken is written with what it changes, in one transaction: whoever hands it over again after a crash
        loses nothing and counts nothing twice.

        Args:
            part: the message.
            now: the instant of its arrival.
            line: whose it is, where that is known.
            once: other marks (of the request it came in) that must be new, and until when they hold.

        Raises:
            ValueError: there is no text in it.
        """
        waiting = self._waiting(part)
        whole = join([*waiting.parts, part]) if waiting.parts else part
        text = _without_cut_link(whole.text) if looks_cut(part.text) and not complete([whole]) else whole.text
        parsed = parse(text, whole.sender, whole.received_at, self._lexicon)
        mine, maybe = self._whose(line, parsed, whole)
        if mine is None:
            self._wait(part, waiting, (), now)
            note = (
                "which line is it for? give the line's name" if maybe else "it is for no line that is watched"
            )
            return Result(None, parsed, stored=False, note=note, lines=maybe)
        key, until = self._mark(mine, whole, now)
        seen = self._seen(self._watched[mine], parsed, whole, now, waiting)
        change = self._change(self._watched[mine], seen, warning(parsed, mine, now), now)
        became = self._store.update_once(mine, change, now, seen, {key: until, **(once or {})})
        self._wait(part, waiting, seen, now)
        notes = {Taken.REPEAT: "taken before", Taken.NO_LINE: "the store does not know this line yet"}
        stored, repeat = became is Taken.STORED, became is Taken.REPEAT
        return Result(mine, parsed, stored, repeat, notes.get(became, ""))

    def probe(self, signals: Sequence[Signal], line: str, now: datetime) -> list[str]:
        """Enter what a modem says of SIM and network, as evidence for the cause of a stop; it changes no status.

        The same state is entered again after twelve hours.

        Raises:
            ValueError: no such line.
        """
        watched = self._watched.get(line)
        if watched is None:
            raise ValueError(f"no line {line!r} is watched; give --line")
        notes, name = self._store.notes(), f"probe:{line}"
        said = ",".join(signals)
        if notes.get(name, now) == said:
            return [str(s) for s in signals]
        notes.put(name, said, now + timedelta(hours=12))
        for signal in signals:
            seen = Event(now, f"sign:{signal}", None, "modem")
            self._store.update(line, self._change(watched, [seen], None, now), now, seen)
        return [str(s) for s in signals]

    def _seen(
        self, watched: Watched, parsed: Parsed, whole: Part, now: datetime, waiting: _Waiting
    ) -> list[Seen]:
        """What the message means for the line, without what its first part has said already."""
        kept, _ = redact(whole.text, self._lexicon)
        at = min(whole.received_at, now) + timedelta(milliseconds=len(waiting.parts))  # newer than its parts
        found = observe(parsed, at, kept, watched.line.currency or "CNY")
        return [seen for seen in found if _gist(seen) not in waiting.said]

    def _change(self, watched: Watched, seen: Sequence[Seen], notice: Notice | None, now: datetime) -> Change:
        def change(state: LineState) -> tuple[LineState, Sequence[Planned]]:
            planned: list[Planned] = []
            for one in seen:
                if isinstance(one, Event) and one.what in ("sms:untrusted", "sms:phishing"):
                    continue
                decision = decide(watched.line, watched.rules, state, one, now)
                planned += self._route(watched, state, decision, now)
                state = decision.state
            if notice is not None:
                planned += self._route(watched, state, Decision(state, now, (notice,)), now)
            return state, planned

        return change

    # --- once, and whole ----------------------------------------------------------------------------------------------

    def _mark(self, line: str, whole: Part, now: datetime) -> tuple[str, datetime]:
        """The name under which this message is known as taken, and until when."""
        timed = not whole.key
        minute = whole.received_at.strftime("%Y%m%d%H%M%z") if timed else ""
        own = whole.key if whole.key not in ("", "untimed") else ""
        seed = "|".join((line, bare(whole.sender), whole.text, minute, own))
        key = hashlib.sha256(seed.encode()).hexdigest()[:32]
        return f"sms:{key}", now + (UNTIMED if whole.key == "untimed" else KEEP)

    def _waiting(self, part: Part) -> _Waiting:
        """What came of the same message within the window."""
        waiting = _thaw(self._store.vault().get(_drawer(part)))
        return waiting if belongs(waiting.parts, part) else _Waiting()

    def _wait(self, part: Part, before: _Waiting, seen: Sequence[Seen], now: datetime) -> None:
        """Keep a part until the rest has come. Parts wait in the vault, since they are private."""
        if part.total == 1 or (not before.parts and not part.total and not looks_cut(part.text)):
            return
        parts = (*before.parts, part)
        if complete(parts):
            self._store.vault().drop(_drawer(part))
            return
        said = before.said | {_gist(one) for one in seen}
        self._store.vault().put(_drawer(part), _freeze(_Waiting(parts, said)), now + 4 * WINDOW)

    # --- whose --------------------------------------------------------------------------------------------------------

    def _whose(self, named: str, parsed: Parsed, whole: Part) -> tuple[str | None, tuple[str, ...]]:
        if named:
            return (named, ()) if named in self._watched else (None, tuple(self._watched))
        names = list(self._watched)
        fits = [n for n in names if _carried_by(self._watched[n], parsed.carrier)] or names
        tails = set(re.findall(r"(?:尾号|尾数|\*{2,})\s*(\d{4})(?!\d)|\b1\d{6}(\d{4})\b", whole.text))
        digits = {a or b for a, b in tails}
        told = [n for n in fits if self._watched[n].line.number[-4:] in digits]
        fits = told or fits
        return (fits[0], ()) if len(fits) == 1 else (None, tuple(fits))


def _carried_by(watched: Watched, carrier: str | None) -> bool:
    if carrier is None:
        return False
    line = watched.line
    return carrier == line.carrier or carrier.replace("-", ".") in (line.rules, watched.rules.entry)


def _without_cut_link(text: str) -> str:
    """A link that runs to the end of a cut text may be any link: it is not judged before the rest is there."""
    return re.sub(r"\S*[a-z0-9/]\.[a-z0-9./_-]*$", "", text, flags=re.IGNORECASE) or text


def _drawer(part: Part) -> str:
    return f"sms-parts:{bare(part.sender)}"


def _gist(seen: Seen) -> str:
    """What is said, apart from the words: equal for a message and for the part of it that said it first."""
    match seen:
        case Event(what=what, amount=amount):
            return f"{what} {amount} {sorted(seen.flags)}"
        case Reading(status=status, cause=cause, balance=balance, amount_due=due, due_on=on, ends_at=ends):
            return f"{status} {cause} {balance} {due} {on} {ends}"
        case _:
            return ""


def _freeze(waiting: _Waiting) -> str:
    rows = [
        [p.sender, p.text, p.received_at.isoformat(), p.reference, p.index, p.total, p.key]
        for p in waiting.parts
    ]
    return json.dumps({"parts": rows, "said": sorted(waiting.said)}, ensure_ascii=False)


def _thaw(text: str | None) -> _Waiting:
    try:
        kept = json.loads(text or "{}")
        parts = [
            Part(s, t, datetime.fromisoformat(at), ref, i, n, key)
            for s, t, at, ref, i, n, key in kept["parts"]
        ]
        return _Waiting(tuple(parts), frozenset(map(str, kept["said"])))
    except (ValueError, TypeError, KeyError):
        return _Waiting()
