"""``billing-monitor`` whose clock is moved on by a file: days pass for the real process while the test takes seconds."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from monitor import clock

_real, _ahead = clock.utcnow, Path(os.environ["TEST_CLOCK_AHEAD"])


def _shifted() -> datetime:
    return _real() + timedelta(seconds=float(_ahead.read_text(encoding="ascii")))


if __name__ == "__main__":
    clock.utcnow = _shifted  # before anything takes it by name

    from monitor.cli import main

    main()
