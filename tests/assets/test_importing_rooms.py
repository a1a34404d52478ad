"""A sheet a room, several tables on one sheet, and what lines and titles say for all rows below them."""

from dataclasses import replace

import openpyxl
import pytest

from app.assets import commands, importing, queries
from app.assets.fields import AssetDraft
from app.assets.importing import Source, run
from app.core.errors import Refused
from app.core.listing import Wish
from app.school import place_commands
from app.store import journal

HEADS = ["序号", "资产名称", "数量", "单价"]
DESK, CHAIR, DAIS = [1, "课桌", 45, 100], [2, "课椅", 45, 50], [3, "讲台", 1, 500]


@pytest.fixture
def book(ledger, tmp_path):
    """Give a function that saves sheets (name to rows) as a workbook and opens it."""

    def save(sheets, merged=None):
        made = openpyxl.Workbook()
        made.remove(made.active)
        for name, rows in sheets.items():
            page = made.create_sheet(name)
            for row in rows:
                page.append(row if isinstance(row, list) else [row])
            for area in (merged or {}).get(name, ()):
                page.merge_cells(area)
        made.save(tmp_path / "台账.xlsx")
        return Source(tmp_path / "台账.xlsx")

    return save


def take(source, **changes):
    return run(source, replace(source.propose(), skip_bad=True, **changes))


def found():
    """Give (name, place, keeper) of every card in the order it came in."""
    return [(card.draft.name, card.place, card.keeper) for card in queries.cards(queries.matching_ids(Wish(sort="number")))]


def told(outcome, level):
    return [(each.sheet, each.row, each.column, each.value, each.text) for each in outcome.problems if each.level == level]


# --- a sheet a room ----------------------------------------------------------------------------------------------


def test_sheets_with_the_same_columns_come_in_together_each_in_its_room(book):
    source = book({"101": [HEADS, DESK], "三（2）班": [HEADS, DESK, CHAIR], "音乐室": ["音乐室财产登记表", HEADS, DAIS], "说明": ["填表说明"]})
    plan = source.propose()
    assert plan.sheets == ("101", "三（2）班", "音乐室")
    outcome = take(source)
    assert (outcome.imported, outcome.errors, outcome.sheets) == (4, 0, plan.sheets)
    assert [place.rpartition(" ")[2] for _, place, _ in found()] == ["101室", "三（2）班", "三（2）班", "音乐室"]
    assert any("3 张工作表中有 4 行没有写存放地点" in text for *_, text in told(outcome, "warning"))
    journal.undo(outcome.step.id)
    assert found() == []


def test_a_sheet_s_name_means_the_place_there_is(book):
    place_commands.add_places("教学楼 3层 301-302室 教室")
    take(book({"301": [HEADS, DESK], "302室": [HEADS, DESK]}))
    assert [place for _, place, _ in found()] == ["教学楼 3层 301室", "教学楼 3层 302室"]


def test_rows_keep_the_place_they_have_themselves(book):
    heads = [*HEADS, "存放地点", "保管人"]
    source = book({"101": [["室名：101室", None, "保管人：王敏"], heads, [*DESK, "走廊", None], [*CHAIR, None, "李红"]],
                   "102": [heads, [*DESK, None, None]]})
    take(source)
    assert [(place.rpartition(" ")[2], keeper) for _, place, keeper in found()] == [("走廊", "王敏"), ("101室", "李红"), ("102室", "")]


def test_sheets_named_otherwise_are_no_places(book):
    source = book({"2025年": [HEADS, DESK], "办公设备": [HEADS, CHAIR], "Sheet3": [HEADS, DAIS]})
    outcome = take(source)
    assert (outcome.imported, {place for _, place, _ in found()}, outcome.places) == (3, {""}, [])


