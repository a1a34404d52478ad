"""Bank accounts from the office's list, the file for the bank, and that both are gone with the pupil."""

import csv
from datetime import date

import openpyxl
import pytest

from app.core.errors import Invalid, Refused
from app.core.settings import parse_all
from app.fees import personal
from app.fees.money import bank, bank_settings, commands, queries, settlement
from app.fees.money.bank import Account
from app.fees.money.facts import Facts
from app.fees.money.rules import VoucherDraft
from app.school import erasing, pupil_commands
from app.school.pupil_rules import PupilDraft
from app.store import check, compacting, journal, settings
from app.store.database import scalar
from tests.fee_verbs import record_voucher
from tests.school.test_erasing import found

CARD, OTHER = "6222021001116245780", "6217001210024455226"


def right(start):
    """Give a card of 银联 that begins so, with the digit that makes it right."""
    return next(card for card in (start + str(digit) for digit in range(10)) if not bank.doubt_of(card))


def write_list(path, *rows, head=("班级", "姓名", "学号", "户名", "银行卡号", "开户行")):
    book = openpyxl.Workbook()
    for row in (head, *rows):
        book.active.append(row)
    book.save(path)
    return path


@pytest.fixture
def settled(fee_school):
    for each in fee_school.classes.values():
        commands.pay_class(fee_school.plan, each, date(2026, 9, 30))
    people = list(fee_school.people.values())
    for number, name, fen in (("1", "作业本费", 10_001), ("2", "伙食费", 400_000), ("3", "校服费", 120_000), ("4", "研学费", 40_000)):
        record_voucher(fee_school.plan, VoucherDraft(fee_school.items[name], number, date(2026, 11, 5), fen, "发票", "", "供应商", *people))
    settlement.settle(fee_school.plan)
    return fee_school


def test_a_list_is_matched_and_what_is_doubtful_is_asked(fee_school, tmp_path):
    other = pupil_commands.write_pupils({}, [{"name": "安一", "class_id": fee_school.classes["三年级1班"], "number": "X9"}]).made[0]
    good, second = right("622202100111624578"), right("621700121002445522")
    wrong = good[:-1] + str((int(good[-1]) + 1) % 10)
    lines = bank.read_accounts(write_list(
        tmp_path / "卡.xlsx",
        ("三（1）班", "白二", None, "白建国", good, "工商银行"), ("三年级1班", "安一", None, "安大", second, None),
        ("三年级1班", "安一", "20260001", "安大", second, None), ("三年级1班", "曹三", None, None, second, None),
        ("四1", "高八", None, "高大山", wrong, None), ("三年级1班", "赵无", None, "赵大", good, None),
        ("三年级2班", "何九", None, "何大", second, None), (None, "冯七", None, "冯大", "12", None)), fee_school.plan)
    said = {each.number: each.why for each in lines}
    assert [each.number for each in lines if each.sure] == [1, 3]
    assert "有 2 个安一" in said[2]
    assert {each.pupil for each in lines[1].pupils} == {fee_school.pupils["安一"], other}
    assert "没有写户名" in said[4]
    assert "校验位不对" in said[5]
    assert "名册里没有“赵无”" in said[6]
    assert lines[5].pupils == ()
    assert "三年级2班没有何九，别的班有" in said[7]
    assert "8 到 32 位" in lines[7].wrong
    done = bank.take_accounts(lines, {2: other, 4: fee_school.pupils["曹三"]})
    assert done.count == 4
    kept = bank.accounts()
    assert kept[fee_school.pupils["白二"]] == Account("白建国", good, "工商银行")
    assert kept[fee_school.pupils["曹三"]].holder == "曹三"
    assert set(kept) == {other, *(fee_school.pupils[name] for name in ("白二", "安一", "曹三"))}
    journal.undo(done.step.id)
    assert bank.accounts() == {}


