"""Filling to the right and by the handle at the corner, and what is copied for other programs."""

import re
import subprocess
import sys

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolTip

from app.core.columns import Kind
from app.core.errors import Refused
from tests.ui.grid.test_grid import DAY, NAME, NOTE, NUMBER, PIECES, PRICE, ListPage, at, shown
from ui.base.changes import Changes
from ui.grid.filling import continued, fill_right

Key, Control, Left = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton


@pytest.fixture
def page(settings, at_hand):
    return at_hand(ListPage(Changes(), settings, 20))


def draw(qtbot, page, number, column, modifier=Qt.KeyboardModifier.NoModifier):
    """Draw the handle into the middle of a cell and let go there."""
    handle = page.grid.handle
    qtbot.waitUntil(handle.isVisible)
    target = handle.mapFrom(page.grid.viewport(), page.grid.visualRect(page.model.index(number, column)).center())
    qtbot.mousePress(handle, Left, modifier, QPoint(4, 4))
    qtbot.mouseMove(handle, target)
    tip = QToolTip.text()
    qtbot.mouseRelease(handle, Left, modifier, target)
    return tip


def test_ctrl_r_fills_the_chosen_cells_from_the_leftmost_as_one_step(page, qtbot):
    for each in (10, 11, 12):
        page.things[each]["unit_price"] = 5
    page.reload()
    at(page, 9, PIECES, 11, PRICE)
    qtbot.keyClick(page.grid, Key.Key_R, Control)
    assert page.written == [({10: {"unit_price": 1000}, 11: {"unit_price": 1100}, 12: {"unit_price": 1200}}, [])]
    assert [shown(page, each, PRICE) for each in (9, 10, 11)] == ["10.00", "11.00", "12.00"]


def test_one_column_takes_the_words_left_of_it_and_the_first_has_none(page):
    at(page, 2, NUMBER)
    with pytest.raises(Refused, match="左边没有"):
        fill_right(page.grid)
    at(page, 2, NOTE)
    fill_right(page.grid)
    assert shown(page, 2, NOTE) == "教学楼 1层 101室"


def test_what_does_not_fit_the_column_waits_in_red(page, qtbot):
    at(page, 0, NAME, 0, PIECES)
    qtbot.keyClick(page.grid, Key.Key_R, Control)
    assert page.written == []
    assert "整数" in page.model.index(0, PIECES).data(Qt.ItemDataRole.ToolTipRole)


def test_the_handle_drawn_down_copies_counts_and_is_one_step(page, qtbot):
    at(page, 0, PIECES, 1, PIECES)
    tip = draw(qtbot, page, 4, PIECES)
    assert page.written == [({4: {"pieces": 2}, 3: {"pieces": 1}, 5: {"pieces": 1}}, [])]
    assert tip == "1"
    assert page.grid.chosen_block() == ([0, 1, 2, 3, 4], [PIECES])


def test_two_days_say_a_series_and_ctrl_only_copies(page, qtbot):
    page.things[2]["day"] = "2024-10-01"
    page.reload()
    at(page, 0, DAY, 1, DAY)
    assert draw(qtbot, page, 3, DAY) == "2024-12-01"
    assert [shown(page, each, DAY) for each in range(4)] == ["2024-09-01", "2024-10-01", "2024-11-01", "2024-12-01"]
    at(page, 0, DAY, 1, DAY)
    draw(qtbot, page, 3, DAY, Control)
    assert [shown(page, each, DAY) for each in range(4)] == ["2024-09-01", "2024-10-01"] * 2


def test_the_handle_drawn_up_and_to_the_right(page, qtbot):
    at(page, 5, NAME, 6, NAME)
    draw(qtbot, page, 3, NAME)
    assert [shown(page, each, NAME) for each in range(3, 7)] == ["课桌4", "课桌5", "课桌6", "课桌7"]
    at(page, 9, PIECES)
    draw(qtbot, page, 9, PRICE)
    assert shown(page, 9, PRICE) == "10.00"


def test_the_handle_stops_at_the_last_row_and_stays_away_where_nothing_can_be_typed(page, qtbot):
    at(page, 19, NAME)
    draw(qtbot, page, 20, NAME)
    assert page.written == []
    at(page, 0, NUMBER)
    qtbot.waitUntil(page.grid.handle.isHidden)
    at(page, 0, NAME)
    qtbot.waitUntil(page.grid.handle.isVisible)
    page.model.locked = True
    page.grid.handle.place()
    assert page.grid.handle.isHidden()


