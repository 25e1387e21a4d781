"""The mock carrier keeps honest books on a virtual clock, and spoils answers on demand."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from monitor.mock.faults import Fault, FaultKind
from monitor.mock.scenario import BadScenario, load, parse, span
from monitor.mock.server import MockCarrier
from monitor.mock.web import Request, dumps
from monitor.mock.world import World


def get(carrier: MockCarrier, path: str, **query: str) -> tuple[int, object]:
    response = carrier.answer(Request("GET", path, query, {}))
    return response.status, json.loads(response.body)


def post(carrier: MockCarrier, path: str, body: object) -> tuple[int, dict[str, object]]:
    response = carrier.answer(Request("POST", path, {}, {}, json.dumps(body).encode()))
    return response.status, json.loads(response.body)


@pytest.fixture
def carrier() -> MockCarrier:
    box = MockCarrier("demo", speed=0)
    box.stop()
    return box


@pytest.mark.parametrize("name", ["demo", "prepaid", "terminated", "rough"])
def test_every_shipped_scenario_plays_to_its_end(name: str) -> None:
    world = World(load(name), speed=0)
    for stage in load(name).stages:
        if stage.name != world.stage:
            world.jump(stage.name)
        assert world.stage == stage.name


def test_the_balance_burns_with_time_and_stops_with_the_service(carrier: MockCarrier) -> None:
    world = carrier.world
    world.advance(timedelta(days=2))
    assert world.accounts[0].balance_now(world.now()) == Decimal("67.20")
    post(carrier, "/_mock/cut", {})
    before = world.accounts[0].balance_now(world.now())
    world.advance(timedelta(hours=20))
    assert world.accounts[0].balance_now(world.now()) == before


def test_a_payment_settles_the_oldest_bill_first_and_the_rest_is_credit(carrier: MockCarrier) -> None:
    post(carrier, "/_mock/stage", {"name": "due"})
    _, state = post(carrier, "/_mock/pay", {"amount": "60.00"})
    line = state["lines"][0]
    assert (line["owed"], line["balance"]) == ("0.00", "37.10")


def test_one_way_bar_closes_the_outgoing_service_only(carrier: MockCarrier) -> None:
    post(carrier, "/_mock/stage", {"name": "one-way-bar"})
    _, services = get(carrier, "/tmf-api/serviceInventory/v4/service")
    assert {s["name"]: s["isServiceEnabled"] for s in services} == {
        "voice_out": False,
        "voice_in": True,
        "data": True,
    }


def test_lists_are_paged_with_206_and_a_total(carrier: MockCarrier) -> None:
    path = "/tmf-api/serviceInventory/v5/service"
    response = carrier.answer(Request("GET", path, {"offset": "2", "limit": "2"}, {}))
    assert (response.status, response.headers["X-Total-Count"], response.headers["X-Result-Count"]) == (
        206,
        "3",
        "1",
    )


def test_filters_follow_attribute_paths(carrier: MockCarrier) -> None:
    path = "/tmf-api/productInventory/v4/product"
    assert len(get(carrier, path, **{"realizingResource.value": "+8613812348000"})[1]) == 1
    assert get(carrier, path, **{"realizingResource.value": "+49"})[1] == []


def test_a_fault_counts_down_and_ends(carrier: MockCarrier) -> None:
    carrier.world.faults = Fault.read({"kind": "http_503", "times": 2, "path": "bill"})
    assert carrier.fault_for("/other") is None
    assert [f.kind if (f := carrier.fault_for("/bill")) else None for _ in range(3)] == [
        FaultKind.HTTP_503,
        FaultKind.HTTP_503,
        None,
    ]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/_mock/stage", {"name": "nowhere"}),
        ("/_mock/set", {"balance": "much"}),
        ("/_mock/advance", {"by": "soon"}),
    ],
)
def test_a_wrong_control_request_is_told_and_changes_nothing(
    carrier: MockCarrier, path: str, body: object
) -> None:
    status, answer = post(carrier, path, body)
    assert status == 400
    assert answer["error"]


def test_a_scenario_with_an_unknown_key_is_refused_by_name() -> None:
    with pytest.raises(BadScenario, match="balanse"):
        parse({"line": [{"number": "+1", "balanse": "3"}]})


def test_durations_are_read_in_parts() -> None:
    assert span("1d12h") == timedelta(hours=36)
    with pytest.raises(BadScenario):
        span("soon")


def test_amounts_leave_as_json_numbers_with_all_their_digits() -> None:
    assert dumps({"a": Decimal("12.30")}) == b'{"a": 12.30}'
