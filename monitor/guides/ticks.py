"""Which points of a guide are done, and what the tests showed: one small file in the state folder, resumed at any time."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from monitor.core.words import Cause


@dataclass
class Ticks:
    """What is done about one line. A new cause starts a new list."""

    path: Path
    cause: str = ""
    done: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    """Results of the wizard: question → answer."""
    tested_at: str = ""
    """When the last answer was given, ISO 8601."""

    @classmethod
    def of(cls, folder: Path, line: str, cause: Cause) -> Ticks:
        """Read a line's list; a file that is missing, of another cause or broken is an empty list."""
        path = folder / "guides" / f"{line}.json"
        try:
            found = json.loads(path.read_text("utf-8"))
            answers = {str(k): str(v) for k, v in found["answers"].items()}
            same = found["cause"] == cause
            done = [str(x) for x in found["done"]] if same else []
            return cls(path, str(cause), done, answers, str(found.get("tested_at", "")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls(path, str(cause))

    def fresh_answers(self, now: datetime) -> dict[str, str]:
        """Return the wizard's answers while they still say something of today: for three days."""
        try:
            recent = now - datetime.fromisoformat(self.tested_at) <= timedelta(days=3)
        except (ValueError, TypeError):
            recent = False
        return self.answers if recent else {}

    def tick(self, point: str) -> None:
        """Mark a point as done."""
        if point not in self.done:
            self.done.append(point)

    def untick(self, point: str) -> None:
        """Mark a point as open again."""
        if point in self.done:
            self.done.remove(point)

    def save(self) -> None:
        """Write the list, readable by its owner only, whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self.path.with_suffix(".new")
        text = json.dumps(
            {"cause": self.cause, "done": self.done, "answers": self.answers, "tested_at": self.tested_at},
            ensure_ascii=False,
        )
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        draft.replace(self.path)

    def forget(self) -> bool:
        """Remove the file; return whether there was one."""
        there = self.path.exists()
        self.path.unlink(missing_ok=True)
        return there
