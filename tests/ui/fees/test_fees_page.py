"""The tab 收费公示: an empty term, the head's next step, the matrix typed and pasted, what differs, what checks find, the library."""

from datetime import date

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton

from app.core.errors import Invalid, Refused
from app.fees import rules
from app.fees.board import commands as publicity
from app.fees.board import settings as board_words
from app.fees.board.commands import PostDraft
from app.fees.item_fields import ItemDraft
from app.fees.money import settlement
from app.fees.plan import commands, queries
from app.fees.plan.rules import PlanDraft, StandardDraft
from app.school import commands as school_commands
from app.school import queries as school
from app.school.rules import TermDraft
from app.store import journal
from app.store import settings as stored
from tests.fee_verbs import write_prices
from ui.fees.page import FeesPage
from ui.fees.plan import matrix
from ui.fees.plan.choosing import ChooseDialog
from ui.fees.plan.items import ItemsDialog
from ui.fees.plan.workbooks import TakeDialog
from ui.grid.edits import Cell

BASIS = {"office": "县发展改革局", "document": "发改价〔2022〕31号", "scope": "自愿参加的学生", "refund_rule": "据实结算",
         "waiver_policy": "低保免收", "waived": "低保"}
CARE, BOOKS, MEALS = "课后服务费", "作业本费", "伙食费"


def make_item(name, kind=rules.AGENCY, **more):
    """Add an item with a basis and give its id."""
    return commands.add_item(ItemDraft(name, kind, **{**BASIS, "voluntary": False, **more})).made[0]


@pytest.fixture
def page(qtbot, started_ledger, settings, show_active, changes):
    """The tab of a school with two terms, the earlier one without fees either."""
    stored.change({board_words.BUREAU_PHONE: "0700-6210500", board_words.SCHOOL_PHONE: "0700-6210018"})
    school_commands.add_term(TermDraft(2025, 2))
    made = FeesPage(changes, settings, started_ledger.folder)
    qtbot.addWidget(made)
    made.resize(1338, 690)
    show_active(made)
    made.before, made.now = school.terms()[1], school.current_term()
    return made


@pytest.fixture
def copied(page):
    """The current term's fees, copied from those of the term before: care 300 in all grades, books 7 in grades one and two."""
    items = [make_item(CARE, rules.SERVICE), make_item(BOOKS)]
    commands.add_standard(items[0], StandardDraft(300_00, date(2022, 9, 1)))
    before = commands.start_plan(page.before.id).made[0]
    care, books = commands.add_plan_items(before, items).made
    write_prices(before, {(care, grade): 300_00 for grade in range(1, 7)} | {(books, grade): 7_00 for grade in (1, 2)})
    page.refresh()
    press_button(page.body.invitation, "从2025—2026学年第二学期复制")
    page.matrix = page.page_of("plan").grid_page
    page.care, page.books = (item.id for item in queries.plan_items(page.plan.id))
    return page


def press_button(widget, text):
    next(each for each in widget.findChildren(QPushButton) if each.text() == text).click()


def at(page, item, key):
    """Give the index of a cell."""
    number = page.matrix.position(page.matrix.wish(), item)
    return page.matrix.model.index(number, [column.key for column in page.matrix.columns].index(key))


def type_in(page, qtbot, item, key, words):
    index = at(page, item, key)
    page.matrix.grid.choose_cell(index.row(), index.column())
    page.matrix.grid.setFocus()
    for each in words:
        qtbot.keyClick(QApplication.focusWidget() or page.matrix.grid, each)
    qtbot.keyClick(QApplication.focusWidget() or page.matrix.grid, Qt.Key.Key_Return)
    QApplication.processEvents()


def price(page, item, grade):
    return queries.matrix(page.plan.id).get((item, grade))


# --- a term without fees


def test_a_term_without_fees_says_what_the_tab_is_for(page, clipped):
    assert page.body.inviting
    assert [each.text() for each in page.body.invitation.findChildren(QPushButton)] == ["新建收费方案"]     # nothing to copy yet
    assert page.head.chip.text() == "未建"
    assert page.front() is None
    assert page.status_line() == ("", "")
    assert clipped(page) == []


