"""The child: a chart as JSON on standard input, a PNG on standard output."""

from __future__ import annotations

import sys

from monitor.charts.render import render
from monitor.charts.spec import Chart


def main() -> None:
    """Draw one picture."""
    sys.stdout.buffer.write(render(Chart.from_json(sys.stdin.read())))


if __name__ == "__main__":
    main()
