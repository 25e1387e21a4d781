"""The rulebook: every value has a source, a date and a trust; the nearest scope answers; unknown stays unknown."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from monitor.core.line import Line
from monitor.rulebook import RulebookError, load, resolve
from monitor.rulebook.book import parse
from monitor.rulebook.model import Trust
from monitor.rulebook.words import KEYS, amount, trust_name

BOOK = load()
TRUSTS = set(Trust.__args__)  # type: ignore[attr-defined]

GOOD = """
[sources.law]
title = "Some law art. 1"
trust = "verified"
checked_on = 2026-11-01
[entries."xx.legal"]
kind = "country"
title = { en = "Nowhere", zh = "无名国" }
[entries."xx.legal".values]
suspend_after_due = { value = 7, unit = "d", source = "law" }
"""


@pytest.mark.parametrize("name", sorted(BOOK.entries))
def test_every_value_prints_with_source_date_and_trust(name: str) -> None:
    for value in BOOK.resolve(name).values.values():
        assert len(value.source) > 3
        assert isinstance(value.checked_on, date)
        assert value.trust in TRUSTS
        assert value.scope in BOOK.entries
        assert value.key in KEYS, f"{value.key} has no name for people"
        for language in ("en", "zh-CN"):
            assert amount(value, language)
            assert trust_name(value.trust, language)


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (GOOD.replace('source = "law"', 'source = "hearsay"'), "hearsay"),
        (GOOD.replace(', source = "law"', ""), "source"),
        (GOOD.replace('trust = "verified"\n', ""), "trust"),
        (GOOD.replace("checked_on = 2026-11-01\n", ""), "checked_on"),
        (GOOD.replace('unit = "d"', 'unit = "fortnight"'), "unit"),
        (GOOD.replace("value = 7", 'value = "seven"'), "word"),
        (GOOD.replace("kind =", "kinf ="), "kinf"),
        ("[entries", "not TOML"),
    ],
)
def test_a_value_without_source_or_trust_or_with_a_slip_is_refused(broken: str, says: str) -> None:
    with pytest.raises(RulebookError, match=says):
        parse(broken, "xx.toml")


def test_the_good_sister_of_the_broken_files_is_accepted() -> None:
    assert parse(GOOD, "xx.toml")["xx.legal"].values["suspend_after_due"].value == Decimal(7)


@pytest.mark.parametrize(
    ("where", "key", "expect"),
    [
        ("cn.mobile/", "terminate_after_suspend", (60, "d", "cn.mobile", "typical")),
        ("cn.mobile/", "restore_after_payment", (24, "h", "cn.mobile", "typical")),
        ("cn.mobile/", "number_reuse", (90, "d", "cn.mobile", "typical")),
        ("cn.unicom/", "terminate_after_arrears", (3, "mo", "cn.unicom", "typical")),
        ("cn.telecom/", "restore_after_payment", (48, "h", "cn.legal", "verified")),
        ("cn.telecom/henan", "restore_after_payment", (24, "h", "cn.henan", "verified")),
        ("cn.telecom/河南", "carrier_reply", (5, "wd", "cn.henan", "verified")),
        ("cn.telecom/cn.chongqing", "carrier_reply", (15, "wd", "cn.chongqing", "verified")),
        ("cn.broadnet/", "suspend_after_due", (30, "d", "cn.legal", "verified")),
        ("cn.mvno/", "terminate_after_suspend", (30, "d", "cn.mvno", "typical")),
        ("cn.mvno/henan", "abnormal_multiple", (3, "ratio", "cn.henan", "verified")),
        ("us.att/", "number_reuse", (45, "d", "us.legal", "medium")),
        ("in.legal/", "idle_limit", (90, "d", "in.legal", "medium")),
        ("jp.povo/", "idle_limit", (180, "d", "jp.povo", "medium")),
    ],
)
def test_the_most_specific_scope_that_knows_answers(
    where: str, key: str, expect: tuple[int, str, str, str]
) -> None:
    found = resolve(*where.split("/")).get(key)
    assert found is not None
    assert (found.value, found.unit, found.scope, found.trust) == expect


def test_the_owner_wins_over_province_carrier_and_law() -> None:
    rules = resolve("cn.mobile", "henan", {"restore_after_payment": "12h"})
    found = rules.get("restore_after_payment")
    assert found is not None
    assert (found.span(), found.trust, found.scope) == (timedelta(hours=12), "owner", "owner")
    assert rules.chain == ("owner", "cn.henan", "cn.mobile", "cn.legal")


def test_what_the_owner_wrote_about_the_line_becomes_its_rules() -> None:
    line = Line("home", "tmf", rules="cn.telecom", province="henan", dunning_days=10)
    assert BOOK.for_line(line).span("suspend_after_due") == timedelta(days=10)


def test_unknown_is_unknown_and_the_law_that_does_not_bind_says_so() -> None:
    broadnet = BOOK.resolve("cn.broadnet")
    assert BOOK.entry("cn.broadnet").values == {}
    assert broadnet.get("number_reuse") is None
    law = broadnet.get("suspend_after_due")
    assert law is not None
    assert not law.binding
    assert law.may
    assert resolve("generic.postpaid").get("suspend_after_due") is None
    assert resolve("").values == {}


def test_a_rule_of_one_product_is_shown_and_never_applied() -> None:
    rules = resolve("cn.telecom")
    assert rules.get("idle_stop") is not None
    assert rules.span("idle_stop") is None


def test_an_unknown_entry_names_the_nearest_one() -> None:
    with pytest.raises(RulebookError, match=r"did you mean cn\.mobile"):
        BOOK.resolve("cn.mobil")


def test_an_owners_value_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(RulebookError, match="such as 10d"):
        resolve("cn.mobile", "", {"suspend_after_due": "soon"})


def test_a_folder_replaces_the_book_file_by_file_and_adds_a_country(tmp_path: Path) -> None:
    (tmp_path / "xx.toml").write_text(GOOD, "utf-8")
    (tmp_path / "gb.toml").write_text(GOOD.replace("xx.legal", "gb.own"), "utf-8")
    book = load(tmp_path)
    assert book.resolve("xx.legal").span("suspend_after_due") == timedelta(days=7)
    assert "gb.own" in book.entries
    assert "gb.three" not in book.entries
    assert "de.telekom" in book.entries


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD.replace('unit = "d"', 'unit = "x"'), "utf-8")
    (tmp_path / "b.toml").write_text(GOOD.replace('source = "law"', 'source = "b"'), "utf-8")
    with pytest.raises(RulebookError) as caught:
        load(tmp_path)
    assert {f.split(":")[0] for f in caught.value.faults} == {"a.toml", "b.toml"}


def test_hotlines_are_the_official_ones() -> None:
    numbers = {
        n: BOOK.contacts(f"cn.{n}").get("hotline") for n in ("mobile", "unicom", "telecom", "broadnet")
    }
    assert numbers == {"mobile": "10086", "unicom": "10010", "telecom": "10000", "broadnet": "10099"}
    assert BOOK.contacts("cn.mobile", "henan").get("regulator_phone") == "12300"
