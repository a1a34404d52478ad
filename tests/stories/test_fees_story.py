"""A term's fees made public: copied from last term, checked, mended, posted, printed, changed, posted anew, and taken back."""

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from app.core import clock
from app.fees import rules
from app.fees.board import queries as board_queries
from app.fees.board import settings as board_words
from app.fees.item_fields import ItemDraft
from app.fees.plan import commands, queries
from app.fees.plan.rules import PlanDraft, StandardDraft
from app.school import commands as school_commands
from app.school import queries as school
from app.school.rules import ClassDraft, TermDraft
from app.store import archive, journal
from app.store import settings as stored
from tests.fee_verbs import write_prices
from ui.base import notify
from ui.paper import preview

RETURN = Qt.Key.Key_Return
CARE, BOOKS, MEALS = "课后服务费", "作业本费", "伙食费"
PRICES = {CARE: [300_00] * 6, BOOKS: [7_00, 7_00, 10_00, 10_00, 10_00, 10_00], MEALS: [10_00] * 6}


@pytest.fixture
def page(opened, started_ledger, qtbot):
    """The tab of a primary school whose fees of last term are on file; the basis of the meals was never noted."""
    stored.change({board_words.BUREAU_PHONE: "0700-6210500", board_words.SCHOOL_PHONE: "0700-6210018"})
    for grade in range(1, 7):
        school_commands.add_class(ClassDraft(2026, grade, 1))
    school_commands.add_term(TermDraft(2025, 2))
    words = {"scope": "全体学生", "refund_rule": "据实结算", "waiver_policy": "低保、特困学生免收", "waived": "低保\n特困供养"}
    items = [commands.add_item(ItemDraft(CARE, rules.SERVICE, document="发改价〔2022〕31号", **words)).made[0],
             commands.add_item(ItemDraft(BOOKS, document="发改价〔2019〕88号", voluntary=False, **words)).made[0],
             commands.add_item(ItemDraft(MEALS, rules.SERVICE, "元/生·餐", rules.DAY, **words)).made[0]]
    commands.add_standard(items[0], StandardDraft(300_00, date(2022, 9, 1)))
    last = commands.start_plan(school.terms()[1].id).made[0]
    rows = dict(zip(PRICES, commands.add_plan_items(last, items).made, strict=True))
    write_prices(last, {(rows[name], grade): fen for name, prices in PRICES.items() for grade, fen in enumerate(prices, 1)})
    office = opened(started_ledger)
    office.finish_start()
    office.window.activateWindow()
    qtbot.waitUntil(office.window.isActiveWindow)
    shown = office.window.show_page("fees")
    shown.office = office
    QApplication.processEvents()
    return shown


def press_button(widget, text):
    next(each for each in widget.findChildren(QPushButton) if each.text() == text).click()


def cell(page, name, key):
    """Put the cursor of the matrix on a cell."""
    grid = page.page_of("plan").grid_page
    number = next(at for at, row in enumerate(grid.rows) if row[1] == name)
    grid.grid.choose_cell(number, [column.key for column in grid.columns].index(key))
    grid.grid.setFocus()
    return grid


def press(qtbot, grid, *keys):
    for key in [each for word in keys for each in (word if isinstance(word, str) else [word])]:
        qtbot.keyClick(QApplication.focusWidget() or grid.grid, key)
    QApplication.processEvents()


def copy_and_change(page, qtbot, told):
    """Last term's fees are copied; care is raised in the sixth grade by typing, over what may be charged."""
    press_button(page.body.invitation, "从2025—2026学年第二学期复制")
    assert told[-1][0].startswith("已从2025—2026学年第二学期复制 3 项")
    grid = cell(page, CARE, "grade6")
    press(qtbot, grid, "320", RETURN)
    assert grid.foot.texts()[0]["grade6"] == "330.00"       # care and books; meals are charged by the day
    assert "1 处标准提高" in grid.news.whole


