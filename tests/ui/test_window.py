"""The frame: tabs built when first shown, status line, undo and redo, warning, closing; wizard and icons."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QLabel, QToolButton

from ui.base import jobs, style
from ui.base.changes import Changes
from ui.base.icons import icon
from ui.base.page import Page
from ui.forms.wizard import Step, Wizard
from ui.window import MainWindow, PageSpec


class PlainPage(Page):
    def fill(self):
        self.refreshed = getattr(self, "refreshed", 0) + 1

    def status_line(self):
        return "共 3 条", ""


@pytest.fixture
def did():
    return []


@pytest.fixture
def window(qtbot, settings, make_page, did, show_active):
    def list_page():
        did.append("built list")
        return make_page(20, show=False)

    def plain():
        did.append("built plain")
        return PlainPage(Changes())

    window = MainWindow([PageSpec("home", "首页", "home", plain), PageSpec("assets", "资产台账", "box", list_page),
                         PageSpec("settings", "设置", "settings", plain, gear=True)], settings,
                        undo=lambda: did.append("undo"), redo=lambda: did.append("redo"))
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.set_term("2026—2027学年第一学期")
    window.set_frame("今日 07:58 已备份", "操作人：总务主任")
    show_active(window)
    return window


def test_pages_are_built_when_first_shown(window, did, qtbot, clipped):
    assert did == ["built plain"]
    qtbot.mouseClick(window.tabs["assets"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(window.tabs["home"], Qt.MouseButton.LeftButton)
    page = window.show_page("assets")
    assert did == ["built plain", "built list"]
    assert window.stack.currentWidget() is page
    assert window.tabs["assets"].isChecked()
    assert window.found.text().startswith("共 20 张卡片")
    page.grid.selectRow(0)
    assert window.chosen.text() == "选中 1 张卡片 · 数量 45 · 价值 ￥130,455.00"
    assert page.grid.horizontalScrollBar().maximum() == 0
    qtbot.waitUntil(lambda: clipped(window) == [])      # the pane is laid out


def test_a_hidden_page_does_not_speak_in_the_status_line(window):
    page = window.show_page("assets")
    window.show_page("home")
    page.status_changed.emit("符合 1 张", "")
    assert window.found.text() == "共 3 条"


def test_undo_and_redo_by_key_and_button(window, did, qtbot):
    page = window.show_page("assets")
    window.set_undo("登记资产 23 件", "")
    assert window.undo.toolTip() == "撤销：登记资产 23 件（Ctrl+Z）"
    assert not window.redo.isEnabled()
    qtbot.keyClick(page.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    shown = [each for each in page.bar.findChildren(QToolButton) if each.defaultAction() is window.undo]
    shown[0].click()
    assert did[-2:] == ["undo", "undo"]


def test_warning_stays_until_taken_back(window, did):
    window.set_warning("昨天的备份没有成功：U 盘已满。", "立即备份", lambda: did.append("backup"))
    assert window.strip.isVisible()
    window.strip_ways.itemAt(0).widget().click()
    assert did[-1] == "backup"
    window.set_warning("")
    assert not window.strip.isVisible()


def test_closing_waits_for_jobs(window, said, monkeypatch, settings):
    monkeypatch.setattr(jobs, "running", lambda: True)
    assert not window.close()
    assert said.tones == ["danger"]
    monkeypatch.setattr(jobs, "running", lambda: False)
    assert window.close()
    assert settings.value("window/geometry") is not None


def test_ctrl_s_is_harmless(window, qtbot, said):
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert said.last == "每次改动都已自动保存。"


def test_wizard_goes_step_by_step(qtbot, said, clipped):
    class Name(Step):
        title = "学校"
        agreed = False

        def leave(self):
            return self.agreed

    class Last(Step):
        title = "开始使用"
        next_text = "完成"

    done = []
    wizard = Wizard(None, "初次使用", [Name(), Last()], lambda: done.append(1) or True, lose="现在退出就要从头再来。")
    qtbot.addWidget(wizard)
    wizard.resize(640, 420)
    wizard.show()
    assert not wizard.back.isVisible()
    wizard.onward.click()
    assert wizard.place == 0
    wizard.steps[0].agreed = True
    wizard.onward.click()
    assert wizard.onward.text() == "完成"
    assert [each.text() for each in wizard.findChildren(QLabel)] == ["1  学校", "2  开始使用"]
    assert clipped(wizard) == []
    said.answers.append(False)
    wizard.reject()
    assert wizard.isVisible()
    wizard.onward.click()
    assert done == [1]
    assert not wizard.isVisible()


def test_icons_are_sharp_and_tinted(qapp):
    for ratio in (1, 1.5, 2):
        pixmap = icon("add").pixmap(QSize(20, 20), ratio)
        assert pixmap.width() == 20 * ratio
    for mode, colour in ((QIcon.Mode.Normal, style.SECOND), (QIcon.Mode.Disabled, style.FAINT)):
        middle = icon("add").pixmap(QSize(20, 20), 1, mode).toImage().pixelColor(10, 10)
        assert abs(middle.red() - QColor(colour).red()) <= 2
    with pytest.raises(FileNotFoundError):
        icon("no such icon")


def test_style_sheet_has_no_token_left(qapp):
    assert "@" not in qapp.styleSheet()
    assert (style.RESOURCES / "icons" / "LICENSE.txt").exists()


@pytest.mark.parametrize(("size", "whole"), [(QSize(780, 500), False), (QSize(2000, 500), True), (QSize(900, 1200), True)])
def test_a_window_larger_than_the_screen_takes_the_whole_screen(window, size, whole, monkeypatch):
    did = []
    monkeypatch.setattr(window, "width", size.width)
    monkeypatch.setattr(window, "height", size.height)
    monkeypatch.setattr(window, "show", lambda: did.append(False))
    monkeypatch.setattr(window, "showMaximized", lambda: did.append(True))
    window.appear()
    assert did == [whole]


def test_what_waits_is_asked_about_before_the_window_closes(qtbot, window, said, monkeypatch):
    page = window.show_page("assets")
    monkeypatch.setattr(page, "unsaved", lambda: "“资产台账”里有 3 格还没有保存")
    said.answers = [False, True]
    assert not window.close()
    assert said.questions == ["“资产台账”里有 3 格还没有保存。现在退出就没有了。"]
    assert window.close()


def test_ctrl_s_asks_the_page_in_front(qtbot, window, said, monkeypatch):
    page = window.show_page("assets")
    kept = []
    monkeypatch.setattr(page, "save", lambda: kept.append(1), raising=True)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert kept == [1]
