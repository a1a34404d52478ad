"""A term's money in the window: collected by Enter, spent with vouchers, settled, given back, closed, and the close taken back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton

from app.core.listing import Wish
from app.fees.money import grids as money_grids
from app.fees.money import lists as money_lists
from app.fees.money import settling
from app.fees.money.facts import Facts
from app.fees.plan import queries
from app.school import commands as school_commands
from app.school.rules import PersonDraft
from app.store import journal
from tests.ledger_fixture import statements
from ui.base import notify
from ui.fees.money import all_but
from ui.fees.money.register import PAY
from ui.forms.form import FormDialog

RETURN, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Escape
FIRST, SECOND, FOURTH = "三年级1班", "三年级2班", "四年级1班"


@pytest.fixture
def page(opened, fee_school, started_ledger, qtbot):
    """The tab over the money fixture: nine pupils in three classes, five items, nothing paid yet."""
    for name in ("王敏", "李强", "周文海"):
        school_commands.add_person(PersonDraft(name))
    office = opened(started_ledger)
    office.finish_start()
    office.window.activateWindow()
    qtbot.waitUntil(office.window.isActiveWindow)
    shown = office.window.show_page("fees")
    shown.office, shown.school = office, fee_school
    QApplication.processEvents()
    return shown


def press(qtbot, *keys):
    for key in [each for word in keys for each in (word if isinstance(word, str) else [word])]:
        qtbot.keyClick(QApplication.focusWidget(), key)
        QApplication.processEvents()


def state(page):
    return queries.plan(page.school.plan).state


def owed(page):
    return {row.who.name: row.owed for row in money_lists.register(page.school.plan)}


def test_a_term_of_money_from_the_first_receipt_to_the_close(page, qtbot, told, driven, monkeypatch):
    # The head says who owes and sends to the step.
    assert "还有 " in page.head.words.whole
    page.head.way.click()
    collection = page.front()
    collection.groups.choose(page.school.classes[FIRST])
    collection.payments.band.number.set_value("0012345")
    collection.payments.grid.setFocus()

    # Enter pays all; an amount is a part; too much is refused in its cell, and Esc takes it back.
    press(qtbot, RETURN, "20", RETURN)
    assert owed(page)["安一"] == 0
    press(qtbot, "99999", RETURN)
    assert page.unsaved()
    press(qtbot, ESCAPE)
    assert not page.unsaved()
    assert collection.payments.columns[collection.payments.grid.currentIndex().column()].key == PAY

    # What the class paid stands on its sheet of paper: all but one.
    def fill(dialog):
        dialog.grid.choose_cell([line[2] for line in dialog.lines.values()].index("邓四"), 3)
        press(qtbot, "0", RETURN)
        dialog.save()

    monkeypatch.setattr(all_but.AllButDialog, "exec", driven(fill))
    collection.payments.actions_by_key["all"].trigger()
    assert owed(page) | {"邓四": 0} == owed(page) | {"安一": 0, "白二": 0, "曹三": 0, "邓四": 0}
    numbers = [row[1] for row in money_grids.RECEIPT_LIST.rows(Wish(filters={"plan": page.school.plan}))][::-1]
    assert numbers == ["0012345", "0012346", "0012347", "0012348"]
    for name in (SECOND, FOURTH):
        collection.groups.choose(page.school.classes[name])
        collection.payments.band.number.set_value("")
        collection.payments.grid.setFocus()
        press(qtbot, *[RETURN] * sum(1 for each in collection.payments.owed.values() if each))
    assert [name for name, fen in owed(page).items() if fen] == ["邓四"]
    collection.groups.choose(page.school.classes[FIRST])
    collection.payments.grid.setFocus()
    collection.payments.go_to(page.school.pupils["邓四"])
    press(qtbot, RETURN)
    assert told[-1][0].endswith("全校都缴齐了。")

    # Vouchers are pasted from Excel; the same number twice stays red until it is mended.
    spending = page.show_key("spending")
    spending.list.grid.setFocus()
    lines = [f"{item}\t发票\t\t{number}\t2026-11-5\t供应商\t{yuan}\t王敏\t李强\t周文海" for item, number, yuan in (
        ("作业本费", "1", "100.01"), ("伙食费", "1", "5000"), ("校服费", "3", "1500"), ("研学费", "4", "500"))]
    QGuiApplication.clipboard().setText("\n".join(lines))
    spending.list.grid.paste(as_new=True)
    assert page.unsaved()
    number = [column.key for column in spending.list.columns].index("number")
    spending.list.storing.go_to_bad()
    assert spending.list.grid.currentIndex().column() == number
    spending.list.grid.setFocus()
    press(qtbot, "2", RETURN)
    page.save()
    assert not page.unsaved()
    assert money_grids.VOUCHER_LIST.totals(Wish(filters={"plan": page.school.plan})).records == 4

    # Settled after a look at the sums, taken back by one undo, settled again.
    monkeypatch.setattr(notify, "ask", lambda *_, **__: True)
    settlement = page.show_key("settlement")
    _click(settlement, "结算")
    assert state(page) == "settled"
    journal.undo()
    assert state(page) == "collecting"
    _click(settlement, "结算")
    facts = Facts(page.school.plan)
    for item, fen in facts.vouchers.items():
        assert sum(each.spent for each in facts.frozen if each.plan_item == item) == fen

    # Given back by Enter, class by class, but for one, who is waited for.
    settlement.groups.choose(page.school.classes[FIRST])
    settlement.refunds.grid.setFocus()
    while (pupil := settlement.refunds.next_waiting(None)) is not None and settlement.refunds.class_id != page.school.classes[FOURTH]:
        settlement.refunds.go_to(pupil)
        press(qtbot, RETURN)
    left = {row.who.name: row.left for row in money_lists.settlements(page.school.plan) if row.left}
    assert set(left) == {"高八", "何九"}

    # The close wants a reason, is done with one, and is taken back by Ctrl+Z.
    monkeypatch.setattr(FormDialog, "exec", driven(lambda form: (form.set_value("reason", "两户寒假来领"), form.save())))
    _click(settlement, "结账")
    assert state(page) == "closed"
    assert "结账" in page.head.words.whole
    assert "挂账" in told[-1][0]
    journal.undo()
    assert state(page) == "settled"


def _click(page, text):
    """Press the button of the step's own row of acts."""
    next(each for each in page.state_bar.findChildren(QPushButton) if each.text() == text).click()
    QApplication.processEvents()


def test_enter_asks_little_however_large_the_school_is(page, qtbot, monkeypatch):
    worked_out, charge = [], settling.charge
    monkeypatch.setattr(settling, "charge", lambda *of: (worked_out.append(of), charge(*of))[1])
    page.head.way.click()
    collection = page.front()
    collection.groups.choose(page.school.classes[FIRST])
    collection.payments.grid.setFocus()
    press(qtbot, RETURN)
    worked_out.clear()
    before = owed(page)
    worked_out.clear()
    with statements() as asked:
        press(qtbot, RETURN)
    assert len(asked) <= 20, "\n".join(asked)
    assert len(worked_out) <= len(page.school.items)       # those of one pupil, not of the class or the school
    paid = [name for name, fen in owed(page).items() if before[name] and not fen]
    assert len(paid) == 1