def test_an_empty_plan_goes_on_to_choosing_items(page, monkeypatch, said):
    opened = []
    monkeypatch.setattr(ChooseDialog, "exec", lambda dialog: opened.append(dialog) or 0)
    press_button(page.body.invitation, "新建收费方案")
    assert [dialog.plan for dialog in opened] == [page.plan.id]
    assert not page.body.inviting
    assert "还没有收费项目" in page.head.words.whole
    assert page.head.way.text() == "加项目"


def test_copying_takes_items_and_prices_and_can_be_taken_back(copied, said):
    page = copied
    assert said.last.startswith("已从2025—2026学年第二学期复制 2 项")
    assert [row[1] for row in page.matrix.rows] == [CARE, BOOKS]
    assert price(page, page.care, 6) == 300_00
    assert page.matrix.news.whole == "与2025—2026学年第二学期完全相同。"
    said.actions["撤销"]()
    assert page.plan is None
    assert page.body.inviting


def test_another_term_is_shown_and_typed_words_hold_the_page(copied, refusal):
    page = copied
    page.matrix.model.edits.put({page.care: {"grade1": Cell("三百", None, "金额看不懂")}})
    assert "还有没保存的格子" in refusal(lambda: page.head.picked.emit(page.before.id))
    assert page.term.id == page.now.id
    page.matrix.model.edits.clear()
    page.head.picked.emit(page.before.id)
    assert page.term.id == page.before.id
    assert page.head.chip.text() == "拟定"
    page.show_term(page.now.id)
    assert [row[0] for row in page.matrix.rows] == [page.care, page.books]


# --- the matrix


def test_prices_are_typed_and_sums_follow(copied, qtbot):
    page = copied
    assert page.matrix.foot.texts()[0] == {"grade1": "307.00", "grade2": "307.00", "grade3": "300.00", "grade4": "300.00", "grade5": "300.00",
                                           "grade6": "300.00"}
    type_in(page, qtbot, page.books, "grade3", "10.5")
    assert price(page, page.books, 3) == 10_50
    assert page.matrix.foot.texts()[0]["grade3"] == "310.50"
    assert "300.00～310.50" in page.matrix.status_line()[0]
    assert journal.undoable()[1].startswith(f"修改收费标准 {BOOKS}")
    index = at(page, page.books, "grade3")
    page.matrix.grid.choose_cell(index.row(), index.column())
    qtbot.keyClick(page.matrix.grid, Qt.Key.Key_Delete)
    assert price(page, page.books, 3) is None


def test_the_wrong_sum_of_a_real_sheet_cannot_be_typed_anywhere(page):
    items = [make_item(name) for name in ("作业本", "校服", "教辅", "伙食")]
    plan = commands.start_plan(page.now.id).made[0]
    rows = commands.add_plan_items(plan, items).made
    write_prices(plan, {(row, 1): fen for row, fen in zip(rows, (60_00, 970_00, 300_00, 403_00), strict=True)})
    page.refresh()
    grid = page.page_of("plan").grid_page
    assert grid.foot.texts()[0] == {"grade1": "1,733.00"}
    assert "合计" not in [row[1] for row in grid.rows]


def test_a_block_from_excel_is_pasted_as_one_step(copied, said):
    page = copied
    steps = len(journal.steps(-1))
    index = at(page, page.books, "grade1")
    page.matrix.grid.choose_cell(index.row(), index.column())
    QGuiApplication.clipboard().setText("8\t8.5\t9")
    page.matrix.grid.paste()
    assert [price(page, page.books, grade) for grade in (1, 2, 3)] == [8_00, 8_50, 9_00]
    assert len(journal.steps(-1)) == steps + 1
    assert said.last.startswith("已保存 3 格")


def test_words_are_typed_too_and_groups_keep_their_lines(copied):
    page = copied
    page.matrix.write({page.care: {"voluntary": True, "waived": "低保、孤儿"}}, [])
    item = queries.plan_items(page.plan.id)[0]
    assert (item.voluntary, item.waived) == (True, ("低保", "孤儿"))
    row = page.matrix.rows[0]
    keys = [column.key for column in page.matrix.columns]
    assert (row[1 + keys.index("voluntary")], row[1 + keys.index("waived")]) == ("自愿", "低保、孤儿")
    with pytest.raises(Invalid, match="减免类别里没有"):
        page.matrix.write({page.care: {"waived": "富户"}}, [])


