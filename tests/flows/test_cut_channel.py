"""The channel is cut for the first 50 s of every stage of the demo story: every notice arrives once, in order, with fresh facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from monitor import demo
from monitor.core.reading import Reading
from monitor.mock.server import MockCarrier
from monitor.ports import DeliveryState, Message, SendResult, Sent

CUT = timedelta(seconds=50)
SECOND = timedelta(seconds=1)


@dataclass
class CutChannel:
    """Is down until an instant; keeps when and what arrived."""

    clock: demo.StepClock
    name: str = "push"
    down_until: datetime | None = None
    got: list[tuple[datetime, Message]] = field(default_factory=list)
    newest: list[Reading | None] = field(default_factory=list)
    """What the store knew of the line when each message left."""
    refused: int = 0
    known: Callable[[], Reading | None] = lambda: None

    def send(self, message: Message, seconds: float) -> Sent:
        del seconds
        now = self.clock()
        if self.down_until is not None and now < self.down_until:
            self.refused += 1
            return Sent(SendResult.RETRY, "the channel is cut")
        self.got.append((now, message))
        self.newest.append(self.known())
        return Sent(SendResult.DELIVERED)


def tell(
    *, cut: bool, hours_from: datetime | None = None
) -> tuple[CutChannel, list[tuple[str, datetime, tuple[tuple[str, DeliveryState, int, str], ...]]]]:
    """Play the story, each stage from its first second on; return the channel and the notices, oldest first.

    ``hours_from``: an instant from which on the channel stays down until figures of six hours later are there.
    """
    clock = demo.StepClock(demo._START)
    channel = CutChannel(clock)
    with MockCarrier("demo", now=clock) as carrier, demo._house(carrier.url, channel, "en", clock) as house:
        channel.known = lambda: house.store.states([demo.LINE])[demo.LINE].reading
        stages = [demo._START + stage.at for stage in carrier.world.scenario.stages]
        end = stages[-1] + timedelta(days=1)
        while clock() < end:
            if cut and clock() in stages:
                channel.down_until = clock() + CUT
            if clock() == hours_from:
                channel.down_until = clock() + timedelta(hours=6) + CUT
            before = clock()
            for _ in range(
                12
            ):  # two minutes in steps of ten seconds: the line is looked at, then the channel is tried
                house.store.poll_now([demo.LINE], clock())
                house.poller.round()
                house.desk.round()
                clock.forward(10 * SECOND)
            clock.forward(before + timedelta(hours=6) - clock())
        rows = house.store.notices(limit=500)
        return channel, [(r.notice.id, r.notice.at, r.deliveries) for r in reversed(rows)]


@pytest.mark.heavy
def test_every_notice_arrives_once_in_order_with_fresh_facts() -> None:
    whole, expected = tell(cut=False)
    spoilt, rows = tell(cut=True)
    assert spoilt.refused >= 5, "the cut hit several stages"
    assert [i for i, *_ in rows] == [i for i, *_ in expected], (
        "what is decided does not depend on the channel"
    )
    for _, _, deliveries in rows:
        assert [(name, state) for name, state, *_ in deliveries] == [("push", DeliveryState.DELIVERED)]
    sent = [m.notice_id for _, m in spoilt.got]
    assert sent == [m.notice_id for _, m in whole.got]
    assert len(sent) == len(set(sent))
    assert [at for at, _ in spoilt.got] == sorted(at for at, _ in spoilt.got)
    late = [(a, b) for (a, _), (b, _) in zip(whole.got, spoilt.got, strict=True) if b > a]
    assert late, "some waited for the channel"
    assert all(CUT <= b - a <= timedelta(minutes=2) for a, b in late)
    waited = [
        (at, message, seen)
        for (first, _), (at, message), seen in zip(whole.got, spoilt.got, spoilt.newest, strict=True)
        if at > first
    ]
    for at, message, seen in waited:
        assert seen is not None
        assert at - seen.observed_at <= 10 * SECOND, "looked at again while the channel was cut"
        assert "just now" in message.text, "the figures are those of that look, not of the decision"
        assert seen.balance is None or f"{abs(seen.balance.amount):.2f}" in message.text


@pytest.mark.heavy
def test_a_notice_that_waited_for_hours_tells_the_figures_of_its_hour() -> None:
    whole, _ = tell(cut=False)
    first, at_once = whole.got[0]
    spoilt, _ = tell(cut=False, hours_from=first)
    (arrived, message), seen = spoilt.got[0], spoilt.newest[0]
    assert message.notice_id == at_once.notice_id
    assert arrived - first >= timedelta(hours=6) + CUT
    assert seen is not None
    assert seen.balance is not None
    assert f"{seen.balance.amount:.2f}" in message.text
    assert f"{seen.balance.amount:.2f}" not in at_once.text, "figures moved while it was cut"
