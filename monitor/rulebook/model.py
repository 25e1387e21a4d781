"""The shape of a rulebook file. A value without source, or a source without trust and date, is refused here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Trust = Literal["verified", "medium", "typical", "low", "unverified"]
Unit = Literal["h", "d", "wd", "mo", "y", "ratio", "money", "word"]
EntryKind = Literal["country", "carrier", "province", "generic"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Strict):
    """One text in both languages."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)


class SourceSpec(_Strict):
    """Where values were read, when, and how far they can be trusted."""

    title: str = Field(min_length=3)
    title_zh: str = ""
    """The same in Chinese; empty where the title is good in both languages."""
    trust: Trust
    checked_on: date
    url: str = ""


class ValueSpec(_Strict):
    """One value with its unit and the name of its source."""

    value: int | Decimal | str
    unit: Unit
    source: str
    trust: Trust | None = None
    """Lower than the source's own trust, where the value is less sure than the rest of it."""
    may: bool = False
    role: Literal["", "ceiling", "floor", "product"] = ""
    exceeds: bool = False
    """"More than": the step may come on the day after the last one."""
    binds_mobile: bool = True
    note: Words | None = None

    @model_validator(mode="after")
    def _number_or_word(self) -> Self:
        if (self.unit == "word") != isinstance(self.value, str):
            raise ValueError("a word needs unit 'word', a number any other unit; write ratios as numbers")
        return self


class ContactSpec(_Strict):
    """One official way to reach a carrier or an authority."""

    value: str = Field(min_length=2)
    source: str
    trust: Trust | None = None
    words: Words | None = None


class EntrySpec(_Strict):
    """One scope: a country, a carrier, a province, or a generic fallback."""

    kind: EntryKind
    title: Words
    parent: str = ""
    zone: str = ""
    calendar: str = ""
    """ISO 3166 code whose public holidays count for working days."""
    aliases: tuple[str, ...] = ()
    values: dict[str, ValueSpec] = {}
    contacts: dict[str, ContactSpec] = {}
    hosts: tuple[str, ...] = ()
    """Host names whose own pages and sub-domains are official."""
    exact_hosts: tuple[str, ...] = ()
    """Host names that are official themselves, without their sub-domains."""

    def sourced(self) -> list[tuple[str, ValueSpec | ContactSpec]]:
        """Return everything that names a source."""
        return [*self.values.items(), *self.contacts.items()]


class FileSpec(_Strict):
    """One file: its sources, and the entries that use them."""

    sources: dict[str, SourceSpec] = {}
    entries: dict[str, EntrySpec]

    @model_validator(mode="after")
    def _sources_exist(self) -> Self:
        missing = [
            f"{name}: {key} names source {spec.source!r}, which the file does not declare"
            for name, entry in self.entries.items()
            for key, spec in entry.sourced()
            if spec.source not in self.sources
        ]
        if missing:
            raise ValueError("; ".join(missing))
        return self
