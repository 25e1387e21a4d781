"""Read the rulebook files and answer: which value holds for a line, from which scope, and how sure is it."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import cast

from pydantic import ValidationError

from monitor.core.line import Line
from monitor.core.rules import NO_RULES, Rules, RuleValue
from monitor.rulebook.faults import RulebookError
from monitor.rulebook.model import ContactSpec, EntrySpec, FileSpec, SourceSpec, ValueSpec


@dataclass(frozen=True, slots=True)
class Contact:
    """One official way to reach somebody."""

    key: str
    value: str
    trust: str
    source: str
    words: tuple[str, str] = ("", "")
    """What to call it, in English and Chinese."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """The official channels that hold for one entry, its own before its country's."""

    known: Mapping[str, Contact] = field(default_factory=lambda: MappingProxyType({}))
    hosts: tuple[str, ...] = ()
    exact_hosts: tuple[str, ...] = ()

    def get(self, key: str) -> str:
        """Return the number, address or name of a channel, or "" where it is not known."""
        contact = self.known.get(key)
        return contact.value if contact else ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One scope of the rulebook with its own values, before anything is inherited."""

    name: str
    kind: str
    title_en: str
    title_zh: str
    parent: str
    zone: str
    calendar: str
    aliases: tuple[str, ...]
    values: Mapping[str, RuleValue]
    contacts: Contacts
    origin: str
    """The file it came from."""

    def title(self, language: str) -> str:
        """Return the name for people in ``en`` or ``zh-CN``."""
        return self.title_zh if language.startswith("zh") else self.title_en


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All entries by name."""

    entries: Mapping[str, Entry]

    def entry(self, name: str) -> Entry:
        """Return an entry by its name.

        Raises:
            RulebookError: no such entry; the message names the nearest one.
        """
        found = self.entries.get(name)
        if found is None:
            raise RulebookError([_unknown("rulebook entry", name, self.entries)])
        return found

    def province(self, country: str, name: str) -> Entry | None:
        """Return the province of a country by entry name, short name or alias (``henan``, ``cn.henan``, ``河南``)."""
        wanted = name.strip().casefold()
        for entry in self.entries.values():
            short = entry.name.rpartition(".")[2]
            names = {entry.name, short, *(a.casefold() for a in entry.aliases)}
            if entry.kind == "province" and entry.name.startswith(f"{country}.") and wanted in names:
                return entry
        return None

    def chain(self, name: str, province: str = "") -> list[Entry]:
        """Return the scopes to ask, most specific first: province, carrier, country."""
        entry: Entry | None = self.entry(name)
        found: list[Entry] = []
        while entry is not None and entry not in found:
            found.append(entry)
            entry = self.entry(entry.parent) if entry.parent else None
        local = self.province(name.partition(".")[0], province) if province else None
        return [local, *(e for e in found if e is not local)] if local else found

    def resolve(self, name: str, province: str = "", owner: Mapping[str, str] | None = None) -> Rules:
        """Return the values that hold: owner's own word → province → carrier → country.

        Args:
            name: an entry, ``cn.mobile``; "" gives rules that know only the owner's own word.
            province: of the line's home network; unknown ones change nothing.
            owner: what the owner's contract says, key to text such as ``"10d"``.

        Raises:
            RulebookError: unknown entry, or an owner's value that cannot be read.
        """
        scopes = self.chain(name, province) if name else []
        values: dict[str, RuleValue] = {}
        for scope in reversed(scopes):
            values |= scope.values
        values |= {key: _owner_value(key, text) for key, text in (owner or {}).items()}
        chain = (*(("owner",) if owner else ()), *(s.name for s in scopes))
        zone = next((s.zone for s in scopes if s.zone), "")
        calendar = next((s.calendar for s in scopes if s.calendar), "")
        return Rules(name or NO_RULES.entry, chain, zone, calendar, MappingProxyType(values))

    def for_line(self, line: Line, entry: str = "") -> Rules:
        """Return the rules of a line: its own entry (or the connector's ``entry``), province and owner's terms."""
        return self.resolve(line.rules or entry, line.province, owner_terms(line))

    def contacts(self, name: str, province: str = "") -> Contacts:
        """Return the official channels of an entry and of the scopes above it."""
        scopes = self.chain(name, province) if name else []
        known: dict[str, Contact] = {}
        for scope in reversed(scopes):
            known |= scope.contacts.known
        hosts = tuple(dict.fromkeys(h for s in scopes for h in s.contacts.hosts))
        exact = tuple(dict.fromkeys(h for s in scopes for h in s.contacts.exact_hosts))
        return Contacts(MappingProxyType(known), hosts, exact)

    def hosts(self) -> Contacts:
        """Return every official host of the whole book: the allow-list of links."""
        hosts = tuple(dict.fromkeys(h for e in self.entries.values() for h in e.contacts.hosts))
        exact = tuple(dict.fromkeys(h for e in self.entries.values() for h in e.contacts.exact_hosts))
        return Contacts(hosts=hosts, exact_hosts=exact)


