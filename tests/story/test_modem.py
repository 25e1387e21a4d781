"""What ``mmcli --output-json`` says, as hints for the cause."""

import json

import pytest

from monitor.core.cause import Signal, classify
from monitor.core.words import Cause
from monitor.guides.modem import signals


def _answer(
    state: str = "enabled",
    *,
    reason: str = "--",
    lock: str = "none",
    registration: str = "--",
    error: str = "",
) -> str:
    generic = {"state": state, "state-failed-reason": reason, "unlock-required": lock}
    network = {"registration-state": registration, "network-rejection": {"error": error} if error else None}
    return json.dumps({"modem": {"generic": generic, "3gpp": network}})


@pytest.mark.parametrize(
    ("answer", "signs"),
    [
        (_answer("failed", reason="sim-missing"), [Signal.SIM_MISSING]),
        (_answer("locked", lock="sim-puk"), [Signal.SIM_LOCKED]),
        (_answer(registration="denied"), [Signal.REGISTRATION_DENIED]),
        (_answer(registration="denied", error="plmn-not-allowed"), [Signal.OLD_NETWORK_DENIED]),
        (_answer(registration="searching"), [Signal.NO_SIGNAL]),
        (_answer(registration="home"), [Signal.REGISTERED]),
        (_answer("registered", lock="sim-pin2", registration="roaming"), [Signal.REGISTERED]),
        ("error: couldn't find modem", []),
        ("{}", []),
        ('{"modem": []}', []),
    ],
)
def test_each_answer_gives_its_hint(answer: str, signs: list[Signal]) -> None:
    assert list(signals(answer)) == signs


def test_denied_or_registered_alone_never_names_a_cause() -> None:
    for state in ("denied", "home", "searching"):
        assert classify(signals(_answer(registration=state))).cause is Cause.UNKNOWN
