"""JMESPath over answers whose numbers are ``Decimal``, and the filling-in of ``{names}``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import jmespath
from jmespath import exceptions, functions

from monitor.carriers import _values

PLACE = re.compile(r"\{([^{}\s\"]+)\}")


class _Decimals(functions.Functions):  # type: ignore[misc]  # jmespath ships no types
    """JMESPath's own number functions refuse ``Decimal``; these take it."""

    @functions.signature({"types": ["array"]})  # type: ignore[untyped-decorator]
    def _func_sum(self, numbers: list[Any]) -> Decimal:
        return sum((_number(n) for n in numbers if n is not None), Decimal(0))

    @functions.signature({"types": []})  # type: ignore[untyped-decorator]
    def _func_abs(self, number: Any) -> Decimal | None:
        return None if number is None else abs(_number(number))

    @functions.signature({"types": []})  # type: ignore[untyped-decorator]
    def _func_to_number(self, value: Any) -> Decimal | None:
        return None if value is None else _number(value)

    @functions.signature({"types": []}, {"types": []})  # type: ignore[untyped-decorator]
    def _func_minus(self, left: Any, right: Any) -> Decimal | None:
        """``minus(a, b)``: JMESPath has no arithmetic, and balances need some."""
        return None if left is None or right is None else _number(left) - _number(right)

    @functions.signature({"types": []}, {"types": []})  # type: ignore[untyped-decorator]
    def _func_plus(self, left: Any, right: Any) -> Decimal | None:
        return None if left is None or right is None else _number(left) + _number(right)


def _number(value: Any) -> Decimal:
    found = _values.number(value, "a number in an expression")
    return Decimal(0) if found is None else found


_OPTIONS = jmespath.Options(custom_functions=_Decimals())


@lru_cache(maxsize=2048)
def compile_(expression: str) -> Any:
    """Compile an expression.

    Raises:
        ValueError: it is no JMESPath; the text says where.
    """
    try:
        return jmespath.compile(expression)
    except exceptions.JMESPathError as error:
        first = str(error).strip().splitlines()[0]
        raise ValueError(f"{expression!r} is not a JMESPath expression: {first}") from None


def find(expression: str, document: Any, names: Mapping[str, str]) -> Any:
    """Evaluate an expression; ``{names}`` in it are filled in first, as text within a JMESPath string.

    Raises:
        Malformed: the answer has a shape that the expression cannot work on.
    """
    filled = PLACE.sub(lambda hit: _escape(names[hit[1]]) if hit[1] in names else hit[0], expression)
    try:
        return compile_(filled).search(document, options=_OPTIONS)
    except (exceptions.JMESPathError, TypeError, AttributeError) as error:
        raise _values.Malformed(f"{expression!r} does not fit the answer ({type(error).__name__})") from None


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"')


def fill(template: str, names: Mapping[str, str], document: Any, escape: Callable[[str], str] = str) -> str:
    """Fill ``{name}`` from names, or else from earlier answers by JMESPath: ``{sim.endpoint.id}``.

    Raises:
        Malformed: an earlier answer does not hold what is needed.
    """

    def value(hit: re.Match[str]) -> str:
        if hit[1] in names:
            return escape(names[hit[1]])
        found = find(hit[1], document, names)
        if found is None or isinstance(found, dict | list):
            raise _values.Malformed(
                f"{hit[1]} is needed for the next request, and is not in the answers so far"
            )
        return escape(_values.text(found, hit[1]) or "")

    return PLACE.sub(value, template)


def fill_path(template: str, names: Mapping[str, str], document: Any) -> str:
    """Fill a path: what is filled in is quoted, so that it cannot add segments or a query; but for whole URLs."""
    return fill(template, names, document, lambda text: text if "://" in text else quote(text, safe=""))


def fill_tree(value: Any, names: Mapping[str, str], document: Any) -> Any:
    """Fill every string of a JSON value."""
    if isinstance(value, str):
        return fill(value, names, document)
    if isinstance(value, Mapping):
        return {k: fill_tree(v, names, document) for k, v in value.items()}
    return [fill_tree(v, names, document) for v in value] if isinstance(value, list) else value


def names_in(value: Any) -> set[str]:
    """Return every ``{name}`` in a template, a tree of them, or a mapping."""
    if isinstance(value, str):
        return set(PLACE.findall(value))
    if isinstance(value, Mapping):
        value = list(value.values())
    return {name for item in value for name in names_in(item)} if isinstance(value, list | tuple) else set()
