"""Columns show a number whole or not at all, grow for what comes after they were measured, and names keep both their ends."""

import pytest
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem

from app.core.columns import Column, Kind
from ui.base.parts import Elided, cut
from ui.grid.cells import TOO_NARROW, is_number
from ui.grid.grid import Grid
from ui.grid.layout import COMFORTABLE, READABLE, WIDEST_NUMBER
from ui.grid.rows import RowsModel

COLUMNS = (Column("number", "编号", Kind.CODE), Column("name", "名称"), Column("paid", "已收", Kind.MONEY), Column("done", "办理", Kind.CHOICE),
           Column("phone", "电话"))


class Rows(list):
    """Rows that a test changes while the grid shows them."""

    def fetch(self, limit, offset):
        return self[offset:offset + limit]


@pytest.fixture
def shown(qtbot):
    rows = Rows([(each, f"ZC-{each}", "课桌", None, "", "") for each in range(1, 301)])
    grid = Grid(RowsModel(COLUMNS))
    qtbot.addWidget(grid)
    grid.resize(560, 300)
    grid.show()
    grid.rows.load(rows.fetch, len(rows))
    grid.fit()
    return grid, rows


def put(grid, rows, number, *values):
    rows[number] = (number + 1, *values)
    grid.rows.load(rows.fetch, len(rows))
    paint(grid)


def paint(grid):
    """Draw all that is in sight, and let the columns grow by it."""
    grid.grab()
    QApplication.processEvents()
    grid.grab()


def drawn(grid, number, column, monkeypatch):
    """Give the words that are drawn in a cell."""
    words = []
    monkeypatch.setattr(QPainter, "drawText", lambda self, rect, flags, text: words.append(text))
    option = QStyleOptionViewItem()
    option.rect = grid.visualRect(grid.rows.index(number, column))
    option.fontMetrics = grid.fontMetrics()
    picture = QPixmap(10, 10)
    painter = QPainter(picture)
    grid.cells.paint(painter, option, grid.rows.index(number, column))
    painter.end()
    monkeypatch.undo()
    return words[0]


def test_columns_that_were_empty_grow_with_what_is_written_into_them(shown, monkeypatch):
    grid, rows = shown
    put(grid, rows, 0, "ZC-2026-000123456789", "课桌", 1_680_000_00, "转账退款已办", "13800000000")
    for column, words in ((0, "ZC-2026-000123456789"), (2, "1,680,000.00"), (3, "转账退款已办"), (4, "13800000000")):
        assert drawn(grid, 0, column, monkeypatch) == words


def test_a_number_further_down_is_not_cut_either(shown, monkeypatch):
    grid, rows = shown
    put(grid, rows, 250, "ZC-251", "课桌", 12_345_678_901_00, "", "")
    grid.scrollTo(grid.rows.index(250, 0))
    paint(grid)
    assert drawn(grid, 250, 2, monkeypatch) == "12,345,678,901.00"


def test_a_column_made_narrow_by_hand_says_that_it_is(shown, monkeypatch):
    grid, rows = shown
    grid.setColumnWidth(2, 50)
    assert grid.layout_of_columns.by_hand
    put(grid, rows, 0, "ZC-1", "课桌", 1_680_000_00, "", "")
    assert drawn(grid, 0, 2, monkeypatch) == TOO_NARROW
    assert grid.columnWidth(2) == 50, "what was set by hand stays"


def test_double_clicking_the_border_of_a_title_shows_the_number(shown, monkeypatch):
    grid, rows = shown
    grid.setColumnWidth(2, 50)
    put(grid, rows, 0, "ZC-1", "课桌", 1_680_000_00, "", "")
    grid.resizeColumnToContents(2)
    assert drawn(grid, 0, 2, monkeypatch) == "1,680,000.00"


def test_an_endless_code_does_not_take_the_whole_window(shown, monkeypatch):
    grid, rows = shown
    put(grid, rows, 0, "9" * 400, "课桌", None, "", "")
    assert grid.columnWidth(0) == WIDEST_NUMBER
    assert drawn(grid, 0, 0, monkeypatch) == TOO_NARROW


def test_what_is_a_number():
    assert is_number(Kind.TEXT, "0571-8888 1234")
    assert is_number(Kind.CODE, "ZC-1")
    assert not is_number(Kind.TEXT, "三（1）班")
    assert not is_number(Kind.CODE, "ZC-1 课桌")
    assert not is_number(Kind.MONEY, "一百元")


def test_names_lose_their_middle_and_sentences_their_end(qtbot):
    made = Elided()
    qtbot.addWidget(made)
    metrics, room = made.fontMetrics(), made.fontMetrics().horizontalAdvance("教" * 8)
    one, other = (cut(metrics, f"教学楼一层三年级组{words}", room) for words in ("办公室", "储藏室"))
    assert one != other
    assert one.startswith("教学")
    assert one.endswith("室")
    assert cut(metrics, "这一句话说得很长，后面的话放不下了，就不再写出来，停在上面可以看到全部。", room).endswith("…")


def test_words_are_not_cut_to_a_few_where_the_grid_scrolls_sideways_anyway(qtbot):
    columns = (*(Column(f"n{each}", f"数{each}", Kind.MONEY) for each in range(8)), Column("model", "规格型号"), Column("short", "单位"))
    grid = Grid(RowsModel(columns))
    qtbot.addWidget(grid)
    grid.resize(500, 200)
    grid.show()
    grid.rows.load(lambda limit, offset: [(1, *[1_000_000_00] * 8, "红双喜 SMC 室外折叠式双面", "张")], 1)
    grid.fit(measure=True)
    assert grid.columnWidth(8) == COMFORTABLE
    assert grid.columnWidth(9) < COMFORTABLE, "none is wider than what it holds"


def test_words_stay_readable_where_columns_with_nothing_in_them_take_the_room(qtbot):
    """盘点明细 with all its columns at 1366: names were cut to 台…机 beside columns that held nothing but their titles."""
    columns = (Column("name", "名"), *(Column(f"c{each}", "后来的变动说明") for each in range(8)))
    grid = Grid(RowsModel(columns))
    qtbot.addWidget(grid)
    grid.rows.load(lambda limit, offset: [(1, "教师用台式计算机和显示器", *[""] * 8)], 1)
    titles = sum(grid.layout_of_columns._title_width(each) for each in range(1, 9))
    grid.show()
    grid.resize(titles + 70 + grid.width() - grid.viewport().width(), 300)
    grid.fit(measure=True)
    assert grid.columnWidth(0) >= READABLE
