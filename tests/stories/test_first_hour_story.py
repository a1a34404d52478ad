"""The first hour: from the first start to the first paper on the printer, with the office's own workbook, counted in acts.

An act is one click, one shortcut, or one field or block that is typed or pasted. Dialogs of the system count as well: a file
is chosen by one double click, the printer by Enter.
"""

import openpyxl
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton

from app.assets import queries
from app.core.listing import Wish
from app.fees.board import settings as words
from app.fees.letters import queries as letters
from app.fees.plan import queries as plans
from app.school import roster
from app.store import archive, journal, settings
from ui.assets.import_wizard import ImportWizard
from ui.base import notify
from ui.fees.board.posting import PostDialog
from ui.fees.plan.choosing import ChooseDialog
from ui.home.first_start import FirstStart
from ui.paper import preview
from ui.paper.choosing import PaperDialog
from ui.paper.preview import PreviewDialog
from ui.settings.roster_import import RosterDialog

NAMES = "子轩梓涵浩然欣怡宇航诗琪俊杰雨桐天佑思远嘉宁"
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


@pytest.fixture
def own_roster(tmp_path):
    """The office's own roster: sixteen classes of thirty in six grades, on one sheet."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(["青禾小学学生花名册"])
    sheet.append(["班级", "座号", "学号", "姓名", "性别", "家长姓名", "联系电话"])
    for at in range(480):
        grade, number = divmod(at // 30, 3)
        name = "王李张刘陈"[at % 5] + NAMES[at // 5 % 20] + NAMES[at // 100]
        sheet.append([f"{'一二三四五六'[grade]}（{number + 1}）班", at % 30 + 1, f"2026{at:04d}", name, "男女"[at % 2], f"家长{at}", f"138{at:08d}"])
    made.save(tmp_path / "花名册.xlsx")
    return tmp_path / "花名册.xlsx"


def test_twelve_acts_and_the_prices_to_the_first_notices(begin, hands, in_turn, told, own_roster, printer, monkeypatch, ledger, qtbot):
    monkeypatch.setattr(notify, "open_file", lambda *_: hands.outside("double click on the file", own_roster))
    left = in_turn(
        (RosterDialog, lambda dialog: hands.click(dialog.take_button)),
        (ChooseDialog, lambda dialog: hands.click(dialog.take)))
    office = begin("fees:roster")
    qtbot.waitUntil(lambda: bool(told) and told[-1][0].startswith("已加入 3 项"))
    assert left == []
    page = office.window.show_page("fees")
    office.window.activateWindow()
    qtbot.waitUntil(office.window.isActiveWindow)

    QGuiApplication.clipboard().setText("\n".join(["\t".join(["300"] * 6), "\t".join(["12.5"] * 6), "\t".join(["86"] * 6)]))
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)     # the price block
    qtbot.waitUntil(lambda: page.head.way.text() == "去公示")

    left = in_turn(
        (PostDialog, lambda dialog: (hands.type(dialog.editors["school_phone"], "0571-88880001"),
                                     hands.type(dialog.editors["bureau_phone"], "0571-88880002"),
                                     hands.click(dialog, "公示，接着印告家长书"))),
        (PaperDialog, lambda dialog: hands.click(dialog, "预览并打印")),
        (PreviewDialog, lambda dialog: (hands.click(dialog, "打印"), dialog.accept())))
    hands.click(page.head.way)
    assert left == []
    (title, pages), = printer
    assert title.startswith("关于2026—2027学年第一学期收费事项致家长的一封信")
    assert pages >= 480
    assert archive.listing(ledger.folder)[0].form == "letter-fee-notice"
    assert len(hands.acts) <= 12, hands.acts
    letter = letters.latest("fee-notice", page.plan.term_id)
    assert letter.printed_on
    assert sum(each.pupils for each in letters.reply_counts(letter.id)) == 480
    while journal.undoable():
        office.undo()
    assert plans.plans() == []
    assert roster.pupils_in(None) == []
    assert settings.value(words.BUREAU_PHONE) == ""
