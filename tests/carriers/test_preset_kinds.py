"""A file's faults of kind are told with the key's name, all at once, and never as a crash."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.carriers.http_json import preset
from monitor.carriers.http_json.spec import SELECTORS, Auth, BadPreset, Page, Step

GOOD = 'title = "X"\n[[step]]\npath = "/me"\n[select]\nbalance = "left"\n'
WRONG = [
    ('needs = "username"\n' + GOOD, "needs: write a list"),
    (GOOD + '[words]\nstatus = "active"\n', "words.status"),
    (GOOD.replace("[[step]]", "[step]"), "step: write each request as"),
    (GOOD.replace('path = "/me"', "path = 5"), "step 1.path"),
    (
        GOOD.replace('"/me"', '"/me"\npage = { kind = "page", size = "many" }'),
        "page.size: 'many' is not a whole number",
    ),
    (GOOD.replace('"/me"', '"/me"\noptional = "no"'), "optional: 'no' is not true or false"),
    (GOOD.replace('"/me"', '"/me"\nquery = "a=b"'), "query: 'a=b' is not a table"),
    (GOOD + '[auth]\nkind = "cookies"\n', "'cookies' is none of"),
    (GOOD + '[auth]\nlifetime = "soon"\n', "'soon' is not a duration"),
    (GOOD.replace('"left"', "5"), "select.balance: a selector is text"),
]


def load(text: str, folder: Path) -> preset.Preset:
    path = folder / "x.toml"
    path.write_text(text)
    return preset.load(str(path))


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[row[1][:20] for row in WRONG])
def test_a_value_of_the_wrong_kind_is_named(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadPreset) as caught:
        load(text, tmp_path)
    assert said in str(caught.value)


def test_numbers_where_a_number_is_natural(tmp_path: Path) -> None:
    text = GOOD.replace('"/me"', '"/me"\nquery = { n = 10, all = true }') + "[auth]\nlifetime = 900\n"
    made = load(text, tmp_path)
    assert made.steps[0].query == {"n": "10", "all": "true"}
    assert preset.lifetime(made.auth.lifetime) == timedelta(minutes=15)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = [*preset.Preset.__dataclass_fields__, "step", *SELECTORS]
PARTS = [*Auth.__dataclass_fields__, *Page.__dataclass_fields__, *Step.__dataclass_fields__]
tables = st.dictionaries(st.sampled_from(PARTS), anything, max_size=4)


@given(st.dictionaries(st.sampled_from(KEYS), anything | tables | st.lists(tables, max_size=2), max_size=5))
def test_no_data_makes_anything_but_a_preset_or_named_faults(data: dict[str, object]) -> None:
    with suppress(BadPreset):
        assert preset.parse(data, "x").name
