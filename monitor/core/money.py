"""Money: a decimal amount and its currency, made at one door."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_LIMIT = Decimal("1e12")
_CURRENCY = re.compile(r"^[A-Z]{3}$")


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in major units (元, €, $) of one currency.

    Adding or comparing two currencies raises ``ValueError``: it is never what was meant.
    """

    amount: Decimal
    currency: str

    @classmethod
    def of(cls, amount: object, currency: str) -> Money:
        """Make money from a string, an int or a Decimal.

        Args:
            amount: in major units; a float is refused, since it has already lost the cents.
            currency: ISO 4217, any case.

        Raises:
            ValueError: not a finite number, absurdly large (1e12 or more), or not a currency code.
        """
        code = currency.strip().upper()
        if not _CURRENCY.match(code):
            raise ValueError(f"{currency!r} is not an ISO 4217 currency code")
        if isinstance(amount, bool | float):
            raise ValueError(f"money must not come from {type(amount).__name__}")  # noqa: TRY004
        try:
            value = amount if isinstance(amount, Decimal) else Decimal(str(amount).strip())
        except InvalidOperation:
            raise ValueError(f"{str(amount)[:40]!r} is not an amount") from None
        if not value.is_finite() or abs(value) >= _LIMIT:
            raise ValueError(f"{str(amount)[:40]!r} is not a believable amount")
        return cls(value, code)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def __bool__(self) -> bool:
        return bool(self.amount)
