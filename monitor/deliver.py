"""⑥ One delivery: claim → compose → send → settle. Written before it is sent, marked after: a crash repeats, never loses."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from monitor.crew import Crew, Job
from monitor.marks import mark
from monitor.ports import Channel, Composer, Delivery, DeliveryState, SendResult, Sent, Store, Watched

log = logging.getLogger(__name__)

GRACE_SECONDS = 15.0
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(minutes=15)
_REFUSED_WAIT = timedelta(minutes=30)
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
    ) -> None:
        self.store, self.channels, self.watched, self.composer = store, channels, watched, composer
        self._clock, self._seconds, self._jitter = clock, seconds, jitter
        self._crew = Crew("deliver", _THREADS)
        self._busy: dict[str, Delivery | None] = {}

    def tick(self) -> int:
        """Start a round for every channel that rests and has something due; return how many were started."""
        self._crew.reap()
        started = 0
        for name in [n for n in self.channels if n not in self._busy]:
            first = self._claim(name)
            if first is None:
                continue
            self._busy[name] = first
            started += 1
            self._crew.submit(
                Job(partial(self._serve, name), partial(self._overdue, name), self._seconds + GRACE_SECONDS)
            )
        return started

    def round(self) -> list[DeliveryState]:
        """Deliver what is due now, here and now: for ``check --deliver``, ``demo`` and tests."""
        lease = timedelta(seconds=2 * (self._seconds + GRACE_SECONDS))
        done = []
        while claimed := self.store.claim_deliveries(self._clock(), 1, lease, channels=tuple(self.channels)):
            done += [self.deliver(delivery) for delivery in claimed]
        return done

    def close(self, seconds: float) -> None:
        """Let sends under way end within ``seconds``; the rest goes out after the next start."""
        self._crew.close(seconds)

    def deliver(self, delivery: Delivery) -> DeliveryState:
        """Send one claimed delivery and settle it. Never raises for what a channel or template does."""
        mark("deliver.claimed")
        sent = self._send(delivery)
        mark("deliver.sent")
        now = self._clock()
        match sent.result:
            case SendResult.DELIVERED:
                state, retry_at = DeliveryState.DELIVERED, None
            case SendResult.RETRY:
                state, retry_at = DeliveryState.QUEUED, now + self._wait(delivery.attempts)
            case SendResult.REFUSED:
                state, retry_at = DeliveryState.QUEUED, now + _REFUSED_WAIT
        kept = self.store.settle(delivery, state, sent.detail, retry_at, now)
        mark("deliver.settled")
        if kept:
            _report(delivery, sent, retry_at)
        return state

    def _serve(self, name: str, job: Job) -> None:
        delivery = self._busy.get(name)
        while delivery is not None:
            self.deliver(delivery)
            if not job.extend():
                return
            delivery = self._busy[name] = self._claim(name)
        self._busy.pop(name, None)

    def _claim(self, channel: str) -> Delivery | None:
        lease = timedelta(seconds=2 * (self._seconds + GRACE_SECONDS))
        return next(iter(self.store.claim_deliveries(self._clock(), 1, lease, channels=(channel,))), None)

    def _send(self, delivery: Delivery) -> Sent:
        channel, watched = self.channels.get(delivery.channel), self.watched.get(delivery.notice.line)
        if channel is None or watched is None:
            return Sent(SendResult.REFUSED, "this line or channel is no longer in the settings")
        try:
            state = self.store.states([watched.line.name])[watched.line.name]
            message = self.composer.compose(
                [delivery.notice], watched, state, delivery.channel, self._clock()
            )
        except Exception:
            log.exception("notice %s could not be put into words", delivery.notice.id)
            return Sent(SendResult.RETRY, "the message could not be composed; see the log")
        mark("deliver.sending")
        try:
            return channel.send(message, self._seconds)
        except Exception:
            log.exception("channel %s broke its promise not to raise", delivery.channel)
            return Sent(SendResult.RETRY, "the channel failed; see the log")

    def _wait(self, attempts: int) -> timedelta:
        """Double the wait with each attempt, with jitter so that many do not come back at once."""
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * (1 << min(attempts, 10)))
        return wait * (0.75 + self._jitter() / 2)

    def _overdue(self, name: str) -> None:
        delivery = self._busy.pop(name, None)
        if delivery is not None:
            now = self._clock()
            detail = f"no answer within {self._seconds:.0f} s"
            self.store.settle(
                delivery, DeliveryState.QUEUED, detail, now + self._wait(delivery.attempts), now
            )


def _report(delivery: Delivery, sent: Sent, retry_at: datetime | None) -> None:
    if retry_at is None:
        log.info("notice %s: delivered over %s", delivery.notice.id, delivery.channel)
        return
    log.warning(
        "notice %s: %s by %s, attempt %d: %s; next try at %s",
        delivery.notice.id,
        sent.result,
        delivery.channel,
        delivery.attempts + 1,
        sent.detail,
        retry_at.isoformat(timespec="seconds"),
    )
