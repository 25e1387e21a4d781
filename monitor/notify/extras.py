"""What a service can show besides text: buttons on a push, fields for software that listens to a web hook."""

from __future__ import annotations

from typing import Any

from monitor.ports import Message

_BUTTONS = 3
"""As many as ntfy shows."""
_NTFY_ACTIONS = "_NotifyNtfy__actions"
_HOOKS = frozenset({"custom_form", "custom_json", "custom_xml"})


def enrich(service: Any, plugin: str, message: Message) -> None:
    """Add a message's own extras to a service object before it sends."""
    if plugin == "ntfy" and hasattr(service, _NTFY_ACTIONS):
        buttons = [f"view, {label}, {url}" for label, url in message.links if not _delimits(label)]
        setattr(service, _NTFY_ACTIONS, "; ".join(buttons[:_BUTTONS]).encode())  # the header is UTF-8
    if plugin in _HOOKS:
        plain = vars(service).setdefault("_extras_of_the_url", dict(service.payload_extras))
        service.payload_extras = plain | {
            "notice_id": message.notice_id,
            "severity": str(message.severity),
            "thread": message.thread,
            "short": message.short,
        }


def _delimits(label: str) -> bool:
    return any(c in label for c in ",;\"'")
