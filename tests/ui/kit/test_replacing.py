"""查找和替换 in a list that is typed in: what is found, what is seen before, one step, what is refused."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from app.core.errors import Refused
from tests.ui.grid.test_grid import NAME, NOTE, PIECES, PLACE, ListPage, at
from ui.base.changes import Changes
from ui.kit.replacing import ReplaceDialog, exchanger, replace_words


@pytest.fixture
def page(settings, at_hand):
    return at_hand(ListPage(Changes(), settings, 20))


@pytest.fixture
def dialog(page, qtbot):
    made = ReplaceDialog(page)
    qtbot.addWidget(made)
    made.show()
    return made


def seen(dialog):
    return [[dialog.model.index(number, at).data() for at in range(6)] for number in range(dialog.model.rowCount())]


def look_for(dialog, words, by):
    dialog.words.setText(words)
    dialog.by.setText(by)
    dialog.look()


def test_each_cell_is_seen_before_and_after_and_all_are_one_step(page, dialog, clipped, said):
    dialog.where.set_value(NAME)
    look_for(dialog, "课桌1", "书桌1")
    assert [row[:5] for row in seen(dialog)[:2]] == [
        ["改", "A001 课桌1", "名称", "课桌1", "书桌1"], ["改", "A010 课桌10", "名称", "课桌10", "书桌10"]]
    assert "要改 11 格" in dialog.said.text()
    assert clipped(dialog) == []
    dialog.write.click()
    (changed, added), = page.written
    assert (changed[1], len(changed), added) == ({"name": "书桌1"}, 11, [])
    assert "已保存 11 格" in said.last


def test_only_the_chosen_cells_are_looked_through(page, qtbot):
    at(page, 0, NAME, 2, NAME)
    dialog = ReplaceDialog(page)
    qtbot.addWidget(dialog)
    look_for(dialog, "课", "书")
    assert [row[3] for row in seen(dialog)] == ["课桌1", "课桌2", "课桌3"]
    dialog.range.set_value(False)
    dialog.look()
    assert len(seen(dialog)) == 20


def test_the_whole_cell_numbers_without_commas_and_capitals(page, qtbot):
    page.things[1] |= {"pieces": 12_000, "note": "Epson"}
    page.things[2] |= {"note": "EPSON 打印机"}
    page.reload()
    dialog = ReplaceDialog(page)
    qtbot.addWidget(dialog)
    look_for(dialog, "12000", "13000")
    assert [row[2:5] for row in seen(dialog)] == [["数量", "12000", "13000"]]
    look_for(dialog, "epson", "爱普生")
    assert [row[4] for row in seen(dialog)] == ["爱普生", "爱普生 打印机"]
    dialog.whole.setChecked(True)
    assert [row[4] for row in seen(dialog)] == ["爱普生"]
    assert exchanger("a.b", r"\1", False)("xa.by") == r"x\1y"
    assert exchanger("a.b", "c", False)("axb") is None


def test_what_cannot_be_read_is_told_and_left_alone(page, dialog):
    dialog.where.set_value(PLACE)
    look_for(dialog, "101室", "999室")
    assert seen(dialog)[0][0] == "不能改"
    assert "没有找到" in seen(dialog)[0][5]
    assert not dialog.write.isEnabled()
    page.things[3]["place_id"] = 2
    dialog.rows = page.fetch(page.wish(), 100, 0)
    look_for(dialog, "室", "室")
    assert seen(dialog) == []
    look_for(dialog, "教学楼 1层 101室", "操场")
    dialog.accept()
    assert len(page.written[-1][0]) == 19
    assert page.things[3]["place_id"] == 2


def test_what_the_rules_refuse_waits_in_red(page, dialog):
    dialog.where.set_value(PIECES)
    look_for(dialog, "20", "-3")
    dialog.accept()
    assert page.written == []
    assert page.model.edits.bad() == [(20, "pieces")]
    with pytest.raises(Refused, match="没保存"):
        replace_words(page)


def test_a_cell_that_becomes_empty_is_said(page, dialog):
    page.things[1]["note"] = "待查"
    dialog.rows = page.fetch(page.wish(), 100, 0)
    dialog.where.set_value(NOTE)
    look_for(dialog, "待查", "")
    assert seen(dialog)[0][0] == "清空"
    assert "1 格会变成空的" in dialog.said.text()
    dialog.accept()
    assert page.written == [({1: {"note": ""}}, [])]


def test_ctrl_h_opens_it_with_the_column_of_the_cursor_and_not_where_nothing_is_typed(page, qtbot, monkeypatch):
    opened = []
    monkeypatch.setattr(QDialog, "exec", lambda dialog: opened.append(dialog))
    page.grid.choose_cell(3, NOTE)
    qtbot.keyClick(page.grid, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert [each.where.value() for each in opened] == [NOTE]
    page.model.locked = True
    with pytest.raises(Refused, match="不能修改"):
        replace_words(page)


def test_what_is_typed_just_now_is_seen_first(page, dialog):
    dialog.words.setText("课桌")
    dialog.by.setText("书桌")
    dialog.accept()
    assert page.written == []
    assert len(seen(dialog)) == 20
    dialog.accept()
    assert len(page.written[0][0]) == 20
