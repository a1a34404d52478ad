"""Workbooks read as words for lists that are typed in."""

from datetime import date

import openpyxl
import pytest

from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.exchange.typed_rows import read_typed

NAME = Column("name", "名称", names=("物品名称",))
COLUMNS = (NAME, Column("code", "编号", Kind.CODE), Column("pieces", "数量", Kind.WHOLE), Column("price", "单价", Kind.MONEY),
           Column("bought", "购置日期", Kind.DAY))


def book(path, *rows):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


@pytest.mark.parametrize(("heading", "cell", "words"), [
    ("数量", 3.0, {"pieces": "3"}), ("数量", "40套", {"pieces": "40"}), ("数量", "若干", {"pieces": "若干"}),
    ("单价", 1234.5, {"price": "1,234.50"}), ("单价（万元）", 1.2, {"price": "12,000.00"}), ("单价", "面议", {"price": "面议"}),
    ("购置日期", date(2024, 9, 1), {"bought": "2024-09-01"}), ("购置日期", "2024.9.1", {"bought": "2024-09-01"}),
    ("购置日期", "2024年9月", {"bought": "2024年9月"}),     # which day is not said: the person decides
    ("购置日期", 2019.1, {"bought": "2019.1"}),             # January or October
    ("编号", 7.0, {"code": "7"}), ("编号", "007", {"code": "007"}), ("名称", "书柜 \n 两门", {"name": "书柜\n两门"}), ("数量", None, {}),
])
def test_a_cell_becomes_the_words_a_person_would_type(tmp_path, heading, cell, words):
    heads, line = (["编号", heading], [None, cell]) if heading == "名称" else (["物品名称", heading], ["书柜", cell])
    read = read_typed(book(tmp_path / "表.xlsx", heads, line), COLUMNS, NAME)
    assert list(read.rows) == [words if heading == "名称" else {"name": "书柜", **words}]


def test_headings_that_the_list_has_not_are_told_and_titles_and_totals_left_out(tmp_path):
    path = book(tmp_path / "表.xlsx", ["捐赠物品登记表"], ["名称", "数量", "经办人"], ["书柜", 2, "王芳"], ["合计", 2, None])
    read = read_typed(path, COLUMNS, NAME)
    assert list(read.rows) == [{"name": "书柜", "pieces": "2"}]
    assert list(read.unused) == ["经办人"]


@pytest.mark.parametrize("rows", [[["品牌", "颜色"], ["海尔", "白"]], [["名称", "数量"]]])
def test_a_workbook_without_such_a_head_or_without_lines_is_refused_with_what_it_needs(tmp_path, rows):
    with pytest.raises(Refused, match="名称"):
        read_typed(book(tmp_path / "表.xlsx", *rows), COLUMNS, NAME)
