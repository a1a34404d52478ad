"""Small parts: what keys and wheel do on buttons and boxes."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QToolTip

from ui.base import notify
from ui.base.parts import Choices, Sums, button, column, open_at, row
from ui.forms.editors import ChoiceEditor
from ui.forms.wizard import Step, Wizard


@pytest.fixture
def dialog(qtbot, show_active):
    """Give a dialog with a line, 删除 and its default 保存, and what was pressed."""
    made, pressed = QDialog(), []
    made.line, made.delete = QLineEdit(), button("删除", lambda: pressed.append("删除"))
    save = button("保存", lambda: pressed.append("保存"), primary=True)
    save.setDefault(True)
    made.setLayout(column(made.line, row(made.delete, save)))
    qtbot.addWidget(made)
    show_active(made)
    return made, pressed


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_presses_the_button_that_has_the_frame(dialog, qtbot, key):
    made, pressed = dialog
    made.delete.setFocus()
    qtbot.keyClick(made.delete, key)
    assert pressed == ["删除"]


def test_double_click_is_one_click(dialog, qtbot):
    made, pressed = dialog
    qtbot.mouseClick(made.delete, Qt.MouseButton.LeftButton)
    qtbot.mouseDClick(made.delete, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(made.delete, Qt.MouseButton.LeftButton)
    assert pressed == ["删除"]
    qtbot.mouseClick(made.delete, Qt.MouseButton.LeftButton)
    assert pressed == ["删除", "删除"]


def test_enter_in_a_line_presses_the_default(dialog, qtbot):
    made, pressed = dialog
    made.line.setFocus()
    qtbot.keyClick(made.line, Qt.Key.Key_Return)
    assert pressed == ["保存"]


def test_enter_on_cancel_does_not_go_on(qtbot, show_active):
    made = Wizard(None, "导入台账", [Step(), Step()], lambda: True)
    qtbot.addWidget(made)
    show_active(made)
    made.go(+1)
    made.back.setFocus()
    qtbot.keyClick(made.back, Qt.Key.Key_Return)
    assert (made.place, made.isVisible()) == (0, True)


def test_second_answer_of_a_question_is_given_by_tab_and_enter(qtbot, show_active):
    box = notify.Question("台账还没有导入。", "", ("放弃", "继续"), default=1, primary=False)
    qtbot.addWidget(box)
    show_active(box)
    QTest.keyClick(box, Qt.Key.Key_Tab)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert box.answer == 0
    assert not box.isVisible()


@pytest.mark.parametrize(("room", "size"), [(QSize(1920, 1040), (620, 520)), (QSize(910, 485), (620, 435)), (QSize(600, 485), (560, 435))])
def test_dialog_with_its_frame_stays_on_the_screen(qtbot, monkeypatch, room, size):
    monkeypatch.setattr(QDialog, "screen", lambda _: SimpleNamespace(availableGeometry=lambda: QRect(QPoint(), room)))
    made = QDialog()
    qtbot.addWidget(made)
    open_at(made, 620, 520)
    assert (made.width(), made.height()) == size


def test_a_link_that_does_nothing_looks_so(qtbot):
    link = button("全选", lambda: None, flat=True)
    qtbot.addWidget(link)
    alive = link.grab().toImage()
    link.setEnabled(False)
    assert link.grab().toImage() != alive


@pytest.mark.parametrize("make", [Choices, lambda: ChoiceEditor(["在用", "闲置"])])
def test_wheel_does_not_change_what_was_chosen(qtbot, make, show_active):
    box = make()
    if not box.count():
        box.addItems(["在用", "闲置"])
    qtbot.addWidget(box)
    show_active(box)
    box.setFocus()
    middle = QPointF(box.rect().center())
    turned = QWheelEvent(middle, box.mapToGlobal(middle), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
                         Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(box, turned)
    assert box.currentText() == "在用"
    assert not turned.isAccepted()


def test_sums_that_have_no_room_are_left_out_whole(qtbot):
    line = Sums()
    qtbot.addWidget(line)
    line.setText("共 1,016 人 · 应收 ￥1,276,801.10 · 欠缴 ￥38,713.00")
    line.show()
    wide = line.fontMetrics().horizontalAdvance
    for room, tip in ((wide(line.text()) + 4, ""), (wide("共 1,016 人 · 应收 ￥1,276,801.10 · …") + 4, line.text()), (30, line.text())):
        line.resize(room, 20)
        line.grab()
        assert line.toolTip() == tip
    assert line.shown(wide("共 1,016 人 · …") + 4) == "共 1,016 人 · …"
    assert line.shown(10) == "…"


def test_words_that_a_box_cuts_are_its_tip(qtbot, monkeypatch, show_active):
    told = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, words, *more: told.append(words))
    box = Choices()
    box.addItem("教学楼一层三年级组办公室")
    qtbot.addWidget(box)
    show_active(box)
    for width in (400, 90):
        box.setFixedWidth(width)
        QApplication.processEvents()
        QApplication.sendEvent(box, QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), box.mapToGlobal(QPoint(5, 5))))
    assert told[-1:] == ["教学楼一层三年级组办公室"]
    assert told.count("教学楼一层三年级组办公室") == 1
    box.setToolTip("选一间")
    QApplication.sendEvent(box, QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), box.mapToGlobal(QPoint(5, 5))))
    assert told.count("教学楼一层三年级组办公室") == 1, "Qt shows the tip that the box has"