def test_a_card_that_replaces_another_and_two_cards_are_asked(fee_school, tmp_path):
    pupil, good, second = fee_school.pupils["白二"], right("622202100111624578"), right("621700121002445522")
    bank.write_accounts({pupil: {"holder": "白建国", "card": good, "bank": "工行"}})
    same, new, again = bank.read_accounts(write_list(
        tmp_path / "a.xlsx", ("三1班", "白二", None, "白建国", good, None), ("三1班", "白二", None, "白建国", second, None),
        ("三1班", "安一", None, "安大", second, None)), fee_school.plan)
    assert (same.sure, same.what, same.account.bank) == (pupil, "没有变化", "工行")      # a blank clears nothing
    assert "会换掉" in new.why
    assert again.sure
    assert bank.take_accounts([same], {}).step is None
    with pytest.raises(Refused, match="有两行都认作白二"):
        bank.take_accounts([same, new], {new.number: pupil})
    lines = bank.read_accounts(write_list(
        tmp_path / "b.xlsx", ("三1班", "安一", None, "安大", good, None), ("三1班", "安一", None, "安大", second, None)), fee_school.plan)
    assert [bool(each.sure) for each in lines] == [True, False]
    assert "另一张卡" in lines[1].why


def test_what_is_typed_is_checked_all_at_once(fee_school):
    one, two = fee_school.pupils["安一"], fee_school.pupils["白二"]
    with pytest.raises(Invalid) as wrong:
        bank.write_accounts({one: {"holder": "安", "card": "6222a"}, two: {"card": "62220210011162"}})
    assert {(each.row, each.field) for each in wrong.value.problems} == {(one, "holder"), (one, "card"), (two, "holder")}
    assert bank.accounts() == {}
    bank.write_accounts({one: {"holder": "安大", "card": "6222 0210-0111 6245"}})
    assert bank.accounts()[one].card == "6222021001116245"
    bank.write_accounts({one: {"holder": "", "card": ""}})
    assert bank.accounts() == {}
    assert scalar("SELECT count(*) FROM fee_bank_account") == 0


def test_a_list_without_cards_or_names_is_refused(fee_school, tmp_path):
    with pytest.raises(Refused, match="没有找到“卡号”"):
        bank.read_accounts(write_list(tmp_path / "a.xlsx", ("三1班", "白二"), head=("班级", "姓名")), fee_school.plan)


def test_the_file_and_those_without_an_account_are_the_whole_refund_to_the_fen(settled, tmp_path):
    good = right("622202100111624578")
    names = ("安一", "曹三", "高八")
    bank.write_accounts({settled.pupils[name]: {"holder": f"{name}的爸爸", "card": good, "bank": ""} for name in names})
    asked = bank.transfer(settled.plan)
    open_now = sum(fen for fen in queries.open_balances(Facts(settled.plan)).values() if fen > 0)
    assert asked.fen + asked.lacking_fen == open_now
    assert {each.who.name for each in asked.payees} == {
        name for name in names if queries.open_balances(Facts(settled.plan)).get(settled.pupils[name], 0) > 0}
    assert bank.write_transfer(tmp_path / "转账.xlsx", asked) == len(asked.payees)
    sheet = openpyxl.load_workbook(tmp_path / "转账.xlsx").active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("户名", "卡号", "金额", "备注")
    assert sum(round(row[2] * 100) for row in rows[1:]) == asked.fen
    assert rows[1][1] == good       # text, with all its digits
    assert rows[1][3] == "三年级1班安一退费"
    settings.change({bank_settings.COLUMNS: ["序号", "卡号", "户名", "金额"], bank_settings.WITH_HEAD: False,
                     bank_settings.DIVIDER: bank_settings.BAR})
    bank.write_transfer(tmp_path / "转账.txt", asked)
    text = (tmp_path / "转账.txt").read_bytes().decode("gb18030")
    first = next(csv.reader(text.splitlines(), delimiter="|"))
    assert first == ["1", good, "安一的爸爸", f"{asked.payees[0].fen / 100:.2f}"]
    assert "," not in text
    bank.write_transfer(tmp_path / "转账.xlsx", asked)
    rows = list(openpyxl.load_workbook(tmp_path / "转账.xlsx").active.iter_rows(values_only=True))
    assert rows[0][0] == 1
    assert len(rows) == len(asked.payees)
    with pytest.raises(Refused, match="扩展名"):
        bank.write_transfer(tmp_path / "转账.doc", asked)
    for wrong, words in ((["户名", "金额"], "少了卡号"), (["户名", "卡号", "金额", "密码"], "没有“密码”")):
        with pytest.raises(Invalid, match=words):
            parse_all({bank_settings.COLUMNS: wrong})


