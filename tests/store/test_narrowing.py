"""Lists worked out in memory are searched, narrowed and sorted as those in the database are."""

import pytest

from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.listing import Wish
from app.store.narrowing import narrowed

COLUMNS = (Column("name", "姓名"), Column("fen", "金额", Kind.MONEY), Column("day", "日期", Kind.DAY), Column("number", "票据号", Kind.CODE))
ROWS = [(1, "曹三", 5_000, "2026-09-08", "A1"), (2, "欧阳阿依古丽娜", None, None, ""), (3, "龘䶮㛃", 1_200, "2026-10-01", "A2"),
        (4, "曹三", 1_200, "2026-10-02", "B1")]


def ids(wish, filters=None):
    return [row[0] for row in narrowed(ROWS, COLUMNS, wish, ("name", "number"), filters)]


def test_words_are_found_also_by_pinyin(ledger):
    assert ids(Wish()) == [1, 2, 3, 4]
    assert ids(Wish("cs")) == [1, 4]
    assert ids(Wish("曹三 b1")) == [4]
    assert ids(Wish("oyay")) == [2]
    assert ids(Wish("谁")) == []


def test_conditions_mean_what_they_mean_in_every_list(ledger):
    assert ids(Wish(cells={"fen": ">=12"})) == [1, 3, 4]
    assert ids(Wish(cells={"fen": "12", "name": "曹"})) == [4]
    assert ids(Wish(cells={"fen": "空"})) == [2]
    assert ids(Wish(cells={"day": "2026-10"})) == [3, 4]
    assert ids(Wish(cells={"number": "=a1"})) == [1]
    with pytest.raises(Refused, match="不是数"):
        ids(Wish(cells={"fen": "很多"}))


def test_blanks_stand_last_in_every_order(ledger):
    assert ids(Wish(sort="fen")) == [3, 4, 1, 2]
    assert ids(Wish(sort="fen", descending=True)) == [1, 3, 4, 2]
    assert ids(Wish(sort="day", filters={"paid": True}), {"paid": lambda row, wanted: bool(row[2]) == wanted}) == [1, 3, 4]
