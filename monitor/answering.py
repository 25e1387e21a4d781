"""What people do about notices: answer, snooze, mute. Used by the command line and by the links in messages, alike."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core.ack import LONGEST_SNOOZE, SNOOZE_FOR, Action, Grant, Refusal, answer, mint, redeem
from monitor.core.notice import Notice
from monitor.core.people import People
from monitor.core.reading import Event
from monitor.core.route import ENDINGS, everyone, plan
from monitor.core.state import LineState
from monitor.core.words import Kind
from monitor.ports import NoticeRow, Planned, Store, Watched

log = logging.getLogger(__name__)

_KEY = "links"
_KEEP_USES = timedelta(days=400)
_FORGED_RECORDED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer did."""

    notice: Notice
    action: Action
    until: datetime | None = None
    """When a snooze ends and the notice comes again, if the danger still holds."""
    others_told: int = 0
    """Messages to second contacts that leave now, after ``not_mine``."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of a link shows."""

    grant: Grant
    row: NoticeRow
    done: tuple[Action, ...] = ()
    """Answers that this link has given already."""


class Answers:
    """Takes answers, and makes the links that carry them."""

    def __init__(
        self,
        store: Store,
        watched: Mapping[str, Watched],
        people: People,
        *,
        public_url: str = "",
        secret: str = "",
        links_last: timedelta = timedelta(days=7),
    ) -> None:
        self._store, self._watched, self._people = store, watched, people
        self._public_url, self._secret, self._links_last = public_url.rstrip("/"), secret, links_last
        self._key: bytes | None = None

    # --- links ----------------------------------------------------------------------------------------------------

    def links(self, notice: Notice, channel: str, now: datetime) -> Sequence[tuple[str, str]]:
        """Implements :class:`monitor.ports.Linker`."""
        if not self._public_url or notice.kind in ENDINGS or notice.kind is Kind.DIGEST:
            return ()
        contact = self._people.owners(channel)[0].name
        whole = Grant(notice.id, contact, now + self._links_last)
        choices: tuple[Action | None, ...] = (None, *Action)
        tokens = {a or "answer": mint(self.key(), replace(whole, action=a)) for a in choices}
        return tuple((str(action), f"{self._public_url}/a/{token}") for action, token in tokens.items())

    def look(self, token: str, now: datetime) -> Shown | Refusal:
        """Return what a link is about. Changes nothing, whoever opens it and how often."""
        grant = redeem(self.key(), token, [c.name for c in self._people.contacts], now)
        if isinstance(grant, Refusal):
            return grant
        row = self._store.notice(grant.notice_id)
        if row is None:
            return Refusal.OVER
        if not self._may(grant.contact, row.notice):
            return Refusal.FORGED
        notes = self._store.notes()
        return Shown(grant, row, tuple(a for a in Action if notes.get(grant.use(a), now) is not None))

    def use(self, token: str, action: Action | None, now: datetime) -> Answered | Refusal:
        """Give the answer of a link, once. What is refused is recorded."""
        shown = self.look(token, now)
        if isinstance(shown, Refusal):
            self._refused(shown, token, now)
            return shown
        grant, notice = shown.grant, shown.row.notice
        wanted = grant.action or action
        if wanted is None or (action is not None and action is not wanted):
            reason = Refusal.UNCHOSEN if wanted is None else Refusal.FORGED
            self._refused(reason, token, now)
            return reason
        if not self._store.notes().put_new(grant.use(wanted), now.isoformat(), now, now + _KEEP_USES):
            self._store.acted(notice.id, f"refused: {Refusal.USED}", grant.contact, now)
            return Refusal.USED
        return self.give(notice, wanted, grant.contact or "a link", now)

    def key(self) -> bytes:
        """Return the key that signs links: from the settings, or made once and kept in the vault."""
        if self._key is None:
            vault = self._store.vault()
            stored = self._secret or vault.get(_KEY)
            if stored is None:
                stored = secrets.token_hex(32)
                vault.put(_KEY, stored)
            self._key = stored.encode()
        return self._key

    # --- answers --------------------------------------------------------------------------------------------------

    def give(
        self, notice: Notice, action: Action, by: str, now: datetime, snooze: timedelta = SNOOZE_FOR
    ) -> Answered | Refusal:
        """Let an answer take effect on every channel at once, and record it. ``OVER``: there is nothing to stop."""
        until = now + min(snooze, LONGEST_SNOOZE) if action is Action.SNOOZE else None
        effective = not notice.line  # a notice of the house has no ladder: it is only taken note of

        def change(state: LineState) -> tuple[LineState, Sequence[Planned]]:
            nonlocal effective
            after = answer(state, notice, action, now, snooze)
            effective = after is not None
            if after is None:
                return state, ()
            return after, self._again(notice, after, now) if until else ()

        event = Event(now, f"{'ack' if _stops(action) else action}:{notice.id}", detail=action)
        if notice.line:
            self._store.update(notice.line, change, now, event)
        self._store.acted(notice.id, action if effective else f"refused: {Refusal.OVER}", by, now)
        if not effective:
            return Refusal.OVER
        others = 0
        if _stops(action):
            self._store.supersede(notice.line, notice.episode, now, f"acknowledged by {by}: {action}", now)
        elif action is Action.NOT_MINE:
            others = self._store.hasten(notice.line, now, escalations=True)
        log.info("notice %s: answered %s by %s", notice.id, action, by)
        return Answered(notice, action, until, others)

    def mute(self, line: str, until: datetime, now: datetime) -> bool:
        """Hold back what is to be said of a line; at most :data:`LONGEST_SNOOZE`. False: no such line."""
        until = min(until, now + LONGEST_SNOOZE)
        return self._store.update(line, lambda s: (replace(s, muted_until=until), ()), now)

    def unmute(self, line: str, now: datetime) -> bool:
        """Say what was held back, if it still holds. False: no such line."""
        found = self._store.update(line, lambda s: (replace(s, muted_until=None), ()), now)
        if found:
            self._store.hasten(line, now)
        return found

    def _again(self, notice: Notice, state: LineState, now: datetime) -> list[Planned]:
        """A snoozed notice comes again when the snooze ends, under a stage of its own."""
        watched = self._watched.get(notice.line)
        if watched is None:
            return []
        again = replace(notice, at=now, stage=f"{notice.stage.partition('@')[0]}@{now:%Y%m%dT%H%M%S}")
        routes = plan(
            [again],
            line=watched.line,
            to=replace(watched.to, escalate_to=()),
            people=self._people,
            now=now,
            episodes=state.episodes,
            muted_until=state.muted_until,
        )
        return [Planned(r.notice, r.channel, r.not_before) for r in routes]

    def _may(self, contact: str, notice: Notice) -> bool:
        """Whether a contact hears of the line: a link signed before the settings changed may be another's by now."""
        watched = self._watched.get(notice.line)
        if not notice.line:
            return True
        if watched is None:
            return False
        heard = [c.name for c in everyone(watched.to, self._people)]
        heard += list(self._people.reached_by(watched.to.escalate_to))
        return any(contact == owner.name for channel in heard for owner in self._people.owners(channel))

    def _refused(self, reason: Refusal, token: str, now: datetime) -> None:
        """Record a refused link, without letting a flood of forged ones fill the database."""
        log.warning("a link was refused: %s", reason)
        if self._store.notes().put_new("refused-links", "", now, now + _FORGED_RECORDED_EVERY):
            self._store.trail_append("refused_link", "", {"reason": str(reason), "length": len(token)}, now)


def _stops(action: Action) -> bool:
    return action in (Action.PAID, Action.WORKING)
