"""Instants in a message, completed from the time it was received: texts leave out year, month or unit."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

When = datetime | date

_YMD = r"(?:(?P<y>\d{4})[年/-])?(?:(?P<m>\d{1,2})[月/-])?(?P<d>\d{1,2})(?:日|号)?"
_HM = r"(?:[ T]?(?P<H>\d{1,2})(?:[时点:](?:(?P<M>\d{1,2})分?)?(?::\d{2})?|(?=[,，])))?"
_AS_OF = re.compile(rf"(?:截[至止](?:到|至)?|as of|as at)\s*{_YMD}{_HM}", re.IGNORECASE)
_BY = re.compile(rf"{_YMD}{_HM}(?:之?前|以前|24时前)", re.IGNORECASE)
_ON = re.compile(
    rf"(?<!已)(?<!已被)(?:将|拟|定|预计)?(?:将)?(?:于|在|自){_YMD}{_HM}(?:起)?[^，。;]{{0,14}}(?:停机|停止|暂停|终止|销户|关停|收回|到期|生效)"
)
_WITHIN = re.compile(
    r"(?P<n>\d{1,3})\s*(?P<unit>小时|天|日|hours?|days?)(?:[之以]?内|后将|后会|后仍)", re.IGNORECASE
)
_WITHIN_EN = re.compile(r"within (?P<n>\d{1,3}) ?(?P<unit>hours?|days?)", re.IGNORECASE)


def as_of(text: str, received: datetime) -> When | None:
    """The carrier's own time of its figures: the latest instant that fits and is not after the receipt."""
    m = _AS_OF.search(text)
    return _complete(m, received, past=True) if m else None


def deadline(text: str, received: datetime) -> When | None:
    """Until when something must be done, or when something will happen."""
    for pattern in (_WITHIN, _WITHIN_EN):
        m = pattern.search(text)
        if m is not None:
            n = int(m.group("n"))
            return received + (
                timedelta(hours=n) if m.group("unit").lower()[0] in "小h" else timedelta(days=n)
            )
    for pattern in (_BY, _ON):
        m = pattern.search(text)
        if m is not None and (m.group("m") or "日" in m.group() or "号" in m.group()):
            found = _complete(m, received, past=False)
            gone = found is not None and pattern is _ON and _day(found) < received.date()
            return None if gone else found
    return None


def _day(when: When) -> date:
    return when.date() if isinstance(when, datetime) else when


def _complete(m: re.Match[str], received: datetime, *, past: bool) -> When | None:
    day = int(m.group("d"))
    hour, minute = m.group("H"), m.group("M")
    for month in _months(received, past=past):
        year = int(m.group("y")) if m.group("y") else month.year
        number = int(m.group("m")) if m.group("m") else month.month
        try:
            found = date(year, number, day)
        except ValueError:
            continue
        if m.group("y"):
            return _at(found, hour, minute, received)
        if past and found <= received.date() + timedelta(days=1):
            return _at(found, hour, minute, received)
        if not past and found >= received.date():
            return _at(found, hour, minute, received)
    return None


def _months(received: datetime, *, past: bool) -> list[date]:
    """First days of the months to try, nearest first: 13 of them, so that every month and year-end is met."""
    step = -1 if past else 1
    first = received.year * 12 + received.month - 1 + (1 if past else 0)
    order = [first + step * i for i in range(14 if past else 13)]
    return [date(n // 12, n % 12 + 1, 1) for n in order]


def _at(day: date, hour: str | None, minute: str | None, received: datetime) -> When | None:
    if hour is None:
        return day
    h, m = int(hour), int(minute or 0)
    if h > 24 or m > 59:
        return day
    return datetime(day.year, day.month, day.day, tzinfo=received.tzinfo) + timedelta(hours=h, minutes=m)
