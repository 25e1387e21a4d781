"""The composition root: settings in, a wired application out. The only place that names concrete parts."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from monitor import carriers, charts, messages, notify, rulebook
from monitor.answering import Answers
from monitor.clock import utcnow
from monitor.core.decide import Decision
from monitor.core.line import Hold, Line
from monitor.core.people import People
from monitor.core.route import plan
from monitor.core.row import Row
from monitor.core.state import LineState
from monitor.deliver import Desk
from monitor.poll import Poller
from monitor.ports import Access, Carrier, Channel, Planned, Store, Watched
from monitor.rulebook.connectors import entry_of
from monitor.settings import LineSettings, Settings
from monitor.settings.roster import addressees, people_of
from monitor.store import open_store

if TYPE_CHECKING:
    from monitor.pages import Finding


@dataclass
class Application:
    """Everything wired. ``adopt`` puts new settings into place without a restart."""

    settings: Settings
    store: Store
    poller: Poller
    desk: Desk
    answers: Answers

    def adopt(self, settings: Settings) -> None:
        """Take over new settings, checked by :mod:`monitor.inventory`: lines, channels, people."""
        parts = _parts(settings)
        self.settings = settings
        self.poller.watched = parts.watched
        self.poller.carriers = parts.carriers
        self.poller.route = parts.route
        parts.composer.picture = charts.picture(self.store.history)
        self.answers = _answers(settings, self.store, parts)
        self.desk.adopt(parts.channels, parts.watched, parts.composer, parts.people)
        self.store.sync_lines(parts.watched, utcnow())

    def next_step(self, one: Row, state: LineState) -> str:
        """Return the one next step for a line in a state, in the house's language."""
        watched = self.poller.watched[one.line]
        book = rulebook.load(self.settings.rulebook)
        return messages.next_step(
            one,
            self.settings.language,
            zone=self.settings.timezone,
            templates=self.settings.templates,
            guide=partial(messages.guided, book, watched, state),
        )

    def look_at_pages(self, now: datetime, *, force: bool = False) -> list[Finding]:
        """Look at the watched pages that are due, and let their lines hear of what changed."""
        from monitor.pages import Page, Pages, report  # noqa: PLC0415 - most daemons watch none

        own = [Page(name, p.url, p.rules, p.province) for name, p in self.settings.pages.items()]
        found = Pages(own, state_folder() / "pages", rulebook.load(self.settings.rulebook)).look(
            now, force=force
        )
        report(found, self.store, self.poller.watched, self.poller.route, now)
        return found

    def close(self) -> None:
        """Let work under way end shortly, and release everything."""
        self.poller.close(2.5)
        self.desk.close(1.5)
        self.store.close()


@dataclass(frozen=True)
class _Parts:
    watched: Mapping[str, Watched]
    channels: Mapping[str, Channel]
    carriers: Callable[[str], Carrier]
    composer: messages.TemplateComposer
    people: People
    route: Callable[[Watched, LineState, Decision, datetime], Sequence[Planned]]


def build(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utcnow,
    channels: Mapping[str, Channel] | None = None,
    jitter: Callable[[], float] = random.random,
) -> Application:
    """Wire an application.

    Args:
        settings: checked by :mod:`monitor.inventory`.
        clock: the demo and tests bring their own.
        channels: replace those of the settings (the demo's console).
        jitter: a number in [0, 1) that spreads polls and retries.

    Raises:
        StoreError: the database cannot be opened; the message says what to do.
    """
    parts = _parts(settings, channels)
    store = open_store(database_url(settings), key_folder=state_folder())
    store.sync_lines(parts.watched, clock())
    seconds = settings.poll_deadline.total_seconds()
    poller = Poller(
        store=store,
        carriers=parts.carriers,
        watched=parts.watched,
        route=parts.route,
        clock=clock,
        seconds=seconds,
        workers=settings.poll_workers,
        jitter=jitter,
    )
    parts.composer.picture = charts.picture(store.history)
    answers = _answers(settings, store, parts)
    desk = Desk(
        store=store,
        channels=parts.channels,
        watched=parts.watched,
        composer=parts.composer,
        clock=clock,
        seconds=settings.send_deadline.total_seconds(),
        jitter=jitter,
        people=parts.people,
    )
    return Application(settings, store, poller, desk, answers)


