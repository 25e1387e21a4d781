"""A hard end for one request: however slowly the other side drips, its socket is closed when the time is up."""

from __future__ import annotations

import heapq
import itertools
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from monitor.clock import monotonic


class Deadline:
    """An instant on the monotonic clock, and the connection that is to be cut when it comes."""

    __slots__ = ("_connection", "cut", "ends_at")

    def __init__(self, seconds: float) -> None:
        self.ends_at = monotonic() + seconds
        self.cut = False
        """Whether the connection was cut because time was up."""
        self._connection: Any = None

    @property
    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.ends_at - monotonic())

    @property
    def over(self) -> bool:
        """Whether time is up."""
        return self.cut or monotonic() >= self.ends_at

    def watch(self, connection: Any) -> None:
        """Name the connection (with a ``sock``) that is in use now."""
        self._connection = connection

    def expire(self) -> None:
        """Cut the connection: a blocked read ends at once, in whatever thread it waits."""
        self.cut = True
        sock = getattr(self._connection, "sock", None)
        if sock is not None:
            try:  # past the TLS layer: its own shutdown would wait for the peer
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            except (OSError, TypeError):
                return


class _Watchdog:
    """One thread for all deadlines of the process; it is started by the first and sleeps between them."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Deadline]] = []
        self._done: set[int] = set()
        self._count = itertools.count()
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None

    def arm(self, deadline: Deadline) -> int:
        """Cut ``deadline`` when it comes, unless it is disarmed before."""
        with self._wake:
            ticket = next(self._count)
            heapq.heappush(self._heap, (deadline.ends_at, ticket, deadline))
            if self._thread is None or not self._thread.is_alive():  # a fork leaves no threads behind
                self._thread = threading.Thread(target=self._run, name="http-deadlines", daemon=True)
                self._thread.start()
            elif self._heap[0][1] == ticket:
                self._wake.notify()
            return ticket

    def disarm(self, ticket: int) -> None:
        """Forget a deadline that was met; its place in the heap goes when its time comes or the heap grows."""
        with self._wake:
            self._done.add(ticket)
            if len(self._done) > 256:
                self._heap = [entry for entry in self._heap if entry[1] not in self._done]
                heapq.heapify(self._heap)
                self._done.clear()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._heap or self._heap[0][0] > monotonic():
                    self._wake.wait(self._heap[0][0] - monotonic() if self._heap else None)
                _, ticket, deadline = heapq.heappop(self._heap)
                met = ticket in self._done
                self._done.discard(ticket)
            if not met:
                deadline.expire()


_WATCHDOG = _Watchdog()
_HERE = threading.local()


@contextmanager
def deadline(seconds: float) -> Iterator[Deadline]:
    """Hold whatever this thread asks over the network to ``seconds``."""
    mine = Deadline(seconds)
    ticket = _WATCHDOG.arm(mine)
    _HERE.current = mine
    try:
        yield mine
    finally:
        _HERE.current = None
        _WATCHDOG.disarm(ticket)


def current() -> Deadline | None:
    """Return the deadline of this thread's request, or None."""
    return getattr(_HERE, "current", None)
