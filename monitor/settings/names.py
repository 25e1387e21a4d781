"""Which ``MONITOR_*`` names exist, read from the declarations; and the nearest one to a name that does not."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from monitor.settings.model import Settings

PREFIX = "MONITOR_"
NAME = "<NAME>"
KEY = "<KEY>"


@dataclass(frozen=True, slots=True)
class Variable:
    """One declared variable; ``<NAME>`` and ``<KEY>`` stand for what the user chooses."""

    pattern: str
    field: FieldInfo


def variables(model: type[BaseModel] = Settings, prefix: str = PREFIX) -> Iterator[Variable]:
    """Yield every declared variable in the order of declaration."""
    for name, field in model.model_fields.items():
        here = prefix + name.upper()
        inner = _model_of(field.annotation)
        if typing.get_origin(field.annotation) is dict:
            value = typing.get_args(field.annotation)[1]
            inner = _model_of(value)
            if inner is None:
                yield Variable(f"{here}__{KEY}", field)
            else:
                yield from variables(inner, f"{here}__{NAME}__")
        elif inner is not None:
            yield from variables(inner, f"{here}__")
        else:
            yield Variable(here, field)


def _model_of(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return next((m for a in typing.get_args(annotation) if (m := _model_of(a))), None)
    return None


def known(name: str) -> Variable | None:
    """Return the declaration that a full variable name fits, or None."""
    return next((v for v in _ALL if _fits(v.pattern, name)), None)


def _fits(pattern: str, name: str) -> bool:
    want, have = pattern.split("__"), name.split("__")
    if want[-1] == KEY and len(have) > len(want):
        have = [*have[: len(want) - 1], "__".join(have[len(want) - 1 :])]
    return len(want) == len(have) and all(
        w == h or (w in (NAME, KEY) and h) for w, h in zip(want, have, strict=True)
    )


def nearest(name: str) -> str | None:
    """Return the declared name most like ``name``, with the user's own words kept in their places."""
    candidates = {_fill(v.pattern, name) for v in _ALL}
    found = difflib.get_close_matches(name, sorted(candidates), n=1, cutoff=0.6)
    return found[0] if found else None


def _fill(pattern: str, name: str) -> str:
    have = name.split("__")
    parts = pattern.split("__")
    return "__".join(have[i] if p in (NAME, KEY) and i < len(have) else p for i, p in enumerate(parts))


_ALL = tuple(variables())
