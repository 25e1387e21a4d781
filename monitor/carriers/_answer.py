"""What comes back through the door: an answer, or the trouble there was. Neither shows a secret."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

from monitor.carriers import _signs
from monitor.core.reading import Failure
from monitor.core.words import FailureKind

MAX_WAIT = timedelta(days=1)
"""A carrier's wish to wait is respected up to here; more is a slip, and blindness for a week is worse."""


class Trouble(Exception):  # noqa: N818 - it is what happened, not a bug
    """An answer that is none, with its failure kind; ``answer`` is there when the carrier did say something."""

    def __init__(
        self,
        kind: FailureKind,
        message: str,
        *,
        retry_after: timedelta | None = None,
        answer: Answer | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.retry_after = retry_after
        self.answer = answer

    @property
    def absent(self) -> bool:
        """Whether the carrier has nothing under this address, as far as it says."""
        return self.answer is not None and self.answer.status in {404, 405, 410, 501}

    def failure(self, now: datetime) -> Failure:
        """Return it as what a poll has seen."""
        return Failure(now, self.kind, self.message, self.retry_after)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, at most :data:`BODY_BYTES` of it."""

    status: int
    url: str
    """Redacted."""
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case."""
    body: bytes = field(repr=False)
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Set by this answer. The door keeps none: whoever logs in sends them along."""

    def text(self) -> str:
        """Decode the body by its own declaration, else UTF-8, else GB 18030.

        Raises:
            Trouble: malformed, when it is none of them.
        """
        named = (
            self.headers.get("content-type", "").lower().partition("charset=")[2].split(";")[0].strip("\"' ")
        )
        for charset in (named, "utf-8-sig", "gb18030"):
            try:
                if charset:
                    return self.body.decode(charset)
            except (UnicodeDecodeError, LookupError):
                continue
        raise Trouble(FailureKind.MALFORMED, f"{self.url} answered with bytes that are no text", answer=self)

    def json(self) -> Any:
        """Parse the body, numbers with a point as ``Decimal``.

        Raises:
            Trouble: HTML, empty, cut short, not JSON, NaN or too deep, each as the kind that it is a sign of.
        """
        if not self.body.strip():
            raise Trouble(FailureKind.MALFORMED, f"{self.url} answered with an empty body", answer=self)
        text = self.text()
        if text.lstrip()[:1] == "<":
            kind, what = _signs.of_page(text)
            raise Trouble(kind, f"{self.url} answered with {what} in place of data", answer=self)
        try:
            return json.loads(
                text, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_once
            )
        except RecursionError:
            what = "is nested too deeply"
        except _Twice as error:
            what = f"says {error} twice, and differently"
        except ValueError as error:
            where = f" at character {error.pos}" if isinstance(error, json.JSONDecodeError) else ""
            what = f"is not JSON{where}"
        raise Trouble(FailureKind.MALFORMED, f"{self.url}: the answer {what}", answer=self)


class _Twice(ValueError):  # noqa: N818 - it is what the answer does
    """One name with two values."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        for name, value in pairs:
            if found[name] != value:
                raise _Twice(name[:40])
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def wanted_wait(headers: Mapping[str, str]) -> timedelta | None:
    """Return how long the carrier asks us to wait: ``Retry-After`` (seconds or date) or ``x-ratelimit-reset``."""
    said = headers.get("retry-after", "").strip()
    try:
        base = parsedate_to_datetime(headers["date"]) if "date" in headers else None
    except ValueError:
        base = None
    for name in ("x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset"):
        said = said or headers.get(name, "").strip()
    if not said:
        return None
    try:
        if said.replace(".", "", 1).isdigit():
            seconds = float(said)
            if seconds > 1e9:  # an instant in epoch seconds (or milliseconds), not a duration
                stamp = seconds / 1000 if seconds > 1e11 else seconds
                if base is None:
                    return None
                seconds = stamp - base.timestamp()
        else:
            moment = parsedate_to_datetime(said)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            if base is None:
                return None
            seconds = (moment - base).total_seconds()
    except (ValueError, OverflowError):
        return None
    return min(MAX_WAIT, timedelta(seconds=max(0.0, min(seconds, 1e7)))) if seconds > 0 else None
