"""Settings against what exists: carriers, rulebook entries and channel services. Every fault at once, whatever its kind."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path

from monitor import carriers, notify, rulebook
from monitor.guides.links import official_url
from monitor.settings import EnvSource, Fault, Settings, load
from monitor.settings.names import PREFIX, known

_LINE, _CHANNEL = f"{PREFIX}LINES__<NAME>__", f"{PREFIX}CHANNELS__<NAME>__"
_PAGE = f"{PREFIX}PAGES__<NAME>__"


def read_settings(source: EnvSource, *, to_run: bool = False) -> Settings:
    """Read settings and check them whole.

    Args:
        source: where the variables come from.
        to_run: a daemon needs a line to watch and somebody to tell; other commands work without.

    Raises:
        SettingsError: with every fault: of syntax, of value, and of names that do not exist.
    """

    def all_faults(variables: Mapping[str, str]) -> Iterator[Fault]:
        yield from faults(variables)
        if to_run:
            yield from _idle(variables)

    return load(source, all_faults)


def faults(variables: Mapping[str, str]) -> Iterator[Fault]:
    """Yield a fault for each name of a carrier, rulebook entry, province file or channel service that does not exist."""
    folder = variables.get(f"{PREFIX}RULEBOOK", "")
    book = None
    try:
        book = rulebook.load(Path(folder) if folder else None)
    except rulebook.RulebookError as error:
        for fault in error.faults:
            yield Fault(f"{PREFIX}RULEBOOK", fault, "Mend the file, or remove it: the shipped one then holds")
    for name, value in variables.items():
        declared = known(name)
        pattern = declared.pattern if declared else ""
        if pattern == f"{_LINE}CARRIER":
            yield from _carrier(name, value)
        elif (pattern == f"{_LINE}RULES" and book) or (pattern == f"{_PAGE}RULES" and book):
            yield from _rules(name, value, book)
        elif pattern == f"{_PAGE}URL" and book and not official_url(book, value):
            hosts = ", ".join(book.hosts().hosts)
            yield Fault(
                name,
                "is on no official host of the rulebook, or not https",
                f"Hosts: {hosts}; add your own in a file of MONITOR_RULEBOOK",
            )
        elif pattern == f"{_CHANNEL}URL" and (problem := notify.validate(value, deep=False)):
            yield Fault(name, problem)


def _carrier(variable: str, carrier: str) -> Iterator[Fault]:
    names = carriers.names()
    if carrier not in names:
        near = difflib.get_close_matches(carrier, names, n=1)
        mend = f"Did you mean {near[0]}?" if near else f"One of: {', '.join(names)}"
        yield Fault(variable, f"there is no carrier {carrier!r}", mend)


def _rules(variable: str, entry: str, book: rulebook.Rulebook) -> Iterator[Fault]:
    try:
        book.entry(entry)
    except rulebook.RulebookError as error:
        yield Fault(variable, str(error))


def _idle(variables: Mapping[str, str]) -> Iterator[Fault]:
    if not any(name.startswith(f"{PREFIX}LINES__") for name in variables):
        yield Fault(
            f"{PREFIX}LINES__HOME__CARRIER",
            "no line is set, so there is nothing to watch",
            "See lines.d/example.env",
        )
    if not any(name.startswith(f"{PREFIX}CHANNELS__") for name in variables):
        yield Fault(
            f"{PREFIX}CHANNELS__MAIL__URL",
            "no channel is set, so nobody could be warned",
            "Set one Apprise URL",
        )
