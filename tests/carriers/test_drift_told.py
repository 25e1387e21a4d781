"""A carrier that changed its answers is told once, by one notice for all its lines, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from servers.bench import NOW

from monitor.carriers._drift import LEARN, Drift, changes
from monitor.core.line import Line
from monitor.core.people import ChannelFacts, People
from monitor.core.words import Severity
from monitor.drifts import tell_drift
from monitor.messages import TemplateComposer
from monitor.ports import Store, Watched
from monitor.store import open_store

GOOD = {"data": {"balance": "12.30", "state": "ok"}, "code": 0}
LINES = [Watched(Line(f"l{n}", "telnyx")) for n in range(3)] + [Watched(Line("other", "plivo"))]
PEOPLE = People(
    (ChannelFacts("phone", min_severity=Severity.CRITICAL), ChannelFacts("mail"), ChannelFacts("chat"))
)
DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'm.db'}", key_folder=tmp_path)
    yield opened
    opened.close()


def change(store: Store, answer: object, at: timedelta = timedelta(0)) -> Drift:
    drift = Drift("telnyx")
    for _ in range(LEARN):
        drift.note("balance", GOOD, store.vault(), NOW + at)
    drift.note("balance", answer, store.vault(), NOW + at)
    return drift


def test_one_notice_for_all_lines_of_the_carrier_and_none_twice(store: Store) -> None:
    assert tell_drift(store, PEOPLE, LINES, NOW) == 0
    drift = change(store, {"data": {"state": "ok"}, "code": 0})
    assert tell_drift(store, PEOPLE, LINES, NOW) == 1
    assert tell_drift(store, PEOPLE, LINES, NOW + DAY) == 0
    sent = store.claim_deliveries(NOW, 9, timedelta(minutes=1))
    assert {d.channel for d in sent} == {"mail", "chat"}
    rows = store.notices()
    assert {row.notice.id for row in rows} == {rows[0].notice.id}
    facts = dict(rows[0].notice.why.facts)
    assert (facts["carrier"], facts["lines"], facts["fields"]) == ("telnyx", 3, 1)
    drift.note("balance", {"code": 0}, store.vault(), NOW + timedelta(hours=1))
    assert tell_drift(store, PEOPLE, LINES, NOW + timedelta(hours=2)) == 0
    assert tell_drift(store, PEOPLE, LINES, NOW + DAY + timedelta(hours=2)) == 1


@pytest.mark.parametrize(
    ("language", "words"), [("en", "telnyx changed its answers, 3 lines"), ("zh-CN", "涉及 3 个号码")]
)
def test_its_words(store: Store, language: str, words: str) -> None:
    change(store, {"data": {"state": "ok"}, "code": 0})
    tell_drift(store, PEOPLE, LINES, NOW)
    notice = store.notices()[0].notice
    message = TemplateComposer(lambda _: language, lambda _: "Asia/Shanghai").bulletin(
        notice, (), "mail", NOW
    )
    assert words in message.subject
    assert "data.balance" in message.text
    assert "support-bundle" in message.text
    assert "12.30" not in message.text


def test_a_word_that_nobody_knows_is_told_once_and_across_restarts(store: Store) -> None:
    for _ in range(3):
        Drift("telnyx").words(["telnyx status: 'HALF_OFF'"], store.vault(), NOW)
    assert tell_drift(store, PEOPLE, LINES, NOW) == 1
    facts = dict(store.notices()[0].notice.why.facts)
    assert (facts["fields"], facts["words"], facts["detail"]) == (0, 1, "telnyx status: 'HALF_OFF'")
    assert len(changes("telnyx", store.vault())) == 1
