"""One kind of resource of many lines, found by id, by reference and by number without looking through all of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property

from monitor.carriers.tmf.client import Resource
from monitor.carriers.tmf.naming import names, refs, resource_id, same_number

_TAIL = 8
"""Digits that two writings of one number always share at their end."""

Index = dict[str, list[int]]


class Shelf:
    """Resources in the operator's order. Each index is made when it is first asked for."""

    def __init__(self, items: Iterable[Resource] = ()) -> None:
        self.items = list(items)
        self._by_ref: dict[str, Index] = {}

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.items)

    def with_id(self, ids: Collection[str]) -> list[Resource]:
        """Return those whose id is one of ``ids``."""
        return self._picked(self._by_id, ids)

    def pointing(self, key: str, ids: Collection[str]) -> list[Resource]:
        """Return those whose reference ``key`` names one of ``ids``."""
        if not ids:
            return []
        if key not in self._by_ref:
            self._by_ref[key] = _index(self.items, lambda item: refs(item, key))
        return self._picked(self._by_ref[key], ids)

    def of_number(self, number: str) -> list[Resource]:
        """Return those that name a phone number, however it is written."""
        near = self._picked(self._by_tail, (_tail(number),))
        return [item for item in near if any(same_number(said, number) for said in names(item))]

    @cached_property
    def _by_id(self) -> Index:
        return _index(self.items, lambda item: (resource_id(item),))

    @cached_property
    def _by_tail(self) -> Index:
        return _index(self.items, lambda item: {_tail(said) for said in names(item)} - {""})

    def _picked(self, index: Index, keys: Iterable[str]) -> list[Resource]:
        return [self.items[i] for i in sorted({i for key in keys for i in index.get(key, ())})]


def _index(items: Iterable[Resource], keys: Callable[[Resource], Iterable[str]]) -> Index:
    found: Index = defaultdict(list)
    for i, item in enumerate(items):
        for key in keys(item):
            found[key].append(i)
    return dict(found)


def _tail(said: str) -> str:
    return re.sub(r"\D", "", said)[-_TAIL:]
