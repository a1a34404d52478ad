"""Headers as offices write them, and rows that are no data."""

from datetime import date
from pathlib import Path

import pytest

from app.core.columns import Kind
from app.exchange.headings import FieldSpec, money_factor, normal_heading
from app.exchange.matching import match_columns
from app.exchange.reading import Merged, open_workbook
from app.exchange.row_kinds import is_blank_row, is_note_row, is_repeated_header, is_total_row
from app.exchange.sheet_heads import HeaderGuess, find_header, heading_cells

FILES = Path(__file__).parent / "files"
SPECS = (
    FieldSpec("number", "资产编号", Kind.CODE, ("编号", "财产编号", "固定资产编号")),
    FieldSpec("name", "资产名称", Kind.TEXT, ("财产名称", "设备名称", "品名", "名称"), required=True),
    FieldSpec("model", "规格型号", Kind.TEXT, ("规格", "型号")),
    FieldSpec("unit", "计量单位", Kind.TEXT, ("单位",)),
    FieldSpec("quantity", "数量", Kind.WHOLE, ("账面数量", "件数")),
    FieldSpec("price", "单价", Kind.MONEY, ("单位价值",)),
    FieldSpec("value", "价值", Kind.MONEY, ("金额", "原值", "总价")),
    FieldSpec("day", "取得日期", Kind.DAY, ("购置日期", "购入日期")),
    FieldSpec("place", "存放地点", Kind.TEXT, ("存放位置", "放置地点", "使用场所")),
    FieldSpec("keeper", "保管人", Kind.TEXT, ("责任人",)),
)


def matched(*header):
    return {str(header[column]): key for column, key in match_columns(header, SPECS).items()}


def test_lines_about_the_table_are_no_headings():
    assert matched("存放地点：科学室", "保管人: 王敏", "单位：元", "单价：元", "金额：（万元）", "数量：") == {
        "单位：元": "unit", "单价：元": "price", "金额：（万元）": "value", "数量：": "quantity"}


def test_plain_and_decorated_headings():
    assert matched("*资产编号", "资产名称（必填）", "单价(元)", "金额（元）", "数 量", "存放\n地点：", "购置日期", "序号") == {
        "*资产编号": "number", "资产名称（必填）": "name", "单价(元)": "price", "金额（元）": "value", "数 量": "quantity",
        "存放\n地点：": "place", "购置日期": "day"}


@pytest.mark.parametrize(("header", "expected"), [
    (("账面数量", "数量"), {"数量": "quantity"}),
    (("单位价值", "总价值"), {"单位价值": "price", "总价值": "value"}),
    (("固定资产原值", "单价", "价值"), {"单价": "price", "价值": "value"}),
    (("固定资产原值", "单价"), {"固定资产原值": "value", "单价": "price"}),
    (("设备名称及规格", "型号"), {"设备名称及规格": "name", "型号": "model"}),
    (("规格名称", "名称"), {"名称": "name"}),
    (("名称及规格型号",), {"名称及规格型号": "name"}),
    (("保管人电话", "保管人签字"), {}),
    (("资产编号（旧）", "资产编号"), {"资产编号": "number"}),
    (("现存放地点",), {"现存放地点": "place"}),
    (("名称", "名称"), {"名称": "name"}),
    ((None, 5, ""), {}),
])
def test_ambiguous_headings(header, expected):
    found = matched(*header)
    assert {key: value for key, value in found.items() if key in expected} == expected
    assert len(set(found.values())) == len(found)
    if not expected:
        assert found == {}


def test_the_first_of_two_equal_headings():
    assert match_columns(("名称", "名称"), SPECS) == {0: "name"}


def test_remembered_choices_beat_everything():
    remembered = {normal_heading("东西"): "name", normal_heading("名称"): "", normal_heading("备注 "): "unknown"}
    assert match_columns(("名称", "东西", "数量", "备注"), SPECS, remembered) == {1: "name", 2: "quantity"}


def test_money_factor():
    assert [money_factor(text) for text in ("原值（万元）", "金额(千元)", "金额（元）", "单价", None)] == [10_000, 1_000, 1, 1, 1]


