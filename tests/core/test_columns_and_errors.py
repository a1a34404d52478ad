from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.columns import ALIGN, Column, Kind, by_key, shown
from app.core.errors import Invalid, Problem, Refused, errors_only, joined
from app.core.listing import Wish
from app.core.progress import silent


@pytest.mark.parametrize(("kind", "value", "text"), [
    (Kind.MONEY, 289_900, "2,899.00"), (Kind.MONEY, 0, "0.00"), (Kind.MONEY, -5, "-0.05"), (Kind.WHOLE, 12_345, "12,345"),
    (Kind.WHOLE, 0, "0"), (Kind.DAY, date(2023, 7, 18), "2023-07-18"), (Kind.DAY, "2023-07-18", "2023-07-18"),
    (Kind.CODE, "2010301000000", "2010301000000"), (Kind.TEXT, None, ""), (Kind.MONEY, None, ""), (Kind.DAY, "", ""),
])
def test_values_as_people_read_them(kind, value, text):
    assert shown(kind, value) == text


def test_every_kind_has_its_side():
    assert {Column("x", "x", kind).align for kind in Kind} == {"left", "right", "center"}
    assert set(ALIGN) == set(Kind)


def test_columns_by_key_in_the_order_asked_for():
    columns = (Column("a", "甲"), Column("b", "乙"))
    assert [column.title for column in by_key(columns, "b", "a")] == ["乙", "甲"]
    with pytest.raises(KeyError):
        by_key(columns, "c")


def test_problems_are_all_carried():
    problems = [Problem("name", "请填写名称。"), Problem("value", "请核对。", "warning")]
    assert str(Invalid(problems)) == "请填写名称。请核对。"
    assert errors_only(problems) == problems[:1]
    assert str(Refused("磁盘已满。")) == Refused("磁盘已满。").text


def test_a_wish_is_narrowed_by_words_or_filters():
    assert not Wish(" ").narrowed
    assert Wish("桌").narrowed
    assert Wish(filters={"status": "在用"}).narrowed
    silent(1, 2)


@given(st.lists(st.text("甲乙。；！ ", max_size=4), max_size=5))
def test_sentences_follow_each_other_and_the_rest_is_set_apart(texts):
    said, whole = joined(texts), "".join(texts)
    assert "。；" not in said or any("。；" in text for text in texts)
    assert [said.count(sign) for sign in "甲乙。！"] == [whole.count(sign) for sign in "甲乙。！"]
    assert joined(["请填写名称。", "请填写数量。"]) == "请填写名称。请填写数量。"
    assert joined(["2019 年购入", "", "已贴标签；"]) == "2019 年购入；已贴标签"
