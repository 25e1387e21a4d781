"""Answers that no carrier should give: addresses that are none, one name said twice, amounts that look like nothing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from servers.bench import Bench, bench

from monitor.core.words import FailureKind

GIVEN = {"path": "/me", "auth_kind": "bearer", "token": "tok-12345678", "balance": "b", "currency": "NOK"}


@pytest.fixture(scope="module")
def box() -> Iterator[Bench]:
    with bench("http-json") as running:
        yield running


@pytest.mark.parametrize(
    "place",
    [
        "http://[bad",
        "http://127.0.0.1:x/",
        "http://127.0.0.1:99999/",
        "//evil.example/",
        "file:///etc/passwd",
    ],
)
def test_a_redirect_to_nowhere_is_malformed_and_not_followed(box: Bench, place: str) -> None:
    box.answers["/me"] = (302, {"Location": place}, {})
    failure = box.fail(box.url, **GIVEN)
    assert failure.kind is FailureKind.MALFORMED
    assert "redirects to" in failure.message


@pytest.mark.parametrize("port", [8443, 443])
def test_credentials_go_to_no_other_port_of_the_same_host(box: Bench, port: int) -> None:
    box.answers["/me"] = (302, {"Location": f"https://127.0.0.1:{port}/me"}, {})
    assert "not followed" in box.fail(box.url, **GIVEN).message


def test_one_name_with_two_values_is_no_answer(box: Bench) -> None:
    box.answers["/me"] = (200, {}, b'{"b": "5.00", "b": "0"}')
    failure = box.fail(box.url, **GIVEN)
    assert (failure.kind, "twice" in failure.message) == (FailureKind.MALFORMED, True)
    box.answers["/me"] = (200, {}, b'{"b": "5.00", "b": "5.00"}')
    assert box.read(box.url, **GIVEN).balance is not None


def test_a_negative_zero_is_zero_and_no_debt(box: Bench) -> None:
    box.answers["/me"] = {"b": "-0.00"}
    seen = box.read(box.url, **GIVEN)
    assert seen.balance is not None
    assert str(seen.balance.amount) == str(Decimal("0.00"))


PAGED = GIVEN | {"balance": "[?id=='1'] | [0].b", "page_items": "items"}
ODD_PAGES = [
    ({"page_kind": "link", "page_next": "next"}, "/me", "circle"),
    ({"page_kind": "link", "page_next": "next"}, "http://[bad", "no address"),
    ({"page_kind": "link", "page_next": "next"}, "//evil.example/", "another host"),
    ({"page_kind": "cursor", "page_next": "next", "page_param": "c"}, "same", "every page"),
    ({"page_kind": "page", "page_param": "p", "page_total": "next"}, 40, "every page"),
]


@pytest.mark.parametrize(("page", "onward", "said"), ODD_PAGES)
def test_a_list_without_an_end_is_left_soon(
    box: Bench, page: dict[str, str], onward: object, said: str
) -> None:
    box.answers["/me"] = {"items": [{"id": "1", "b": "5"}], "next": onward}
    before = len(box.asked)
    failure = box.fail(box.url, **PAGED, **page)
    assert failure.kind is FailureKind.MALFORMED
    assert said in failure.message
    assert len(box.asked) - before <= 2