def test_who_has_no_account_is_listed_and_the_list_is_read_back(settled, tmp_path):
    asked = bank.transfer(settled.plan)
    assert asked.payees == ()
    with pytest.raises(Refused, match="都没有银行账户"):
        bank.write_transfer(tmp_path / "转账.xlsx", asked)
    assert bank.write_lacking(tmp_path / "缺.xlsx", asked) == len(asked.lacking)
    book = openpyxl.load_workbook(tmp_path / "缺.xlsx")
    head = [cell.value for cell in book.active[2]]
    for line in book.active.iter_rows(min_row=3, max_row=2 + len(asked.lacking)):
        line[head.index("户名")].value, line[head.index("卡号")].value = "某家长", right("622202100111624578")
    book.save(tmp_path / "缺.xlsx")
    lines = bank.read_accounts(tmp_path / "缺.xlsx", settled.plan)
    assert all(each.sure for each in lines)
    bank.take_accounts(lines, {})
    again = bank.transfer(settled.plan)
    assert (again.fen, again.lacking) == (asked.lacking_fen, ())


def test_what_the_bank_paid_is_recorded_in_one_step(settled):
    bank.write_accounts({settled.pupils["安一"]: {"holder": "安大", "card": right("622202100111624578")}})
    asked = bank.transfer(settled.plan, [settled.classes["三年级1班"]])
    step = bank.record_transfer(settled.plan, asked, date(2026, 11, 20))
    assert scalar("SELECT sum(fen) FROM fee_refund WHERE method = '银行转账'") == asked.fen
    assert all(each.who.name != "安一" for each in bank.transfer(settled.plan).lacking)
    with pytest.raises(Invalid):
        bank.record_transfer(settled.plan, asked, date(2026, 11, 20))
    journal.undo(step.id)
    assert bank.transfer(settled.plan, [settled.classes["三年级1班"]]) == asked


def test_nothing_is_transferred_before_settling(fee_school):
    with pytest.raises(Refused, match="先结算再转账"):
        bank.transfer(fee_school.plan)


def test_an_account_goes_out_with_the_pupils_data_and_is_erased_with_him(fee_school, started_ledger, monkeypatch):
    monkeypatch.setattr(compacting, "LATEST_STEPS", 1)
    pupil = fee_school.pupils["冯七"]
    words = ("冯大鹏䶮", "6222021001116245", "柳溪支行")
    bank.write_accounts({pupil: dict(zip(bank.FIELDS, words, strict=True))})
    bank.write_accounts({pupil: {"card": "6222021001110000"}})
    assert [kept.title for kept in personal.about_pupil(pupil) if kept.title == "银行账户"] == ["银行账户"]
    gone = fee_school.pupils["安一"]
    bank.write_accounts({gone: {"holder": "安大鹏䶮", "card": "6222021001119999"}})
    bank.write_accounts({gone: {"holder": "", "card": ""}})
    pupil_commands.edit_pupil(gone, PupilDraft("安一", fee_school.classes["三年级1班"], number="20260001", joined_on=date(2026, 9, 1)))
    pupil_commands.transfer_out([gone], date(2026, 11, 1))
    erasing.erase(started_ledger.folder, [pupil, gone], backups=True)
    assert found(started_ledger.folder.root, (*words, "6222021001110000", "安大鹏䶮", "6222021001119999")) == []
    assert bank.accounts() == {}
    assert check.of_file() == []
