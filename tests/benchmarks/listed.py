"""``billing-monitor`` that writes the modules it has imported to a file when it ends."""

import atexit
import os
import sys
from pathlib import Path


def _list() -> None:
    Path(os.environ["TEST_MODULES"]).write_text("\n".join(sorted(sys.modules)), encoding="utf-8")


if __name__ == "__main__":
    atexit.register(_list)
    from monitor.cli import main

    main()
