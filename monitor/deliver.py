"""⑥ One delivery: claim → sort → compose → send → settle. Written before it is sent, marked after: a crash repeats, never loses."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from monitor.channelbook import ChannelBook
from monitor.core.bundle import GATHER, NAMED, Common, Item
from monitor.core.health import WELL, Health, Trouble
from monitor.core.notice import Notice, Why
from monitor.core.people import ChannelFacts, People
from monitor.core.state import LineState
from monitor.core.words import Kind, Severity, rank
from monitor.crew import Crew, Job
from monitor.marks import mark
from monitor.ports import (
    Channel,
    Composer,
    Delivery,
    DeliveryState,
    Message,
    Part,
    Planned,
    SendResult,
    Sent,
    Settlement,
    Store,
    Watched,
)
from monitor.sorting import HOUSE, Parcel, Sorter, wait

log = logging.getLogger(__name__)

GRACE_SECONDS = 15.0
BATCH = 50
"""Deliveries claimed at once for one channel."""
_THREADS = 16


class Desk:
    """Delivers what is due, each channel in its own order, so that a slow one holds up no other."""

    def __init__(
        self,
        *,
        store: Store,
        channels: Mapping[str, Channel],
        watched: Mapping[str, Watched],
        composer: Composer,
        clock: Callable[[], datetime],
        seconds: float,
        jitter: Callable[[], float],
        people: People | None = None,
    ) -> None:
        self.store, self._clock, self._seconds, self._jitter = store, clock, seconds, jitter
        self._crew = Crew("deliver", _THREADS)
        self._busy: dict[str, Sequence[Delivery]] = {}
        self.book = ChannelBook(store.notes())
        self.adopt(channels, watched, composer, people)

    def adopt(
        self,
        channels: Mapping[str, Channel],
        watched: Mapping[str, Watched],
        composer: Composer,
        people: People | None = None,
    ) -> None:
        """Take over new settings; a channel that was given up may try again."""
        self.channels, self.composer = channels, composer
        self.people = people or People(tuple(ChannelFacts(name) for name in channels))
        self.book.mend()
        self._sorter = Sorter(self.store, self.book, watched, self.people)

    def tick(self) -> int:
        """Start a round for every channel that rests and has something due; return how many were started."""
        self._crew.reap()
        started = 0
        for name in [n for n in self.channels if n not in self._busy]:
            claimed = self._claim(name)
            if not claimed:
                continue
            self._busy[name] = claimed
            started += 1
            self._crew.submit(
                Job(partial(self._serve, name), partial(self._overdue, name), self._seconds + GRACE_SECONDS)
            )
        return started

    def round(self) -> list[DeliveryState]:
        """Deliver what is due now, here and now: for ``check --deliver``, ``demo`` and tests."""
        done = []
        for name in list(self.channels):
            while claimed := self._claim(name):
                done += self.deliver(name, claimed)
        return done

    def close(self, seconds: float) -> None:
        """Let sends under way end within ``seconds``; the rest goes out after the next start."""
        self._crew.close(seconds)

    def deliver(
        self, channel: str, claimed: Sequence[Delivery], job: Job | None = None
    ) -> list[DeliveryState]:
        """Send what was claimed for one channel and settle all of it. Never raises for what a channel or template does."""
        mark("deliver.claimed")
        due, ends = self._sorter.sift(channel, claimed, self._clock())
        parcels, capped = self._sorter.parcels(channel, due, self._clock())
        self._settle(channel, [*ends, *capped])
        done = [end.state for end in (*ends, *capped)]
        for parcel in parcels:
            if job is not None and not job.extend():
                break
            self._busy_with(channel, parcel)
            still, ends = self._sorter.sift(channel, parcel.deliveries, self._clock())
            self._settle(channel, ends)
            if still:  # acknowledgements, a failing channel, a resting one: the newest facts count
                ends += self._send(channel, replace(parcel, deliveries=tuple(still)))
            done += [end.state for end in ends]
        return done

    # --- claiming -----------------------------------------------------------------------------------------------------

    def _serve(self, name: str, job: Job) -> None:
        claimed = self._busy.get(name)
        try:
            while claimed:
                self.deliver(name, claimed, job)
                if not job.extend():
                    return
                claimed = self._busy[name] = self._claim(name)
        finally:
            if not job.abandoned:  # else it was given up, and the next round may be at work under this name
                self._busy.pop(name, None)

    def _claim(self, channel: str) -> list[Delivery]:
        lease = timedelta(seconds=(self._seconds + GRACE_SECONDS) * (BATCH + 1))
        return self.store.claim_deliveries(self._clock(), BATCH, lease, channels=(channel,))

    def _busy_with(self, channel: str, parcel: Parcel) -> None:
        if channel in self._busy:
            self._busy[channel] = parcel.deliveries

    def _overdue(self, name: str) -> None:
        """A channel held its thread beyond every limit: that is a failed attempt like any other."""
        held = self._busy.pop(name, ())
        sent = Sent(SendResult.RETRY, f"no answer within {self._seconds:.0f} s")
        self._settle(name, self._failed(name, held, sent, self._clock()))

    # --- sending --------------------------------------------------------------------------------------------------------

    def _send(self, channel: str, parcel: Parcel) -> list[Settlement]:
        total = self._lines(channel, parcel)
        message = self._compose(channel, parcel, total)
        mark("deliver.sending")
        try:
            sent = self.channels[channel].send(message, self._seconds)
        except Exception:
            log.exception("channel %s broke its promise not to raise", channel)
            sent = Sent(SendResult.RETRY, "the channel failed; see the log")
        mark("deliver.sent")
        now = self._clock()
        if sent.result is not SendResult.DELIVERED:
            ends = self._failed(channel, parcel.deliveries, sent, now)
            self._settle(channel, ends)
            return ends
        shared = f"one message with {len(parcel.deliveries) - 1} more" if len(parcel.deliveries) > 1 else ""
        for delivery in parcel.deliveries:
            log.info("notice %s: delivered over %s", delivery.notice.id, channel)
        ends = [
            Settlement(d, DeliveryState.DELIVERED, sent.detail or _because(d) or shared)
            for d in parcel.deliveries
        ]
        self._settle(channel, ends)  # first of all: whatever fails after this repeats no message
        self.book.note_health(channel, WELL, now)
        self.book.note_sent(channel, now)
        self._sorter.follow_up(channel, parcel, total, now)
        return ends

    def _failed(
        self, channel: str, deliveries: Sequence[Delivery], sent: Sent, now: datetime
    ) -> list[Settlement]:
        """The channel rests; what cannot wait goes another way, and that it fails is told on another channel."""
        trouble = Trouble.LASTING if sent.result is SendResult.REFUSED else Trouble.PASSING
        health = self.book.health(channel, now).failed(trouble, sent.detail, now, self._jitter())
        self.book.note_health(channel, health, now)
        if health.disabled or health.gives_way(Severity.WARNING, now):
            self._alarm(channel, health, now)
        for delivery in deliveries:
            log.warning(
                "notice %s: %s by %s, attempt %d: %s; next try at %s",
                delivery.notice.id,
                sent.result,
                channel,
                delivery.attempts + 1,
                sent.detail,
                health.resting_until,
            )
        return [
            self._sorter.detour(d, health, now, tried=True) or wait(d, now, sent.detail) for d in deliveries
        ]

    def _alarm(self, channel: str, health: Health, now: datetime) -> None:
        """Tell, once for each time it fails, that a channel fails: over the others of its readers that work."""
        since = health.failing_since
        if since is None:
            return
        code = "channel_disabled" if health.disabled else "channel_failing"
        why = Why.of(code, channel=channel, since=since, detail=health.detail)
        stage = f"{since:%Y%m%dT%H%M%S}"
        notice = Notice("", now, Kind.FAULT_SUSPECTED, Severity.WARNING, stage, f"channel-{channel}", why)
        others = [n for n in self._kin(channel) if self.book.health(n, now).failing_since is None]
        if self.store.enqueue([Planned(notice, other, now) for other in others], now):
            log.error(
                "channel %s has failed since %s: %s; %s",
                channel,
                since.isoformat(timespec="seconds"),
                health.detail,
                f"told over {', '.join(others)}" if others else "there is no other channel to tell it over",
            )

    def _kin(self, channel: str) -> list[str]:
        """The other channels of the same readers, and those that are nobody's; all others where there are none."""
        readers, others = self.people.owners(channel), [n for n in self.channels if n != channel]
        shared = [n for n in others if {*self.people.owners(n)} & {*readers, self.people.anyone}]
        return shared or others

    def _settle(self, channel: str, ends: Sequence[Settlement]) -> None:
        if not ends:
            return
        now = self._clock()
        if any(end.instead for end in ends):
            self._alarm(channel, self.book.health(channel, now), now)
        self.store.settle_many(ends, now)
        mark("deliver.settled")

    # --- words --------------------------------------------------------------------------------------------------------

    def _lines(self, channel: str, parcel: Parcel) -> int:
        """How many lines a message tells of; of a carrier that is down also those whose turn has not come."""
        lines = {d.notice.line for d in parcel.deliveries}
        if parcel.common is Common.CARRIER:
            first = parcel.deliveries[0]
            home = self._sorter.watched(first)
            for name in self.store.waiting(channel, first.notice.stage, self._clock() + GATHER):
                watched = self._sorter.line(name)
                if watched is not None and home is not None and watched.line.carrier == home.line.carrier:
                    lines.add(name)
            if home is not None:
                return max(len(lines), self._sorter.failing(Item(0, home.line, first.notice)))
        return len(lines)

    def _compose(self, channel: str, parcel: Parcel, total: int) -> Message:
        now = self._clock()
        try:
            return self._words(channel, parcel, total, now)
        except Exception:
            log.exception("notices for %s could not be put into words; they go out plainly", channel)
            return _plainly([d.notice for d in parcel.deliveries])

    def _words(self, channel: str, parcel: Parcel, total: int, now: datetime) -> Message:
        names = {d.notice.line for d in parcel.deliveries}
        if names == {""}:
            notice = parcel.deliveries[0].notice
            parts = self._parts(self._sorter.heard_over(channel)) if notice.kind is Kind.DIGEST else []
            return self.composer.bulletin(notice, parts, channel, now)
        parts = self._parts(sorted(names), [d.notice for d in parcel.deliveries])
        if len(parts) == 1 and parcel.common is not Common.CARRIER:
            only = parts[0]
            return self.composer.compose(only.notices, only.watched, only.state, channel, now)
        first = parcel.deliveries[0]
        home = self._sorter.watched(first) if parcel.common is Common.CARRIER else None
        unseen = self._sorter.unseen(Item(0, home.line, first.notice)) if home is not None else 0
        return self.composer.overview(parts[:NAMED], total - len(parts[:NAMED]), channel, now, unseen)

    def _parts(self, names: Sequence[str], notices: Sequence[Notice] = ()) -> list[Part]:
        """The lines with their newest facts and their notices, worst first."""
        states = self.store.states(names)
        parts = []
        for name in names:
            watched = HOUSE if not name else self._sorter.line(name)
            if watched is not None:
                said = tuple(n for n in notices if n.line == name)
                parts.append(Part(watched, states.get(name, LineState()), said))
        return sorted(parts, key=lambda p: -max((rank(n.severity) for n in p.notices), default=0))


def _because(delivery: Delivery) -> str:
    return "nobody had acknowledged" if delivery.escalation else ""


def _plainly(notices: Sequence[Notice]) -> Message:
    """Say it without any template: a broken one must not silence an alarm."""
    first = max(notices, key=lambda n: rank(n.severity))
    text = "\n".join(f"{n.line or 'billing-monitor'}: {n.kind} ({n.why})" for n in notices)
    subject = f"{first.line or 'billing-monitor'}: {first.kind}"
    return Message(
        first.id, subject, text.splitlines()[0], text, severity=first.severity, thread=first.episode
    )
