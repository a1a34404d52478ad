"""When a card is right: every check, the suggestion of a category, and what follows from the rest."""

import copy
from dataclasses import asdict
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assets import commands, rules, settings
from app.assets.fields import FIELD, FIXED, LONGEST, LOW_VALUE, AssetDraft
from app.assets.rules import check_asset, settle, suggested_category, unfit_extra
from app.core.money import MOST_FEN

TODAY = date(2026, 11, 21)


def good(**changes):
    """A card without any problem, changed."""
    return AssetDraft(**{"name": "学生课桌", "quantity": 45, "unit_price": 14_800, "value": 666_000,
                         "acquired_on": date(2023, 7, 18), **changes})


def found(draft):
    return [(problem.field, problem.level) for problem in check_asset(draft, TODAY)]


def test_a_good_card_has_no_problem_nor_has_one_with_only_a_name():
    assert found(good()) == []
    assert found(AssetDraft(name="一")) == []


@pytest.mark.parametrize(("changes", "problem"), [
    ({"name": ""}, ("name", "error")),
    ({"name": "　 "}, ("name", "error")),
    ({"name": "桌" * 101}, ("name", "error")),
    ({"number": "1" * 41}, ("number", "error")),
    ({"remark": "字" * 2_001}, ("remark", "error")),
    ({"category": "无形资产"}, ("category", "error")),
    ({"category": ""}, ("category", "error")),
    ({"quantity": None}, ("quantity", "error")),
    ({"quantity": 0, "value": 0}, ("quantity", "error")),
    ({"quantity": -3}, ("quantity", "error")),
    ({"quantity": 1_000_001}, ("quantity", "error")),
    ({"unit_price": -1}, ("unit_price", "error")),
    ({"unit_price": MOST_FEN + 1}, ("unit_price", "error")),
    ({"value": -1}, ("value", "error")),
    ({"opening_depreciation": -1}, ("opening_depreciation", "error")),
    ({"opening_depreciation": 666_001}, ("opening_depreciation", "error")),
    ({"acquired_on": date(1899, 12, 31)}, ("acquired_on", "error")),
    ({"booked_on": date(18, 1, 1), "acquired_on": None}, ("booked_on", "error")),
    ({"acquired_on": date(2026, 11, 22)}, ("acquired_on", "warning")),
    ({"booked_on": date(2026, 11, 22)}, ("booked_on", "warning")),
    ({"booked_on": date(2023, 7, 17)}, ("booked_on", "warning")),
    ({"warranty_until": date(2023, 7, 17)}, ("warranty_until", "warning")),
    ({"life_months": -1}, ("life_months", "error")),
    ({"life_months": 1_201}, ("life_months", "error")),
    ({"opening_months": -1}, ("opening_months", "error")),
    ({"opening_months": 1_201}, ("opening_months", "error")),
    ({"value_type": "名义金额"}, ("value", "warning")),
])
def test_each_thing_that_is_wrong_is_told_once(changes, problem):
    assert found(good(**changes)) == [problem]


@pytest.mark.parametrize("key", [key for key in rules.TEXT_FIELDS if FIELD[key].longest == LONGEST and key != "category"])
def test_every_text_has_a_limit_and_the_problem_says_it(key):
    assert found(good(**{key: "长" * 200})) == []
    (problem,) = check_asset(good(**{key: "长" * 201}), TODAY)
    assert (problem.field, problem.level) == (key, "error")
    assert "201" in problem.text
    assert "200" in problem.text


@pytest.mark.parametrize("changes", [
    {"name": "桌" * 100}, {"number": "1" * 40}, {"remark": "字" * 2_000}, {"category": LOW_VALUE},
    {"quantity": 1, "value": 14_800}, {"quantity": 1_000_000, "unit_price": 1, "value": 1_000_000}, {"value": None},
    {"unit_price": None}, {"unit_price": 0, "value": 0}, {"unit_price": MOST_FEN, "quantity": 1, "value": MOST_FEN},
    {"opening_depreciation": 666_000}, {"opening_depreciation": None}, {"acquired_on": date(1900, 1, 1)},
    {"acquired_on": TODAY}, {"acquired_on": None, "warranty_until": date(1999, 1, 1)}, {"booked_on": date(2023, 7, 18)},
    {"life_months": 0}, {"life_months": 1_200}, {"opening_months": None}, {"status": "随便写的"},
    {"value_type": "名义金额", "unit_price": 100, "value": 4_500}, {"warranty_until": date(2023, 7, 18)},
])
def test_what_lies_just_inside_is_no_problem(changes):
    assert found(good(**changes)) == []


def test_all_problems_come_at_once():
    draft = good(name="", category="别的", quantity=0, unit_price=-1, life_months=-1, acquired_on=date(1, 1, 1))
    assert [field for field, _ in found(draft)] == [
        "name", "category", "quantity", "unit_price", "acquired_on", "life_months"]


@given(pieces=st.integers(1, 500), price=st.integers(0, 10**8), off=st.integers(-600, 600))
def test_price_and_value_may_differ_by_the_rounding_of_a_piece_only(pieces, price, off):
    value = price * pieces + off
    if value < 0:
        return
    problems = found(good(quantity=pieces, unit_price=price, value=value))
    assert problems == ([("value", "warning")] if abs(off) > pieces else [])


