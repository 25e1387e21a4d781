"""Pictures for mails: the balance so far and what is expected, drawn by matplotlib in a child process that ends at once.

Matplotlib takes some 60 MB that a daemon which mostly waits must not keep. Where it is not installed (extra ``charts``),
mails come without a picture.
"""

from __future__ import annotations

from monitor.charts.child import available, draw
from monitor.charts.picture import burn_down, picture, timeline
from monitor.charts.spec import Bar, Chart, Series

__all__ = ["Bar", "Chart", "Series", "available", "burn_down", "draw", "picture", "timeline"]
