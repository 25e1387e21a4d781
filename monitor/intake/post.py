"""A message on its way into the store: once, joined, redacted, to the right line, decided like any poll."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.core.cause import Signal
from monitor.core.decide import Decision, decide
from monitor.core.reading import Event, Seen
from monitor.core.sms import Lexicon, Parsed, observe, parse, redact, warning
from monitor.core.sms.join import WINDOW, Part, belongs, complete, join, looks_cut
from monitor.core.sms.speaker import bare
from monitor.core.state import LineState
from monitor.poll import Router
from monitor.ports import Planned, Store, Watched

KEEP = timedelta(days=7)
"""How long a message is known as seen."""
UNTIMED = timedelta(minutes=10)
"""The same text from the same sender within this time is a repeat, where its receiver gave no time."""

Change = Callable[[LineState], tuple[LineState, Sequence[Planned]]]


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

    def take(self, part: Part, now: datetime, line: str = "") -> Result:
        """Take one message, or one part of a long one.

        Raises:
            ValueError: there is no text in it.
        """
        whole = self._joined(part, now)
        text = _without_cut_link(whole.text) if looks_cut(part.text) and not complete([whole]) else whole.text
        parsed = parse(text, whole.sender, whole.received_at, self._lexicon)
        mine, maybe = self._whose(line, parsed, whole)
        if mine is None:
            note = (
                "which line is it for? give the line's name" if maybe else "it is for no line that is watched"
            )
            return Result(None, parsed, stored=False, note=note, lines=maybe)
        if not self._new(mine, whole, now):
            return Result(mine, parsed, stored=False, repeat=True, note="taken before")
        stored = self._enter(self._watched[mine], parsed, whole, now)
        return Result(mine, parsed, stored, note="" if stored else "the store does not know this line yet")

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
            self._store.update(line, self._change(watched, seen, now), now, seen)
        return [str(s) for s in signals]

    def _enter(self, watched: Watched, parsed: Parsed, whole: Part, now: datetime) -> bool:
        line = watched.line
        kept, _ = redact(whole.text, self._lexicon)
        at = min(whole.received_at, now)
        for seen in observe(parsed, at, kept, line.currency or "CNY"):
            if not self._store.update(line.name, self._change(watched, seen, now), now, seen):
                return False
        notice = warning(parsed, line.name, now)
        if notice is not None:

            def warn(state: LineState) -> tuple[LineState, Sequence[Planned]]:
                said = Decision(state, now, (notice,))
                return state, self._route(watched, state, said, now)

            self._store.update(line.name, warn, now)
        return True

    def _change(self, watched: Watched, seen: Seen, now: datetime) -> Change:
        def change(state: LineState) -> tuple[LineState, Sequence[Planned]]:
            if isinstance(seen, Event) and seen.what in ("sms:untrusted", "sms:phishing"):
                return state, ()
            decision = decide(watched.line, watched.rules, state, seen, now)
            return decision.state, self._route(watched, state, decision, now)

        return change

    # --- once, and whole ----------------------------------------------------------------------------------------------

    def _new(self, line: str, whole: Part, now: datetime) -> bool:
        timed = not whole.key
        minute = whole.received_at.strftime("%Y%m%d%H%M%z") if timed else ""
        own = whole.key if whole.key not in ("", "untimed") else ""
        seed = "|".join((line, bare(whole.sender), whole.text, minute, own))
        key = hashlib.sha256(seed.encode()).hexdigest()[:32]
        until = now + (UNTIMED if whole.key == "untimed" else KEEP)
        return self._store.notes().put_new(f"sms:{key}", "1", now, until)

    def _joined(self, part: Part, now: datetime) -> Part:
        """Join with what came of the same message within the window. Parts wait in the vault, since they are private."""
        vault, name = self._store.vault(), f"sms-parts:{bare(part.sender)}"
        waiting = _thaw(vault.get(name))
        if not belongs(waiting, part):
            waiting = []
        if not waiting and not part.total and not looks_cut(part.text):
            return part
        waiting = [*waiting, part]
        if complete(waiting):
            vault.drop(name)
        else:
            vault.put(name, _freeze(waiting), now + 4 * WINDOW)
        return join(waiting)

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


def _freeze(parts: Sequence[Part]) -> str:
    rows = [
        [p.sender, p.text, p.received_at.isoformat(), p.reference, p.index, p.total, p.key] for p in parts
    ]
    return json.dumps(rows, ensure_ascii=False)


def _thaw(text: str | None) -> list[Part]:
    try:
        rows = json.loads(text or "[]")
        return [Part(s, t, datetime.fromisoformat(at), ref, i, n, key) for s, t, at, ref, i, n, key in rows]
    except (ValueError, TypeError):
        return []
