"""The line of sums under a list: every list that has columns to sum says what the shown rows come to, and no sum is cut."""

import pytest
from PySide6.QtGui import QPainter

from app.core.columns import Column, Kind
from app.core.listing import MemoryList, Wish
from ui.base.changes import Changes
from ui.grid.foot import Foot
from ui.kit.table_page import TablePage

ROWS = [(1, "课桌", "a", 40, 1_000_000_00), (2, "椅子", "b", 1_240, 2_000_000_05), (3, "黑板", "c", None, None)]


class Things(TablePage):
    """A list in memory."""

    columns = (Column("name", "名称"), Column("model", "型号"), Column("pieces", "数量", Kind.WHOLE, total=True),
               Column("value", "价值", Kind.MONEY, total=True))
    listing = MemoryList(columns, lambda: ROWS, ["name"])
    record_word = "张"


@pytest.fixture
def page(qtbot):
    made = Things(Changes())
    qtbot.addWidget(made)
    made.resize(900, 400)
    made.show()
    made.refresh()
    return made


def drawn(foot, monkeypatch):
    """Give the texts that are drawn, each with the room it gets."""
    seen = []
    monkeypatch.setattr("ui.grid.foot.QPainter", Pen.of(seen))
    foot.repaint()
    return seen


class Pen(QPainter):
    """Notes what it draws."""

    seen: list

    @classmethod
    def of(cls, seen):
        return type("Noting", (cls,), {"seen": seen})

    def drawText(self, room, flags, text):
        self.seen.append((text, room.width(), self.fontMetrics().horizontalAdvance(text)))
        super().drawText(room, flags, text)


def test_the_sums_of_what_is_shown_stand_under_their_columns(page):
    assert page.sums_row.isVisible()
    assert page.sums_row.lines == [("合计　3 张", {"pieces": "1,280", "value": "3,000,000.05"})]
    page.search.setText("课")
    page.reload()
    assert page.sums_row.lines == [("合计　1 张", {"pieces": "40", "value": "1,000,000.00"})]
    assert page.sums_row.toolTip() == "合计　1 张：数量 40，价值 1,000,000.00"
    page.search.setText("没有")
    page.reload()
    assert not page.sums_row.isVisible()


@pytest.mark.parametrize(("widths", "wanted"), [
    ((200, 100, 80, 120), ["1,280", "3,000,000.05"]),
    ((200, 100, 40, 120), ["1,280", "3,000,000.05"]),       # the column before lends its room
    ((200, 100, 80, 40), ["1,280", "####"]),
])
def test_a_sum_is_never_cut(page, monkeypatch, widths, wanted):
    for at, width in enumerate(widths):
        page.grid.setColumnWidth(at, width)
    seen = drawn(page.sums_row, monkeypatch)
    assert [text for text, _, _ in seen[1:]] == wanted
    assert all(room >= wide for _, room, wide in seen[1:])


def test_what_is_scrolled_away_in_part_is_not_drawn_and_a_low_window_keeps_its_rows(page, monkeypatch):
    for at, width in enumerate((400, 300, 80, 160)):
        page.grid.setColumnWidth(at, width)
    page.resize(860, 400)
    assert [text for text, *_ in drawn(page.sums_row, monkeypatch)[1:]] == ["1,280"]
    page.resize(860, 250)
    assert not page.sums_row.isVisible()
    page.resize(860, 400)
    assert page.sums_row.isVisible()


def test_a_hidden_column_has_no_sum(page, monkeypatch):
    page.grid.layout_of_columns.hide(3, True)
    assert [text for text, *_ in drawn(page.sums_row, monkeypatch)[1:]] == ["1,280"]
    assert isinstance(page.sums_row, Foot)


def test_sums_of_a_list_in_memory_follow_its_narrowing():
    assert Things.listing.totals(Wish(cells={"pieces": ">100"})).sums == {"pieces": 1_240, "value": 2_000_000_05}
