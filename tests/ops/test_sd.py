"""What systemd would receive, read from a real datagram socket."""

import os
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitor.sd import Notifier, watchdog_seconds


@pytest.fixture(params=["path", "abstract"])
def supervisor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Callable[[], str]]]:
    path = str(tmp_path / "notify") if request.param == "path" else f"@billing-monitor-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(path.replace("@", "\0", 1) if path.startswith("@") else path)
        listener.settimeout(5)
        yield path, lambda: listener.recv(4096).decode()


def test_each_state_is_one_datagram_in_systemd_s_words(supervisor: tuple[str, Callable[[], str]]) -> None:
    address, received = supervisor
    notifier = Notifier(address)
    assert notifier.ready("watching 2 lines")
    assert received() == "READY=1\nSTATUS=watching 2 lines"
    assert notifier.reloading()
    assert re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=\d+", received())
    assert notifier.watchdog()
    assert received() == "WATCHDOG=1"
    assert notifier.stopping("bye")
    assert received() == "STOPPING=1\nSTATUS=bye"


def test_a_status_of_several_lines_cannot_smuggle_in_another_field(
    supervisor: tuple[str, Callable[[], str]],
) -> None:
    address, received = supervisor
    assert Notifier(address).status("a\nWATCHDOG=1")
    assert received() == "STATUS=a WATCHDOG=1"


def test_without_a_supervisor_nothing_happens_and_nothing_fails(tmp_path: Path) -> None:
    assert not Notifier("").ready()
    assert not Notifier(str(tmp_path / "gone")).watchdog()


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_the_watchdog_s_limit_is_read_from_the_environment(
    environment: dict[str, str], seconds: float | None
) -> None:
    assert watchdog_seconds(environment) == seconds
