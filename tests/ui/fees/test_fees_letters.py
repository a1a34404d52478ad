"""告家长书: letters made, copied, edited beside their page, printed for whoever is ticked; bad words are said and kept."""

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from app.core import clock
from app.core.errors import Refused
from app.fees.letters import commands as letter_commands
from app.fees.letters import queries as letter_queries
from app.fees.letters.kinds import CHOICES, KINDS, TABLE
from app.fees.plan import queries
from app.fees.tables import FeePlan
from app.school.tables import Term
from app.store import archive, journal
from tests.fee_verbs import make_shipped
from ui.fees.letters import editor as letter_editor
from ui.fees.letters import page as letters
from ui.fees.letters import printing as letter_printing
from ui.fees.letters.page import LettersPage
from ui.fees.page import FeesPage
from ui.kit.letters.fields import FieldButtons
from ui.paper import preview

FIRST, SECOND = "三年级1班", "三年级2班"


@pytest.fixture
def page(qtbot, fee_school, started_ledger, settings, show_active, changes):
    """The step over the nine pupils of the money fixture, no letter yet."""
    made = LettersPage(changes, settings, started_ledger.folder)
    made.school = fee_school
    qtbot.addWidget(made)
    made.resize(1338, 560)
    made.show_plan(queries.plan(fee_school.plan))
    show_active(made)
    return made


@pytest.fixture
def notice(page):
    """A fee notice, chosen in the list."""
    made = make_shipped(page.school.term, "fee-notice", date(2026, 9, 1), date(2026, 9, 4)).made[0]
    page.choose(made)
    return made


@pytest.fixture
def plain(page):
    """A letter with a slip that is about no money, chosen in the list."""
    made = make_shipped(page.school.term, "drowning", date(2026, 9, 1), date(2026, 9, 4)).made[0]
    page.choose(made)
    return made


@pytest.fixture
def editor(page, qtbot, show_active, monkeypatch):
    """Give a function that opens the editor by an act of the page."""
    opened = []

    def forget(dialog):
        dialog.stored = dialog.draft()      # closing it must not ask

    def show(dialog):
        opened.append(dialog)
        qtbot.addWidget(dialog, before_close_func=forget)
        dialog.resize(1280, 718)
        show_active(dialog)

    monkeypatch.setattr(letter_editor.FeeLetterEditor, "exec", show)

    def make(act):
        page.actions_by_key[act].trigger()
        return opened[-1]

    return make


@pytest.fixture
def papers(page, qtbot, monkeypatch):
    """Give a function that opens the print dialog; the preview is closed at once, after printing where ``printed``."""
    opened, seen = [], []

    def show(dialog):
        opened.append(dialog)
        qtbot.addWidget(dialog)
        dialog.show()

    def look(parent, path, title, warnings=(), on_printed=None, word=None):
        seen.append((path.read_bytes(), title))
        if page.prints:
            on_printed()

    page.prints, page.seen = True, seen
    monkeypatch.setattr(letter_printing.FeeLetterPapers, "exec", show)
    monkeypatch.setattr(preview, "show_pdf", look)

    def make():
        page.actions_by_key["print"].trigger()
        return opened[-1]

    return make


def test_an_empty_term_offers_to_begin(page, clipped, said):
    assert page.stack.currentWidget() is page.empty
    assert clipped(page) == []
    with pytest.raises(Refused, match="以前的学期都没有告家长书"):
        page.copy_last()


def test_a_letter_is_listed_and_pictured(page, notice, qtbot, clipped):
    row = page.model.row(0)
    assert row[1] == "关于2026—2027学年第一学期收费事项致家长的一封信"
    assert row[3:] == (date(2026, 9, 1), date(2026, 9, 4), None, "0/8")
    qtbot.waitUntil(lambda: bool(page.picture.content))
    assert page.picture.document.pageCount() == 1
    assert page.chip.text() == "未印发"
    assert clipped(page) == []


def test_a_letter_without_slip_has_no_replies(page):
    page.choose(make_shipped(page.school.term, "promise").made[0])
    assert page.model.row(0)[6] == "没有回执"
    assert not page.actions_by_key["replies"].isEnabled()


def test_from_last_term(page, said):
    with journal.operation("上学期"):
        term = Term.create(school_year=2025, half=2, starts_on=date(2026, 2, 20), ends_on=date(2026, 7, 5))
    make_shipped(term.id, "fee-notice")
    make_shipped(term.id, "drowning")
    page.actions_by_key["copy"].trigger()
    assert said.last.startswith("已从2025—2026学年第二学期复制 2 封")
    assert [each.kind for each in page.letters] == ["fee-notice", "drowning"]
    assert page.chosen().kind == "fee-notice"


def test_a_letter_is_removed_until_it_went_out(page, notice, said):
    page.actions_by_key["delete"].trigger()
    assert page.letters == []
    said.actions["撤销"]()
    page.choose(notice)
    letter_commands.note_printed(notice)
    with pytest.raises(Refused, match="2026年11月21日印发"):
        page.remove()
    assert len(page.letters) == 1


