"""A rule value as the decision sees it: resolved, with its source and how sure it is. Unknown is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class RuleValue:
    """One value of the rulebook.

    ``unit`` is one of ``h`` hours, ``d`` days, ``wd`` working days, ``mo`` calendar months, ``y`` years,
    ``ratio`` (a share or multiple), ``money``, ``word``.
    """

    key: str
    value: Decimal | str
    unit: str
    source: str
    checked_on: date | None
    trust: str
    """``verified``, ``medium``, ``typical``, ``low``, ``unverified`` or ``owner``."""
    scope: str = ""
    """The entry that answered: ``cn.legal``, ``cn.mobile``, ``cn.henan``, ``owner``."""
    note: str = ""
    may: bool = False
    """The carrier may do it then; it need not."""

    def span(self) -> timedelta | None:
        """The value as a duration where its unit is hours or days, else None."""
        if isinstance(self.value, Decimal):
            if self.unit == "h":
                return timedelta(hours=float(self.value))
            if self.unit == "d":
                return timedelta(days=float(self.value))
        return None


@dataclass(frozen=True, slots=True)
class Rules:
    """The values that hold for one line, each from the most specific scope that knows it."""

    entry: str = "generic"
    values: Mapping[str, RuleValue] = field(default_factory=lambda: MappingProxyType({}))

    def get(self, key: str) -> RuleValue | None:
        """Return the value for ``key``, or None where nobody knows."""
        return self.values.get(key)

    def span(self, key: str) -> timedelta | None:
        """Return the value for ``key`` as a duration, or None."""
        value = self.values.get(key)
        return value.span() if value else None


NO_RULES = Rules()
