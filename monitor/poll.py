"""② One poll: fetch → decide → commit. The network is never inside a transaction; the decision always is."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from monitor.comeback import Comeback
from monitor.core.decide import Decision, decide
from monitor.core.pace import JITTER
from monitor.core.reading import Failure, Reading, Seen
from monitor.core.state import LineState
from monitor.core.words import FailureKind
from monitor.crew import Crew, Job
from monitor.marks import mark
from monitor.ports import Carrier, Outcome, Planned, PollClaim, Round, Store, StoreError, Watched
from monitor.wiretap import Overheard, listening

log = logging.getLogger(__name__)

BATCH = 500
"""Lines claimed at once."""
TOGETHER = timedelta(minutes=10)
"""How long the rounds of one group share their jitter: many lines of one operator are several rounds."""
GRACE_SECONDS = 15.0
"""How long past its deadline a round may take before it is abandoned."""

Router = Callable[[Watched, LineState, Decision, datetime], Sequence[Planned]]
"""Which channels hear of a decision's notices, and when; the state is the one before the decision."""


class Poller:
    """Polls the lines that are due. ``watched`` may be replaced while it works (reload)."""

    def __init__(
        self,
        *,
        store: Store,
        carriers: Callable[[str], Carrier],
        watched: Mapping[str, Watched],
        route: Router,
        clock: Callable[[], datetime],
        seconds: float,
        workers: int,
        jitter: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.store, self.carriers, self.watched, self.route = store, carriers, watched, route
        self._clock, self._seconds = clock, seconds
        self._crew = Crew("poll", workers)
        self._workers, self._jitter = workers, jitter
        self._comeback = Comeback(store)
        self._drawn: dict[str, tuple[datetime, float]] = {}

    def tick(self) -> int:
        """Claim what is due and hand it to the crew; return how many lines were claimed."""
        self._crew.reap()
        if self._crew.backlog() >= self._workers:
            return 0
        claims = self.store.claim_polls(
            self._clock(), BATCH, timedelta(seconds=10 * (self._seconds + GRACE_SECONDS))
        )
        if claims:
            mark("poll.claimed")
        for group in self._groups(claims):
            self._crew.submit(
                Job(partial(self.poll, group), partial(self._overdue, group), self._seconds + GRACE_SECONDS)
            )
        return len(claims)

    def round(self, lines: Collection[str] | None = None) -> list[Outcome]:
        """Poll what is due now, here and now, one group after the other: for ``check``, ``demo`` and tests."""
        claims = self.store.claim_polls(self._clock(), BATCH, self._lease(), lines)
        return [outcome for group in self._groups(claims) for outcome in self.poll(group)]

    def poll(self, claims: Sequence[PollClaim], _: Job | None = None) -> list[Outcome]:
        """Poll the claimed lines of one group, and commit. Returns what was committed."""
        try:
            return self._poll(claims)
        except StoreError:
            self.store.release_polls(claims)  # due again at once; after a bug the lease is a pause instead
            raise

    def _poll(self, claims: Sequence[PollClaim]) -> list[Outcome]:
        now = self._clock()
        asked = [self.watched[c.line] for c in claims]
        carrier = self.carriers(asked[0].line.carrier)
        with listening() as heard:
            answers = fetch(carrier, asked, Round(now, self._seconds, self.store.vault()))
        mark("poll.fetched")
        spread = self._spread(f"{carrier.name} {carrier.group(asked[0])}", now)
        outcomes = [self._outcome(c, answers.get(c.line), now, spread) for c in claims]
        if len(outcomes) == 1:  # an answer about several lines is no evidence of one
            outcomes = [_with_proof(outcomes[0], claims[0].state, heard)]
        mark("poll.decided")
        lost = set(self.store.commit_polls(outcomes, now))
        mark("poll.committed")
        kept = [o for o in outcomes if o.line not in lost]
        for outcome in kept:
            _report(outcome)
        self._comeback.note(kept, self.watched, now)
        return kept

    def close(self, seconds: float) -> None:
        """Let running polls end within ``seconds``; what is not done is due again at the next start."""
        self._crew.close(seconds)

    def _lease(self) -> timedelta:
        """Long enough for a claim to wait in the backlog and be polled; a crash frees it at the next start."""
        return timedelta(seconds=10 * (self._seconds + GRACE_SECONDS))

    def _groups(self, claims: Sequence[PollClaim]) -> list[list[PollClaim]]:
        groups: dict[tuple[str, str], list[PollClaim]] = defaultdict(list)
        for claim in claims:
            watched = self.watched.get(claim.line)
            if watched is None:  # removed by a reload a moment ago
                self.store.release_polls([claim])
                continue
            carrier = self.carriers(watched.line.carrier)
            groups[watched.line.carrier, carrier.group(watched)].append(claim)
        return list(groups.values())

    def _spread(self, group: str, now: datetime) -> float:
        """One number in [0, 1) for all that are asked together, so that the next poll asks them together too."""
        drawn_at, drawn = self._drawn.get(group, (now, -1.0))
        if drawn < 0 or now - drawn_at > TOGETHER:
            drawn_at, drawn = now, self._jitter()
            if len(self._drawn) > 10 * BATCH:
                self._drawn.clear()
            self._drawn[group] = drawn_at, drawn
        return drawn

    def _outcome(self, claim: PollClaim, seen: Seen | None, now: datetime, jitter: float) -> Outcome:
        watched = self.watched[claim.line]
        decision = decide(watched.line, watched.rules, claim.state, seen, now)
        spread = (decision.next_poll_at - now) * (JITTER * jitter)
        decision = replace(decision, next_poll_at=decision.next_poll_at + spread)
        planned = self.route(watched, claim.state, decision, now)
        return Outcome(claim.line, claim.token, seen, decision, tuple(planned))

    def _overdue(self, claims: Sequence[PollClaim]) -> None:
        """The carrier holds a thread beyond every limit: that is a failed poll like any other."""
        now = self._clock()
        message = f"no answer within {self._seconds:.0f} s; asking again later"
        seen = Failure(now, FailureKind.TIMEOUT, message)
        held = [c for c in claims if c.line in self.watched]
        self.store.commit_polls([self._outcome(c, seen, now, self._jitter()) for c in held], now)


def _with_proof(outcome: Outcome, before: LineState, heard: Sequence[Overheard]) -> Outcome:
    """Keep the carrier's own words where something was decided, or changed, or could not be understood."""
    match outcome.seen:
        case Failure():
            new = before.failure is None
        case Reading(status=status, cause=cause):
            new = before.reading is None or (status, cause) != (before.reading.status, before.reading.cause)
        case _:
            return outcome
    if not new and not outcome.decision.notices:
        return outcome
    return replace(outcome, entries=tuple(("answer", one.facts()) for one in heard))


def fetch(carrier: Carrier, asked: Sequence[Watched], round_: Round) -> dict[str, Reading | Failure]:
    """Ask a carrier; whatever it does, each line of an active carrier has an answer."""
    try:
        answers = dict(carrier.fetch(asked, round_))
    except Exception:
        log.exception("carrier %s broke its promise not to raise", carrier.name)
        answers = {}
    if not carrier.passive:
        for watched in asked:
            message = "the connector gave no answer for this line; please report it"
            answers.setdefault(watched.line.name, Failure(round_.now, FailureKind.MALFORMED, message))
    return answers


def _report(outcome: Outcome) -> None:
    match outcome.seen:
        case Failure(kind=kind, message=message):
            log.warning("line %s: poll failed (%s): %s", outcome.line, kind, message)
        case Reading(status=status):
            log.info("line %s: read, status %s", outcome.line, status)
        case _:
            log.debug("line %s: looked at again", outcome.line)
    for notice in outcome.decision.notices:
        log.info(
            "line %s: notice %s %s (%s) because %s",
            outcome.line,
            notice.id,
            notice.kind,
            notice.severity,
            notice.why,
        )
