"""Believable values: foreign JSON becomes money, days and words here, or a :class:`Malformed` that names the field.

Missing stays ``None``. A placeholder (``"string"``), ±1e308, an unknown currency or an impossible date is not a value:
the whole answer is refused, so that nothing is ever decided on it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any

from monitor.carriers._currency import CURRENCIES
from monitor.core.money import Money

_AMOUNT_LIMIT = Decimal("1e9")
"""No phone account holds a thousand million of anything but the weakest currencies."""
_WEAK = frozenset(
    {"IRR", "LBP", "VND", "IDR", "SYP", "UZS", "GNF", "PYG", "LAK", "COP", "KRW", "MMK", "VED", "VES"}
)
_PLAIN = re.compile(r"^[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?$")
_PLACEHOLDERS = frozenset({"string", "undefined", "nan", "[object object]"})
_NOTHING = frozenset({"", "null", "none", "n/a", "-", "--"})
_YEARS = (1990, 2200)


class Malformed(ValueError):  # noqa: N818 - it names the failure kind
    """A value that cannot be true. Its text names the field and is fit for people."""


def show(value: object) -> str:
    """Return a foreign value as a short piece of text."""
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:37] + "…"


def number(value: object, where: str) -> Decimal | None:
    """Read a decimal number: a JSON number, or a string such as ``"1,234.50"``.

    Raises:
        Malformed: not a number, not finite, absurdly large or absurdly precise.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Malformed(f"{where} is {show(value)}, which is not a number")
    if isinstance(value, str):
        value = value.strip().replace("−", "-")
        if not _PLAIN.match(value) or not any(c.isdigit() for c in value):
            raise Malformed(f"{where} is {show(value)}, which is not a number")
        value = value.replace(",", "")
    try:
        amount = Decimal(value)
    except (InvalidOperation, ValueError):
        raise Malformed(f"{where} is {show(value)}, which is not a number") from None
    exponent = amount.as_tuple().exponent
    if not amount.is_finite() or not isinstance(exponent, int) or amount.adjusted() > 15:
        raise Malformed(f"{where} is {show(value)}, which is not a believable amount")
    if exponent < -12:
        if amount.adjusted() < -12 and amount:
            raise Malformed(f"{where} is {show(value)}, which is not a believable amount")
        amount = amount.quantize(Decimal("1e-12"))
    return amount


def currency(value: object, where: str) -> str:
    """Read a currency code in any case.

    Raises:
        Malformed: not a code of ISO 4217.
    """
    code = value.strip().upper() if isinstance(value, str) else ""
    if code in {"CNH", "RMB"}:
        code = "CNY"
    if code not in CURRENCIES:
        raise Malformed(f"{where} is {show(value)}, which is not an ISO 4217 currency")
    return code


def money(amount: object, code: object, where: str) -> Money | None:
    """Read an amount of money; a missing amount is None whatever its currency says.

    Raises:
        Malformed: the amount or the currency cannot be true.
    """
    value = number(amount, where)
    if value is None:
        return None
    unit = currency(code, f"the currency of {where}")
    limit = _AMOUNT_LIMIT * 1000 if unit in _WEAK else _AMOUNT_LIMIT
    if abs(value) >= limit:
        raise Malformed(f"{where} is {show(value)} {unit}, which is not a believable amount")
    return Money(abs(value) if value == 0 else value, unit)  # a "-0" is nothing, and no debt


