"""The store through the window: a slip by the keyboard, signed back and voided; a hand-out to classes; a count; a month; a workbook."""

from datetime import date

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core import clock
from app.core.errors import Refused
from app.school.tables import Department, SchoolClass
from app.stock import commands, counts, items, plans, queries
from app.stock.rules import In, ItemDraft
from app.store import journal
from app.store.database import scalar
from tests.lines_forms import enter, in_lines_form, pick
from ui.base import notify

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def office(started_ledger, opened):
    """A school with a department, two classes, 100 盒 of chalk and 40 包 of paper (1箱 = 8包); the window on the tab."""
    with journal.operation("开库"):
        Department.insert(name="教导处", keys="jiaodaochu jdc 教导处").execute()
        for number in (1, 2):
            SchoolClass.insert(school_year=2026, grade=3, number=number, name=f"三年级{number}班").execute()
        chalk = items.found_or_made("粉笔", "白色", "盒")
        paper = items.write(ItemDraft("A4纸", "70克", "包", "箱", 8000, minimum=50_000))
    commands.receive(date(2026, 9, 2), 1, [In(chalk, 100_000, 25_000), In(paper, 40_000, 80_000)], "为民文具店", "张伟")
    made = opened(started_ledger)
    made.window.resize(1366, 768)
    made.chalk, made.paper = chalk, paper
    made.supply = made.window.show_page("supply")
    return made


def left():
    return {row.item: (row.quantity, row.fen) for row in queries.balances()}


def test_a_slip_by_the_keyboard_is_signed_and_voided(office, told, type_words, monkeypatch, qtbot):
    page = office.supply.show_key("slips")
    page.setFocus()

    def act(form):
        assert form.focusWidget() is form.editors["to"]
        type_words(form.focusWidget(), "教导处")
        for _ in range(5):
            QTest.keyClick(form.focusWidget(), KEY.Key_Tab)
            QApplication.processEvents()
        assert form.focusWidget() is form.table.grid
        type_words(form.focusWidget(), "A4纸")
        QApplication.processEvents()
        for _ in range(2):
            if QApplication.activePopupWidget() is not None or QApplication.focusWidget() is not form.table.grid:
                QTest.keyClick(QApplication.activePopupWidget() or QApplication.focusWidget(), KEY.Key_Return)
                QApplication.processEvents()
        QTest.keyClicks(QApplication.focusWidget(), "1")
        type_words(QApplication.focusWidget(), "箱")
        QTest.keyClick(QApplication.focusWidget(), KEY.Key_Return)
        QApplication.processEvents()
        QTest.keyClick(QApplication.focusWidget(), KEY.Key_Return, CTRL)
        QApplication.processEvents()

    forms = in_lines_form(monkeypatch, qtbot, act)
    QTest.keyClick(page.grid, KEY.Key_N, CTRL)
    assert forms[0].saved is not None, (forms[0].banner.text(), forms[0].table.lines())
    assert told[-1][0] == "已登记领用 CK-2026-00001。"
    assert left()[office.paper] == (32_000, 64_000)
    page.choose(forms[0].saved.made[0])
    office.window.activateWindow()
    qtbot.waitUntil(office.window.isActiveWindow)
    QTest.keyClick(page.grid, KEY.Key_K, CTRL)
    assert told[-1][0].startswith("已签回 CK-2026-00001。")
    told[-1][1]["撤销"]()
    assert queries.slip_numbered("CK-2026-00001").signed_on is None


def test_what_is_wrong_stands_in_the_line(office, monkeypatch, qtbot):
    page, said = office.supply.show_key("slips"), []

    def act(form):
        pick(form, "to", "三年级1班")
        enter(form, 1, item="粉笔 白色", quantity="三盒")
        enter(form, 2, item="A4纸 70克", quantity="6箱")
        assert form.save() is False
        said.append(form.banner.text())
        enter(form, 1, quantity="101")
        form.save()
        said.append(form.banner.text())

    in_lines_form(monkeypatch, qtbot, act)
    page.issue()
    assert "“三盒”不是数量" in said[0]
    assert "只有 100盒" in said[1]
    assert "只有 40包" in said[1]
    assert left() == {office.chalk: (100_000, 25_000), office.paper: (40_000, 80_000)}


def test_goods_come_in_and_go_back(office, told, monkeypatch, qtbot):
    page = office.supply.show_key("slips")

    def receive(form):
        form.set_value("supplier", "宏达日杂")
        enter(form, 1, name="扫帚", unit="把", quantity="10", price="9")
        assert form.table.lines()[-1]["fen"] == 9000
        form.save()

    forms = in_lines_form(monkeypatch, qtbot, receive)
    page.receive()
    broom = scalar("SELECT id FROM stock_item WHERE name = '扫帚'")
    assert forms[0].saved is not None, forms[0].banner.text()
    assert left()[broom] == (10_000, 9000)

    def back(form):
        assert form.windowTitle().startswith("退供应商：RK-2026-00002 宏达日杂")
        form.table.edits.enter({-1: {"quantity": form.table._reader()("quantity", "4")}})
        form.save()

    page.choose(forms[0].saved.made[0])
    again = in_lines_form(monkeypatch, qtbot, back)
    page.give_back()
    assert again[0].saved is not None, again[0].banner.text()
    assert left()[broom] == (6000, 5400)


