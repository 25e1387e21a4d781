"""What is remembered of the channels between two messages: their health, what they sent in the last hour, running storms.

It lives in the store's notes, so that a restart neither forgets a cap nor hammers a channel that fails.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from monitor.core.bundle import STORM_LASTS, Storm
from monitor.core.health import HOUR, WELL, Health, mended
from monitor.ports import Notes

log = logging.getLogger(__name__)

_HEALTH = TypeAdapter(Health)
_KEEP_HEALTH = timedelta(days=30)


class ChannelBook:
    """Health, caps and storms by channel name."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._health: dict[str, Health] = {}

    def health(self, channel: str, now: datetime) -> Health:
        """Return how a channel fares; after a start of the process it may try at once."""
        if channel not in self._health:
            self._health[channel] = mended(read_health(self._notes, channel, now))
        return self._health[channel]

    def note_health(self, channel: str, health: Health, now: datetime) -> None:
        """Remember how a channel fares."""
        if health == self._health.get(channel, WELL):
            return
        self._health[channel] = health
        if health == WELL:
            self._notes.drop(_health_key(channel))
        else:
            self._notes.put(_health_key(channel), _HEALTH.dump_json(health).decode(), now + _KEEP_HEALTH)

    def mend(self) -> None:
        """Let every channel try at once, because the settings have changed."""
        self._health = {name: mended(health) for name, health in self._health.items()}

    def sent(self, channel: str, now: datetime) -> list[datetime]:
        """Return when messages left over a channel within the last hour."""
        text = self._notes.get(_sent_key(channel), now)
        instants = [datetime.fromisoformat(at) for at in json.loads(text)] if text else []
        return [at for at in instants if now - at < HOUR]

    def note_sent(self, channel: str, now: datetime) -> None:
        """Remember that a message left."""
        instants = [at.isoformat() for at in (*self.sent(channel, now), now)]
        self._notes.put(_sent_key(channel), json.dumps(instants), now + HOUR)

    def storm(self, channel: str, storm: Storm, now: datetime) -> tuple[int, bool]:
        """Return how many lines were told of in a storm, and whether those that follow are counted in silence."""
        lines, silent = self._storms(channel, storm, now).get(storm.part, (0, False))
        return int(lines), bool(silent)

    def note_storm(self, channel: str, storm: Storm, lines: int, now: datetime, *, silent: bool) -> None:
        """Remember a storm until it is over."""
        known = self._storms(channel, storm, now) | {storm.part: (lines, silent)}
        self._notes.put(_storm_key(channel, storm), json.dumps(known), now + STORM_LASTS)

    def told_whole(self, channel: str, storm: Storm, now: datetime) -> bool:
        """Whether a storm of that carrier and kind has been told of as a whole."""
        return any(silent for _, silent in self._storms(channel, storm, now).values())

    def end_storms(self, channel: str, storm: Storm, now: datetime) -> bool:
        """Forget every storm of that carrier and kind; return whether one had been told of as a whole."""
        known = self._storms(channel, storm, now)
        if known:
            self._notes.drop(_storm_key(channel, storm))
        return any(silent for _, silent in known.values())

    def _storms(self, channel: str, storm: Storm, now: datetime) -> dict[str, tuple[int, bool]]:
        text = self._notes.get(_storm_key(channel, storm), now)
        return json.loads(text) if text else {}


def read_health(notes: Notes, channel: str, now: datetime) -> Health:
    """Return the stored health of a channel, also from another process."""
    text = notes.get(_health_key(channel), now)
    if not text:
        return WELL
    try:
        return _HEALTH.validate_json(text)
    except ValidationError:
        log.warning("the stored health of channel %s cannot be read; it is taken as well", channel)
        return WELL


def _health_key(channel: str) -> str:
    return f"health:{channel}"


def _sent_key(channel: str) -> str:
    return f"sent:{channel}"


def _storm_key(channel: str, storm: Storm) -> str:
    return f"storm:{channel}:{storm.carrier}:{storm.kind}"
