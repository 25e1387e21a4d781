"""A preset: which requests to make, where the figures are in the answers, and what the carrier's words mean.

Every key may also be given as an option of the line (``MONITOR_LINES__X__HTTP__…``), nested names joined by ``_``:
``HTTP__AUTH_KIND``, ``HTTP__STEP_BALANCE_PATH``, ``HTTP__STATUS`` (a selector), ``HTTP__WORDS_STATUS_ENABLED``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

MONEY = ("balance", "amount_due", "unbilled", "credit_limit", "fee", "month_spend")
DAYS = ("due_on", "next_charge_on", "credit_expires_on", "card_expires_on")
WORDS = ("status", "autopay", "billing", "cause")
SELECTORS = (*MONEY, *DAYS, *WORDS, "currency", "as_of", "ends_at", "plan", "bill_state")
"""What a selector can find: the fields of a reading."""


class BadPreset(ValueError):  # noqa: N818 - it is about the file
    """A preset with faults, all of them named."""


@dataclass(frozen=True, slots=True)
class Auth:
    """How to log in. ``kind`` is ``none``, ``basic``, ``bearer``, ``header``, ``query``, ``oauth2``, ``token``, ``cookie``."""

    kind: str = ""
    """Empty: told by the credentials given."""
    name: str = ""
    """``header``: the header's name; ``query``: unused."""
    format: str = "Bearer {login}"
    """``token``: what goes into the header; ``header``: the value (``{token}``)."""
    method: str = "POST"
    path: str = ""
    json: Mapping[str, Any] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    """``query``: goes with every request; ``token``: with the login alone."""
    headers: Mapping[str, str] = field(default_factory=dict)
    basic: bool = False
    """``token``: the login itself uses Basic."""
    token: str = "access_token"  # noqa: S105 - the name of a field
    expires: str = "expires_in"
    """Seconds, or an instant."""
    lifetime: str = "30m"
    """Used when the answer does not say."""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """How a list goes on. ``kind`` is ``offset``, ``page``, ``cursor`` or ``link``; empty: there is one page."""

    kind: str = ""
    items: str = "@"
    """Where the list is in one page."""
    param: str = "page"
    size_param: str = ""
    size: int = 50
    first: int = 1
    next: str = ""
    """``cursor``: the next value of ``param``; ``link``: the next URL, absolute or relative; null at the end."""
    total: str = ""
    """``page``: number of pages; ``offset``: number of items, where the answer says so."""
    most: int = 50
    """Pages read at most."""


@dataclass(frozen=True, slots=True)
class Step:
    """One request. Its answer is found by selectors under its name."""

    name: str = ""
    method: str = "GET"
    path: tuple[str, ...] = ()
    """Several: the next is tried where one is 404. A whole URL is taken as it is."""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False
    """When it fails, the reading goes without it and says so."""
    when: str = ""
    """JMESPath over the answers so far: the step is left out unless it is true."""
    page: Page = Page()
    ok: str = ""
    """JMESPath that is true for a good answer, for carriers that answer 200 to errors."""
    error: str = ""
    """JMESPath of the error's code, looked up in ``[errors]``, also in answers other than 200."""
    message: str = ""
    """JMESPath of the error's text for people."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A carrier as data."""

    name: str
    title: str = ""
    url: str = ""
    source: str = ""
    checked: date | None = None
    trust: str = ""
    needs: tuple[str, ...] = ()
    """Credentials and options that must be given: ``token``, ``username``, ``password``, ``sim_id``, …"""
    zone: ZoneInfo | None = None
    """Of times that name none; empty: the line's."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Defaults of names that requests fill in; an option of the same name replaces them."""
    auth: Auth = Auth()
    steps: tuple[Step, ...] = ()
    select: Mapping[str, str] = field(default_factory=dict)
    divisor: Mapping[str, Decimal] = field(default_factory=dict)
    """Per selector, or ``all``: 100 for cents."""
    negate: tuple[str, ...] = ()
    """Amounts whose sign is the carrier's, not the customer's."""
    absolute: tuple[str, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    """Error code → ``failure kind`` or ``failure kind: sentence``; ``*`` for all others."""
    redact: tuple[str, ...] = ()
    """Keys dropped from answers before anything is shown or fingerprinted."""
    wants: frozenset[str] = frozenset()
    """Names that requests and selectors fill in."""
