"""Who a message comes from and whom it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.core.sms.lexicon import Lexicon
from monitor.core.sms.normalise import normalise

_BRACKETS = re.compile(r"[【\[〖「]([^】\]〗」]{1,40})[】\]〗」]")
_HOTLINE = re.compile(
    r"(?:致电|拨打|咨询|详询|请询|询|热线:?|客服|发送到|发送至|发至|到|call|dial|contact)\s*(1008[56]|10010|1000[01]|10099)(?!\d)",
    re.IGNORECASE,
)
_MORE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Speaker:
    """The sender as a carrier's, and what the text says about it."""

    carrier: str | None
    official: bool
    """The sender's number is in the table."""
    claims: bool
    """The text (or the sender's name) says that it comes from a carrier."""
    mismatch: bool
    """The text and the sender do not go together."""
    third_party: bool
    """Neither, yet it speaks about a phone account."""
    why: str


def bare(sender: str) -> str:
    """A sender without spaces, hyphens and the country code of China."""
    number = re.sub(r"[\s\-()]", "", sender)
    return re.sub(r"^(?:\+86|0086|86)(?=\d{5})", "", number)


def sender_carrier(sender: str, lexicon: Lexicon) -> str | None:
    """The carrier whose number this is, exactly or followed by at most six more digits."""
    number = bare(sender)
    if not number.isdecimal():
        return None
    for known, carrier in lexicon.senders:
        if number.startswith(known) and len(number) - len(known) <= _MORE_DIGITS:
            return carrier
    return None


def identify(sender: str, text: str, lexicon: Lexicon) -> Speaker:
    """Tell who speaks. ``text`` is normalised."""
    by_sender = sender_carrier(sender, lexicon)
    signed = _signatures(text, lexicon)
    if by_sender is not None:
        contradicted = bool(signed) and by_sender not in signed
        why = f"sender is a number of {by_sender}" + (f", but signed for {signed[0]}" if contradicted else "")
        return Speaker(
            by_sender, official=True, claims=True, mismatch=contradicted, third_party=False, why=why
        )
    if signed:
        return Speaker(
            signed[0],
            official=False,
            claims=True,
            mismatch=True,
            third_party=False,
            why=f"signed for {signed[0]}, but the sender is not its number",
        )
    claimed = None if _is_somebody_else(text, lexicon) else _self_named(sender, text, lexicon)
    if claimed is not None:
        return Speaker(
            claimed,
            official=False,
            claims=True,
            mismatch=True,
            third_party=False,
            why=f"names {claimed}, but the sender is not its number",
        )
    about = bool(lexicon.about_the_account.search(text)) and not lexicon.bank.search(text)
    why = (
        "a third party that speaks about a phone account"
        if about
        else "no carrier's number and no carrier's name"
    )
    return Speaker(None, official=False, claims=False, mismatch=False, third_party=about, why=why)


def _signatures(text: str, lexicon: Lexicon) -> list[str]:
    found: list[str] = []
    for m in _BRACKETS.finditer(text):
        carrier = next((c for c, p in lexicon.signs if p.fullmatch(m.group(1).strip())), None)
        if carrier is not None and carrier not in found:
            found.append(carrier)
    if not found:
        found += [c for c, p in lexicon.ends if p.search(text)][:1]
    return found


def _is_somebody_else(text: str, lexicon: Lexicon) -> bool:
    return any(lexicon.others.fullmatch(m.group(1).strip()) for m in _BRACKETS.finditer(text))


def _self_named(sender: str, text: str, lexicon: Lexicon) -> str | None:
    named = [c for c, p in lexicon.names if p.search(normalise(sender))] or [
        c for c, p in lexicon.names if p.search(text)
    ]
    if named:
        return named[0] if len(named) == 1 or named[0] == "other" else None
    m = _HOTLINE.search(text)
    if m is None:
        return None
    return {"1008": "cn-mobile", "1001": "cn-unicom", "1000": "cn-telecom", "1009": "cn-broadnet"}[
        m.group(1)[:4]
    ]