def test_a_new_letter_begins_with_its_shipped_text(page, editor, clipped, said):
    dialog = editor("new")
    assert dialog.kind.value() == "fee-notice"
    assert dialog.dated.value() == date(2026, 11, 21)
    assert dialog.shown
    assert dialog.pages.text() == "一页"
    assert clipped(dialog) == []
    dialog.save()
    row = letter_queries.letter(dialog.letter_id)
    assert (row.kind, row.by_item, row.due_on) == ("fee-notice", True, date(2026, 11, 24))
    again = editor("new")       # the next kind that the term has none of
    assert again.kind.value() == "subscription"


def test_another_kind_brings_its_own_text_and_fields(page, editor, said):
    dialog = editor("new")
    assert TABLE in dialog.fields.buttons
    dialog.kind.set_value("promise")
    dialog.kind.edited.emit()
    assert dialog.head.value() == "学生安全承诺书"
    assert TABLE not in dialog.fields.buttons
    assert not dialog.by_item.isVisible()
    dialog.body.appendPlainText("再加一行")
    said.answers = [False, True]
    dialog.kind.set_value("drowning")
    dialog.kind.edited.emit()
    assert dialog.kind.value() == "promise"
    assert dialog.body.toPlainText().endswith("再加一行")
    dialog.kind.set_value("drowning")
    dialog.kind.edited.emit()
    assert "再加一行" not in dialog.body.toPlainText()


def test_fields_go_where_the_cursor_was(page, notice, editor, qtbot):
    dialog = editor("edit")
    dialog.head.setFocus()
    QApplication.processEvents()
    dialog.head.end(False)
    qtbot.mouseClick(dialog.fields.buttons["学校"], Qt.MouseButton.LeftButton)
    assert dialog.head.text().endswith("{学校}")
    qtbot.mouseClick(dialog.fields.buttons[TABLE], Qt.MouseButton.LeftButton)
    assert "只能放在正文里" in dialog.problems.text()
    assert TABLE not in dialog.head.text()
    dialog.body.setPlainText("项目如下")
    dialog.body.moveCursor(dialog.body.textCursor().MoveOperation.End)
    dialog.body.setFocus()
    QApplication.processEvents()
    qtbot.mouseClick(dialog.fields.buttons[TABLE], Qt.MouseButton.LeftButton)
    assert dialog.body.toPlainText() == "项目如下\n{项目表}"


def test_unknown_fields_are_underlined_and_said(page, notice, editor):
    dialog = editor("edit")
    dialog.body.setPlainText("𠮷{班几}和{姓名}，单个}括号")
    dialog.show_page()
    assert "“{班几}”这封信里没有" in dialog.problems.text()
    assert "单独的“}”" in dialog.problems.text()
    block = dialog.body.document().firstBlock()
    waved = {block.text()[each.start:each.start + each.length] for each in block.layout().formats()
             if each.format.underlineStyle() == each.format.UnderlineStyle.WaveUnderline}
    assert len(waved) == 2
    dialog.save()
    assert dialog.isVisible()
    assert letter_queries.letter(notice).body.startswith("尊敬的")
    dialog.body.setPlainText("{姓名}，您好。")
    dialog.dated.setText("去年")
    dialog.save()
    assert "落款日期：日期看不懂" in dialog.problems.text()
    dialog.dated.set_value(date(2026, 9, 2))
    dialog.save()
    assert letter_queries.letter(notice).body == "{姓名}，您好。"
    assert letter_queries.letter(notice).dated_on == date(2026, 9, 2)


def test_typing_draws_the_page_anew_for_the_chosen_pupil(page, notice, editor, qtbot):
    dialog = editor("edit")
    before = dialog.shown
    dialog.body.setPlainText("{家长称谓}：\n您好。")
    assert dialog.showing.isActive()
    qtbot.waitUntil(lambda: dialog.shown != before)
    before = dialog.shown
    dialog.group.set_value(SECOND)
    dialog.group.edited.emit()
    assert dialog.person.currentText() == "5 龘䶮㛃"
    assert dialog.shown != before


def test_what_was_written_is_not_lost_unasked(page, notice, editor, said):
    dialog = editor("edit")
    dialog.reject()
    assert not dialog.isVisible()
    dialog = editor("edit")
    dialog.body.setPlainText("改了")
    said.answers = [False, True]
    dialog.reject()
    assert dialog.isVisible()
    dialog.reject()
    assert not dialog.isVisible()


def test_a_letter_whose_money_is_not_there_yet_can_be_written(page, editor):
    made = make_shipped(page.school.term, "settlement").made[0]
    page.choose(made)
    dialog = editor("edit")
    assert dialog.shown     # as far as the figures are known
    dialog.head.set_value("结算通知")
    dialog.save()
    assert letter_queries.letter(made).title == "结算通知"
    with pytest.raises(Refused, match="还没有结算"):
        page.print_letters()


