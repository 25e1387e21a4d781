"""Which rulebook entry a connector's lines have when their owner names none."""

from __future__ import annotations

_ENTRIES = {
    "cn-mobile": "cn.mobile",
    "cn-telecom": "cn.telecom",
    "cn-unicom": "cn.unicom",
    "cn-unicom-mini": "cn.unicom",
    "cn-broadnet": "cn.broadnet",
    "cn-mvno": "cn.mvno",
}


def entry_of(carrier: str) -> str:
    """Return the entry of a connector or preset, "" where its country and carrier are not known by its name."""
    return _ENTRIES.get(carrier, "")
