"""An acknowledge link: forged, expired, replayed, opened by GET, for another's line; and used."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from conftest import HOUR, NOW, Surface, notice

from monitor.core.ack import Action, Grant, mint
from monitor.messages.speech import Speech
from monitor.messages.words import shipped


def test_opening_a_link_changes_nothing_however_often(surface: Surface) -> None:
    before = surface.store.states(["home"])
    for method in ("GET", "HEAD", "GET"):
        assert surface.ask(method, surface.link()).status == 200
    for action in Action:
        assert surface.ask("GET", f"{surface.link(action)}?action={action}").status == 200
    assert surface.store.states(["home"]) == before
    assert set(surface.queued().values()) == {"queued"}
    assert surface.told() == []


def test_the_page_shows_every_choice_and_escapes_what_it_quotes(surface: Surface) -> None:
    page = surface.ask("GET", surface.link())
    assert all(f'value="{action}"' in page.text for action in Action)
    assert "pay by Thursday (ann) &lt;b&gt;&amp;" in page.text
    assert "+86138" not in page.text
    only = surface.ask("GET", surface.link("paid"))
    assert 'value="paid"' in only.text
    assert 'value="snooze"' not in only.text


@pytest.mark.parametrize("action", ["paid", "working"])
def test_used_it_stops_the_ladder_on_every_channel(surface: Surface, action: str) -> None:
    assert surface.ask("POST", surface.link(), {"action": action}).status == 200
    assert surface.queued() == {"mail": "superseded", "push": "superseded", "boss": "superseded"}
    episode = surface.store.states(["home"])["home"].episode("money")
    assert episode is not None
    assert episode.acked_at == NOW
    assert surface.told() == [f"{action} by ann"]
    assert surface.queued("office") == {"bobs": "queued"}


def test_a_push_button_needs_no_form(surface: Surface) -> None:
    assert surface.ask("POST", surface.link("paid")).status == 200
    assert surface.told() == ["paid by ann"]


def test_a_replay_is_refused_politely_and_recorded(surface: Surface) -> None:
    surface.ask("POST", surface.link(), {"action": "snooze"})
    surface.clock.now += HOUR
    again = surface.ask("POST", surface.link(), {"action": "snooze"})
    assert again.status == 409
    assert "has been given with it already" in again.text
    assert surface.told() == ["snooze by ann", "refused: used by ann"]
    episode = surface.store.states(["home"])["home"].episode("money")
    assert episode is not None
    assert episode.snoozed_until == NOW + 12 * HOUR
    assert "Already answered" in surface.ask("GET", surface.link()).text


def test_a_snooze_brings_the_notice_again_when_it_ends(surface: Surface) -> None:
    surface.ask("POST", surface.link("snooze"))
    [again, first] = surface.store.notices("home")
    assert first.notice == notice("home")
    assert again.notice == replace(notice("home"), stage="likely@20261123T090000")
    due = surface.store.claim_deliveries(NOW + 12 * HOUR, 9, HOUR)
    assert {(d.channel, d.notice.id) for d in due if d.notice.id == again.notice.id} == {
        ("mail", again.notice.id), ("push", again.notice.id),
    }  # fmt: skip
    assert not [d for d in surface.store.claim_deliveries(NOW + 11 * HOUR, 9, HOUR) if "@" in d.notice.stage]


def test_an_expired_link_is_refused_and_recorded(surface: Surface) -> None:
    link = surface.link()
    surface.clock.now += timedelta(days=7)
    assert surface.ask("GET", link).status == 410
    assert surface.ask("POST", link, {"action": "paid"}).status == 410
    assert set(surface.queued().values()) == {"queued"}
    assert [e.facts()["reason"] for e in surface.store.trail() if e.kind == "refused_link"] == ["expired"]


@pytest.mark.parametrize(
    "spoil", [lambda p: p[:-1] + ("A" if p[-1] != "A" else "B"), lambda p: p + "A", lambda _: "/a/x"]
)
def test_a_forged_link_is_refused_and_recorded(surface: Surface, spoil) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  lambdas
    link = spoil(surface.link("paid"))
    refused = surface.ask("POST", link)
    assert refused.status == 404
    assert "does nothing any more" in refused.text
    assert set(surface.queued().values()) == {"queued"}
    assert [e.facts()["reason"] for e in surface.store.trail() if e.kind == "refused_link"] == ["forged"]


def test_a_link_for_anothers_line_is_refused(surface: Surface) -> None:
    """Rightly signed, but bob does not hear of ann's line: the settings changed since, or a key leaked."""
    grant = Grant(notice("home").id, "bob", NOW + HOUR, Action.PAID)
    link = f"/a/{mint(surface.answers.key(), grant)}"
    assert surface.ask("GET", link).status == 404
    assert surface.ask("POST", link).status == 404
    assert set(surface.queued().values()) == {"queued"}


def test_a_link_made_for_one_answer_gives_no_other(surface: Surface) -> None:
    assert surface.ask("POST", surface.link("snooze"), {"action": "paid"}).status == 404
    assert set(surface.queued().values()) == {"queued"}


def test_an_answer_that_does_not_exist_is_refused(surface: Surface) -> None:
    for form in ({"action": "explode"}, None):
        refused = surface.ask("POST", surface.link(), form)
        assert refused.status == 400
        assert "No answer was chosen" in refused.text
    assert [e.facts()["reason"] for e in surface.store.trail() if e.kind == "refused_link"] == ["unchosen"]
    assert set(surface.queued().values()) == {"queued"}


def test_what_is_over_needs_no_answer(surface: Surface) -> None:
    surface.store.update("home", lambda s: (replace(s, episodes=()), ()), NOW)
    refused = surface.ask("POST", surface.link(), {"action": "paid"})
    assert refused.status == 410
    assert "is over" in refused.text
    assert surface.told() == ["refused: over by ann"]


def test_not_mine_goes_on_and_tells_the_second_contact_now(surface: Surface) -> None:
    page = surface.ask("POST", surface.link(), {"action": "not_mine"})
    assert "The second contact is told now" in page.text
    assert set(surface.queued().values()) == {"queued"}
    assert "boss" in {d.channel for d in surface.store.claim_deliveries(NOW, 9, HOUR)}
    alone = surface.ask("POST", surface.link(line="office", channel="bobs"), {"action": "not_mine"})
    assert "ESCALATE_TO" in alone.text


def test_pages_speak_the_readers_language_and_refusals_the_browsers(surface: Surface) -> None:
    theirs = surface.ask("GET", surface.link(line="office", channel="bobs")).text
    assert "我已缴费" in theirs
    assert Speech(shipped("zh-CN").table("language"), ZoneInfo("Asia/Shanghai"), NOW).when(NOW) in theirs
    ours = surface.ask("GET", surface.link()).text
    assert "I have paid" in ours
    assert Speech(shipped("en").table("language"), ZoneInfo("Asia/Shanghai"), NOW).when(NOW) in ours
    chinese = {"Accept-Language": "fr;q=0.9, zh-CN, en"}
    assert "链接" in surface.ask("GET", "/a/x", headers=chinese).text


def test_a_link_reveals_nothing(surface: Surface) -> None:
    for action in ("answer", *Action):
        link = surface.link(action)
        assert "home" not in link
        assert "ann" not in link.removeprefix("/a/")[:3]
        assert len(link) == len(surface.link())
