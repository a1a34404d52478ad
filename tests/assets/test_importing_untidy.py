"""The import on the untidiness of real ledgers: merged cells, 同上, empty prefilled rows, headings between the rows."""

from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from app.assets import importing, queries
from app.assets.importing import Source, run
from app.core.errors import Refused
from app.core.listing import Wish
from app.exchange.problems import folded

HEADS = ["序号", "资产名称", "数量", "单价", "金额", "购置日期", "存放地点", "保管人"]


@pytest.fixture
def take(ledger, tmp_path):
    """Give a function that imports rows as a person would who takes what is good."""

    def do(*rows, merged=(), **plan):
        made = openpyxl.Workbook()
        for row in rows:
            made.active.append(row)
        for area in merged:
            made.active.merge_cells(area)
        made.save(tmp_path / "台账.xlsx")
        source = Source(tmp_path / "台账.xlsx")
        return run(source, replace(source.propose(), skip_bad=True, **plan))

    return do


def drafts():
    return queries.cards(queries.matching_ids(Wish(sort="number")))


def told(outcome, level):
    return [(each.row, each.column, each.text) for each in outcome.problems if each.level == level]


def test_a_merged_room_keeper_and_day_count_for_every_row_they_lie_over(take):
    outcome = take(HEADS, [1, "课桌", 45, 100, 4500, "2019-9-1", "教学楼101", "王芳"], [2, "课椅", 45, 50, 2250], [3, "讲台", 1, 500, 500],
                   [4, "空调", 1, 3000, 3000, "2020-9-1", "教学楼102", "李明"], merged=("F2:F4", "G2:G4", "H2:H4"))
    assert outcome.errors == 0
    cards = {card.draft.name: card for card in drafts()}
    assert [cards[name].place for name in ("课桌", "课椅", "讲台", "空调")] == ["教学楼 101室"] * 3 + ["教学楼 102室"]
    assert (cards["讲台"].keeper, cards["讲台"].draft.acquired_on) == ("王芳", date(2019, 9, 1))
    assert any("合并单元格" in text for *_, text in told(outcome, "warning"))


def test_a_merged_value_stays_with_its_first_row_and_says_so(take):
    outcome = take(HEADS, [1, "音箱", 2, None, 9000], [2, "功放", 1], [3, "话筒", 2], merged=("E2:E4",))
    assert {card.draft.name: card.draft.value for card in drafts()} == {"音箱": 900_000, "功放": 0, "话筒": 0}
    assert any("金额" in column and "合并" in text for _, column, text in told(outcome, "warning"))


@pytest.mark.parametrize("ditto", ["同上", "〃", '"', "同 上"])
def test_ditto_marks_stand_for_what_is_above(take, ditto):
    outcome = take(HEADS, [1, "课桌", 45, 100, 4500, "2019-9-1", "教学楼101", "王芳"], [2, ditto, 40, ditto, 4000, ditto, ditto, ditto])
    assert outcome.errors == 0
    assert [(card.draft.name, card.place, card.keeper, card.draft.unit_price) for card in drafts()] == [
        ("课桌", "教学楼 101室", "王芳", 10_000)] * 2
    assert outcome.people == ["王芳"]


def test_rows_that_hold_only_a_serial_number_or_zeros_are_blank(take):
    outcome = take(HEADS, [1, "课桌", 45, 100, 4500], [2], [3, None, None, None, 0], [None, None, 0, 0, 0.0])
    assert (outcome.imported, outcome.errors, outcome.bad_rows) == (1, 0, [])


def test_headings_between_the_rows_are_left_out_and_named(take):
    outcome = take(HEADS, [None, "（一）电教设备"], [1, "电视", 1, 6000, 6000], ["一年级（2）班财产登记表"], [1, "课桌", 45, 100, 4500],
                   [None, "二、家具"], [2, "沙盘"])
    assert (outcome.imported, outcome.errors) == (3, 0)
    [(_, _, text)] = [each for each in told(outcome, "warning") if "标题" in each[2]]
    assert "3 行" in text
    assert {card.draft.name for card in drafts()} == {"电视", "课桌", "沙盘"}


def test_the_second_line_of_a_page_head_is_no_card(take):
    outcome = take(
        ["资产名称", "账面", None, None, "存放地点"], [None, "数量", "单价", "金额"], ["课桌", 45, 100, 4500, "101"],
        ["资产名称", "账面", None, None, "存放地点"], [None, "数量", "单价", "金额"], ["课椅", 45, 50, 2250, "101"], merged=("B1:D1", "B4:D4"))
    assert (outcome.imported, outcome.errors) == (2, 0)


def test_the_same_warning_in_many_rows_is_told_once(ledger, tmp_path):
    path = tmp_path / "台账.csv"
    path.write_text("\n".join(["资产名称,数量,金额,使用状况"] + [f"课桌{at},1,100,凑合用" for at in range(300)]), "utf-8")
    source = Source(path)
    outcome = run(source, source.propose())
    [one] = [each for each in folded(outcome.problems) if "不认识" in each.text]
    assert (one.where, one.column, one.value, len(one.rows)) == ("第 2—301 行", "使用状况", "凑合用", 300)


