"""收费登记: paying by Enter, by amounts, by a whole class; receipts counted up and voided; what was used; the papers."""

from datetime import date

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.core.listing import Wish
from app.core.money import format_fen
from app.fees.keys import item_key
from app.fees.money import grids as money_grids
from app.fees.money import lists as money_lists
from app.fees.money import queries as money_queries
from app.fees.plan import queries
from app.fees.tables import FeePlan
from app.store import journal
from ui.fees.money import all_but
from ui.fees.money import printing as money_printing
from ui.fees.money.collection import CollectionPage
from ui.fees.money.register import DONE, OWING, PAY
from ui.kit.workbooks import export_list

KEY = Qt.Key
FIRST, SECOND, FOURTH = "三年级1班", "三年级2班", "四年级1班"


@pytest.fixture
def page(qtbot, fee_school, started_ledger, settings, show_active, changes):
    """The step over the nine pupils of the money fixture, class 三年级1班 chosen, keys in the list of payments."""
    made = CollectionPage(changes, settings, started_ledger.folder)
    made.school = fee_school
    qtbot.addWidget(made)
    made.resize(1338, 560)
    made.show_plan(queries.plan(fee_school.plan))
    show_active(made)
    made.groups.choose(fee_school.classes[FIRST])
    made.payments.grid.setFocus()
    return made


@pytest.mark.parametrize("wide", [1338, 882])
def test_all_lists_have_their_tab_in_sight_beside_the_acts(page, wide):
    page.resize(wide, 430)
    QApplication.processEvents()
    assert page.tabs.width() >= page.tabs.tabRect(page.tabs.count() - 1).right(), "no tab hides behind arrows at 150 % on a small screen"
    assert (page.line.parentWidget() is page.pages.parentWidget()) is (wide == 1338), "over both sides only where it has no room beside the classes"


def press(qtbot, page, *keys):
    for key in [each for word in keys for each in (word if isinstance(word, str) else [word])]:
        qtbot.keyClick(QApplication.focusWidget() or page.payments.grid, key)
        QApplication.processEvents()


def at(page):
    """Give the pupil's name and the column that the cursor stands on."""
    index = page.payments.grid.currentIndex()
    return page.payments.names[page.payments.model.id_at(index.row())], page.payments.columns[index.column()].key


def cell(page, name, key):
    """Give what the list of payments shows."""
    return page.payments.value(page.school.pupils[name], key)


def go(page, name, key=PAY):
    page.payments.grid.choose_cell(page.payments.position(Wish(), page.school.pupils[name]), page.payments.place(key))


def row(page, name):
    return next(each for each in money_lists.register(page.school.plan) if each.who.name == name)


def valid(page):
    """Give (number, day, name, fen, method) of the receipts that stand, the first first."""
    wish = Wish(filters={"plan": page.school.plan, "state": "valid"})
    return [(each[1], each[2], each[4], each[5], each[7]) for each in money_grids.RECEIPT_LIST.rows(wish)][::-1]


def test_the_left_side_sums_up_classes_and_the_whole_school(page, clipped):
    rows = {each[1]: each for each in page.groups.rows}
    assert list(rows) == ["全校", FIRST, SECOND, FOURTH]
    assert rows["全校"][2] == sum(each[2] for name, each in rows.items() if name != "全校")
    assert rows["全校"][2] == sum(each.fen for each in money_queries.charges(page.school.plan))
    assert rows[FIRST][3] is None
    assert rows[FIRST][5] == "0/4"
    assert page.group_name.whole == FIRST
    assert clipped(page) == []
    page.groups.choose(0)
    assert len(page.payments.rows) == 9
    assert page.status_line()[0].startswith("共 9 人 · 应收 ￥")


