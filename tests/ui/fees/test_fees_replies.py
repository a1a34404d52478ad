"""回执: slips counted by Enter, exceptions typed and pasted, a class at once, reminders; bad input said and kept."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.core.errors import Invalid, Refused
from app.core.listing import Wish
from app.fees.keys import item_key
from app.fees.letters import commands as letter_commands
from app.fees.letters import queries as letter_queries
from app.fees.plan import queries
from app.fees.tables import FeeChoice, FeePlan
from app.store import archive, journal
from tests.fee_verbs import make_shipped
from tests.ledger_fixture import statements
from tests.money_fixture import CARE, CLUB
from ui.fees.letters import printing as letter_printing
from ui.fees.letters import slip_exceptions
from ui.fees.letters.replies import RepliesPage
from ui.fees.letters.slips import AGREED, BACK, OUT, REFUSED

KEY = Qt.Key
FIRST, SECOND, FOURTH = "三年级1班", "三年级2班", "四年级1班"
TODAY = date(2026, 11, 21)


@pytest.fixture
def school(fee_school):
    """The money fixture before anybody answered."""
    with journal.operation("清空"):
        FeeChoice.delete().execute()
    return fee_school


@pytest.fixture
def page(qtbot, school, started_ledger, settings, show_active, changes):
    """The step over the nine pupils with a letter that asks about two items; 三年级1班 chosen, keys in the list."""
    made = RepliesPage(changes, settings, started_ledger.folder)
    made.school = school
    made.letter_id = make_shipped(school.term, "fee-notice", date(2026, 9, 1), date(2026, 9, 4)).made[0]
    qtbot.addWidget(made)
    made.resize(1338, 560)
    made.show_plan(queries.plan(school.plan))
    show_active(made)
    made.groups.choose(school.classes[FIRST])
    made.list.grid.setFocus()
    return made


def press(qtbot, page, *keys):
    for key in [each for word in keys for each in (word if isinstance(word, str) else [word])]:
        qtbot.keyClick(QApplication.focusWidget() or page.list.grid, key)
        QApplication.processEvents()


def at(page):
    """Give the pupil's name and the column that the cursor stands on."""
    index = page.list.grid.currentIndex()
    return page.list.slips[page.list.model.id_at(index.row())].name, page.list.columns[index.column()].key


def column(page, name):
    return item_key(page.school.items[name])


def cell(page, name, key):
    return page.list.value(page.school.pupils[name], key)


def go(page, name, key):
    page.list.grid.choose_cell(page.list.position(Wish(), page.school.pupils[name]), page.list.place(key))


def answers(page, name):
    """Give what is stored of a pupil's slip: the day, and the answers by item."""
    slip = next(each for each in letter_queries.reply_rows(page.letter_id, None) if each.pupil == page.school.pupils[name])
    names = {identity: item for item, identity in page.school.items.items()}
    return slip.returned_on, {names[item]: agreed for item, agreed in slip.choices.items()}


def test_the_left_side_counts_classes_and_items(page, clipped):
    assert [tuple(each[1:]) for each in page.groups.rows] == [
        ("全校", "0/8", 8), (FIRST, "0/4", 4), (SECOND, "0/2", 2), (FOURTH, "0/2", 2)]
    assert [tuple(page.items.rows.row(at)[1:]) for at in range(2)] == [(CARE, 0, 0, 4), (CLUB, 0, 0, 4)]
    assert page.status_line()[0] == "共 4 人 · 全校已交 0/8"
    assert clipped(page) == []
    page.groups.choose(0)
    assert len(page.list.rows) == 8
    page.groups.choose(page.school.classes[FOURTH])
    assert page.list.grid.isColumnHidden(page.list.place(column(page, CLUB)))


def test_enter_is_agreed_to_all_and_the_next_pupil(page, qtbot, said):
    assert at(page)[0] == "安一"
    press(qtbot, page, KEY.Key_Return)
    assert answers(page, "安一") == (TODAY, {CARE: True, CLUB: True})
    assert at(page)[0] == "白二"
    assert cell(page, "安一", "state") == BACK
    press(qtbot, page, KEY.Key_Return, KEY.Key_Return)
    assert page.status_line()[0].endswith("全校已交 3/8")
    press(qtbot, page, KEY.Key_Return)
    assert said.last == f"{FIRST} 的回执收齐了。"
    assert page.group_name.whole == SECOND
    assert at(page)[0] == "龘䶮㛃"


def test_enter_asks_little_however_large_the_school_is(page, qtbot):
    press(qtbot, page, KEY.Key_Return)
    with statements() as asked:
        press(qtbot, page, KEY.Key_Return)
    assert len(asked) <= 18, "\n".join(asked)
    assert answers(page, "白二")[0] == TODAY