@pytest.mark.parametrize(("word", "status"), [
    ("报废", "待报废"), ("已报废", "待报废"), ("报损", "待核销"), ("送修", "送修"), ("维修中", "待修理"), ("借出", "出借"), ("毁坏", "毁坏不能用"),
    ("正常使用", "在用")])
def test_words_that_offices_write_for_the_status(ledger, tmp_path, word, status):
    path = tmp_path / "台账.csv"
    path.write_text(f"资产名称,数量,金额,使用状况\n课桌,1,100,{word}", "utf-8")
    source = Source(path)
    outcome = run(source, source.propose())
    assert drafts()[0].draft.status == status
    assert not [each for each in told(outcome, "warning") if "不认识" in each[2]]


def test_six_groups_under_a_category_heading_are_the_class(take):
    outcome = take(["资产类别", "资产名称", "数量", "金额"], ["通用设备", "电脑", 1, 4000], ["家具、用具、装具", "课桌", 1, 1000],
                   ["低值易耗品", "凳子", 1, 30])
    assert [(card.draft.category, card.draft.class_name) for card in drafts()] == [
        ("固定资产", "通用设备"), ("固定资产", "家具、用具、装具"), ("低值易耗品", "")]
    assert not [each for each in told(outcome, "warning") if "不认识" in each[2]]


def test_two_keepers_in_one_cell_are_not_run_together(take):
    outcome = take(HEADS, [1, "课桌", 1, 1, 1, None, None, "王芳 李明"], [2, "课椅", 1, 1, 1, None, None, "欧阳 娜娜"],
                   [3, "讲台", 1, 1, 1, None, None, "王　芳"])
    assert [(row, column) for row, column, _ in told(outcome, "error")] == [(2, "保管人")]
    assert outcome.people == ["欧阳娜娜", "王芳"]


def test_bad_rows_are_saved_with_what_merged_cells_and_dittos_meant(ledger, tmp_path):
    made = openpyxl.Workbook()
    for row in (HEADS, [1, "课桌", 1, 1, 1, None, "101", "王芳"], [2, "课椅", "若干", 1, 1, None, None, "同上"]):
        made.active.append(row)
    made.active.merge_cells("G2:G3")
    made.save(tmp_path / "台账.xlsx")
    source = Source(tmp_path / "台账.xlsx")
    plan = replace(source.propose(), skip_bad=True)
    outcome = run(source, plan)
    importing.save_bad_rows(outcome, tmp_path / "问题.xlsx")
    last = [cell.value for cell in openpyxl.load_workbook(tmp_path / "问题.xlsx").active[2]]
    assert last[-2:] == ["101", "王芳"]


def test_a_web_page_that_calls_itself_xls_comes_in(ledger, tmp_path):
    (tmp_path / "资产.xls").write_bytes(
        """<html><head><meta http-equiv=Content-Type content="text/html; charset=gb2312"></head><body><h3>存放地点：科学室</h3><table>
        <tr><th>财产编号</th><th>设备名称</th><th>类别</th><th>数量</th><th>单价（元）</th></tr>
        <tr><td>0012</td><td>课桌</td><td rowspan=2>家具</td><td>45</td><td>1,480.50</td></tr>
        <tr><td>0013</td><td>课椅</td><td>45</td><td>50</td></tr>
        <tr><td colspan=3>合计</td><td>90</td><td></td></tr></table></body></html>""".encode("gbk"))
    source = Source(tmp_path / "资产.xls")
    outcome = run(source, source.propose())
    assert (outcome.imported, outcome.errors, outcome.pieces) == (2, 0, 90)
    assert [(card.draft.number, card.draft.class_name, card.draft.unit_price, card.place) for card in drafts()] == [
        ("0012", "家具", 148_050, "科学室"), ("0013", "家具", 5_000, "科学室")]


def test_amounts_count_in_what_a_line_above_says(take):
    outcome = take(["固定资产明细表"], ["单位：万元"], ["资产名称", "数量", "单价", "金额（元）"], ["校车", 2, 8.6, 172_000], ["锅炉", 1, 3, 30_000])
    assert {card.draft.name: (card.draft.unit_price, card.draft.value) for card in drafts()} == {
        "校车": (8_600_000, 17_200_000), "锅炉": (3_000_000, 3_000_000)}
    assert any("万元" in text for *_, text in told(outcome, "warning"))


def test_rooms_across_the_columns_are_refused_with_the_way_to_turn_them(take):
    """Their 合计 is of pieces: it came in as the value, and all the rooms were lost."""
    with pytest.raises(Refused, match=r"一\(1\)班、一\(2\)班、101，共 3 列"):
        take(["物品名称", "单位", "一(1)班", "一(2)班", "101", "合计"], ["课桌", "张", 40, 41, 42, 123], ["课椅", "把", 40, 41, 42, 123])
    assert drafts() == []


