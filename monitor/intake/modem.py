"""ModemManager, by the JSON of ``mmcli -J``: messages, and what the modem says of SIM and network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from monitor.core.cause import Signal
from monitor.core.sms.join import Part
from monitor.intake.text import instant, unwrap

_NOTHING = ("", "--", "unknown")


def sms_paths(answer: str) -> tuple[str, ...]:
    """Read ``mmcli -m N --messaging-list-sms -J``: the paths to ask ``mmcli -s`` for.

    Raises:
        ValueError: not such an answer.
    """
    paths = _object(answer).get("modem.messaging.sms")
    if not isinstance(paths, list):
        raise ValueError("this is not the answer of mmcli --messaging-list-sms -J")  # noqa: TRY004 (foreign data, no type of ours)
    return tuple(str(p) for p in paths)


def message(answer: str, now: datetime, zone: tzinfo) -> Part | None:
    """Read ``mmcli -s PATH -J``. None: sent by us, a report, or not complete yet.

    Raises:
        ValueError: not such an answer.
    """
    sms = _object(answer).get("sms")
    if not isinstance(sms, dict):
        raise ValueError("this is not the answer of mmcli -s PATH -J")  # noqa: TRY004 (foreign data, no type of ours)
    content, about = _part(sms, "content"), _part(sms, "properties")
    if about.get("pdu-type", "deliver") != "deliver" or about.get("state", "received") == "receiving":
        return None
    text = unwrap(_word(content.get("text")))
    if not text.strip():
        return None
    stamp = _word(about.get("timestamp"))
    at = instant(stamp, zone) if stamp else None
    path = str(sms.get("dbus-path", ""))
    return Part(_word(content.get("number")), text, at or now, total=1, key=path if at is None else "")


def signals(answer: str) -> tuple[Signal, ...]:
    """Read ``mmcli -m N -J`` as evidence for the cause of a stop: what SIM and network say.

    A refused registration proves no fault by itself; a missing or locked SIM does. Nothing of this changes a status.

    Raises:
        ValueError: not such an answer.
    """
    modem = _object(answer).get("modem")
    if not isinstance(modem, dict):
        raise ValueError("this is not the answer of mmcli -m N -J")  # noqa: TRY004 (foreign data, no type of ours)
    generic, network = _part(modem, "generic"), _part(modem, "3gpp")
    found: list[Signal] = []
    failed = _word(generic.get("state-failed-reason"))
    if failed in ("sim-missing", "sim-error") or _word(generic.get("state")) == "failed":
        found.append(Signal.SIM_MISSING)
    if _word(generic.get("unlock-required")) in (
        "sim-pin",
        "sim-puk",
        "sim-pin2",
        "ph-sim-pin",
        "ph-net-pin",
    ):
        found.append(Signal.SIM_LOCKED)
    registration = _word(network.get("registration-state"))
    if registration == "denied" or _word(network.get("network-rejection-error")):
        found.append(Signal.REGISTRATION_DENIED)
    elif registration in ("home", "roaming", "home-sms-only", "roaming-sms-only"):
        found.append(Signal.REGISTERED)
    elif registration in ("searching", "idle") and _word(_part(generic, "signal-quality").get("value")) in (
        "",
        "0",
    ):
        found.append(Signal.NO_SIGNAL)
    return tuple(found)


def _object(answer: str) -> Mapping[str, Any]:
    try:
        found = json.loads(answer)
    except ValueError:
        raise ValueError("this is not JSON; call mmcli with -J") from None
    if not isinstance(found, dict):
        raise ValueError("this is not a JSON object; call mmcli with -J")  # noqa: TRY004 (foreign data, no type of ours)
    return found


def _part(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = table.get(name)
    return found if isinstance(found, dict) else {}


def _word(value: object) -> str:
    word = value.strip() if isinstance(value, str) else ""
    return "" if word in _NOTHING else word