def test_a_single_sheet_with_a_place_column_keeps_its_blanks(book):
    heads = [*HEADS, "存放地点"]
    outcome = take(book({"教学楼": ["教学楼资产登记表", heads, [*DESK, "101"], CHAIR]}))
    assert [place for _, place, _ in found()] == ["101室", ""]
    journal.undo(outcome.step.id)
    take(book({"教学楼": [HEADS, CHAIR]}))
    assert [place for _, place, _ in found()] == ["教学楼"]


def test_names_stand_for_no_place_where_the_person_says_so(book):
    take(book({"101": [HEADS, DESK], "102": [HEADS, CHAIR]}), rooms_by_name=False)
    assert {place for _, place, _ in found()} == {""}


def test_a_sheet_that_adds_up_the_others_stays_out_and_is_named(book):
    source = book({"总表": [HEADS, DESK, CHAIR], "101": [HEADS, DESK], "102": [HEADS, CHAIR]})
    assert source.propose().sheets == ("101", "102")
    outcome = take(source)
    assert any("另有 1 张工作表也像台账（总表）" in text for *_, text in told(outcome, "warning"))


def test_sheets_that_repeat_the_ledger_stay_out(book):
    source = book({"2026年": [HEADS, DESK], "2025年": [HEADS, DESK], "2026年 (2)": [HEADS, DESK], "备份": [HEADS, DESK]})
    assert source.propose().sheets == ("2026年",)


def test_one_named_sheet_comes_in_alone(book):
    source = book({"101": [HEADS, DESK], "102": [HEADS, CHAIR]})
    assert source.propose("102").sheets == ("102",)


def test_sheets_may_order_their_columns_otherwise(book):
    source = book({"101": [HEADS, DESK], "102": ["102室", ["资产名称", "单价", "数量"], ["课椅", 50, 40]]})
    outcome = take(source)
    assert (outcome.pieces, outcome.fen) == (85, 650_000)


def test_columns_chosen_by_hand_hold_for_the_same_heading_of_every_sheet(book):
    heads = ["资产名称", "去向", "数量"]
    source = book({"101": [heads, ["课桌", "走廊", 1]], "102": [["数量", "资产名称", "去向"], [2, "课椅", "食堂"]]})
    plan = source.propose()
    run(source, replace(plan, columns={**plan.columns, 1: "place"}))
    assert [place.rpartition(" ")[2] for _, place, _ in found()] == ["走廊", "食堂"]


def test_problems_name_their_sheet_and_a_number_twice_the_other_one(book):
    heads = ["资产编号", *HEADS[1:]]
    source = book({"101": [heads, ["A1", "课桌", 1, 1]], "102": [heads, ["A1", "课椅", 1, 1], ["A2", "课椅", "若干", 1]]})
    outcome = take(source)
    errors = told(outcome, "error")
    assert [(sheet, row, column) for sheet, row, column, *_ in errors] == [("102", 2, "资产编号"), ("102", 3, "数量")]
    assert "工作表“101”第 2 行" in errors[0][4]
    assert [*outcome.bad_rows] == [("102", 2), ("102", 3)]


def test_bad_rows_are_saved_sheet_by_sheet_and_come_in_after_mending(book, tmp_path):
    source = book({"101": [HEADS, [1, "课桌", "若干", 1]], "102": [HEADS, [1, "课椅", "几把", 1]]})
    plan = replace(source.propose(), skip_bad=True)
    outcome = run(source, plan)
    importing.save_bad_rows(outcome, tmp_path / "问题.xlsx")
    mended = openpyxl.load_workbook(tmp_path / "问题.xlsx")
    assert mended.sheetnames == ["101", "102"]
    for page in mended:
        page["E2"] = 40
    mended.save(tmp_path / "问题.xlsx")
    assert take(Source(tmp_path / "问题.xlsx")).imported == 2
    assert [place.rpartition(" ")[2] for _, place, _ in found()] == ["101室", "102室"]


