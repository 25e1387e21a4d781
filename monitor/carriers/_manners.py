"""Manners towards a carrier, whatever connector speaks with it: not too many at once, not too often, not while it is down.

Per carrier and host: at most :data:`AT_ONCE` rounds at a time; after :data:`FAILURES` rounds in a row that never got
through, one probe a while decides for all. Per group (account): a wish to wait is kept, also when somebody presses
``check``. What is held back is answered at once with the failure it is held back for, so that nobody waits for nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.clock import monotonic
from monitor.core.reading import Failure, Reading
from monitor.core.words import FailureKind
from monitor.ports import Carrier, Round, Vault, Watched

AT_ONCE = 4
FAILURES = 6
PROBE = timedelta(minutes=2)
PROBE_MOST = timedelta(minutes=30)
_DOWN = frozenset({FailureKind.UNREACHABLE, FailureKind.TIMEOUT, FailureKind.TLS, FailureKind.BLOCKED})
_KEPT = 10_000
"""Groups remembered at most."""


@dataclass
class _Host:
    """What is known of one carrier's host."""

    turns: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))
    failed: int = 0
    last: Failure | None = None
    probe_at: datetime | None = None


class Polite:
    """A carrier with manners. Everything else is the inner connector's."""

    passive = False

    def __init__(self, inner: Carrier) -> None:
        self.inner = inner
        self.name = inner.name
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}
        self._waits: dict[str, Failure] = {}

    def group(self, watched: Watched) -> str:
        """As the inner connector says."""
        return self.inner.group(watched)

    def fetch(self, lines: Sequence[Watched], round_: Round) -> Mapping[str, Reading | Failure]:
        """Ask, unless manners forbid it just now."""
        group = self.inner.group(lines[0])
        host = self._host(lines[0])
        started = monotonic()
        held = self._held(group, host, round_.now)
        if held is None and not host.turns.acquire(timeout=max(0.0, round_.seconds / 2)):
            message = f"{AT_ONCE} other rounds with this carrier are still under way; it is asked again later"
            held = Failure(round_.now, FailureKind.TIMEOUT, message)
        if held is not None:
            return {w.line.name: held for w in lines}
        try:
            left = max(0.05, round_.seconds - (monotonic() - started))
            answers = self.inner.fetch(lines, Round(round_.now, left, round_.vault))
        finally:
            host.turns.release()
        self._learn(group, host, answers, round_.now)
        return answers

    def unlock(self, watched: Watched, vault: Vault) -> None:
        """A person has acted: forget what holds back, here and in the inner connector."""
        with self._lock:
            self._waits.clear()
            self._hosts.clear()
        release = getattr(self.inner, "unlock", None)
        if release is not None:
            release(watched, vault)

    def _host(self, watched: Watched) -> _Host:
        access = watched.access
        urls = [access.url, *(v for k, v in sorted(access.options.items()) if k.endswith("_url"))]
        name = next((netloc for url in urls if (netloc := urlsplit(url).netloc)), "")
        with self._lock:
            return self._hosts.setdefault(name, _Host())

    def _held(self, group: str, host: _Host, now: datetime) -> Failure | None:
        with self._lock:
            wait = self._waits.get(group)
            if wait is not None and wait.retry_after is not None:
                until = wait.observed_at + wait.retry_after
                if wait.observed_at <= now < until:
                    return Failure(now, wait.kind, f"not asked: {wait.message}", until - now)
                del self._waits[group]
            if host.failed < FAILURES or host.last is None or host.probe_at is None:
                return None
            if now >= host.probe_at or now < host.last.observed_at:
                host.probe_at = now + self._pause(host)  # this round is the probe; the others go on waiting
                return None
            message = f"not asked: {host.failed} rounds with this carrier in a row did not get through"
            return Failure(now, host.last.kind, message, host.probe_at - now)

    def _learn(
        self, group: str, host: _Host, answers: Mapping[str, Reading | Failure], now: datetime
    ) -> None:
        failures = [a for a in answers.values() if isinstance(a, Failure)]
        down = next((f for f in failures if f.kind in _DOWN), None)
        with self._lock:
            if down is not None and len(failures) == len(answers):
                host.failed, host.last = host.failed + 1, down
                host.probe_at = now + self._pause(host)
            else:
                host.failed, host.last, host.probe_at = 0, None, None
            waits = [f for f in failures if f.retry_after is not None]
            if waits and len(waits) == len(answers):
                if len(self._waits) >= _KEPT:
                    self._waits.clear()
                self._waits[group] = max(waits, key=lambda f: f.retry_after or timedelta(0))

    @staticmethod
    def _pause(host: _Host) -> timedelta:
        doubled = PROBE * (1 << min(max(host.failed - FAILURES, 0), 4))
        return min(doubled, PROBE_MOST)