def test_a_new_row_may_be_typed(copied):
    page = copied
    page.matrix.write({}, [{"name": "研学活动费", "kind": rules.AGENCY, "grade5": 80_00}])
    assert [row[1] for row in page.matrix.rows] == [CARE, BOOKS, "研学活动费"]
    assert queries.item_names()["研学活动费"]


def test_what_differs_from_last_term_is_marked(copied, qtbot):
    page = copied
    write_prices(page.plan.id, {(page.care, 5): 320_00, (page.books, 2): None})
    commands.add_plan_items(page.plan.id, [make_item(MEALS, rules.SERVICE, measure=rules.DAY)])
    assert page.matrix.news.whole.startswith("与2025—2026学年第二学期相比：新增 1 项（伙食费），1 处标准提高，1 处年级不再收。")
    raised = at(page, page.care, "grade5")
    assert raised.data(Qt.ItemDataRole.ToolTipRole).endswith("上学期：300.00")       # over the standard as well: said first
    assert raised.data(Qt.ItemDataRole.ForegroundRole).name() == "#b45309"
    gone = at(page, page.books, "grade2")
    assert gone.data(Qt.ItemDataRole.BackgroundRole) == matrix.CHANGED
    assert at(page, page.books, "grade1").data(Qt.ItemDataRole.BackgroundRole) is None


def test_items_are_moved_taken_out_and_brought_back(copied, said):
    page = copied
    page.matrix.choose(page.books)
    page.matrix.actions_by_key["up"].trigger()
    assert [row[1] for row in page.matrix.rows] == [BOOKS, CARE]
    assert page.matrix.selected_ids() == [page.books]
    page.matrix.actions_by_key["up"].trigger()      # at the top already
    page.matrix.actions_by_key["down"].trigger()
    assert [row[1] for row in page.matrix.rows] == [CARE, BOOKS]
    page.matrix.actions_by_key["delete"].trigger()
    assert [row[1] for row in page.matrix.rows] == [CARE]
    assert said.last == f"已移出“{BOOKS}”。"
    said.actions["撤销"]()
    assert [row[1] for row in page.matrix.rows] == [CARE, BOOKS]


def test_a_plan_is_removed_after_a_question(copied, said):
    page = copied
    said.answers = [False, True]
    page.matrix.actions_by_key["remove"].trigger()
    assert page.plan is not None
    page.matrix.actions_by_key["remove"].trigger()
    assert page.body.inviting
    said.actions["撤销"]()
    assert len(page.matrix.rows) == 2


def test_dates_are_arranged(copied, fill):
    page = copied
    fill.answers = [{"collect_from": date(2026, 11, 30), "collect_until": date(2026, 11, 1)}]
    page.matrix.actions_by_key["dates"].trigger()
    assert fill.words == {"collect_until": "收费截止日期早于开始收费日期，请检查。"}
    fill.answers = [{"collect_from": date(2026, 11, 30), "collect_until": date(2026, 12, 11), "shortage": rules.NOT_MADE_UP}]
    page.matrix.actions_by_key["dates"].trigger()
    assert fill.cut == []
    assert "收费 2026-11-30 至 2026-12-11　多退少不补" in page.head.facts.whole


# --- checks


def test_checks_are_listed_with_the_way_to_their_cell(copied, clipped):
    page = copied
    commands.write_cells(page.plan.id, {page.care: {"grade5": 320_00}, page.books: {"basis": ""}})
    assert page.head.words.whole.startswith("还有 1 处超过规定标准、1 项没有依据文号")
    page.head.go.emit(page.head.next.act)
    pane = page.matrix.findings
    assert pane.isVisible()
    assert [pane.model.row(at)[1] for at in (0, 1)] == ["必须改", "必须改"]
    assert pane.title.text().startswith("检查结果：2 处必须改")
    pane.grid.choose_rows([1], 1)
    pane._take(pane.grid.currentIndex())
    here = page.matrix.grid.currentIndex()
    assert (page.matrix.model.id_at(here.row()), page.matrix.columns[here.column()].key) == (page.books, "basis")
    assert "没有收费依据" in here.data(Qt.ItemDataRole.ToolTipRole)
    assert clipped(page) == []
    commands.write_cells(page.plan.id, {page.care: {"grade5": 300_00}, page.books: {"basis": "发改价〔2022〕31号"}})
    assert "必须改" not in pane.title.text()      # alive: what is mended is gone