def test_enter_pays_all_and_goes_on_to_who_owes(page, qtbot):
    first = row(page, "安一")
    assert at(page) == ("安一", PAY)
    press(qtbot, page, KEY.Key_Return)
    assert row(page, "安一").owed == 0
    assert row(page, "安一").received == first.charged
    assert at(page) == ("白二", PAY)
    assert valid(page) == [("SJ-2026-00001", "2026-11-21", "安一", first.charged, "")]
    assert cell(page, "安一", "owed") is None
    go(page, "安一")
    press(qtbot, page, KEY.Key_Return)      # who owes nothing is passed over
    assert at(page) == ("白二", PAY)
    assert len(valid(page)) == 1


def test_the_last_of_a_class_sends_on_to_the_next_that_owes(page, qtbot, said):
    press(qtbot, page, *[KEY.Key_Return] * 4)
    assert said.last.startswith(f"{FIRST} 缴齐了：4 人")
    assert page.groups.key == page.school.classes[SECOND]
    assert at(page)[1] == PAY
    assert {each[1]: each[5] for each in page.groups.rows}[FIRST] == "4/4"


def test_an_amount_is_a_part_and_too_much_stays_red(page, qtbot):
    owed = row(page, "安一").owed
    press(qtbot, page, "50", KEY.Key_Return)
    assert row(page, "安一").received == 5_000
    assert at(page) == ("白二", PAY)
    go(page, "安一")
    press(qtbot, page, "99999", KEY.Key_Return)
    assert row(page, "安一").received == 5_000
    pupil = page.school.pupils["安一"]
    assert page.payments.model.edits.at(pupil, PAY).reason.startswith(f"安一欠 {owed / 100 - 50:,.2f} 元")
    assert page.unsaved()
    press(qtbot, page, KEY.Key_Escape)
    assert not page.unsaved()
    go(page, "安一")
    press(qtbot, page, "abc", KEY.Key_Return)
    assert "金额看不懂" in page.payments.model.edits.at(pupil, PAY).reason
    press(qtbot, page, KEY.Key_Escape)
    go(page, "安一")
    press(qtbot, page, "0", KEY.Key_Return)
    assert "大于零" in page.payments.model.edits.at(pupil, PAY).reason
    assert len(valid(page)) == 1


def test_an_item_is_paid_by_itself(page, qtbot):
    books = page.school.items["作业本费"]
    go(page, "安一", item_key(books))
    assert cell(page, "安一", item_key(books)) == 1_500
    press(qtbot, page, "10", KEY.Key_Return)
    assert row(page, "安一").paid == {books: 1_000}
    assert cell(page, "安一", item_key(books)) == 500
    tip = page.payments.model.tips[page.school.pupils["安一"], item_key(books)]
    assert tip == "应收 15.00，已收 10.00"
    go(page, "白二", item_key(books))      # 低保: nothing is charged
    assert cell(page, "白二", item_key(books)) is None
    assert "减免" in page.payments.model.tips[page.school.pupils["白二"], item_key(books)]
    press(qtbot, page, "10", KEY.Key_Return)
    assert "没有应收未收的钱" in page.payments.model.edits.at(page.school.pupils["白二"], item_key(books)).reason


def test_a_pasted_column_is_one_step_with_numbers_counted_up(page, qtbot):
    page.payments.band.number.set_value("No.0098")
    page.payments.band.method.set_value("现金")
    page.payments.band.day.set_value(date(2026, 11, 3))
    steps = len(journal.steps(-1))
    QGuiApplication.clipboard().setText("10\n20\n30")
    page.payments.grid.paste()
    assert [(each[0], each[1], each[3], each[4]) for each in valid(page)] == [
        ("No.0098", "2026-11-03", 1_000, "现金"), ("No.0099", "2026-11-03", 2_000, "现金"), ("No.0100", "2026-11-03", 3_000, "现金")]
    assert len(journal.steps(-1)) == steps + 1
    assert page.payments.band.number.value() == "No.0101"
    go(page, "邓四")
    page.payments.band.number.set_value("No.0099")      # used already
    press(qtbot, page, "5", KEY.Key_Return)
    assert "已经用过" in page.payments.model.edits.at(page.school.pupils["邓四"], PAY).reason
    assert len(valid(page)) == 3


