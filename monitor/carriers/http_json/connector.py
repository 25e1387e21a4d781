"""The connector ``http-json`` and every shipped preset."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor.carriers import _access, _budget, _drift, _unheard, _values
from monitor.carriers._http import Trouble
from monitor.carriers.http_json import preset as presets
from monitor.carriers.http_json import reading, select
from monitor.carriers.http_json.ask import Asker, Heard
from monitor.carriers.http_json.login import Login, key_of
from monitor.carriers.http_json.spec import BadPreset, Preset
from monitor.core.reading import Failure, Reading
from monitor.core.words import FailureKind
from monitor.ports import Access, Round, Vault, Watched

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tried:
    """Everything that one attempt showed, fit to be printed."""

    heard: tuple[Heard, ...]
    found: Mapping[str, Any]
    outcome: Reading | Failure


class HttpJson:
    """A carrier written as data."""

    passive = False

    def __init__(self, name: str) -> None:
        self.name = name
        self._drift = _drift.Drift(name)
        self._presets: dict[tuple[tuple[str, str], ...], Preset | BadPreset] = {}

    def group(self, watched: Watched) -> str:
        """Lines of one place and one set of credentials: requests that are equal are sent once."""
        return _access.group_key(watched, own=_own_names(self._preset(watched.access), watched.access))

    def fetch(self, lines: Sequence[Watched], round_: Round) -> Mapping[str, Reading | Failure]:
        """Ask about lines of one group."""
        return {name: tried.outcome for name, tried in self.try_(lines, round_).items()}

    def try_(self, lines: Sequence[Watched], round_: Round) -> dict[str, Tried]:
        """Ask, and show all there was to see."""
        preset = self._preset(lines[0].access)
        if isinstance(preset, BadPreset):
            failure = Failure(round_.now, FailureKind.UNSUPPORTED, str(preset))
            return {w.line.name: Tried((), {}, failure) for w in lines}
        base = (lines[0].access.url or preset.url).rstrip("/")
        http = _access.http_for(lines)
        asker = Asker(preset, base, http, _access.Left(round_.seconds))
        try:
            with _unheard.listening() as words:
                tried = {w.line.name: _One(preset, base, w, round_).ask(asker, http) for w in lines}
        finally:
            http.close()
        self._drift.words(words, round_.vault, round_.now)
        for heard in asker.heard:
            self._drift.note(f"{preset.name}:{heard.step}", heard.data, round_.vault, round_.now)
        return tried

    def unlock(self, watched: Watched, vault: Vault) -> None:
        """Allow logins again: a person has acted."""
        preset = self._preset(watched.access)
        if isinstance(preset, Preset):
            base = (watched.access.url or preset.url).rstrip("/")
            _budget.LoginBudget(vault, key_of(preset, watched.access, base)).clear()

    def _preset(self, access: Access) -> Preset | BadPreset:
        key = tuple(sorted(access.options.items()))
        if key not in self._presets:
            try:
                source = access.options.get("preset") or ("" if self.name == "http-json" else self.name)
                made: Preset | BadPreset = presets.load(source, {k: v for k, v in key if k != "preset"})
            except BadPreset as error:
                made = error
            self._presets[key] = made
        return self._presets[key]


@dataclass(frozen=True, slots=True)
class _One:
    """One line in one round."""

    preset: Preset
    base: str
    watched: Watched
    round: Round

    def ask(self, asker: Asker, http: Any) -> Tried:
        before = len(asker.heard)
        raw: Mapping[str, Any] = {}
        now = self.round.now
        try:
            names = names_for(self.preset, self.watched, now)
            login = Login(
                self.preset, self.watched.access, self.base, names=names, http=http, round_=self.round
            )
            document, missing = asker.everything(login, names)
            raw = reading.found(self.preset, document, names)
            seen = reading.read(self.preset, raw, self.watched.line, now, missing)
            outcome: Reading | Failure = seen or Failure(
                now,
                FailureKind.MALFORMED,
                "the carrier answered, but the selectors found neither status nor money",
            )
        except Trouble as trouble:
            outcome = trouble.failure(now)
        except _values.Malformed as error:
            outcome = Failure(now, FailureKind.MALFORMED, f"{error}; nothing of this answer is used")
        except BadPreset as error:
            outcome = Failure(now, FailureKind.UNSUPPORTED, str(error))
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            log.exception("%s: an answer of an unforeseen shape", self.preset.name)
            message = f"the answer has an unforeseen shape ({type(error).__name__})"
            outcome = Failure(now, FailureKind.MALFORMED, message)
        return Tried(tuple(asker.heard[before:]), raw, outcome)


def names_for(preset: Preset, watched: Watched, now: datetime) -> dict[str, str]:
    """Return everything that requests and selectors may fill in.

    Raises:
        BadPreset: a credential or option that the preset needs is missing; all of them are named.
    """
    access, line = watched.access, watched.line
    today = now.astimezone(line.zone).date()
    names = {
        **preset.names,
        "number": line.number,
        "digits": line.number.lstrip("+"),
        "currency": line.currency,
        "today": today.isoformat(),
        "tomorrow": (today + timedelta(days=1)).isoformat(),
        "month_start": today.replace(day=1).isoformat(),
        "username": access.username,
        "password": access.password,
        "token": access.token,
        **access.options,
    }
    missing = [name for name in preset.needs if not names.get(name)]
    if missing:
        top = {"username", "password", "token", "currency"}
        wanted = ", ".join(name.upper() if name in top else f"HTTP__{name.upper()}" for name in missing)
        raise BadPreset(f"{preset.title or preset.name} needs {wanted} in the line's settings")
    for name, value in preset.names.items():
        if names[name] == value:
            names[name] = select.fill(value, names, {})
    return names


def _own_names(preset: Preset | BadPreset, access: Access) -> tuple[str, ...]:
    """Options that only fill in names may differ between lines of one group."""
    if isinstance(preset, BadPreset):
        return ()
    return tuple(k for k in access.options if k in preset.wants)


def make(name: str) -> HttpJson:
    """Return the connector of a preset, or the bare one for ``http-json``."""
    return HttpJson(name)
