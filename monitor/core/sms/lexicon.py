"""The words a parser knows, compiled once. The tables are data; whoever loads them hands them in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.core.sms.links import Hosts

Table = Mapping[str, Any]


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    """One pattern for many; an empty list matches nothing."""
    return re.compile("|".join(f"(?:{p})" for p in patterns) if patterns else r"(?!)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Family:
    """The patterns of one class: named lists, and ``void``, which denies a clause."""

    lists: Mapping[str, re.Pattern[str]]

    def __getitem__(self, name: str) -> re.Pattern[str]:
        return self.lists[name]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything of the tables in compiled form."""

    senders: tuple[tuple[str, str], ...]
    """(number, carrier), longest number first."""
    names: tuple[tuple[str, re.Pattern[str]], ...]
    signs: tuple[tuple[str, re.Pattern[str]], ...]
    ends: tuple[tuple[str, re.Pattern[str]], ...]
    """How a text without brackets is signed, at its end or its beginning."""
    others: re.Pattern[str]
    bank: re.Pattern[str]
    about_the_account: re.Pattern[str]
    hosts: Hosts
    official: tuple[str, ...]
    contacts: tuple[re.Pattern[str], ...]
    asks: Family
    tense: Family
    classes: Mapping[str, Family]
    secrets: tuple[re.Pattern[str], ...]
    marks: Family

    @classmethod
    def of(cls, tables: Sequence[Table]) -> Lexicon:
        """Compile the shipped tables and those of the user, in that order.

        Raises:
            ValueError: a pattern is not a regular expression, or a table has the wrong shape; names the pattern.
        """
        merged = _merge(tables)
        try:
            return cls._compile(merged)
        except re.error as why:
            raise ValueError(f"not a regular expression: {why.pattern!r}: {why}") from None
        except (KeyError, TypeError, AttributeError) as why:
            raise ValueError(f"a table of SMS words has the wrong shape: {why}") from None

    @classmethod
    def _compile(cls, t: Table) -> Lexicon:
        region = "|".join(t["regions"]["names"])
        carriers = ("other", *(c for c in t["names"] if c != "other"))
        names = tuple((c, _any([_bounded(n) for n in t["names"].get(c, ())])) for c in carriers)
        signs, ends = [], []
        for carrier in carriers:
            own = "|".join(f"(?:{_bounded(p)})" for p in t["names"].get(carrier, ())) or r"(?!)"
            also = "|".join(f"(?:{p})" for p in t["signs"].get(carrier, ())) or r"(?!)"
            tail = rf"(?:(?:{region})?[省市]?[\u4e00-\u9fff]{{0,6}}(?:公司|客服|营业厅|服务|在线|官方|热线)?(?:\d{{5,7}}号?)?)?"
            signs.append(
                (
                    carrier,
                    re.compile(
                        rf"(?:{region})?[省市]?(?:{own})\s*{tail}|(?:{region})?[省市]?(?:{also})(?:客服)?",
                        re.IGNORECASE,
                    ),
                )
            )
            ends.append(
                (
                    carrier,
                    re.compile(
                        rf"(?:^|[。!;\s])(?:{region})?(?:{own})(?:(?:{region})[省市]?)?(?:[\u4e00-\u9fff]{{0,4}}公司)?[。!.\s]*$|^(?:{region})?(?:{own})(?:客服|提醒|温馨|通知|:|\s)",
                        re.IGNORECASE,
                    ),
                )
            )
        return cls(
            senders=tuple(
                sorted(((n, c) for c, ns in t["senders"].items() for n in ns), key=lambda p: -len(p[0]))
            ),
            names=names,
            signs=tuple(signs),
            ends=tuple(ends),
            others=_any(t["others"]["names"]),
            bank=_any(t["others"]["bank"]),
            about_the_account=_any(t["others"]["about_the_account"]),
            hosts=Hosts(
                frozenset(h.lower() for h in t["links"]["under"]),
                frozenset(h.lower() for h in t["links"]["exact"]),
            ),
            official=tuple(t["contacts"]["official"]),
            contacts=tuple(re.compile(p, re.IGNORECASE) for p in t["contacts"]["given"]),
            asks=_family(t["asks"]),
            tense=_family(t["tense"]),
            classes={name: _family(table) for name, table in t["classes"].items()},
            secrets=tuple(re.compile(p, re.IGNORECASE) for p in t["secret"]["mask"]),
            marks=_family(t["marks"]),
        )


def _bounded(name: str) -> str:
    return rf"\b{name}\b" if name[0].isascii() and name[0].isalnum() else name


def _family(table: Table) -> Family:
    return Family({name: _any(patterns) for name, patterns in table.items()})


def _merge(tables: Sequence[Table]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for table in tables:
        for name, value in table.items():
            if isinstance(value, Mapping):
                merged[name] = _merge([merged.get(name, {}), value])
            elif isinstance(value, list):
                merged[name] = [*merged.get(name, []), *value]
            else:
                raise ValueError(f"{name!r} must be a list or a table")  # noqa: TRY004 (a fault of data, not of a type)
    return merged
