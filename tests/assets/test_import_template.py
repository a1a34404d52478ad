"""The import template as Excel sees it, and that it imports back whatever is filled in."""

from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from app.assets import commands, queries, sheets, template
from app.assets.fields import AssetDraft
from app.assets.importing import Source, run
from app.core.errors import Refused
from app.core.listing import Wish
from app.school import place_commands


@pytest.fixture
def blank(started_ledger, tmp_path):
    """Write the template of a school with a room and two fields of its own; gives the path."""
    place_commands.add_places("教学楼 1层 101室 教室")
    commands.save_extra_field(commands.ExtraDraft("颜色", "选项", "红\n蓝"))
    commands.save_extra_field(commands.ExtraDraft("年检", "日期"))
    template.export_template(tmp_path / "模板.xlsx")
    return tmp_path / "模板.xlsx"


def fill(path, *rows):
    book = openpyxl.load_workbook(path)
    page = book["资产台账"]
    heads = {cell.value.rstrip("*"): cell.column for cell in page[1]}
    for number, row in enumerate(rows, start=2):
        for title, value in row.items():
            cell = page.cell(number, heads[title])
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(path)
    return path


def test_columns_are_the_export_s_and_keep_what_is_typed(blank):
    page = openpyxl.load_workbook(blank)["资产台账"]
    heads = [cell.value for cell in page[1]]
    assert [head.rstrip("*") for head in heads] == [column.title for column in sheets.export_columns()]
    assert [head for head in heads if head.endswith("*")] == ["资产名称*"]
    formats = {cell.value: page.column_dimensions[cell.column_letter].number_format for cell in page[1]}
    assert {formats[title] for title in ("资产编号", "分类代码", "取得日期", "序列号", "备注")} == {"@"}
    assert (formats["单价"], formats["数量"]) == ("#,##0.00", "#,##0")
    assert page.freeze_panes == "A2"
    assert page.max_row == 1


def test_drop_downs_offer_the_school_s_own_words(blank):
    book = openpyxl.load_workbook(blank)
    assert book["选项"].sheet_state == "hidden"
    lists = {cells[0].value: [cell.value for cell in cells[1:] if cell.value] for cells in book["选项"].iter_cols()}
    assert lists["资产类别的选项"] == ["固定资产", "低值易耗品"]
    assert lists["存放地点的选项"] == ["教学楼 1层 101室"]
    assert lists["颜色的选项"] == ["红", "蓝"]
    page = book["资产台账"]
    letters = {cell.value.rstrip("*"): cell.column_letter for cell in page[1]}
    rules = {str(rule.sqref).partition("2:")[0]: rule for rule in page.data_validations.dataValidation}
    status, place, day = rules[letters["使用状况"]], rules[letters["存放地点"]], rules[letters["取得日期"]]
    assert (status.type, status.showErrorMessage, place.type, place.showErrorMessage) == ("list", True, "list", False)
    assert (day.type, day.prompt) == (None, "写成 2019-09-01、2019.9.1 或 2019年9月1日都行")
    assert status.formula1.startswith("'选项'!$")


def test_an_empty_template_is_refused_as_a_blank_form(blank):
    source = Source(blank)
    plan = source.propose()
    assert (plan.sheet, plan.header_row, plan.also) == ("资产台账", 1, ())
    assert len(plan.columns) == len(sheets.export_columns())
    with pytest.raises(Refused, match="空白的表"):
        run(source, plan)


def test_what_is_filled_in_comes_in_as_it_stands(blank):
    fill(blank, {"资产编号": "007", "资产名称": "=课桌", "资产类别": "低值易耗品", "数量": 45, "单价": 148.5, "取得日期": "2019.10",
                 "分类代码": "2010301000000", "存放地点": "教学楼 1层 101室", "使用状况": "闲置", "颜色": "蓝", "年检": "2026.3.1", "备注": "-1"},
         {"资产名称": "讲台"})
    source = Source(blank)
    outcome = run(source, source.propose())
    assert (outcome.imported, outcome.errors) == (2, 0)
    card = next(card for card in queries.cards(queries.matching_ids(Wish())) if card.draft.number == "007")
    draft = card.draft
    assert (draft.name, draft.category, draft.quantity, draft.value, draft.acquired_on) == ("=课桌", "低值易耗品", 45, 668_250, date(2019, 10, 1))
    assert (draft.class_code, card.place, draft.status, draft.remark) == ("2010301000000", "教学楼 1层 101室", "闲置", "-1")
    assert sorted(draft.extras.values()) == ["2026-03-01", "蓝"]


def test_a_filled_template_updates_the_cards_it_made(blank):
    fill(blank, {"资产编号": "A1", "资产名称": "课桌", "单价": 10})
    source = Source(blank)
    run(source, source.propose())
    outcome = run(Source(blank), replace(source.propose(), duplicates="update"))
    assert (outcome.unchanged, outcome.updated, outcome.imported) == (1, 0, 0)


def test_the_demo_school_s_template_holds_all_rooms(demo_ledger, tmp_path):
    template.export_template(tmp_path / "模板.xlsx")
    rooms = [cell.value for cell in next(cells for cells in openpyxl.load_workbook(tmp_path / "模板.xlsx")["选项"].iter_cols()
                                         if cells[0].value == "存放地点的选项")]
    assert len([room for room in rooms if room]) > 30


def test_a_target_that_cannot_be_written_is_refused(started_ledger, tmp_path):
    with pytest.raises(Refused):
        template.export_template(tmp_path / "没有" / "模板.xlsx")


def test_words_that_look_like_formulas_stay_words(started_ledger, tmp_path):
    commands.save_extra_field(commands.ExtraDraft("=1+1", "选项", "@a\n+b\n=HYPERLINK(1)"))
    commands.register_asset(AssetDraft(name="课桌"))
    template.export_template(tmp_path / "模板.xlsx")
    book = openpyxl.load_workbook(tmp_path / "模板.xlsx")
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert "=HYPERLINK(1)" in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} == {"s"}
