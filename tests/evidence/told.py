"""A line, its clock, and one poll as ``poll.py`` makes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.core.decide import decide
from monitor.core.line import Line
from monitor.core.reading import Failure, Reading
from monitor.ports import DeliveryState, Outcome, Planned, Watched
from monitor.store import SqlStore

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
HOME = Watched(Line("home", "tmf", "+8613812348000", timezone="Asia/Shanghai", currency="CNY"))


def poll(store: SqlStore, seen: Reading | Failure, at: datetime) -> None:
    for claim in store.claim_polls(at, 9, DAY):
        watched = HOME if claim.line == "home" else Watched(Line(claim.line, "tmf"))
        decision = decide(watched.line, watched.rules, claim.state, seen, at)
        planned = tuple(Planned(n, "mail", at) for n in decision.notices)
        store.commit_polls([Outcome(claim.line, claim.token, seen, decision, planned)], at)
    for delivery in store.claim_deliveries(at, 99, DAY):
        store.settle(delivery, DeliveryState.DELIVERED, "250 ok", None, at)
