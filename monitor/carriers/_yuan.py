"""Amounts as China's carriers write them: in 元 with commas, or in 分."""

from __future__ import annotations

from monitor.carriers import _values
from monitor.core.money import Money

CURRENCY = "CNY"


def yuan(value: object, where: str) -> Money | None:
    """Read an amount in 元: ``"70.36"``, ``"1,234.56"``, ``"38.00元"``."""
    if isinstance(value, str):
        value = value.strip().removeprefix("¥").removesuffix("元").strip()
        if value in ("", "-", "--"):
            return None
    return _values.money(value, CURRENCY, where)


def fen(value: object, where: str) -> Money | None:
    """Read an amount in 分: ``7036`` is 70.36 元.

    Raises:
        Malformed: it has a fraction, so it cannot be in 分.
    """
    amount = _values.number(value, where)
    if amount is None:
        return None
    if amount != amount.to_integral_value():
        raise _values.Malformed(f"{where} is {_values.show(value)}, which cannot be in 分")
    return _values.money(amount / 100, CURRENCY, where)