def test_header_below_titles():
    rows = [["总务小学固定资产台账"], [], ["单位：总务小学", None, None, "2026年9月"],
            ["资产编号", "资产名称", "数量", "单价（元）"], ["001", "名称", 2.0, 3.0], ["002", "电脑", 1.0, 5.0]]
    guess = find_header(rows, SPECS)
    assert guess is not None
    assert (guess.row_number, guess.depth) == (4, 1)


def test_header_of_two_rows():
    rows = [["盘点表"], ["资产编号", "资产名称", "账面", None, "存放地点"], [None, None, "数量", "金额"],
            ["001", "课桌", 3.0, 540.0, "101"]]
    merged = [Merged(1, 0, 1, 4), Merged(2, 0, 3, 0), Merged(2, 1, 3, 1), Merged(2, 2, 2, 3), Merged(2, 4, 3, 4)]
    guess = find_header(rows, SPECS, merged)
    assert guess is not None
    assert (guess.row_number, guess.depth) == (2, 2)
    cells = heading_cells(rows, 2, 2, merged)
    assert cells == ["资产编号", "资产名称", "账面 / 数量", "账面 / 金额", "存放地点"]
    assert match_columns(cells, SPECS) == {0: "number", 1: "name", 2: "quantity", 3: "value", 4: "place"}


def test_title_merged_over_part_of_the_table_is_no_group():
    rows = [["固定资产明细表"], ["资产编号", "资产名称", "数量", "金额", "存放地点"], ["001", "课桌", 3.0, 540.0, "101"]]
    guess = find_header(rows, SPECS, [Merged(1, 0, 1, 2)])
    assert guess is not None
    assert (guess.row_number, guess.depth) == (2, 1)


def test_no_header():
    assert find_header([["甲", "乙"], [1.0, 2.0]], SPECS) is None
    assert find_header([], SPECS) is None


def test_the_other_products_template():
    rows = open_workbook(FILES / "sample_ledger_foreign_template.xls").sheets[0].rows
    guess = find_header(rows, SPECS)
    assert guess == HeaderGuess(1, guess.score, 1) if guess else False
    assert {rows[0][column]: key for column, key in match_columns(rows[0], SPECS).items()} == {
        "资产编号": "number", "资产名称": "name", "数量": "quantity", "价值": "value", "取得日期": "day",
        "规格型号": "model", "计量单位": "unit", "存放位置": "place"}


def test_the_small_ledger():
    sheet = open_workbook(FILES / "small_ledger.xls").sheets[0]
    guess = find_header(sheet.rows, SPECS, sheet.merged)
    assert guess is not None
    assert (guess.row_number, guess.depth) == (3, 1)
    assert is_total_row(sheet.rows[6])


@pytest.mark.parametrize("cell", ["合计", "合 计", "小　计", "总计：", "本页合计", "教学楼小计", "累计", "合计（元）", "合计金额"])
def test_total_rows(cell):
    assert is_total_row([None, cell, 12.0])
    assert is_total_row([5.0, cell, 12.0], name_column=1)


@pytest.mark.parametrize("cell", ["累计流量计", "计算机", "统计器", "电子计价秤", None, 5.0])
def test_rows_that_are_no_totals(cell):
    assert not is_total_row([cell, 12.0])


@pytest.mark.parametrize("cell", [
    "制表人：张三", "审核：", "负责人签字：", "校长（签字）", "注：本表一式两份", "说明：略",
    "（以下空白）", "——以下无正文——", "第1页 共3页", "第 1 页,共 3 页",
    "保管人签字", "填报单位：总务小学", "打印日期：2026-11-21"])
def test_note_rows(cell):
    assert is_note_row([None, cell, None, "审核："])
    assert is_note_row([cell])


@pytest.mark.parametrize("row", [
    ["课桌椅", "备注：旧", 3.0], ["保管人：张三", 3.0], ["会计凭证柜", None], [], ["校长室办公桌"], [date(2019, 9, 1)], ["会计"]])
def test_rows_that_are_no_notes(row):
    assert not is_note_row(row)


def test_repeated_heads():
    header = ["资产编号", "资产名称", "数量", None]
    assert is_repeated_header(["资产编号", "资产名称", "数 量"], header)
    assert is_repeated_header(["总务小学固定资产台账"], header, ["总务小学固定资产台账"])
    assert not is_repeated_header(["001", "资产名称", 2.0], header, ["总务小学固定资产台账"])
    assert not is_repeated_header([], header)
    assert is_blank_row([None, " ", ""])
