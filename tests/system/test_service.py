"""The installed service on a real systemd: from the README's commands to a mail in a mailbox, and through every mishap."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage

import pytest
from machine import BARE, INIT, Machine, MachineError, checkout, machine
from parts import NUMBER, TOKEN, Carrier, Mail, Service, wait_for

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(900)]

SETTINGS = "/etc/billing-monitor"


@dataclass
class House:
    """Everything in the machine."""

    machine: Machine
    service: Service
    mail: Mail
    carrier: Carrier

    def configure(self, language: str = "zh-CN", extra: str = "") -> None:
        self.machine.write(
            f"{SETTINGS}/monitor.env",
            f"MONITOR_LANGUAGE={language}\nMONITOR_TIMEZONE=Asia/Shanghai\nMONITOR_POLL_EVERY=2s\nMONITOR_LOG_LEVEL=debug\n"
            f'MONITOR_CHANNELS__MAIL__URL="{self.mail.url}"\n{extra}',
        )

    def line(self, name: str, number: str = NUMBER) -> None:
        here = f"MONITOR_LINES__{name.upper()}__"
        self.machine.write(
            f"{SETTINGS}/lines.d/{name}.env",
            f"{here}CARRIER=tmf\n{here}NUMBER={number}\n{here}URL={self.carrier.url}\n",
        )
        self.machine.write(f"{SETTINGS}/credentials/lines__{name}__token", TOKEN)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with machine("service", (*BARE, *INIT, "postfix")) as made:
        mail = Mail(made)
        made.boot()
        place = made.clone()
        made.run("make", "install", cwd=place, seconds=600)
        yield House(made, Service(made), mail, Carrier(made, "/opt/billing-monitor/bin/billing-monitor"))


@pytest.fixture
def running(house: House) -> House:
    """The service watches one healthy line, of which nothing is known yet."""
    house.service.ctl("stop", house.service.unit)
    house.machine.run("sh", "-c", "rm -rf /var/lib/private/billing-monitor/*")
    house.carrier.start()
    house.configure()
    house.line("home")
    for left in ("lines.d/second.env", "credentials/lines__second__token"):
        (house.machine.root / "etc/billing-monitor" / left).unlink(missing_ok=True)
    house.service.ctl("reset-failed", house.service.unit, check=False)
    house.service.ctl("start", house.service.unit)
    assert house.service.active()
    return house


def text_of(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None, kind
    return str(part.get_content())


def readme(block: str) -> list[str]:
    """The commands of a block of the README, as root types them."""
    text = (checkout() / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"<!-- run: {block} -->\n```sh\n(.*?)```", text, re.DOTALL)
    assert found
    return [line.removeprefix("sudo ") for line in found[1].splitlines()]


def test_the_readme_s_commands_lead_to_a_running_service(house: House) -> None:
    for command in readme("install"):
        house.machine.run("sh", "-euc", command, cwd="/root/billing-monitor", seconds=600)
    house.carrier.start()
    house.configure()
    house.line("home")
    before = len(house.mail.messages())
    for command in readme("start"):
        asks = command.endswith("doctor")  # finds that the service does not run yet
        done = house.machine.run("sh", "-euc", command, cwd="/root/billing-monitor", check=not asks)
        assert done.returncode in (0, 1)
        assert "Traceback" not in done.stderr
    assert house.service.active()
    assert house.service.ctl("is-enabled", house.service.unit) == "enabled"
    house.mail.wait(30, lambda m: "测试" in str(m["Subject"]), "the test message")
    assert len(house.mail.messages()) == before + 1


def test_systemd_finds_nothing_to_say_about_the_units_and_little_to_expose(house: House) -> None:
    units = [
        f"/usr/local/lib/systemd/system/{name}"
        for name in ("billing-monitor.service", "billing-monitor-failed@.service")
    ]
    done = house.machine.run("systemd-analyze", "verify", *units)
    assert (done.stdout + done.stderr).strip() == ""
    said = house.machine.run("systemd-analyze", "security", "--no-pager", house.service.unit).stdout
    found = re.search(r"exposure level for \S+: ([\d.]+)", said)
    assert found
    assert float(found[1]) <= 1.5


def test_the_service_becomes_ready_and_its_warning_is_a_mail_that_a_person_wants_to_read(
    running: House,
) -> None:
    assert running.service.show("StatusText")
    before = len(running.mail.messages())
    running.carrier.tell("stage", name="one-way-bar")
    wait_for(lambda: len(running.mail.messages()) > before, 60, "a warning arrives")
    warning = running.mail.messages()[before]
    assert warning.get_content_type() in ("multipart/alternative", "multipart/mixed", "multipart/related")
    assert not str(warning["Subject"]).isascii()
    assert "=?utf-8?" in warning.as_bytes().decode("ascii", "replace").lower()
    plain, page = text_of(warning, "plain"), text_of(warning, "html")
    assert "<html" in page.lower()
    assert "home" in plain
    assert NUMBER not in plain + page + str(warning["Subject"])


def test_killed_at_once_after_the_danger_appeared_it_restarts_and_tells_once(running: House) -> None:
    before, pid = len(running.mail.messages()), running.service.pid
    running.carrier.tell("stage", name="two-way-bar")
    running.service.signal("KILL")
    wait_for(
        lambda: running.service.active() and running.service.pid not in (0, pid), 60, "systemd restarts it"
    )
    wait_for(lambda: len(running.mail.messages()) > before, 60, "the alert arrives")
    running.service.signal("KILL")
    wait_for(running.service.active, 60, "systemd restarts it again")
    time.sleep(6)  # three more polls: a second copy would be here by then
    new = running.mail.messages()[before:]
    assert len({m["Message-ID"] for m in new}) == len(new), [str(m["Subject"]) for m in new]
    assert len({m["Subject"] for m in new}) == len(new), [str(m["Subject"]) for m in new]


def test_a_frozen_daemon_is_found_by_the_watchdog_and_restarted(running: House) -> None:
    place = "etc/systemd/system/billing-monitor.service.d/test.conf"
    running.machine.write(place, "[Service]\nWatchdogSec=5s\n", 0o644)
    try:
        running.service.ctl("daemon-reload")
        running.service.ctl("restart", running.service.unit)
        pid = running.service.pid
        time.sleep(11)  # two limits pass: a healthy daemon feeds its watchdog
        assert running.service.pid == pid
        running.service.signal("STOP")
        wait_for(
            lambda: running.service.active() and running.service.pid not in (0, pid), 60, "the watchdog acts"
        )
        said = running.machine.run("journalctl", "--no-pager", "-o", "cat", "-u", running.service.unit).stdout
        assert "Watchdog timeout" in said
    finally:
        (running.machine.root / place).unlink()
        running.service.ctl("daemon-reload")


def test_a_database_that_no_longer_answers_starves_the_watchdog(running: House) -> None:
    place = "etc/systemd/system/billing-monitor.service.d/test.conf"
    running.machine.write(place, "[Service]\nWatchdogSec=8s\n", 0o644)
    hold = (
        "import sqlite3, sys, time; c = sqlite3.connect('/var/lib/billing-monitor/monitor.db', isolation_level=None);"
        "c.execute('BEGIN EXCLUSIVE'); time.sleep(45)"
    )
    try:
        running.service.ctl("daemon-reload")
        running.service.ctl("restart", running.service.unit)
        pid = running.service.pid
        running.machine.run("systemd-run", "--quiet", "--collect", "--unit=holder", "python3", "-c", hold)
        wait_for(lambda: running.service.pid != pid, 60, "a daemon without a database is not left alone")
        running.service.ctl("stop", "holder.service", check=False)
        wait_for(running.service.active, 60, "it is back as soon as the database is")
    finally:
        running.service.ctl("stop", "holder.service", check=False)
        (running.machine.root / place).unlink()
        running.service.ctl("daemon-reload")


def test_a_reload_applies_changed_files_and_a_broken_one_keeps_the_old(running: House) -> None:
    pid, status = running.service.pid, running.service.show("StatusText")
    running.line("second", "+8613912345678")
    running.service.ctl("reload", running.service.unit)
    wait_for(lambda: running.service.show("StatusText") != status, 20, "the second line is watched")
    status = running.service.show("StatusText")
    assert "2 lines" in status
    running.configure(extra="MONITOR_POLL_EVRY=1h\n")
    with pytest.raises(MachineError):
        running.service.ctl("reload", running.service.unit)
    assert running.service.active()
    assert running.service.show("StatusText") == status
    assert running.service.pid == pid
    assert "MONITOR_POLL_EVERY" in running.service.journal()
    running.configure(language="en")
    running.service.ctl("reload", running.service.unit)
    wait_for(lambda: running.service.show("ActiveState") == "active", 20, "the reload ends")
    before = len(running.mail.messages())
    running.carrier.tell("stage", name="one-way-bar")
    wait_for(lambda: len(running.mail.messages()) > before, 60, "a warning arrives")
    assert not re.search("[\u4e00-\u9fff]", str(running.mail.messages()[before]["Subject"]))
    assert running.service.pid == pid


def test_it_stops_within_five_seconds_also_while_the_carrier_does_not_answer(running: House) -> None:
    running.carrier.tell("fault", kind="hang")
    time.sleep(3)  # a poll is under way
    began = time.monotonic()
    running.service.ctl("stop", running.service.unit)
    assert time.monotonic() - began <= 5
    assert running.service.show("Result") == "success"


def test_a_failed_service_sends_one_last_alert(running: House) -> None:
    before = len(running.mail.messages())
    running.configure(extra="MONITOR_LINES__HOME__NUMBER=12345\n")
    (running.machine.root / "etc/billing-monitor/lines.d/home.env").unlink()
    assert "failed" in running.service.ctl("restart", running.service.unit, check=False)
    wait_for(lambda: len(running.mail.messages()) > before, 60, "the last alert arrives")
    last = running.mail.messages()[-1]
    assert "没有人看着" in str(last["Subject"])
    assert "MONITOR_LINES__HOME__NUMBER" in text_of(last, "plain")
    running.line("home")
    running.configure()


def test_the_command_line_of_root_sees_the_service_s_lines(running: House) -> None:
    wait_for(
        lambda: running.service.command("status", "--json", check=False)[0] == 0, 30, "the line was polled"
    )
    _, said = running.service.command("status", "--json")
    assert '"line": "home"' in said.replace('":"', '": "')
    assert NUMBER not in said


def test_the_journal_holds_no_secret_and_no_full_number(running: House) -> None:
    running.carrier.tell("fault", kind="http_401")
    time.sleep(4)
    told = running.service.journal()
    assert "billing-monitor" in told
    for secret in (TOKEN, NUMBER, NUMBER[1:], NUMBER[3:], running.mail.url):
        assert secret not in told


def test_installing_again_keeps_the_settings_and_uninstalling_leaves_them_and_the_state(
    running: House,
) -> None:
    place, settings = "/root/billing-monitor", running.machine.root / "etc/billing-monitor/monitor.env"
    mine = settings.read_text(encoding="utf-8")
    running.machine.run("make", "install", cwd=place, seconds=600)
    assert settings.read_text(encoding="utf-8") == mine
    assert running.service.active()
    running.machine.run("make", "uninstall", cwd=place)
    assert running.machine.run("systemctl", "cat", running.service.unit, check=False).returncode != 0
    assert not (running.machine.root / "opt/billing-monitor").exists()
    assert settings.read_text(encoding="utf-8") == mine
    assert (running.machine.root / "var/lib/private/billing-monitor/monitor.db").exists()
    running.machine.run("make", "uninstall", "PURGE=1", cwd=place)
    assert not settings.parent.exists()
    assert not (running.machine.root / "var/lib/private/billing-monitor").exists()