def test_saved_rows_keep_what_stood_above_them_and_their_own_heads(book, tmp_path):
    source = book({"甲": [["室名：科学室", None, "保管人：王敏"], ["一、课桌椅类"], HEADS, [1, "课桌", "若干", 1], "二、设备",
                         [2, "空调", "若干", 1], [],
                         ["室名：食堂"], ["设备名称", "单价", "数量", "保管人"], ["消毒柜", 50, "几台", "李红"]],
                   "乙": [[*HEADS, *HEADS], [1, "书架", "若干", 1, 2, "书柜", "若干", 2]]})
    plan = replace(source.propose("甲"), skip_bad=True, also=("乙",))
    outcome = run(source, plan)
    assert (outcome.imported, outcome.bad_rows) == (0, [("甲", 4), ("甲", 6), ("甲", 10), ("乙", 2)])
    importing.save_bad_rows(outcome, tmp_path / "问题.xlsx")
    mended = openpyxl.load_workbook(tmp_path / "问题.xlsx")
    for page in mended:
        heads = {cell.value: cell.column for cell in page[1]}
        for row in range(2, page.max_row + 1):
            page.cell(row, heads["数量"]).value = 3
    mended.save(tmp_path / "问题.xlsx")
    again = Source(tmp_path / "问题.xlsx")
    assert run(again, replace(again.propose("甲"), also=again.sheets[1:])).imported == 5
    cards = {card.draft.name: (card.place, card.keeper, card.draft.class_name, card.draft.unit_price)
             for card in queries.cards(queries.matching_ids(Wish()))}
    assert cards == {"课桌": ("科学室", "王敏", "课桌椅类", 100), "空调": ("科学室", "王敏", "设备", 100), "消毒柜": ("食堂", "李红", "", 5_000),
                     "书架": ("", "", "", 100), "书柜": ("", "", "", 200)}


def test_a_sheet_without_a_head_is_refused_by_name(book):
    source = book({"101": [HEADS, DESK], "附录": [["一", "二"], ["三", "四"]]})
    with pytest.raises(Refused, match="附录"):
        take(source, also=("附录",))


def test_an_ambiguous_room_is_told_with_where_it_was_read(book):
    place_commands.add_places("教学楼 1层 101室\n综合楼 1层 101室")
    outcome = take(book({"甲": ["室名：101", HEADS, DESK]}))
    [(sheet, row, column, value, text)] = told(outcome, "error")
    assert (sheet, row, column, value) == ("甲", 3, "表上写明的", "101")
    assert "2 处地点" in text


# --- lines and titles --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", [
    ["室名：科学室    保管人：王敏"], ["存放地点：科学室", None, "责任人：", "王敏"], ["室名", "科学室", "保管人", "王敏"],
    ["班级：科学室　班主任：王敏"],
    ["填报单位：青禾小学  室  名：科学室  保 管 人：王敏  日期：2026.9"], ["（室名：科学室）", "管理人：王敏（总务）"]])
def test_a_line_above_the_table_says_room_and_keeper(book, line):
    take(book({"Sheet1": ["青禾小学固定资产登记表", line, HEADS, DESK]}))
    [(_, place, keeper)] = found()
    assert place.endswith("科学室")
    assert keeper.startswith("王敏")


def test_a_line_beside_the_table_counts_too(book):
    take(book({"Sheet1": [[*HEADS, None, "室名：", "科学室"], [*DESK, None, "保管人：王敏"], CHAIR]}))
    assert [(place.rpartition(" ")[2], keeper) for _, place, keeper in found()] == [("科学室", "王敏")] * 2


def test_blanks_that_wait_for_a_pen_say_nothing(book):
    take(book({"Sheet1": ["室名：________  保管人：（签字）", HEADS, DESK, ["保管人：王敏", None, "日期：2026.9.1"]]}))
    assert found() == [("课桌", "", "")]


def test_the_title_says_the_class(book):
    take(book({"Sheet1": ["三（1）班班级财产登记表", HEADS, DESK]}))
    assert found()[0][1].endswith("三（1）班")


