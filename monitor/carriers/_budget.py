"""The login budget: a carrier must never see us hammer its door, not even across restarts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from monitor.carriers._answer import Trouble
from monitor.core.words import FailureKind
from monitor.ports import Vault

EVERY = timedelta(minutes=60)
"""One login in this time by default; option ``login_minutes``."""
SHORT = timedelta(minutes=5)
"""Wait after a login that the network swallowed."""
FAILURES = 5
"""Logins refused in a row after which only a person may try again; option ``login_failures``."""


def rate(options: Mapping[str, str]) -> tuple[timedelta, int]:
    """Read the options ``login_minutes`` and ``login_failures``; nonsense means the default."""
    minutes, failures = options.get("login_minutes", ""), options.get("login_failures", "")
    every = timedelta(minutes=int(minutes)) if minutes.isdigit() else EVERY
    return every, int(failures) if failures.isdigit() and int(failures) else FAILURES


class LoginBudget:
    """Logins of one set of credentials, kept in the vault. New credentials have a new key, and so a new budget.

    Args:
        vault: where the count outlives the process.
        key: names the credentials without showing them.
        allowed: (time between logins, refusals in a row).
    """

    def __init__(self, vault: Vault, key: str, allowed: tuple[timedelta, int] = (EVERY, FAILURES)) -> None:
        self._vault = vault
        self._key = f"login:{key}"
        self._every, self._most = allowed

    def take(self, now: datetime) -> None:
        """Use one login of the budget.

        Raises:
            Trouble: none is left now; the failure says when the next one is, or that a person has to act.
        """
        failures, due = self._read()
        if failures >= self._most:
            message = (
                f"{failures} logins in a row were refused, so no more are tried; check the credentials, then change "
                "them, or run: billing-monitor carrier unlock LINE"
            )
            raise Trouble(FailureKind.AUTH, message)
        if due is not None and now < due:
            wait = due - now
            minutes = int(wait.total_seconds() // 60) + 1
            message = f"the login budget is used up; the next login is tried in {minutes} min"
            raise Trouble(FailureKind.RATE_LIMITED, message, retry_after=wait)
        self._write(failures, now + self._every)

    def failed(self, now: datetime) -> None:
        """Count a refused login."""
        self._write(self._read()[0] + 1, now + self._every)

    def unsettled(self, now: datetime) -> None:
        """Note a login that found no answer: neither refused nor granted, so a short wait will do."""
        self._write(self._read()[0], now + min(self._every, SHORT))

    def worked(self, now: datetime, life: timedelta = timedelta(days=1)) -> None:
        """Forget refusals. A token that lives shorter than the budget's span may be renewed when it ends."""
        self._write(0, now + min(self._every, life / 2))

    def clear(self) -> None:
        """A person has acted: start anew."""
        self._vault.drop(self._key)

    def _read(self) -> tuple[int, datetime | None]:
        try:
            entry = json.loads(self._vault.get(self._key) or "{}")
            until = entry.get("next")
            return int(entry.get("failures", 0)), datetime.fromisoformat(until) if until else None
        except (ValueError, TypeError, AttributeError):
            return 0, None

    def _write(self, failures: int, due: datetime) -> None:
        self._vault.put(self._key, json.dumps({"failures": failures, "next": due.isoformat()}))
