"""What stands around the service in the machine: a mail server with a mailbox, a mock carrier, and the settings that join them."""

from __future__ import annotations

import email
import email.policy
import http.client
import json
import socket
import time
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any, TypeVar

from machine import Machine, MachineError, checkout

T = TypeVar("T")
NUMBER = "+8613987654321"  # not the one of the examples in messages about wrong settings
TOKEN = "tok-9f2c61d7e0"  # shown nowhere but in the settings: the tests look for it in the journal
READER = "mother@example.org"


def wait_for(get: Callable[[], T], seconds: float, what: str) -> T:
    """Return the first true answer; fails after ``seconds``."""
    end = time.monotonic() + seconds
    while not (found := get()):
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.25)
    return found


def free_port() -> int:
    """Return a port that nobody listens on: the machine shares the host's network."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Mail:
    """Postfix, with one reader whose mail lands in a Maildir."""

    def __init__(self, machine: Machine) -> None:
        self.machine, self.port = machine, free_port()
        machine.write(
            "etc/postfix/main.cf",
            "compatibility_level = 3.6\nmyhostname = mail.example.org\nmydestination = example.org\n"
            "inet_interfaces = loopback-only\ninet_protocols = ipv4\nmynetworks = 127.0.0.0/8\nhome_mailbox = Maildir/\n"
            "alias_maps =\nbiff = no\nmaillog_file = /var/log/postfix.log\n",
            0o644,
        )
        master = machine.root / "etc/postfix/master.cf"
        rows = master.read_text(encoding="utf-8").splitlines()
        shown = [
            f"127.0.0.1:{self.port} " + r.split(None, 1)[1] if r.split()[:2] == ["smtp", "inet"] else r
            for r in rows
        ]
        machine.write("etc/postfix/master.cf", "\n".join(shown) + "\n", 0o644)
        machine.run("useradd", "--create-home", READER.partition("@")[0])

    @property
    def url(self) -> str:
        """The channel's URL."""
        return f"mailto://127.0.0.1:{self.port}/?from=monitor@example.org&to={READER}&mode=insecure"

    def messages(self) -> list[EmailMessage]:
        """Return the reader's mails in order of arrival."""
        box = self.machine.root / "home" / READER.partition("@")[0] / "Maildir" / "new"
        files = sorted(box.glob("*"), key=lambda f: f.stat().st_mtime_ns) if box.is_dir() else []
        made = [email.message_from_bytes(f.read_bytes(), policy=email.policy.default) for f in files]
        return [m for m in made if isinstance(m, EmailMessage)]

    def wait(self, seconds: float, wanted: Callable[[EmailMessage], bool], what: str) -> EmailMessage:
        """Return the first mail that fits."""
        return wait_for(lambda: next((m for m in self.messages() if wanted(m)), None), seconds, what)


class Carrier:
    """The mock carrier as a process in the machine, steered over its control door."""

    def __init__(self, machine: Machine, program: str) -> None:
        self.machine, self.port = machine, free_port()
        story = (checkout() / "monitor/mock/scenarios/demo.toml").read_text(encoding="utf-8")
        machine.write("root/story.toml", story.replace("+8613812348000", NUMBER))
        self._start = [
            program,
            "mock",
            "--port",
            str(self.port),
            "--scenario",
            "/root/story.toml",
            "--speed",
            "0",
        ]

    @property
    def url(self) -> str:
        """The base URL for the line's settings."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it with its story at the beginning, and wait until it answers."""
        self.machine.run("systemctl", "stop", "mock-carrier.service", check=False)
        self.machine.run("systemd-run", "--quiet", "--collect", "--unit=mock-carrier", *self._start)
        wait_for(self._answers, 30, "the mock carrier answers")

    def _answers(self) -> bool:
        try:
            return bool(self.state())
        except OSError:
            return False

    def state(self) -> Any:
        """Return its books."""
        return self._ask("GET", "state")

    def tell(self, what: str, **facts: object) -> Any:
        """Change the world: ``stage``, ``set``, ``pay``, ``fault``, ``advance``."""
        return self._ask("POST", what, json.dumps(facts))

    def _ask(self, method: str, what: str, body: str | None = None) -> Any:
        door = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            door.request(method, f"/_mock/{what}", body, {"Content-Type": "application/json"})
            answer = door.getresponse()
            said = answer.read()
            assert answer.status == 200, said
            return json.loads(said)
        finally:
            door.close()


class Service:
    """billing-monitor.service."""

    unit = "billing-monitor.service"

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def ctl(self, *words: str, check: bool = True, seconds: float = 120) -> str:
        """Run systemctl and return what it said."""
        done = self.machine.run("systemctl", *words, check=False, seconds=seconds)
        if check and done.returncode:
            said = self.machine.run(
                "journalctl", "--no-pager", "-o", "cat", "-n", "40", "-u", "billing-monitor*"
            ).stdout
            raise MachineError(f"systemctl {' '.join(words)}: {done.stderr.strip()}\n{said}")
        return (done.stdout + done.stderr).strip()

    def show(self, name: str) -> str:
        """Return one property."""
        return self.ctl("show", "--value", f"--property={name}", self.unit)

    @property
    def pid(self) -> int:
        """The main process, as the machine counts."""
        return int(self.show("MainPID"))

    def signal(self, name: str) -> None:
        """Send a signal to the main process."""
        self.ctl("kill", f"--signal={name}", "--kill-who=main", self.unit)

    def active(self) -> bool:
        """It is ready."""
        return self.show("ActiveState") == "active" and self.show("SubState") == "running"

    def journal(self) -> str:
        """Return every journal line of the service with all its fields."""
        return self.machine.run("journalctl", "--no-pager", "-o", "export", "-t", "billing-monitor").stdout

    def command(self, *words: str, check: bool = True) -> tuple[int, str]:
        """Run billing-monitor as root at the machine's command line."""
        done = self.machine.run("billing-monitor", *words, check=check)
        return done.returncode, done.stdout + done.stderr