def text(value: object, where: str) -> str | None:
    """Read a word: a string, or a number or boolean in a word's place.

    Raises:
        Malformed: a list, an object, or a generated placeholder such as ``"string"``.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    if not isinstance(value, str):
        raise Malformed(f"{where} is not a word but {type(value).__name__}")
    word = value.strip()
    if word.casefold() in _NOTHING:
        return None
    if word.casefold() in _PLACEHOLDERS:
        raise Malformed(f"{where} is {show(word)}, a placeholder and not a value")
    return word[:400]


def flag(value: object, where: str) -> bool | None:
    """Read a boolean, also where it is spelt ``"true"``, ``1``, ``"yes"`` or ``"Y"``.

    Raises:
        Malformed: anything else.
    """
    if value is None or isinstance(value, bool):
        return value
    word = str(value).strip().casefold()
    if word in {"true", "1", "yes", "y", "on", "enabled"}:
        return True
    if word in {"false", "0", "no", "n", "off", "disabled"}:
        return False
    raise Malformed(f"{where} is {show(value)}, which is neither true nor false")


_ISO_TAIL = re.compile(r"(\.\d{6})\d+")
_EPOCH_MS = Decimal("1e11")
"""From here on a number of seconds would lie beyond the year 5000: milliseconds."""


def instant(value: object, where: str, zone: tzinfo = UTC) -> datetime | None:
    """Read an instant: RFC 3339, RFC 2822, ``2026-11-23 09:00:00``, epoch in seconds or milliseconds.

    Args:
        value: as the carrier sent it.
        where: the field's name, for the error.
        zone: the zone of a time that names none.

    Raises:
        Malformed: not a date, or one that no phone bill can carry (before 1990, after 2200).
    """
    if value is None or value == "":
        return None
    try:
        moment = _moment(value, zone)
    except (ValueError, TypeError, OverflowError, InvalidOperation, OSError):
        raise Malformed(f"{where} is {show(value)}, which is not a date") from None
    if not _YEARS[0] <= moment.year < _YEARS[1]:
        raise Malformed(f"{where} is {show(value)}, which is not a believable date")
    return moment


def _moment(value: object, zone: tzinfo) -> datetime:
    if isinstance(value, bool):
        raise TypeError
    if isinstance(value, int | Decimal) or (
        isinstance(value, str) and re.fullmatch(r"\d{9,13}", value.strip())
    ):
        stamp = Decimal(value.strip() if isinstance(value, str) else value)
        if not stamp.is_finite() or abs(stamp) > Decimal("1e14"):
            raise ValueError
        seconds = stamp / 1000 if abs(stamp) >= _EPOCH_MS else stamp
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(seconds))
    if not isinstance(value, str):
        raise TypeError
    word = _ISO_TAIL.sub(r"\1", value.strip())
    if re.fullmatch(r"\d{8}", word):
        moment = datetime.strptime(word, "%Y%m%d").replace(tzinfo=zone)
    elif re.match(r"^\d{4}-\d\d-\d\d", word):
        moment = datetime.fromisoformat(word)
    elif re.match(r"^\d{4}/\d{1,2}/\d{1,2}", word):
        moment = datetime.fromisoformat("-".join(p.zfill(2) for p in word[:10].strip().split("/")))
    else:
        moment = parsedate_to_datetime(word)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def day(value: object, where: str, zone: tzinfo) -> date | None:
    """Read a day of the line's zone; an instant becomes the day it falls on there.

    Raises:
        Malformed: as :func:`instant`.
    """
    if isinstance(value, str) and re.fullmatch(r"\s*\d{4}-\d\d-\d\d\s*", value):
        moment = instant(value, where, zone)
        return moment.date() if moment else None
    moment = instant(value, where, zone)
    return moment.astimezone(zone).date() if moment else None


def record(value: object, where: str) -> Mapping[str, Any]:
    """Read a JSON object; missing is an empty one.

    Raises:
        Malformed: something else.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Malformed(f"{where} is not an object but {show(value)}")
    return value


def records(value: object, where: str) -> Sequence[Mapping[str, Any]]:
    """Read a list of JSON objects; missing is an empty one, a single object a list of one.

    Raises:
        Malformed: something else.
    """
    if value is None:
        return ()
    if isinstance(value, dict):
        return (value,)
    if not isinstance(value, list):
        raise Malformed(f"{where} is not a list but {show(value)}")
    return [record(item, f"{where}[{i}]") for i, item in enumerate(value) if item is not None]


def word(value: object) -> str:
    """Normalise a status word: trim, case-fold, drop spaces, ``_`` and ``-``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return re.sub(r"[\s_\-]+", "", str(value)).casefold()
