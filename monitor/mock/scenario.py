"""A scenario file: lines as they are at the start, and stages that change them as virtual time goes on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent / "scenarios"
_PART = re.compile(r"(\d+(?:\.\d+)?)([wdhms])")
_SECONDS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}

LINE_KEYS = frozenset(
    {
        "number", "name", "currency", "billing", "plan", "balance", "burn_per_day", "credit_limit", "fee",
        "autopay", "status", "cause", "arrears", "id", "partial", "ends_in", "updated_ago", "extra",
    }
)  # fmt: skip
STAGE_KEYS = (LINE_KEYS - {"number", "name", "id", "currency"}) | {
    "line", "bill", "pay", "payment_failed", "fault", "say",
}  # fmt: skip


class BadScenario(ValueError):  # noqa: N818 - it is about the file
    """A scenario file with a fault; the text names the place and the mend."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What changes at one point of the story."""

    name: str
    at: timedelta
    """From the start of the scenario."""
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole story."""

    name: str
    lines: tuple[Mapping[str, Any], ...]
    stages: tuple[Stage, ...] = ()
    auth: Mapping[str, str] = field(default_factory=dict)
    """``bearer``, ``username`` + ``password``, ``api_key`` (header ``X-API-Key``), ``client_id`` + ``client_secret``."""
    page_size: int = 100


def span(text: str) -> timedelta:
    """Read ``1d12h``, ``90m``, ``0s``.

    Raises:
        BadScenario: not a duration.
    """
    parts = _PART.findall(text)
    if not parts or "".join(a + b for a, b in parts) != text.replace(" ", ""):
        raise BadScenario(f"{text!r} is not a duration such as 1d12h")
    return timedelta(seconds=sum(float(n) * _SECONDS[unit] for n, unit in parts))


def amount(value: object, where: str) -> Decimal:
    """Read an amount; scenario files write it as a string, so that no float loses a cent.

    Raises:
        BadScenario: not a number.
    """
    try:
        return Decimal("nope" if isinstance(value, float) else str(value))
    except InvalidOperation:
        raise BadScenario(f'{where} is {value!r}: write an amount in quotes, "12.30"') from None


def load(source: str | Path) -> Scenario:
    """Load a scenario by the name of a shipped one (``demo``) or from a file.

    Raises:
        BadScenario: no such file, or a fault in it.
    """
    path = Path(source)
    shipped = _HERE / f"{source}.toml"
    if path.suffix != ".toml" and shipped.is_file():
        path = shipped
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        names = ", ".join(sorted(p.stem for p in _HERE.glob("*.toml")))
        raise BadScenario(f"there is no scenario {source}; shipped ones: {names}") from None
    except tomllib.TOMLDecodeError as error:
        raise BadScenario(f"{path.name}: {error}") from None
    return parse(data, path.stem)


def parse(data: Mapping[str, Any], name: str = "scenario") -> Scenario:
    """Make a scenario from parsed TOML.

    Raises:
        BadScenario: an unknown key, a stage out of order, or no line.
    """
    lines = tuple(data.get("line", ()))
    if not lines:
        raise BadScenario(f"{name}: at least one [[line]] is needed")
    for line in lines:
        _known(line, LINE_KEYS, f"{name}: [[line]]")
        if "number" not in line:
            raise BadScenario(f"{name}: a [[line]] needs its number")
    stages: list[Stage] = []
    for raw in data.get("stage", ()):
        where = f"{name}: stage {raw.get('name', '?')}"
        changes = {k: v for k, v in raw.items() if k not in {"name", "at"}}
        _known(changes, STAGE_KEYS, where)
        stage = Stage(str(raw.get("name", f"stage-{len(stages)}")), span(str(raw.get("at", "0s"))), changes)
        if stages and stage.at < stages[-1].at:
            raise BadScenario(f"{where} comes before the stage above it")
        stages.append(stage)
    return Scenario(
        data.get("name", name),
        lines,
        tuple(stages),
        dict(data.get("auth", {})),
        int(data.get("page_size", 100)),
    )


def _known(given: Mapping[str, Any], known: frozenset[str] | set[str], where: str) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise BadScenario(f"{where}: unknown {', '.join(unknown)}; known are {', '.join(sorted(known))}")