@pytest.mark.parametrize("heads", [["建成时间", "启封时间", "停用时间"], ["期初入库", "本期入库", "本期出库"]])
def test_times_and_movements_are_no_rooms(take, heads):
    assert take(["资产名称", "单价", *heads], ["课桌", 10, 2019, 2020, 2021], ["课椅", 10, 2019, 2020, 2021]).imported == 2


def test_a_filled_column_without_a_heading_is_told(take):
    outcome = take(["资产名称", "数量", "备注"], ["课桌", 1, "x", "二楼"], ["课椅", 2, None, "三楼"], ["黑板", 3, None, "四楼"], merged=("C1:D1",))
    assert [heading for _, heading in outcome.unread] == ["第 D 列（没有标题，如“二楼”）"]


def test_kept_in_store_is_not_in_use(take):
    take(["资产名称", "使用状况"], ["主机", "库存备用"], ["屏幕", "在用"])
    assert {card.draft.name: card.draft.status for card in drafts()} == {"主机": "闲置", "屏幕": "在用"}


def test_a_sheet_that_repeats_another_is_not_taken_twice_but_rooms_alike_are(ledger, tmp_path):
    rows = [["资产名称", "数量", "单价"], *([f"课桌{at}", at, 100] for at in range(1, 9))]
    for names, expected in ((("TTL", "Sheet1"), ("TTL",)), (("301", "302"), ("301", "302"))):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name in names:
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "两张.xlsx")
        source = Source(tmp_path / "两张.xlsx")
        assert source.propose().sheets == expected


@pytest.mark.parametrize("serial", [None, 4])
def test_a_sum_that_nobody_called_so_is_no_card(take, serial):
    rows = [1, "课桌", 3, 33.335, 100.005], [2, "课椅", 2, 50, 100], [3, "黑板", 1, 300.4, 300.4]
    outcome = take(HEADS[:5], *rows, [serial, None, None, None, 500.405])
    assert (outcome.imported, outcome.errors) == (3, 0)
    outcome = take(HEADS[:5], [1, "书柜", 3, 40, 120], [2, "书桌", 2, 50, 100], [serial, None, None, None, 230], again=True)
    assert [(row, text) for row, _, text in told(outcome, "error")] == [(4, "请填写资产名称。")]


@pytest.mark.parametrize("rows", [[HEADS], [["报废处置申请表"], HEADS, [1], [2], [3], ["合计"], ["申请报废科室", "科室主任：　　　年　月　日"]],
                                  [["资产名称", "数量", "东校区地点"]]])
def test_a_blank_form_is_refused_as_one_before_anything_is_asked(take, rows):
    with pytest.raises(Refused, match="空白的表"):
        take(*rows)


def test_of_two_sheets_alike_the_blank_one_is_not_chosen(ledger, tmp_path):
    made = openpyxl.Workbook()
    made.active.append(HEADS)
    made.create_sheet("明细").append(HEADS)
    made["明细"].append([1, "课桌", 45, 100, 4500])
    made.save(tmp_path / "台账.xlsx")
    assert Source(tmp_path / "台账.xlsx").propose().sheets == ("明细",)


def test_a_record_of_what_came_and_went_is_no_ledger(take):
    """Each time something went in or out became a card, the same paper a dozen times."""
    head = ["日期", "品名", "操作类型", "数量"]
    rows = [["2025-3-20", "粉笔", "采购入库", 20], ["2025-3-21", "粉笔", "领用出库", 5], ["2025-3-22", "粉笔", "出库", 5]]
    with pytest.raises(Refused, match="“操作类型”一列写着入库、出库"):
        take(head, *rows)
    assert take(head, rows[0]).imported == 1


def test_a_total_is_not_compared_with_what_was_reckoned_from_a_cell_nobody_can_read(take):
    outcome = take(["资产编号", "资产名称", "数量", "单价", "金额"], ["A-1", "课桌\n（双人）", 2, 100, 200], ["A-3", "显微镜", "若干", 680, None],
                   ["合计", None, None, None, 200])
    assert (outcome.imported, len(outcome.bad)) == (1, 1)
    assert [each for each in outcome.problems if each.column == "合计"] == []
    outcome = take(["资产编号", "资产名称", "数量", "单价", "金额"], ["B-1", "课桌", 2, 100, 200], ["B-3", "显微镜", "若干", 680, 680],
                   ["合计", None, None, None, 200])
    assert "逐行相加是 880.00 元" in next(each for each in outcome.problems if each.column == "合计").text


def test_a_day_that_has_not_come_stays_outside_to_be_mended(take):
    outcome = take(["资产名称", "数量", "取得日期"], ["课桌", 1, "2099-1-1"], ["课椅", 1, "2019-1-1"])
    assert [card.draft.name for card in drafts()] == ["课椅"]
    assert "取得日期 2099-01-01 在今天之后，请核对" in told(outcome, "error")[0][-1]
