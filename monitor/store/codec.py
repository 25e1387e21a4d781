"""Values to JSON and back. What an older or a newer version wrote must load; what cannot be read must not stop the daemon."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import fields, replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from monitor.core.notice import Notice
from monitor.core.reading import Event, Failure, Reading, Seen
from monitor.core.state import LineState

log = logging.getLogger(__name__)

_KINDS: dict[str, type[Reading | Failure | Event]] = {"reading": Reading, "failure": Failure, "event": Event}


_adapters: dict[Any, TypeAdapter[Any]] = {}


def _adapter(what: Any) -> TypeAdapter[Any]:
    """Return the one adapter for a type: building it costs milliseconds, using it microseconds."""
    found = _adapters.get(what)
    if found is None:
        found = _adapters[what] = TypeAdapter(what)
    return found


def dump(value: LineState | Notice | Seen) -> str:
    """Write a value as compact JSON; what has its default value (nothing reported) is left out."""
    return _adapter(type(value)).dump_json(value, exclude_defaults=True).decode()


def kind_of(seen: Seen) -> str:
    """Name the kind of an observation as it is stored."""
    match seen:
        case Reading():
            return "reading"
        case Failure():
            return "failure"
        case Event():
            return "event"


def load_notice(data: str) -> Notice:
    """Read a notice."""
    notice: Notice = _adapter(Notice).validate_json(data)
    return notice


def load_seen(rows: Iterable[tuple[str, str]]) -> list[Seen]:
    """Read observations from (kind, JSON); one that cannot be read is left out and told in the log."""
    found: list[Seen] = []
    unreadable = 0
    validators = {kind: _adapter(of).validator.validate_json for kind, of in _KINDS.items()}
    for kind, data in rows:
        try:
            found.append(validators[kind](data))
        except (KeyError, ValidationError):
            unreadable += 1
    if unreadable:
        log.error("%d stored observations cannot be read by this version and were left out", unreadable)
    return found


def load_state(line: str, data: str | None) -> tuple[LineState, bool]:
    """Read a line's state; return it with True where something had to be left behind.

    What cannot be read is left out field by field, so that a changed forecast never costs the open episodes.
    """
    if data is None:
        return LineState(), False
    try:
        return _adapter(LineState).validate_json(data), False
    except ValidationError:
        pass
    state, lost = LineState(), []
    try:
        stored = json.loads(data)
    except ValueError:
        stored = None
    if not isinstance(stored, dict):
        stored, lost = {}, ["everything"]
    for field in fields(LineState):
        if field.name in stored:
            try:
                value = _adapter(_hints()[field.name]).validate_python(stored[field.name], strict=False)
                state = replace(state, **{field.name: value})
            except ValidationError:
                lost.append(field.name)
    log.error(
        "line %s: its stored state cannot be read by this version; starting anew without: %s. "
        "Nothing to do, unless you went back to an older version by mistake",
        line,
        ", ".join(lost),
    )
    return state, True


@cache
def _hints() -> dict[str, Any]:
    from typing import get_type_hints  # noqa: PLC0415 - only the rare rescue needs it

    return get_type_hints(LineState)