def test_classes_get_theirs_and_give_the_surplus_back(office, told, in_dialog, monkeypatch, qtbot):
    stock = office.supply.show_key("items")

    def matrix(form):
        assert [line["who"] for line in form.lines_of(form.draft)] == ["三年级1班", "三年级2班"]
        enter(form, 1, **{f"goods{office.chalk}": "30"})
        enter(form, 2, **{f"goods{office.chalk}": "20"})
        assert "粉笔 50盒（库内 100盒）" in form.table.total.text()
        form.save()

    forms = in_lines_form(monkeypatch, qtbot, matrix)
    stock.choose(office.chalk)
    in_dialog(lambda dialog: (dialog.set_value("title", "秋季粉笔"), dialog.save()))
    stock.plan()
    assert forms[0].saved is not None, forms[0].banner.text()
    page = office.supply.show_key("plans")
    page.choose(plans.plans()[0].id)
    in_dialog(lambda dialog: dialog.save())
    page.issue()
    assert told[-1][0] == "已发放 秋季粉笔，2 张领用单。"
    assert left()[office.chalk] == (50_000, 12_500)

    def surplus(form):
        form.table.edits.enter({-2: {"quantity": form.table._reader()("quantity", "5")}})
        form.save()

    again = in_lines_form(monkeypatch, qtbot, surplus)
    page.choose(plans.plans()[0].id)
    page.surplus()
    assert again[0].saved is not None, again[0].banner.text()
    assert left()[office.chalk] == (55_000, 13_750)


def test_a_count_is_typed_back_and_approved(office, told, in_dialog):
    page = office.supply.show_key("counts")
    in_dialog(lambda dialog: dialog.save())
    page.open()
    count = counts.counts()[0]
    lines = {line.item: line.id for line in counts.lines(count.id)}
    page.write({lines[office.chalk]: {"counted": 98_000, "reason": "破损"}}, [])
    page.refresh()
    page.count_alike()
    page.finish()
    assert page.model.locked
    assert not page.actions_by_key["alike"].isEnabled()
    in_dialog(lambda dialog: (dialog.set_value("approver", "校长"), dialog.save()))
    page.approve()
    assert told[-1][0] == "已批准库存盘点 KP-2026-00001，调账 1 行。"
    assert left()[office.chalk] == (98_000, 24_500)
    assert "校长 2026-11-21 批准，差异 1 种已入账。" in page.state.text()


def test_a_count_goes_out_and_comes_back_as_a_workbook(office, told, in_dialog, tmp_path, monkeypatch):
    page, path = office.supply.show_key("counts"), tmp_path / "盘点.xlsx"
    in_dialog(lambda dialog: dialog.save())
    page.open()
    monkeypatch.setattr(notify, "save_file", lambda *_: path)
    monkeypatch.setattr(notify, "written", lambda text, _: told.append((text, {})))
    page.export_sheet()
    book = openpyxl.load_workbook(path)
    for row in book.active.iter_rows(min_row=3):
        row[4].value, row[5].value = (98, "破损") if row[0].value == "粉笔" else ("√", None)
    book.save(path)
    monkeypatch.setattr(notify, "open_file", lambda *_: path)
    page.read_back()
    assert told[-1][0] == "读回 2 种，空着的 0 种不变。"
    assert "已盘 2 / 2 种，差异 1 种 -5.00 元。" in page.state.text()


def test_a_month_is_issued_and_taken_back(office, told, in_dialog):
    page = office.supply.show_key("months")
    assert not page.actions_by_key["issue_month"].isEnabled()
    for _ in range(2):
        page._turn(-1)
    assert (page.name.text(), page.actions_by_key["issue_month"].isEnabled()) == ("2026年9月", True)
    page.issue_month()
    assert "已月结" in page.state.text()
    late = commands.receive(date(2026, 9, 20), 1, [In(office.chalk, 1000, 250)])
    assert queries.slip(late.made[0]).booked_on == date(2026, 10, 1)
    journal.undo(late.id)
    in_dialog(lambda dialog: (dialog.set_value("reason", "漏了一张"), dialog.save()))
    page.retract()
    assert told[-1][0] == "已取消月结。"


def test_quotas_are_typed_and_warn(office, told, monkeypatch, qtbot):
    page = office.supply.show_key("quotas")
    rows = {row[2]: row for row in page.listing.rows(page.wish())}
    page.write({rows["教导处"][0]: {"fen": 1000}, rows["三年级1班"][0]: {"fen": 2000}}, [])

    def act(form):
        pick(form, "to", "教导处")
        enter(form, 1, item="粉笔 白色", quantity="10")
        form.save()

    in_lines_form(monkeypatch, qtbot, act)
    office.supply.show_key("slips").issue()
    assert told[-1][0] == "已登记领用 CK-2026-00001。教导处本学期已领用 25.00 元，超过额度 10.00 元。"


