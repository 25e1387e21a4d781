"""Postfix, Mosquitto and Prosody on loopback, each with a configuration and a folder of its own."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

USER, PASSWORD = "bob", "geheim-42"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def need(*packages: str, program: str) -> str:
    """Return the path of a program, installing Debian packages where it is missing."""
    if shutil.which(program, path=_PATH) is None:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
        for attempt in (command, ["apt-get", "update", "-qq"], command):
            done = subprocess.run(attempt, env=environment, check=False, capture_output=True, timeout=600)
            if done.returncode == 0 and attempt is command:
                break
    found = shutil.which(program, path=_PATH)
    if found is None:
        raise RuntimeError(f"{program} is missing, and apt-get could not install {' '.join(packages)}")
    return found


def free_port() -> int:
    """Return a port on loopback that nothing listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def listening(port: int, process: subprocess.Popen[bytes], seconds: float = 20.0) -> None:
    """Wait until a server listens."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        with socket.socket() as s:
            s.settimeout(0.5)
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not listen on {port}")


def silent(port: int, seconds: float = 20.0) -> None:
    """Wait until nothing listens any more: the children of a server may outlive it for a moment."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        with socket.socket() as s:
            s.settimeout(0.5)
            if s.connect_ex(("127.0.0.1", port)) != 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"something still listens on {port}")


def end(process: subprocess.Popen[bytes]) -> None:
    """End a server that we started."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


# --- Postfix -----------------------------------------------------------------------------------------------------------

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.home.test
mydestination =
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = home.test
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{ me@home.test=me/ }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{uid}
virtual_minimum_uid = 1
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_reject_unlisted_recipient = yes
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = {cert}
smtpd_tls_key_file = {cert}
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
cyrus_sasl_config_path = {folder}/etc/sasl
smtpd_sasl_local_domain = mx.home.test
smtpd_peername_lookup = no
soft_bounce = no
"""
_MASTER = """
{starttls} inet n - n - - smtpd
{smtps} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
{slow} inet n - n - - smtpd -o smtpd_data_restrictions=sleep,3,permit
{later} inet n - n - - smtpd -o smtpd_recipient_restrictions=defer
{mistrust} inet n - n - - smtpd -o smtpd_tls_cert_file={other} -o smtpd_tls_key_file={other}
{plain} inet n - n - - smtpd -o smtpd_tls_security_level=none
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass
class Postfix:
    """A running Postfix and what is in the mailbox of ``me@home.test``."""

    folder: Path
    ports: Mapping[str, int]
    program: str
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        """Start the server."""
        command = [self.program, "-c", str(self.folder / "etc"), "start-fg"]
        with (self.folder / "out").open("ab") as out:
            self.process = subprocess.Popen(command, stdout=out, stderr=out)
        for port in self.ports.values():
            listening(port, self.process)

    def stop(self) -> None:
        """Stop it and its children; what it has accepted stays."""
        if self.process is not None:
            subprocess.run(
                [self.program, "-c", str(self.folder / "etc"), "abort"],
                check=False,
                capture_output=True,
                timeout=60,
            )
            end(self.process)
            self.process = None
        for port in self.ports.values():
            silent(port)

    def url(
        self, service: str, *, to: str = "me@home.test", password: str = PASSWORD, extra: str = ""
    ) -> str:
        """Return the channel URL for one of its services."""
        mode = {"smtps": "ssl", "plain": "insecure"}.get(service, "starttls")
        scheme = "mailto" if mode == "insecure" else "mailtos"
        return (
            f"{scheme}://{USER}:{password}@127.0.0.1:{self.ports[service]}/"
            f"?from=monitor@home.test&to={to}&smtp=127.0.0.1&mode={mode}{extra}"
        )

    def mails(self, expected: int, seconds: float = 15.0) -> list[EmailMessage]:
        """Read the maildir back, waiting until it holds so many mails."""
        end_at = time.monotonic() + seconds
        while True:
            files = sorted((self.folder / "mail" / "me" / "new").glob("*"))
            if len(files) >= expected or time.monotonic() > end_at:
                return [message_from_bytes(f.read_bytes(), policy=policy.default) for f in files]  # type: ignore[misc]
            time.sleep(0.05)


@contextmanager
def postfix(cert: Path, other: Path) -> Iterator[Postfix]:
    """Run a Postfix with STARTTLS, implicit TLS, log-in, and services that are slow, defer, or cannot be trusted.

    Its folder is not pytest's: every new session closes that to other users, and Postfix is one.
    """
    with TemporaryDirectory(prefix="billing-monitor-postfix-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        keys = [Path(shutil.copy(path, folder)) for path in (cert, other)]
        server = _postfix(folder, *keys)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _postfix(folder: Path, cert: Path, other: Path) -> Postfix:
    program = need("postfix", "sasl2-bin", "libsasl2-modules", program="postfix")
    saslpasswd = need("sasl2-bin", program="saslpasswd2")
    names = ("starttls", "smtps", "slow", "later", "mistrust", "plain")
    ports = {name: free_port() for name in names}
    uid = _uid("nobody")
    for part in ("etc", "etc/sasl", "queue", "data", "mail"):
        (folder / part).mkdir()
    shutil.chown(folder / "data", "postfix")
    shutil.chown(folder / "mail", uid, uid)
    main = _MAIN.format(folder=folder, cert=cert, uid=uid)
    (folder / "etc" / "main.cf").write_text(main)
    (folder / "etc" / "master.cf").write_text(
        _MASTER.format(other=other, **{k: f"127.0.0.1:{v}" for k, v in ports.items()})
    )
    for shared in ("postfix-files", "dynamicmaps.cf"):
        if Path("/etc/postfix", shared).exists():
            shutil.copy(Path("/etc/postfix", shared), folder / "etc" / shared)
    database = folder / "etc" / "sasl" / "users"  # Debian's Postfix looks in no other folder than this
    (folder / "etc" / "sasl" / "smtpd.conf").write_text(
        f"pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: {database}\nmech_list: PLAIN LOGIN\n"
    )
    subprocess.run(
        [saslpasswd, "-p", "-c", "-f", str(database), "-u", "mx.home.test", USER],
        input=PASSWORD.encode(),
        check=True,
        capture_output=True,
    )
    shutil.chown(database, "postfix")
    return Postfix(folder, ports, program)


def _uid(name: str) -> int:
    import pwd  # noqa: PLC0415 - only on Unix

    return pwd.getpwnam(name).pw_uid


# --- Mosquitto ---------------------------------------------------------------------------------------------------------


@dataclass
class Broker:
    """A running Mosquitto."""

    command: list[str]
    port: int
    tls_port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server."""
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        listening(self.port, self.process)

    def stop(self) -> None:
        """Stop it."""
        if self.process is not None:
            end(self.process)
            self.process = None


