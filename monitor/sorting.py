"""What of the claimed deliveries goes out now, in which messages, and what becomes of the rest. The judgement is the core's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from monitor.channelbook import ChannelBook
from monitor.comeback import blind
from monitor.core.bundle import CROWD, GATHER, Common, Item, Storm, bundle, storm_of
from monitor.core.delivery import Drop, Wait, weigh
from monitor.core.health import Health, allowance, frees_at, stand_in
from monitor.core.line import Line
from monitor.core.people import People
from monitor.core.route import everyone
from monitor.core.state import LineState
from monitor.core.words import Kind, Severity
from monitor.ports import Delivery, DeliveryState, Settlement, Store, Watched

HOUSE = Watched(Line("", ""))
"""Stands in for the line of a notice that concerns none: a digest, a channel that fails."""

_UNKNOWN_LINE = timedelta(hours=1)
_OUTDATED = timedelta(days=2)
_LOOKED_AT = 300
_STUBBORN = 3
"""A message that failed so often goes last, so that it holds up no other."""
_CRITICAL_GATHERS = timedelta(minutes=5)
"""Beyond the cap, what is critical goes out this often, in one message."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes out in one message."""

    common: Common
    deliveries: tuple[Delivery, ...]


class Sorter:
    """Sorts claimed deliveries by the newest facts."""

    def __init__(
        self, store: Store, book: ChannelBook, watched: Mapping[str, Watched], people: People
    ) -> None:
        self._store, self._book, self._watched, self._people = store, book, watched, people
        self._crowd = Counter(w.line.carrier for w in watched.values())

    def watched(self, delivery: Delivery) -> Watched | None:
        """Return the line that a delivery is about, None if it is no longer in the settings."""
        return self.line(delivery.notice.line)

    def line(self, name: str) -> Watched | None:
        """Return a line of the settings; the empty name is the house."""
        return self._watched.get(name) if name else HOUSE

    def heard_over(self, channel: str) -> list[str]:
        """Return the lines that a channel hears of, for its digest."""
        return [
            name
            for name, watched in self._watched.items()
            if any(facts.name == channel for facts in everyone(watched.to, self._people))
        ]

    def sift(
        self, channel: str, claimed: Sequence[Delivery], now: datetime
    ) -> tuple[list[Delivery], list[Settlement]]:
        """Part what is to be said now from what is dropped, goes another way, or waits."""
        health = self._book.health(channel, now)
        states = self._store.states({d.notice.line for d in claimed} - {""})
        due, put_off = [], []
        for delivery in claimed:
            state = states.get(delivery.notice.line, LineState())
            end = self._judge(delivery, state, now) or self.detour(delivery, health, now)
            if end is None:
                due.append(delivery)
            else:
                put_off.append(end)
        return due, put_off

    def parcels(
        self, channel: str, due: Sequence[Delivery], now: datetime
    ) -> tuple[list[Parcel], list[Settlement]]:
        """Put what is due into messages, as many as the channel's cap leaves."""
        facts = self._people.channel(channel)
        sent = self._book.sent(channel, now)
        allowed = allowance(sent, facts.cap_per_hour if facts else None, now)
        put_off: list[Settlement] = []
        if allowed == 0:
            later = frees_at(sent, now)
            soon = min(later, max(sent, default=now) + _CRITICAL_GATHERS)
            hold = {d.id: soon if d.notice.severity is Severity.CRITICAL else later for d in due}
            put_off = [wait(d, hold[d.id], "the channel's cap is reached") for d in due if hold[d.id] > now]
            due = [d for d in due if hold[d.id] <= now]
            allowed = 1
        by_ref = {d.id: d for d in due}
        items = [Item(d.id, w.line, d.notice) for d in due if (w := self.watched(d)) is not None]
        lines = [i for i in items if i.line.name]
        storms = {storm for i in items if (storm := storm_of(i.line, i.notice)) is not None}
        crowds = {s for s in storms if self._book.storm(channel, s, now)[0] + 1 >= CROWD}
        crowds |= {
            s
            for i in lines
            if (s := storm_of(i.line, i.notice)) in storms - crowds and self.failing(i) >= CROWD
        }
        crowds |= {s for s in storms if self._book.told_whole(channel, _opposite(s), now)}
        parcels = [Parcel(Common.LINE, (d,)) for d in due if not d.notice.line]
        found = bundle(lines, allowed, crowds)
        parcels += [Parcel(b.common, tuple(by_ref[i.ref] for i in b.items)) for b in found]
        parcels.sort(key=lambda p: min(d.attempts for d in p.deliveries) >= _STUBBORN)
        return parcels, put_off

    def failing(self, item: Item) -> int:
        """Return how many lines of a blind line's carrier fail for the same reason now, told or not.

        Their polls are spread over hours, and the first that is told of must not be told of alone. Of very many, some
        are looked at.
        """
        if item.notice.kind is not Kind.BLIND or self._crowd[item.line.carrier] < CROWD:
            return 0
        names = (n for n, w in self._watched.items() if w.line.carrier == item.line.carrier)
        states = self._store.states(list(islice(names, _LOOKED_AT))).values()
        kinds = [str(state.failure.kind) for state in states if state.failure is not None]
        return kinds.count(str(item.notice.why.get("failure")))

    def unseen(self, item: Item) -> int:
        """Return how many lines of a line's carrier are still blind when one of them is seen again."""
        if item.notice.kind is not Kind.SIGHT_RESTORED:
            return 0
        return sum(len(names) for names in blind(self._store, self._watched, item.line.carrier))

    def follow_up(self, channel: str, parcel: Parcel, lines: int, now: datetime) -> None:
        """Remember what the lines that follow in a storm need to know. ``lines``: how many the message told of."""
        for delivery in parcel.deliveries:
            watched = self.watched(delivery)
            storm = storm_of(watched.line, delivery.notice) if watched else None
            if storm is None or watched is None:
                continue
            restored = storm.kind is Kind.SIGHT_RESTORED
            back = self._book.end_storms(channel, _opposite(storm), now) and restored
            if parcel.common is Common.CARRIER or back:
                self._book.note_storm(channel, storm, lines, now, silent=True)
                return
            before, _ = self._book.storm(channel, storm, now)
            self._book.note_storm(channel, storm, before + 1, now, silent=False)

    def _judge(self, delivery: Delivery, state: LineState, now: datetime) -> Settlement | None:
        """None: it still has to be said."""
        notice, watched = delivery.notice, self.watched(delivery)
        if watched is None:
            if now - notice.at > _OUTDATED:
                return drop(delivery, "the line is no longer in the settings")
            return wait(delivery, now + _UNKNOWN_LINE, "the line is not in the settings now")
        verdict = weigh(
            notice,
            channel=delivery.channel,
            state=state,
            to=watched.to,
            people=self._people,
            now=now,
            newer=delivery.newer,
            told=delivery.told or self._told_whole(delivery, watched.line, now),
        )
        match verdict:
            case Drop(why):
                return drop(delivery, str(why))
            case Wait(until, why):
                return wait(delivery, until, str(why))
        return self._gather(delivery, watched.line, now)

    def _told_whole(self, delivery: Delivery, line: Line, now: datetime) -> bool:
        """Whether what ends here was told with a whole carrier, and so without this line's name."""
        if delivery.notice.kind is not Kind.SIGHT_RESTORED:
            return False
        storm = storm_of(line, delivery.notice)
        return storm is not None and self._book.told_whole(delivery.channel, _opposite(storm), now)

    def _gather(self, delivery: Delivery, line: Line, now: datetime) -> Settlement | None:
        """Let what may be one trouble of a whole carrier come together, and count what follows it."""
        notice, storm = delivery.notice, storm_of(line, delivery.notice)
        if storm is not None and self._crowd[line.carrier] >= CROWD:
            lines, silent = self._book.storm(delivery.channel, storm, now)
            if silent:
                return drop(delivery, f"told with {lines} lines of the same carrier")
            gathered = (
                notice.at.replace(second=0, microsecond=0) + GATHER
            )  # who comes within a minute goes together
            if now < gathered:
                return wait(delivery, gathered, "others of this carrier may follow")
        return None

    def detour(
        self, delivery: Delivery, health: Health, now: datetime, *, tried: bool = False
    ) -> Settlement | None:
        """Return what becomes of a delivery because its channel fails; None: the channel may try."""
        if health.failing_since is None:
            return None
        watched = self.watched(delivery)
        if watched is not None and health.gives_way(delivery.notice.severity, now):
            row = self._store.notice(delivery.notice.id)
            other = stand_in(
                delivery.notice,
                delivery.channel,
                line=watched.line,
                to=watched.to,
                people=self._people,
                taken={name for name, *_ in row.deliveries} if row else set(),
                ailing={
                    c.name for c in self._people.channels if self._book.health(c.name, now).failing_since
                },
            )
            if other:
                detail = f"goes over {other}, because {delivery.channel} fails: {health.detail}"
                return Settlement(delivery, DeliveryState.SUPERSEDED, detail, tried=tried, instead=other)
        if health.resting_until is not None and now < health.resting_until:
            detail = health.detail if tried else f"the channel rests: {health.detail}"
            return Settlement(delivery, DeliveryState.QUEUED, detail, health.resting_until, tried=tried)
        return None


def _opposite(storm: Storm) -> Storm:
    return replace(storm, kind=Kind.BLIND if storm.kind is Kind.SIGHT_RESTORED else Kind.SIGHT_RESTORED)


def drop(delivery: Delivery, detail: str) -> Settlement:
    """Return the end of what has nothing to say any more."""
    return Settlement(delivery, DeliveryState.SUPERSEDED, detail, tried=False)


def wait(delivery: Delivery, until: datetime, detail: str) -> Settlement:
    """Return the end of a look that found that it is too early."""
    return Settlement(delivery, DeliveryState.QUEUED, detail, until, tried=False)
