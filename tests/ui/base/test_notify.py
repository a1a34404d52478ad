"""The strip at the bottom, and where uncaught errors end."""

import logging
import sys

import pytest
from PySide6.QtCore import qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLabel, QMainWindow, QPushButton

from app.core.errors import Refused
from ui.base import crash, notify

REAL_SAID, REAL_ASK, REAL_CHOOSE, REAL_CRASHED = notify.said, notify.ask, notify.choose, notify.crashed
REAL_SAVE, REAL_OPEN = notify.save_file, notify.open_file


@pytest.fixture
def window(qtbot):
    window = QMainWindow()
    window.resize(1000, 600)
    qtbot.addWidget(window)
    window.show()
    return window


def test_strip_offers_the_way_back(window, qtbot, clipped):
    undone = []
    ways = [("撤销", lambda: undone.append(1)), ("查看问题", lambda: None)]
    REAL_SAID("已导入 236 张卡片（2 行有问题，已另存）。", ways)
    strip = window.findChild(notify.Strip)
    assert strip.isVisible()
    assert strip.geometry().bottom() < window.height()
    assert clipped(strip) == []
    buttons = {each.text(): each for each in strip.findChildren(QPushButton)}
    assert list(buttons) == ["撤销", "查看问题"]
    buttons["撤销"].click()
    assert undone == [1]
    assert not strip.isVisible()


def test_a_strip_in_a_window_too_small_for_its_ways_complains_of_nothing(qtbot):
    small = QMainWindow()
    qtbot.addWidget(small)
    small.resize(150, 80)
    small.show()
    small.activateWindow()
    REAL_SAID("已导入。", [("撤销这一步操作", lambda: None), ("查看有问题的行", lambda: None)])
    assert small.findChild(notify.Strip).isVisible()


def test_long_sentence_wraps_and_a_new_one_replaces_the_old(window, clipped):
    REAL_SAID("甲" * 10)
    REAL_SAID("这个文件打不开：" + "很长的理由" * 40, tone="danger")
    shown = [each for each in window.findChildren(notify.Strip) if each.isVisible()]
    assert len(shown) == 1
    assert shown[0].width() <= window.width() - 32
    assert clipped(shown[0]) == []


@pytest.mark.parametrize(("tone", "behind"), [("done", ["已登记 2 人缴费。"]), ("danger", [])])
def test_what_a_dialog_did_is_said_in_the_window_behind_once_it_closes(window, qtbot, tone, behind):
    dialog, undone = QDialog(window), []
    dialog.resize(600, 300)
    dialog.open()
    REAL_SAID("已登记 2 人缴费。", [("撤销", lambda: undone.append(1))], tone)
    assert dialog.findChild(notify.Strip).isVisible()
    dialog.accept()
    shown = [each for each in window.findChildren(notify.Strip) if each.isVisible()]
    assert [each.words.text() for each in shown] == behind
    for strip in shown:
        strip.findChildren(QPushButton)[0].click()
    assert len(undone) == len(behind)


def test_save_name_keeps_its_suffix(monkeypatch, tmp_path):
    monkeypatch.undo()
    monkeypatch.setattr(notify.QFileDialog, "getSaveFileName", lambda *a: (str(tmp_path / "台账"), ""))
    assert notify.save_file("导出", "资产台账.xlsx", "工作簿 (*.xlsx)") == tmp_path / "台账.xlsx"
    monkeypatch.setattr(notify.QFileDialog, "getSaveFileName", lambda *a: ("", ""))
    assert notify.save_file("导出", "资产台账.xlsx", "工作簿 (*.xlsx)") is None


