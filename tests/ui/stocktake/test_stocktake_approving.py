"""批准、作废、重新打开 through their dialogs: the preview, what stands in the way, bad numbers and days, the way back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.assets import queries as assets
from app.stocktake import approval, commands, queries, rules
from app.stocktake.rules import Count, FindDraft
from tests.cli_fixture import tables
from ui.stocktake import approving
from ui.stocktake.approving import ApprovalDialog


@pytest.fixture
def differing(begun):
    """Everything counted: one part missing, one elsewhere and idle, one gone, one find."""
    def line(asset):
        return begun.line(asset).id

    commands.count_lines(begun.id, [
        Count(line(begun.desk), 42, reason="丢失"), Count(line(begun.piano), 0, reason="去向不明"),
        Count(line(begun.projector), 1, found_place_id=begun.second, found_status="闲置")])
    commands.record_find(begun.id, FindDraft(name="书柜", quantity=2, place_id=begun.first, decision="入账", reason="捐赠"))
    return begun


@pytest.fixture
def shown(qtbot, show_active):
    def make(identity):
        made = ApprovalDialog(None, identity)
        qtbot.addWidget(made)
        show_active(made)
        return made
    return make


def test_all_corrections_are_shown_by_sort(differing, shown, clipped):
    dialog = shown(differing.id)
    assert dialog.write.text() == "批准并调整 5 处（Ctrl+Enter）"
    assert [way.text() for way in dialog.ways.values()] == ["全部 5", "盘亏 1", "部分盘亏 1", "盘盈 1", "改地点 1", "改状况 1"]
    dialog.ways[approval.PART_LOSS].click()
    assert [dialog.model.row(number)[4:6] for number in range(dialog.model.rowCount())] == [("45 件", "42 件；拆出 3 件为待核销")]
    dialog.ways[""].click()
    assert dialog.model.rowCount() == 5
    assert clipped(dialog) == []


@pytest.mark.parametrize(("number", "day", "told"), [
    ("", "2026-11-21", "请填写批准文号"), ("1号", "", "请填写批准日期"), ("1号", "昨天", "看不懂"), ("1号", "2026-11-22", "今天之后"),
    ("1号", "2026-11-19", "基准日"), ("号" * 201, "2026-11-21", "最多 200"),
])
def test_bad_numbers_and_days_write_nothing(differing, shown, qtbot, number, day, told):
    dialog = shown(differing.id)
    before = tables()
    dialog.number.setText(number)
    dialog.day.setText(day)
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert told in dialog.wrong.text()
    assert dialog.isVisible()
    assert tables() == before


def test_it_is_written_as_one_step_and_taken_back(differing, shown, said, qtbot):
    dialog = shown(differing.id)
    before = tables()
    dialog.number.setText("总务〔2026〕7号")
    dialog.by.set_value("校长办公会")
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not dialog.isVisible()
    assert said.last == "已批准 PD-2026-00001（总务〔2026〕7号），台账调整 5 处。"
    row = queries.stocktake(differing.id)
    assert (row.state, row.approval_no, row.remark) == (rules.APPROVED, "总务〔2026〕7号", "2026-11-21 批准：校长办公会")
    assert assets.card(differing.desk).draft.quantity == 42
    said.actions["撤销"]()
    assert tables() == before


def test_what_stands_in_the_way_is_told_and_nothing_can_be_written(begun, shown):
    dialog = shown(begun.id)
    assert not dialog.write.isEnabled()
    assert not dialog.number.isVisible()
    assert dialog.blocks[0].startswith("还有 3 种没有盘")


def test_nothing_to_correct_is_approved_too(begun, shown, said):
    for room in (begun.first, begun.second):
        commands.count_room(begun.id, room)
    dialog = shown(begun.id)
    assert dialog.write.text() == "批准（Ctrl+Enter）"
    dialog.number.setText("1号")
    dialog.approve()
    assert said.last.endswith("台账调整 0 处。")


def test_what_changed_meanwhile_is_said_in_the_dialog(differing, shown, said):
    """Somebody else's step (an undo of the find's decision) comes between the preview and the button."""
    dialog = shown(differing.id)
    find = queries.finds(differing.id)[0]
    commands.record_find(differing.id, FindDraft(name="书柜", quantity=2, decision="待定"), find.id)
    dialog.number.setText("1号")
    dialog.approve()
    assert "还没有决定是否入账" in dialog.wrong.text()
    assert queries.stocktake(differing.id).state == rules.OPEN


def test_voiding_and_reopening_ask_for_a_reason(begun, fill, said):
    fill.answers = [{"reason": " "}, {"reason": "地震停课"}, {"reason": "地震停课"}, {"reason": "复课接着盘"}]
    assert not approving.void_stocktake(None, begun.id)
    assert "请写明原因" in fill.words["reason"]
    assert approving.void_stocktake(None, begun.id)
    assert said.last.startswith("已作废 PD-2026-00001")
    assert not approving.void_stocktake(None, begun.id)
    assert "已经作废" in fill.form.banner.text()
    assert approving.reopen_stocktake(None, begun.id)
    assert queries.stocktake(begun.id).state == rules.OPEN
    assert fill.cut == []


def test_what_is_wrong_moves_nothing_under_the_mouse(differing, shown, qtbot):
    dialog = shown(differing.id)
    places = [each.mapTo(dialog, each.rect().topLeft()) for each in (dialog.grid, dialog.number, dialog.day, dialog.write)]
    dialog.number.clear()
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog.wrong.text()
    QApplication.processEvents()
    assert [each.mapTo(dialog, each.rect().topLeft()) for each in (dialog.grid, dialog.number, dialog.day, dialog.write)] == places