# --- several tables ----------------------------------------------------------------------------------------------


def test_tables_below_one_another_have_their_own_rooms(book):
    outcome = take(book({"Sheet1": [
        "青禾小学专用教室资产", "室名：科学室　保管人：王敏", HEADS, DESK, CHAIR, ["小计", None, 90, 6750], ["保管人签字：", None, "校长："], [],
        "室名：音乐室", HEADS, DAIS, ["合计", None, 1, 500], ["保管人：李红", None, "审核："]]}))
    assert outcome.errors == 0
    assert [(name, place.rpartition(" ")[2], keeper) for name, place, keeper in found()] == [
        ("课桌", "科学室", "王敏"), ("课椅", "科学室", "王敏"), ("讲台", "音乐室", "")]


def test_each_table_s_own_total_is_compared_with_its_own_rows(book):
    outcome = take(book({"Sheet1": [
        HEADS + ["金额"], [*DESK, 4500], ["小计", None, 45, None, 4500], ["合计", None, 45, None, 4500],
        HEADS + ["金额"], [*CHAIR, 2250], [*DAIS, 500], ["合计", None, 46, None, 2750], ["总计", None, 91, None, 7250],
        "室名：101", [*DAIS, 500], ["合计", None, 1, None, 600]]}))
    assert [(row, value, text.partition("，相差")[0]) for _, row, column, value, text in told(outcome, "warning") if column == "合计"] == [
        (12, "600", "表中合计 600.00 元，逐行相加是 500.00 元")]


def test_words_alone_in_a_row_are_no_card(book):
    outcome = take(book({"Sheet1": [["类别", "资产名称", "数量"], ["家具", "课桌", 1], ["第二部分"], ["家具", "课椅", 1], ["301室"],
                                    [None, "讲台", 1]]}))
    assert (outcome.imported, outcome.errors) == (3, 0)
    assert [place.rpartition(" ")[2] for _, place, _ in found()] == ["", "", "301室"]
    assert take(book({"Sheet1": [["资产编号", "资产名称", "数量"], ["B1"], ["B2", "课桌", 1]]})).bad_rows == [("Sheet1", 2)]


def test_rooms_alternate_whatever_way_their_lines_are_written(book):
    take(book({"Sheet1": ["室名：101", HEADS, DESK, ["班级", "三（2）班"], HEADS, CHAIR, "室名：101", HEADS, DAIS,
                          ["存放地点", "食堂", "保管人", "王敏"], DESK]}))
    assert [(name, place.rpartition(" ")[2], keeper) for name, place, keeper in found()] == [
        ("课桌", "101室", ""), ("课椅", "三（2）班", ""), ("讲台", "101室", ""), ("课桌", "食堂", "王敏")]


def test_a_table_below_that_begins_with_the_place_is_a_table(book):
    outcome = take(book({"Sheet1": [HEADS, DESK, ["存放地点", "资产名称", "数量", "单价"], ["食堂", "消毒柜", 2, 50]]}))
    assert (outcome.imported, outcome.errors) == (2, 0)
    assert [place for _, place, _ in found()] == ["", "食堂"]


def test_a_table_below_may_have_other_columns(book):
    outcome = take(book({"Sheet1": [
        HEADS, DESK, [], ["存放地点：食堂"], ["资产编号", "设备名称", "单位", "数量", "金额"], ["S-1", "消毒柜", "台", 2, 4720]]}))
    cards = {card.draft.name: card for card in queries.cards(queries.matching_ids(Wish()))}
    assert outcome.errors == 0
    assert (cards["消毒柜"].draft.number, cards["消毒柜"].draft.value, cards["消毒柜"].place) == ("S-1", 472_000, "食堂")
    assert cards["课桌"].draft.quantity == 45


