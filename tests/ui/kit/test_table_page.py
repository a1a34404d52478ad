"""A list page by keys and clicks, over a made-up list of up to 100,000 rows."""

import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton

from ui.grid.rows import BLOCK
from ui.kit.acts import act_button
from ui.kit.table_page import TablePage

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier


def test_100_000_rows_are_scrolled_in_blocks(make_page):
    page = make_page(100_000)
    assert page.asked[-1][1:] == (BLOCK, 0)
    page.grid.scrollToBottom()
    page.grid.grab()
    offsets = {offset for _, _, offset in page.asked}
    assert max(offsets) == 99_800
    assert len(offsets) <= 3
    assert page.totalled == 1


def test_default_columns_fit_beside_the_pane(make_page, clipped):
    page = make_page(50)
    assert page.detail.isVisible()
    assert page.grid.horizontalScrollBar().maximum() == 0
    assert sum(page.grid.columnWidth(each) for each in range(8)) == page.grid.viewport().width()
    assert page.grid.isColumnHidden(8)
    page.grid.selectRow(0)
    page._show_row()
    assert clipped(page) == []


def test_search_waits_then_asks_and_esc_clears(make_page, qtbot, type_words):
    page = make_page(30)
    qtbot.keyClick(page, Key.Key_F, Control)
    assert page.search.hasFocus()
    asked = len(page.asked)
    type_words(page.search, "空调")
    assert len(page.asked) == asked
    qtbot.waitUntil(lambda: page.found.records == 10)
    assert page.status_line()[0] == "符合 10 张卡片 · 7 件 · ￥2,899.00"
    qtbot.keyClick(page.search, Key.Key_Escape)
    qtbot.waitUntil(lambda: page.found.records == 30)
    assert page.status_line()[0].startswith("共 30 张卡片")


def test_header_click_asks_for_order(make_page, qtbot):
    page = make_page(30)
    head = page.grid.horizontalHeader()
    place = QPoint(head.sectionViewportPosition(1) + 20, 10)
    orders = []
    for _ in range(3):
        qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)
        page.grid.grab()
        orders.append((page.asked[-1][0].sort, page.asked[-1][0].descending))
    assert orders == [("name", False), ("name", True), ("", False)]


def test_choice_is_kept_by_id_when_rows_move(make_page):
    page = make_page(1000)
    page.grid.selectRow(500)
    page.grid.scrollTo(page.model.index(500, 0))
    assert page.selected_ids() == [501]
    page.rows = [2000, *page.rows[10:]]
    page.changes.happened.emit(frozenset({"asset"}))
    assert page.selected_ids() == [501]
    assert page.grid.currentIndex().row() == 491
    page.rows = range(1, 400)
    page.changes.happened.emit(frozenset({"asset"}))
    assert page.selected_ids() == []


def test_fetches_once_when_seen_later_when_not(make_page):
    page = make_page(10)
    before = page.totalled
    page.changes.happened.emit(frozenset({"person"}))
    assert page.totalled == before
    page.changes.happened.emit(frozenset({"asset", "person"}))
    assert page.totalled == before + 1
    page.hide()
    for _ in range(3):
        page.changes.happened.emit(frozenset({"asset"}))
    assert page.totalled == before + 1
    page.show()
    assert page.totalled == before + 2


def test_acts_follow_what_is_chosen(make_page, qtbot):
    page = make_page(10)
    edit, delete = page.actions_by_key["edit"], page.actions_by_key["delete"]
    assert not edit.isEnabled()
    qtbot.keyClick(page.grid, Key.Key_Minus, Control)
    page.grid.setFocus()
    page.grid.selectRow(2)
    assert edit.isEnabled()
    qtbot.keyClick(page.grid, Key.Key_Return)
    qtbot.keyClick(page.grid, Key.Key_E, Control)
    page.grid.selectAll()
    assert not edit.isEnabled()
    assert delete.isEnabled()
    qtbot.keyClick(page.grid, Key.Key_Minus, Control)
    qtbot.keyClick(page, Key.Key_N, Control)
    assert page.did == [("edit", 3), ("edit", 3), ("delete", list(range(1, 11))), "new"]
    assert page.status_line()[1].startswith("选中 10 张卡片 · ")


def test_delete_key_in_the_search_line_deletes_letters_only(make_page, qtbot):
    page = make_page(10)
    page.grid.selectRow(2)
    page.search.setFocus()
    page.search.setText("空")
    page.search.home(False)
    qtbot.keyClick(page.search, Key.Key_Delete)
    assert page.search.text() == ""
    assert page.did == []


