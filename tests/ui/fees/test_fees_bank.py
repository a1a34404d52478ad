"""银行账户 and 转账文件 in 结算清退: a pasted list matched and asked, typed cells, the file, the note that the bank paid."""

from datetime import date

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.fees.money import bank, queries
from app.fees.money.facts import Facts
from app.school import pupil_commands
from app.store import journal
from app.store.database import scalar
from tests.fees.test_fee_bank import right
from tests.ui.fees.test_fees_settlement import FIRST, page, settled  # noqa: F401  fixtures
from ui.fees.money import bank_accounts, transfer
from ui.fees.money.bank_accounts import AccountsDialog
from ui.fees.money.matching import ASKED, LEFT, SURE
from ui.fees.money.transfer import TransferDialog

KEY = Qt.Key


@pytest.fixture
def bank_page(settled):  # noqa: F811
    settled.turn_to(settled.bank)
    return settled


def paste(dialog, *lines):
    QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))
    dialog.paste()


def test_a_pasted_list_is_matched_asked_and_taken_in_one_step(bank_page, qtbot, said, monkeypatch, show_active):
    school, good = bank_page.school, right("622202100111624578")
    other = pupil_commands.write_pupils({}, [{"name": "安一", "class_id": school.classes[FIRST], "number": "X9"}]).made[0]
    opened = []

    def work(dialog):
        opened.append(dialog)
        qtbot.addWidget(dialog)
        show_active(dialog)
        paste(dialog, ("班级", "姓名", "户名", "卡号"), (FIRST, "白二", "白大", good), (FIRST, "安一", "安大", good),
              (FIRST, "曹三", "", good), (FIRST, "无此人", "某", good), (FIRST, "曹三", "曹大", "1"))
        assert [dialog.tabs.tabText(at) for at in (SURE, ASKED, LEFT)] == ["认准的 1", "要确认的 2", "没有找到、不能登记的 2"]
        assert dialog.tabs.currentIndex() == ASKED
        grid = dialog.grids[ASKED]
        qtbot.keyClick(grid, KEY.Key_Return)        # two are called so: the picker opens, nobody is guessed
        assert dialog.answers == {}
        dialog.who.set_value(other)
        dialog.answer()
        grid.choose_rows([1], 1)
        grid.setFocus()
        qtbot.keyClick(grid, KEY.Key_Return)
        assert dialog.answers == {2: other, 3: school.pupils["曹三"]}
        assert dialog.take_button.text() == "登记 3 人"
        assert "还有 2 行没有确认" in dialog.under.text()
        dialog.take_button.click()

    monkeypatch.setattr(AccountsDialog, "exec", work)
    bank_page.bank.actions_by_key["take"].trigger()
    assert said.last == "已登记 3 人的银行账户。"
    assert set(bank.accounts()) == {other, school.pupils["白二"], school.pupils["曹三"]}
    assert bank_page.bank.value(school.pupils["白二"], "card") == good
    assert opened[0].folder is not None
    said.actions["撤销"]()
    assert bank.accounts() == {}


def test_an_account_is_typed_in_two_cells(bank_page, qtbot):
    pupil, row = bank_page.school.pupils["安一"], bank_page.bank
    row.grid.choose_cell(row.position(row.wish(), pupil), row.place("holder"))
    row.grid.setFocus()
    for key in "AB":
        qtbot.keyClick(QApplication.focusWidget(), key)
    qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Return)
    assert bank.accounts() == {}
    assert "卡号" in row.model.edits.at(pupil, "card").reason
    row.grid.choose_cell(row.position(row.wish(), pupil), row.place("card"))
    for key in "6222021001116245":
        qtbot.keyClick(QApplication.focusWidget(), key)
    qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Return)
    assert bank.accounts()[pupil] == bank.Account("AB", "6222021001116245")
    journal.undo()
    assert bank.accounts() == {}


def test_the_file_is_written_and_the_payment_noted(bank_page, qtbot, said, monkeypatch, tmp_path):
    school = bank_page.school
    bank.write_accounts({school.pupils[name]: {"holder": name, "card": right("622202100111624578")} for name in ("安一", "高八")})
    before = {pupil: fen for pupil, fen in queries.open_balances(Facts(school.plan)).items() if fen > 0}

    def work(dialog):
        qtbot.addWidget(dialog)
        said.files.append(tmp_path / "转账.xlsx")
        dialog.save_button.click()
        said.files.append(tmp_path / "没有账户.xlsx")
        dialog.lacking_button.click()
        dialog.note_button.click()

    monkeypatch.setattr(TransferDialog, "exec", work)
    bank_page.bank.actions_by_key["transfer"].trigger()
    of_class = {pupil for name, pupil in school.pupils.items() if name in ("安一", "白二", "曹三", "邓四")}
    rows = list(openpyxl.load_workbook(tmp_path / "转账.xlsx").active.iter_rows(values_only=True, min_row=2))
    paid = sum(round(row[2] * 100) for row in rows)
    assert paid == sum(fen for pupil, fen in before.items() if pupil in of_class & {school.pupils["安一"]})
    assert scalar("SELECT sum(fen) FROM fee_refund WHERE method = ?", (bank.TRANSFER,)) == paid
    assert said.last.startswith("已登记转账退费 1 人")
    assert openpyxl.load_workbook(tmp_path / "没有账户.xlsx").active.max_row > 2
    said.actions["撤销"]()
    assert scalar("SELECT count(*) FROM fee_refund") == 0


def test_the_accounts_are_exported(bank_page, said, tmp_path):
    said.files.append(tmp_path / "账目.xlsx")
    bank_page.groups.choose(0)
    bank_page.actions_by_key["accounts"].trigger()
    book = openpyxl.load_workbook(tmp_path / "账目.xlsx")
    assert book.sheetnames == ["清退表", "逐项账目", "支出票据"]
    facts = Facts(bank_page.school.plan)
    sheet = book["逐项账目"]
    head = [cell.value for cell in sheet[2]]
    for title, attribute in (("应收", "charged"), ("预收", "paid"), ("应退（缴）", "refund"), ("均摊支出", "spent")):
        last = [row[head.index(title)] for row in sheet.iter_rows(min_row=3, values_only=True) if row[0] == "合计"]
        assert round(last[0] * 100) == sum(getattr(each, attribute) for each in facts.accounts)
    refunds = book["清退表"]
    head = [cell.value for cell in refunds[2]]
    total = next(row for row in refunds.iter_rows(min_row=3, values_only=True) if row[0] == "合计")
    assert round(total[head.index("应退（缴）")] * 100) == sum(each.refund for each in facts.accounts)
    vouchers = book["支出票据"]
    head = [cell.value for cell in vouchers[2]]
    total = next(row for row in vouchers.iter_rows(min_row=3, values_only=True) if row[0] == "合计")
    assert round(total[head.index("金额")] * 100) == sum(facts.vouchers.values())


def test_both_windows_fit_and_cut_no_word(bank_page, qtbot, clipped, show_active):
    for made in (AccountsDialog(bank_page, bank_page.school.plan), TransferDialog(bank_page, bank_page.school.plan, [])):
        qtbot.addWidget(made)
        show_active(made)
        assert clipped(made) == []
    assert bank_accounts.BankAccountsList.title == "银行账户"
    assert transfer.TransferDialog is TransferDialog
    assert date(2026, 11, 21) == made.day.value()


def test_places_in_the_class_are_not_summed(bank_page):
    grid, columns = bank_page.bank.grid, [column.key for column in bank_page.bank.columns]
    grid.choose_cell(0, columns.index("seat"))
    assert bank_page.bank.status_line()[1] == "选中 1 人"