def test_a_finding_about_dates_opens_where_they_are_typed(copied, fill):
    page = copied
    page.matrix.check()
    pane = page.matrix.findings
    number = next(at for at, each in enumerate(pane.found) if each.rule == "no_dates")
    pane.grid.choose_rows([number], number)
    fill.answers = [{"collect_from": date(2026, 12, 1)}]
    pane.grid.open_asked.emit()
    assert page.plan.collect_from == date(2026, 12, 1)
    assert "no_dates" not in [each.rule for each in pane.found]


def test_on_a_low_window_sums_give_way_to_findings(copied):
    page = copied
    page.resize(910, 420)
    page.matrix.check()
    QApplication.processEvents()
    assert not page.matrix.foot.isVisible()
    page.matrix.findings.hide()
    assert page.matrix.foot.isVisible()


# --- the library


def test_items_are_chosen_for_the_term(copied, qtbot, fill, said):
    page = copied
    meals = make_item(MEALS, rules.SERVICE)
    dialog = ChooseDialog(page, page.plan.id)
    qtbot.addWidget(dialog)
    dialog.show()
    assert [key for key in dialog.tree.nodes if isinstance(key, int)] == [meals]       # the term has the others
    dialog.save()
    assert said.last.startswith("还没有勾选项目")
    fill.answers = [{"name": "研学活动费", "document": "教财〔2020〕5号", "scope": "自愿参加的学生"}]
    dialog.add_new()
    assert fill.cut == []
    assert dialog.take.text() == "加入 1 项"       # the new one is ticked
    dialog.tick([meals])
    dialog.save()
    assert [item.name for item in queries.plan_items(page.plan.id)] == [CARE, BOOKS, MEALS, "研学活动费"]
    assert dialog.result() == 1


def test_an_empty_library_offers_what_is_shipped_with_the_usual_ticked(page, qtbot, said):
    plan = commands.start_plan(page.now.id).made[0]
    dialog = ChooseDialog(page, plan)
    qtbot.addWidget(dialog)
    names = [node.text(0) for node in dialog.tree.nodes.values()]
    assert not any("押金" in name for name in names)       # what is banned is never offered
    assert dialog.chosen_shipped() == [CARE, MEALS, "教辅材料费"]       # those whose basis is known
    assert queries.item_names() == {}
    dialog.tree.nodes["教辅材料费"].setCheckState(0, Qt.CheckState.Unchecked)
    dialog.tree.nodes["社会实践活动费"].setCheckState(0, Qt.CheckState.Checked)       # shipped switched off
    dialog.save()
    assert [item.name for item in queries.plan_items(plan)] == [CARE, MEALS, "社会实践活动费"]
    assert all(queries.item_draft(item).active for item in queries.item_names().values())
    journal.undo()
    assert (queries.plan_items(plan), queries.item_names()) == ([], {})


def test_shipped_items_that_the_library_lacks_are_offered_without_ticks(copied, qtbot):
    dialog = ChooseDialog(copied, copied.plan.id)
    qtbot.addWidget(dialog)
    assert (dialog.chosen(), dialog.chosen_shipped()) == ([], [])
    assert MEALS in dialog.tree.nodes
    assert CARE not in dialog.tree.nodes      # the library has it


def test_the_library_shows_standards_with_their_history(copied, qtbot, fill, said, clipped):
    page = copied
    dialog = ItemsDialog(page, page.changes, None)
    qtbot.addWidget(dialog)
    dialog.show()
    items = dialog.page
    items.choose(queries.item_names()[CARE])
    fill.answers = [{"fen": 330_00, "from_on": date(2026, 9, 1), "document": "发改价〔2026〕2号"}]
    items.actions_by_key["standard"].trigger()
    assert fill.cut == []
    items._show_row()
    shown = [items.standards.row(at)[1:] for at in range(2)]
    assert [(row[0], row[3]) for row in shown] == [("现行", 330_00), ("历史", 300_00)]
    fill.answers = [{"name": BOOKS}]
    items.actions_by_key["edit"].trigger()
    assert "已经有收费项目" in fill.words["name"]
    items.actions_by_key["off"].trigger()
    assert said.last == "已停用 1 项。"
    assert [row[1] for row in items.listing.rows(items.wish())] == [BOOKS]
    items.narrow({"retired": True})
    assert [row[1] for row in items.listing.rows(items.wish())] == [CARE]
    assert clipped(dialog) == []


