"""A Debian machine in a folder, with a real systemd: debootstrap once, boot with systemd-nspawn, work in it with nsenter.

No container engine and no privileges inside: the same unit files, journal, watchdog, credentials and system-call filters as
on a real machine. The network is the host's. Needs root; what is missing raises, and is never skipped.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

BARE = ("python3", "python3-venv", "make", "git", "ca-certificates")
"""What the README asks for on a bare machine."""
INIT = ("systemd", "systemd-sysv", "dbus")
RELEASE = "bookworm"
_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_KEEP = ("PIP_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


class MachineError(RuntimeError):
    """The machine could not be built or booted; the message holds the last words of the tool that failed."""


def cache() -> Path:
    """Return the folder that keeps images between runs, outside every checkout."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    folder = Path(base) / "billing-monitor-ci"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def checkout() -> Path:
    """Return the top folder of the repository under test."""
    return Path(__file__).resolve().parents[2]


def _tool(*argv: str, seconds: float = 900) -> None:
    done = subprocess.run(
        argv, capture_output=True, text=True, timeout=seconds, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise MachineError(
            f"{' '.join(argv[:3])} … failed ({done.returncode}):\n{(done.stdout + done.stderr)[-2000:]}"
        )


def image(packages: tuple[str, ...]) -> Path:
    """Return a tar of a minimal Debian with ``packages``, made on the first call."""
    if os.geteuid() != 0:
        raise MachineError("a machine can only be built and booted by root")
    for tool in ("debootstrap", "systemd-nspawn", "nsenter"):
        if shutil.which(tool, path=_PATH) is None:
            raise MachineError(f"{tool} is missing: apt-get install debootstrap systemd-container util-linux")
    key = hashlib.sha256(",".join((RELEASE, *packages)).encode()).hexdigest()[:12]
    tar = cache() / f"{RELEASE}-{key}.tar"
    if not tar.exists():
        folder, part = cache() / f"building-{key}-{os.getpid()}", tar.with_suffix(f".{os.getpid()}")
        try:
            _tool("debootstrap", "--variant=minbase", f"--include={','.join(packages)}", RELEASE, str(folder))
            _tool("tar", "-C", str(folder), "--exclude=./var/cache/apt/archives/*.deb", "-cf", str(part), ".")
            part.rename(tar)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            part.unlink(missing_ok=True)
    return tar


class Machine:
    """One folder with a Debian in it; commands run inside as root, in a clean environment."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._leader = 0

    def unpack(self, tar: Path) -> None:
        """Fill the folder from an image, with the host's name service and certificates."""
        self.root.mkdir(parents=True)
        _tool("tar", "-C", str(self.root), "-xf", str(tar))
        self.root.chmod(0o755)  # D-Bus and logind hang in a folder that others cannot enter
        for name in ("etc/resolv.conf", "etc/hosts"):
            place = self.root / name
            place.unlink(missing_ok=True)
            shutil.copy(f"/{name}", place)
        if _BUNDLE.exists():
            shutil.copy(_BUNDLE, self.root / _BUNDLE.relative_to("/"))

    def boot(self) -> None:
        """Start systemd inside and wait until it says that it is running. One retry: hosts differ in their moods."""
        for attempt in (1, 2, 3):
            try:
                self._boot()
            except MachineError:
                self.halt()
                if attempt == 3:
                    raise
            else:
                return

    def _boot(self) -> None:
        log = self.root.parent / f"{self.root.name}.console"
        with log.open("wb") as console:
            self._nspawn = subprocess.Popen(
                [*self._container(), "--boot", "--console=pipe"],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
            )
        end, state = time.monotonic() + 60, "no answer"
        while time.monotonic() < end:
            if self._nspawn.poll() is not None:
                raise MachineError(f"systemd-nspawn ended:\n{log.read_text(errors='replace')[-2000:]}")
            self._leader = _first_child(self._nspawn.pid)
            if self._leader:
                state = self.run("systemctl", "is-system-running", check=False).stdout.strip() or state
                if state in ("running", "degraded"):
                    return
            time.sleep(0.2)
        raise MachineError(f"systemd is {state} after a minute:\n{log.read_text(errors='replace')[-2000:]}")

    def _container(self) -> list[str]:
        # No registration and no unit of its own: the host need not run systemd itself.
        options = ("--register=no", "--keep-unit", "--resolv-conf=off", "--timezone=off", "--link-journal=no")
        return ["systemd-nspawn", "-q", "-D", str(self.root), *options]

    def halt(self) -> None:
        """Stop everything inside. The folder stays."""
        if self._nspawn is None:
            return
        if self._nspawn.poll() is None and self._leader:
            self.run("systemctl", "--force", "--force", "poweroff", check=False)
        try:
            self._nspawn.wait(15)
        except subprocess.TimeoutExpired:
            self._nspawn.kill()
            self._nspawn.wait(15)
        self._nspawn, self._leader = None, 0

    def run(
        self,
        *argv: str,
        check: bool = True,
        seconds: float = 120,
        cwd: str = "/root",
        environment: Mapping[str, str] | None = None,
        text: str = "",
    ) -> subprocess.CompletedProcess[str]:
        """Run a command inside; raises with its output when it fails and ``check`` is set."""
        wanted = {"PATH": _PATH, "HOME": "/root", "LANG": "C.UTF-8", **_inherited(), **(environment or {})}
        inside = ["env", "-i", "-C", cwd, *(f"{k}={v}" for k, v in wanted.items()), *argv]
        door = (
            ["nsenter", "-t", str(self._leader), "-a", "--"]
            if self._leader
            else [*self._container(), "--pipe", "--"]
        )
        done = subprocess.run(
            [*door, *inside],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
            input=text,
        )
        if check and done.returncode:
            raise MachineError(
                f"{' '.join(argv)} ended with {done.returncode}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
            )
        return done

    def clone(self, place: str = "root/billing-monitor") -> str:
        """Clone the committed state of this repository into the machine, and return the path inside."""
        _tool(
            "git",
            "-c",
            "safe.directory=*",
            "clone",
            "--quiet",
            "--no-hardlinks",
            str(checkout()),
            str(self.root / place),
        )
        return f"/{place}"

    def write(self, path: str, text: str, mode: int = 0o600) -> None:
        """Write a file inside, owned by root."""
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        place.chmod(mode)


def _first_child(pid: int) -> int:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    return int(children[0]) if children else 0


def _inherited() -> dict[str, str]:
    """Return how this host reaches the package index, where it needs more than the default; never paths of its own."""
    found = {k: v for k, v in os.environ.items() if k.startswith(_KEEP)}
    return {k: v for k, v in found.items() if "/" not in v or "://" in v}


@contextmanager
def machine(name: str, packages: tuple[str, ...]) -> Iterator[Machine]:
    """Yield an unpacked, not yet booted machine; its folder is removed at the end."""
    root = cache() / "machines" / f"{name}-{os.getpid()}"
    made = Machine(root)
    try:
        made.unpack(image(packages))
        yield made
    finally:
        made.halt()
        shutil.rmtree(root, ignore_errors=True)
        (root.parent / f"{root.name}.console").unlink(missing_ok=True)
