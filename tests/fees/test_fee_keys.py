"""Keys of columns made for an item or a grade: no two alike, a grade's there and back, and nothing else is taken for one."""

import pytest

from app.fees.keys import grade_key, grade_of, item_key


@pytest.mark.parametrize("number", [1, 9, 10, 1_234_567])
def test_a_key_gives_back_the_grade_it_was_made_of(number):
    assert grade_of(grade_key(number)) == number
    assert grade_of(item_key(number)) is None


def test_no_two_columns_have_one_key():
    assert len({make(number) for make in (grade_key, item_key) for number in range(1, 200)}) == 2 * 199


@pytest.mark.parametrize("key", ["", "grade", "grades", "grade 1", "grade-1", "grade1x", "xgrade1", "name", "grade_word", "grade１"])
def test_other_columns_have_no_grade(key):
    assert grade_of(key) is None
