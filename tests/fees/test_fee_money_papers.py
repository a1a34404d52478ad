"""The papers of a term's money: what is private says so, what is public names nobody, what they print adds up."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from peewee import DatabaseError
from pypdf import PdfReader
from sqlcipher3 import dbapi2

from app.core.columns import shown
from app.core.errors import Refused
from app.core.listing import Wish
from app.core.money import format_fen
from app.core.progress import silent
from app.fees.money import commands as money_commands
from app.fees.money import grids as money_grids
from app.fees.money import lists as money_lists
from app.fees.money import monthly, settlement
from app.fees.money import papers as money_papers
from app.fees.money import progress as money_progress
from app.fees.money import queries as money_queries
from app.fees.money import sheets as money_sheets
from app.fees.money.facts import Facts
from app.fees.money.papers import PRIVATE
from app.fees.money.rules import RefundDraft, VoucherDraft
from app.paper.forms import Order
from app.school import settings as school_words
from app.store import settings
from app.store.database import database
from tests.fee_verbs import record_voucher
from tests.money_fixture import BOOKS, MEALS, UNIFORM, FeeSchool

_PRIVATE = ("fee-register", "fee-arrears", "fee-refund-list")
_PUBLIC: dict[str, dict[str, object]] = {"fee-statement": {}, "fee-monthly": {"month": date(2026, 11, 1)}}


def _text(key: str, path: Path, **wish: object) -> str:
    form = next(each for each in money_papers.FORMS if each.key == key)
    printed = form.write(Order(**wish), path, silent)  # type: ignore[arg-type]  # of all sorts
    assert not printed.warnings
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def _settled(school: FeeSchool) -> None:
    for name, class_id in school.classes.items():
        if name != "四年级1班":     # who pays nothing at all stays in arrears
            money_commands.pay_class(school.plan, class_id, date(2026, 9, 30), "现金")
    handler, acceptor, auditor = school.people.values()
    for number, (item, fen) in enumerate(((BOOKS, 10_001), (MEALS, 700_003), (UNIFORM, 150_007))):
        record_voucher(school.plan, VoucherDraft(school.items[item], f"{number:08d}", date(2026, 10, 8), fen,
                                                                "发票", "3200", "新华书店", handler, acceptor, auditor))
    settlement.settle(school.plan)


@pytest.mark.parametrize("key", _PRIVATE)
def test_private_papers_say_so_on_every_page(fee_school: FeeSchool, tmp_path: Path, key: str) -> None:
    _settled(fee_school)
    path = tmp_path / "paper.pdf"
    text = _text(key, path)
    assert "高八" in text
    assert all(PRIVATE.replace("　", "") in page.extract_text().replace("　", "").replace(" ", "") for page in PdfReader(path).pages)


@pytest.mark.parametrize("key", _PUBLIC)
def test_public_papers_name_nobody(fee_school: FeeSchool, tmp_path: Path, key: str) -> None:
    _settled(fee_school)
    settlement.refund_class(fee_school.plan, fee_school.classes["三年级1班"], date(2026, 11, 20))
    text = _text(key, tmp_path / "paper.pdf", **_PUBLIC[key])
    assert BOOKS in text
    for word in (*fee_school.pupils, "低保", "孤儿", "20260001", "13900000001", "冯父"):
        assert word not in text


def test_public_figures_never_read_a_name(fee_school: FeeSchool, tmp_path: Path) -> None:
    """SQLite itself refuses every column of a pupil that could name him, and the public papers are made all the same."""
    _settled(fee_school)
    asked = []

    def allowed(_act: int, table: str | None, column: str | None, *_: object) -> int:
        if table == "pupil" and column in ("name", "number", "phone", "guardian", "remark"):
            asked.append(column)
            return dbapi2.SQLITE_DENY
        return dbapi2.SQLITE_OK

    connection = database.connection()
    connection.set_authorizer(allowed)
    try:
        with pytest.raises(DatabaseError):
            money_lists.register(fee_school.plan)
        assert asked
        for key in _PUBLIC:
            _text(key, tmp_path / "paper.pdf", **_PUBLIC[key])
        money_sheets.export_monthly(tmp_path / "month.xlsx", date(2026, 11, 1))
        for by in ("item", "grade", "class"):
            money_queries.sums(fee_school.plan, by)
        money_progress.by_class(fee_school.plan)
        settlement.settle(fee_school.plan)
    finally:
        connection.set_authorizer(None)


def test_the_refund_list_adds_up(fee_school: FeeSchool, tmp_path: Path) -> None:
    _settled(fee_school)
    class_id = fee_school.classes["三年级1班"]
    text = _text("fee-refund-list", tmp_path / "list.pdf", classes=(class_id,))
    rows = money_lists.settlements(fee_school.plan, (class_id,))
    assert format_fen(sum(row.refund for row in rows)) in text
    assert all(row.paid - row.own == row.refund for row in rows)
    assert "冯七" not in text      # another class
    assert "（人民币" in text
    assert "按小数由大到小" in text


def test_who_got_his_money_has_the_day_filled_in(fee_school: FeeSchool, tmp_path: Path) -> None:
    _settled(fee_school)
    pupil = fee_school.pupils["安一"]
    fen = money_queries.open_balances(Facts(fee_school.plan))[pupil]
    settlement.record_refunds(fee_school.plan, [RefundDraft(pupil, fen, date(2026, 11, 19), "现金", "安父")])
    text = _text("fee-refund-list", tmp_path / "list.pdf")
    assert "2026年11月19日" in text
    assert "安父" in text
    assert pupil not in [row.who.pupil for row in money_lists.settlements(fee_school.plan) if row.left]


def test_long_and_rare_names_print(fee_school: FeeSchool, tmp_path: Path) -> None:
    _settled(fee_school)
    text = _text("fee-register", tmp_path / "register.pdf")
    assert "欧阳阿依古丽娜" in text
    assert "龘䶮㛃" in text


def test_before_settling_the_papers_say_that_they_try(fee_school: FeeSchool, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="没有应退"):
        _text("fee-refund-list", tmp_path / "list.pdf", grades=(9,))
    assert "试算" in _text("fee-statement", tmp_path / "statement.pdf")


def test_the_statement_balances(fee_school: FeeSchool) -> None:
    _settled(fee_school)
    for each in money_queries.sums(fee_school.plan):
        assert each.paid - each.billed - each.standard + each.school == each.refund - each.arrears - each.shortage


def test_arrears_are_item_by_item(fee_school: FeeSchool) -> None:
    _settled(fee_school)
    rows = money_lists.arrears(fee_school.plan, grades=(4,))
    assert [row.who.name for row in rows] == ["高八", "何九"]
    assert rows[1].owed_items == {fee_school.items[BOOKS]: 1_800, fee_school.items[MEALS]: 102_000, fee_school.items[UNIFORM]: 20_150}
    assert money_lists.arrears(fee_school.plan, grades=(3,)) == []


def test_after_settling_the_arrears_are_what_is_still_to_be_made_up(fee_school: FeeSchool, tmp_path: Path) -> None:
    _settled(fee_school)
    who = next(row for row in money_lists.settlements(fee_school.plan) if row.left < 0)
    text = _text("fee-arrears", tmp_path / "list.pdf")
    assert who.who.name in text
    assert format_fen(-who.left) in text
    settlement.record_refunds(fee_school.plan, [RefundDraft(who.who.pupil, who.left, date(2026, 11, 20), "现金")])
    assert who.who.name not in _text("fee-arrears", tmp_path / "list.pdf")


# --- the natural month -------------------------------------------------------------------------------------------


def test_a_month_goes_on_from_the_one_before(fee_school: FeeSchool) -> None:
    _settled(fee_school)
    settlement.refund_class(fee_school.plan, fee_school.classes["三年级1班"], date(2026, 11, 20))
    months = [{(row.kind, row.name): row for row in monthly.report(date(2026, month, 15))} for month in (9, 10, 11, 12)]
    for before, after in zip(months, months[1:], strict=False):
        for key, row in after.items():
            assert row.opening == (before[key].closing if key in before else 0)
    assert sum(row.received for row in months[0].values()) == sum(each.paid for each in money_queries.accounts(fee_school.plan))
    assert sum(row.spent for row in months[1].values()) == 860_011
    assert sum(row.closing for row in months[2].values()) == sum(money_queries.open_balances(Facts(fee_school.plan)).values())
    assert monthly.report(date(2025, 1, 1)) == []


def test_the_month_s_workbook(fee_school: FeeSchool, tmp_path: Path) -> None:
    settings.change({school_words.BUREAU: "清河县教育局"})
    _settled(fee_school)
    path = tmp_path / "month.xlsx"
    money_sheets.export_monthly(path, date(2026, 10, 31))
    book = load_workbook(path)
    assert book.sheetnames == ["月报", "票据明细"]
    cells = [[cell.value for cell in row] for row in book["月报"].iter_rows()]
    assert [row[1] for row in cells if row[0] == "代收费"] == [BOOKS, MEALS, "研学费", UNIFORM]
    assert "清河县教育局" in _text("fee-monthly", tmp_path / "month.pdf", month=date(2026, 10, 31))


def test_the_register_s_workbook(fee_school: FeeSchool, tmp_path: Path) -> None:
    _settled(fee_school)
    assert money_sheets.export_register(tmp_path / "register.xlsx", fee_school.plan, fee_school.classes["三年级2班"]) == 3


def test_lists_for_the_window(fee_school: FeeSchool) -> None:
    _settled(fee_school)
    plan = {"plan": fee_school.plan}
    assert len(money_grids.VOUCHER_LIST.rows(Wish(filters=plan))) == 3
    assert len(money_grids.VOUCHER_LIST.rows(Wish(filters=plan | {"item": fee_school.items[BOOKS]}))) == 1
    one = money_grids.RECEIPT_LIST.rows(Wish(filters=plan | {"pupil": fee_school.pupils["安一"]}))
    assert [shown(column.kind, value) for column, value in zip(money_grids.RECEIPTS, one[0][1:], strict=True)][2:4] == ["三年级1班", "安一"]
    by_class = Wish(filters=plan | {"class": fee_school.classes["三年级1班"]}, sort="name", descending=True, cells={"fen": ">=300"})
    assert {row[4] for row in money_grids.RECEIPT_LIST.rows(by_class)} == {"安一", "曹三", "邓四"}
    money_commands.void_receipts([one[0][0]], "重开")
    every, valid = money_grids.RECEIPT_LIST.totals(Wish(filters=plan)), money_grids.RECEIPT_LIST.totals(Wish(filters=plan | {"state": "valid"}))
    assert (every.records - valid.records, every.fen) == (1, valid.fen)
    assert money_grids.VOUCHER_LIST.totals(Wish("新华", filters=plan)).fen == 860_011
    settlement.settle(fee_school.plan)
    settlement.refund_class(fee_school.plan, fee_school.classes["三年级2班"], date(2026, 11, 20), "现金")
    assert [row[2] for row in money_grids.REFUND_LIST.rows(Wish(filters=plan))] == ["三年级2班"] * 3
    assert money_grids.REFUND_LIST.totals(Wish(filters=plan, cells={"method": "扫码"})).records == 0


def test_the_grid_of_what_was_used(fee_school: FeeSchool) -> None:
    grid = money_lists.usage(fee_school.plan, fee_school.classes["三年级1班"])
    assert [row.who.name for row in grid] == ["安一", "白二", "曹三", "邓四"]
    assert grid[0].expected[fee_school.items[MEALS]] == 102
    money_commands.write_usage(fee_school.plan, {fee_school.pupils["安一"]: {fee_school.items[MEALS]: 90}})
    assert money_lists.usage(fee_school.plan, fee_school.classes["三年级1班"])[0].counted == {fee_school.items[MEALS]: 90}
