"""A redacted archive to attach to a bug report: which settings there are (never their values), how polls went, how answers look.

Lines and channels are numbered, since their names may be people's; amounts are left out. What would be written is searched
for every secret and number of the settings first: with a single hit nothing is written.
"""

from __future__ import annotations

import io
import json
import platform
import re
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any

from pydantic import SecretStr

from monitor.app import Application
from monitor.carriers import CONNECTORS
from monitor.carriers._access import NETWORK_OPTIONS, secrets_of
from monitor.carriers._drift import changes, usual
from monitor.carriers._redact import Redactor
from monitor.core.reading import Event, Failure, Reading
from monitor.core.row import as_json, row
from monitor.core.state import LineState
from monitor.doctor import examine
from monitor.settings import EnvSource
from monitor.settings.names import known

LOOKED_BACK = timedelta(days=14)
_POLLS = 200
_LEAST = 4
"""Shorter values cannot be told from other text."""


class LeakError(RuntimeError):
    """Something secret would have got into the archive; nothing was written."""


class Bundle:
    """One archive in the making.

    Args:
        source: of the settings, looked over as ``doctor`` does.
        application: whose lines and store.
        now: the instant of this look.
    """

    def __init__(self, source: EnvSource, application: Application, now: datetime) -> None:
        self._source, self._app, self._now = source, application, now
        self._watched = application.poller.watched
        self._variables = source.read()[0]
        self._names = {name: f"line-{n}" for n, name in enumerate(sorted(self._watched), 1)}
        channels = sorted(application.settings.channels)
        self._names |= {name: f"channel-{n}" for n, name in enumerate(channels, 1)}
        self._secrets = sorted({s for s in self._private() if len(s) >= _LEAST}, key=len, reverse=True)
        numbers = [w.line.number for w in self._watched.values()]
        self._digits = [n.lstrip("+") for n in numbers if len(n) > _LEAST]
        self._redact = Redactor(self._secrets, numbers)

    def make(self) -> bytes:
        """Return the archive, a ZIP of JSON files.

        Raises:
            LeakError: a secret or a full number is in it.
        """
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in self._parts():
                text = json.dumps(part, ensure_ascii=False, indent=1, default=str)
                leaks = sum(one in text for one in (*self._secrets, *self._digits))
                if leaks:
                    raise LeakError(
                        f"{name} would hold {leaks} secrets or numbers: report that without the file"
                    )
                archive.writestr(zipfile.ZipInfo(name, self._now.timetuple()[:6]), text)
        return out.getvalue()

    def _private(self) -> Iterator[str]:
        """Every value of the settings that is somebody's."""
        for name, value in self._variables.items():
            declared = known(name)
            key = name.rpartition("__")[2].lower()
            own = "__OPTIONS__" in name and key not in NETWORK_OPTIONS
            if own or "@" in value or (declared and SecretStr in _types(declared.field.annotation)):
                yield value.strip()
        for watched in self._watched.values():
            yield from secrets_of(watched.access)

    def _parts(self) -> Iterator[tuple[str, Any]]:
        libraries = ("requests", "SQLAlchemy", "apprise", "APScheduler", "jmespath")
        yield (
            "about.json",
            {
                "made_at": self._now.isoformat(timespec="seconds"),
                "version": version("billing-monitor"),
                "python": platform.python_version(),
                "system": platform.platform(),
                "libraries": {name: version(name) for name in libraries},
            },
        )
        yield "settings.json", sorted(self._variable(name) for name in self._variables)
        found = [asdict(f) for f in examine(self._source)]
        yield (
            "doctor.json",
            [{k: self._text(v) if isinstance(v, str) else v for k, v in f.items()} for f in found],
        )
        states = self._app.store.states(self._watched)
        yield (
            "lines.json",
            [self._line(name, states.get(name, LineState())) for name in sorted(self._watched)],
        )
        yield "polls.json", {self._names[n]: list(self._polls(n)) for n in sorted(self._watched)}
        vault, used = self._app.store.vault(), sorted({w.line.carrier for w in self._watched.values()})
        yield "changes.json", {name: changes(name, vault) for name in used}
        yield "shapes.json", {name: usual(name, vault) for name in used}
        yield "carriers.json", {name: "connector" if name in CONNECTORS else "preset" for name in used}

    def _variable(self, name: str) -> str:
        parts = name.split("__")
        if len(parts) > 2:
            parts[1] = self._names.get(parts[1].lower(), "other")
        return "__".join(parts)

    def _line(self, name: str, state: LineState) -> dict[str, object]:
        line = self._watched[name].line
        told = as_json(row(line, state, self._now, self._watched[name].rules), line, "")
        for amount in ("balance", "amount_due"):
            told[amount] = "stated" if told[amount] else None
        error = told["error"]
        if isinstance(error, dict):
            error["message"] = self._text(str(error["message"]))
        return told | {"line": self._names[name], "number": "", "failures_in_a_row": state.failures}

    def _polls(self, name: str) -> Iterator[dict[str, Any]]:
        """What the last polls gave: which fields and which failures, never an amount."""
        history = self._app.store.history(name, self._now - LOOKED_BACK, self._now)
        for seen in history[-_POLLS:]:
            at = seen.observed_at.isoformat(timespec="seconds")
            match seen:
                case Reading(status=status, missing=missing, source=source):
                    fields = [n for n in seen.__slots__ if getattr(seen, n) not in {None, (), ""}]
                    yield {"at": at, "status": status, "source": source, "fields": fields, "missing": missing}
                case Failure(kind=kind, message=message):
                    yield {"at": at, "failure": kind, "message": self._text(message)}
                case Event(what=what):
                    yield {"at": at, "event": what.partition(":")[0] if what.startswith("ack") else what}

    def _text(self, text: str) -> str:
        text = self._redact(text)
        for name, shown in self._names.items():
            text = re.sub(rf"(?i)(?<![\w-]){re.escape(name)}(?![\w-])", shown, text)
        return text


def _types(annotation: object) -> tuple[object, ...]:
    return (annotation, *getattr(annotation, "__args__", ()))
