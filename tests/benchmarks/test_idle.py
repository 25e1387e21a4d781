"""What the idle daemon costs with one line: resident memory, and time to ready, beside a bare Python with the same libraries.

Prints; asserts no figure, since machines differ. The aim: at most 70 MB resident, ready within 1 s.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))
from house import Daemon, Webhook, line_environ, wait_until  # the folder of the end-to-end tests

from monitor.mock.server import MockCarrier

pytestmark = pytest.mark.heavy

_OWN = {"monitor", "__main__"}


def resident_mb(pid: int | str = "self") -> float:
    """Resident memory of a process in MB (10⁶ bytes)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) * 1024 / 1e6


def bare(modules: list[str]) -> tuple[float, float]:
    """Resident MB and seconds of a Python that only imports."""
    code = (
        f"for m in {modules!r}:\n  try: __import__(m)\n  except ImportError: pass\n"
        "print(open('/proc/self/status').read().split('VmRSS:')[1].split()[0])"
    )
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout) * 1024 / 1e6, time.perf_counter() - began


def test_idle_memory_and_time_to_ready_beside_a_bare_python(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hook, listed = Webhook(), tmp_path / "modules"
    with MockCarrier("demo", speed=0) as carrier:
        settings = line_environ(carrier.url, hook.url, MONITOR_POLL_EVERY="6h", TEST_MODULES=str(listed))
        daemon = Daemon(tmp_path / "house", settings, launcher=(str(Path(__file__).with_name("listed.py")),))
        daemon.start().stop()  # the first start makes the database and warms the file cache
        began = time.perf_counter()
        daemon.start()
        ready = time.perf_counter() - began
        wait_until(lambda: carrier.world.requests, what="the first poll")
        time.sleep(5)
        assert daemon.process is not None
        idle = resident_mb(daemon.process.pid)
        daemon.stop()
    hook.down()
    modules = [m for m in listed.read_text(encoding="utf-8").split() if m.partition(".")[0] not in _OWN]
    foreign = sorted({m.partition(".")[0] for m in modules} - set(sys.stdlib_module_names))
    same, seconds = bare(modules)
    empty, instant = bare([])
    with capsys.disabled():
        print(f"\n  idle daemon, one line: {idle:5.1f} MB resident, ready after {ready:.2f} s")
        print(
            f"  same libraries, bare:  {same:5.1f} MB resident, imported in {seconds:.2f} s  (ratio {idle / same:.2f})"
        )
        print(f"  Python alone:          {empty:5.1f} MB resident, {instant:.2f} s")
        print(f"  libraries: {', '.join(foreign)}")
    assert "monitor.cli" in listed.read_text(encoding="utf-8")
    for lazy in ("apprise", "matplotlib", "starlette", "holidays", "rich", "psycopg", "alembic"):
        assert lazy not in foreign, f"{lazy} is not needed by an idle daemon: import it where it is used"
