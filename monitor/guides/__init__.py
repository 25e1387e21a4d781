"""Guides: what to do about a stopped line, step by step, and the letters to send; data first, no I/O."""

from __future__ import annotations

from monitor.guides.guide import Guide, build, next_step
from monitor.guides.playbook import Paid

__all__ = ["Guide", "Paid", "build", "next_step"]
