"""Draw in a child process: its memory is gone with it, and it sees none of our settings or secrets."""

from __future__ import annotations

import importlib.util
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache

from monitor.charts.spec import Chart

log = logging.getLogger(__name__)

SECONDS = 30.0
"""A picture that takes longer is not worth the wait: the mail goes out without it."""
_PNG = b"\x89PNG"


@cache
def available() -> bool:
    """Whether matplotlib is installed. Looks for it without loading it."""
    return importlib.util.find_spec("matplotlib") is not None


def draw(chart: Chart, seconds: float = SECONDS) -> bytes | None:
    """Return the picture as PNG, or None where it cannot be drawn; never raises."""
    if not available():
        return None
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "monitor.charts"],
            input=chart.to_json().encode(),
            capture_output=True,
            timeout=seconds,
            env=_environment(os.environ),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as e:
        log.warning("no chart: %s; the mail goes out without it", type(e).__name__)
        return None
    if done.returncode or not done.stdout.startswith(_PNG):
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        log.warning("no chart: %s; the mail goes out without it", *(last or ["the drawing process failed"]))
        return None
    return done.stdout


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Pass on what Python needs, and a place where matplotlib may keep its list of fonts; nothing of ours."""
    kept = {k: ours[k] for k in ("PATH", "HOME", "LANG", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR") if k in ours}
    cache_folder = ours.get("CACHE_DIRECTORY") or ours.get("STATE_DIRECTORY")
    if cache_folder:
        kept["MPLCONFIGDIR"] = os.path.join(cache_folder.split(":")[0], "matplotlib")  # noqa: PTH118 - text in, text out
    return kept | {"MPLBACKEND": "Agg"}