def mend(page, qtbot, type_words):
    """The head says what blocks; its way leads to the findings, a finding to its cell, where it is mended."""
    assert page.head.words.whole.startswith("还有 1 处超过规定标准、1 项没有依据文号")
    page.head.way.click()
    pane = page.page_of("plan").grid_page.findings
    assert [pane.model.row(at)[1] for at in (0, 1)] == ["必须改", "必须改"]
    grid = page.page_of("plan").grid_page
    qtbot.mouseClick(pane.grid.viewport(), Qt.MouseButton.LeftButton, pos=pane.grid.visualRect(pane.model.index(0, 1)).center())
    press(qtbot, grid, "300", RETURN)
    qtbot.mouseClick(pane.grid.viewport(), Qt.MouseButton.LeftButton, pos=pane.grid.visualRect(pane.model.index(0, 1)).center())
    type_words(grid.grid, "青教后〔2024〕18号")
    press(qtbot, grid, RETURN)
    assert "必须改" not in pane.title.text()
    assert page.head.words.whole.startswith("检查通过")


def publish(page, in_dialog, told):
    """收费安排, then 公示: what would hang is seen, posting is noted with place and person."""
    in_dialog(lambda dialog: (dialog.set_value("collect_from", date(2026, 12, 1)), dialog.save()))
    page.page_of("plan").actions_by_key["dates"].trigger()
    in_dialog(lambda dialog: (dialog.set_value("posted_by", "王敏"), dialog.save()))
    page.head.way.click()
    assert told[-1][0].startswith("已登记收费公示 第1版：2026年11月21日张贴在校门口公示栏")
    assert page.head.chip.text() == "公示中"


def print_board(page, in_dialog, monkeypatch):
    """The board is printed as a poster and filed."""
    printed = []
    monkeypatch.setattr(preview, "show_pdf", lambda parent, path, title, warnings, keep, word=None: (printed.append(title), keep()))

    def order(dialog):
        dialog.size_of.set_value("poster")
        dialog.print_it()

    in_dialog(order)
    page.show_key("publicity").actions_by_key["print"].trigger()
    assert printed == ["教育收费公示表"]
    assert archive.listing(page.data_folder)[0].form == "fee-board"


def change(page, qtbot, in_dialog, told, monkeypatch):
    """Nine days later books get cheaper in one grade: said at once, a new version replaces the first, which stays on file."""
    later = clock.now() + timedelta(9)
    monkeypatch.setattr(clock, "now", lambda: later)
    page.window().activateWindow()      # a dialog was in front
    qtbot.waitUntil(page.window().isActiveWindow)
    page.show_key("plan")
    grid = cell(page, BOOKS, "grade6")
    press(qtbot, grid, "9", RETURN)
    QApplication.processEvents()
    assert "要发布新版本" in told[-1][0]
    in_dialog(lambda dialog: (dialog.set_value("reason", "六年级少一本作业本"), dialog.save()))
    told[-1][1]["去换新版"]()
    assert [(row.version, row.state) for row in board_queries.publications(page.plan.id)] == [(2, "公示中"), (1, "已替换")]
    assert queries.matrix(page.plan.id)[queries.plan_items(page.plan.id)[1].id, 6] == 9_00


def test_a_term_is_made_public(page, qtbot, type_words, in_dialog, told, monkeypatch):
    copy_and_change(page, qtbot, told)
    mend(page, qtbot, type_words)
    publish(page, in_dialog, told)
    print_board(page, in_dialog, monkeypatch)
    change(page, qtbot, in_dialog, told, monkeypatch)
    before = board_queries.publications(page.plan.id)
    page.office.undo()      # the new version
    assert [(row.version, row.state) for row in board_queries.publications(page.plan.id)] == [(1, "公示中")]
    page.office.undo()      # the price
    assert page.head.words.whole.startswith("公示已满期")
    page.office.redo()
    page.office.redo()
    assert board_queries.publications(page.plan.id) == before
    asked: list[str] = []
    monkeypatch.setattr(notify, "ask", lambda text, *_, **__: asked.append(text) or True)
    while journal.undoable() and page.plan is not None:
        page.office.undo()
    assert page.plan is None        # back to the term without fees
    assert [question[:8] for question in asked] == ["“教育收费公示表"]        # the board was printed: its step asks, no other
    assert commands.start_plan(page.term.id).made[0]
    assert queries.plan_draft(queries.plan_of(page.term.id).id) == PlanDraft()