@pytest.mark.parametrize(("number", "day", "told"), [("没有数字", "2026-11-20", "要以数字结尾"), ("", "2026-13-45", "日期看不懂"),
                                                     ("", "2026-12-01", "还没有到"), ("", "2026-09-01", "不能提前收费")])
def test_what_the_band_says_is_checked(page, qtbot, refusal, number, day, told):
    page.payments.band.number.setText(number)
    page.payments.band.day.setText(day)
    assert told in refusal(lambda: press(qtbot, page, KEY.Key_Return))
    assert valid(page) == []


def test_the_whole_class_paid_but_for_some(page, qtbot, said, show_active, monkeypatch, clipped):
    dialogs = []
    monkeypatch.setattr(all_but.AllButDialog, "exec", lambda dialog: dialogs.append(dialog) or 1)
    page.payments.actions_by_key["all"].trigger()
    dialog = dialogs[0]
    qtbot.addWidget(dialog)
    show_active(dialog)
    owed = {each.who.name: each.owed for each in money_lists.register(page.school.plan)}
    assert clipped(dialog) == []
    dialog.grid.setFocus()
    press(qtbot, page, "0", KEY.Key_Return, "70", KEY.Key_Return)      # 安一 did not, 白二 only a part
    assert dialog.sum.text().startswith("3 人缴")
    assert "其中 1 人只缴了一部分，1 人没缴" in dialog.sum.text()
    press(qtbot, page, "99999", KEY.Key_Return)
    dialog.save()
    assert "填的数要在 0 到这个数之间" in dialog.wrong.text()
    assert valid(page) == []
    dialog.grid.choose_cell(2, 3)
    dialog.grid.setFocus()
    press(qtbot, page, KEY.Key_Escape)
    dialog.save()
    assert [(each[2], each[3]) for each in valid(page)] == [("白二", 7_000), ("曹三", owed["曹三"]), ("邓四", owed["邓四"])]
    assert said.last.startswith("已登记 3 人缴费")
    said.actions["撤销"]()
    assert valid(page) == []
    assert cell(page, "曹三", "owed") == owed["曹三"]


def test_who_owes_can_be_listed_alone(page, qtbot):
    press(qtbot, page, KEY.Key_Return)
    page.payments.narrow({"state": OWING})
    assert [each[2] for each in page.payments.listed] == ["白二", "曹三", "邓四"]
    page.payments.narrow({"state": DONE})
    assert [each[2] for each in page.payments.listed] == ["安一"]
    page.payments.clear_narrowing()
    page.payments.search.setText("cs")
    page.payments.reload()
    assert [each[2] for each in page.payments.listed] == ["曹三"]
    page.payments.search.clear()
    page.payments.grid.head.set_conditions({"charged": ">=100000"})
    page.payments.reload()
    assert all(each[4] >= 10_000_000 for each in page.payments.listed)


def test_what_is_void_is_listed_but_not_summed(page, qtbot, fill, said, tmp_path):
    press(qtbot, page, KEY.Key_Return, KEY.Key_Return)
    page.tabs.setCurrentIndex(page.lists.index(page.receipts))
    whole = page.receipts.found.sums["fen"]
    page.receipts.grid.choose_rows([0], 0)
    gone = page.receipts.values(page.receipts.selected_id())["fen"]
    fill.answers = [{"reason": "金额写错"}]
    page.receipts.actions_by_key["void"].trigger()
    assert page.receipts.found.records == 2
    assert page.receipts.sums_row.lines == [("合计　2 张", {"fen": format_fen(whole - gone)})]
    said.files.append(tmp_path / "收据.xlsx")
    export_list(page.receipts)
    words = [str(cell.value) for line in openpyxl.load_workbook(tmp_path / "收据.xlsx").active for cell in line if cell.value is not None]
    assert f"合计（不含作废）：金额 {format_fen(whole - gone)}" in words
    assert "合计" not in words


