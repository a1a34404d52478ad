"""办公费: its lines, and the month's report with them; nothing of the fees' own figures changes."""

from datetime import date

import openpyxl
import pypdf
import pytest

from app import features
from app.core.errors import Invalid, Refused
from app.core.listing import Wish
from app.fees.money import commands, office, sheets
from app.paper.forms import Order
from app.store import journal
from app.store.database import scalar

PAPER = {"dated_on": date(2026, 10, 8), "purpose": "复印纸 20 箱", "fen": 300_000, "supplier": "青河文具店", "number": "04410737"}


@pytest.fixture
def lines(fee_school):
    for each in fee_school.classes.values():
        commands.pay_class(fee_school.plan, each, date(2026, 10, 9))
    return office.write_lines({}, [PAPER, {"dated_on": date(2026, 10, 20), "purpose": "换锁芯", "fen": 12_050},
                                   {"dated_on": date(2026, 11, 2), "purpose": "邮费", "fen": 4_000}]).made


def report(tmp_path, day):
    done = features.form("fee-monthly").write(Order(month=day), tmp_path / "m.pdf")
    with pypdf.PdfReader(done.path) as reader:
        return " ".join("\n".join(page.extract_text() for page in reader.pages).split())


def test_the_report_lists_the_lines_of_its_month_and_sums_them_apart(lines, tmp_path):
    with_lines, without = report(tmp_path, date(2026, 10, 1)), report(tmp_path, date(2026, 9, 1))
    for words in ("复印纸 20 箱", "3,000.00", "青河文具店", "换锁芯", "共 2 笔，支出 3,120.50 元"):
        assert words in with_lines, words
    assert "邮费" not in with_lines
    assert "由财务按账填写" not in with_lines
    assert "由财务按账填写" in without
    total = with_lines[with_lines.index("合计（不含办公费）"):][:120]
    office.remove_lines(lines)
    plain = report(tmp_path, date(2026, 10, 1))
    assert plain[plain.index("合计（不含办公费）"):][:120] == total


def test_the_workbook_has_them_on_a_sheet_of_their_own(lines, tmp_path):
    sheets.export_monthly(tmp_path / "m.xlsx", date(2026, 10, 1))
    sheet = openpyxl.load_workbook(tmp_path / "m.xlsx")["办公费"]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert [row[1] for row in rows[:2]] == ["复印纸 20 箱", "换锁芯"]
    assert rows[2][2] == 3120.5
    sheets.export_monthly(tmp_path / "n.xlsx", date(2026, 9, 1))
    assert "办公费" not in openpyxl.load_workbook(tmp_path / "n.xlsx").sheetnames


def test_lines_are_listed_narrowed_changed_and_removed(lines):
    assert [row[2] for row in office.LINE_LIST.rows(Wish())] == ["邮费", "换锁芯", "复印纸 20 箱"]
    assert [row[2] for row in office.LINE_LIST.rows(Wish(filters={"month": "2026-10"}))] == ["换锁芯", "复印纸 20 箱"]
    assert office.LINE_LIST.totals(Wish(filters={"month": "2026-10"})).fen == 312_050
    assert office.months() == [("2026-11", "2026年11月"), ("2026-10", "2026年10月")]
    step = office.write_lines({lines[0]: {"fen": -100, "remark": "冲回"}}, [])
    assert scalar("SELECT fen FROM office_expense WHERE id = ?", (lines[0],)) == -100
    journal.undo(step.id)
    assert office.remove_lines(lines[:2]).count == 2
    journal.undo()
    assert scalar("SELECT sum(fen) FROM office_expense") == 316_050


def test_what_is_wrong_is_told_at_once_and_nothing_written(lines):
    with pytest.raises(Invalid) as wrong:
        office.write_lines({lines[0]: {"purpose": " "}}, [{"dated_on": date(2027, 1, 1), "fen": 0, "purpose": "x" * 61}])
    assert {(each.row, each.field) for each in wrong.value.problems} == {
        (lines[0], "purpose"), (-1, "dated_on"), (-1, "fen"), (-1, "purpose")}
    with pytest.raises(Refused):
        office.write_lines({999: {"fen": 1}}, [])
