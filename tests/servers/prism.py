"""Prism, an independent mock and validating proxy for OpenAPI files: installed once into ``var/``, started per file."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("BILLING_MONITOR_SHARED") or ROOT.parent / "shared")
SPECS = SHARED / "specs"
_HOME = ROOT / "var" / "prism"
_PACKAGE = "@stoplight/prism-cli@5"


def command() -> list[str]:
    """Return the command that runs Prism, installing it when it is not there yet."""
    script = _HOME / "node_modules" / ".bin" / "prism"
    _HOME.mkdir(parents=True, exist_ok=True)
    with (_HOME / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test workers must not install at once
        if not script.exists():
            npm = shutil.which("npm")
            if npm is None:
                raise RuntimeError("these tests need Node.js: apt-get install nodejs npm")
            install = [
                npm,
                "install",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
                "--prefix",
                str(_HOME),
                _PACKAGE,
            ]
            subprocess.run(install, check=True, timeout=300)
    return [shutil.which("node") or "node", str(script)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(*arguments: str) -> Iterator[str]:
    """Run one Prism with these arguments until the block ends; yields its URL."""
    prism, port = command(), free_port()
    log = _HOME / f"log-{port}.txt"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*prism, *arguments, "-h", "127.0.0.1", "-p", str(port)], stdout=out, stderr=out
        )
        try:
            for _ in range(600):
                if process.poll() is not None:
                    raise RuntimeError(f"Prism ended: {log.read_text()[-2000:]}")
                try:
                    urlopen(f"http://127.0.0.1:{port}/", timeout=2).close()
                except URLError as error:
                    if hasattr(error, "code"):
                        break
                    time.sleep(0.1)
                else:
                    break
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)
            log.unlink(missing_ok=True)


def mock(file: str, *more: str) -> AbstractContextManager[str]:
    """Serve a mock of a file below ``specs/``."""
    return running("mock", str(SPECS / file), *more)


def proxy(file: str, upstream: str) -> AbstractContextManager[str]:
    """Validate a server against a file below ``specs/``: whatever breaks the description is answered with 500."""
    return running("proxy", str(SPECS / file), upstream, "--errors")
