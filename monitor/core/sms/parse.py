"""One message to one answer: normalise, who speaks, links, amounts, class, trust."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from monitor.core.sms import amounts, links, times, usage
from monitor.core.sms.classify import Class, Flag, classify, credits_money, is_gift, is_history
from monitor.core.sms.facts import Facts
from monitor.core.sms.lexicon import Lexicon
from monitor.core.sms.normalise import normalise
from monitor.core.sms.redact import redact
from monitor.core.sms.speaker import Speaker, bare, identify


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a message says. Amounts are in 元 (or the currency of its carrier); None where the text states none."""

    carrier: str | None
    kind: Class
    trusted: bool
    balance: Decimal | None = None
    amount_due: Decimal | None = None
    top_up: Decimal | None = None
    claimed: Class | None = None
    """What a phishing text pretends to be."""
    spend: Decimal | None = None
    threshold: Decimal | None = None
    data: tuple[tuple[str, Decimal], ...] = ()
    voice: tuple[tuple[str, int], ...] = ()
    as_of: times.When | None = None
    deadline: times.When | None = None
    links: tuple[str, ...] = ()
    flags: frozenset[Flag] = frozenset()
    why: tuple[str, ...] = ()

    def row(self) -> dict[str, object]:
        """The JSON object: the six fields, then the optional ones (null or empty where the text says nothing)."""
        return {
            "carrier": self.carrier,
            "class": self.kind.value,
            "balance": _money(self.balance),
            "amount_due": _money(self.amount_due),
            "top_up": _money(self.top_up),
            "trusted": self.trusted,
            "claimed_class": self.claimed.value if self.claimed else None,
            "spend": _money(self.spend),
            "threshold": _money(self.threshold),
            "data": [{"what": what, "mb": str(size)} for what, size in self.data],
            "voice": [{"what": what, "minutes": minutes} for what, minutes in self.voice],
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "deadline": self.deadline.isoformat() if self.deadline else None,
            "links": list(self.links),
            "flags": sorted(self.flags),
            "why": list(self.why),
        }


def _money(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


_DATED = frozenset(
    {
        Class.VIOLATION,
        Class.SUSPENDED,
        Class.ARREARS,
        Class.LOW_BALANCE,
        Class.BILL,
        Class.POLICY,
        Class.PHISHING,
    }
)
_MONEYLESS = frozenset({Class.PHISHING})


def parse(text: str, sender: str, received_at: datetime, lexicon: Lexicon) -> Parsed:
    """Parse one message (the parts of a long one already joined).

    Args:
        text: as received.
        sender: the number or name it came from; "" when a person typed it in.
        received_at: aware; years and months that the text leaves out are completed from it.
        lexicon: the compiled words.

    Raises:
        ValueError: there is no text at all, so there is nothing to understand.
    """
    plain = normalise(text)
    if not any(char.isalnum() for char in plain):
        raise ValueError("there is no text in this message")
    speaker = identify(sender, plain, lexicon)
    facts = Facts(plain, lexicon)
    found = links.find(plain, lexicon.hosts)
    figures = amounts.read(plain, facts.hypothetical_spans)
    verdict = classify(facts, figures, lexicon)
    _, secret = redact(plain, lexicon)
    kind, flags = verdict.kind, set(verdict.flags)
    why = [speaker.why, verdict.why]
    if secret:
        flags.add(Flag.SECRET)
    lure = _lure(plain, sender, speaker, facts, found, lexicon=lexicon, code_given=secret)
    if not speaker.claims and not speaker.third_party and lure is None:
        return Parsed(
            None,
            Class.MARKETING,
            trusted=False,
            links=_urls(found),
            flags=frozenset(flags & {Flag.SECRET}),
            why=(speaker.why,),
        )
    if lure is not None:
        flags |= _speaker_flags(speaker, found)
        return Parsed(
            speaker.carrier, Class.PHISHING, trusted=False, claimed=kind, links=_urls(found),
            flags=frozenset(flags), why=(*why, lure),
        )  # fmt: skip
    credited = kind in (
        Class.TOP_UP,
        Class.RESTORED,
        Class.ARREARS,
        Class.LOW_BALANCE,
        Class.SUSPENDED,
        Class.BILL,
    ) and credits_money(facts, lexicon)
    flags |= _speaker_flags(speaker, found)
    flags |= {Flag(name) for name in ("one_way", "restore_hint") if lexicon.marks[name].search(plain)}
    if figures.truncated:
        flags.add(Flag.TRUNCATED)
    if credited and is_gift(facts, lexicon):
        flags.add(Flag.GIFT)
    if is_history(facts, lexicon):
        flags.add(Flag.HISTORY)
    return Parsed(
        carrier=speaker.carrier,
        kind=kind,
        trusted=speaker.official and not speaker.mismatch,
        balance=figures.balance,
        amount_due=figures.amount_due,
        top_up=figures.top_up if credited else None,
        spend=figures.spend,
        threshold=figures.threshold,
        data=usage.data(plain),
        voice=usage.voice(plain),
        as_of=times.as_of(plain, received_at),
        deadline=times.deadline(plain, received_at) if kind in _DATED else None,
        links=_urls(found),
        flags=frozenset(flags),
        why=tuple(why),
    )


def _urls(found: tuple[links.Link, ...]) -> tuple[str, ...]:
    return tuple(link.url for link in found)


def _speaker_flags(speaker: Speaker, found: tuple[links.Link, ...]) -> set[Flag]:
    flags = set()
    if speaker.mismatch:
        flags.add(Flag.SENDER_MISMATCH)
    if speaker.third_party:
        flags.add(Flag.THIRD_PARTY)
    if any(not link.listed for link in found):
        flags.add(Flag.OFF_LIST_LINK)
    return flags


def _lure(
    plain: str,
    sender: str,
    speaker: Speaker,
    facts: Facts,
    found: tuple[links.Link, ...],
    *,
    lexicon: Lexicon,
    code_given: bool,
) -> str | None:
    """Why the message is phishing, or None."""
    phone_matter = speaker.claims or speaker.third_party
    off = next((link for link in found if not link.listed), None)
    if off is not None and phone_matter:
        return f"links to {off.host or 'an unreadable host'}, which is not a carrier's"
    for m in lexicon.asks["wants"].finditer(plain):
        if not facts.warned(m.start()) and not (code_given and speaker.official):
            return f"asks for what no carrier asks for: {m.group()[:24]!r}"
    if speaker.claims and not speaker.official:
        contact = _contact(plain, sender, lexicon)
        if contact is not None:
            return f"not from a carrier's number, and gives a contact that is no carrier's: {contact}"
    return None


def _contact(plain: str, sender: str, lexicon: Lexicon) -> str | None:
    for pattern in lexicon.contacts:
        for m in pattern.finditer(plain):
            given = m.groupdict().get("number") or m.groupdict().get("id") or ""
            number = bare(given)
            if not number.isdecimal():
                return given[:3] + "…"
            known = any(
                number.startswith(o) and len(number) - len(o) <= 6 for o in lexicon.official if len(o) > 3
            )
            if not known and number not in lexicon.official and number != bare(sender):
                return number[:3] + "…"
    return None
