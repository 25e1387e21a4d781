"""③ Carriers: each answers "what are these lines' balance, debt and status now?". Found by name, imported when used."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path

from monitor.carriers import _manners
from monitor.ports import Carrier

CONNECTORS: dict[str, str] = {
    "cn-broadnet": "monitor.carriers.cn_broadnet:make",
    "cn-mobile": "monitor.carriers.cn_mobile:make",
    "cn-telecom": "monitor.carriers.cn_telecom:make",
    "cn-unicom": "monitor.carriers.cn_unicom:make",
    "manual": "monitor.carriers.sms:make",
    "sms": "monitor.carriers.sms:make",
    "tmf": "monitor.carriers.tmf.connector:make",
    "http-json": "monitor.carriers.http_json.connector:make",
    "camara": "monitor.carriers.camara:make",
    "command": "monitor.carriers.command:make",
}
"""Name → ``module:factory``; the factory takes the name."""

_OWN_MANNERS = frozenset({"cn-broadnet", "cn-mobile", "cn-telecom", "cn-unicom", "command"})
"""Consumer doors keep stricter manners than these; a program of the owner's needs none."""

_PRESETS = "monitor.carriers.http_json.connector:make"


@cache
def presets() -> tuple[str, ...]:
    """Return the carriers that are written as data: one file each in ``presets/``."""
    return tuple(sorted(path.stem for path in (Path(__file__).parent / "presets").glob("*.toml")))


def names() -> tuple[str, ...]:
    """Return every carrier that a line may name."""
    return (*CONNECTORS, *presets())


def make(name: str) -> Carrier:
    """Return the carrier of a name. Raises KeyError for a name that is not in :func:`names`."""
    place = CONNECTORS.get(name) or (_PRESETS if name in presets() else CONNECTORS[name])
    module, _, factory = place.partition(":")
    made: Carrier = getattr(importlib.import_module(module), factory)(name)
    if made.passive or name in _OWN_MANNERS:
        return made
    return _manners.Polite(made)
