"""What a service tells systemd about itself: ``sd_notify(3)`` in a few lines, over its datagram socket.

Without systemd (no ``NOTIFY_SOCKET``) every call does nothing and says so by returning False.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

from monitor.clock import monotonic


def watchdog_seconds(environment: Mapping[str, str] | None = None) -> float | None:
    """Return the watchdog's limit in seconds, or None when systemd does not watch this process.

    Feed it at half of that. Source: ``sd_watchdog_enabled(3)``.
    """
    environment = os.environ if environment is None else environment
    limit, pid = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not limit.isdecimal() or int(limit) == 0 or (pid and pid != str(os.getpid())):
        return None
    return int(limit) / 1e6


class Notifier:
    """Tells systemd READY, RELOADING, WATCHDOG, STOPPING and a status line for ``systemctl status``."""

    def __init__(self, address: str | None = None) -> None:
        """``address`` is the socket's path, by default ``$NOTIFY_SOCKET``; a leading ``@`` is an abstract one."""
        address = os.environ.get("NOTIFY_SOCKET", "") if address is None else address
        self._address = "\0" + address[1:] if address.startswith("@") else address

    def ready(self, status: str = "") -> bool:
        """Start-up, or a reload, is complete."""
        return self._send("READY=1", *_status(status))

    def reloading(self) -> bool:
        """Settings are being read anew; :meth:`ready` ends it, also when the old ones were kept."""
        return self._send("RELOADING=1", f"MONOTONIC_USEC={int(monotonic() * 1e6)}")

    def stopping(self, status: str = "") -> bool:
        """A clean stop has begun."""
        return self._send("STOPPING=1", *_status(status))

    def watchdog(self) -> bool:
        """The service is alive: call it only after that was proved."""
        return self._send("WATCHDOG=1")

    def status(self, text: str) -> bool:
        """Show one line in ``systemctl status``."""
        return self._send(*_status(text))

    def _send(self, *fields: str) -> bool:
        if not self._address or not fields:
            return False
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as door:
                door.settimeout(1)  # a full socket buffer must not hold up the daemon
                door.connect(self._address)
                door.sendall("\n".join(fields).encode())
        except OSError:
            return False  # a monitor goes on without its supervisor; the missing WATCHDOG=1 speaks for itself
        return True


def _status(text: str) -> tuple[str, ...]:
    return (f"STATUS={' '.join(text.split())}",) if text else ()