def owner_terms(line: Line) -> dict[str, str]:
    """What the owner wrote about the line's contract, in the rulebook's keys."""
    terms: dict[str, str] = {}
    if line.dunning_days is not None:
        terms["suspend_after_due"] = f"{line.dunning_days}d"
    if line.grace_hours is not None:
        terms["grace_after_renewal"] = f"{line.grace_hours}h"
    return terms


@lru_cache(maxsize=8)
def load(override: Path | None = None) -> Rulebook:
    """Read the rulebook: the files of the package, each replaceable by a file of the same name in ``override``.

    Raises:
        RulebookError: every fault of every file at once.
    """
    files = dict(_shipped())
    if override is not None and override.is_dir():
        files |= {p.name: p.read_text("utf-8") for p in sorted(override.glob("*.toml"))}
    entries: dict[str, Entry] = {}
    faults: list[str] = []
    for name, text in sorted(files.items()):
        try:
            parsed = parse(text, name)
        except RulebookError as error:
            faults += error.faults
            continue
        faults += [f"{name}: entry {e} is also in {entries[e].origin}" for e in parsed if e in entries]
        entries |= parsed
    for entry in entries.values():
        if entry.parent and entry.parent not in entries:
            faults.append(f"{entry.origin}: {entry.name} has the unknown parent {entry.parent}")
    if faults:
        raise RulebookError(faults)
    return Rulebook(MappingProxyType(entries))


def resolve(name: str, province: str = "", owner: Mapping[str, str] | None = None) -> Rules:
    """Return the values that hold, from the rulebook of the package. See :meth:`Rulebook.resolve`."""
    return load().resolve(name, province, owner)


def parse(text: str, origin: str) -> dict[str, Entry]:
    """Read one file.

    Raises:
        RulebookError: each fault with file, place and reason.
    """
    try:
        spec = FileSpec.model_validate(tomllib.loads(text, parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        raise RulebookError([f"{origin}: not TOML: {error}"]) from None
    except ValidationError as error:
        faults = [f"{origin}: {'.'.join(str(x) for x in e['loc'])}: {e['msg']}" for e in error.errors()]
        raise RulebookError(faults) from None
    return {name: _entry(name, entry, spec.sources, origin) for name, entry in spec.entries.items()}


def _shipped() -> Iterator[tuple[str, str]]:
    for item in resources.files("monitor.rulebook.entries").iterdir():
        if item.name.endswith(".toml"):
            yield item.name, item.read_text("utf-8")


def _entry(name: str, spec: EntrySpec, sources: Mapping[str, SourceSpec], origin: str) -> Entry:
    values = {k: _value(k, v, sources[v.source], name) for k, v in spec.values.items()}
    contacts = {k: _contact(k, c, sources[c.source]) for k, c in spec.contacts.items()}
    return Entry(
        name=name,
        kind=spec.kind,
        title_en=spec.title.en,
        title_zh=spec.title.zh,
        parent=spec.parent,
        zone=spec.zone,
        calendar=spec.calendar,
        aliases=spec.aliases,
        values=MappingProxyType(values),
        contacts=Contacts(MappingProxyType(contacts), spec.hosts, spec.exact_hosts),
        origin=origin,
    )


def _value(key: str, spec: ValueSpec, source: SourceSpec, scope: str) -> RuleValue:
    return RuleValue(
        key=key,
        value=spec.value if isinstance(spec.value, str) else Decimal(spec.value),
        unit=spec.unit,
        source=source.title,
        source_zh=source.title_zh,
        checked_on=source.checked_on,
        trust=spec.trust or source.trust,
        scope=scope,
        note=spec.note.en if spec.note else "",
        may=spec.may,
        role=spec.role,
        binding=spec.binds_mobile,
        note_zh=spec.note.zh if spec.note else "",
        exceeds=spec.exceeds,
    )


def _contact(key: str, spec: ContactSpec, source: SourceSpec) -> Contact:
    words = (spec.words.en, spec.words.zh) if spec.words else ("", "")
    return Contact(key, spec.value, spec.trust or source.trust, source.title, words)


_OWN = re.compile(r"^(\d+(?:\.\d+)?)\s*(h|d|wd|mo|y|)$")


def _owner_value(key: str, text: str) -> RuleValue:
    match = _OWN.match(text.strip())
    if match is None:
        raise RulebookError(
            [f"{key}: {text!r} is not a number with h, d, wd, mo or y behind it, such as 10d"]
        )
    unit = match[2] or "ratio"
    return RuleValue(
        key,
        Decimal(match[1]),
        unit,
        "the owner's settings",
        None,
        "owner",
        "owner",
        source_zh="用户自己的设置",
    )


def _unknown(what: str, name: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(name, cast("list[str]", list(known)), n=1, cutoff=0.4)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"no {what} {name!r}{hint} Known: {', '.join(sorted(known))}"
