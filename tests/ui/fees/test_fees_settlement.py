"""结算清退: what stands in the way, settling and its undo, giving back by Enter and by class, the papers, the close."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.core.listing import Wish
from app.fees.money import commands as money_commands
from app.fees.money import grids as money_grids
from app.fees.money import lists as money_lists
from app.fees.money.facts import Facts
from app.fees.money.rules import VoucherDraft
from app.fees.plan import queries
from app.school import commands as school_commands
from app.school.rules import PersonDraft
from app.store import journal
from tests.fee_verbs import record_voucher
from ui.fees.money import account_lines, all_but, monthly_report
from ui.fees.money import printing as money_printing
from ui.fees.money.refunds import EVEN, GIVE, OWED, SIGNER
from ui.fees.money.settlement import SettlementPage

KEY = Qt.Key
FIRST, SECOND, FOURTH = "三年级1班", "三年级2班", "四年级1班"


@pytest.fixture
def page(qtbot, fee_school, started_ledger, settings, show_active, changes):
    """The step over the money fixture: all classes paid, vouchers for books and meals, nothing settled yet."""
    for each in fee_school.classes.values():
        money_commands.pay_class(fee_school.plan, each, date(2026, 11, 2))
    people = [school_commands.add_person(PersonDraft(name)).made[0] for name in ("王敏", "李强", "周文海")]
    for number, name, fen in (("1", "作业本费", 10_001), ("2", "伙食费", 500_000), ("3", "校服费", 150_000), ("4", "研学费", 50_000)):
        typed = VoucherDraft(fee_school.items[name], number, date(2026, 11, 5), fen, "发票", "", "供应商", *people)
        record_voucher(fee_school.plan, typed)
    made = SettlementPage(changes, settings, started_ledger.folder)
    made.school = fee_school
    qtbot.addWidget(made)
    made.resize(1338, 560)
    made.show_plan(queries.plan(fee_school.plan))
    show_active(made)
    return made


@pytest.fixture
def settled(page, said):
    """The same, settled, class 三年级1班 chosen, keys in the list of refunds."""
    said.answers.append(True)
    page.actions_by_key["settle"].trigger()
    page.show_plan(queries.plan(page.school.plan))
    page.groups.choose(page.school.classes[FIRST])
    page.refunds.grid.setFocus()
    return page


def press(qtbot, page, *keys):
    for key in [each for word in keys for each in (word if isinstance(word, str) else [word])]:
        qtbot.keyClick(QApplication.focusWidget() or page.refunds.grid, key)
        QApplication.processEvents()


def account(page, name):
    return next(each for each in money_lists.settlements(page.school.plan) if each.who.name == name)


def go(page, name, key=GIVE):
    page.refunds.grid.choose_cell(page.refunds.position(Wish(), page.school.pupils[name]), page.refunds.place(key))


def at(page):
    index = page.refunds.grid.currentIndex()
    return page.refunds.accounts[page.refunds.model.id_at(index.row())].who.name, page.refunds.columns[index.column()].key


def given(page):
    """Give (name, fen, method, signer) of what was given back and stands, the first first."""
    return [(each[3], each[4], each[5], each[6]) for each in
            money_grids.REFUND_LIST.rows(Wish(filters={"plan": page.school.plan, "state": "valid"}))][::-1]


def close_now(page):
    page.show_plan(queries.plan(page.school.plan))
    page.actions_by_key["close"].trigger()


def test_the_preview_adds_up_by_item_and_class(page, clipped):
    assert page.words.whole.startswith("试算（还没有结算）：9 人")
    assert page.state_bar.primary == "settle"
    facts = Facts(page.school.plan)
    rows = {each[1]: dict(zip((column.key for column in page.sums.columns), each[1:], strict=True)) for each in page.sums.rows}
    for name, item in page.school.items.items():
        found = [each for each in facts.accounts if each.plan_item == item]
        assert rows[name]["paid"] == sum(each.paid for each in found)
        line = {key: value or 0 for key, value in rows[name].items() if key != "name"}
        assert line["refund"] - line["arrears"] - line["shortage"] == sum(each.refund for each in found)
        # 预收 + 学校承担 = 票据支出 + 按标准结算 + 应退 − 欠缴 − 应补
        assert line["paid"] + line["borne"] == line["billed"] + line["standard"] + line["refund"] - line["arrears"] - line["shortage"]
    assert (rows["作业本费"]["billed"], rows["作业本费"]["standard"]) == (10_001, None)
    assert rows["课后服务费"]["billed"] is None
    assert rows["合计"]["paid"] == sum(rows[name]["paid"] for name in page.school.items)
    assert page.status_line()[0] == "共 5 项"
    whole = rows["合计"]["refund"]
    by_class = 0
    for name in (FIRST, SECOND, FOURTH):
        page.groups.choose(page.school.classes[name])
        by_class += page.sums.rows[0][1 + page.sums.place("refund")]
    assert by_class == whole
    assert clipped(page) == []


def test_what_stands_in_the_way_is_said_before_settling(page, fee_school, fill):
    assert "“课后服务费”有 1 名学生没有回执" in page.blocks.text()
    assert "9 名学生的天数" in page.blocks.toolTip()
    wish = Wish(filters={"plan": fee_school.plan})
    money_commands.void_receipts([money_grids.RECEIPT_LIST.rows(wish)[0][0]], "退票")
    assert page.blocks.text().startswith("结算前请核对：还有 1 人欠缴")
    voucher = next(each[0] for each in money_grids.VOUCHER_LIST.rows(wish) if each[1] == "研学费")
    money_commands.void_voucher(voucher, "抄错")
    assert "“研学费”已收" in page.blocks.text()


def test_settling_asks_with_its_sums_and_can_be_undone(page, said):
    said.answers += [False, True]
    page.actions_by_key["settle"].trigger()
    assert [line[:3] for line in said.details[-1].split("\n")][:1] == ["9 人"]
    assert set(said.details[-1].split("\n")[1:]) <= set(page.blocks.toolTip().split("\n")), "what is doubtful stands line by line"
    assert queries.plan(page.school.plan).state == "collecting"
    steps = len(journal.steps(-1))
    page.actions_by_key["settle"].trigger()
    assert queries.plan(page.school.plan).state == "settled"
    assert len(journal.steps(-1)) == steps + 1
    assert said.last.startswith("已结算 9 人：应退")
    assert page.front() is page.refunds
    said.actions["撤销"]()
    assert queries.plan(page.school.plan).state == "collecting"


def test_enter_gives_all_that_is_open_and_goes_on(settled, qtbot):
    page = settled
    due = {each.who.name: each.refund for each in money_lists.settlements(page.school.plan) if each.refund and each.who.class_name == FIRST}
    name = at(page)[0]
    assert name == next(iter(due))
    page.refunds.band.method.set_value("现金")
    press(qtbot, page, KEY.Key_Return)
    assert given(page) == [(name, due[name], "现金", "")]
    assert account(page, name).left == 0
    assert at(page)[0] == list(due)[1]
    go(page, name)
    press(qtbot, page, KEY.Key_Return)
    assert len(given(page)) == 1


def test_a_part_a_signer_and_bad_amounts(settled, qtbot, type_words):
    page = settled
    name = at(page)[0]
    refund, pupil = account(page, name).refund, page.school.pupils[name]
    edits = page.refunds.model.edits
    press(qtbot, page, "1", KEY.Key_Return)
    assert given(page) == [(name, 100, "", "")]
    go(page, name)
    press(qtbot, page, "999999", KEY.Key_Return)
    assert f"{(refund - 100) / 100:.2f} 元" in edits.at(pupil, GIVE).reason
    press(qtbot, page, KEY.Key_Escape)
    go(page, name, SIGNER)
    type_words(page.refunds.grid, "安父")
    press(qtbot, page, KEY.Key_Return)
    assert given(page)[-1] == (name, refund - 100, "", "安父")
    assert at(page)[1] == SIGNER
    go(page, name)
    press(qtbot, page, "5", KEY.Key_Return)
    assert "没有还要退、要补的钱" in edits.at(pupil, GIVE).reason
    press(qtbot, page, KEY.Key_Escape)
    assert not page.unsaved()


def test_before_settling_nothing_is_given_back_but_to_leavers(page, qtbot, refusal, said):
    page.tabs.setCurrentIndex(1)
    page.groups.choose(page.school.classes[SECOND])
    page.refunds.grid.setFocus()
    go(page, "龘䶮㛃")
    assert "还没有结算" in refusal(lambda: press(qtbot, page, KEY.Key_Return))
    assert "还在读" in refusal(page.refunds.actions_by_key["leave"].trigger)
    money_commands.write_usage(page.school.plan, {page.school.pupils["冯七"]: {page.school.items["伙食费"]: 1}})
    go(page, "冯七")
    page.refunds.actions_by_key["leave"].trigger()
    assert said.last.startswith("已做 1 名学生的离校结算")
    refund = account(page, "冯七").refund
    assert refund > 0
    go(page, "冯七")
    press(qtbot, page, KEY.Key_Return)
    assert given(page) == [("冯七", refund, "", "")]
    assert not any("办清" in text for text in said.texts)      # the others are not settled yet


def test_the_whole_class_got_its_money_but_for_some(settled, qtbot, said, show_active, monkeypatch, clipped):
    page = settled
    dialogs = []
    monkeypatch.setattr(all_but.AllButDialog, "exec", lambda dialog: dialogs.append(dialog) or 1)
    due = [each for each in money_lists.settlements(page.school.plan) if each.refund > 0 and each.who.class_name == FIRST]
    page.refunds.actions_by_key["all"].trigger()
    dialog = dialogs[0]
    qtbot.addWidget(dialog)
    show_active(dialog)
    assert clipped(dialog) == []
    dialog.grid.setFocus()
    press(qtbot, page, "0", KEY.Key_Return)
    assert dialog.sum.text().endswith("1 人没领。")
    dialog.save()
    assert [each[0] for each in given(page)] == [each.who.name for each in due[1:]]
    assert said.last.startswith(f"已登记清退 {len(due) - 1} 人")
    said.actions["撤销"]()
    assert given(page) == []


def test_a_wrong_entry_is_voided(settled, qtbot, fill, said):
    page = settled
    name = at(page)[0]
    press(qtbot, page, KEY.Key_Return)
    page.tabs.setCurrentIndex(2)
    assert page.given.found.records == 1
    page.given.grid.choose_rows([0], 0)
    fill.answers = [{}, {"reason": "登错人"}]
    page.given.actions_by_key["void"].trigger()
    assert "原因" in str(fill.words)
    page.given.actions_by_key["void"].trigger()
    assert said.last.startswith(f"已作废 {name}")
    assert given(page) == []
    assert account(page, name).left == account(page, name).refund


def test_the_close_wants_a_reason_while_refunds_are_open_and_is_taken_back(settled, fill, said, qtbot, show_active):
    page = settled
    assert page.state_bar.primary == ""
    assert "现在结账要写明原因" in page.blocks.text()
    fill.answers = [{}, {"reason": "两户外出，电话约好寒假来领"}]
    page.actions_by_key["close"].trigger()
    assert queries.plan(page.school.plan).state == "settled"
    assert fill.cut == []
    page.actions_by_key["close"].trigger()
    assert queries.plan(page.school.plan).state == "closed"
    assert "挂账" in said.last
    page.show_plan(queries.plan(page.school.plan))
    assert not page.actions_by_key["settle"].isEnabled()
    page.groups.choose(page.school.classes[SECOND])      # what nobody fetched is given also after the close
    name = at(page)[0]
    show_active(page)
    page.refunds.grid.setFocus()
    press(qtbot, page, KEY.Key_Return)
    assert given(page)[0][0] == name
    page.actions_by_key["reopen"].trigger()
    assert queries.plan(page.school.plan).state == "settled"
    said.actions["撤销"]()
    assert queries.plan(page.school.plan).state == "closed"


def test_all_done_is_closed_with_a_question(settled, qtbot, said):
    page = settled
    for name in (FIRST, SECOND, FOURTH):
        page.groups.choose(page.school.classes[name])
        page.refunds.grid.setFocus()
        for each in list(page.refunds.accounts):
            if page.refunds.open.get(each):
                page.refunds.enter(each, GIVE)
    assert said.last.endswith("全校都办清了，可以结账。")
    assert page.strip.isHidden()
    assert page.state_bar.primary == "close"
    page.refunds.narrow({"state": EVEN})
    assert page.refunds.found.records == len(page.refunds.rows)
    page.refunds.narrow({"state": OWED})
    assert page.refunds.found.records == 0
    said.answers.append(True)
    close_now(page)
    assert queries.plan(page.school.plan).state == "closed"


def test_settling_is_taken_back_unless_money_was_given(settled, qtbot, said, refusal):
    page = settled
    page.actions_by_key["unsettle"].trigger()
    assert queries.plan(page.school.plan).state == "collecting"
    assert Facts(page.school.plan).frozen == []
    said.actions["撤销"]()
    assert queries.plan(page.school.plan).state == "settled"
    page.show_plan(queries.plan(page.school.plan))
    press(qtbot, page, KEY.Key_Return)
    assert "已经登记了 1 笔清退" in refusal(page.actions_by_key["unsettle"].trigger)


def test_a_new_voucher_wants_settling_again(settled, said, refusal):
    page = settled
    people = [school_commands.add_person(PersonDraft(name)).made[0] for name in ("甲", "乙", "丙")]
    record_voucher(page.school.plan, VoucherDraft(page.school.items["作业本费"], "9", date(2026, 11, 6), 99, "发票", "", "", *people))
    assert page.blocks.text().startswith("不能结账：结算之后又有")
    assert "请重新结算" in refusal(page.actions_by_key["close"].trigger)
    said.answers.append(True)
    page.actions_by_key["settle"].trigger()
    assert "请重新结算" not in page.blocks.text()


def test_lines_say_how_an_amount_came_about(settled, monkeypatch, qtbot, clipped):
    page, dialogs = settled, []
    monkeypatch.setattr(account_lines.AccountLines, "exec", lambda dialog: dialogs.append(dialog))
    page.refunds.actions_by_key["lines"].trigger()
    qtbot.addWidget(dialogs[0])
    dialogs[0].show()
    assert clipped(dialogs[0]) == []
    assert dialogs[0].model.rowCount() == len(account(page, at(page)[0]).lines)
    rows = [dialogs[0].model.row(number) for number in range(dialogs[0].model.rowCount())]
    assert sum(each[7] for each in rows) == account(page, at(page)[0]).refund


def test_papers_of_the_settlement_are_printed(settled, monkeypatch, qtbot, clipped):
    page, dialogs, shown = settled, [], []
    monkeypatch.setattr(money_printing.MoneyPapers, "exec", lambda dialog: dialogs.append(dialog) or 0)
    monkeypatch.setattr("ui.paper.preview.show_pdf", lambda parent, path, title, warnings, keep, *_: shown.append((title, keep())))
    page.actions_by_key["print"].trigger()
    dialog = dialogs[0]
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.order().classes == (page.school.classes[FIRST],)
    for key in dialog.forms:
        dialog.form.set_value(key)
        dialog.form_chosen()
        assert clipped(dialog) == []
        dialog.print_it()
    assert [title for title, _ in shown] == [
        "代办费清退签领表", "代办费结算告家长书", "代办费收支清单", "支出票据明细", "未领退费挂账清单", "班级项目收费汇总表"]


def test_the_month_is_printed_and_exported(page, monkeypatch, qtbot, said, tmp_path, clipped):
    dialogs, shown = [], []
    monkeypatch.setattr(monthly_report.MonthDialog, "exec", lambda dialog: dialogs.append(dialog))
    monkeypatch.setattr("ui.paper.preview.show_pdf", lambda parent, path, title, warnings, keep: shown.append((title, path.name, keep())))
    page.actions_by_key["monthly"].trigger()
    dialog = dialogs[0]
    qtbot.addWidget(dialog)
    dialog.show()
    assert clipped(dialog) == []
    assert dialog.day() == date(2026, 11, 1)
    dialog.print_it()
    assert "2026年11月" in shown[0][1]
    said.files.append(tmp_path / "月报.xlsx")
    dialog.export()
    assert (tmp_path / "月报.xlsx").stat().st_size > 1_000
    assert said.last.startswith("已导出到")
