"""Notices in words. For now the plain reason; templates by language come next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.core.notice import Notice
from monitor.core.row import Row
from monitor.core.state import LineState
from monitor.ports import Message, Part, Watched


@dataclass(frozen=True)
class TemplateComposer:
    """Implements :class:`monitor.ports.Composer`."""

    language: Callable[[str], str]
    zone: Callable[[str], str]
    templates: Path | None = None

    def compose(
        self, notices: Sequence[Notice], watched: Watched, state: LineState, channel: str, now: datetime
    ) -> Message:
        """Write the reasons down."""
        del watched, state, channel, now
        first = notices[0]
        subject = f"{first.line}: {first.kind}"
        text = "\n".join(str(n.why) for n in notices)
        return Message(
            first.id, subject, f"{subject}: {text}", text, severity=first.severity, thread=first.episode
        )

    def overview(self, parts: Sequence[Part], more: int, channel: str, now: datetime) -> Message:
        """Write one message about several lines."""
        raise NotImplementedError

    def bulletin(self, notice: Notice, parts: Sequence[Part], channel: str, now: datetime) -> Message:
        """Write what concerns no single line."""
        raise NotImplementedError


def next_step(row: Row, language: str) -> str:
    """Return the one next step for a line, a plain sentence."""
    del language
    return str(row.dangers[0].why) if row.dangers else ""
