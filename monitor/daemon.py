"""The daemon: starts the ticks, listens to signals, and proves to systemd that it is alive."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from datetime import timedelta
from types import FrameType

from monitor.app import Application, build
from monitor.clock import monotonic, utcnow
from monitor.front import heartbeat, open_web, queue_due_digests, unwell
from monitor.inventory import read_settings
from monitor.ports import StoreError
from monitor.scheduler import Tick, Ticker
from monitor.sd import Notifier, watchdog_seconds
from monitor.settings import EnvSource, SettingsError

log = logging.getLogger(__name__)

_SECOND = timedelta(seconds=1)


def check_evidence(application: Application) -> None:
    """Check a stretch of the chain of evidence, and tell of damage."""
    from monitor.evidence.patrol import patrol, tell  # noqa: PLC0415  # half an hour may pass before it is needed

    now = utcnow()
    tell(application.store, application.desk.people, patrol(application.store, now), now)


def look_for_drift(application: Application) -> None:
    """Tell of carriers that changed their answers."""
    from monitor.drifts import tell_drift  # noqa: PLC0415  # only where a carrier is asked

    tell_drift(application.store, application.desk.people, application.poller.watched.values(), utcnow())


def tidy(application: Application) -> None:
    """Remove what is older than it is to be kept."""
    from monitor.retention import forget_old  # noqa: PLC0415  # once an hour

    forget_old(application, utcnow())


class AlreadyRunningError(RuntimeError):
    """Another daemon works on the same database under the same name."""


class Daemon:
    """One process: ticks in threads, signals and the watchdog in the main thread."""

    def __init__(self, source: EnvSource, notifier: Notifier | None = None) -> None:
        self._source = source
        self._systemd = notifier or Notifier()
        self._wake = threading.Event()
        self._stop = self._reload = False

    def run(self) -> None:
        """Work until SIGTERM or SIGINT.

        Raises:
            SettingsError: at the start; a later reload keeps the old settings instead.
            AlreadyRunningError: another one runs.
        """
        began = monotonic()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._signalled)
        application = build(read_settings(self._source, to_run=True))
        try:
            owner = f"{socket.gethostname()}:daemon"
            if not application.store.take_over(owner):
                raise AlreadyRunningError("another billing-monitor works on this database")
            ticker = Ticker(self._ticks(application))
            web = open_web(application, utcnow)
            ticker.start()
            if web is not None:
                web.start()
            self._systemd.ready(self._status(application))
            log.info("ready after %.2f s: %s", monotonic() - began, self._status(application))
            try:
                self._watch(application, ticker)
            finally:
                self._systemd.stopping("finishing what is under way")
                ticker.stop()
                if web is not None:
                    web.close()
        finally:
            application.close()
        log.info("stopped")

    @staticmethod
    def _ticks(application: Application) -> dict[str, Tick]:
        ticks = {
            "poll": Tick(application.poller.tick, _SECOND),
            "deliver": Tick(application.desk.tick, _SECOND),
            "digest": Tick(lambda: queue_due_digests(application, utcnow()), timedelta(minutes=1)),
            "housekeeping": Tick(lambda: tidy(application), timedelta(hours=1)),
            "drift": Tick(lambda: look_for_drift(application), timedelta(minutes=10)),
            "evidence": Tick(lambda: check_evidence(application), timedelta(minutes=30)),
        }
        if application.settings.pages:
            ticks["pages"] = Tick(lambda: application.look_at_pages(utcnow()), timedelta(minutes=30))
        pulse = heartbeat(application)
        if pulse is not None:
            every = application.settings.heartbeat_every
            ticks["heartbeat"] = Tick(lambda: pulse.beat(unwell(application, utcnow())), every)
        return ticks

    def _watch(self, application: Application, ticker: Ticker) -> None:
        limit = watchdog_seconds()
        pause = min(1.0, limit / 4) if limit else 1.0
        while not self._stop:
            self._wake.wait(pause)
            self._wake.clear()
            if self._reload:
                self._reload = False
                self._take_new_settings(application)
            if trouble := self._trouble(application, ticker):
                log.error("%s; systemd will restart the service if this lasts", trouble)
                self._wake.wait(10 * pause)
            else:
                self._systemd.watchdog()

    @staticmethod
    def _trouble(application: Application, ticker: Ticker) -> str:
        try:
            application.store.check()
        except (
            StoreError
        ) as error:  # a database that restarts is outlived; one that stays away starves the watchdog
            return str(error)
        late = ticker.late()
        return f"ticks that no longer advance: {', '.join(late)}" if late else ""

    def _take_new_settings(self, application: Application) -> None:
        self._systemd.reloading()
        try:
            application.adopt(read_settings(self._source, to_run=True))
        except SettingsError as error:
            for fault in error.faults:
                log.error("reload: %s", fault)  # noqa: TRY400  # the fault is the message; its trace says nothing more
            log.error("reload: the old settings stay in force")  # noqa: TRY400
            self._systemd.ready(f"reload failed, old settings kept: {error.faults[0]}")
        else:
            log.info("reloaded: %s", self._status(application))
            self._systemd.ready(self._status(application))

    @staticmethod
    def _status(application: Application) -> str:
        lines, channels = len(application.poller.watched), len(application.desk.channels)
        return f"watching {lines} line{'s' * (lines != 1)}, telling {channels} channel{'s' * (channels != 1)}"

    def _signalled(self, number: int, _: FrameType | None) -> None:
        if number == signal.SIGHUP:
            self._reload = True
        else:
            self._stop = True
        self._wake.set()
