"""Drafts of standing and new records that are written together."""

from dataclasses import dataclass

import pytest

from app.core.drafts import drafts_of, require_right, typed_over
from app.core.errors import Invalid, Problem


@dataclass(frozen=True)
class Key:
    name: str = ""
    copies: int | None = 1


def stands(identity):
    return Key(f"第 {identity} 把", 2)


def test_what_was_typed_lies_over_what_stands_and_the_rest_stays():
    assert typed_over(Key("音乐室", 3), {"name": "  机房 "}) == Key("机房", 3)


@pytest.mark.parametrize(("typed", "held"), [({"name": None}, Key("", 3)), ({"name": ""}, Key("", 3)), ({"copies": None}, Key("音乐室", None))])
def test_an_emptied_field_of_words_is_an_empty_text_any_other_nothing(typed, held):
    assert typed_over(Key("音乐室", 3), typed) == held


def test_standing_records_come_by_id_and_new_ones_from_minus_one_on():
    drafts = drafts_of({7: {"copies": 5}}, [{"name": "甲"}, {"name": "乙", "copies": 4}], stands, Key())
    assert drafts == {7: Key("第 7 把", 5), -1: Key("甲", 1), -2: Key("乙", 4)}


def test_every_problem_of_every_record_is_told_with_its_row_and_warnings_stop_nothing():
    def check(row, draft):
        yield Problem("copies", "太少", "error" if (draft.copies or 0) < 1 else "warning")
        if row < 0 and not draft.name:
            yield Problem("name", "没有名称")

    with pytest.raises(Invalid) as wrong:
        require_right({7: Key("甲", 0), -1: Key("", 0), -2: Key("乙", 1)}, check)
    assert [(each.row, each.field) for each in wrong.value.problems] == [(7, "copies"), (-1, "copies"), (-1, "name")]
    require_right({-1: Key("乙", 1)}, check)
