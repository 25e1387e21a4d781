"""The forwarding phone's webhook: every right form is read, every wrong one is refused."""

import base64
import json
from datetime import datetime, timedelta, timezone
from urllib.parse import quote, urlencode

import pytest

from monitor.intake import webhook
from monitor.intake.webhook import Accepted, Keys, Rejected, accept

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 23, 9, tzinfo=CHINA)
STAMP = str(int(NOW.timestamp() * 1000))
KEYS = Keys(secret="s3cret")
TEXT = "您的话费余额为12.30元。【中国移动】"


class Memory:
    def __init__(self) -> None:
        self.seen: set[str] = set()

    def __call__(self, key: str) -> bool:
        return key in self.seen

    def keep(self, taken: Accepted | Rejected) -> Accepted | Rejected:
        """As the store does with what a message changes."""
        if isinstance(taken, Accepted):
            assert all(until > NOW for until in taken.once.values())
            self.seen |= set(taken.once)
        return taken


def post(
    fields: dict[str, str],
    *,
    form: bool = False,
    keys: Keys = KEYS,
    memory: Memory | None = None,
    **headers: str,
) -> Accepted | Rejected:
    body = urlencode(fields).encode() if form else json.dumps(fields).encode()
    kind = "application/x-www-form-urlencoded" if form else "application/json"
    memory = memory or Memory()
    return memory.keep(accept(headers, body, kind, NOW, keys=keys, used=memory, zone=CHINA))


def signed(stamp: str = STAMP, secret: str = "s3cret", **more: str) -> dict[str, str]:
    return {
        "from": "10086",
        "text": TEXT,
        "timestamp": stamp,
        "sign": quote(webhook.sign(stamp, secret), safe=""),
        **more,
    }


def test_json_with_the_sign_encoded_once_is_taken() -> None:
    taken = post(signed(card="SIM1", device="pixel", received="2026-11-23 08:59:30"))
    assert isinstance(taken, Accepted)
    assert (taken.part.sender, taken.part.text, taken.card, taken.device) == ("10086", TEXT, "SIM1", "pixel")
    assert taken.part.received_at == datetime(2026, 11, 23, 8, 59, 30, tzinfo=CHINA)


def test_a_form_with_the_sign_encoded_twice_is_taken() -> None:
    assert isinstance(post(signed(), form=True), Accepted)


def test_a_form_whose_sign_was_encoded_once_and_lost_its_plus_is_taken() -> None:
    stamp = next(s for s in (str(int(STAMP) + i) for i in range(500)) if "+" in webhook.sign(s, "s3cret"))
    body = (
        f"from=10086&text=hello+there+friend&timestamp={stamp}&sign={webhook.sign(stamp, 's3cret')}".encode()
    )
    assert isinstance(
        accept({}, body, "application/x-www-form-urlencoded", NOW, keys=KEYS, used=Memory()), Accepted
    )


def test_a_get_template_is_read_from_the_query() -> None:
    query = urlencode(signed())
    assert isinstance(accept({}, b"", "", NOW, keys=KEYS, used=Memory(), query=query), Accepted)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        (signed(secret="other"), 401),
        (signed(str(int(STAMP) - 601_000)), 401),
        (signed(str(int(STAMP) + 601_000)), 401),
        ({"from": "10086", "text": TEXT}, 401),
        ({**signed(), "timestamp": "yesterday"}, 401),
        ({**signed(), "timestamp": str(int(STAMP) + 1)}, 401),
        ({**signed(), "text": "   "}, 400),
    ],
    ids=[
        "wrong secret",
        "too old",
        "from the future",
        "no sign",
        "no timestamp",
        "another timestamp",
        "no text",
    ],
)
def test_what_is_wrong_is_refused(fields: dict[str, str], status: int) -> None:
    answer = post(fields)
    assert isinstance(answer, Rejected)
    assert answer.status == status
    assert "s3cret" not in answer.reason


def test_a_replay_is_refused_in_whatever_encoding_it_comes() -> None:
    memory = Memory()
    assert isinstance(post(signed(), memory=memory), Accepted)
    forged = signed() | {"text": "您的号码已停机"}
    assert [
        getattr(post(f, form=form, memory=memory), "status", 200)
        for f, form in ((signed(), False), (forged, True))
    ] == [409, 409]


def test_a_request_whose_message_was_not_stored_may_come_again() -> None:
    memory, body = Memory(), json.dumps(signed()).encode()
    for _ in range(2):
        taken = accept({}, body, "application/json", NOW, keys=KEYS, used=memory)
        assert isinstance(taken, Accepted)
    memory.keep(taken)
    assert getattr(accept({}, body, "application/json", NOW, keys=KEYS, used=memory), "status", 200) == 409


def test_a_wrong_sign_does_not_use_up_the_right_one() -> None:
    memory = Memory()
    post(signed(secret="guess"), memory=memory)
    assert isinstance(post(signed(), memory=memory), Accepted)


def test_the_extra_header_is_asked_for_when_it_is_set() -> None:
    keys = Keys(secret="s3cret", header="h3ader")
    assert getattr(post(signed(), keys=keys), "status", 200) == 401
    assert getattr(post(signed(), keys=keys, **{"X-Intake-Key": "wrong"}), "status", 200) == 401
    assert isinstance(post(signed(), keys=keys, **{"X-Intake-Key": "h3ader"}), Accepted)


def test_without_any_secret_nothing_is_taken() -> None:
    assert getattr(post(signed(), keys=Keys()), "status", 200) == 403


@pytest.mark.parametrize(
    "body", [b"{", b"[1]", b"\xff\xfe", b"{" * 70_000], ids=["cut", "list", "bytes", "long"]
)
def test_odd_bodies_are_refused_not_raised(body: bytes) -> None:
    assert isinstance(accept({}, body, "application/json", NOW, keys=KEYS, used=Memory()), Rejected)


def test_a_rendered_message_loses_its_frame_and_base64_is_decoded() -> None:
    framed = f"10086\n{TEXT}\nSIM1_中国移动\nSubId：1\n2026-11-23 08:59:30\npixel"
    fields = signed()
    del fields["text"]
    taken = post(fields | {"content": framed})
    assert isinstance(taken, Accepted)
    assert taken.part.text == TEXT
    coded = post(signed() | {"text": base64.b64encode(TEXT.encode()).decode()})
    assert isinstance(coded, Accepted)
    assert coded.part.text == TEXT
