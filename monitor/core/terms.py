"""Plans, tariffs and announcements: what changed between two looks, whatever the order in which it was written."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from monitor.core.reading import Event, Reading
from monitor.core.storystate import Change, StoryState

_SPACE = re.compile(r"\s+")


def canonical(text: str) -> str:
    """Write a term the one way in which it is compared: JSON with sorted keys and lists, else NFKC without extra spaces."""
    try:
        return json.dumps(_sorted(json.loads(text)), ensure_ascii=False, sort_keys=True)
    except ValueError:
        return _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {k: _sorted(v) for k, v in value.items()}
    if isinstance(value, list):
        return sorted(
            (_sorted(v) for v in value), key=lambda v: json.dumps(v, sort_keys=True, ensure_ascii=False)
        )
    return value


def terms_of(reading: Reading) -> dict[str, str]:
    """Return the terms that a reading states; what it does not state has not changed."""
    found: dict[str, str] = {}
    if reading.plan:
        found["plan"] = canonical(reading.plan)
    if reading.fee is not None:
        found["fee"] = str(reading.fee)
    if reading.credit_limit is not None:
        found["credit_limit"] = str(reading.credit_limit)
    return found


def changes(story: StoryState, reading: Reading) -> tuple[Change, ...]:
    """Return the terms of a reading that differ from those last seen."""
    before = dict(story.terms)
    found = [
        Change(term, reading.observed_at, before[term], now)
        for term, now in terms_of(reading).items()
        if term in before and before[term] != now
    ]
    moved = _due_day(story.due_days, reading)
    return (*found, moved) if moved else tuple(found)


def _due_day(known: tuple[date, ...], reading: Reading) -> Change | None:
    """A due date on another day of the month than the two before, which agreed; weekends may move it by three days."""
    on = reading.due_on
    if on is None or len(known) < 2 or on in known or known[-1].day != known[-2].day:
        return None
    usual = known[-1].day
    distance = min(abs(on.day - usual), 30 - abs(on.day - usual))
    return Change("due_day", reading.observed_at, str(usual), str(on.day)) if distance > 3 else None


def due_days(known: tuple[date, ...], reading: Reading) -> tuple[date, ...]:
    """Return the last three due dates."""
    on = reading.due_on
    return known if on is None or on in known else tuple(sorted((*known, on))[-3:])


def announced(event: Event, places: Iterable[str]) -> Change | None:
    """Read an announcement: an event ``policy`` or ``source_lost``; None where it is for another province.

    ``places`` are the names of the line's own province, and of the rulebook entries that hold for it.
    The detail is plain text, or JSON with ``summary``, ``effective_on`` (YYYY-MM-DD) and ``province``.
    """
    summary, effective, scope = event.detail.strip(), None, ""
    try:
        detail = json.loads(event.detail)
        summary = str(detail["summary"])
        scope = str(detail.get("province") or "")
        effective = date.fromisoformat(detail["effective_on"]) if detail.get("effective_on") else None
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    if scope and _short(scope) not in {_short(p) for p in places}:
        return None
    term = "source_lost" if event.what == "source_lost" else "announced"
    return Change(term, event.observed_at, scope, summary[:300], effective)


def _short(province: str) -> str:
    return province.strip().casefold().rpartition(".")[2].removesuffix("省").removesuffix("市")


def text_diff(before: str, after: str, limit: int = 40) -> list[str]:
    """Return the lines of a page that came (``+``) and went (``-``); spaces, width and order make no difference."""
    old, new = _page(before), _page(after)
    gone, come = {_key(r) for r in old}, {_key(r) for r in new}
    rows = [
        row
        for row in difflib.ndiff(old, new)
        if (row[0] == "-" and _key(row[2:]) not in come) or (row[0] == "+" and _key(row[2:]) not in gone)
    ]
    return [f"{row[0]} {row[2:]}" for row in rows][:limit]


def _page(text: str) -> list[str]:
    return [row for raw in text.splitlines() if (row := _SPACE.sub(" ", raw).strip())]


def _key(row: str) -> str:
    return unicodedata.normalize("NFKC", row)


_DATES = re.compile(
    r"(20\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?\s*(?:0时)?\s*(?:起|开始|from|生效|实施|施行)?"
)


def effective_day(text: str, today: date) -> date | None:
    """Return the first future day that a text names, taken for the day on which it takes effect."""
    found = []
    for year, month, day in _DATES.findall(text):
        try:
            found.append(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return min((d for d in found if d > today), default=None)
