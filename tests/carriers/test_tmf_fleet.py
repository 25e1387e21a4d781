"""Fleets at one operator: lists are read once for all who ask at about the same time, whatever their number."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from servers.bench import NOW, Bench, bench

from monitor.carriers.tmf import together
from monitor.carriers.tmf.naming import same_number
from monitor.carriers.tmf.shelf import Shelf
from monitor.core.reading import Failure, Reading
from monitor.core.words import FailureKind, Status
from monitor.ports import Round, Watched

FLEET = 2_500
"""More than is read for one line alone."""


@pytest.fixture
def tmf() -> Iterator[Bench]:
    with bench("tmf") as box:
        yield box


def number(i: int) -> str:
    return f"+4915100{i:06}"


def serve(tmf: Bench, size: int = FLEET) -> None:
    services = [
        {"id": str(i), "state": "active", "isServiceEnabled": i % 7 != 3, "supportingResource": [{"id": number(i)}]}
        for i in range(size)
    ]  # fmt: skip

    def page(query: str) -> Any:
        given = dict(part.split("=") for part in query.split("&"))
        start = int(given["offset"])
        part = services[start : start + int(given["limit"])]
        return (206, {"X-Total-Count": str(size)}, part)

    tmf.answers["/service"] = page


def lines(tmf: Bench, size: int = FLEET, **given: str) -> list[Watched]:
    return [
        tmf.line(service_url=tmf.url, name=f"l{i}", number=number(i), page_size="500", **given)
        for i in range(size)
    ]


def stopped(seen: Mapping[str, Reading | Failure]) -> set[str]:
    assert all(isinstance(r, Reading) for r in seen.values())
    return {name for name, r in seen.items() if isinstance(r, Reading) and r.status is Status.SUSPENDED}


def test_rounds_of_one_fleet_that_meet_read_its_lists_once(
    tmf: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "GOOD_FOR", 1e6)  # however fast this machine is
    serve(tmf)
    fleet, round_ = lines(tmf), Round(NOW, 60, tmf.vault)
    parts = [fleet[i : i + 500] for i in range(0, FLEET, 500)]
    with ThreadPoolExecutor(5) as pool:
        seen = list(pool.map(lambda part: tmf.carrier.fetch(part, round_), parts))
    assert len(tmf.asked) == FLEET / 500
    assert stopped({name: r for one in seen for name, r in one.items()}) == {
        f"l{i}" for i in range(FLEET) if i % 7 == 3
    }


def test_a_reading_from_a_kept_list_has_the_age_of_the_list(
    tmf: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "GOOD_FOR", 1e6)
    serve(tmf, 10)
    first, second = lines(tmf, 5), lines(tmf, 10)[5:]
    tmf.carrier.fetch(first, Round(NOW, 60, tmf.vault))
    seen = tmf.carrier.fetch(second, Round(NOW + timedelta(minutes=2), 60, tmf.vault))
    assert {r.observed_at for r in seen.values()} == {NOW}
    assert len(tmf.asked) == 1


def test_one_line_of_a_long_list_is_read_too(tmf: Bench) -> None:
    serve(tmf)
    line = tmf.line(service_url=tmf.url, name="l3", number=number(3))
    assert stopped(tmf.carrier.fetch([line], Round(NOW, 60, tmf.vault))) == {"l3"}


def test_an_old_list_is_read_anew(tmf: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "GOOD_FOR", 0.0)
    serve(tmf, 10)
    for minute in range(3):
        tmf.carrier.fetch(lines(tmf, 10), Round(NOW + timedelta(minutes=minute), 60, tmf.vault))
    assert len(tmf.asked) == 3


def test_a_list_that_failed_is_kept_for_those_who_waited_only(
    tmf: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "GOOD_FOR", 1e6)
    monkeypatch.setattr(together, "IN_TROUBLE", 0.0)
    tmf.answers["/service"] = (503, {}, {})
    seen = tmf.carrier.fetch(lines(tmf, 2), Round(NOW, 60, tmf.vault))
    assert {r.kind for r in seen.values() if isinstance(r, Failure)}
    serve(tmf, 10)
    assert stopped(tmf.carrier.fetch(lines(tmf, 10), Round(NOW, 60, tmf.vault))) == {"l3"}


def test_who_does_not_get_its_turn_in_time_says_so(tmf: Bench) -> None:
    serve(tmf, 10)
    fleet, entered, leave = lines(tmf, 10), threading.Event(), threading.Event()
    quick = tmf.answers["/service"]

    def slow(query: str) -> Any:
        entered.set()
        leave.wait(30)
        return quick(query)

    tmf.answers["/service"] = slow
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(tmf.carrier.fetch, fleet[:5], Round(NOW, 30, tmf.vault))
        entered.wait(30)
        second = tmf.carrier.fetch(fleet[5:], Round(NOW, 0.05, tmf.vault))
        leave.set()
        assert stopped(first.result()) == {"l3"}
    assert {r.kind for r in second.values() if isinstance(r, Failure)} == {FailureKind.TIMEOUT}


def test_lines_whose_query_names_their_number_are_asked_one_by_one(tmf: Bench) -> None:
    fleet = lines(tmf, 3, service_query="msisdn={digits}")
    assert len({tmf.carrier.group(line) for line in fleet}) == 3


def test_the_index_by_number_finds_what_looking_through_all_finds() -> None:
    writings = [
        "+8613812348000",
        "13812348000",
        "tel:+8613812348000",
        "0013812348000",
        "013812348000",
        "12348000",
    ]
    shelf = Shelf([{"id": w, "name": "x"} for w in writings] + [{"id": "+8613812348001"}])
    ours = "+8613812348000"
    by_hand = [item["id"] for item in shelf if same_number(str(item["id"]), ours)]
    assert [item["id"] for item in shelf.of_number(ours)] == by_hand
    assert len(by_hand) >= 3


def test_watched_lines_may_differ_in_their_own_ids_and_share_lists(tmf: Bench) -> None:
    one, other = lines(tmf, 2)
    other = replace(other, access=replace(other.access, options={**other.access.options, "account_id": "7"}))
    assert tmf.carrier.group(one) == tmf.carrier.group(other)
