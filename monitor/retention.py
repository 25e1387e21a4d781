"""How long each kind of data is kept. What may still be needed as proof, because a case is open, stays."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from monitor.app import Application, state_folder
from monitor.evidence.files import Attachments
from monitor.guides.openness import open_matters
from monitor.pages import drop_copies
from monitor.ports import Cutoffs, Forgotten, Store

log = logging.getLogger(__name__)


def forget_old(application: Application, now: datetime) -> Forgotten:
    """Remove readings, messages, notices, evidence, attachments and page copies that are older than their settings say."""
    settings, store, state = application.settings, application.store, state_folder()
    before = Cutoffs(
        readings=now - settings.keep_readings,
        messages=now - settings.keep_messages,
        notices=now - settings.keep_notices,
        evidence=now - settings.keep_evidence if _first_today(store, now) else None,
    )
    open_cases = [name for name, one in store.states().items() if any(open_matters(one, "en"))]
    gone = store.forget_old(before, now, open_cases)
    files = Attachments(state / "attachments")
    for digest in gone.attachments:
        files.drop(digest)
    copies = 0 if open_cases else drop_copies(state / "pages", now - settings.keep_evidence)
    if gone != Forgotten() or copies:
        log.info(
            "housekeeping: removed %d old readings and messages, %d notices, the content of %d entries, %d files",
            gone.readings,
            gone.notices,
            gone.entries,
            len(gone.attachments) + copies,
        )
    return gone


def _first_today(store: Store, now: datetime) -> bool:
    """The chain is long, so that it is looked through once a day."""
    return store.notes().put_new("retention:evidence", "1", now, now + timedelta(hours=23))
