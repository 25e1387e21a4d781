"""What goes wrong at carriers in real life, on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """How an answer is spoilt."""

    HTTP_400 = "http_400"
    HTTP_401 = "http_401"
    HTTP_403 = "http_403"
    HTTP_404 = "http_404"
    HTTP_429 = "http_429"
    HTTP_500 = "http_500"
    HTTP_501 = "http_501"
    HTTP_503 = "http_503"
    LOGIN_PAGE = "login_page"
    """HTML with status 200 where data was expected."""
    CAPTCHA = "captcha"
    MAINTENANCE = "maintenance"
    REDIRECT = "redirect"
    """302 to another host."""
    LOGIN_REDIRECT = "login_redirect"
    """302 to a login page of the same host."""
    SLOW = "slow"
    """The body drips, one byte at a time."""
    HANG = "hang"
    """Nothing is sent at all."""
    TRUNCATED = "truncated"
    """The connection ends in the middle of the body."""
    GARBAGE = "garbage"
    """200 and bytes that are not JSON."""
    EMPTY = "empty"
    NULLS = "nulls"
    """Every value of the answer is null."""
    STRINGS = "strings"
    """Every value is the word ``string`` or an absurd number, as generated mocks do."""
    HUGE = "huge"
    """A body of 100 MB."""
    BOMB = "bomb"
    """100 MB of zeros in a hundred kilobytes of gzip."""
    RESET = "reset"
    """The connection is closed without a byte."""


@dataclass(slots=True)
class Fault:
    """One fault that is in force."""

    kind: FaultKind
    path: str = ""
    """Only for paths that contain this."""
    times: int | None = None
    """How many answers it spoils; None: until it is taken away."""
    retry_after: str = ""
    """``Retry-After`` header of 429 and 503."""

    @classmethod
    def read(cls, value: object) -> list[Fault]:
        """Read ``"http_401"``, ``""`` (none), a table with these fields, or a list of either.

        Raises:
            ValueError: an unknown fault.
        """
        if isinstance(value, list):
            return [fault for item in value for fault in cls.read(item)]
        if isinstance(value, str):
            return [cls(FaultKind(value))] if value else []
        if not isinstance(value, Mapping):
            raise ValueError(f"{value!r} is not a fault")  # noqa: TRY004 - a bad file, not a bug
        given: Mapping[str, Any] = value
        return [
            cls(
                FaultKind(str(given["kind"])),
                str(given.get("path", "")),
                int(given["times"]) if "times" in given else None,
                str(given.get("retry_after", "")),
            )
        ]


def pick(faults: list[Fault], path: str) -> Fault | None:
    """Return the fault that spoils this answer, counting it."""
    for fault in faults:
        if fault.path not in path or fault.times == 0:
            continue
        if fault.times is not None:
            fault.times -= 1
        return fault
    return None
