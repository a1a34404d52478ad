"""The two shipped code tables: readable, searchable, and codes of both kinds told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assets import classes
from app.assets.classes import find_class, group_of, main_groups, search, standard_of, stem, table


@pytest.mark.parametrize(("standard", "least"), [(2022, 800), (2010, 3_700)])
def test_every_shipped_code_is_readable_and_of_its_standard(standard, least):
    rows = table(standard)
    assert len(rows) >= least
    for code, item in rows.items():
        assert (item.code, standard_of(code), find_class(code)) == (code, standard, item)
        assert item.name == item.name.strip() != ""
        assert "\ufffd" not in item.name
        assert item.months is None or 12 <= item.months <= 1_200


def test_life_is_in_months_and_units_are_there():
    assert find_class("A01010100") == classes.AssetClass("A01010100", "办公用房", 360, "平方米")
    assert find_class("A01000000").months is None


@pytest.mark.parametrize(("code", "standard"), [
    ("A05010203", 2022), ("6010200", 2010), ("a05010203", None), ("A0501020", None), ("A050102031", None),
    ("2010301000000", None), ("601020", None), ("", None), ("校产-12", None), ("６０１０２００", None), ("6010200\n", None),
])
def test_a_standard_is_told_by_the_shape_of_the_code(code, standard):
    assert standard_of(code) == standard


def test_codes_of_neither_table_are_nothing_known_but_no_error():
    assert find_class("A99999999") is None
    assert find_class("9999999") is None
    assert find_class("自编1") is None


@pytest.mark.parametrize(("code", "start"), [
    ("A02010000", "A0201"), ("A02000000", "A02"), ("A05010203", "A05010203"), ("2010000", "201"), ("6010200", "60102"),
    ("2000000", "2"), ("", ""), ("自编", "自编"),
])
def test_a_stem_is_what_a_class_shares_with_everything_below_it(code, start):
    assert stem(code) == start


@given(st.sampled_from([code for standard in (2022, 2010) for code in table(standard)]))
def test_a_class_lies_within_its_own_stem_and_stems_only_shorten(code):
    assert code.startswith(stem(code))
    assert stem(stem(code)) == stem(code)


@pytest.mark.parametrize(("code", "group"), [
    ("A05010203", "A05000000"), ("A02010105", "A02000000"), ("A01000000", "A01000000"), ("6010200", "A05000000"),
    ("2010104", "A02000000"), ("3010000", "A02000000"), ("1010000", "A01000000"), ("4010000", "A03000000"),
    ("5010000", "A04000000"), ("6030000", "A06000000"), ("6040000", "A06000000"), ("", ""), ("自编1", ""),
    ("A99999999", ""), ("9999999", ""),
])
def test_every_code_has_its_main_group_of_2022(code, group):
    assert group_of(code) == group


def test_main_groups_begin_with_the_six_of_fixed_assets():
    assert [item.name for item in main_groups()][:6] == [
        "房屋和构筑物", "设备", "文物和陈列品", "图书和档案", "家具和用具", "特种动植物"]
    assert {group_of(code) for code in table(2022)} == {item.code for item in main_groups()}


@pytest.mark.parametrize("typed", ["台式计算机", "taishijisuanji", "tsjsj", "TSJSJ", "台式 机", "Ａ02010105"])
def test_a_class_is_found_by_name_pinyin_initials_and_code(typed):
    assert "A02010105" in [item.code for item in search(typed)]


def test_search_gives_2022_before_2010_and_keeps_its_limit():
    found = search("课桌", limit=500)
    standards = [standard_of(item.code) for item in found]
    assert standards == sorted(standards, reverse=True)
    assert search("a02")[0].code.startswith("A02")
    assert len(search("机", limit=7)) == 7
    assert search("没有这种东西") == []
    assert len(search("", limit=20)) == 20


@given(st.sampled_from([item for standard in (2022, 2010) for item in table(standard).values()]))
def test_every_class_is_found_by_its_own_code_and_name(item):
    assert item in search(item.code)
    assert item in search(item.name, limit=5_000)
