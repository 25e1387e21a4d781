"""What the documents show is what runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor import carriers
from monitor.carriers.http_json import preset
from monitor.carriers.http_json.spec import SELECTORS

DOCS = Path(__file__).parents[2] / "docs"
PRESET = Path(__file__).parent.parent / "contracts" / "borealis.toml"


@pytest.mark.parametrize("name", ["adding-a-carrier.md", "adding-a-carrier.zh-CN.md"])
def test_the_preset_in_the_guide_is_the_one_that_is_tested(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    shown = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    assert shown is not None
    assert shown[1] == PRESET.read_text(encoding="utf-8")
    assert not [field for field in SELECTORS if f"`{field}`" not in text]


def test_the_guides_env_file_is_a_whole_preset() -> None:
    text = (DOCS / "adding-a-carrier.md").read_text(encoding="utf-8")
    options = dict(re.findall(r"^MONITOR_LINES__HOME__HTTP__(\w+)=(.*)$", text, re.MULTILINE))
    options.pop("PRESET")
    made = preset.load("", {k.lower(): v for k, v in options.items()})
    assert set(made.select) == {"balance", "status"}
    assert made.auth.kind == "bearer"


def test_every_carrier_is_in_the_document() -> None:
    text = (DOCS / "carriers.md").read_text(encoding="utf-8")
    assert not [name for name in carriers.names() if f"`{name}`" not in text]


@pytest.mark.parametrize("name", preset.shipped())
def test_every_preset_tells_its_source_its_date_and_its_trust(name: str) -> None:
    found = preset.load(name)
    assert found.source
    assert found.checked
    assert "not tried against the live service" in found.trust
