"""What holds for every connector and preset: good answers are read, every other one is a failure and never a fact."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from contracts.cases import CASES, Case
from contracts.cases_china import CHINA
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers.bench import Bench, bench

from monitor.clock import monotonic
from monitor.core.money import Money
from monitor.core.reading import Failure, Reading
from monitor.core.words import FailureKind, Status
from monitor.mock.faults import Fault, FaultKind

K, F = FaultKind, FailureKind

FAULTS = {
    K.HTTP_400: {F.UNSUPPORTED, F.AUTH},  # a login that is answered 400 was refused
    K.HTTP_401: {F.AUTH},
    K.HTTP_403: {F.AUTH},
    K.HTTP_404: {F.NOT_FOUND, F.AUTH},
    K.HTTP_429: {F.RATE_LIMITED},
    K.HTTP_500: {F.UNREACHABLE},
    K.HTTP_501: {F.UNSUPPORTED, F.NOT_FOUND, F.AUTH},
    K.HTTP_503: {F.MAINTENANCE},
    K.LOGIN_PAGE: {F.AUTH},
    K.CAPTCHA: {F.BLOCKED},
    K.MAINTENANCE: {F.MAINTENANCE},
    K.REDIRECT: {F.MALFORMED},
    K.LOGIN_REDIRECT: {F.AUTH, F.MALFORMED},  # a login that is sent elsewhere by its own login path
    K.SLOW: {F.TIMEOUT},
    K.HANG: {F.TIMEOUT},
    K.TRUNCATED: {F.MALFORMED},
    K.GARBAGE: {F.MALFORMED},
    K.EMPTY: {F.MALFORMED},
    K.NULLS: {F.MALFORMED, F.AUTH, F.NOT_FOUND},  # a login whose token is null has failed
    K.STRINGS: {F.MALFORMED, F.AUTH, F.NOT_FOUND},  # what is named otherwise is not this line's
    K.HUGE: {F.MALFORMED},
    K.BOMB: {F.MALFORMED},
    K.RESET: {F.UNREACHABLE},
}
RETRY_AFTER = "120"


@pytest.fixture(params=[*CASES, *CHINA], ids=str)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture
def box(case: Case) -> Iterator[Bench]:
    with bench(case.carrier) as opened:
        opened.answers = {
            path: (lambda _, answer=answer: copy.deepcopy(answer)) for path, answer in case.answers.items()
        }
        yield opened


def ask(box: Bench, case: Case, url: str = "", **more: str) -> Reading | Failure:
    given_ = {k: v.replace("{here}", url or box.url) for k, v in case.given.items()}
    return box.ask(url or box.url, **given_, **more)


def test_a_good_answer_is_read(case: Case, box: Bench) -> None:
    seen = ask(box, case)
    assert isinstance(seen, Reading), seen
    assert {name: getattr(seen, name) for name in case.expected} == dict(case.expected)


@pytest.mark.parametrize("kind", list(FAULTS), ids=str)
def test_a_spoilt_answer_is_a_failure_of_its_kind(kind: FaultKind, case: Case, box: Bench) -> None:
    box.fault = Fault(kind, retry_after=RETRY_AFTER if kind in {K.HTTP_429, K.HTTP_503} else "")
    box.seconds = 0.15 if kind in {K.SLOW, K.HANG} else 20
    started = monotonic()
    seen = ask(box, case)
    box.stopping.set()
    assert monotonic() - started < 10, "held past its deadline"
    assert isinstance(seen, Failure)
    assert seen.kind in FAULTS[kind], seen
    wanted = timedelta(seconds=120) if kind in {K.HTTP_429, K.HTTP_503} else None
    assert seen.retry_after == wanted
    assert seen.message
    said = repr(seen)
    assert not [secret for secret in case.secrets if secret in said]


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        yield (*path, key)
        yield from leaves(inner, (*path, key))


ODD: list[Any] = [
    None,
    "string",
    "",
    1e308,
    -1e308,
    -3.402823669209385e38,
    10**400,
    "9" * 400,
    "NaN",
    "1e999999",
    [],
    {},
    [[[]]],
    "<html>login</html>",
    "2026-02-30T25:61:61Z",
    "XXX",
]
_MISSING = "missing"


def spoil(answer: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(answer)
    place = changed
    for key in path[:-1]:
        place = place[key]
    if value is _MISSING:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return changed


def must_hold(seen: Reading | Failure, good: Reading) -> None:
    """Whatever came, nothing is invented: each figure is the good one or absent, the status is the good one or unknown."""
    if isinstance(seen, Failure):
        return
    for field in dataclasses.fields(Reading):
        before, after = getattr(good, field.name), getattr(seen, field.name)
        if isinstance(after, Money) and before != after:
            assert before is not None, field.name
            assert abs(after.amount) < 10**12
            assert after.amount != 0 or before.amount == 0, f"{field.name} became zero"
    assert seen.status in {good.status, Status.UNKNOWN}


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(data=st.data())
def test_an_odd_value_in_any_place_invents_nothing(data: st.DataObject, case: Case, box: Bench) -> None:
    box.vault.kept.clear()
    good = ask(box, case)
    assert isinstance(good, Reading)
    path = data.draw(st.sampled_from(sorted(case.answers)))
    places = list(leaves(case.answers[path]))
    spot = data.draw(st.sampled_from(places))
    value = data.draw(st.sampled_from([*ODD, _MISSING]))
    changed = spoil(case.answers[path], spot, value)
    body = json.dumps(changed).encode()
    box.vault.kept.clear()
    before = box.answers[path]
    box.answers[path] = lambda _: (200, {}, body)
    try:
        must_hold(ask(box, case), good)
    finally:
        box.answers[path] = before


@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_every_odd_value_in_every_place_invents_nothing(case: Case, box: Bench) -> None:
    good = ask(box, case)
    assert isinstance(good, Reading)
    for path, answer in case.answers.items():
        before = box.answers[path]
        for spot in leaves(answer):
            for value in (*ODD, _MISSING):
                body = json.dumps(spoil(answer, spot, value)).encode()
                box.answers[path] = lambda _, body=body: (200, {}, body)
                box.vault.kept.clear()
                must_hold(ask(box, case), good)
        box.answers[path] = before


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=15,
)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(body=JSON.map(lambda v: json.dumps(v).encode()) | st.binary(max_size=200))
def test_foreign_answers_are_failures(body: bytes, case: Case, box: Bench) -> None:
    good = dict(box.answers)
    box.answers = {path: (lambda _: (200, {}, body)) for path in case.answers}
    box.vault.kept.clear()
    try:
        assert isinstance(ask(box, case), Failure)
    finally:
        box.answers = good
