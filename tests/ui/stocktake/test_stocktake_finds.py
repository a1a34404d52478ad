"""盘盈登记, and 本室全部相符 除…: the forms of what differs."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.core.errors import Refused
from app.stocktake import commands, queries, rules, scanning
from app.stocktake.rules import FindDraft
from app.store import journal
from tests.cli_fixture import tables
from ui.stocktake import finds, room_exceptions
from ui.stocktake.finds import FindDialog
from ui.stocktake.room_exceptions import RoomDialog


def test_a_find_is_noted_where_it_was_found(begun, fill, said):
    fill.answers = [{"name": "书柜", "quantity": 2, "estimate": 26_000, "decision": "入账", "reason": "捐赠"}]
    made = finds.edit_find(None, begun.id, None, begun.second)
    find, = queries.finds(begun.id)
    assert (find.id, find.place_id, find.quantity, find.estimate, find.decision) == (made, begun.second, 2, 26_000, "入账")
    assert fill.cut == []
    said.actions["撤销"]()
    assert queries.finds(begun.id) == []


@pytest.mark.parametrize(("answer", "key", "told"), [
    ({}, "name", "请填写这件东西的名称"), ({"name": "柜", "quantity": None}, "quantity", "1 到"),
    ({"code": "77", "decision": "入账"}, "name", "名称"), ({"name": "柜", "estimate": -1}, "estimate", "负数"),
])
def test_bad_finds_are_told_at_their_field(begun, fill, answer, key, told):
    fill.answers = [answer]
    assert finds.edit_find(None, begun.id, None, begun.first) is None
    assert told in fill.words[key]
    assert queries.finds(begun.id) == []


def test_the_nominal_yuan_is_said_before_it_is_booked(begun, qtbot):
    find = scanning.scan(begun.id, "6901", begun.first).record
    form = FindDialog(None, begun.id, find, None)
    qtbot.addWidget(form, before_close_func=lambda each: setattr(each, "dirty", False))
    assert form.price.text().startswith("批准前要定下来")
    form.editors["decision"].set_value("入账")
    form.changed.emit("decision")
    assert "名义金额 1.00 元" in form.price.text()


def test_an_unknown_label_that_is_a_card_elsewhere(begun, fill, said):
    find = scanning.scan(begun.id, "旧标签7", begun.second).record
    before = tables()
    fill.answers = [{"line": begun.line(begun.projector).id}]
    assert finds.edit_find(None, begun.id, find, None) is None
    assert begun.line(begun.projector).result == "位置不符"
    assert queries.finds(begun.id) == []
    assert said.last.endswith("上，不再算盘盈。")
    said.actions["撤销"]()
    assert tables() == before
    commands.count_room(begun.id, begun.first)
    fill.answers = [{"line": begun.line(begun.projector).id}]
    assert finds.edit_find(None, begun.id, find, None) is None
    assert "再加 1 件就多了" in fill.form.banner.text()


def test_cards_are_found_by_words_those_not_counted_first(begun, qtbot):
    commands.count_room(begun.id, begun.second)
    form = FindDialog(None, begun.id, None, begun.first)
    qtbot.addWidget(form)
    assert form._cards("") == ()
    assert [words for _, words, _ in form._cards("投影")] == [f"{begun.line(begun.projector).number} 投影仪"]
    hints = [hint for _, _, hint in form._cards("教学楼")]
    assert hints[-1].endswith("已盘")
    assert all(hint.endswith("还没盘到") for hint in hints[:-1])


def test_a_find_that_is_gone_is_refused(begun):
    find = commands.record_find(begun.id, FindDraft(name="柜")).made[0]
    journal.undo()
    with pytest.raises(Refused, match="已经不在了"):
        finds.edit_find(None, begun.id, find, None)


# --- the whole room, but … -----------------------------------------------------------------------------------------


@pytest.fixture
def room(begun, qtbot, show_active):
    made = RoomDialog(None, begun.id, begun.first)
    qtbot.addWidget(made, before_close_func=lambda each: each.edits.clear())
    show_active(made)
    return made


def put(dialog, line, **words):
    read = dialog.edits.reader()
    dialog.edits.put({line.id: {key: read(key, text) for key, text in words.items()}})
    dialog.grid.edited.emit([line.id], False)


def test_all_agree_at_one_press(begun, room, qtbot, said, clipped):
    assert room.sum.text() == "将记下 2 种：相符 2 种。"
    assert clipped(room) == []
    qtbot.keyClick(room, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not room.isVisible()
    assert [begun.line(each).counted for each in (begun.desk, begun.projector, begun.lent)] == [45, 1, None]
    assert said.last == "教学楼 1层 101室 已盘 2 种：相符 2 种。"


def test_a_count_is_typed_into_the_grid_and_the_sum_follows(begun, room, qtbot):
    for key in ("4", "3", Qt.Key.Key_Return):
        qtbot.keyClick(QApplication.focusWidget(), key)
    assert room.sum.text() == "将记下 2 种：相符 1 种、盘亏 1 种（2 件）。"
    room.save()
    assert begun.line(begun.desk).counted == 43


def test_exceptions_are_written_with_the_rest_as_one_step(begun, room, said):
    before, steps = tables(), len(journal.steps(-1))
    put(room, begun.line(begun.desk), counted="42", damaged="2", reason="丢失")
    put(room, begun.line(begun.projector), found_place="教学楼 1层 102室", found_status="闲置")
    put(room, begun.line(begun.lent), counted="1")
    assert room.sum.text() == "将记下 3 种：相符 1 种、盘亏 1 种（3 件）、位置不符 1 种。"
    room.save()
    desk, projector, lent = (begun.line(each) for each in (begun.desk, begun.projector, begun.lent))
    assert (desk.counted, desk.damaged, desk.reason) == (42, 2, "丢失")
    assert (projector.found_place_id, projector.found_status, projector.counted) == (begun.second, "闲置", 1)
    assert lent.result == rules.MATCHED
    assert len(journal.steps(-1)) == steps + 1
    said.actions["撤销"]()
    assert tables() == before


@pytest.mark.parametrize(("words", "told"), [
    ({"counted": "不少"}, "整数"), ({"counted": "-1"}, "0 到"), ({"counted": "3", "damaged": "4"}, "损坏"),
    ({"found_place": "操场那边"}, "没有"), ({"reason": "长" * 201}, "太长"),
])
def test_cells_that_cannot_be_are_marked_and_nothing_is_written(begun, room, words, told):
    before = tables()
    put(room, begun.line(begun.desk), **words)
    room.save()
    assert room.isVisible()
    assert told in room.wrong.text()
    assert len(room.edits.bad()) == 1
    assert tables() == before


def test_what_was_typed_is_not_lost_by_a_slip(begun, room, said, qtbot):
    put(room, begun.line(begun.desk), counted="42")
    said.answers = [False]
    room.reject()
    assert room.isVisible()
    said.answers = [True]
    room.reject()
    assert not room.isVisible()
    assert begun.line(begun.desk).counted is None


def test_a_room_that_is_done_is_refused(begun):
    commands.count_room(begun.id, begun.first)
    with pytest.raises(Refused, match="没有还未盘的资产"):
        room_exceptions.count_room(None, begun.id, begun.first)
