"""Workbooks out: what is written is what is read back, and text never becomes a formula."""

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.progress import Cancelled
from app.exchange.problems import quoted, row_problem
from app.exchange.reading import open_workbook
from app.exchange.templates import TemplateField, write_template
from app.exchange.values import read_code, read_day, read_money, read_quantity
from app.exchange.writing import ProblemSheet, SheetOut, copy_with_problems, sheet_names, write_workbook

COLUMNS = (
    Column("number", "资产编号", Kind.CODE), Column("name", "资产名称", width=40), Column("quantity", "数量", Kind.WHOLE, total=True),
    Column("value", "价值", Kind.MONEY, total=True), Column("day", "取得日期", Kind.DAY), Column("status", "状况", Kind.CHOICE),
)
ROWS = [
    {"number": "2010301000000", "name": "台式计算机", "quantity": 2, "value": 579_800, "day": date(2023, 7, 18), "status": "在用"},
    {"number": "007", "name": "=cmd|' /C calc'!A0", "quantity": 1, "value": 5, "day": "2019-09-01", "status": "闲置"},
    {"number": "-1", "name": "@总务 #N/A\x07", "quantity": 0, "value": 0, "day": None, "status": None},
]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "out.xlsx"


def test_what_stands_in_the_sheet(target):
    sheet = SheetOut("台账", COLUMNS, ROWS, title="固定资产台账", total=True, notes=["注：一式两份", "+86 说明"])
    assert write_workbook(target, [sheet]) == 3
    page = load_workbook(target)["台账"]
    assert page["A1"].value == "固定资产台账"
    assert [cell.value for cell in page[2]] == [column.title for column in COLUMNS]
    assert page["A3"].value == "2010301000000"
    assert (page["D3"].value, page["D3"].number_format) == (5798, "#,##0.00")
    assert (page["E3"].value.date(), page["E3"].number_format) == (date(2023, 7, 18), "yyyy-mm-dd")
    assert page["E4"].value.date() == date(2019, 9, 1)
    assert (page["B4"].value, page["B4"].data_type, page["B4"].quotePrefix) == ("=cmd|' /C calc'!A0", "s", True)
    assert not page["B3"].quotePrefix
    assert page["B5"].value == "@总务 #N/A"
    assert [cell.value for cell in page[6]] == ["合计", None, 3, 5798.05, None, None]
    assert (page["A8"].value, page["A8"].data_type) == ("+86 说明", "s")
    assert page.freeze_panes == "A3"
    assert page.auto_filter.ref == "A2:F5"
    assert (page.print_title_rows, page.page_setup.orientation, page.page_setup.paperSize) == ("$2:$2", "landscape", 9)
    assert (page.sheet_properties.pageSetUpPr.fitToPage, page.page_setup.fitToHeight) == (True, 0)
    assert page.column_dimensions["B"].width > page.column_dimensions["A"].width


def test_sequences_and_empty_tables(target):
    assert write_workbook(target, [SheetOut("空", COLUMNS, []), SheetOut("二", COLUMNS[:2], [("1", "甲")])]) == 1
    assert open_workbook(target).sheet("二").rows[1] == ["1", "甲"]
    assert write_workbook(target, []) == 0
    assert open_workbook(target).sheets[0].rows == []


def test_rows_of_another_width_are_a_bug(target):
    with pytest.raises(ValueError, match="2 values for 6 columns"):
        write_workbook(target, [SheetOut("表", COLUMNS, [(1, 2)])])
    assert list(target.parent.iterdir()) == []


def test_what_looks_like_an_escaped_letter_comes_back(target):
    names = ["_x0041_", "a_x000D_b", "_x005F_x0041_", "_x41_", "x_x"]
    write_workbook(target, [SheetOut("表", COLUMNS[:2], [["1", name] for name in names])])
    assert [row[1] for row in open_workbook(target).sheets[0].rows[1:]] == names


TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXT, st.integers(0, 10**7), st.integers(-10**13, 10**13), st.dates(date(1900, 3, 1), date(2100, 12, 31))),
                min_size=1, max_size=5))
def test_round_trip(tmp_path, rows):
    path = tmp_path / "round.xlsx"
    write_workbook(path, [SheetOut("表", (COLUMNS[1], COLUMNS[2], COLUMNS[3], COLUMNS[4]), rows)])
    read = open_workbook(path).sheets[0].rows[1:]
    assert [(row[0], read_quantity(row[1])[0], read_money(round(row[2], 2)) if abs(row[2]) < 1e12 else 0, read_day(row[3])[0])
            for row in read] == [(name, count, fen, day) for name, count, fen, day in rows]


