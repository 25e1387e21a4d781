"""``console://``: prints each message as it would arrive. For ``demo``, and for a first look."""

from __future__ import annotations

import sys
import threading
from typing import TextIO
from urllib.parse import parse_qs, urlsplit

from monitor.core.words import Severity
from monitor.ports import Message, SendResult, Sent

_COLOUR = {
    Severity.OK: "green",
    Severity.INFO: "green",
    Severity.WARNING: "yellow",
    Severity.UNKNOWN: "magenta",
    Severity.CRITICAL: "red",
}
_SIGN = {
    Severity.OK: "✔",
    Severity.INFO: "✔",
    Severity.WARNING: "▲",
    Severity.UNKNOWN: "?",
    Severity.CRITICAL: "■",
}
_print_lock = threading.Lock()


_FRAME = 6
"""Columns that the box takes: a border and two spaces on either side."""


def _wrapped(body: str, width: int) -> str:
    """Break long lines where each language does; Rich would only do so at spaces, which Chinese has few of."""
    from monitor.guides.render import wrap  # noqa: PLC0415 - only when something is printed

    rows: list[str] = []
    for line in body.splitlines():
        lead = "- " if line.startswith("- ") else ""
        rows += wrap(line.removeprefix(lead), width, lead)
    return "\n".join(rows)


class ConsoleChannel:
    """Prints messages to a stream, standard output by default.

    The URL takes ``width=100`` (columns), ``colour=always`` or ``never`` (default: when the stream is a terminal), and
    ``form=short`` for one line a message.
    """

    def __init__(self, name: str, url: str = "console://", stream: TextIO | None = None) -> None:
        self.name = name
        self._stream = stream
        query = parse_qs(urlsplit(url).query)
        self._width = int(query["width"][0]) if query.get("width", [""])[0].isdigit() else None
        self._colour = {"always": True, "never": False}.get(query.get("colour", [""])[0])
        self._short = query.get("form") == ["short"]

    def send(self, message: Message, seconds: float) -> Sent:  # noqa: ARG002 - the seam gives every channel a limit
        """Print a message. Never raises."""
        from rich.console import Console  # noqa: PLC0415 - only when something is printed
        from rich.panel import Panel  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        colour, sign = _COLOUR[message.severity], _SIGN[message.severity]
        body = message.text.partition("\n-- \n")[0].strip("\n")  # a screen needs no footer
        try:
            with _print_lock:
                console = Console(
                    file=self._stream or sys.stdout,
                    width=self._width,
                    force_terminal=self._colour,
                    no_color=self._colour is False,
                    highlight=False,
                )
                if self._short:
                    console.print(Text(f"{sign} {message.short}", style=colour))
                else:
                    title = Text(f"{sign} {message.subject}", style=f"bold {colour}")
                    body = _wrapped(body, console.width - _FRAME)
                    console.print(
                        Panel(
                            Text(body), title=title, title_align="left", border_style=colour, padding=(1, 2)
                        )
                    )
        except OSError as e:
            return Sent(SendResult.RETRY, f"cannot print: {e.strerror}")
        return Sent(SendResult.DELIVERED)