def test_a_receipt_is_voided_with_its_reason(page, qtbot, fill, said):
    press(qtbot, page, KEY.Key_Return, KEY.Key_Return)
    go(page, "安一")
    page.payments.actions_by_key["receipts"].trigger()
    assert page.front() is page.receipts
    assert page.receipts.search.text() == "安一"
    assert page.receipts.found.records == 1
    page.receipts.grid.choose_rows([0], 0)
    fill.answers = [{}]
    page.receipts.actions_by_key["void"].trigger()
    assert "写明原因" in str(fill.words)
    assert len(valid(page)) == 2
    fill.answers = [{"reason": "金额写错"}]
    page.receipts.actions_by_key["void"].trigger()
    assert said.last == "已作废收据 SJ-2026-00001。"
    assert [each[2] for each in valid(page)] == ["白二"]
    assert page.receipts.values(page.receipts.model.id_at(0))["void"] == "2026-11-21 金额写错"
    page.tabs.setCurrentIndex(0)
    assert row(page, "安一").received == 0


def test_days_eaten_are_pasted_and_wrong_ones_stay_red(page, qtbot):
    page.tabs.setCurrentIndex(1)
    usage, meals = page.usage, page.school.items["伙食费"]
    assert usage.columns[usage.grid.currentIndex().column()].key == item_key(page.usage.items[0].id)
    at_meals = usage.place(item_key(meals))
    assert usage.model.index(0, at_meals).data().startswith("(")
    before = row(page, "安一").charges[meals].fen
    usage.grid.choose_cell(0, at_meals)
    QGuiApplication.clipboard().setText("3\n900\n5")
    usage.grid.paste()
    assert "0 到 400" in usage.model.edits.at(page.school.pupils["白二"], item_key(meals)).reason
    assert row(page, "安一").charges[meals].fen == before      # a block is stored as a whole or not at all
    usage.grid.choose_cell(1, at_meals)
    press(qtbot, page, "4", KEY.Key_Return)
    assert page.save()
    assert row(page, "安一").charges[meals].fen == 3_000
    assert not page.unsaved()
    usage.narrow({"state": False})
    care = page.school.items["课后服务费"]
    usage.clear_narrowing()
    usage.grid.choose_cell(2, usage.place(item_key(care)))      # 曹三 said no
    press(qtbot, page, "2", KEY.Key_Return)
    assert "没有同意" in usage.model.edits.at(page.school.pupils["曹三"], item_key(care)).reason


def test_nothing_is_collected_before_the_time(page, qtbot, refusal):
    with journal.operation("示例"):
        FeePlan.update(state="posted").where(FeePlan.id == page.school.plan).execute()
    page.show_plan(queries.plan(page.school.plan))
    assert "不能登记收费。请先开始收费。" in refusal(lambda: press(qtbot, page, KEY.Key_Return))


def test_the_register_is_exported_for_the_chosen_class(page, said, tmp_path):
    path = tmp_path / "收费登记.xlsx"
    said.files = [None, path]
    page.payments.actions_by_key["export"].trigger()      # changed his mind
    page.payments.actions_by_key["export"].trigger()
    assert said.last.startswith("已导出 4 名学生到")
    assert path.stat().st_size > 1_000


def test_register_and_arrears_are_printed_for_the_chosen_class(page, qtbot, monkeypatch, tmp_path, clipped):
    dialogs = []
    monkeypatch.setattr(money_printing.MoneyPapers, "exec", lambda dialog: dialogs.append(dialog) or 0)
    page.payments.actions_by_key["print"].trigger()
    dialog = dialogs[0]
    qtbot.addWidget(dialog)
    dialog.show()
    assert [form.name for form in dialog.forms.values()][:2] == ["收费登记表", "欠缴名单"]
    assert dialog.order().classes == (page.school.classes[FIRST],)
    assert dialog.count.text().startswith("已选 1 个班")
    assert clipped(dialog) == []
    shown = []
    monkeypatch.setattr("ui.paper.preview.show_pdf", lambda parent, path, title, warnings, keep: shown.append((path.stat().st_size, title, keep())))
    dialog.print_it()
    assert shown[0][1] == "收费登记表"
    dialog.rooms.tick_all(Qt.CheckState.Unchecked)
    with pytest.raises(Exception, match="还没有选班级"):
        dialog.print_it()