def test_every_field_of_every_kind_has_a_button(qtbot):
    for kind in KINDS.values():
        buttons = FieldButtons()
        qtbot.addWidget(buttons)
        buttons.show_fields(kind.groups)
        assert sorted(buttons.buttons) == sorted(kind.fields)
    assert CHOICES in KINDS["fee-notice"].fields


def test_the_whole_school_is_one_file_and_one_entry(page, plain, papers, clipped, said):
    dialog = papers()
    assert dialog.count.text() == "3 个班、8 份"
    assert clipped(dialog) == []
    dialog.print_it()
    assert said.texts == []
    kept = archive.listing(page.data_folder)
    assert [(each.title, each.scope) for each in kept] == [("预防学生溺水致家长的一封信", "全校")]
    assert letter_queries.letter(plain).printed_on == date(2026, 11, 21)
    page.choose(plain)
    assert page.model.row(0)[5] == date(2026, 11, 21)


def test_looking_alone_prints_nothing(page, plain, papers):
    page.prints = False
    papers().print_it()
    assert len(page.seen) == 1
    assert archive.listing(page.data_folder) == []
    assert letter_queries.letter(plain).printed_on is None


def test_classes_and_pupils_are_ticked(page, plain, papers):
    dialog = papers()
    dialog.rooms.tick_only([page.school.pupils[name] for name in ("安一", "白二", "龘䶮㛃")])
    assert dialog.count.text() == "2 个班、3 份"
    assert dialog.rooms.scope() == f"{FIRST}、{SECOND} 3 人"
    assert "安一" not in dialog.rooms.scope()       # it becomes the name of a file
    dialog.two.setChecked(True)
    dialog.covers.setChecked(False)
    dialog.print_it()
    assert dialog.ordered.layout == "two"
    assert dialog.ordered.pupils == {page.school.pupils[name] for name in ("安一", "白二", "龘䶮㛃")}


def test_only_whose_slip_is_out(page, plain, papers, said):
    letter_commands.record_class(plain, page.school.classes[FIRST])
    dialog = papers()
    dialog.missing.setChecked(True)
    assert dialog.count.text() == "2 个班、4 份"
    dialog.rooms.tick_only([page.school.pupils["安一"]])
    assert dialog.count.text() == "选中的都已交回执"
    with pytest.raises(Refused, match="都已交回执"):
        dialog.print_it()
    dialog.rooms.tick_all(Qt.CheckState.Unchecked)
    with pytest.raises(Refused, match="还没有选学生"):
        dialog.print_it()
    dialog.rooms.tick_all(Qt.CheckState.Checked)
    dialog.print_it()
    assert archive.listing(page.data_folder)[0].scope == "全校（催交回执）"
    assert letter_queries.letter(plain).printed_on is None     # a reminder is not the letter going out


def test_a_search_narrows_the_tree(page, plain, papers, qtbot):
    dialog = papers()
    qtbot.keyClicks(dialog.findChild(QLineEdit), "anyi")

    def shown():
        return [key for key, node in dialog.rooms.nodes.items() if not node.isHidden() and isinstance(key, int)]

    qtbot.waitUntil(lambda: shown() == [page.school.pupils["安一"]])


def test_without_pupils_there_is_nothing_to_print(page, plain, said):
    with journal.operation("清空"):
        FeePlan.update(state="draft").where(FeePlan.id == page.school.plan).execute()
        Term.update(starts_on=date(2026, 8, 1), ends_on=date(2026, 8, 20)).where(Term.id == page.school.term).execute()
    with pytest.raises(Refused, match="还没有本学年的学生"):
        page.print_letters()
    assert "还没有本学年的学生" in letters.family_picture(letter_queries.letter(plain))[1]


def test_a_fee_notice_waits_for_the_checks(page, notice, papers):
    with pytest.raises(Refused, match="还不能打印，有 "):
        page.print_letters()


def test_from_a_letter_to_its_slips(page, notice, plain, qtbot, show_active):
    whole = FeesPage(page.changes, page.settings, page.data_folder)
    qtbot.addWidget(whole)
    show_active(whole)
    step = whole.show_key("letters")
    step.choose(plain)
    step.actions_by_key["replies"].trigger()
    slips = whole.front()
    assert (slips.letter.id, slips.which.value()) == (plain, plain)
    assert slips.list.grid.hasFocus()
    whole.show_key("letters").choose(notice)
    whole.front().actions_by_key["replies"].trigger()
    assert slips.letter.id == notice


def test_the_notice_is_made_from_the_shipped_text_and_printed_with_one_act(page, monkeypatch, said):
    printed = []
    monkeypatch.setattr(letters, "print_letter", lambda _parent, _data, letter: printed.append(letter))
    page.actions_by_key["notice"].trigger()
    assert [each.kind for each in printed] == ["fee-notice"]
    assert (printed[0].dated_on, printed[0].due_on) == (clock.today(), clock.today() + timedelta(3))
    assert said.last.startswith("已用自带的文本建立收费告家长书")
    page.actions_by_key["notice"].trigger()
    assert printed[0].id == printed[1].id      # there is one now
    said.actions["撤销"]()
    assert letter_queries.letters(page.school.term) == []
