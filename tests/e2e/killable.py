"""``billing-monitor`` with two additions: it dies at the mark that ``KILL_AT`` names, and each message tells its notices' ids."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import Any

from monitor import marks
from monitor.cli import main
from monitor.messages import TemplateComposer
from monitor.ports import Message


def die(name: str) -> None:
    if name == os.environ.get("KILL_AT"):
        os.kill(os.getpid(), signal.SIGKILL)


def telling(write: Any, ids: Any) -> Any:
    def wrapped(self: TemplateComposer, *arguments: Any, **named: Any) -> Message:
        message: Message = write(self, *arguments, **named)
        return replace(message, text=f"{message.text}\nids: {' '.join(ids(arguments[0]))}", html="", short="")

    return wrapped


marks.hook = die
TemplateComposer.compose = telling(TemplateComposer.compose, lambda notices: [n.id for n in notices])  # type: ignore[method-assign]
TemplateComposer.overview = telling(  # type: ignore[method-assign]
    TemplateComposer.overview, lambda parts: [n.id for p in parts for n in p.notices]
)
TemplateComposer.bulletin = telling(TemplateComposer.bulletin, lambda notice: [notice.id])  # type: ignore[method-assign]

if __name__ == "__main__":
    main()
