"""The way outside: the HTTP surface and the heartbeat of a running application, each only when it is set."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from monitor.app import Application
from monitor.core.digest import Rhythm
from monitor.core.notice import Notice
from monitor.core.state import LineState
from monitor.digests import queue_digests
from monitor.heartbeat import Heartbeat
from monitor.pulse import problems
from monitor.settings.people import WEEKDAYS

if TYPE_CHECKING:
    from monitor.web.server import Server
    from monitor.web.site import Hook

log = logging.getLogger(__name__)


def open_web(application: Application, clock: Callable[[], datetime]) -> Server | None:
    """Return the server, not started yet; None where no address is set.

    Raises:
        OSError: the address is taken, or not ours.
    """
    web = application.settings.web
    if not web.listen:
        return None
    from monitor.web.pages import Reader  # noqa: PLC0415  # the surface is imported only when it is enabled
    from monitor.web.server import Server  # noqa: PLC0415
    from monitor.web.site import Site, build  # noqa: PLC0415

    def channel_of(contact: str) -> str:
        people = application.desk.people
        mine = (c.name for c in people.channels if any(o.name == contact for o in people.owners(c.name)))
        return next(mine, "")

    def sentence(notice: Notice, contact: str) -> str:
        watched = application.poller.watched.get(notice.line)
        if watched is None:
            return str(notice.kind)
        state = application.store.states([notice.line]).get(notice.line, LineState())
        composer = application.desk.composer
        return composer.compose([notice], watched, state, channel_of(contact), clock()).subject

    def reader(contact: str) -> Reader:
        people, channel = application.desk.people, channel_of(contact)
        return Reader(people.language(channel) or application.settings.language, people.timezone(channel))

    def health() -> tuple[bool, dict[str, Any]]:
        now = clock()
        found = unwell(application, now)
        age = application.store.outbox_age(now)
        facts = {"problems": found, "lines": len(application.poller.watched)}
        return not found, facts | {"outbox_age_seconds": None if age is None else int(age.total_seconds())}

    site = Site(
        answers=lambda: application.answers,
        sentence=sentence,
        reader=reader,
        health=health,
        clock=clock,
        hooks=_hooks(application, clock),
        version=version("billing-monitor"),
        max_body=web.max_body,
        max_per_minute=web.max_per_minute,
    )
    return Server(build(site), web.listen)


def _hooks(application: Application, clock: Callable[[], datetime]) -> dict[str, Hook]:
    """What other services may hand over: text messages, once a secret is set for them."""
    sms = application.settings.sms
    secret, header = sms.secret.get_secret_value(), sms.header.get_secret_value()
    key = application.settings.web.events_key.get_secret_value()
    hooks: dict[str, Hook] = {}
    if key:
        from monitor.listener import listener  # noqa: PLC0415
        from monitor.web.site import Hook  # noqa: PLC0415

        events = listener(application.store, lambda: application.poller.watched, key, clock)
        hooks["tmf"] = Hook("", lambda _body, _kind: False, events)
    if not secret and not header:
        return hooks
    from monitor.intake.lexicon import load  # noqa: PLC0415  # the words cost memory, so only who uses them pays
    from monitor.intake.post import Post  # noqa: PLC0415
    from monitor.intake.webhook import Keys, Rejected, accept  # noqa: PLC0415
    from monitor.web.site import Hook  # noqa: PLC0415

    keys = Keys(secret, header)

    def check(headers: Mapping[str, str], body: bytes, kind: str, query: str) -> tuple[int, str]:
        now, notes = clock(), application.store.notes()
        zone = ZoneInfo(application.settings.timezone)
        taken = accept(
            headers,
            body,
            kind,
            now,
            keys=keys,
            used=lambda key: notes.get(key, now) is not None,
            query=query,
            zone=zone,
        )
        if isinstance(taken, Rejected):
            log.warning("a forwarded message was refused: %s", taken.reason)
            return taken.status, taken.reason
        poller = application.poller
        post = Post(application.store, poller.watched, poller.route, load(sms.words))
        result = post.take(taken.part, now, taken.line, taken.once)
        if not result.stored:  # else it was written with what the message changed
            for key, until in taken.once.items():
                notes.put_new(key, "1", now, until)
        if result.line is None:
            log.warning("a forwarded message was not stored: %s", result.note)
        return 200, result.note or "stored"

    return hooks | {"sms": Hook("", lambda _body, _kind: False, check)}


def unwell(application: Application, now: datetime) -> list[str]:
    """Return what does not advance."""
    return problems(application.store, application.poller.watched, application.desk.channels, now)


def heartbeat(application: Application) -> Heartbeat | None:
    """Return the dead man's switch; None where no address is set."""
    url = application.settings.heartbeat_url.get_secret_value()
    return Heartbeat(url) if url else None


def rhythm_of(application: Application) -> Rhythm | None:
    """Return when the regular overview is due; None: never."""
    digest = application.settings.digest
    if digest.every == "off":
        return None
    return Rhythm(digest.at, WEEKDAYS.index(digest.on) if digest.every == "week" else None)


def queue_due_digests(application: Application, now: datetime) -> int:
    """Queue the overviews that are due now."""
    lines = application.poller.watched
    return queue_digests(application.store, application.desk.people, rhythm_of(application), lines, now)