def test_tables_beside_one_another_are_read_one_after_the_other(book):
    outcome = take(book({"Sheet1": [
        ["室名：101", None, None, None, "室名：102"], [*HEADS, *HEADS], [*DESK, *DESK], [*CHAIR, None, None, None, None], ["合计", None, 90, 6750]]}))
    assert (outcome.imported, outcome.pieces, outcome.errors) == (3, 135, 0)
    assert [(name, place.rpartition(" ")[2]) for name, place, _ in found()] == [("课桌", "101室"), ("课椅", "101室"), ("课桌", "102室")]


def test_tables_of_one_list_beside_one_another_share_the_room_above(book):
    outcome = take(book({"Sheet1": ["存放地点：图书馆", [*HEADS, None, *HEADS], [*DESK, None, *DAIS], [*CHAIR, None, 4, "书架", "若干", 1]]}))
    assert (outcome.imported, outcome.errors) == (3, 1)
    assert [bad.cells for bad in outcome.bad] == [[None] * 5 + [4, "书架", "若干", 1]]
    assert {place.rpartition(" ")[2] for _, place, _ in found()} == {"图书馆"}


# --- groups ------------------------------------------------------------------------------------------------------


def classes():
    return {card.draft.name: card.draft.class_name for card in queries.cards(queries.matching_ids(Wish()))}


def test_a_category_merged_down_the_left_is_the_class_of_each_row(book):
    source = book({"Sheet1": [[None, "名称", "数量"], ["课\n桌\n椅\n类", "课桌", 45], [None, "课椅", 45], [None, "小计", 90],
                              ["电器类", "空调", 2], [None, "风扇", 4]]},
                  {"Sheet1": ["A2:A4", "A5:A6"]})
    assert source.propose().columns[0] == "class_name"
    take(source)
    assert classes() == {"课桌": "课桌椅类", "课椅": "课桌椅类", "空调": "电器类", "风扇": "电器类"}


def test_rooms_merged_down_the_left_are_places(book):
    source = book({"Sheet1": [[None, "名称", "数量"], ["科学室", "课桌", 45], [None, "课椅", 45], ["302室", "空调", 2], [None, "风扇", 4]]},
                  {"Sheet1": ["A2:A3", "A4:A5"]})
    assert source.propose().columns[0] == "place"
    take(source)
    assert [place.rpartition(" ")[2] for _, place, _ in found()] == ["科学室"] * 2 + ["302室"] * 2


def test_titles_over_the_whole_width_are_the_class_of_the_rows_below(book):
    outcome = take(book({"Sheet1": [HEADS, "一、课桌椅类", DESK, CHAIR, ["小计", None, 90, 6750], "办公家具", DAIS, "（三）其他",
                                    [4, "垃圾桶", 2, 10]]},
                        {"Sheet1": ["A2:D2", "A6:D6", "A8:D8"]}))
    assert (outcome.imported, outcome.errors) == (4, 0)
    assert classes() == {"课桌": "课桌椅类", "课椅": "课桌椅类", "讲台": "办公家具", "垃圾桶": "办公家具"}
    assert [text for *_, text in told(outcome, "warning") if "标题" in text] == [
        "有 2 行是标题（如第 2 行“一、课桌椅类”），其下没有写明地点或分类的各行按标题登记。",
        "有 1 行只有标题、没有资产（如第 8 行“（三）其他”），没有导入。"]


def test_a_title_never_changes_the_class_of_a_card_that_is_updated(book):
    commands.register_asset(AssetDraft(number="A1", name="课桌", class_name="课桌"))
    source = book({"Sheet1": [["资产编号", "资产名称", "数量"], ["一、办公家具"], ["A1", "课桌", 3]]})
    take(source, duplicates="update")
    assert classes() == {"课桌": "课桌"}


# --- all of it together ------------------------------------------------------------------------------------------


