"""The first hour: from the first start to the first paper on the printer, with the office's own workbook, counted in acts.

An act is one click, one shortcut, or one field or block that is typed or pasted. Dialogs of the system count as well: a file
is chosen by one double click, the printer by Enter.
"""

import openpyxl
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QPushButton

from app.assets import queries
from app.core.listing import Wish
from app.store import archive
from ui.base import notify
from ui.home.first_start import FirstStart
from ui.paper import preview
from ui.paper.choosing import PaperDialog

HEADS = ["序号", "资产编号", "资产名称", "规格型号", "单位", "数量", "单价", "金额", "购置日期", "存放地点", "保管人", "备注"]


class Hands:
    """Does what a person does in the window, and counts it."""

    def __init__(self, qtbot, type_words):
        self.qtbot, self.type_words, self.acts = qtbot, type_words, []

    def type(self, widget, words):
        """Type into one field."""
        self.acts.append(words)
        self.type_words(widget, words)

    def click(self, where, word=""):
        """Click a button: itself, or the one of that word that is to be seen in a window."""
        ways = [where] if not word else [each for each in where.findChildren(QPushButton) if each.isVisible() and each.text().startswith(word)]
        assert len(ways) == 1, f"{len(ways)} buttons say {word}"
        assert ways[0].isEnabled()
        self.acts.append(ways[0].text())
        self.qtbot.mouseClick(ways[0], Qt.MouseButton.LeftButton)
        QApplication.processEvents()

    def outside(self, what, given):
        """Give the answer of a dialog of the system."""
        self.acts.append(what)
        return given


@pytest.fixture
def hands(qtbot, type_words):
    return Hands(qtbot, type_words)


@pytest.fixture
def begin(qtbot, ledger, monkeypatch, opened, hands):
    """Start the program for the first time and go on at a place, as ``main`` does; gives the office."""

    def start(place):
        first = FirstStart(ledger.folder)
        qtbot.addWidget(first)
        first.show()
        first.activateWindow()
        qtbot.waitUntil(first.isActiveWindow)
        monkeypatch.setattr(FirstStart, "exec", lambda _: first.result())
        hands.type(first.editors["name"], "青禾小学")
        hands.click(first.ways_on[place])
        assert first.result() == FirstStart.DialogCode.Accepted
        office = opened(ledger)
        office.finish_start()
        office.begin(first.following)
        return office

    return start


@pytest.fixture
def in_turn(qtbot):
    """Drive one modal dialog after another while each is open: ``(kind, what is done with it)``."""

    timers = []

    def arrange(*steps):
        waiting = list(steps)

        def look():
            timers.append(QTimer(singleShot=True))      # a timer does not fire again while its own slot waits in a dialog
            timers[-1].timeout.connect(look)
            dialog = QApplication.activeModalWidget()
            if waiting and isinstance(dialog, waiting[0][0]) and dialog.isVisible():
                timers[-1].start(20)
                waiting.pop(0)[1](dialog)
            elif waiting:
                timers[-1].start(20)

        look()
        return waiting

    yield arrange
    for timer in timers:
        timer.stop()


@pytest.fixture
def own_ledger(tmp_path):
    """The office's own workbook: three hundred lines in forty rooms."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(["青禾小学固定资产台账"])
    sheet.append(HEADS)
    for at in range(300):
        sheet.append([at + 1, f"QH-{at + 1:05d}", ("课桌", "椅子", "空调")[at % 3], "", ("张", "把", "台")[at % 3], 1, 100 + at, 100 + at,
                      "2021-09-01", f"教学楼{101 + at % 40}", ("王敏", "李建国")[at % 2], ""])
    made.save(tmp_path / "台账.xlsx")
    return tmp_path / "台账.xlsx"


@pytest.fixture
def printer(monkeypatch, hands):
    """Paper that came out of the printer: (title, pages)."""
    papers = []

    def put(_parent, document, title, _settings):
        papers.append((title, document.pageCount()))
        return hands.outside("Enter in the printer's dialog", document.pageCount())

    monkeypatch.setattr(preview, "print_document", put)
    return papers


def test_eight_acts_to_the_first_inventory_sheets(begin, hands, in_turn, told, own_ledger, printer, monkeypatch, ledger, qtbot):
    from ui.assets.import_wizard import ImportWizard
    from ui.paper.preview import PreviewDialog

    monkeypatch.setattr(notify, "open_file", lambda *_: hands.outside("double click on the file", own_ledger))
    left = in_turn(
        (ImportWizard, lambda wizard: hands.click(wizard.onward)),
        (PaperDialog, lambda dialog: hands.click(dialog, "预览并打印")),
        (PreviewDialog, lambda dialog: (hands.click(dialog, "打印"), dialog.accept())))
    office = begin("assets:import")
    qtbot.waitUntil(lambda: any(text.startswith("已导入 300 张卡片") for text, _ in told))
    hands.acts.append("打印盘点表")
    next(ways for text, ways in told if text.startswith("已导入"))["打印盘点表"]()
    assert left == []
    assert queries.totals(Wish()).records == 300
    assert [title for title, _ in printer] == ["期末盘点表"]
    assert printer[0][1] >= 40      # every room has a sheet of its own to be signed
    assert archive.listing(ledger.folder)[0].form == "inventory"
    assert len(hands.acts) <= 8, hands.acts
    assert office.window.isVisible()
