"""Channels: one Apprise URL each, behind :class:`monitor.ports.Channel`. Nothing heavy is imported before the first send."""

from __future__ import annotations

from monitor.notify.address import is_mail, validate
from monitor.notify.console import ConsoleChannel
from monitor.notify.port import AppriseChannel
from monitor.ports import Channel

__all__ = ["AppriseChannel", "ConsoleChannel", "is_mail", "open_channel", "validate"]


def open_channel(name: str, url: str) -> Channel:
    """Return the channel for a URL; ``console://`` prints, everything else goes through Apprise. Opens no connection."""
    if url.strip().lower().startswith("console://"):
        return ConsoleChannel(name, url)
    return AppriseChannel(name, url)
