"""Every danger of a line that is true now, whatever it comes from: what decides, what shows, and what explains ask the same."""

from __future__ import annotations

from datetime import datetime

from monitor.core.aftermath import story_dangers
from monitor.core.assess import assess
from monitor.core.autopay import autopay_dangers
from monitor.core.line import Line
from monitor.core.notice import Danger
from monitor.core.rules import Rules
from monitor.core.state import LineState


def dangers_of(line: Line, rules: Rules, state: LineState, now: datetime) -> list[Danger]:
    """Return every danger that holds now. The state's forecast is of this instant, or of the last look."""
    return [
        *assess(line, state, now),
        *story_dangers(line, rules, state, now),
        *autopay_dangers(line, state, now),
    ]
