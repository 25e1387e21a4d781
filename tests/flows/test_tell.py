"""What commands say of lines and notices: something for everything, in every language, and never a raw fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fakes import StepClock
from messages_world import KIND_OF, NOW, notice, state, watched

from monitor.comeback import CHUNK, REST, Comeback
from monitor.core.decide import Decision
from monitor.core.line import Line
from monitor.core.notice import Notice, Why
from monitor.core.people import Addressees, ChannelFacts, People
from monitor.core.reading import Failure
from monitor.core.row import row
from monitor.core.state import LineState
from monitor.core.whynot import why_not
from monitor.core.words import FailureKind, Kind, Severity
from monitor.messages import LANGUAGES, Teller
from monitor.ports import DeliveryState, Outcome, Watched
from monitor.store import open_store

BOTH = pytest.mark.parametrize("language", LANGUAGES)


@BOTH
def test_every_notice_has_its_words(language: str) -> None:
    teller = Teller(language, "Asia/Shanghai", NOW)
    for code in KIND_OF:
        for all_facts in (True, False):
            told = notice(code, all_facts=all_facts)
            assert teller.headline(told)
            assert "None" not in teller.notice(told) + teller.why(told)
            assert teller.why(told), code
    for code in ("digest", "channel_failing", "channel_disabled", "never heard of"):
        house = Notice("", NOW, Kind.DIGEST, Severity.INFO, "x", "x", Why.of(code, channel="mail"))
        assert teller.headline(
            house if code != "never heard of" else replace(house, kind=Kind.FAULT_SUSPECTED)
        )


@BOTH
def test_every_reason_for_silence_and_every_end_has_its_words(language: str) -> None:
    teller = Teller(language, "Asia/Shanghai", NOW)
    to, people = Addressees(), People((ChannelFacts("push"),))
    failing = LineState(failure=Failure(NOW, FailureKind.AUTH, "no"), failing_since=NOW)
    for known in (LineState(), state(), failing, replace(state(), muted_until=NOW + timedelta(hours=2))):
        for kind in Kind:
            for because in why_not(kind, watched().line, known, to=to, people=people, now=NOW):
                assert teller.because(because.why)
        one = row(watched().line, known, NOW)
        assert teller.head(one)
        assert teller.figures(one)
    for end in DeliveryState:
        for detail in (
            "",
            "quiet_hours until=2026-11-24T00:00:00+00:00",
            "superseded by=3f9c stage=urgent",
            "250 ok",
        ):
            assert "=" not in teller.delivery(str(end), detail)


def test_lines_of_a_carrier_that_is_back_hurry_once_and_not_where_a_sign_in_is_missing(
    tmp_path: Path,
) -> None:
    store, clock = open_store(f"sqlite:///{tmp_path}/m.db", key=b"a key of the tests"), StepClock(NOW)
    names = [f"l{n}" for n in range(4)]
    lines = {n: Watched(Line(n, "tmf")) for n in names}
    store.sync_lines(lines, NOW)
    for claim in store.claim_polls(NOW, 9, REST):
        kind = FailureKind.AUTH if claim.line == "l1" else FailureKind.TIMEOUT
        seen = Failure(NOW, kind, "no")
        after = LineState(failure=seen, failing_since=NOW)
        store.commit_polls([Outcome(claim.line, claim.token, seen, Decision(after, NOW + 6 * REST))], NOW)
    back = replace(notice("sight_restored"), line="l0")
    seen_again = Outcome("l0", "", None, Decision(LineState(), NOW + 6 * REST, (back,)))
    comeback = Comeback(store)
    comeback.note([seen_again], lines, clock())
    assert {c.line for c in store.claim_polls(clock(), CHUNK, REST)} == {"l0", "l2", "l3"}
    hurried: list[str] = []
    store.poll_now = lambda names, _: hurried.extend(names)  # type: ignore[method-assign]  # only to count
    comeback.note([seen_again], lines, clock() + REST / 2)
    assert hurried == []
    comeback.note([seen_again], lines, clock() + REST)
    assert hurried == ["l0", "l2", "l3"]
    store.close()