def _answers(settings: Settings, store: Store, parts: _Parts) -> Answers:
    """Take answers, and let messages carry the links to them."""
    answers = Answers(
        store,
        parts.watched,
        parts.people,
        public_url=settings.web.public_url,
        secret=settings.web.secret.get_secret_value(),
        links_last=settings.web.links_last,
    )
    parts.composer.links = answers.links
    return answers


def state_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where state is kept: systemd's folder, the installed service's for root, else the user's own."""
    if folder := environ.get("STATE_DIRECTORY"):
        return Path(folder.split(":")[0])
    installed = Path("/var/lib/billing-monitor")
    if os.geteuid() == 0 and installed.is_dir() and not environ.get("XDG_STATE_HOME"):
        return installed
    return Path(environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "billing-monitor"


def database_url(settings: Settings) -> str:
    """Return the database's URL; without one in the settings it is SQLite in the state folder."""
    return settings.database_url.get_secret_value() or f"sqlite:///{state_folder() / 'monitor.db'}"


def _parts(settings: Settings, channels: Mapping[str, Channel] | None = None) -> _Parts:
    book = rulebook.load(settings.rulebook)
    watched = {name: _watched(name, one, settings, book) for name, one in settings.lines.items()}
    opened = {n: notify.open_channel(n, one.url.get_secret_value()) for n, one in settings.channels.items()}
    opened = opened if channels is None else dict(channels)
    people = people_of(settings, opened)
    made: dict[str, Carrier] = {}

    def carrier(name: str) -> Carrier:
        if name not in made:
            made[name] = carriers.make(name)
        return made[name]

    def route(line: Watched, before: LineState, decision: Decision, now: datetime) -> list[Planned]:
        planned = plan(
            decision.notices,
            line=line.line,
            to=line.to,
            people=people,
            now=now,
            episodes=before.episodes,
            muted_until=before.muted_until,
        )
        return [Planned(r.notice, r.channel, r.not_before, r.escalation) for r in planned]

    mails = {n for n, one in settings.channels.items() if notify.is_mail(one.url.get_secret_value())}
    hushed = {n for n, one in settings.channels.items() if one.terse}
    composer = messages.TemplateComposer(
        language=lambda channel: people.language(channel) or settings.language,
        zone=lambda channel: people.timezone(channel) or settings.timezone,
        templates=settings.templates,
        official=lambda one, language: official(book, one.line, language),
        guide=partial(messages.guided, book),
        mail=lambda channel: channel in mails,
        terse=lambda channel: channel in hushed,
    )
    return _Parts(watched, opened, carrier, composer, people, route)


def official(book: rulebook.Rulebook, line: Line, language: str) -> messages.Official | None:
    """Return the carrier's own ways to be reached, from the rulebook; None where it knows none."""
    name = line.rules or entry_of(line.carrier)
    contacts = book.contacts(name, line.province)
    ways = {key: contacts.get(key) for key in ("hotline", "app", "web")}
    return messages.Official(book.entry(name).title(language), **ways) if any(ways.values()) else None


def _watched(name: str, one: LineSettings, settings: Settings, book: rulebook.Rulebook) -> Watched:
    line = line_of(name, one, settings)
    rules = book.for_line(line, entry_of(one.carrier))
    options = {k: str(v) for k, v in one.tmf.model_dump().items() if v} | one.http | one.options
    access = Access(
        one.url,
        one.token.get_secret_value(),
        one.username.get_secret_value(),
        one.password.get_secret_value(),
        options,
    )
    return Watched(line, access, rules, addressees(one, settings))


def line_of(name: str, one: LineSettings, settings: Settings) -> Line:
    """Return what the owner told us about a line."""
    hold = Hold(one.hold_since, one.hold_until, one.hold_fee) if one.hold_since else None
    return Line(
        name=name,
        carrier=one.carrier,
        number=one.number,
        account=one.account,
        timezone=one.timezone or settings.timezone,
        rules=one.rules,
        province=one.province,
        billing=one.billing,
        currency=one.currency,
        bill_day=one.bill_day,
        due_days=one.due_days,
        monthly_fee=one.monthly_fee,
        credit_limit=one.credit_limit,
        autopay=one.autopay,
        debit_notice=one.debit_notice,
        card_expires=one.card_expires,
        grace_hours=one.grace_hours,
        dunning_days=one.dunning_days,
        overdraft=one.overdraft,
        foresight=one.foresight or settings.foresight,
        payment_lead=one.payment_lead,
        poll_every=one.poll_every or settings.poll_every,
        hold=hold,
        receives_codes=one.receives_codes,
    )