def test_enter_on_a_slip_that_is_back_changes_nothing(page, qtbot):
    letter_commands.record_class(page.letter_id, page.school.classes[FIRST], day=date(2026, 9, 2))
    with journal.operation("改"):
        FeeChoice.update(agreed=0).where(FeeChoice.pupil == page.school.pupils["安一"]).execute()
    page.refresh()
    go(page, "安一", column(page, CARE))
    press(qtbot, page, KEY.Key_Return)
    assert answers(page, "安一") == (date(2026, 9, 2), {CARE: False, CLUB: False})


def test_who_came_last_may_stand_above(page, qtbot, said):
    go(page, "邓四", column(page, CARE))
    press(qtbot, page, KEY.Key_Return)
    assert said.last == "下面都交了，上面还有 3 人没交。"
    said.actions["去看"]()
    assert at(page)[0] == "安一"


def test_an_exception_is_typed_in_its_item(page, qtbot, type_words):
    go(page, "白二", column(page, CLUB))
    type_words(page.list.grid, "不")
    press(qtbot, page, KEY.Key_Return)
    assert answers(page, "白二") == (TODAY, {CARE: True, CLUB: False})
    assert cell(page, "白二", column(page, CLUB)) == REFUSED
    assert cell(page, "白二", column(page, CARE)) == AGREED
    go(page, "白二", column(page, CLUB))
    press(qtbot, page, KEY.Key_Delete)
    assert answers(page, "白二") == (TODAY, {CARE: True, CLUB: None})


def test_words_that_mean_nothing_stay_red(page, qtbot, type_words):
    go(page, "白二", column(page, CLUB))
    type_words(page.list.grid, "也许")
    press(qtbot, page, KEY.Key_Return)
    assert answers(page, "白二") == (None, {CARE: None, CLUB: None})
    waiting = page.list.model.edits.at(page.school.pupils["白二"], column(page, CLUB))
    assert "只能填同意、不同意" in waiting.reason
    assert page.unsaved()
    page.list.storing.give_up()
    assert not page.unsaved()


def test_a_day_of_tomorrow_is_refused_at_its_cell(page, qtbot):
    go(page, "白二", "returned_on")
    press(qtbot, page, "2026-11-22", KEY.Key_Return)
    assert answers(page, "白二")[0] is None
    assert page.list.model.edits.at(page.school.pupils["白二"], "returned_on").reason == "收回日期不能晚于今天。"


def test_a_remark_belongs_to_a_slip(page, qtbot, type_words):
    go(page, "白二", "remark")
    type_words(page.list.grid, "家长出差")
    press(qtbot, page, KEY.Key_Return)
    assert "还没交回执" in page.list.model.edits.at(page.school.pupils["白二"], "remark").reason
    go(page, "白二", "returned_on")
    press(qtbot, page, "2026-11-20", KEY.Key_Return)
    assert answers(page, "白二") == (date(2026, 11, 20), {CARE: True, CLUB: True})
    assert cell(page, "白二", "remark") == "家长出差"
    assert not page.unsaved()


def test_answers_are_pasted(page):
    QGuiApplication.clipboard().setText("√\t×\n0\t1")
    go(page, "安一", column(page, CARE))
    page.list.grid.paste()
    assert answers(page, "安一") == (TODAY, {CARE: True, CLUB: False})
    assert answers(page, "白二") == (TODAY, {CARE: False, CLUB: True})
    journal.undo()
    assert answers(page, "安一") == (None, {CARE: None, CLUB: None})


def test_an_item_that_the_grade_is_not_asked_about_cannot_be_answered(page):
    page.groups.choose(0)
    go(page, "高八", column(page, CLUB))
    assert page.list.model.field_at(page.list.grid.currentIndex()) is None
    go(page, "高八", column(page, CARE))
    assert page.list.model.field_at(page.list.grid.currentIndex()) is not None


def test_without_a_day_nothing_is_counted(page):
    page.list.day.setText("去年")
    with pytest.raises(Invalid, match="日期看不懂"):
        page.list.enter(page.school.pupils["安一"], "name")
    page.list.day.setText("")
    with pytest.raises(Invalid, match="收回日期"):
        page.list.take_class()
    assert answers(page, "安一")[0] is None


def test_chosen_slips_come_and_go(page, said):
    page.list.grid.choose_rows([0, 1], 0)
    page.actions_by_key["back"].trigger()
    assert said.last == "已登记 2 份回执，全部同意。"
    page.list.grid.choose_rows([0, 1, 2], 0)
    page.actions_by_key["out"].trigger()
    assert said.last == "2 份回执已改回未交，意见一并去掉。"
    assert answers(page, "安一") == (None, {CARE: None, CLUB: None})


def test_the_missing_are_a_list_of_their_own(page, qtbot):
    press(qtbot, page, KEY.Key_Return)
    page.actions_by_key["missing"].trigger()
    assert [row[2] for row in page.list.listed] == ["白二", "曹三", "邓四"]
    page.actions_by_key["missing"].trigger()
    assert len(page.list.listed) == 4
    assert [cell(page, name, "state") for name in ("安一", "白二")] == [BACK, OUT]


