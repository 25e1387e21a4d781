"""Links that cannot be forged, stretched, or read; answers that stop one ladder and no other."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.ack import LONGEST_SNOOZE, Action, Grant, Refusal, answer, mint, redeem
from monitor.core.notice import Notice, Why
from monitor.core.state import Episode, LineState
from monitor.core.words import Kind, Severity

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
NOTICE = Notice("home", NOW, Kind.LOW_BALANCE, Severity.WARNING, "likely", "money-1", Why("run_out"))
GRANT = Grant(NOTICE.id, "ann", NOW + WEEK)

actions = st.none() | st.sampled_from(Action)
grants = st.builds(
    Grant, st.binary(min_size=6, max_size=6).map(bytes.hex), st.sampled_from(["", "ann", "美"]),
    st.integers(1, 10_000_000).map(lambda s: NOW + timedelta(seconds=s)), actions,
)  # fmt: skip


@given(grants)
def test_what_was_granted_is_what_is_redeemed(grant: Grant) -> None:
    assert redeem(KEY, mint(KEY, grant), ["ann", "美"], NOW) == grant


@given(grants, st.integers(0, 255), st.integers(1, 255))
def test_a_link_with_any_byte_changed_is_forged(grant: Grant, where: int, flip: int) -> None:
    raw = bytearray(urlsafe_b64decode(mint(KEY, grant) + "=="))
    raw[where % len(raw)] ^= flip
    changed = urlsafe_b64encode(bytes(raw)).decode().rstrip("=")
    assert redeem(KEY, changed, ["ann", "美"], NOW) is Refusal.FORGED


@given(st.text())
def test_noise_is_refused_and_never_raises(noise: str) -> None:
    assert redeem(KEY, noise, ["ann"], NOW) is Refusal.FORGED


@pytest.mark.parametrize("ending", ["A", "=", "==", "\n", " "])
def test_a_token_has_one_spelling(ending: str) -> None:
    assert redeem(KEY, mint(KEY, GRANT) + ending, ["ann"], NOW) is Refusal.FORGED


def test_another_installations_link_is_forged() -> None:
    assert redeem(OTHER_KEY, mint(KEY, GRANT), ["ann"], NOW) is Refusal.FORGED


def test_a_link_expires_to_the_second() -> None:
    token = mint(KEY, GRANT)
    assert redeem(KEY, token, ["ann"], GRANT.expires_at - timedelta(seconds=1)) == GRANT
    assert redeem(KEY, token, ["ann"], GRANT.expires_at) is Refusal.EXPIRED


def test_the_link_of_somebody_who_is_no_longer_a_contact_has_expired() -> None:
    assert redeem(KEY, mint(KEY, GRANT), ["bob"], NOW) is Refusal.EXPIRED


def test_a_link_reveals_neither_line_nor_contact() -> None:
    raw = urlsafe_b64decode(mint(KEY, replace(GRANT, contact="ann-of-the-long-name")) + "==")
    assert b"ann" not in raw
    assert b"home" not in raw


def test_each_answer_counts_once_for_each_contact() -> None:
    uses = {replace(GRANT, contact=c).use(a) for c in ("ann", "bob") for a in Action}
    assert len(uses) == 2 * len(Action)
    assert GRANT.use(Action.PAID) == replace(GRANT, expires_at=NOW + 2 * WEEK).use(Action.PAID)


MONEY = Episode("money-1", "money", NOW, Kind.LOW_BALANCE, Severity.WARNING)
SIGHT = Episode("sight-1", "sight", NOW, Kind.BLIND, Severity.WARNING)
STATE = LineState(episodes=(SIGHT, MONEY))


@pytest.mark.parametrize("action", [Action.PAID, Action.WORKING])
def test_an_answer_stops_its_own_ladder_only(action: Action) -> None:
    after = answer(STATE, NOTICE, action, NOW)
    assert after is not None
    assert after.episode("money") == replace(MONEY, acked_at=NOW)
    assert after.episode("sight") == SIGHT


def test_a_second_answer_does_not_move_the_first() -> None:
    first = answer(STATE, NOTICE, Action.WORKING, NOW)
    assert first is not None
    assert answer(first, NOTICE, Action.PAID, NOW + WEEK) == first


def test_a_snooze_ends_and_is_never_forever() -> None:
    twelve = answer(STATE, NOTICE, Action.SNOOZE, NOW)
    assert twelve is not None
    assert twelve.episode("money") == replace(MONEY, snoozed_until=NOW + timedelta(hours=12))
    long = answer(STATE, NOTICE, Action.SNOOZE, NOW, timedelta(days=9999))
    assert long is not None
    assert long.episode("money") == replace(MONEY, snoozed_until=NOW + LONGEST_SNOOZE)


def test_not_mine_stops_nothing() -> None:
    assert answer(STATE, NOTICE, Action.NOT_MINE, NOW) == STATE


@pytest.mark.parametrize("action", list(Action))
def test_an_answer_to_what_is_over_changes_nothing(action: Action) -> None:
    assert answer(LineState(episodes=(SIGHT,)), NOTICE, action, NOW) is None