@given(pieces=st.integers(1, 10_000), price=st.none() | st.integers(0, 10**9), value=st.none() | st.integers(0, 10**12))
def test_settling_fills_the_missing_amount_and_touches_nothing_else(pieces, price, value):
    draft = good(quantity=pieces, unit_price=price, value=value)
    before = asdict(draft)
    settle(draft)
    after = asdict(draft)
    if price is None and value is None:
        assert after == before
    elif value is None:
        assert after == {**before, "value": price * pieces}
    elif price is None:
        assert abs(after["unit_price"] * pieces - value) * 2 <= pieces
        assert after == {**before, "unit_price": after["unit_price"]}
        assert found(draft) == []
    else:
        assert after == before


def test_settling_a_card_without_pieces_does_not_divide():
    for pieces in (None, 0):
        draft = good(quantity=pieces, unit_price=None, value=500)
        settle(draft)
        assert draft.unit_price is None


def test_a_draft_is_never_changed_by_tidying_it():
    draft = good(name="  课桌 ", unit_price=None, remark=" 一\n", extras={1: "a"})
    before = copy.deepcopy(draft)
    tidy = commands.tidied(draft)
    tidy.extras[2] = "b"
    assert draft == before
    assert (tidy.name, tidy.remark, tidy.unit_price) == ("课桌", "一", 14_800)


def suggested(fen, pieces=1, code="A02010105"):
    return suggested_category(fen, pieces, code, settings.THRESHOLD.default, settings.BULK_PIECES.default,
                              settings.BULK_KINDS.default)


def test_the_threshold_of_1000_yuan_is_inclusive():
    assert suggested(100_000) == FIXED
    assert suggested(99_999) == LOW_VALUE
    assert suggested(99_999, 19) == LOW_VALUE


def test_a_bulk_kind_in_bulk_is_a_fixed_asset_below_the_threshold():
    assert suggested(14_800, 20, "A05010203") == FIXED
    assert suggested(14_800, 19, "A05010203") == LOW_VALUE
    assert suggested(14_800, 500, "A02010105") == LOW_VALUE
    assert suggested(1_700, 200, "A04010101") == FIXED
    assert suggested(8_600, 45, "6010300") == FIXED
    assert suggested(8_600, 45, "") == LOW_VALUE


@pytest.mark.parametrize(("kind", "good_texts", "bad_texts"), [
    ("文字", ["", "随便写", "字" * 200], ["字" * 201]),
    ("数字", ["0", "-3.5", "1e3", "12"], ["", "三", "1,200", "NaN", "Infinity", "1_000", "1" * 201]),
    ("日期", ["2026-09-01"], ["2026-9-1", "2026-02-30", "今天", "20260901", "2026-W36-2"]),
    ("选项", ["红", "蓝"], ["绿", "红 蓝", ""]),
])
def test_an_extra_field_takes_what_its_kind_says(kind, good_texts, bad_texts):
    choices = ("红", "蓝") if kind == "选项" else ()
    assert [text for text in good_texts if unfit_extra(kind, choices, text)] == []
    assert [text for text in bad_texts if not unfit_extra(kind, choices, text)] == []


def test_what_an_extra_field_refuses_is_quoted_short():
    assert len(unfit_extra("数字", (), "长" * 500)) < 60
    assert unfit_extra("选项", ("红", "蓝"), "绿") == "只能选 红、蓝。"


@pytest.mark.parametrize("kind", ["数字", "日期"])
def test_the_first_twenty_signs_are_quoted(kind):
    assert f"“{'长' * 20}”不是{kind}" in unfit_extra(kind, (), "长" * 21)


@pytest.mark.parametrize(("quantity", "value", "worn", "pieces", "parts"), [
    (3, 100, 0, [1], [(1, 33, 0), (2, 67, 0)]), (3, 100, 100, [1, 1], [(1, 33, 33), (1, 33, 33), (1, 34, 34)]),
    (45, 450_007, 100_003, [3], [(3, 30_000, 6_666), (42, 420_007, 93_337)]), (2, 1, 1, [1], [(1, 0, 0), (1, 1, 1)]),
    (2, 0, 0, [1], [(1, 0, 0), (1, 0, 0)]), (10, 10, 5, [9], [(9, 9, 4), (1, 1, 1)]),
    # Rounded down in each part, the depreciation left for the mother card would exceed its value: it goes by single 分.
    (5, 9, 8, [1, 1, 1, 1], [(1, 1, 1), (1, 1, 1), (1, 1, 1), (1, 1, 1), (1, 5, 4)]),
    (4, 7, 6, [1, 1, 1], [(1, 1, 1), (1, 1, 1), (1, 1, 1), (1, 4, 3)]),
    (3, 3, 2, [1, 1], [(1, 1, 1), (1, 1, 0), (1, 1, 1)]), (4, 4, 3, [1, 1, 1], [(1, 1, 1), (1, 1, 1), (1, 1, 0), (1, 1, 1)]),
])
def test_a_card_is_divided_to_the_fen(quantity, value, worn, pieces, parts):
    assert rules.shares(quantity, value, worn, pieces) == parts


@given(st.integers(2, 30), st.integers(0, 500), st.data())
def test_parts_of_a_card_add_up_and_none_is_worn_beyond_its_value(quantity, value, data):
    worn = data.draw(st.integers(0, value))
    pieces = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=quantity - 1).filter(lambda each: sum(each) < quantity))
    parts = rules.shares(quantity, value, worn, pieces)
    assert [sum(column) for column in zip(*parts, strict=True)] == [quantity, value, worn]
    assert [count for count, _, _ in parts] == [*pieces, quantity - sum(pieces)]
    assert all(0 <= lost <= fen for _, fen, lost in parts)


def test_a_card_is_found_by_its_name_first():
    keys = rules.search_keys(AssetDraft(name="课桌", number="A1", model="M2", brand="联创"))
    assert keys.index("kezhuo") < min(keys.index(word) for word in ("a1", "m2", "联创"))
