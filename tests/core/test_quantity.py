"""Quantities of goods: thousandths as people read and type them, in lists, conditions, workbooks and pasted words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.columns import Column, Kind, plain_number, shown
from app.core.conditions import condition, exactly
from app.core.listing import MemoryList, Wish
from app.core.quantity import MOST, format_quantity, parse_quantity


@given(st.integers(-MOST, MOST))
def test_what_is_shown_is_read_back(quantity):
    assert parse_quantity(format_quantity(quantity)) == quantity


@pytest.mark.parametrize(("text", "quantity"), [("12", 12_000), ("1.5", 1_500), ("１，２００", 1_200_000), (".25", 250), (0.125, 125),
                                                (Decimal("3"), 3_000)])
def test_what_is_typed(text, quantity):
    assert parse_quantity(text) == quantity


@pytest.mark.parametrize("text", ["", "1.2345", "12包", "1,2", True, "1e9", "9999999999"])
def test_nothing_is_rounded_or_guessed(text):
    with pytest.raises(ValueError, match="not a quantity"):
        parse_quantity(text)


def test_a_column_of_quantities_is_shown_summed_and_asked_for():
    columns = (Column("name", "品名"), Column("left", "结存", Kind.QUANTITY, total=True))
    listing = MemoryList(columns, lambda: [(1, "粉笔", 12_500), (2, "扫帚", 3_000), (3, "拖把", None)])
    assert listing.totals(Wish()).sums == {"left": 15_500}
    assert listing.ids(Wish(cells={"left": ">=3.5"})) == [1]
    assert listing.ids(Wish(cells={"left": exactly(Kind.QUANTITY, 12_500)})) == [1]
    assert listing.ids(Wish(cells={"left": exactly(Kind.QUANTITY, None)})) == [3]
    assert shown(Kind.QUANTITY, 1_234_500) == "1,234.5"
    assert plain_number(Kind.QUANTITY, 12_500) == 12.5
    assert condition(Kind.QUANTITY, "1..2.5").fits(2_500)
