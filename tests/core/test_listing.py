"""What is typed under a header becomes a condition; read by SQLite itself, not by a look at the SQL."""

import sqlite3

import pytest

from app.core.columns import Kind
from app.core.listing import Wish, cell_condition

ROWS = [("课桌", 12000, "2023-07-18"), ("KT板", 120000, "2024-02-29"), ("", None, None), ("实木课桌", 0, "2024-12-31")]


def matching(kind: Kind, typed: str) -> list[int]:
    """Give the numbers of the rows that a condition leaves."""
    column = {Kind.TEXT: "words", Kind.MONEY: "fen", Kind.WHOLE: "fen", Kind.DAY: "day"}[kind]
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE t (words TEXT, fen INTEGER, day TEXT)")
    base.executemany("INSERT INTO t VALUES (?, ?, ?)", ROWS)
    where, parameters = cell_condition(kind, column, typed)
    found = [number - 1 for (number,) in base.execute(f"SELECT rowid FROM t WHERE {where}", parameters)]
    base.close()
    return found


@pytest.mark.parametrize(("kind", "typed", "rows"), [
    (Kind.TEXT, "课桌", [0, 3]), (Kind.TEXT, "=课桌", [0]), (Kind.TEXT, "kt", [1]), (Kind.TEXT, "空", [2]),
    (Kind.TEXT, "非空", [0, 1, 3]), (Kind.TEXT, "百%", []), (Kind.MONEY, "120", [0]), (Kind.MONEY, "1,200.00", [1]),
    (Kind.MONEY, ">=120", [0, 1]), (Kind.MONEY, "＞120", [1]), (Kind.MONEY, "≤120", [0, 3]), (Kind.MONEY, "<120", [3]),
    (Kind.MONEY, "100..1200", [0, 1]), (Kind.MONEY, "100-200", [0]), (Kind.MONEY, "100～0.1万", [0]), (Kind.MONEY, "空", [2]),
    (Kind.MONEY, "非空", [0, 1, 3]), (Kind.WHOLE, "12000", [0]), (Kind.WHOLE, "=0", [3]), (Kind.DAY, "2024", [1, 3]),
    (Kind.DAY, "2024-2", [1]), (Kind.DAY, "2024.2.29", [1]), (Kind.DAY, "20240229", [1]), (Kind.DAY, "2024年12月", [3]),
    (Kind.DAY, "2023..2024-3", [0, 1]), (Kind.DAY, ">2023", [1, 3]), (Kind.DAY, "<2024", [0]), (Kind.DAY, "空", [2]),
    (Kind.DAY, "2023-7-1至2023-7-31", [0]),
])
def test_words_leave_the_rows_they_say(kind: Kind, typed: str, rows: list[int]) -> None:
    assert matching(kind, typed) == rows


@pytest.mark.parametrize(("kind", "typed", "said"), [
    (Kind.MONEY, "abc", "不是数"), (Kind.WHOLE, "1.5", "不是数"), (Kind.DAY, "去年", "不是日期"), (Kind.DAY, "2024..后来", "不是日期"),
])
def test_what_cannot_be_read_is_said_with_what_can(kind: Kind, typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        cell_condition(kind, "x", typed)


def test_a_wish_with_words_under_a_header_leaves_rows_out() -> None:
    assert Wish(cells={"name": "课桌"}).narrowed
    assert not Wish().narrowed
