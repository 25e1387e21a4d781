"""Presets from files: loaded, overlaid with a line's options, and checked, every fault at once."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from monitor.carriers import _currency, _words
from monitor.carriers.http_json import kinds, select
from monitor.carriers.http_json.overlay import overlay
from monitor.carriers.http_json.spec import MONEY, SELECTORS, WORDS, Auth, BadPreset, Page, Preset, Step
from monitor.core.words import Autopay, Billing, FailureKind

FOLDER = Path(__file__).parent.parent / "presets"


def shipped() -> tuple[str, ...]:
    """Return the names of the shipped presets."""
    return tuple(sorted(p.stem for p in FOLDER.glob("*.toml")))


def load(source: str | Path, options: Mapping[str, str] | None = None) -> Preset:
    """Load a preset by name or file, with a line's options over it.

    Raises:
        BadPreset: no such preset, or faults in it, all named at once.
    """
    data: dict[str, Any] = {}
    path = Path(source)
    if source:
        if path.suffix != ".toml":
            path = FOLDER / f"{source}.toml"
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError:
            raise BadPreset(f"there is no preset {source}; shipped are {', '.join(shipped())}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadPreset(f"{path.name} is not TOML: {error}") from None
    name, faults = path.stem if source else "http-json", list[str]()
    data = kinds.sound(data, faults)
    if faults:
        raise BadPreset(f"{name}: " + "; ".join(faults))
    return parse(overlay(data, options or {}), name)


def parse(data: Mapping[str, Any], name: str) -> Preset:
    """Make a preset from data.

    Raises:
        BadPreset: every fault at once.
    """
    faults: list[str] = []
    data = kinds.sound(data, faults)
    known = {f.name for f in fields(Preset)} | {"step", "currency"}
    faults += [f"unknown key {key}" for key in data if key not in known - {"steps", "wants"}]
    steps = tuple(_step(raw, i, faults) for i, raw in enumerate(data.get("step", ()), 1))
    names = [step.name for step in steps]
    if len(names) != len(set(names)) or (len(names) > 1 and "" in names):
        faults.append("with several steps each needs a name of its own")
    chosen = dict(data.get("select", {}))
    if isinstance(chosen.get("currency"), str) and chosen["currency"].upper() in _currency.CURRENCIES:
        chosen["currency"] = f"'{chosen['currency'].upper()}'"
    for field_, expression in chosen.items():
        if field_ not in SELECTORS:
            faults.append(f"select.{field_}: no such field; there are {', '.join(SELECTORS)}")
        else:
            _check(expression, f"select.{field_}", faults)
    preset = Preset(
        name=str(data.get("name", name)),
        title=str(data.get("title", name)),
        url=str(data.get("url", "")),
        source=str(data.get("source", "")),
        checked=_date(data.get("checked"), faults),
        trust=str(data.get("trust", "")),
        needs=tuple(data.get("needs", ())),
        names={str(k): str(v) for k, v in data.get("names", {}).items()},
        zone=_guard(lambda: ZoneInfo(data["zone"]) if data.get("zone") else None, "zone", faults),
        auth=_guard(lambda: _made(Auth, data.get("auth", {}), "auth", faults), "auth", faults) or Auth(),
        steps=steps,
        select=chosen,
        divisor=_divisors(data.get("divisor", {}), faults),
        negate=tuple(data.get("negate", ())),
        absolute=tuple(data.get("absolute", ())),
        words=_vocabulary(data.get("words", {}), faults),
        errors={_words.normal(k): _error(str(k), str(v), faults) for k, v in data.get("errors", {}).items()},
        redact=tuple(data.get("redact", ())),
    )
    _guard(lambda: lifetime(preset.auth.lifetime), "auth.lifetime", faults)
    if faults:
        raise BadPreset(f"{name}: " + "; ".join(faults))
    templates = [[list(s.path), s.query, s.headers, s.json, s.form, s.when] for s in steps]
    auth = preset.auth
    wants = select.names_in([templates, chosen, auth.path, auth.json, auth.form, auth.query, auth.headers])
    return replace(preset, wants=frozenset(wants | select.names_in(preset.names)))


def _step(raw: Mapping[str, Any], index: int, faults: list[str]) -> Step:
    where = f"step {raw.get('name') or index}"
    given = dict(raw)
    page = _made(Page, given.pop("page", {}), f"{where}.page", faults)
    path = given.pop("path", ())
    step = cast("Step", _made(Step, given, where, faults))
    paths = (path,) if isinstance(path, str) else path
    if not isinstance(paths, list | tuple) or not all(isinstance(one, str) for one in paths):
        faults.append(f"{where}.path: write a path, or a list of paths")
        paths = ("/",)
    step = replace(step, page=page or Page(), path=tuple(paths))
    if not step.path:
        faults.append(f"{where}: path is missing")
    for key in ("when", "ok", "error", "message"):
        _check(getattr(step, key), f"{where}.{key}", faults)
    if page is not None:
        for key in ("items", "next", "total"):
            _check(getattr(page, key), f"{where}.page.{key}", faults)
        if page.kind not in {"", "offset", "page", "cursor", "link"}:
            faults.append(f"{where}.page.kind: {page.kind!r} is none of offset, page, cursor, link")
    return step


def _made(kind: Any, raw: Mapping[str, Any], where: str, faults: list[str]) -> Any:
    return kind(**kinds.part(kind, raw, where, faults))


def _guard(make: Callable[[], Any], where: str, faults: list[str]) -> Any:
    try:
        return make()
    except (ValueError, KeyError, TypeError, OSError) as error:
        faults.append(f"{where}: {error}")
        return None


def _check(expression: object, where: str, faults: list[str]) -> None:
    if not expression:
        return
    if not isinstance(expression, str):
        faults.append(f"{where}: a selector is text")
        return
    _guard(lambda: select.compile_(select.PLACE.sub("x", expression)), where, faults)


def _date(value: object, faults: list[str]) -> date | None:
    if value is None or isinstance(value, date):
        return value
    found: date | None = _guard(lambda: date.fromisoformat(str(value)), "checked", faults)
    return found


def _divisors(value: object, faults: list[str]) -> dict[str, Decimal]:
    given = value if isinstance(value, Mapping) else {"all": value}
    found: dict[str, Decimal] = {}
    for key, number in given.items():
        try:
            found[key] = Decimal(str(number))
        except InvalidOperation:
            faults.append(f"divisor: {number!r} is not a number")
            continue
        if not found[key].is_finite() or found[key] <= 0 or key not in {"all", *MONEY}:
            faults.append(f"divisor.{key}: {number!r} cannot divide an amount")
    return found


def _vocabulary(tables: Mapping[str, Any], faults: list[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for kind, words in tables.items():
        if kind not in WORDS or not isinstance(words, Mapping):
            faults.append(f"words.{kind}: no such vocabulary; there are {', '.join(WORDS)}")
            continue
        found[kind] = {}
        for raw, meaning in words.items():
            found[kind][_words.normal(raw)] = str(meaning)
            check = {
                "status": _words.split,
                "autopay": Autopay,
                "billing": Billing,
                "cause": _words.cause,
            }[kind]
            _guard(lambda check=check, meaning=meaning: check(str(meaning)), f"words.{kind}.{raw}", faults)  # type: ignore[misc]
    return found


def _error(code: str, meaning: str, faults: list[str]) -> str:
    _guard(lambda: FailureKind(meaning.partition(":")[0].strip()), f"errors.{code}", faults)
    return meaning


def lifetime(text: str) -> timedelta:
    """Read ``30m``, ``12h``, ``7d``.

    Raises:
        BadPreset: it is none.
    """
    unit = {"s": 1, "m": 60, "h": 3600, "d": 86400}.get(text[-1:])
    if unit is None or not text[:-1].isdigit():
        raise BadPreset(f"{text!r} is not a duration such as 30m, 12h or 7d")
    return timedelta(seconds=int(text[:-1]) * unit)
