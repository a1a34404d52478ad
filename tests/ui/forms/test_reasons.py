"""A reason is asked after everything that speaks against the act was shown."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QScrollArea

from ui.base.notify import Question
from ui.forms.form import FormDialog
from ui.forms.reasons import with_reason

DOUBTS = [f"“项目{number}”已收 858,800.00 元，支出票据是 329,111.70 元，相差很多。请核对票据是不是录齐了；不凭票据结算的，请改结算方式。"
          for number in range(9)]
SCREENS = [QSize(1366, 720), QSize(910, 485)]


@pytest.fixture(params=SCREENS, ids=["100 %", "150 %"])
def room(request, monkeypatch):
    """Give the size of a screen, as every dialog sees it."""
    monkeypatch.setattr(QDialog, "screen", lambda _: SimpleNamespace(availableGeometry=lambda: QRect(QPoint(), request.param)))
    return request.param


def read_to_its_end(dialog):
    """Whether the paragraphs are shown whole, or can be scrolled to their end; and the dialog lies on the screen."""
    words = next(each for each in dialog.findChildren(QLabel) if DOUBTS[-1] in each.text())
    areas = [each for each in dialog.findChildren(QScrollArea) if each.widget() is words]
    return words.height() >= words.heightForWidth(words.width()) and (not areas or areas[0].verticalScrollBar().maximum() > 0)


def test_what_speaks_against_it_is_read_to_its_end(qtbot, room, monkeypatch):
    shown = []

    def look(form):
        qtbot.addWidget(form)
        form.show()
        QApplication.processEvents()
        shown.append((read_to_its_end(form), form.height() <= room.height() - 30))
        return False

    monkeypatch.setattr(FormDialog, "exec", look)
    with_reason(None, "结账", "\n".join(DOUBTS), "结账", lambda _: None, "已结账。")
    assert shown == [(True, True)]


def test_a_question_is_read_to_its_end_and_its_buttons_lie_on_the_screen(qtbot, room):
    box = Question("结算吗？", "\n".join(DOUBTS), ("结算", "取消"), default=0)
    qtbot.addWidget(box)
    box.show()
    QApplication.processEvents()
    assert read_to_its_end(box)
    assert box.height() <= room.height() - 30
