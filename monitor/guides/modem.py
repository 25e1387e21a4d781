"""What a modem says about a SIM (ModemManager's ``mmcli -m any --output-json``), as signs for the cause. Hints only.

Registered does not prove that a line is not stopped, and denied does not prove that it is.
"""

from __future__ import annotations

import json
from typing import Any

from monitor.core.cause import Signal

COMMAND = ("mmcli", "-m", "any", "--output-json")

_OLD_NETWORK = frozenset({"gprs-not-allowed", "plmn-not-allowed", "location-area-not-allowed", "roaming-not-allowed-in-location-area",
                          "no-cells-in-location-area"})  # fmt: skip


def signals(text: str) -> tuple[Signal, ...]:
    """Return the signs in one answer of ``mmcli``; none where it cannot be read or no modem is there."""
    try:
        modem: Any = json.loads(text)["modem"]
        generic, network = modem["generic"], modem["3gpp"]
    except (ValueError, KeyError, TypeError):
        return ()
    found: list[Signal] = []
    reason = str(generic.get("state-failed-reason", ""))
    if reason in ("sim-missing", "sim-error"):
        found.append(Signal.SIM_MISSING)
    if str(generic.get("unlock-required", "")) in ("sim-pin", "sim-puk", "sim-pin2", "sim-puk2") and str(
        generic.get("state", "")
    ) in ("locked", "failed"):
        found.append(Signal.SIM_LOCKED)
    rejection = network.get("network-rejection")
    cause = str(rejection.get("error", "")) if isinstance(rejection, dict) else ""
    match str(network.get("registration-state", "")):
        case "denied":
            found.append(Signal.OLD_NETWORK_DENIED if cause in _OLD_NETWORK else Signal.REGISTRATION_DENIED)
        case "searching" | "idle":
            found.append(Signal.NO_SIGNAL)
        case "home" | "roaming":
            found.append(Signal.REGISTERED)
    return tuple(found)
