"""③ Carriers: each answers "what are these lines' balance, debt and status now?". Found by name, imported when used."""

from __future__ import annotations

import importlib

from monitor.ports import Carrier

CONNECTORS: dict[str, str] = {
    "manual": "monitor.carriers.sms:make",
    "sms": "monitor.carriers.sms:make",
    "tmf": "monitor.carriers.tmf.connector:make",
}
"""Name → ``module:factory``; the factory takes the name."""


def names() -> tuple[str, ...]:
    """Return every carrier that a line may name."""
    return tuple(CONNECTORS)


def make(name: str) -> Carrier:
    """Return the carrier of a name. Raises KeyError for a name that is not in :func:`names`."""
    module, _, factory = CONNECTORS[name].partition(":")
    made: Carrier = getattr(importlib.import_module(module), factory)(name)
    return made
