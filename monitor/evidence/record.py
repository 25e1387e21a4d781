"""The contact log: what was said, paid, promised or answered, entered into the chain and decided like any observation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from monitor.core.decide import Decision, decide
from monitor.core.line import mask
from monitor.core.money import Money
from monitor.core.reading import Event, Reading, Seen
from monitor.core.state import LineState
from monitor.evidence.files import Attachments, EvidenceError
from monitor.ports import Planned, Store, Watched

Route = Callable[[Watched, LineState, Decision, datetime], Sequence[Planned]]


@dataclass(frozen=True, slots=True)
class Note:
    """One entry of the contact log, in the owner's words."""

    text: str
    channel: str = ""
    """How it was said: ``hotline``, ``app``, ``hall``, ``sms``, …"""
    operator: str = ""
    """Number or name of the member of staff."""
    ticket: str = ""
    paid: Money | None = None
    ref: str = ""
    """The payment's reference."""
    gift: bool = False
    """Credit that the carrier gave: it settles no debt."""
    balance: Money | None = None
    """The balance as the owner saw it."""
    promise_by: date | None = None
    """The day by which the carrier promised to act."""
    dispute: str = ""
    """``fee`` or ``other``: a dispute begins today, and its limits run."""
    closed: bool = False
    """What was promised or disputed under this ticket is done."""
    attachments: tuple[Path, ...] = ()

    def observations(self, now: datetime) -> Iterator[Seen]:
        """What of it the decision must know."""
        ticket = self.ticket or self.text[:40]
        if self.balance is not None:
            yield Reading(now, source="owner", balance=self.balance)
        if self.paid is not None:
            yield Event(now, "payment", self.paid, " | ".join(("gift" * self.gift, self.ref)).strip())
        if self.promise_by is not None:
            yield Event(now, f"promise:{self.promise_by.isoformat()}", None, ticket)
        if self.dispute:
            yield Event(now, f"dispute:{self.dispute}", None, ticket)
        if self.closed:
            yield Event(now, "closed", None, ticket)

    def facts(self) -> dict[str, object]:
        """What the chain of evidence keeps of it."""
        said: dict[str, object] = {
            "text": self.text,
            "channel": self.channel,
            "operator": self.operator,
            "ticket": self.ticket,
            "paid": str(self.paid or ""),
            "ref": self.ref,
            "gift": self.gift,
            "balance": str(self.balance) if self.balance is not None else "",
            "promise_by": self.promise_by.isoformat() if self.promise_by else "",
            "dispute": self.dispute,
            "closed": self.closed,
        }
        return {name: value for name, value in said.items() if value}


def record(
    store: Store, files: Attachments, watched: Watched, note: Note, *, route: Route, now: datetime
) -> None:
    """Enter a note: into the chain of evidence, and what of it matters into the decision.

    The line's own number is masked in what is kept: whose story it is, the chain knows by the line's name.

    Raises:
        EvidenceError: an attachment cannot be kept, or the store does not know the line.
    """
    line = watched.line
    kept = [files.keep(path).facts() for path in note.attachments]
    facts = {k: _masked(v, line.number) if isinstance(v, str) else v for k, v in note.facts().items()}
    entries = [("record", facts | ({"attachments": kept} if kept else {}))]
    observations: list[Seen | None] = [*note.observations(now)]
    for seen in observations or [None]:
        if not store.update(line.name, _change(watched, seen, route, now), now, seen, entries):
            raise EvidenceError(
                f"the store does not know the line {line.name} yet; has the daemon run with it?"
            )
        entries = []


def note_signs(store: Store, watched: Watched, signs: Sequence[str], *, route: Route, now: datetime) -> None:
    """Enter what a test of device, SIM and network found: evidence, and a sign for the cause of a stop."""
    for sign in signs:
        seen = Event(now, f"sign:{sign}", None, "test")
        store.update(watched.line.name, _change(watched, seen, route, now), now, seen)


def open_tickets(state: LineState) -> list[str]:
    """Return the tickets whose promise or dispute is not closed yet, oldest first."""
    return list(dict.fromkeys(p.ticket for p in state.story.promises))


def forget_attachments(store: Store, files: Attachments, line: str) -> int:
    """Remove the files that only this line's notes hold; to be called before the notes themselves go. Return how many."""
    mine, others = set[str](), set[str]()
    after = 0
    while page := store.trail(after=after):
        for entry in page:
            found: Any = entry.facts().get("attachments", ()) if entry.kind == "record" else ()
            (mine if entry.line == line else others).update(str(one["sha256"]) for one in found)
        after = page[-1].seq
    for digest in mine - others:
        files.drop(digest)
    return len(mine - others)


def _change(
    watched: Watched, seen: Seen | None, route: Route, now: datetime
) -> Callable[[LineState], tuple[LineState, Sequence[Planned]]]:
    def change(state: LineState) -> tuple[LineState, Sequence[Planned]]:
        if seen is None:
            return state, ()
        decision = decide(watched.line, watched.rules, state, seen, now)
        return decision.state, route(watched, state, decision, now)

    return change


def _masked(text: str, number: str) -> str:
    if not number:
        return text
    national = number[3:] if number.startswith("+86") else number.lstrip("+")
    return text.replace(number, mask(number)).replace(national, mask(national))
