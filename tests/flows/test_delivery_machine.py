"""Whatever happens in whatever order: no danger goes untold, nothing is told twice, and nothing ends without a fresh reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from playing import Player, Story, _message, _Words

from monitor.core.assess import assess
from monitor.core.ladder import rhythm
from monitor.core.notice import Notice
from monitor.core.reading import Reading
from monitor.core.route import ENDINGS
from monitor.core.state import LineState
from monitor.core.words import Kind, Severity, Status, rank
from monitor.ports import DeliveryState, Message, Watched

MEMORY = Path("/dev/shm")  # noqa: S108  # a fresh folder below it
RUNGS = ("7d", "3d", "1d", "6h")


class _Ids(_Words):
    """Writes the notices' ids, so that each that arrives is counted."""

    def compose(
        self, notices: Sequence[Notice], watched: Watched, state: LineState, channel: str, now: datetime
    ) -> Message:
        del watched, state, channel, now
        return _message(notices, " ".join(n.id for n in notices))


class Household(RuleBasedStateMachine):
    """One line, two channels of one reader with quiet hours, a second contact; anything may happen."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
        story = Story("machine", "anything may happen")
        story.settings = {
            "TIMEZONE": "America/New_York",
            "CHANNELS__MAIL__URL": "json://mail",
            "CHANNELS__BOSS__URL": "json://boss",
            "CONTACTS__ANN__CHANNELS": "push, mail",
            "CONTACTS__ANN__QUIET_HOURS": "22:00-07:00",
            "CONTACTS__CHIEF__CHANNELS": "boss",
            "LINES__HOME__CONTACTS": "ann",
            "LINES__HOME__ESCALATE_TO": "chief",
        }
        story.rows = [(datetime(2026, 3, 5, 12, tzinfo=UTC), "home active 60.00")]
        self.player = Player(story, Path(self.folder.name))
        self._adopt()

    def _adopt(self) -> None:
        house = self.player.application
        house.desk.adopt(self.player.channels, house.poller.watched, _Ids(), house.desk.people)  # type: ignore[arg-type]  # bare ids

    @property
    def state(self) -> LineState:
        return self.player.application.store.states(["home"])["home"]

    def do(self, what: str) -> None:
        self.player._do(what)
        self.player._look()

    @initialize()
    def begin(self) -> None:
        self.do("home active 60.00")

    @rule(
        status=st.sampled_from(["active", "restricted", "suspended"]),
        balance=st.sampled_from(["-20.00", "-1.00", "2.00", "60.00", "300.00"]),
    )
    def reads(self, status: str, balance: str) -> None:
        self.do(f"home {status} {balance}")

    @rule(hours=st.integers(1, 200))
    def will_be_terminated(self, hours: int) -> None:
        ends = (self.player.clock.now + timedelta(hours=hours)).astimezone(self.player.story.zone)
        self.do(f"home pending_termination -40.00 ends={ends:%Y-%m-%dT%H:%M}")

    @rule(days=st.integers(-4, 12), autopay=st.sampled_from(["on", "off", "failed"]))
    def bills(self, days: int, autopay: str) -> None:
        due_on = (self.player.clock.now + timedelta(days=days)).astimezone(self.player.story.zone)
        self.do(f"home active due=58.00@{due_on:%Y-%m-%d} autopay={autopay}")

    @rule(kind=st.sampled_from(["timeout", "auth", "blocked", "malformed"]))
    def fails(self, kind: str) -> None:
        self.do(f"home fails {kind}")

    @rule(channel=st.sampled_from(["push", "mail", "boss"]), state=st.sampled_from(["down", "up", "refuses"]))
    def channel_changes(self, channel: str, state: str) -> None:
        self.do(f"{channel} {state}")

    @rule(
        action=st.sampled_from(["paid", "working", "not_mine", "snooze for 3h", "snooze for 30h"]),
        pick=st.integers(0, 5),
    )
    def answers(self, action: str, pick: int) -> None:
        rows = [r for r in self.player.application.store.notices("home") if r.notice.kind not in ENDINGS]
        if rows:
            self.do(f"ann answers {action} to {rows[pick % len(rows)].notice.kind}")

    @rule(what=st.sampled_from(["mute home 5h", "unmute home", "restart"]))
    def operates(self, what: str) -> None:
        self.do(what)
        self._adopt()

    @rule(hours=st.sampled_from([1, 5, 9, 30, 80, 170]))
    def waits(self, hours: int) -> None:
        self.player._until(self.player.clock.now + timedelta(hours=hours))

    @rule()
    def all_is_well_outside(self) -> None:
        """Channels work, the line is looked at, and a night passes: what held then and holds now must have been told."""
        for channel in self.player.channels:
            self.player._do(f"{channel} up")
        self.player.application.store.poll_now(["home"], self.player.clock.now)
        self.player._look()
        home = self.player.application.poller.watched["home"].line
        held = {(d.thread, d.kind) for d in assess(home, self.state, self.player.clock.now)}
        self.player._until(self.player.clock.now + timedelta(hours=13))
        self.no_danger_untold(held)

    def no_danger_untold(self, held: set[tuple[str, Kind]]) -> None:
        now, state = self.player.clock.now, self.state
        home = self.player.application.poller.watched["home"].line
        rows = self.player.application.store.notices("home", 1000)
        if state.muted_until is not None and now < state.muted_until:
            return
        dangers = list(assess(home, state, now))
        for danger in dangers:
            episode = state.episode(danger.thread)
            mild = rank(danger.severity) < rank(Severity.WARNING)
            if mild or danger.quiet or (danger.thread, danger.kind) not in held:
                continue
            assert episode is not None, f"{danger.kind} holds and has no episode"
            silenced = episode.acked_at is not None or (
                episode.snoozed_until is not None and now < episode.snoozed_until
            )
            arrived = any(
                row.notice.episode == episode.id and state_ is DeliveryState.DELIVERED
                for row in rows
                for _, state_, *_ in row.deliveries
            )
            assert arrived or silenced, f"{danger.kind} holds and nobody was told"
            repeat = rhythm([d for d in dangers if d.thread == danger.thread])
            if repeat is not None and not silenced:
                last = max(episode.told[-1][1], episode.snoozed_until or episode.told[-1][1])
                assert now - last <= repeat + timedelta(hours=7), f"{danger.kind} is not said again"
            if (
                danger.kind == "termination_warning"
                and not silenced
                and danger.rung.startswith("termination-")
            ):
                due = RUNGS[RUNGS.index(danger.rung.removeprefix("termination-")) :]
                said = [stage for stage, _ in episode.told]
                assert any(stage.startswith(f"termination-{r}") for stage in said for r in due), (
                    f"{danger.rung} skipped: {said}"
                )

    def teardown(self) -> None:
        try:
            self.all_is_well_outside()
            heard = Counter(
                (line.split("> ")[1].split(":")[0], notice)
                for line in self.player.got
                if "channel_" not in line
                for notice in line.rpartition(": ")[2].split()
            )
            assert not [key for key, times in heard.items() if times > 1], "told twice"
            self.nothing_ended_unseen()
        finally:
            self.player.application.close()
            self.folder.cleanup()

    def nothing_ended_unseen(self) -> None:
        store = self.player.application.store
        for row in store.notices("home", 1000):
            if row.notice.kind in ENDINGS:
                seen = store.history("home", row.notice.at, row.notice.at + timedelta(microseconds=1))
                fresh = [s for s in seen if isinstance(s, Reading) and s.status is not Status.UNKNOWN]
                assert fresh, f"{row.notice.kind} without a fresh reading"


QUICK = settings(
    max_examples=6, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_a_household_under_anything() -> None:
    run_state_machine_as_test(Household, settings=QUICK)


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_a_household_under_anything_for_long() -> None:
    run_state_machine_as_test(Household, settings=settings(QUICK, max_examples=40, stateful_step_count=30))
