"""A form with lines: typed, pasted, undone and refused in the grid below the fields; nothing is stored before it is saved."""

from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.core.columns import Column, Kind
from app.core.errors import Invalid, Problem
from app.core.money import format_fen
from app.core.quantity import format_quantity
from ui.forms.form import Field
from ui.kit.lines_form import Lines, LinesForm

COLUMNS = (Column("name", "品名"), Column("quantity", "数量", Kind.QUANTITY), Column("price", "单价", Kind.MONEY), Column("fen", "金额", Kind.MONEY))
FIELDS = {"name": Field("name", "品名"), "quantity": Field("quantity", "数量", "quantity"), "price": Field("price", "单价", "money"),
          "fen": Field("fen", "金额", "money")}


@dataclass(frozen=True)
class Draft:
    title: str = ""
    lines: tuple = ()


def sums(lines):
    return f"共 {len(lines)} 行 · 合计 {format_fen(sum(line.get('fen', 0) for line in lines))} 元"


def follows(record, typed, line):
    if {"quantity", "price"} & set(typed) and "quantity" in line and "price" in line:
        return {"fen": format_fen(line["quantity"] * line["price"] // 1000)}
    return {}


class Form(LinesForm):
    def __init__(self, save, draft=None, check=lambda draft: ()):
        super().__init__(None, "登记", draft or Draft(), [Field("title", "事由")], Lines(COLUMNS, FIELDS, sums, follows), check, save)

    def lines_of(self, draft):
        return [{"name": name, "quantity": format_quantity(quantity)} for name, quantity in draft.lines]

    def with_lines(self, draft, lines):
        return replace(draft, lines=tuple(tuple(sorted(line.items())) for line in lines))


@pytest.fixture
def opened(qtbot, show_active):
    """Give a function that shows the form."""
    def open_form(save=lambda draft: draft, **more):
        form = Form(save, **more)
        qtbot.addWidget(form, before_close_func=lambda shown: setattr(shown, "dirty", False))
        show_active(form)
        return form
    return open_form


def typed(form, *words):
    """Type words into cell after cell, Enter after each."""
    grid = form.table.grid
    grid.setFocus()
    for each in words:
        if each:
            QTest.keyClicks(grid, each[0])
            QTest.keyClicks(grid.indexWidget(grid.currentIndex()) or grid, each[1:])
            QTest.keyClick(grid.indexWidget(grid.currentIndex()) or grid, Qt.Key.Key_Return)
        else:
            QTest.keyClick(grid, Qt.Key.Key_Return)


def test_lines_are_typed_one_after_the_other_and_summed(opened):
    form = opened()
    form.table.grid.choose_cell(0, 0)
    typed(form, "broom", "3", "5.50", "")
    assert form.table.total.text() == "共 1 行 · 合计 16.50 元"
    typed(form, "mop", "2.5", "4")
    assert form.table.total.text() == "共 2 行 · 合计 26.50 元"
    form.save_button.click()
    assert form.saved.lines == ((("fen", 1650), ("name", "broom"), ("price", 550), ("quantity", 3000)),
                                (("fen", 1000), ("name", "mop"), ("price", 400), ("quantity", 2500)))


def test_what_follows_goes_back_with_what_was_typed(opened):
    form = opened()
    form.table.grid.choose_cell(0, 0)
    typed(form, "broom", "3", "5.50")
    QTest.keyClick(form.table.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert list(form.table.lines().values()) == [{"name": "broom", "quantity": 3000}]
    QTest.keyClick(form.table.grid, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert list(form.table.lines().values())[0]["fen"] == 1650


def test_enter_in_the_empty_row_goes_on_to_saving(opened):
    form = opened()
    form.table.grid.choose_cell(0, 0)
    typed(form, "broom", "3", "5.50", "")
    assert form.table.grid.currentIndex().row() == 1
    typed(form, "")
    assert form.focusWidget() is form.save_button


def test_a_block_is_pasted_and_a_line_taken_out_and_brought_back(opened):
    form = opened()
    form.table.grid.choose_cell(0, 0)
    form.table.grid.setFocus()
    QGuiApplication.clipboard().setText("粉笔\t12\t3\t\n扫帚\t5\t8\t\n拖把\t1\t9\t")
    QTest.keyClick(form.table.grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert [line["fen"] for line in form.table.lines().values()] == [3600, 4000, 900]
    form.table.grid.choose_cell(1, 0)
    QTest.keyClick(form.table.grid, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert [line["name"] for line in form.table.lines().values()] == ["粉笔", "拖把"]
    QTest.keyClick(form.table.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [line["name"] for line in form.table.lines().values()] == ["粉笔", "扫帚", "拖把"]


def test_a_block_with_its_titles_goes_into_the_columns_they_name(opened):
    """As copied in Excel: other words for the titles, another order, a column of numbers in front."""
    form = opened()
    form.table.grid.choose_cell(0, 0)
    form.table.grid.setFocus()
    QGuiApplication.clipboard().setText("序号\t数量\t品 名\t单价(元)\n1\t12\t粉笔\t3\n2\t5\t扫帚\t8\n")
    QTest.keyClick(form.table.grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert list(form.table.lines().values()) == [{"name": "粉笔", "quantity": 12_000, "price": 300, "fen": 3_600},
                                                 {"name": "扫帚", "quantity": 5_000, "price": 800, "fen": 4_000}]
    QTest.keyClick(form.table.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QGuiApplication.clipboard().setText("单价（万元）\t数量\n3\t12\n")       # would be read as 元: it stays, red
    QTest.keyClick(form.table.grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert len(form.table.unread()) == 2


def test_a_number_with_a_word_behind_it_is_asked_back(opened):
    """2箱 pasted where goods are counted in 盒 must not become 2."""
    form = opened()
    form.table.grid.choose_cell(0, 0)
    form.table.grid.setFocus()
    QGuiApplication.clipboard().setText("粉笔\t2箱\t45\n")
    QTest.keyClick(form.table.grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert [each.text for each in form.table.unread()] == ["第 1 行“数量”：“2箱”：数字后面的单位没有登记，请改成明确的"]
    assert not form.save()
    QTest.keyClick(form.table.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert form.table.lines() == {}


def test_what_the_rules_refuse_stands_in_its_cell_and_in_the_banner(opened):
    def save(draft):
        if dict(draft.lines[1])["quantity"] > 1000:
            raise Invalid([Problem("quantity", "库里没有这么多。", row=-2), Problem("title", "请填写事由。")])
        return draft

    form = opened(save, draft=Draft(lines=(("粉笔", 1000), ("扫帚", 5000))))
    form.save_button.click()
    assert form.isVisible()
    assert "第 2 行“数量”：库里没有这么多。" in form.banner.text()
    assert form.problems["title"].text() == "请填写事由。"
    assert form.table.edits.at(-2, "quantity").reason == "库里没有这么多。"
    assert (form.table.grid.currentIndex().row(), form.table.grid.currentIndex().column()) == (1, 1)
    typed(form, "1")
    form.save_button.click()
    assert not form.isVisible()


def test_words_that_cannot_be_read_stop_saving_and_name_the_line(opened):
    form = opened(draft=Draft(lines=(("粉笔", 1000),)))
    form.table.grid.choose_cell(0, 1)
    typed(form, "many")
    form.save_button.click()
    assert form.isVisible()
    assert "第 1 行“数量”：数量看不懂" in form.banner.text()


def test_ctrl_enter_takes_the_cell_that_is_still_open(opened):
    form = opened()
    form.table.grid.choose_cell(0, 0)
    form.table.grid.setFocus()
    QTest.keyClicks(form.table.grid, "b")
    editor = form.table.grid.indexWidget(form.table.grid.currentIndex())
    QTest.keyClicks(editor, "room")
    form.save()
    assert form.saved.lines == ((("name", "broom"),),)


def test_tab_goes_through_fields_lines_and_buttons_and_back(opened):
    form = opened()
    form.editors["title"].setFocus()
    QTest.keyClick(form.editors["title"], Qt.Key.Key_Tab)
    assert form.focusWidget() is form.table.grid
    QTest.keyClick(form.table.grid, Qt.Key.Key_Tab)
    assert form.focusWidget() is form.leave_button
    QTest.keyClick(form.leave_button, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    form.table.grid.choose_cell(0, 0)
    QTest.keyClick(form.table.grid, Qt.Key.Key_Backtab)
    assert form.focusWidget() is form.editors["title"]


def test_esc_asks_before_lines_are_lost(opened, said):
    form = opened()
    form.table.grid.choose_cell(0, 0)
    typed(form, "broom")
    said.answers = [False]
    QTest.keyClick(form.table.grid, Qt.Key.Key_Escape)
    assert form.isVisible()
