"""Loads the words of the SMS parser: the shipped table and, after it, the operator's own."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from monitor.core.sms.lexicon import Lexicon

SHIPPED = Path(__file__).with_name("sms.toml")


@cache
def load(extra: Path | None = None) -> Lexicon:
    """Return the compiled lexicon.

    Args:
        extra: a TOML file with the same tables; its entries are added to the shipped ones.

    Raises:
        ValueError: a file is not TOML or not of the right shape; names the file.
        OSError: ``extra`` cannot be read.
    """
    tables = []
    for path in (SHIPPED, extra):
        if path is None:
            continue
        try:
            tables.append(tomllib.loads(path.read_text(encoding="utf-8")))
        except tomllib.TOMLDecodeError as why:
            raise ValueError(f"{path.name} is not TOML: {why}") from None
    try:
        return Lexicon.of(tables)
    except ValueError as why:
        raise ValueError(f"{(extra or SHIPPED).name}: {why}") from None
