"""Frozen values: a copy with some fields changed, made only where something changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import replace as changed
else:

    def changed(value: Any, **new: Any) -> Any:
        """A frozen value with some fields changed, or the very same value where they hold that already.

        For the values that each look at a line copies, which have many fields: like :func:`dataclasses.replace`, in a third of its
        time, for classes with slots that check nothing as they are made. Not for writing the same otherwise: an instant in another
        zone is equal, and stays as it was.
        """
        kind = type(value)
        read, writers = _access(kind)
        for name, wanted in new.items():
            held = getattr(value, name)
            if held is not wanted and held != wanted:
                break
        else:
            return value
        copy = object.__new__(kind)
        for write, held in zip(writers.values(), read(value), strict=True):
            write(copy, held)
        for name, wanted in new.items():
            writers[name](copy, wanted)
        return copy


@cache
def _access(kind: type[Any]) -> tuple[Callable[[Any], Any], dict[str, Callable[[Any, Any], None]]]:
    """What reads all fields of a class, and what writes each of them."""
    names = [f.name for f in fields(kind)]
    return attrgetter(*names), {name: kind.__dict__[name].__set__ for name in names}


__all__ = ["changed"]