@contextmanager
def mosquitto(folder: Path, cert: Path) -> Iterator[Broker]:
    """Run a Mosquitto with a password, in the clear and over TLS."""
    program = need("mosquitto", program="mosquitto")
    passwords = folder / "passwords"
    subprocess.run(
        [need("mosquitto", program="mosquitto_passwd"), "-c", "-b", str(passwords), USER, PASSWORD],
        check=True,
        capture_output=True,
    )
    port, tls_port = free_port(), free_port()
    config = folder / "mosquitto.conf"
    config.write_text(
        f"user root\nallow_anonymous false\npassword_file {passwords}\npersistence false\n"
        f"listener {port} 127.0.0.1\n"
        f"listener {tls_port} 127.0.0.1\ncertfile {cert}\nkeyfile {cert}\n"
    )
    broker = Broker([program, "-c", str(config)], port, tls_port)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


# --- Prosody -----------------------------------------------------------------------------------------------------------

_PROSODY = """
run_as_root = true
daemonize = false
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
log = {{ info = "{folder}/log" }}
modules_enabled = {{ "roster"; "saslauth"; "tls"; "offline"; "disco" }}
modules_disabled = {{ "s2s" }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
c2s_direct_tls_ports = {{ }}
component_ports = {{ }}
s2s_ports = {{ }}
s2s_direct_tls_ports = {{ }}
http_ports = {{ }}
https_ports = {{ }}
c2s_require_encryption = true
authentication = "internal_plain"
ssl = {{ key = "{cert}"; certificate = "{cert}" }}
VirtualHost "localhost"
"""


@dataclass
class Jabber:
    """A running Prosody and what waits there for ``me@localhost``."""

    folder: Path
    command: list[str]
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server."""
        with (self.folder / "out").open("ab") as out:
            self.process = subprocess.Popen(self.command, stdout=out, stderr=out)
        listening(self.port, self.process)

    def stop(self) -> None:
        """Stop it."""
        if self.process is not None:
            end(self.process)
            self.process = None

    def waiting(self, seconds: float = 10.0) -> str:
        """Return what is kept for the absent ``me``, waiting for something to come."""
        end_at = time.monotonic() + seconds
        kept = self.folder / "data" / "localhost" / "offline" / "me.list"
        while time.monotonic() < end_at and not kept.exists():
            time.sleep(0.05)
        raw = kept.read_bytes() if kept.exists() else b""
        return re.sub(rb"\\(\d{3})", lambda m: bytes([int(m[1])]), raw).decode("utf-8", "replace")


@contextmanager
def prosody(folder: Path, cert: Path) -> Iterator[Jabber]:
    """Run a Prosody with TLS and two accounts; ``me`` is never there, so that what is sent can be read."""
    program = need("prosody", program="prosody")
    accounts = folder / "data" / "localhost" / "accounts"
    accounts.mkdir(parents=True)
    for name in (USER, "me"):
        (accounts / f"{name}.dat").write_text(f'return {{ ["password"] = "{PASSWORD}"; }};\n')
    port = free_port()
    config = folder / "prosody.cfg.lua"
    config.write_text(_PROSODY.format(folder=folder, port=port, cert=cert))
    server = Jabber(folder, [program, "-F", "--config", str(config)], port)
    server.start()
    try:
        yield server
    finally:
        server.stop()
