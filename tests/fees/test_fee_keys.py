"""Keys of columns made for an item or a grade: there and back, and nothing else is taken for one."""

import pytest

from app.fees.keys import grade_key, grade_of, item_key, item_of


@pytest.mark.parametrize("number", [1, 9, 10, 1_234_567])
def test_a_key_gives_back_what_it_was_made_of(number):
    assert item_of(item_key(number)) == grade_of(grade_key(number)) == number
    assert item_of(grade_key(number)) is grade_of(item_key(number)) is None


@pytest.mark.parametrize("key", ["", "item", "grade", "items", "item 1", "item-1", "item1x", "xitem1", "name", "grade_word", "item１"])
def test_other_columns_have_neither_item_nor_grade(key):
    assert item_of(key) is grade_of(key) is None
