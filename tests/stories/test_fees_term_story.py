"""A whole term of fees through the window: last term's plan copied and mended, made public, letters out and slips back, money
collected, spent, settled to the fen, given back, the term closed, and the close taken back."""

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton

from app.core import clock
from app.fees.letters import queries as letter_queries
from app.fees.money import lists as money_lists
from app.fees.money.facts import Facts
from app.fees.plan import queries
from app.school import commands as school_commands
from app.school import pupil_commands, roster
from app.school.pupil_rules import PupilDraft
from app.school.rules import PersonDraft
from app.store import archive, journal
from tests.stories import test_fees_story as public
from tests.stories.test_fees_story import BOOKS, CARE, MEALS, press
from ui.base import notify

RETURN = Qt.Key.Key_Return
page = public.page      # the same school: last term's fees on file
NAMES = ("安一", "白二", "曹三", "龘䶮㛃", "阿依努尔·买买提", "高八", "何九", "江十", "孔一", "李二", "马三", "牛四")


def pupils_and_staff():
    """Two pupils in each of the six classes, and the three people who sign a voucher."""
    for number, name in enumerate(NAMES):
        grade = number // 2 + 1
        class_id = next(each.class_id for each in roster.class_sizes(2026) if each.grade == grade)
        pupil_commands.add_pupil(PupilDraft(name, class_id, number % 2 + 1, guardian=f"{name[0]}家长"))
    for name in ("王敏", "李强", "周文海"):
        school_commands.add_person(PersonDraft(name))


def send_letters(page, in_dialog, told):
    """The notice is made from the shipped text, printed for everybody as one PDF and filed."""
    letters = page.show_key("letters")
    in_dialog(lambda dialog: dialog.save())
    letters.actions_by_key["new"].trigger()
    letter = letter_queries.letters(page.term.id)[0]
    assert letter.kind == "fee-notice"
    letters.choose(letter.id)
    in_dialog(lambda dialog: dialog.print_it())
    letters.actions_by_key["print"].trigger()
    assert archive.listing(page.data_folder)[0].form.endswith("fee-notice")
    return letter.id


def count_slips(page, letter, qtbot, type_words):
    """Enter by Enter: all agree, but one family wants no meals."""
    replies = page.show_key("replies")
    replies.list.grid.setFocus()
    meals = [column.title for column in replies.list.columns].index(MEALS)
    replies.list.grid.choose_cell(0, meals)
    type_words(replies.list.grid, "不")
    press(qtbot, replies.list, RETURN)
    for _ in range(len(NAMES) * 2):
        press(qtbot, replies.list, RETURN)
    counts = letter_queries.reply_counts(letter)
    assert sum(each.returned for each in counts) == len(NAMES)
    assert sum(each.refused for each in letter_queries.choice_counts(letter)) == 1


def collect(page, qtbot):
    """Nine days of publicity are over: collecting begins, everybody pays by Enter."""
    page.show_key("publicity").actions_by_key["collect"].trigger()
    collection = page.show_key("collection")
    collection.payments.grid.setFocus()
    for _ in range(len(NAMES) * 3):
        if not any(row.owed for row in money_lists.register(page.plan.id)):
            break
        press(qtbot, collection.payments, RETURN)
    assert [row.who.name for row in money_lists.register(page.plan.id) if row.owed] == []


def spend(page):
    """The vouchers of the term are pasted from Excel."""
    spending = page.show_key("spending")
    lines = [f"{item}\t发票\t\t{number}\t2026-12-1\t供应商\t{yuan}\t王敏\t李强\t周文海" for item, number, yuan in (
        (CARE, "1", "3000.01"), (BOOKS, "2", "88.88"), (MEALS, "3", "5000.05"))]
    QGuiApplication.clipboard().setText("\n".join(lines))
    spending.list.grid.setFocus()
    spending.list.grid.paste(as_new=True)
    assert not page.unsaved(), spending.list.storing.words.text()


def settle(page, monkeypatch):
    """Every pupil to the fen: the shares are the vouchers exactly."""
    monkeypatch.setattr(notify, "ask", lambda *_, **__: True)
    settlement = page.show_key("settlement")
    _click(settlement, "结算")
    facts = Facts(page.plan.id)
    names = {each.id: each.name for each in queries.plan_items(page.plan.id)}
    spent = {names[item]: sum(each.spent for each in facts.frozen if each.plan_item == item) for item in facts.vouchers}
    assert spent == {CARE: 3000_01, BOOKS: 88_88, MEALS: 5000_05}
    assert all(each.paid - each.spent - each.refund + each.borne == 0 for each in facts.frozen)
    return settlement


def give_back(page, settlement, qtbot):
    """Enter by Enter until nobody waits."""
    settlement.refunds.grid.setFocus()
    for _ in range(len(NAMES) * 2):
        pupil = settlement.refunds.next_waiting(None)
        if pupil is None:
            break
        settlement.refunds.go_to(pupil)
        press(qtbot, settlement.refunds, RETURN)
    assert not any(row.left for row in money_lists.settlements(page.plan.id))


def _click(step, text):
    next(each for each in step.state_bar.findChildren(QPushButton) if each.text() == text).click()
    QApplication.processEvents()


def test_a_whole_term_of_fees(page, qtbot, type_words, in_dialog, told, monkeypatch):
    pupils_and_staff()
    public.copy_and_change(page, qtbot, told)
    public.mend(page, qtbot, type_words)
    public.publish(page, in_dialog, told)
    public.print_board(page, in_dialog, monkeypatch)
    letter = send_letters(page, in_dialog, told)
    page.window().activateWindow()      # a dialog was in front
    qtbot.waitUntil(page.window().isActiveWindow)
    count_slips(page, letter, qtbot, type_words)
    later = clock.now() + timedelta(10)
    monkeypatch.setattr(clock, "now", lambda: later)
    collect(page, qtbot)
    spend(page)
    settlement = settle(page, monkeypatch)
    give_back(page, settlement, qtbot)
    in_dialog(lambda dialog: (dialog.set_value("reason", "食堂余料结转下学期"), dialog.save()))     # vouchers are far from what was taken
    _click(settlement, "结账")
    assert queries.plan(page.plan.id).state == "closed"
    journal.undo()
    assert queries.plan(page.plan.id).state == "settled"