def test_cells_of_the_library_are_typed(copied, qtbot):
    dialog = ItemsDialog(copied, copied.changes, None)
    qtbot.addWidget(dialog)
    dialog.show()
    care = queries.item_names()[CARE]
    dialog.page.write({care: {"unit": "元/生·月", "measure": rules.MONTH}}, [{"name": "校车服务费", "kind": rules.SERVICE}])
    assert queries.item_draft(care).unit == "元/生·月"
    assert [row[1] for row in dialog.page.listing.rows(dialog.page.wish())] == [CARE, BOOKS, "校车服务费"]
    with pytest.raises(Refused, match="项目"):
        commands.remove_items([care])


def test_a_closed_term_can_only_be_looked_at(copied):
    page = copied
    commands.edit_plan(page.plan.id, PlanDraft(collect_from=date(2026, 11, 20)))
    publicity.post(page.plan.id, PostDraft(date(2026, 11, 10), place="校门口"))
    publicity.begin_collecting(page.plan.id)
    settlement.settle(page.plan.id)
    settlement.close_term(page.plan.id)
    assert page.head.chip.text() == "已结账"
    assert "只能查看和打印" in page.head.words.whole
    assert page.matrix.model.locked
    assert not page.matrix.actions_by_key["new"].isVisible()
    assert page.matrix.actions_by_key["export"].isVisible()
    with pytest.raises(Refused):
        commands.write_cells(page.plan.id, {page.care: {"grade1": 1}})


def test_keys_go_from_step_to_step(copied, qtbot):
    page = copied
    page.matrix.grid.setFocus()
    qtbot.keyClick(page.matrix.grid, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)       # the first already
    assert page.front() is page.page_of("plan")
    qtbot.keyClick(page.matrix.grid, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert page.front() is page.page_of("publicity")
    assert page.pages.currentWidget().isAncestorOf(QApplication.focusWidget())


def test_a_workbook_of_the_office_fills_an_empty_plan(page, said, tmp_path, monkeypatch):
    book, path = openpyxl.Workbook(), tmp_path / "收费.xlsx"
    for line in (["收费项目", "收费类别", "一年级", "二年级"], [CARE, rules.SERVICE, 300, 300], [BOOKS, rules.AGENCY, 7, 7], ["合计", "", 307, 307]):
        book.active.append(line)
    book.save(path)
    commands.start_plan(page.now.id)
    page.refresh()
    grid = page.show_key("plan").grid_page
    assert [each.text() for each in grid.empty.findChildren(QPushButton)] == ["加项目", "导入", "在表格里输入或粘贴"]
    said.files = [path]
    monkeypatch.setattr(TakeDialog, "exec", lambda dialog: dialog.take())
    grid.actions_by_key["import"].trigger()
    assert [row[1] for row in grid.rows] == [CARE, BOOKS]
    assert grid.foot.texts()[0] == {"grade1": "307.00", "grade2": "307.00"}
    assert said.last.startswith("已从“收费.xlsx”写入")


def test_terms_plan_draft_is_untouched_by_looking(copied):
    steps = len(journal.steps(-1))
    copied.show_key("publicity")
    copied.show_key("plan")
    assert len(journal.steps(-1)) == steps
    assert queries.plan_draft(copied.plan.id) == PlanDraft(rules.MADE_UP)


def test_on_a_low_window_the_head_takes_one_line_and_rows_have_the_room_of_sums(copied):
    page, head = copied, copied.head
    page.resize(1366, 690)
    QApplication.processEvents()
    assert not head.facts.isHidden()
    high = head.sizeHint().height()
    assert head.words.y() > head.choice.y()
    page.resize(910, 420)
    QApplication.processEvents()
    assert head.facts.isHidden()
    assert head.sizeHint().height() < high - 20
    assert head.words.isVisible()
    assert head.words.y() < head.choice.geometry().bottom()
    assert head.chip.toolTip() == head.facts.whole, "nothing is lost"
    page.resize(1366, 690)
    QApplication.processEvents()
    assert head.words.y() > head.choice.y()
    assert head.sizeHint().height() == high