def test_copy_takes_shown_columns_in_their_order(make_page, qtbot):
    page = make_page(10)
    page.grid.horizontalHeader().moveSection(1, 0)
    page.grid.selectRow(0)
    qtbot.keyClick(page.grid, Key.Key_C, Control | Qt.KeyboardModifier.ShiftModifier)
    titles, line = QGuiApplication.clipboard().text().split("\n")
    assert titles.split("\t")[:3] == ["名称", "资产编号", "数量"]
    assert line.split("\t") == ["学生课桌椅（可升降）", "ZC-2023-00001", "45", "2,899.00", "130,455.00", "教学楼 3层 304室",
                                "2023-07-18", "在用"]


def test_empty_list_offers_acts_empty_search_offers_to_clear(make_page, qtbot, clipped):
    page = make_page(0)
    assert [each.text() for each in page.empty.findChildren(QPushButton)] == ["导入台账", "登记资产"]
    page.empty.findChildren(QPushButton)[1].click()
    assert page.did == ["new"]
    assert not page.detail.isVisible()
    page.rows = range(1, 5)
    page.boxes["status"].set_value("在修")
    page.search.setText("没有的东西")
    qtbot.waitUntil(lambda: page.empty is not None and page.empty.findChild(QPushButton).text() == "清除筛选")
    assert clipped(page) == []
    page.empty.findChild(QPushButton).click()
    assert page.search.text() == ""
    assert not page.wish().narrowed
    assert page.found.records == 4
    assert page.grid.isVisible()


def test_tree_filter_narrows_to_a_branch(make_page, qtbot):
    page = make_page(5)
    box = page.boxes["place"]
    box.set_value(2)
    assert page.wish().filters == {"place": 2}
    assert box.text() == "1层及以下"
    box.open()
    popup = box.findChild(type(box).__mro__[0]) or box.children()[-1]
    qtbot.keyClicks(popup.words, "ynj")
    assert not popup.items[3].isHidden()
    assert popup.items[4].isHidden()
    qtbot.keyClick(popup.words, Key.Key_Return)
    assert page.wish().filters == {"place": 3}
    box.set_value(None)
    assert page.wish().filters == {}


def test_columns_are_remembered(make_page):
    page = make_page(10)
    page.grid.layout_of_columns.show_column(8, True)
    page.grid.layout_of_columns.show_column(6, False)
    page.grid.horizontalHeader().moveSection(1, 0)
    page.grid.setColumnWidth(1, 222)
    page.grid.layout_of_columns.save()
    page.pane_switch.setChecked(False)
    again = make_page(10)
    assert again.grid.horizontalHeader().visualIndex(1) == 0
    assert again.grid.columnWidth(1) == 222
    assert again.grid.isColumnHidden(6)
    assert not again.grid.isColumnHidden(8)
    assert not again.detail.isVisible()
    again.grid.layout_of_columns.reset()
    assert again.grid.horizontalHeader().visualIndex(1) == 1
    assert again.grid.isColumnHidden(8)


def test_broken_memory_of_columns_is_ignored(make_page, settings):
    settings.setValue("assets/columns", "nothing,name:x,:,-gone:12")
    assert not make_page(3).grid.isColumnHidden(1)


def test_detail_pane_shows_the_current_row(make_page, qtbot):
    page = make_page(10)
    page.choose(4)
    qtbot.waitUntil(lambda: page.shown_rows[-1:] == [4])
    words = [each.text() for each in page.detail.findChildren(QLabel) if each.isVisible()]
    assert "ZC-2023-00004" in words
    assert "保管人" not in words


def test_a_button_is_away_while_its_act_is_and_outlived_by_it(make_page, qtbot):
    page = make_page(3)
    action = page.actions_by_key["import"]
    made = act_button(action)
    qtbot.addWidget(made)
    made.show()
    action.setVisible(False)
    assert not made.isVisible()
    assert not next(each for each in page.bar.findChildren(QPushButton) if each.text() == "导入台账").isVisible()
    action.setVisible(True)
    assert made.isVisible()
    shiboken6.delete(made)
    action.setVisible(False)        # nobody is left to follow


def test_a_list_in_its_own_order_is_not_searched(make_page, qtbot, monkeypatch):
    monkeypatch.setattr(TablePage, "narrows", False)
    page = make_page(3)
    page.grid.setFocus()
    qtbot.keyClick(page.grid, Key.Key_F, Control)
    qtbot.keyClick(page.grid, Key.Key_L, Control | Qt.KeyboardModifier.ShiftModifier)
    assert not page.search.isVisible()
    assert not page.grid.head.opened
    assert not page.grid.head.sectionsClickable()
