"""Settling, the month's report and the papers of money on the command line, on a real file."""

from datetime import date

from openpyxl import load_workbook
from pypdf import PdfReader

from app.fees.money import commands as money_commands
from app.store import folder
from app.store.database import database
from tests.money_fixture import BOOKS, FeeSchool


def _collected(school: FeeSchool) -> None:
    for class_id in school.classes.values():
        money_commands.pay_class(school.plan, class_id, date(2026, 9, 30))
    database.close_everywhere()


def test_fees_settle(fee_school: FeeSchool, run) -> None:
    _collected(fee_school)
    preview = run("fees", "settle", "--preview", "--json").json
    assert preview["written"] is False
    assert preview["paid"] == sum(each["paid"] for each in preview["items"])
    assert preview["shortage"] == sum(each["shortage"] for each in preview["items"])
    assert preview["shortage_rule"] == "多退少补"
    done = run("fees", "settle", "--json").json
    assert (done["written"], done["paid"], done["pupils"]) == (True, preview["paid"], 9)
    assert any(BOOKS in doubt for doubt in done["doubts"])
    assert "已结算" in run("fees", "settle").out
    assert run("check").code == 0
    assert run("undo").code == 0
    assert run("fees", "settle", "--term", "2025-2026-1").code == 1


def test_the_month_in_both_forms(fee_school: FeeSchool, run, tmp_path) -> None:
    _collected(fee_school)
    assert run("fees", "month", "--month", "2026-9", "--out", tmp_path / "m.xlsx").code == 0
    assert "2026年9月" in load_workbook(tmp_path / "m.xlsx")["月报"]["A1"].value
    assert run("print", "fee-monthly", "--month", "2026年9月", "--out", tmp_path / "m.pdf").code == 0
    assert "2026年9月" in PdfReader(tmp_path / "m.pdf").pages[0].extract_text()
    assert run("fees", "month", "--month", "2026-13", "--out", tmp_path / "m.xlsx").code == 2
    assert run("print", "fee-statement", "--month", "2026-9", "--out", tmp_path / "s.pdf").code == 1


def test_money_papers_of_a_class(fee_school: FeeSchool, run, tmp_path) -> None:
    _collected(fee_school)
    told = run("print", "fee-refund-list", "--class", "三年级2班", "--out", tmp_path / "list.pdf")
    assert told.code == 0
    text = PdfReader(tmp_path / "list.pdf").pages[0].extract_text()
    assert "龘䶮㛃" in text
    assert "安一" not in text
    for key in ("fee-register", "fee-arrears"):
        assert run("print", key, "--grade", "3", "--out", tmp_path / f"{key}.pdf").code == 0
    assert run("print", "fee-statement", "--class", "三年级2班", "--out", tmp_path / "s.pdf").code == 1
    assert run("print", "fee-refund-list", "--class", "九年级9班", "--out", tmp_path / "s.pdf").code == 1


def test_accounts_a_list_of_cards_and_the_file_for_the_bank(fee_school: FeeSchool, run, tmp_path) -> None:
    _collected(fee_school)
    assert run("fees", "settle").code == 0
    told = run("fees", "accounts", "--out", tmp_path / "账目.xlsx", "--class", "三年级2班", "--json")
    assert told.json["pupils"] == 3
    assert load_workbook(tmp_path / "账目.xlsx").sheetnames == ["清退表", "逐项账目", "支出票据"]
    (tmp_path / "卡.csv").write_text("班级,姓名,户名,卡号\n三年级1班,安一,安大,6222021001116248\n三年级1班,无此人,某人,6222021001116248\n", "utf-8")
    looked = run("fees", "bank", tmp_path / "卡.csv", "--json").json
    assert (looked["lines"], looked["sure"], looked["written"]) == (2, 1, 0)
    assert "名册里没有" in looked["open"][0]["why"]
    assert run("fees", "bank", tmp_path / "卡.csv", "--write", "--json").json["written"] == 1
    told = run("fees", "transfer", "--out", tmp_path / "转账.csv", "--lacking", tmp_path / "缺.xlsx", "--json").json
    text = (tmp_path / "转账.csv").read_bytes().decode("gb18030").splitlines()
    assert text[0] == "户名,卡号,金额,备注"
    assert text[1].startswith("安大,6222021001116248,")
    assert told["payees"] == 1
    assert told["lacking"] == load_workbook(tmp_path / "缺.xlsx").active.max_row - 4
    assert "没有账户的" in run("fees", "transfer", "--out", tmp_path / "转账.xlsx").out
    assert "认准 1 行" in run("fees", "bank", tmp_path / "卡.csv").out
    assert "账目" in run("fees", "accounts", "--out", tmp_path / "账目.xlsx").out


def test_a_trial_settlement_only_reads(fee_school: FeeSchool, run, started_ledger) -> None:
    _collected(fee_school)
    lock = folder.take(started_ledger.folder)     # as an open window holds it
    try:
        assert run("fees", "settle", "--preview").code == 0
        assert run("fees", "settle").code == 1
    finally:
        lock.release()


def test_a_term_and_any_letter_from_the_command_line(fee_school: FeeSchool, run, tmp_path) -> None:
    made = run("fees", "term", "2027-2028-1", "--from", "2027-08-30", "--json").json
    assert (made["title"], made["from"]) == ("2027—2028学年第一学期", "2027-08-30")
    assert run("fees", "term", "2027-2028-1").code == 1
    told = run("fees", "letter", "drowning", "--class", "三年级2班", "--out", tmp_path / "letter.pdf", "--json").json
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "letter.pdf").pages)
    assert told["pages"] == len(PdfReader(tmp_path / "letter.pdf").pages)
    assert "龘䶮㛃" in text
    assert "安一" not in text
    assert run("fees", "letter", "nonsense", "--out", tmp_path / "x.pdf").code == 2