def test_low_stock_and_unsigned_slips_are_due_and_lead_there(office):
    from app.features import dues
    from app.stock.rules import Out, Receiver

    commands.issue(date(2026, 11, 2), 1, [Out(office.chalk, 1000)], Receiver(department=1))
    found = {due.kind: due for due in dues(clock.today(), office.store.folder)}
    assert found["stock/low"].words == "1 种物品低于最低库存：A4纸 70克 只有 40包。"
    office.open(found["stock/low"].act)
    assert office.supply.front().listing.ids(office.supply.front().wish()) == [office.paper]
    office.open(found["stock/unsigned"].act)
    assert office.supply.front().found.records == 1


def test_what_runs_low_is_requested(office, told, monkeypatch, qtbot):
    page = office.supply.show_key("items")

    def act(form):
        pick(form, "department", "教导处")
        assert [(line["name"], line["quantity"]) for line in form.table.lines().values()] == [("A4纸", 60_000)]
        assert form.save(), form.banner.text()

    in_lines_form(monkeypatch, qtbot, act)
    page.show_low()
    page.choose(office.paper)
    page.request()
    assert scalar("SELECT count(*) FROM purchase") == 1
    assert office.supply.front().shown == 1


def test_the_offices_own_workbook_comes_in(office, told, tmp_path, monkeypatch, in_dialog):
    sheet = openpyxl.Workbook()
    for row in (("品名", "规格", "单位", "数量", "单价"), ("扫帚", "", "把", 5, 9), ("拖把", "", "把", None, 12)):
        sheet.active.append(row)
    sheet.save(tmp_path / "库存.xlsx")
    monkeypatch.setattr(notify, "open_file", lambda *_: tmp_path / "库存.xlsx")

    def take(dialog):
        assert dialog.sum.text() == "库存.xlsx：导入 1 种物品（其中新物品 1 种），库存金额 45.00 元，1 行有问题。"
        assert not dialog.take_button.isEnabled()
        dialog.skip.setChecked(True)
        dialog.take_button.click()

    in_dialog(take)
    office.supply.show_key("items").take_in()
    assert told[-1][0] == "已导入 1 种物品（其中新物品 1 种），库存金额 45.00 元，1 行有问题。"
    told[-1][1]["撤销"]()
    assert queries.find_items("扫帚") == []


def test_the_card_of_a_room_and_of_a_person_is_looked_at_and_printed(office, told, monkeypatch, qtbot):
    """一室一卡、一人一卡: from 库存, from a slip, and on paper."""
    from app.school import commands as school
    from app.school import place_commands
    from app.school import queries as school_queries
    from app.school.rules import PersonDraft
    from app.stock.rules import Back, Out, Receiver
    from ui.stock import issue_card

    place_commands.add_places("教学楼 1层 101室 教室")
    room, wang = school_queries.rooms()[0].id, school.add_person(PersonDraft("王敏")).made[0]
    slip = commands.issue(date(2026, 11, 2), 1, [Out(office.chalk, 3_000), Out(office.paper, 1_000, swapped=True)], Receiver(person=wang, place=room))
    commands.give_back(date(2026, 11, 3), 1, [Back(queries.lines([slip.made[0]])[slip.made[0]][0].id, 1_000)])
    shown, printed = [], []

    def look(dialog):
        qtbot.addWidget(dialog)
        dialog.show()
        QApplication.processEvents()
        shown.append((dialog.who.text(), dialog.rows.rowCount(), dialog.sums.text(), dialog.print_button.isEnabled()))
        if not dialog.who.text():
            dialog.who.setText("王敏")
            dialog.who._take_same()
            QApplication.processEvents()
            shown.append((dialog.who.text(), dialog.rows.rowCount(), dialog.sums.text(), dialog.print_button.isEnabled()))
        if dialog.print_button.isEnabled():
            dialog.print_button.click()

    monkeypatch.setattr(issue_card.IssueCard, "exec", look)
    monkeypatch.setattr(issue_card, "print_form", lambda parent, data, key, **order: printed.append((key, order)))
    office.supply.show_key("items").actions_by_key["card"].trigger()
    assert shown == [("", 0, "选一个房间或一个人，这里列出这个学期领了什么、退了什么。", False), ("王敏", 3, "3 行　合计 25.00 元", True)]
    page = office.supply.show_key("slips")
    page.choose(slip.made[0])
    page.actions_by_key["card"].trigger()
    assert shown[-1] == ("教学楼 1层 101室", 3, "3 行　合计 25.00 元", True)
    term = "2026-2027-1"
    assert printed == [("stock-person-card", {"term": term, "records": (wang,)}), ("stock-room-card", {"term": term, "places": (room,)})]
    commands.issue(date(2026, 11, 2), 1, [Out(office.chalk, 1_000)], Receiver(department=1))
    page.choose(max(page.listing.ids(page.wish())))
    with pytest.raises(Refused, match="领给部门（班级）的"):
        page.show_card()
