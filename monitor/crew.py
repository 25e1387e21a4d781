"""Threads with a hard deadline for each job. A job that overstays is abandoned, never awaited: nothing can hang the daemon."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from monitor.clock import monotonic

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Job:
    """One piece of work; ``overdue`` is called instead of waiting when it overstays."""

    work: Callable[[Job], object]
    overdue: Callable[[], object]
    seconds: float
    deadline: float = field(default=0.0, init=False)
    abandoned: bool = field(default=False, init=False)

    def extend(self) -> bool:
        """Begin the time allowance anew, between two parts of the work. False: it is too late, stop."""
        self.deadline = monotonic() + self.seconds
        return not self.abandoned


class Crew:
    """Up to ``size`` daemon threads that take jobs in order; a thread without work for ``rest`` seconds goes home."""

    def __init__(self, name: str, size: int, rest: float = 30.0) -> None:
        self._name, self._size, self._rest = name, size, rest
        self._jobs: deque[Job] = deque()
        self._running: set[Job] = set()
        self._idle = 0
        self._threads = 0
        self._changed = threading.Condition()
        self._closed = False

    def backlog(self) -> int:
        """Jobs that wait for a thread."""
        return len(self._jobs)

    def submit(self, job: Job) -> None:
        """Queue a job; after :meth:`close` it is dropped."""
        with self._changed:
            if self._closed:
                return
            self._jobs.append(job)
            if self._idle < len(self._jobs) and self._threads < self._size:
                self._threads += 1
                threading.Thread(target=self._serve, name=self._name, daemon=True).start()
            self._changed.notify()

    def reap(self) -> int:
        """Abandon jobs past their deadline and call their ``overdue``; return how many."""
        now = monotonic()
        with self._changed:
            late = [job for job in self._running if now > job.deadline]
            for job in late:
                job.abandoned = True
                self._running.discard(job)
                self._threads -= 1  # its thread counts no more; a new one may start in its place
            self._changed.notify_all()
        for job in late:
            log.warning("%s: a job overstayed its %.0f s and was abandoned", self._name, job.seconds)
            job.overdue()
        return len(late)

    def close(self, seconds: float) -> bool:
        """Drop waiting jobs, and wait at most ``seconds`` for running ones. True: all ended."""
        with self._changed:
            self._closed = True
            self._jobs.clear()
            self._changed.notify_all()
            return self._changed.wait_for(lambda: not self._running, timeout=seconds)

    def _next(self) -> Job | None:
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._jobs or self._closed, timeout=self._rest)
            self._idle -= 1
            if not self._jobs:
                self._threads -= 1
                return None
            job = self._jobs.popleft()
            self._running.add(job)
            job.extend()
            return job

    def _serve(self) -> None:
        while (job := self._next()) is not None:
            try:
                job.work(job)
            except Exception:
                log.exception("%s: a job failed", self._name)
            with self._changed:
                if job.abandoned:
                    return
                self._running.discard(job)
                self._changed.notify_all()
