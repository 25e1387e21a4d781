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
    role: str = ""
    """``ceiling`` (never more), ``floor`` (never less), ``product`` (one product only: shown, never applied) or empty."""
    binding: bool = True
    """False: the source itself says that this line's carrier may agree otherwise, so it only fills a gap."""
    note_zh: str = ""
    source_zh: str = ""
    exceeds: bool = False
    """"More than": the day itself is still inside, the step may come on the day after it."""

    def cited(self, language: str) -> str:
        """The source's name in ``en`` or ``zh-CN``."""
        return self.source_zh if language.startswith("zh") and self.source_zh else self.source

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
    chain: tuple[str, ...] = ()
    """The entries that were asked, most specific first."""
    zone: str = ""
    """IANA name of the zone in which this entry counts days; "" means the line's own."""
    calendar: str = ""
    """ISO 3166 code whose public holidays are no working days; "" means that only weekends are free."""
    values: Mapping[str, RuleValue] = field(default_factory=lambda: MappingProxyType({}))

    def get(self, key: str) -> RuleValue | None:
        """Return the value for ``key``, or None where nobody knows."""
        return self.values.get(key)

    def span(self, key: str) -> timedelta | None:
        """Return the value for ``key`` as a duration, or None; what holds for one product only is never applied."""
        value = self.values.get(key)
        return value.span() if value and value.role != "product" else None

    def number(self, key: str) -> Decimal | None:
        """Return the value for ``key`` as a number, or None where it is a word or unknown."""
        value = self.values.get(key)
        return value.value if value and isinstance(value.value, Decimal) else None

    def word(self, key: str) -> str:
        """Return the value for ``key`` as a word, or "" where it is a number or unknown."""
        value = self.values.get(key)
        return value.value if value and isinstance(value.value, str) else ""


NO_RULES = Rules()
