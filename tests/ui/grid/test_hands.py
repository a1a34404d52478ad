"""What a hurried hand does with a grid: ditto marks, hidden columns, keys held down, half-typed cells, the wheel, a lost focus."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QMenu, QPushButton

from app.core.columns import Column, Kind
from app.core.errors import Refused
from tests.ui.grid.test_grid import DAY, NAME, NOTE, NUMBER, PIECES, PLACE, PRICE, STATUS, ListPage
from ui.base.changes import Changes
from ui.base.parts import Choices, Decimal, Tabs
from ui.grid.edits import block_of, repeated_above
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(settings, at_hand):
    return at_hand(ListPage(Changes(), settings, 20))


def paste(page, qtbot, row, column, words):
    page.grid.choose_cell(row, column)
    QGuiApplication.clipboard().setText(words)
    qtbot.keyClick(page.grid, Key.Key_V, Control)


# --- ditto marks and inches


@pytest.mark.parametrize(("words", "cells"), [
    ('27"\t1\r\n"\t2\r\n"\t3\r\n24"\t4\r\n', [['27"', "1"], ['"', "2"], ['"', "3"], ['24"', "4"]]),
    ('"\r\n"', [['"'], ['"']]),
    ('a\t"d\ne"\r\n', [["a", "d e"]]),
    ('"say ""hi""\nthere"\tb', [['say "hi" there', "b"]]),
    ('"plain"\tb', [['"plain"', "b"]]),      # Excel puts quotes only around what would break the cell
    ('"open\tb\nc\td"x', [['"open', "b"], ["c", 'd"x']]),
    ("a\n\nb\n", [["a"], [""], ["b"]]),
])
def test_a_quote_counts_only_where_it_encloses_a_cell(words, cells):
    assert block_of(words) == cells


def test_ditto_marks_take_what_stands_above_but_no_number_or_code():
    kinds = [Kind.TEXT, Kind.WHOLE, Kind.CODE]
    block = [["电脑", "2", "A1"], ["〃", '"', "同上"], ['"', "3", "A3"]]
    assert repeated_above(block, kinds, ["", "", ""]) == [["电脑", "2", "A1"], ["电脑", '"', "同上"], ["电脑", "3", "A3"]]
    assert repeated_above([["同上"]], [Kind.TEXT], ["椅子"]) == [["椅子"]]
    assert repeated_above([["同上"]], [Kind.TEXT], [""]) == [["同上"]]


def test_a_block_with_ditto_marks_stays_in_its_rows(page, qtbot):
    paste(page, qtbot, 3, NAME, '27"\t1\r\n"\t2\r\n"\t3\r\n24"\t4\r\n')
    assert [page.things[each]["name"] for each in range(4, 8)] == ['27"', '27"', '27"', '24"']
    assert [page.things[each]["pieces"] for each in range(4, 8)] == [1, 2, 3, 4]
    paste(page, qtbot, 8, NAME, "〃")
    assert page.things[9]["name"] == page.things[8]["name"]


def test_a_mark_that_can_mean_nothing_is_asked_about(page, qtbot):
    paste(page, qtbot, 3, PIECES, '"')
    assert page.model.edits.at(4, "pieces").reason.startswith("“\"”看不出指的是什么")
    assert page.written == []


# --- hidden columns


def test_tab_and_enter_go_on_from_a_column_that_was_hidden(page, qtbot):
    for hidden, key, there in ((PIECES, Key.Key_Tab, DAY), (PLACE, Key.Key_Return, NAME + 7)):
        page.grid.choose_cell(2, hidden)
        page.grid.layout_of_columns.show_column(hidden, False)
        assert page.grid.currentIndex().column() == hidden + 1
        qtbot.keyClick(page.grid, key)
        assert page.grid.currentIndex().column() in (there, NAME, DAY)
        page.grid.layout_of_columns.show_column(hidden, True)


def test_the_last_column_in_sight_hands_the_cell_to_the_one_before_it(page):
    page.grid.choose_cell(2, page.model.columnCount() - 1)
    page.grid.layout_of_columns.show_column(page.model.columnCount() - 1, False)
    assert page.grid.currentIndex().column() == PLACE


def test_a_saved_layout_that_hides_the_cell_moves_it_too(page, qtbot):
    page.grid.choose_cell(2, PRICE)
    page.grid.layout_of_columns.show("number:0,name:0,-price:0,-pieces:0;0")
    assert not page.grid.isColumnHidden(page.grid.currentIndex().column())
    qtbot.keyClick(page.grid, Key.Key_Tab)


def test_nothing_is_pasted_where_no_cell_is_seen(page, refusal):
    page.grid.choose_cell(2, PRICE)
    page.grid.setColumnHidden(PRICE, True)
    QGuiApplication.clipboard().setText("5")
    with pytest.raises(Refused, match="没有显示出来"):
        page.grid.paste()


# --- where the keys go


def frame_of(page):
    """Whether the frame of the current cell is painted."""
    page.grid.viewport().update()
    QApplication.processEvents()
    rect = page.grid.visualRect(page.grid.currentIndex())
    picture = page.grid.viewport().grab().toImage()
    return picture.pixelColor(rect.left() + 1, rect.center().y()).blue() > picture.pixelColor(rect.left() + 1, rect.center().y()).red() + 60


def test_the_frame_is_where_the_keys_go(page):
    page.grid.choose_cell(2, NAME)
    assert frame_of(page)
    page.search.setFocus()
    assert not frame_of(page)
    page.grid.setFocus()
    assert frame_of(page)


def test_the_next_bad_cell_has_the_keys(page, qtbot):
    paste(page, qtbot, 3, PIECES, "五个半\n7\n很多")
    button = next(each for each in page.findChildren(QPushButton) if each.text() == "下一处")
    button.setFocus()
    button.click()
    assert QApplication.focusWidget() is page.grid
    qtbot.keyClicks(page.grid, "5")
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Return)
    assert page.model.edits.at(4, "pieces").reason == ""


# --- half typed


def test_half_typed_words_are_told_and_not_stored_when_one_leaves_without_them(page, qtbot):
    page.grid.choose_cell(2, NAME)
    assert page.unsaved() == ""
    qtbot.keyClicks(page.grid, "x")
    assert page.unsaved() == "“清单”里有 1 格还没有保存"
    page.storing.let_go()
    page.search.setFocus()
    QApplication.processEvents()
    assert (page.written, page.unsaved()) == ([], "")


def test_ctrl_s_enters_what_is_half_typed(page, qtbot):
    page.grid.choose_cell(2, NAME)
    qtbot.keyClicks(page.grid, "x")
    page.save()
    assert page.things[3]["name"] == "x"
    assert page.unsaved() == ""


# --- the wheel


@pytest.mark.parametrize("make", [Choices, Decimal, Tabs])
def test_the_wheel_scrolls_what_lies_under_and_chooses_nothing(qtbot, make):
    box = make()
    qtbot.addWidget(box)
    if make is Decimal:
        box.setValue(1.0)
    elif make is Tabs:
        for word in "一二三":
            box.addTab(word)
        box.setCurrentIndex(1)
    else:
        box.addItems(["自用", "出借", "其他"])
        box.setCurrentIndex(1)
    box.show()
    before = box.value() if make is Decimal else box.currentIndex()
    event = QWheelEvent(QPointF(5, 5), QPointF(box.mapToGlobal(QPoint(5, 5))), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
                        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(box, event)
    assert not event.isAccepted()
    assert (box.value() if make is Decimal else box.currentIndex()) == before


def test_columns_of_the_list_in_memory_are_those_of_the_other_tests():
    assert (NUMBER, STATUS) == (0, 5)


# --- what comes and goes


def test_the_band_of_what_waits_moves_no_row(page, qtbot):
    page.grid.choose_cell(3, PIECES)
    before = page.grid.viewport().mapTo(page, QPoint(0, 0)), page.grid.visualRect(page.model.index(3, PIECES))
    paste(page, qtbot, 3, PIECES, "许多")
    assert page.storing.isVisible()
    assert (page.grid.viewport().mapTo(page, QPoint(0, 0)), page.grid.visualRect(page.model.index(3, PIECES))) == before
    page.storing.give_up()
    assert not page.storing.isVisible()
    assert (page.grid.viewport().mapTo(page, QPoint(0, 0)), page.grid.visualRect(page.model.index(3, PIECES))) == before


def test_the_cell_that_waits_stays_in_sight_above_the_band(page, qtbot):
    last = page.model.rowCount() - 2
    paste(page, qtbot, last, PIECES, "许多")
    qtbot.waitUntil(lambda: page.grid.visualRect(page.model.index(last, PIECES)).bottom() <= page.grid.viewport().height())


# --- choosing columns


def test_columns_are_ticked_one_after_the_other_in_a_list_that_scrolls(page, qtbot):
    layout = page.grid.layout_of_columns
    page.grid.head.customContextMenuRequested.emit(QPoint(5, 5))
    menu = next(each for each in page.grid.findChildren(QMenu) if each.isVisible())
    boxes = {each.text(): each for each in menu.findChildren(QCheckBox)}
    assert list(boxes) == [each.title for each in page.columns]
    for title, column in (("数量", PIECES), ("备注", NOTE)):
        qtbot.mouseClick(boxes[title], Qt.MouseButton.LeftButton, pos=QPoint(8, boxes[title].height() // 2))
        assert page.grid.isColumnHidden(column)
        assert menu.isVisible()
    for box in boxes.values():
        box.setChecked(False)
    assert len(layout.order()) == 1
    assert [each.isChecked() for each in boxes.values()].count(True) == 1, "the last column stays, and its tick"
    menu.close()
    layout.reset()


def test_the_list_of_columns_fits_a_small_screen(qtbot):
    made = Grid(RowsModel([Column(f"c{each}", f"第{each}列") for each in range(60)]))
    qtbot.addWidget(made)
    made.show()
    made.head.customContextMenuRequested.emit(QPoint(5, 5))
    menu = next(each for each in made.findChildren(QMenu) if each.isVisible())
    assert menu.height() <= made.screen().availableGeometry().height() * 2 // 3
    assert menu.width() < 300, "it does not break into several columns"
    menu.close()


# --- what has the keys is chosen


def test_the_cell_that_gets_the_keys_is_chosen_too(page, qtbot):
    page.grid.clearSelection()
    page.search.setFocus()
    page.grid.setFocus()
    here = page.grid.currentIndex()
    assert page.grid.spans() == [(here.row(), here.column(), here.row(), here.column())]
    assert page.chosen_count() == 1
    page.grid.choose_rows([3, 4], 4)
    page.search.setFocus()
    page.grid.setFocus()
    assert page.chosen_count() == 2, "what was chosen stays"


def test_the_row_of_a_list_that_is_only_read_is_chosen_whole(qtbot, show_active):
    made = Grid(RowsModel([Column("a", "甲"), Column("b", "乙")]))
    qtbot.addWidget(made)
    made.rows.load(lambda limit, offset: [(1, "a", "b")], 1)
    show_active(made)
    made.setFocus()
    assert made.spans() == [(0, 0, 0, 1)]


def test_the_current_row_stays_in_sight_where_the_grid_gets_lower(page):
    grid = page.grid
    page.resize(1366, 420)
    QApplication.processEvents()
    low = grid.rowAt(grid.viewport().height() - 5)
    grid.choose_cell(low, NAME)
    QApplication.processEvents()
    assert grid.visualRect(grid.currentIndex()).bottom() <= grid.viewport().height()
    page.resize(1366, 380)
    QApplication.processEvents()
    assert grid.currentIndex().row() == low
    assert grid.visualRect(grid.currentIndex()).bottom() <= grid.viewport().height()