def test_codes_round_trip(target):
    codes = ["0012", "2010301000000", "123456789012345678", "1E5", "TRUE", "2019-9-1", "=A1", "+8", "#REF!"]
    write_workbook(target, [SheetOut("表", COLUMNS[:1], [[code] for code in codes])])
    assert [read_code(row[0]) for row in open_workbook(target).sheets[0].rows[1:]] == codes


DANGEROUS = st.one_of(st.text(max_size=20), st.builds(
    "{}{}".format, st.sampled_from(["=", "+", "-", "@", "\t=", "\r=", "＝", "'=", " =", "=cmd|' /C calc'!A", "#N/A", "{=1}"]), st.text(max_size=20)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(DANGEROUS, min_size=1, max_size=6), st.sampled_from(Kind))
def test_no_text_is_ever_a_formula(tmp_path, texts, kind):
    """In a ledger, in titles, notes and names of sheets, in saved problem rows, in templates: cells with words hold words."""
    book, bad, template = tmp_path / "a.xlsx", tmp_path / "b.xlsx", tmp_path / "c.xlsx"
    column = Column("x", texts[0] or "列", kind)
    write_workbook(book, [SheetOut(texts[-1], [column], [[text] for text in texts], title=texts[0], notes=texts, total=True)])
    copy_with_problems(bad, [ProblemSheet(texts[0], texts, [(2, texts)])], [row_problem(texts[0], 2, texts[0], texts[-1], texts[-1])])
    write_template(template, texts[0] or "表", [TemplateField(column, texts[0], texts[-1], choices=texts)], texts)
    for path in (book, bad, template):
        for page in load_workbook(path):
            for cells in page.iter_rows():
                for cell in (cell for cell in cells if isinstance(cell.value, str)):
                    assert cell.data_type == "s"
                    assert cell.quotePrefix or path == template or not cell.value.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_sheet_names():
    names = sheet_names(["教学楼/101", "教学楼:101", "教学楼_101", "", "x" * 40, "x" * 40, "History", "'a'"])
    assert names == ["教学楼_101", "教学楼_101(2)", "教学楼_101(3)", "表", "x" * 31, "x" * 28 + "(2)", "History(2)", "a"]


def test_targets_that_cannot_be_written(tmp_path, target, monkeypatch):
    sheet = SheetOut("表", COLUMNS, ROWS)
    for path, words in [(tmp_path / "没有" / "a.xlsx", "文件夹"), (tmp_path / "a.xls", "扩展名")]:
        with pytest.raises(Refused, match=words):
            write_workbook(path, [sheet])
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(Refused):
        write_workbook(tmp_path / "folder.xlsx", [sheet])
    target.write_bytes(b"old")

    def locked(*_args: object) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(os, "replace", locked)
    with pytest.raises(Refused, match="正在 Excel"):
        write_workbook(target, [sheet])
    assert target.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.xlsx", "out.xlsx"]


def test_cancel_leaves_nothing(target):
    def cancel(_done: int, _total: int, _text: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        write_workbook(target, [SheetOut("表", COLUMNS, (ROWS[0] for _ in range(600)))], cancel)
    assert list(target.parent.iterdir()) == []


def test_copy_with_problems(target):
    sheet = ProblemSheet("台账", ["资产编号", "数量"], [(7, ["=1", -3.0, date(2019, 9, 1)]), (9, ["007", float("nan"), True])])
    problems = [
        row_problem("台账", 7, "数量", -3.0, "数量是负数，改成整数"), row_problem("台账", 7, "", None, "没有名称"),
        row_problem("台账", 8, "数量", 1, "别的行"),
    ]
    assert copy_with_problems(target, [sheet], problems) == 2
    rows = open_workbook(target).sheet("台账").rows
    assert rows[0] == ["问题", "原行号", "资产编号", "数量"]
    assert rows[1] == ["数量：数量是负数，改成整数；没有名称", 7.0, "=1", -3.0, date(2019, 9, 1)]
    assert rows[2] == [None, 9.0, "007", "nan", True]
    assert copy_with_problems(target, [], []) == 0


def test_quoted_values():
    assert (quoted(None), quoted(2.0), quoted("a\nb"), quoted(-3.5)) == ("", "2", "a b", "-3.5")
    assert len(quoted("资" * 30_000)) == 60
    assert row_problem("表", 3, "数量", "x", "不是数量", "warning").as_json() == {
        "sheet": "表", "row": 3, "column": "数量", "value": "x", "text": "不是数量", "level": "warning"}
