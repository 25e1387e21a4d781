"""``run``: the daemon in the foreground."""

from __future__ import annotations

import logging
import os
import sys

import typer

from monitor.cli import _context

_PLAIN = "%(asctime)s %(levelname)-7s %(message)s"
_JOURNAL = "<%(priority)d>%(message)s"
_PRIORITY = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)


def run(ctx: typer.Context) -> None:
    """Run the daemon in the foreground; under systemd with Type=notify. Ends well on SIGTERM."""
    from monitor.daemon import AlreadyRunningError, Daemon  # noqa: PLC0415  # the other commands need not wait for it
    from monitor.ports import StoreError  # noqa: PLC0415
    from monitor.settings import SettingsError  # noqa: PLC0415

    context = _context.of(ctx)
    start_logging(context.runnable().log_level)
    try:
        Daemon(context.source).run()
    except SettingsError as error:
        _context.refuse(error, context.language)
    except (StoreError, AlreadyRunningError) as error:
        _context.fail(str(error))


def start_logging(level: str) -> None:
    """Log to standard error; with the journal's priorities when the journal listens. Libraries speak from warning on."""
    handler = logging.StreamHandler(sys.stderr)
    if os.environ.get("JOURNAL_STREAM"):
        handler.addFilter(_with_priority)
        handler.setFormatter(logging.Formatter(_JOURNAL))
    else:
        handler.setFormatter(logging.Formatter(_PLAIN))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("monitor").setLevel(level.upper())


def _with_priority(record: logging.LogRecord) -> bool:
    record.priority = _PRIORITY.get(record.levelno, 6)
    return True
