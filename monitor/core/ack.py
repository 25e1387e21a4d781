"""Acknowledging: what a person can answer to a notice, and the signed links that carry the answer. Pure.

A link holds a version, an action, an expiry, the notice's id (a hash) and a keyed tag of the contact, then a MAC over
all of it (HMAC-SHA-256, cut to 128 bits as RFC 2104 §5 allows). It reveals no line, number or name, and what it may do
is fixed when it is made. Opening it shows a page; only the form on that page acts.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import assert_never

from monitor.core.notice import Notice
from monitor.core.state import LineState


class Action(StrEnum):
    """What somebody answers to a notice."""

    PAID = "paid"
    """Money is on its way: the ladder stops; the next reading verifies it."""
    WORKING = "working"
    """Somebody takes care: the ladder stops."""
    SNOOZE = "snooze"
    """Not now: silence for a while, then as if nothing had been said."""
    NOT_MINE = "not_mine"
    """The wrong person was asked: the ladder goes on, and the second contact is told at once."""


SNOOZE_FOR = timedelta(hours=12)
"""How long a snooze lasts where nobody says otherwise."""
LONGEST_SNOOZE = timedelta(days=30)
"""A silence that is longer than this would be forgotten."""


class Refusal(StrEnum):
    """Why a link is not accepted."""

    FORGED = "forged"
    """Not made by us, damaged, or for another line's notice."""
    EXPIRED = "expired"
    USED = "used"
    """The same answer was given with it before."""
    OVER = "over"
    """What it is about has ended, or is not known any more."""
    UNCHOSEN = "unchosen"
    """The link offers a choice, and none of its answers was given."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a link allows: one answer, or the choice of one, by one contact about one notice, until it expires."""

    notice_id: str
    """Twelve hexadecimal digits, see :attr:`monitor.core.notice.Notice.id`."""
    contact: str
    """Name of the contact whose channel carries the link; empty where a channel is nobody's."""
    expires_at: datetime
    action: Action | None = None
    """None: the page offers the choice."""

    def use(self, action: Action) -> str:
        """Return the key under which this use is noted, so that it happens once."""
        return f"link:{self.notice_id}:{sha256(self.contact.encode()).hexdigest()[:12]}:{action}"


_VERSION = 1
_ACTIONS: tuple[Action | None, ...] = (None, *Action)
_ID, _TAG, _MAC = 6, 4, 16
_LENGTH = 2 + 4 + _ID + _TAG + _MAC


def mint(key: bytes, grant: Grant) -> str:
    """Make the token of a link; the same grant makes the same token, so that a repeated message repeats its links."""
    body = bytes((_VERSION, _ACTIONS.index(grant.action)))
    body += int(grant.expires_at.timestamp()).to_bytes(4, "big")
    body += bytes.fromhex(grant.notice_id) + _tag(key, grant.contact)
    return urlsafe_b64encode(body + _mac(key, body)).decode().rstrip("=")


def redeem(key: bytes, token: str, contacts: Iterable[str], now: datetime) -> Grant | Refusal:
    """Return what a token allows, or why it is refused. Takes the same time whether or not the MAC is nearly right.

    Args:
        key: the one that minted it.
        token: as it came in; anything.
        contacts: the names of all contacts there are.
        now: the instant of the request.
    """
    raw = _decode(token)
    if raw is None:
        return Refusal.FORGED
    body, mac = raw[:-_MAC], raw[-_MAC:]
    if not hmac.compare_digest(_mac(key, body), mac) or body[0] != _VERSION or body[1] >= len(_ACTIONS):
        return Refusal.FORGED
    tag = body[-_TAG:]
    contact = next((c for c in ("", *contacts) if hmac.compare_digest(_tag(key, c), tag)), None)
    if contact is None:  # signed by us, for somebody who is no longer a contact
        return Refusal.EXPIRED
    expires_at = datetime.fromtimestamp(int.from_bytes(body[2:6], "big"), UTC)
    if now >= expires_at:
        return Refusal.EXPIRED
    return Grant(body[6 : 6 + _ID].hex(), contact, expires_at, _ACTIONS[body[1]])


def _decode(token: str) -> bytes | None:
    if len(token) != -(-_LENGTH * 4 // 3) or not token.isascii():
        return None
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    canonical = urlsafe_b64encode(raw).decode().rstrip("=") == token
    return raw if canonical and len(raw) == _LENGTH else None


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, b"link\0" + body, "sha256")[:_MAC]


def _tag(key: bytes, contact: str) -> bytes:
    return hmac.digest(key, b"contact\0" + contact.encode(), "sha256")[:_TAG]


def answer(
    state: LineState, notice: Notice, action: Action, now: datetime, snooze: timedelta = SNOOZE_FOR
) -> LineState | None:
    """Return the state after an answer to a notice; None when the danger it speaks of is over.

    A danger that is worse, or another one, opens its own thread and is told all the same: an acknowledged warning
    does not hide a suspension.
    """
    found = next((e for e in state.episodes if e.id == notice.episode), None)
    if found is None:
        return None
    match action:
        case Action.PAID | Action.WORKING:
            changed = replace(found, acked_at=found.acked_at or now, snoozed_until=None)
        case Action.SNOOZE:
            changed = replace(found, snoozed_until=now + min(snooze, LONGEST_SNOOZE))
        case Action.NOT_MINE:
            return state
        case _:
            assert_never(action)
    return replace(state, episodes=tuple(changed if e is found else e for e in state.episodes))
