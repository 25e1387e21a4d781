"""① The ticks: poll what is due, deliver what is due, keep house. APScheduler holds no job per line: who is due is a column."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from monitor.clock import monotonic, utcnow

log = logging.getLogger(__name__)

# APScheduler's default grace of one second silently drops a tick that comes late: none may be dropped.
_DEFAULTS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


@dataclass(frozen=True, slots=True)
class Tick:
    """A thing to do again and again."""

    run: Callable[[], object]
    every: timedelta


class Ticker:
    """Runs the ticks and knows when each last ended well."""

    def __init__(self, ticks: Mapping[str, Tick]) -> None:
        self._ticks = dict(ticks)
        self._ended = dict.fromkeys(self._ticks, monotonic())
        pool = ThreadPoolExecutor(max_workers=len(self._ticks))
        self._scheduler = BackgroundScheduler(
            executors={"default": pool}, job_defaults=_DEFAULTS, timezone="UTC", daemon=True
        )
        self._scheduler.add_listener(_told, EVENT_JOB_MISSED | EVENT_JOB_ERROR)

    def start(self) -> None:
        """Begin; the first tick of each kind comes at once."""
        for name, tick in self._ticks.items():
            seconds = tick.every.total_seconds()
            self._scheduler.add_job(
                self._run, "interval", seconds=seconds, args=(name,), id=name, next_run_time=utcnow()
            )
        self._scheduler.start()

    def late(self, factor: float = 10.0) -> list[str]:
        """Return the ticks that have not ended well for ``factor`` times their interval, at least 30 s."""
        now = monotonic()
        return [
            name
            for name, tick in self._ticks.items()
            if now - self._ended[name] > max(30.0, factor * tick.every.total_seconds())
        ]

    def stop(self) -> None:
        """Start no further tick; does not wait for those under way."""
        self._scheduler.shutdown(wait=False)

    def _run(self, name: str) -> None:
        self._ticks[name].run()
        self._ended[name] = monotonic()


def _told(event: JobEvent) -> None:
    error = getattr(event, "exception", None)
    if error is not None:
        log.error("tick %s failed: %s", event.job_id, error, exc_info=error)
    else:
        log.warning("tick %s came late", event.job_id)