def test_reminders_are_printed_for_the_class(page, qtbot, monkeypatch, said):
    asked = []
    monkeypatch.setattr(letter_printing.FeeLetterPapers, "exec", lambda self: asked.append(self))
    with pytest.raises(Refused, match="还不能打印"):
        page.print_reminders()      # the plan of this school has no basis: the checks forbid printing
    page.which.set_value(make_shipped(page.school.term, "traffic", date(2026, 9, 1)).made[0])
    page.which.edited.emit()
    page.list.grid.setFocus()
    press(qtbot, page, KEY.Key_Return)
    page.actions_by_key["remind"].trigger()
    assert asked[0].missing.isChecked()
    assert [each.name for each in asked[0].rooms.wanted()] == ["白二", "曹三", "邓四"]
    assert asked[0].rooms.scope() == f"{FIRST}（催交回执）"
    assert asked[0].batch().missing


@pytest.fixture
def exceptions(page, qtbot, monkeypatch):
    """Give the dialog 全班同意，除… of the chosen class, open."""
    opened = []

    def show(dialog):
        opened.append(dialog)
        qtbot.addWidget(dialog)
        dialog.show()

    monkeypatch.setattr(slip_exceptions.ExceptionsDialog, "exec", show)

    def make():
        page.actions_by_key["all"].trigger()
        return opened[-1]

    return make


def test_a_class_at_once(page, exceptions, said, clipped):
    dialog = exceptions()
    assert dialog.sum.text() == "4 份交回，全部同意。"
    assert clipped(dialog) == []
    dialog.text.setPlainText("2 研学\n缺 邓四")
    assert dialog.sum.text() == "3 份交回，1 人未交，1 人不同意研学费。"
    dialog.save()
    assert said.last == f"已登记{FIRST} 3 份回执。"
    assert answers(page, "白二") == (TODAY, {CARE: True, CLUB: False})
    assert answers(page, "邓四") == (None, {CARE: None, CLUB: None})
    assert dialog.result() == 1
    again = exceptions()
    assert again.text.toPlainText() == "缺 4\n2 研学费"
    again.reject()      # nothing typed: nothing asked


def test_exceptions_that_cannot_be_read_are_all_said(page, exceptions, said):
    dialog = exceptions()
    dialog.text.setPlainText("2 校车\n缺 99")
    assert "“校车”不是本班征求意见的项目" in dialog.wrong.text()
    assert "没有座号 99" in dialog.wrong.text()
    assert not dialog.button.isEnabled()
    dialog.save()
    assert answers(page, "安一")[0] is None
    said.answers = [False, True]
    dialog.reject()
    assert dialog.isVisible()
    dialog.reject()
    assert not dialog.isVisible()


def test_another_letter_has_its_own_slips(page, qtbot, said):
    made = make_shipped(page.school.term, "traffic", date(2026, 9, 1)).made[0]
    assert page.which.count() == 2
    press(qtbot, page, KEY.Key_Return)
    page.which.set_value(made)
    page.which.edited.emit()
    assert [key for key in page.list.fields if key.startswith("item")] == []
    page.groups.choose(page.school.classes[FIRST])
    assert page.list.slips[page.school.pupils["安一"]].returned_on is None
    assert not page.items.isVisible()


def test_a_letter_is_not_left_while_cells_wait(page, qtbot, said, type_words):
    made = make_shipped(page.school.term, "traffic", date(2026, 9, 1)).made[0]
    go(page, "白二", column(page, CLUB))
    type_words(page.list.grid, "也许")
    press(qtbot, page, KEY.Key_Return)
    page.which.set_value(made)
    page.which.edited.emit()
    assert said.last.startswith("表格里还有没保存的格子")
    assert page.which.value() == page.letter_id


def test_a_settled_term_is_only_looked_at(page, qtbot):
    with journal.operation("结算"):
        FeePlan.update(state="settled").where(FeePlan.id == page.school.plan).execute()
    page.show_plan(queries.plan(page.school.plan))
    assert page.list.model.locked
    press(qtbot, page, KEY.Key_Return)
    assert answers(page, "安一")[0] is None


def test_a_term_without_slips_says_where_to_begin(page, qtbot):
    ways = []
    page.go.connect(ways.append)
    letter_commands.remove_letter(page.letter_id)
    assert page.sides.inviting
    assert page.status_line() == ("", "")


def test_the_counts_of_the_slips_are_printed(page, monkeypatch):
    shown = []
    monkeypatch.setattr("ui.paper.preview.show_pdf", lambda parent, path, title, warnings, keep: shown.append((title, keep())))
    page.actions_by_key["counts"].trigger()
    assert shown[0][0] == "回执统计表"
    assert archive.listing(page.data_folder)[0].form == "fee-reply-counts"