def test_bug_is_logged_and_shown_once_refusal_is_said(tmp_path, qapp, said, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr("threading.excepthook", None)
    crash.install(tmp_path / "log" / "zongwu.log")
    qInstallMessageHandler(None)

    def fail():
        raise ValueError("坏了")

    for _ in range(2):
        try:
            fail()
        except ValueError as error:
            sys.excepthook(ValueError, error, error.__traceback__)
    assert said.crashes.pop() == "ValueError: 坏了"
    assert said.crashes == []
    sys.excepthook(Refused, Refused("编号用过了，请换一个。"), None)
    assert said.last == "编号用过了，请换一个。"
    assert (tmp_path / "log" / "zongwu.log").read_text("utf-8").count("ValueError: 坏了") == 2
    for handler in logging.getLogger("zongwu").handlers[:]:
        handler.close()
        logging.getLogger("zongwu").removeHandler(handler)


@pytest.fixture
def press(monkeypatch, clipped):
    """Press a button of the next question in the place of waiting for a person."""

    def expect(words):
        def answer(box):
            box.show()
            assert clipped(box) == []
            next(each for each in box.findChildren(QPushButton) if each.text() == words).click()
            box.deleteLater()

        monkeypatch.setattr(notify.Question, "exec", answer)

    return expect


def test_question_is_answered_by_its_verbs(window, press):
    press("删除")
    assert REAL_ASK("删除选中的 3 张卡片？", "删除", detail="删除后可以按 Ctrl+Z 撤销，也可以从回收站找回。", danger=True)
    press("取消")
    assert not REAL_ASK("删除选中的 3 张卡片？", "删除")


def test_esc_is_the_last_button(window, qtbot):
    box = notify.Question("删除？", "", ("删除", "取消"), default=0)
    qtbot.addWidget(box)
    box.show()
    box.reject()
    assert box.answer == 1


def test_crash_box_copies_details(window, press):
    press("复制详情")
    REAL_CRASHED("ValueError: 坏了", "Traceback …")
    assert QGuiApplication.clipboard().text() == "Traceback …"


def test_a_long_question_with_several_ways_is_shown_to_its_end(window, press):
    detail = "第一段很长，说明会发生什么。" * 8 + "\n" + "第二段也很长，说明留下什么。" * 8
    for number, word in enumerate(words := ("全部", "一部分", "取消")):
        press(word)
        assert REAL_CHOOSE("要清除吗？", words, detail) == number


def test_dialogs_of_workbooks_begin_beside_the_last_workbook(monkeypatch, settings, tmp_path):
    for name in ("台账", "照片", "单据"):
        (tmp_path / name).mkdir()
    begun, answers = [], []

    def ask(_window, _title, at, _patterns):
        begun.append(at)
        return str(answers.pop(0)), ""

    monkeypatch.setattr(notify, "remember", settings)
    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(notify.QFileDialog, name, ask)
    answers += [tmp_path / "单据" / "表.xlsx", tmp_path / "台账" / "老台账.xls", tmp_path / "照片" / "钢琴.jpg", ""]
    REAL_SAVE("导出人员", "表.xlsx", "Excel 工作簿 (*.xlsx)")
    REAL_OPEN("导入台账", "表格 (*.xlsx *.xls)")
    REAL_OPEN("添加照片或文件", "照片和文件 (*.jpg *.xlsx)")
    REAL_SAVE("导出人员", "人员.xlsx", "Excel 工作簿 (*.xlsx)")
    assert begun[-1] == str(tmp_path / "台账" / "人员.xlsx")


def test_a_strip_does_not_lie_over_sums(window, qtbot):
    sums = QLabel("合计 16,800.00", window)
    sums.setObjectName(notify.SUMS)
    sums.setGeometry(0, 520, 1000, 30)
    sums.show()
    REAL_SAID("已保存 6 格。")
    strip = next(each for each in window.findChildren(notify.Strip) if each.isVisible())
    assert strip.geometry().bottom() < 520
    sums.setGeometry(0, 40, 1000, 30)       # far above: the strip stays at the bottom
    REAL_SAID("已保存 7 格。")
    strip = next(each for each in window.findChildren(notify.Strip) if each.isVisible())
    assert strip.geometry().top() > 480
