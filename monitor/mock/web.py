"""Requests and responses between the server and the dialects of the mock carrier."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Protocol

from monitor.mock.world import World


@dataclass(frozen=True, slots=True)
class Request:
    """One request, parsed."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = b""

    def json(self) -> Any:
        """Parse the body; an empty one is an empty object."""
        return json.loads(self.body or b"{}", parse_float=Decimal)


@dataclass(frozen=True, slots=True)
class Response:
    """One answer."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class Dialect(Protocol):
    """A module that speaks one carrier's language. It is asked in the order of ``server.DIALECTS``."""

    def answer(self, request: Request, world: World) -> Response | None:
        """Answer, or None when the path is not of this dialect. Called with ``world.lock`` held."""


def dumps(value: object) -> bytes:
    """Write JSON; a ``Decimal`` becomes a JSON number with its digits kept."""
    marks: list[str] = []

    def default(item: object) -> str:
        if isinstance(item, Decimal):
            marks.append(format(item, "f"))
            return f"\0{len(marks) - 1}\0"
        if isinstance(item, datetime):
            return stamp(item)
        raise TypeError(type(item).__name__)

    text = json.dumps(value, default=default, ensure_ascii=False)
    for i, digits in enumerate(marks):
        text = text.replace(f'"\\u0000{i}\\u0000"', digits, 1)
    return text.encode()


def ok(
    value: object, *, status: int = 200, content_type: str = "application/json", **headers: str
) -> Response:
    """Answer with JSON."""
    return Response(status, dumps(value), content_type, {k.replace("_", "-"): v for k, v in headers.items()})


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def page(items: Sequence[Any], offset: int, limit: int) -> Sequence[Any]:
    """Cut one page out of a list."""
    return items[max(0, offset) : max(0, offset) + max(1, limit)]