def hard_sheet(room, keeper):
    """A class room's sheet as schools print it: two-line merged heads, a side-merged category, subtotals, signatures."""
    return [
        "青禾小学2025-2026学年班级财产登记表", [f"班级：{room}", None, None, f"班主任：{keeper}", None, None, "人数：45", None],
        ["类别", "名  称", "规格", "账面", None, None, "购置\n时间", "备 注"], [None, None, None, "数量", "单价", "金额", None, None],
        ["课桌椅类", "课桌", "700×500", 45, 100, 4500, "2019.9", None], [None, "课椅", "同上", "45把", "￥50.00", 2250, "〃", None],
        [None, "小计", None, 90, None, 6750, None, None], ["电教类", "一体机", "86寸", 1, "1.85万", 18500, "2020年3月1日", "捐赠"],
        [None, "小　计", None, 1, None, 18500, None, None], ["合  计", None, None, 91, None, 25250, None, None],
        ["班主任（签字）：", None, None, "学生代表：", None, "总务处：", None, "2026年9月1日"], ["第 1 页 共 1 页"]]


def test_class_sheets_as_schools_print_them(book):
    merged = ["A1:H1", "A3:A4", "B3:B4", "C3:C4", "D3:F3", "G3:G4", "H3:H4", "A5:A7", "A8:A9"]
    rooms = {"一1": "王敏", "一2": "李红", "二（1）": "赵军"}
    full = {name: f"{name[0]}（{name.strip('（）')[-1]}）班" for name in rooms}
    source = book({name: hard_sheet(full[name], keeper) for name, keeper in rooms.items()}, dict.fromkeys(rooms, merged))
    plan = source.propose()
    assert (plan.header_row, plan.depth, plan.sheets) == (3, 2, tuple(rooms))
    assert plan.columns == {0: "class_name", 1: "name", 2: "model", 3: "quantity", 4: "unit_price", 5: "value", 6: "acquired_on", 7: "remark"}
    outcome = take(source)
    assert (outcome.imported, outcome.pieces, outcome.fen, outcome.errors) == (9, 273, 7_575_000, 0)
    assert [each for each in told(outcome, "warning") if each[2] == "合计"] == []
    assert [(name, place.rpartition(" ")[2], keeper) for name, place, keeper in found()][:6] == [
        (name, full[room], rooms[room]) for name, room in (("课桌", "一1"), ("课椅", "一1"), ("课桌", "一2"), ("课椅", "一2"), ("课桌", "二（1）"),
                                                           ("课椅", "二（1）"))]
    chair = next(card.draft for card in queries.cards(queries.matching_ids(Wish())) if card.draft.name == "课椅")
    assert (chair.class_name, chair.model, chair.unit, chair.unit_price, chair.acquired_on.isoformat()) == (
        "课桌椅类", "700×500", "把", 5_000, "2019-09-01")


def test_a_header_row_given_by_hand_stands_for_all_sheets_that_have_it(book):
    head = ["書名", "作者", "冊數"]
    source = book({"恐怖": [head, ["荒聞", "甲", 1]], "愛情": [["愛情類"], head, ["紙星星", "乙", 2], ["告白", "丙", 3]], "說明": [["填表說明"]],
                   "汇总": [head, ["全部", "丁", 6]]})
    plan = source.propose(header_row=1)
    assert plan.sheets == ("恐怖", "愛情")
    outcome = run(source, replace(plan, columns={0: "name", 2: "quantity"}))
    assert (outcome.imported, outcome.pieces, outcome.sheets) == (3, 6, ("恐怖", "愛情"))
    assert source.propose("恐怖", 1).sheets == ("恐怖",)


def test_ledgers_beside_a_sheet_whose_head_was_given_by_hand_are_told(book):
    source = book({"甲": [["書名", "作者"], ["荒聞", "甲"]], "乙": [HEADS, DESK]})
    outcome = run(source, replace(source.propose(header_row=1), sheet="甲", columns={0: "name"}), rehearse=True)
    assert source.propose(header_row=1).sheet == "乙"
    assert any("另有 1 张工作表也像台账（乙）" in text for *_, text in told(outcome, "warning"))