def test_esc_lets_go_of_the_handle(page, qtbot):
    at(page, 0, PIECES)
    handle = page.grid.handle
    qtbot.waitUntil(handle.isVisible)
    qtbot.mousePress(handle, Left, pos=QPoint(4, 4))
    qtbot.mouseMove(handle, QPoint(4, 90))
    assert handle.band.isVisible()
    qtbot.keyClick(handle, Key.Key_Escape)
    qtbot.mouseRelease(handle, Left, pos=QPoint(4, 90))
    assert page.written == []
    assert handle.band.isHidden()


@pytest.mark.parametrize(("words", "kind", "more"), [
    (["SN-009", "SN-010"], Kind.CODE, ["SN-011", "SN-012"]),
    (["教学楼 3层 304室", "教学楼 3层 306室"], Kind.TEXT, ["教学楼 3层 308室", "教学楼 3层 310室"]),
    (["三（3）班", "三（2）班"], Kind.TEXT, ["三（1）班", "三（0）班"]),
    (["SN-009"], Kind.CODE, ["SN-009", "SN-009"]),
    (["甲1", "乙2"], Kind.TEXT, ["甲1", "乙2"]),
    (["甲", "乙"], Kind.TEXT, ["甲", "乙"]),
    (["1", "2"], Kind.WHOLE, ["1", "2"]),
    (["1.00", "2.00"], Kind.MONEY, ["1.00", "2.00"]),
    (["2024-01-31", "2024-02-07"], Kind.DAY, ["2024-02-14", "2024-02-21"]),
    (["2024-11-05", "2024-12-05"], Kind.DAY, ["2025-01-05", "2025-02-05"]),
    (["2024-11-05", "2024-11-05"], Kind.DAY, ["2024-11-05", "2024-11-05"]),
    (["2099-11-05", "9999-12-05"], Kind.DAY, ["2099-11-05", "9999-12-05"]),
    (["", "2024-12-05"], Kind.DAY, ["", "2024-12-05"]),
])
def test_what_is_a_series(words, kind, more):
    assert continued(words, kind, 2) == more


def test_a_series_does_not_count_below_nought():
    with pytest.raises(Refused, match="小于 0"):
        continued(["A2", "A1"], Kind.CODE, 2)


def test_a_copy_holds_a_table_in_which_codes_stay_text(page):
    page.things[1] |= {"name": "3-1 <甲>", "pieces": 12000, "unit_price": 1_680_000, "note": "00012"}
    page.reload()
    at(page, 0, NUMBER, 0, NOTE)
    page.grid.copy(with_titles=True)
    mime = QGuiApplication.clipboard().mimeData()
    assert mime.text().splitlines()[1].split("\t")[:4] == ["A001", "3-1 <甲>", "12,000", "16,800.00"]
    html = mime.html()
    found = re.findall("<td style='mso-number-format:\"(.*?)\".*?sdnum='2052;0;(.*?)'>(.*?)</td>", html.split("</tr>")[1])
    assert found == [("\\@", "@", "A001"), ("\\@", "@", "3-1 &lt;甲&gt;"), ("0", "0", "12000"),
                     ("\\#\\,\\#\\#0\\.00", "#,##0.00", "16800.00"), ("yyyy\\-mm\\-dd", "YYYY-MM-DD", "2024-09-01"),
                     ("\\@", "@", "在用"), ("\\@", "@", "教学楼 1层 101室"), ("\\@", "@", "00012")]
    assert html.count("<tr>") == 2


def test_the_program_ends_in_order_while_the_clipboard_holds_what_was_copied():
    """As after Ctrl+C and closing the window: Qt lets go of the clipboard when Python is gone already."""
    source = """
from PySide6.QtWidgets import QApplication
from app.core.columns import Column
from ui.grid.copying import Copied, as_mime
app = QApplication([])
QApplication.clipboard().setMimeData(as_mime([Column("a", "甲")], [[Copied("00012", "00012")]], True))
"""
    assert subprocess.run([sys.executable, "-c", source], check=False, timeout=60).returncode == 0
