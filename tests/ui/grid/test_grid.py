"""The grid by keys, clipboard and input method, over a list in memory that keeps what the page is asked to write."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from app.core import reading
from app.core.columns import Column, Kind
from app.core.errors import Invalid, Problem, Refused
from app.core.listing import Totals
from app.core.progress import Cancelled
from app.store.journal import Step
from ui.base.changes import Changes
from ui.forms.form import Field
from ui.forms.picker import Picker
from ui.grid import storing
from ui.grid.edits import block_of, tiled
from ui.grid.filling import fill_down
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel
from ui.kit.table_page import TablePage

Key, Control, Shift = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ROOMS = {1: "教学楼 1层 101室", 2: "教学楼 3层 304室", 3: "综合楼 304室", 4: "操场"}
NUMBER, NAME, PIECES, PRICE, DAY, STATUS, PLACE, NOTE = range(8)


def find_rooms(text):
    return [(number, name, "") for number, name in ROOMS.items() if text in name]


class ListPage(TablePage):
    """Records in memory as dictionaries by field key; ``written`` holds each (changed, added) that was asked for."""

    title = "清单"
    settings_key = "things"
    adds = True
    columns = (Column("number", "编号", Kind.CODE), Column("name", "名称"), Column("pieces", "数量", Kind.WHOLE, total=True),
               Column("price", "单价", Kind.MONEY, total=True), Column("day", "日期", Kind.DAY),
               Column("status", "状况", Kind.CHOICE), Column("place", "地点"), Column("note", "备注"))
    fields = {"name": Field("name", "名称"), "pieces": Field("pieces", "数量", "whole"),
              "price": Field("unit_price", "单价", "money"), "day": Field("day", "日期", "day"),
              "status": Field("status", "状况", "choice", choices=("在用", "在修")),
              "place": Field("place_id", "地点", "lookup", find=find_rooms, text_of=lambda each: ROOMS[each]),
              "note": Field("note", "备注", "lines")}

    def __init__(self, changes, settings, count):
        self.things = {each: {"name": f"课桌{each}", "pieces": each, "unit_price": 100 * each, "day": "2024-09-01",
                              "status": "在用", "place_id": 1, "note": ""} for each in range(1, count + 1)}
        self.written, self.wishes = [], []
        super().__init__(changes, settings)

    def fetch(self, wish, limit, offset):
        self.wishes.append(wish)
        rows = [(each, f"A{each:03d}", thing["name"], thing["pieces"], thing["unit_price"], thing["day"], thing["status"],
                 ROOMS.get(thing["place_id"], ""), thing["note"]) for each, thing in self.things.items()]
        return rows[offset:offset + limit]

    def position(self, wish, record_id):
        return list(self.things).index(record_id) if record_id in self.things else None

    def totals(self, wish):
        reading.also({"thing"})     # as a query would
        return Totals(len(self.things))

    def write(self, changed, added, progress=None):
        problems = [Problem("pieces", "数量不能是负数。", row=record) for record, row in
                    [*changed.items(), *((-number, row) for number, row in enumerate(added, 1))] if (row.get("pieces") or 0) < 0]
        problems += [Problem("name", "请填写名称。", row=-number) for number, row in enumerate(added, 1) if not row.get("name")]
        if problems:
            raise Invalid(problems)
        if any(row.get("note") == "锁" for row in changed.values()):
            raise Refused("这一条已经锁定。")
        self.written.append(({record: dict(row) for record, row in changed.items()}, [dict(row) for row in added]))
        for record, row in changed.items():
            self.things[record].update(row)
        blank = {"name": "", "pieces": 1, "unit_price": 0, "day": "", "status": "在用", "place_id": 0, "note": ""}
        for row in added:
            self.things[max(self.things, default=0) + 1] = {**blank, **row}
        self.changes.happened.emit(frozenset({"thing"}))
        return Step(len(self.written), "修改")


@pytest.fixture
def page(settings, at_hand):
    return at_hand(ListPage(Changes(), settings, 20))


def at(page, number, column, bottom=None, right=None):
    """Choose a cell, or a block of cells from it on."""
    bottom, right = number if bottom is None else bottom, column if right is None else right
    page.grid.choose_spans([(number, column, bottom, right)], (number, column))


def paste(page, text, as_new=False):
    QGuiApplication.clipboard().setText(text)
    page.grid.paste(as_new)


def shown(page, number, column):
    return page.model.index(number, column).data()


def keys(qtbot, letters):
    """Press keys where the focus is: the first opens the editor, which gets the others."""
    for letter in letters:
        qtbot.keyClick(QApplication.focusWidget(), letter)


def editor_of(page):
    return next(each for each in page.grid.viewport().findChildren(QLineEdit) if each.isVisible())


# --- typing


def test_typing_replaces_the_cell_and_enter_goes_on_to_the_next_field(page, qtbot, type_words):
    at(page, 3, PIECES)
    keys(qtbot, "12")
    qtbot.keyClick(editor_of(page), Key.Key_Return)
    assert page.written == [({4: {"pieces": 12}}, [])]
    assert shown(page, 3, PIECES) == "12"
    assert (page.grid.currentIndex().row(), page.grid.currentIndex().column()) == (3, PRICE)
    type_words(page.grid, "1.5万")
    qtbot.keyClick(editor_of(page), Key.Key_Tab)
    assert page.written[-1] == ({4: {"unit_price": 1_500_000}}, [])
    qtbot.keyClick(page.grid, Key.Key_Backtab, Shift)
    assert page.grid.currentIndex().column() == PRICE


def test_the_last_field_leads_to_the_next_row_and_up_down_leave_an_editor(page, qtbot):
    at(page, 3, NOTE)
    qtbot.keyClick(page.grid, Key.Key_Return)
    assert (page.grid.currentIndex().row(), page.grid.currentIndex().column()) == (4, NAME)
    keys(qtbot, "x")
    qtbot.keyClick(editor_of(page), Key.Key_Down)
    assert page.written == [({5: {"name": "x"}}, [])]
    assert (page.grid.currentIndex().row(), page.grid.currentIndex().column()) == (5, NAME)


def test_f2_keeps_the_words_and_esc_leaves_them_as_they_were(page, qtbot, type_words):
    at(page, 0, NAME)
    qtbot.keyClick(page.grid, Key.Key_F2)
    assert editor_of(page).text() == "课桌1"
    qtbot.keyClick(editor_of(page), Key.Key_End)
    type_words(editor_of(page), "号")
    qtbot.keyClick(editor_of(page), Key.Key_Escape)
    assert page.written == []
    qtbot.keyClick(page.grid, Key.Key_F2)
    qtbot.keyClick(editor_of(page), Key.Key_Return)
    assert page.written == [], "nothing was changed, so nothing is written"


def test_an_input_method_loses_no_first_letter(page):
    at(page, 2, NAME)
    for preedit in ("k", "ke", "ke zhuo"):
        QApplication.sendEvent(page.grid, QInputMethodEvent(preedit, []))
    done = QInputMethodEvent()
    done.setCommitString("课桌椅")
    QApplication.sendEvent(page.grid, done)
    assert editor_of(page).text() == "课桌椅"
    assert editor_of(page).hasFocus()
    page.grid.step(1, 0)
    page.grid.setFocus()
    assert page.written == [({3: {"name": "课桌椅"}}, [])]


def test_a_choice_can_be_typed_by_an_input_method_too(page, qtbot):
    at(page, 2, STATUS)
    QApplication.sendEvent(page.grid, QInputMethodEvent("zx", []))
    done = QInputMethodEvent()
    done.setCommitString("在修")
    QApplication.sendEvent(page.grid, done)
    editor = page.grid.indexWidget(page.grid.currentIndex()) or page.grid.viewport().findChild(QLineEdit).parent()
    qtbot.keyClick(editor, Key.Key_Return)
    assert page.written == [({3: {"status": "在修"}}, [])]


def test_a_place_is_found_as_one_types_and_enter_takes_the_first(page, qtbot):
    at(page, 0, PLACE)
    qtbot.keyClick(page.grid, Key.Key_3)
    editor = editor_of(page)
    assert isinstance(editor, Picker)
    qtbot.waitUntil(editor.view.isVisible)
    keys(qtbot, "04")
    qtbot.waitUntil(lambda: editor.view.currentIndex().row() == 0)
    assert editor.text() == "304"
    qtbot.keyClick(editor.view, Key.Key_Return)
    qtbot.waitUntil(lambda: page.written != [])
    assert page.written == [({1: {"place_id": 2}}, [])]
    assert shown(page, 0, PLACE) == "教学楼 3层 304室"


def test_f7_opens_the_list_and_ctrl_semicolon_is_today(page, qtbot, stopped_clock):
    at(page, 0, PLACE)
    qtbot.keyClick(page.grid, Key.Key_F7)
    editor = editor_of(page)
    qtbot.waitUntil(editor.view.isVisible)
    assert editor.hits.item(0).text() == "教学楼 1层 101室"
    assert editor.hits.rowCount() == len(ROOMS)
    qtbot.keyClick(editor, Key.Key_Escape)
    page.grid.setFocus()
    at(page, 0, DAY)
    qtbot.keyClick(page.grid, Key.Key_Semicolon, Control)
    (changed, _), = page.written
    assert str(changed[1]["day"]) == page.things[1]["day"].isoformat()


def test_what_cannot_be_read_stays_red_with_its_reason_until_it_is_mended(page, qtbot, type_words):
    at(page, 1, PRICE)
    type_words(page.grid, "很多")
    qtbot.keyClick(editor_of(page), Key.Key_Return)
    index = page.model.index(1, PRICE)
    assert index.data() == "很多"
    assert "金额看不懂" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert page.storing.isVisible()
    assert page.written == []
    at(page, 1, PRICE)
    keys(qtbot, "20")
    qtbot.keyClick(editor_of(page), Key.Key_Return)
    assert page.written == [({2: {"unit_price": 2000}}, [])]
    assert not page.storing.isVisible()


def test_what_the_rules_refuse_stays_too_and_esc_gives_it_up(page, qtbot):
    at(page, 1, PIECES)
    keys(qtbot, "-5")
    qtbot.keyClick(editor_of(page), Key.Key_Return)
    assert page.model.index(1, PIECES).data(Qt.ItemDataRole.ToolTipRole) == "数量不能是负数。"
    at(page, 1, PIECES)
    qtbot.keyClick(page.grid, Key.Key_Escape)
    assert shown(page, 1, PIECES) == "2"
    at(page, 1, NOTE)
    paste(page, "锁")
    assert page.storing.words.text() == "这一条已经锁定。"
    assert page.storing.isVisible()


def test_a_new_row_is_stored_when_it_is_left(page, qtbot):
    at(page, 20, NAME)
    keys(qtbot, "chair")
    qtbot.keyClick(editor_of(page), Key.Key_Return)
    assert page.written == []
    keys(qtbot, "7")
    qtbot.keyClick(editor_of(page), Key.Key_Return)
    assert page.written == []
    qtbot.keyClick(page.grid, Key.Key_Up)
    assert page.written == [({}, [{"name": "chair", "pieces": 7}])]
    assert shown(page, 20, NAME) == "chair"
    assert page.model.rowCount() == 22


def test_a_locked_list_is_for_reading(page, qtbot):
    page.model.locked = True
    page.reload()
    assert page.model.rowCount() == 20
    at(page, 0, NAME)
    keys(qtbot, "x")
    with pytest.raises(Refused, match="现在不能修改"):
        paste(page, "x")
    assert page.written == []


# --- pasting and filling


def test_one_value_goes_to_every_chosen_cell_and_a_row_to_every_chosen_row(page):
    at(page, 2, NOTE, bottom=6)
    paste(page, "待查")
    assert page.written[-1] == ({each: {"note": "待查"} for each in range(3, 8)}, [])
    at(page, 0, NAME, bottom=2, right=PIECES)
    paste(page, "椅子\t9\n")
    assert page.written[-1] == ({each: {"name": "椅子", "pieces": 9} for each in (1, 2, 3)}, [])


def test_a_block_goes_on_from_the_chosen_cell_and_below_the_last_row(page, said):
    at(page, 18, NAME)
    paste(page, "甲\t1\t10\n乙\t\t20\n丙\t3\t30\n丁\t4\t40")
    changed, added = page.written[-1]
    assert changed == {19: {"name": "甲", "pieces": 1, "unit_price": 1000}, 20: {"name": "乙", "unit_price": 2000}}
    assert added == [{"name": "丙", "pieces": 3, "unit_price": 3000}, {"name": "丁", "pieces": 4, "unit_price": 4000}]
    assert said.last == "已保存 11 格，其中新登记 2 行。"
    assert len(page.written) == 1


def test_a_blank_never_clears_but_del_does(page, qtbot):
    at(page, 0, NAME)
    paste(page, "\t5")
    assert page.written == [({1: {"pieces": 5}}, [])]
    at(page, 0, DAY, bottom=1)
    qtbot.keyClick(page.grid, Key.Key_Delete)
    assert page.written[-1] == ({1: {"day": None}, 2: {"day": None}}, [])


def test_bad_cells_hold_the_block_back_until_all_are_mended(page, qtbot):
    at(page, 0, NAME)
    paste(page, "甲\t一百\t10\n乙\t2\t二十\n丙\t4\t30")
    assert page.written == []
    assert page.storing.words.text().startswith("有 8 格还没有保存，其中 2 格有问题")
    page.storing.next.click()
    assert (page.grid.currentIndex().row(), page.grid.currentIndex().column()) == (0, PIECES)
    keys(qtbot, "100")
    qtbot.keyClick(editor_of(page), Key.Key_Return)
    assert page.written == []
    page.storing.next.click()
    keys(qtbot, "20")
    qtbot.keyClick(editor_of(page), Key.Key_Return)
    assert page.written == [({1: {"name": "甲", "pieces": 100, "unit_price": 1000},
                              2: {"name": "乙", "unit_price": 2000},
                              3: {"name": "丙", "pieces": 4, "unit_price": 3000}}, [])]
    assert not page.storing.isVisible()


def test_new_rows_with_a_problem_stay_below_and_can_be_given_up(page, qtbot):
    at(page, 20, NAME)
    paste(page, "甲\t1\n\t2\n丙\t3")
    assert page.written == []
    assert page.model.rowCount() == 24
    assert page.model.index(21, NAME).data(Qt.ItemDataRole.ToolTipRole) == "请填写名称。"
    page.storing.give_up()
    assert page.model.rowCount() == 21
    assert not page.storing.isVisible()
    paste(page, "甲\t1", as_new=True)
    assert len(page.written) == 1


def waiting(page):
    return {(record, key): cell.text for record, row in page.model.edits.cells.items() for key, cell in row.items()}


def test_ctrl_z_takes_back_one_cell_or_one_block_of_what_waits_and_ctrl_y_brings_it_back(page, qtbot):
    at(page, 0, PIECES)
    paste(page, "一\n二\n3")
    block = waiting(page)
    at(page, 5, PIECES)
    keys(qtbot, "many")
    qtbot.keyClick(editor_of(page), Key.Key_Return)
    both = waiting(page)
    assert (len(block), len(both)) == (2, 3)     # the third is as it was
    qtbot.keyClick(page.grid, Key.Key_Z, Control)
    assert waiting(page) == block
    assert page.storing.isVisible()
    qtbot.keyClick(page.grid, Key.Key_Z, Control)
    assert waiting(page) == {}
    assert not page.storing.isVisible()
    assert shown(page, 1, PIECES) == "2"
    qtbot.keyClick(page.grid, Key.Key_Y, Control)
    assert waiting(page) == block
    qtbot.keyClick(page.grid, Key.Key_Y, Control)
    assert waiting(page) == both
    assert page.written == []


def test_typing_over_what_waits_goes_back_to_the_words_before(page, qtbot):
    at(page, 2, PIECES)
    paste(page, "一\n二")
    at(page, 2, PIECES)
    keys(qtbot, "some")
    qtbot.keyClick(editor_of(page), Key.Key_Return)
    assert waiting(page)[3, "pieces"] == "some"
    qtbot.keyClick(page.grid, Key.Key_Z, Control)
    assert waiting(page) == {(3, "pieces"): "一", (4, "pieces"): "二"}


def test_a_new_row_taken_back_is_gone_and_comes_back(page, qtbot):
    at(page, 20, NAME)
    paste(page, "甲\t一\n乙\t二")
    assert page.model.rowCount() == 23
    qtbot.keyClick(page.grid, Key.Key_Z, Control)
    assert page.model.rowCount() == 21
    at(page, 0, PIECES)
    qtbot.keyClick(page.grid, Key.Key_Y, Control)
    assert page.model.rowCount() == 23
    assert shown(page, 21, PIECES) == "二"


def test_esc_takes_back_the_chosen_cell_never_a_block(page, qtbot):
    at(page, 0, PIECES)
    paste(page, "一\n二\n三")
    block = waiting(page)
    qtbot.keyClick(page.grid, Key.Key_Escape)       # the block is chosen
    assert waiting(page) == block
    at(page, 7, PIECES)
    qtbot.keyClick(page.grid, Key.Key_Escape)       # nothing waits there
    assert waiting(page) == block
    at(page, 1, PIECES)
    qtbot.keyClick(page.grid, Key.Key_Escape)
    assert waiting(page) == {(1, "pieces"): "一", (3, "pieces"): "三"}
    qtbot.keyClick(page.grid, Key.Key_Y, Control)
    assert waiting(page) == block
    for _ in range(2):
        qtbot.keyClick(page.grid, Key.Key_Z, Control)
    assert waiting(page) == {}


def test_what_was_given_up_comes_back_until_something_else_is_done(page, qtbot):
    at(page, 0, PIECES)
    paste(page, "一\n二")
    block = waiting(page)
    page.storing.give_up()
    assert (waiting(page), page.storing.isVisible()) == ({}, False)
    qtbot.keyClick(page.grid, Key.Key_Y, Control)
    assert waiting(page) == block
    page.storing.give_up()
    at(page, 9, PIECES)
    paste(page, "12")       # stored: a step
    assert len(page.written) == 1
    qtbot.keyClick(page.grid, Key.Key_Y, Control)
    qtbot.keyClick(page.grid, Key.Key_Z, Control)
    assert waiting(page) == {}


def test_what_is_stored_no_longer_goes_back_here(page, qtbot):
    at(page, 0, PIECES)
    paste(page, "一\n2\n3")
    at(page, 0, PIECES)
    keys(qtbot, "9")
    qtbot.keyClick(editor_of(page), Key.Key_Return)
    assert page.written == [({1: {"pieces": 9}, 2: {"pieces": 2}, 3: {"pieces": 3}}, [])] or len(page.written) == 1
    assert (waiting(page), page.storing.move_back, page.model.edits.done) == ({}, "", [])


def test_titles_copied_along_are_not_pasted_as_a_row(page, qtbot):
    at(page, 0, NAME, bottom=1, right=PIECES)
    qtbot.keyClick(page.grid, Key.Key_C, Control | Shift)
    assert QGuiApplication.clipboard().text() == "名称\t数量\n课桌1\t1\n课桌2\t2"
    at(page, 4, NAME)
    qtbot.keyClick(page.grid, Key.Key_V, Control)
    assert page.written == [({5: {"name": "课桌1", "pieces": 1}, 6: {"name": "课桌2", "pieces": 2}}, [])]


def test_what_reaches_over_the_edge_is_refused_whole(page):
    at(page, 0, NOTE)
    with pytest.raises(Refused, match="有 2 列，从这一格往右只有 1 列"):
        paste(page, "a\tb")
    page.model.adds = False
    at(page, 19, NAME)
    with pytest.raises(Refused, match="多出 1 行"):
        paste(page, "a\nb")
    page.grid.choose_spans([(0, NAME, 0, NAME), (2, NAME, 2, NAME)], (0, NAME))
    with pytest.raises(Refused, match="不连在一起"):
        paste(page, "a")
    QGuiApplication.clipboard().clear()
    with pytest.raises(Refused, match="剪贴板里没有文字"):
        page.grid.paste()
    assert page.written == []


def test_a_column_that_is_computed_stays_and_the_strip_says_so(page, said):
    at(page, 0, NUMBER)
    paste(page, "X1\t新名")
    assert page.written == [({1: {"name": "新名"}}, [])]
    assert said.texts == ["已保存 1 格。“编号”不能在表格里直接改，这几列没有动。"], "both are heard"


def test_ctrl_d_fills_down_and_in_one_row_takes_from_above(page, qtbot):
    at(page, 0, PLACE, bottom=3)
    page.things[1]["place_id"] = 3
    page.reload()
    qtbot.keyClick(page.grid, Key.Key_D, Control)
    assert page.written == [({each: {"place_id": 3} for each in (2, 3, 4)}, [])]
    at(page, 4, PLACE)
    qtbot.keyClick(page.grid, Key.Key_D, Control)
    assert page.written[-1] == ({5: {"place_id": 3}}, [])
    at(page, 0, PLACE)
    with pytest.raises(Refused, match="上面没有"):
        fill_down(page.grid)


def test_pasted_rooms_are_found_by_path_or_last_word_and_two_of_a_name_are_refused(page):
    at(page, 0, PLACE)
    paste(page, "综合楼 304室\n操场\n304室\n没有的室")
    assert page.written == []
    reasons = [page.model.index(number, PLACE).data(Qt.ItemDataRole.ToolTipRole) or "" for number in range(4)]
    assert reasons[:2] == ["", ""]
    assert "有 2 个“304室”" in reasons[2]
    assert "没有找到“没有的室”" in reasons[3]


# --- words under the titles, saved views, frozen columns, the status line


def test_words_under_a_title_narrow_the_list_and_bad_ones_say_why(page, qtbot):
    page.toggle_conditions()
    line = page.grid.head.lines["price"]
    assert line.isVisible()
    qtbot.keyClicks(line, ">=5")
    qtbot.waitUntil(lambda: page.wishes[-1].cells == {"price": ">=5"})
    qtbot.keyClicks(line, "x")
    qtbot.waitUntil(lambda: page.wishes[-1].cells == {})
    assert "不是数" in line.toolTip()
    line.clear()
    page.narrow_to_cell(page.model.index(4, STATUS))
    assert page.wish().cells == {"status": "=在用"}
    page.narrow_to_cell(page.model.index(4, NOTE))
    assert page.wish().cells == {"status": "=在用", "note": "空"}
    page.toggle_conditions()
    assert page.wish().cells == {}


def test_keys_reach_the_list_after_its_line_of_conditions_is_taken_away(page):
    page.toggle_conditions()
    page.grid.head.lines["price"].setFocus()
    page.toggle_conditions()
    assert page.grid.hasFocus()


def test_a_condition_that_finds_nothing_can_still_be_typed_on(page, qtbot):
    page.toggle_conditions()
    line = page.grid.head.lines["name"]
    line.setFocus()
    there, page.things = page.things, {}        # the list of this test does not narrow by itself
    qtbot.keyClicks(line, "zzz")
    qtbot.waitUntil(lambda: page.empty is not None and page.empty.isVisible())     # a slow machine looks before the last letter
    assert page.wish().cells == {"name": "zzz"}
    assert line.isVisible()
    assert line.hasFocus()
    page.things = there
    line.clear()
    qtbot.waitUntil(lambda: page.empty is None)
    assert page.wish().cells == {}
    assert page.grid.isVisible()


def test_lines_stand_under_their_columns(page):
    page.toggle_conditions()
    page.grid.horizontalHeader().moveSection(0, 3)
    page.grab()
    head = page.grid.head
    for number, column in enumerate(page.columns):
        line = head.lines[column.key]
        assert abs(line.x() - head.sectionViewportPosition(number)) <= 3
        assert line.geometry().bottom() <= head.height()
        assert line.y() >= head.viewport().height()


def test_a_saved_view_brings_filters_order_and_columns_back(page, settings, said, monkeypatch):
    page.grid.head.set_conditions({"name": "椅"})
    page.sort = ("price", True)
    page.grid.layout_of_columns.show_column(NOTE, False)
    page.grid.layout_of_columns.freeze(2)
    page.views.views.save("椅子", page.view_now())
    page.clear_narrowing()
    page.grid.layout_of_columns.reset()
    assert not page.wish().narrowed
    again = ListPage(Changes(), settings, 3)
    again.show_view(again.views.views.all()["椅子"])
    assert again.wish().cells == {"name": "椅"}
    assert again.sort == ("price", True)
    assert again.grid.isColumnHidden(NOTE)
    assert again.grid.layout_of_columns.frozen.count == 2
    again.views.forget("椅子")
    assert again.views.views.all() == {}
    said.actions["恢复"]()
    assert list(again.views.views.all()) == ["椅子"]
    again.deleteLater()


def test_frozen_columns_stay_in_sight_and_are_typed_in_at_their_place(page, qtbot):
    page.resize(600, 400)
    for number in range(8):
        page.grid.setColumnWidth(number, 160)
    page.grid.layout_of_columns.freeze(2)
    frozen, bar = page.grid.layout_of_columns.frozen, page.grid.horizontalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 300)
    assert not frozen.isVisible()
    bar.setValue(300)
    assert frozen.isVisible()
    assert frozen.columns() == [NUMBER, NAME]
    assert [frozen.isColumnHidden(each) for each in range(8)] == [False, False, *[True] * 6]
    qtbot.mouseClick(frozen.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 40))
    assert page.grid.currentIndex().column() == NAME
    assert bar.value() == 300, "a click on a frozen cell does not scroll"
    at(page, 1, PIECES)
    page.grid.scrollTo(page.model.index(1, PIECES))
    assert page.grid.columnViewportPosition(PIECES) >= frozen.width()
    at(page, 1, NAME)
    bar.setValue(300)
    keys(qtbot, "z")
    assert bar.value() == 0
    qtbot.keyClick(editor_of(page), Key.Key_Return)
    assert page.written == [({2: {"name": "z"}}, [])]


@pytest.mark.parametrize("key", [Key.Key_Down, Key.Key_Up, Key.Key_Left, Key.Key_Right, Key.Key_Home, Key.Key_End])
def test_ctrl_with_a_moving_key_chooses_the_cell_it_goes_to(page, qtbot, key):
    """Else the frame goes away alone and Del clears the cell that was chosen before."""
    at(page, 5, PIECES)
    page.grid.setFocus()
    qtbot.keyClick(page.grid, key, Qt.KeyboardModifier.ControlModifier)
    here = page.grid.currentIndex()
    assert (here.row(), here.column()) != (5, PIECES)
    assert page.grid.spans() == [(here.row(), here.column(), here.row(), here.column())]


def test_the_status_line_sums_what_is_chosen(page):
    at(page, 0, PIECES, bottom=3)
    assert page.status_line()[1] == "选中 4 条 · 数量 10（平均 2.5，4 个数）"
    at(page, 0, PIECES, bottom=3, right=PRICE)
    assert page.status_line()[1] == "选中 4 条 · 数量 10（平均 2.5，4 个数） · 单价 ￥10.00（平均 ￥2.50，4 个数）"
    page.grid.selectAll()
    assert page.status_line()[1].startswith("选中 20 条 · 数量 210")


def test_a_block_in_the_clipboard_is_read_as_excel_writes_it():
    assert block_of('a\tb\r\nc\t"d\ne"\r\n') == [["a", "b"], ["c", "d e"]]
    assert block_of("a\n\tb") == [["a", ""], ["", "b"]]
    assert block_of(" \n") == []
    assert tiled([["x"]], 2, 2) == [["x", "x"], ["x", "x"]]
    assert tiled([["x", "y"]], 2, 3) == [["x", "y"], ["x", "y"]]
    assert tiled([["x"], ["y"]], 3, 1) == [["x"], ["y"]]


def test_many_rows_are_stored_by_a_job_that_can_be_cancelled(page, monkeypatch):
    monkeypatch.setattr(storing, "AT_ONCE", 3)

    def cancelled(changed, added, progress):
        progress(1, 5, "写入")
        raise Cancelled

    at(page, 0, NOTE, bottom=4)
    monkeypatch.setattr(page.storing, "write", cancelled)
    paste(page, "待查")
    assert page.storing.words.text() == "已取消，没有保存；改过的内容还留在表格里。"
    assert shown(page, 4, NOTE) == "待查"
    monkeypatch.setattr(page.storing, "write", page.write)
    page.save()
    assert page.written == [({each: {"note": "待查"} for each in range(1, 6)}, [])]
    assert not page.storing.isVisible()


def test_a_refusal_by_key_is_told_and_leaves_no_override_of_qt(page, qtbot, monkeypatch):
    told = []
    monkeypatch.setattr("sys.excepthook", lambda kind, error, trace: told.append(error))
    at(page, 0, NOTE)
    QGuiApplication.clipboard().setText("a\tb")
    qtbot.keyClick(page.grid, Key.Key_V, Control)
    assert [type(each) for each in told] == [Refused]
    assert "往右只有 1 列" in told[0].text


def test_columns_that_come_and_go_leave_the_others_fitting_the_room(page):
    page.grid.layout_of_columns.show_column(NOTE, False)
    page.grid.layout_of_columns.show_column(NOTE, True)
    assert not page.grid.layout_of_columns.by_hand
    assert sum(page.grid.columnWidth(each) for each in range(8)) == page.grid.viewport().width()
    page.grid.setColumnWidth(NAME, 300)
    assert page.grid.layout_of_columns.by_hand


def test_the_first_row_of_an_empty_list_is_typed_in_its_grid(page, qtbot):
    page.things.clear()
    page.reload()
    assert page.empty is not None
    next(each for each in page.empty.findChildren(QPushButton) if each.text() == "在表格里输入或粘贴").click()
    assert page.grid.isVisible()
    keys(qtbot, "ab")
    qtbot.keyClick(editor_of(page), Key.Key_Return)
    page.save()
    assert page.written == [({}, [{"name": "ab"}])]
    assert page.found.records == 1
    page.things.clear()
    page.reload()
    assert page.empty is not None


def test_a_row_is_chosen_whatever_key_is_still_held(page, qtbot):
    """After Ctrl+Enter of a form Ctrl may still be down: Qt's own selectRow would take the row away again."""
    page.grid.selectRow(0)
    qtbot.keyPress(page.grid, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    page.grid.selectRow(0)
    assert [span[0] for span in page.grid.spans()] == [0]
    qtbot.keyRelease(page.grid, Qt.Key.Key_Control)


def test_a_short_title_leaves_nothing_to_scroll_sideways(qtbot):
    model = RowsModel((Column("column", "列", Kind.CODE), Column("text", "问题")))
    grid = Grid(model)
    qtbot.addWidget(grid)
    grid.resize(400, 200)
    grid.show()
    model.load(lambda limit, offset: [(0, "甲", "没有写班级" * 9)], 1)
    grid.fit(measure=True)
    assert grid.horizontalHeader().length() == grid.viewport().width()
