"""TM Forum notifications, in each of the shapes that the files show."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from servers.bench import NOW, NUMBER, Memory, watch

from monitor.carriers import _access
from monitor.carriers._auth import Auth
from monitor.carriers._values import Malformed
from monitor.carriers.tmf.events import Hub, read
from monitor.mock.server import MockCarrier
from monitor.ports import Round

SERVICE = {"id": "s1", "state": "suspended", "supportingResource": [{"id": NUMBER}]}
AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
SHAPES: list[dict[str, Any]] = [
    {"eventId": "e1", "eventType": "ServiceStateChangeEvent", "eventTime": "2026-11-23T08:00:00Z", "event": {"service": SERVICE}},
    {"eventId": "e1", "eventType": "ServiceStateChangeEvent", "timeOcurred": "2026-11-23T08:00:00Z", "event": {"service": SERVICE}},
    {"eventId": "e1", "eventType": "ServiceStateChangeEvent", "timeOccurred": "2026-11-23T08:00:00Z", "payload": {"service": SERVICE}},
]  # fmt: skip


@pytest.mark.parametrize("data", SHAPES)
def test_each_shape_is_the_same_notification(data: dict[str, Any]) -> None:
    found = read(data)
    assert (found.id, found.kind, found.at, found.resource) == (
        "e1",
        "ServiceStateChangeEvent",
        AT,
        "service",
    )
    assert found.about(NUMBER)
    assert not found.about("+447700900123")


@pytest.mark.parametrize(
    "data", [[], {}, {"eventType": "x", "event": "text"}, {"eventType": "x", "eventTime": "soon"}]
)
def test_what_is_no_notification_is_refused(data: Any) -> None:
    with pytest.raises(Malformed):
        read(data)


def test_a_registration_is_made_and_ended_and_ended_again() -> None:
    with MockCarrier("demo", speed=0, start=NOW) as mock:
        prefix = f"{mock.url}/tmf-api/serviceInventory/v4"
        line = watch(mock.url)
        left = _access.Left(10)
        hub = Hub(_access.http_for([line]), Auth(line.access), Round(NOW, 10, Memory()), left)
        id_ = hub.register(prefix, "https://me.example/listener", "eventType=ServiceStateChangeEvent")
        assert mock.world.extra["tmf.hubs"][id_]["callback"] == "https://me.example/listener"
        hub.end(prefix, id_)
        hub.end(prefix, id_)
        assert mock.world.extra["tmf.hubs"] == {}
