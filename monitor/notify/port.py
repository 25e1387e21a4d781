"""One channel: one Apprise URL, one sending thread at a time, a hard limit on every attempt."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

from monitor.clock import monotonic
from monitor.notify.address import redact, validate
from monitor.notify.verdict import of_apprise
from monitor.ports import Message, SendResult, Sent

_REMEMBER = 512


class AppriseChannel:
    """A channel over one Apprise URL.

    Every attempt runs in a thread of its own, so that neither a service that never answers nor the pause that Apprise keeps
    between two sends (5.5 s for many) holds up anything but this channel. An attempt that outlives its limit is left to end
    by itself: until then the channel says so, and if it ends well after all, its repeat is answered without sending twice.
    """

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self._url = url.strip()
        self._service: Any | None = None
        self._running: threading.Thread | None = None
        self._arrived: OrderedDict[str, None] = OrderedDict()
        self._accepted: dict[str, set[str]] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"AppriseChannel({self.name!r}, {self._url.partition('://')[0]}://…)"

    def send(self, message: Message, seconds: float) -> Sent:
        """Send and wait for the answer, at most ``seconds``. Never raises."""
        deadline = monotonic() + seconds
        if not self._lock.acquire(timeout=seconds):
            return Sent(SendResult.RETRY, "the channel is busy with another message: will try again")
        try:
            return self._send(message, deadline)
        finally:
            self._lock.release()

    def _send(self, message: Message, deadline: float) -> Sent:
        if self._running is not None:
            self._running.join(max(0.0, deadline - monotonic()))
            if self._running.is_alive():
                return Sent(
                    SendResult.RETRY,
                    "the service still holds the connection of an earlier attempt: will try again",
                )
            self._running = None
        if message.notice_id in self._arrived:
            return Sent(SendResult.DELIVERED, "an earlier attempt was accepted after its time limit")
        result: list[Sent] = []
        worker = threading.Thread(
            target=self._attempt, args=(message, deadline, result), name=f"notify-{self.name}", daemon=True
        )
        worker.start()
        worker.join(max(0.0, deadline - monotonic()))
        if worker.is_alive():
            self._running = worker
            return Sent(
                SendResult.RETRY,
                "the service did not answer within the time limit; it may have arrived; will try again",
            )
        return result[0]

    def _attempt(self, message: Message, deadline: float, result: list[Sent]) -> None:
        try:
            sent = self._deliver(message, deadline)
        except Exception as e:  # noqa: BLE001 - a channel never raises: the alert waits in the outbox instead
            sent = Sent(
                SendResult.RETRY, redact(f"sending failed with {type(e).__name__}: will try again", self._url)
            )
        if sent.result is SendResult.DELIVERED:
            self._arrived[message.notice_id] = None
            while len(self._arrived) > _REMEMBER:
                self._arrived.popitem(last=False)
        result.append(sent)

    def _deliver(self, message: Message, deadline: float) -> Sent:
        from monitor.notify import engine, mail, mime, sure  # noqa: PLC0415 - loads Apprise at the first send

        if self._service is None:
            service, _ = engine.build(self._url)
            if service is None:
                return Sent(
                    SendResult.REFUSED, f"the channel's URL {validate(self._url) or 'cannot be used'}"
                )
            self._service = service
        left = max(1.0, deadline - monotonic())
        if engine.is_mail(self._service):
            accepted = self._accepted.setdefault(message.notice_id, set())
            while len(self._accepted) > _REMEMBER:
                self._accepted.pop(next(iter(self._accepted)))
            sent = mail.send(mime.Server.of(self._service), message, left, accepted)
            if sent.result is not SendResult.RETRY:
                self._accepted.pop(message.notice_id, None)
        else:
            service = self._service
            delivered, lines = engine.send(service, self._url, message, max(1.0, left - 1.0))
            sent = of_apprise(delivered=delivered, lines=lines)
            if not sure.reusable(engine.plugin_of(service)):
                self._service = None
        return Sent(sent.result, redact(sent.detail, self._url))
