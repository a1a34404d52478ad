"""The import on real workbooks: what comes in, what is refused, and that nothing is left where nothing should be."""

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from app.assets import commands, importing, queries
from app.assets.fields import AssetDraft
from app.assets.importing import Source, run
from app.assets.settings import COLUMNS_BY_HAND
from app.core.errors import Refused
from app.core.listing import Wish
from app.core.progress import Cancelled
from app.school import queries as school
from app.school.commands import add_department, add_person, start_school
from app.school.rules import PersonDraft, SchoolDraft
from app.store import journal, settings, triggers
from app.store.database import database

SAMPLE = Path(__file__).parents[1] / "exchange" / "files" / "sample_ledger_foreign_template.xls"
HEADS = ["资产编号", "资产名称", "数量", "单价", "金额", "存放地点", "保管人", "备注"]


@pytest.fixture
def book(tmp_path):
    """Give a function that saves rows (title lines, head, data) as a workbook and gives the path."""

    def save(*rows, name="台账.xlsx", merged=()):
        made = openpyxl.Workbook()
        for row in rows:
            made.active.append(list(row) if isinstance(row, (list, tuple)) else [row])
        for area in merged:
            made.active.merge_cells(area)
        made.save(tmp_path / name)
        return tmp_path / name

    return save


@pytest.fixture
def take(ledger, book):
    """Give a function that imports rows under the usual heads, as the person chose."""

    def do(*rows, heads=HEADS, rehearse=False, **plan):
        source = Source(book(heads, *rows))
        return run(source, replace(source.propose(), **plan), rehearse=rehearse)

    return do


def cards():
    return {card.draft.number: card for card in queries.cards(queries.matching_ids(Wish(sort="number")))}


def everything():
    """Give every row of every table, and the counters that SQLite keeps."""
    names = [name for (name,) in database.execute_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()]
    return {name: database.execute_sql(f'SELECT * FROM "{name}"').fetchall() for name in names}


def records():
    """Give the rows of every table that the journal watches."""
    return {name: rows for name, rows in everything().items() if name in triggers.journalled_tables()}


# --- the sample of another product -------------------------------------------------------------------------------


def test_foreign_template_comes_in_with_typed_values(ledger):
    source = Source(SAMPLE)
    plan = source.propose()
    outcome = run(source, plan)
    assert (plan.sheet, plan.header_row) == ("Sheet1", 1)
    assert (outcome.imported, outcome.pieces, outcome.fen, outcome.errors) == (1, 1, 218_000, 0)
    draft = cards()["TY2012000030"].draft
    assert (draft.name, draft.acquired_on, draft.unit) == ("音频功率放大器设备（功放设备）", date(2012, 12, 25), "套")
    assert (draft.brand, draft.model, draft.supplier) == ("", "", "")


# --- header and columns ------------------------------------------------------------------------------------------


def test_header_below_titles_is_found(ledger, book):
    source = Source(book("青禾小学固定资产台账", ["填报单位：总务处", None, "2026年11月"], [], HEADS,
                         ["A1", "空调", 1, 2899], ["制表人：王敏", None, None, "审核："]))
    assert source.propose().header_row == 4
    outcome = run(source, source.propose())
    assert (outcome.imported, outcome.fen) == (1, 289_900)


def test_header_of_two_rows(ledger, book):
    path = book("固定资产盘点", ["资产编号", "资产名称", "账面", None, "存放地点"], [None, None, "数量", "金额", None],
                ["A1", "课桌", 45, 9000, "教学楼101"], merged=("C2:D2",))
    source = Source(path)
    plan = source.propose()
    assert (plan.header_row, plan.depth) == (2, 2)
    assert source.propose(header_row=2).depth == 2
    assert source.propose(header_row=2, depth=1).depth == 1
    assert run(source, plan).pieces == 45
    assert cards()["A1"].draft.value == 900_000


@pytest.mark.parametrize("row", [0, -1, 9])
def test_header_row_that_is_not_there_is_refused(ledger, book, row):
    source = Source(book(HEADS, ["A1", "空调"]))
    with pytest.raises(Refused, match="不能作表头"):
        source.propose(header_row=row)


def test_sheet_without_header_is_refused_in_words(ledger, book):
    source = Source(book(["一", "二"], ["三", "四"]))
    with pytest.raises(Refused, match="资产名称"):
        run(source, source.propose())


def test_amounts_in_ten_thousands(take):
    outcome = take(["A1", "教学楼", 1, 350.5], ["A2", "食堂", 1, "20万元"], ["合计", None, None, 370.5],
                   heads=["资产编号", "资产名称", "数量", "原值（万元）"])
    assert outcome.fen == 370_5000_00
    assert not [each for each in outcome.problems if each.column == "合计"]


def test_columns_matched_by_hand_are_remembered_and_forgotten(ledger, book):
    heads = ["资产编号", "资产名称", "去向", "负责人"]
    source = Source(book(heads, ["A1", "空调", "302", "王敏"]))
    plan = source.propose()
    assert plan.columns == {0: "number", 1: "name", 3: "keeper"}
    run(source, replace(plan, columns={0: "number", 1: "name", 2: "place"}))
    assert set(settings.value(COLUMNS_BY_HAND)) == {"去向=存放地点", "负责人="}
    again = Source(book(heads, ["A2", "空调", "303", "王敏"]))
    assert again.propose().columns == {0: "number", 1: "name", 2: "place"}
    run(again, replace(again.propose(), columns={0: "number", 1: "name", 3: "keeper"}))
    assert again.propose().columns == {0: "number", 1: "name", 3: "keeper"}


def test_remembered_heading_may_hold_an_equals_sign(ledger, book):
    source = Source(book(["资产编号", "资产名称", "a=b"], ["A1", "空调", "x"]))
    run(source, replace(source.propose(), columns={0: "number", 1: "name", 2: "remark"}))
    assert source.propose().columns == {0: "number", 1: "name", 2: "remark"}


def test_rehearsal_remembers_no_columns(ledger, book):
    source = Source(book(["资产编号", "资产名称", "去向"], ["A1", "空调", "302"]))
    run(source, replace(source.propose(), columns={0: "number", 1: "name", 2: "place"}), rehearse=True)
    assert importing.remembered_columns() == {}


# --- values ------------------------------------------------------------------------------------------------------


def test_values_as_offices_type_them(take):
    heads = ["财产编号", "设备名称", "分类代码", "数量", "单价", "购置日期", "入账日期", "保修期至", "使用状态", "折旧年限", "增加方式"]
    outcome = take(["２０１２－１", " 课 桌 ", 2010301000000, "40套", "￥1,200.00元", "2019.9.1", 20190901, 45000, "正常", "5年", "购置"],
                   ["b", "椅", None, "２台", "1.2万", "2019年9月", datetime.fromisoformat("2020-01-02"), "2021/3/4", "在修", 8, "捐赠"], heads=heads)
    assert outcome.errors == 0
    one, two = cards()["2012-1"].draft, cards()["b"].draft
    assert (one.class_code, one.quantity, one.unit, one.unit_price, one.value) == ("2010301000000", 40, "套", 120_000, 4_800_000)
    assert (one.acquired_on, one.booked_on, one.warranty_until) == (date(2019, 9, 1), date(2019, 9, 1), date(2023, 3, 15))
    assert (one.status, one.life_months, one.acquired_by) == ("在用", 60, "新购")
    assert (two.quantity, two.unit_price, two.acquired_on, two.status) == (2, 1_200_000, date(2019, 9, 1), "待修理")
    assert (two.acquired_by, two.warranty_until) == ("接受捐赠", date(2021, 3, 4))
    assert [each.text for each in outcome.problems if each.row == 0][0].startswith("有 1 个日期只写到年或月")


def test_bad_cells_are_told_with_row_column_and_value(take):
    outcome = take(["A1", "空调", 2.5, "abc"], ["A2", "空调", -1, -5], ["A3", None, 1, 5])
    told = {(each.row, each.column, each.value) for each in outcome.problems if each.level == "error"}
    assert told == {(2, "数量", "2.5"), (2, "单价", "abc"), (3, "数量", "-1"), (3, "单价", "-5"), (4, "资产名称", "")}
    assert outcome.refused
    assert [row for _, row in outcome.bad_rows] == [2, 3, 4]
    assert cards() == {}


def test_problem_of_a_sum_quotes_the_cell_not_our_unit(take):
    outcome = take(["A1", "空调", 2, 100, 250])
    (problem,) = [each for each in outcome.problems if each.row]
    assert (problem.level, problem.column, problem.value) == ("warning", "金额", "250")


def test_sums_with_what_could_not_be_read_are_not_told(take):
    outcome = take(["A1", "空调", "2.5", 100, 250])
    assert [(each.column, each.level) for each in outcome.problems] == [("数量", "error")]


def test_unknown_status_is_kept_in_the_remark(take):
    heads = ["资产编号", "资产名称", "使用状况", "备注"]
    outcome = take(["A1", "空调", "封存待查", "三楼"], heads=heads)
    (problem,) = [each for each in outcome.problems if each.row]
    assert problem.level == "warning"
    assert cards()["A1"].draft.status == "在用"
    assert cards()["A1"].draft.remark == "三楼 使用状况：封存待查"


def test_missing_quantity_is_one_and_told_once(take):
    outcome = take(["A1", "空调"], ["A2", "空调"], ["A3", "空调", "x"], skip_bad=True)
    assert [each.text for each in outcome.problems if not each.row and each.column == "数量"] == [
        "有 2 行没有写数量，按 1 件登记。"]


def test_extra_fields_come_in_by_their_title(take):
    colour = commands.save_extra_field(commands.ExtraDraft("颜色", "选项", "红\n蓝")).made[0]
    day = commands.save_extra_field(commands.ExtraDraft("年检日期", "日期")).made[0]
    heads = ["资产编号", "资产名称", "颜色", "年检日期"]
    outcome = take(["A1", "空调", "红", "2026.3.1"], ["A2", "空调", "绿", "明年"], heads=heads, skip_bad=True)
    assert cards()["A1"].draft.extras == {colour: "红", day: "2026-03-01"}
    assert {(each.row, each.column) for each in outcome.problems if each.level == "error"} == {(3, "颜色"), (3, "年检日期")}


@pytest.mark.parametrize("heads", [HEADS, ["序列号", "资产名称", "折旧年限", "累计折旧", "取得日期", "使用部门", "使用人", "分类代码"]])
@pytest.mark.parametrize("cell", ["长" * 30_000, "a" * 32_767, 1e300, -1e300, 1e15, -3, 0.5, True, date(1899, 12, 31), "=1+1",
                                  "'", "\u200b", "1e999", "٣", "🪑" * 500, "%s", "{}", "<b>", "张三、李四", "0", 60, 99999999])
def test_hostile_cells_give_problems_and_never_an_exception(take, heads, cell):
    row = ["A1", "空调", 1, 5, 5, None, None, None]
    rows = [[cell if at == number else each for at, each in enumerate(row)] for number in range(len(row))]
    outcome = take(*rows, heads=heads, skip_bad=True)
    assert all(len(each.value) <= 60 and each.text for each in outcome.problems)
    assert all(each.row in range(2, 10) and each.column for each in outcome.problems if each.level == "error")
    assert outcome.imported == queries.totals(Wish()).records


# --- totals ------------------------------------------------------------------------------------------------------


def test_totals_are_left_out_and_compared(take):
    outcome = take(["A1", "空调", 1, None, 100], ["A2", "空调", 1, None, 50], ["小计", None, 2, None, 150],
                   ["A3", "桌", 1, None, 10], ["小 计", None, 1, None, 11], ["合计", None, 3, None, 160])
    assert outcome.imported == 3
    (problem,) = [each for each in outcome.problems if each.column == "合计"]
    assert (problem.row, problem.level) == (6, "warning")
    assert "相差 1.00 元" in problem.text


def test_wrong_grand_total_is_told(take):
    outcome = take(["A1", "空调", 1, None, 100], ["合计：", None, 1, None, "￥90.00"])
    (problem,) = [each for each in outcome.problems if each.column == "合计"]
    assert (problem.row, problem.value) == (3, "￥90.00")
    assert "表中合计 90.00 元，逐行相加是 100.00 元" in problem.text


# --- numbers -----------------------------------------------------------------------------------------------------


@pytest.fixture
def standing(ledger):
    """A card in the ledger, with something in every field that matters here."""
    commands.register_asset(AssetDraft(number="A1", name="旧空调", brand="格力", quantity=2, unit_price=10_000, remark="原备注",
                                       status="待报废", class_code="A02061804", class_name="空调机"))


def test_known_number_is_refused_unless_chosen_otherwise(take, standing):
    outcome = take(["A1", "空调", 1, 5], ["A2", "桌", 1, 5])
    assert outcome.refused
    assert [each.row for each in outcome.problems if each.level == "error"] == [2]
    assert set(cards()) == {"A1"}


def test_known_number_is_skipped_whatever_else_is_in_the_row(take, standing):
    outcome = take(["A1", "空调", "x", 5, None, "新楼101"], ["A2", "桌", 1, 5], duplicates="skip")
    assert (outcome.skipped, outcome.imported, outcome.errors, outcome.places) == (1, 1, 0, [])
    assert cards()["A1"].draft.name == "旧空调"


def test_known_number_is_updated_and_blank_never_clears(take, standing):
    before = cards()["A1"].draft
    outcome = take(["A1", None, None, None, None, "教学楼101", "无", None], duplicates="update")
    assert (outcome.updated, outcome.imported, outcome.errors) == (1, 0, 0)
    after = cards()["A1"]
    assert after.place == "教学楼 101室" or after.place.endswith("101室")
    assert replace(after.draft, place_id=None) == before


def test_update_recounts_the_value(take, standing):
    take(["A1", None, 3, None], duplicates="update")
    assert (cards()["A1"].draft.quantity, cards()["A1"].draft.value) == (3, 30_000)
    take(["A1", None, None, None, 60], duplicates="update")
    assert (cards()["A1"].draft.unit_price, cards()["A1"].draft.value) == (2_000, 6_000)


def test_update_with_an_unknown_word_keeps_status_and_remark(take, standing):
    take(["A1", "封存"], heads=["资产编号", "使用状况"] + ["资产名称"], duplicates="update")
    draft = cards()["A1"].draft
    assert (draft.status, draft.remark) == ("待报废", "原备注 使用状况：封存")


def test_update_of_the_class_code_takes_its_name(take, standing):
    take(["A1", "A02010105"], heads=["资产编号", "分类代码", "资产名称"], duplicates="update")
    assert cards()["A1"].draft.class_name != "空调机"


def test_update_is_judged_as_the_card_will_be(take, standing):
    outcome = take(["A1", None, None, None, None, None, None, "新"], ["A2", None, 1], duplicates="update", skip_bad=True)
    assert outcome.updated == 1
    assert [(each.row, each.column) for each in outcome.problems if each.level == "error"] == [(3, "资产名称")]
    bad = take(["A1", None, None, None, 10, None, None, "字" * 3000], duplicates="update")
    assert bad.refused
    assert [*bad.bad_rows] == [("Sheet", 2)]


def test_same_card_again_changes_nothing(take, standing):
    before = everything()
    outcome = take(["A1", "旧空调", 2, 100], duplicates="update")
    assert (outcome.unchanged, outcome.updated, outcome.step) == (1, 0, None)
    assert everything() == before


def test_number_twice_in_the_file(take):
    outcome = take(["A1", "空调", 1], ["A2", "桌", 1], ["Ａ１", "椅", 1])
    (problem,) = [each for each in outcome.problems if each.level == "error"]
    assert (problem.row, problem.value) == (4, "Ａ１")
    assert "与第 2 行重复" in problem.text


def test_number_of_a_deleted_card_is_refused(take, standing):
    commands.delete_assets([cards()["A1"].id])
    outcome = take(["A1", "空调", 1])
    assert "已删除的卡片" in outcome.problems[0].text


def test_cards_without_number_get_one_of_their_year(take):
    heads = ["资产编号", "资产名称", "取得日期"]
    outcome = take([None, "空调", "2019.9.1"], [None, "桌", "2019.10.2"], [None, "椅", "2020.1.1"], ["ZC-2019-00002", "床", None],
                   heads=heads)
    assert outcome.imported == 4
    assert {number: card.draft.name for number, card in cards().items()} == {
        "ZC-2019-00001": "空调", "ZC-2019-00002": "床", "ZC-2019-00003": "桌", "ZC-2020-00001": "椅"}


# --- names -------------------------------------------------------------------------------------------------------


def test_ambiguous_people_and_places_are_told_not_guessed(ledger, take):
    start_school(SchoolDraft("青禾小学"))
    office, teaching = add_department("语文组").made[0], add_department("数学组").made[0]
    add_person(PersonDraft("王芳", office))
    second = add_person(PersonDraft("王芳", teaching)).made[0]
    take(["A1", "空调", 1, 1, None, "教学楼101"], ["A2", "空调", 1, 1, None, "综合楼101"])
    outcome = take(["B1", "空调", 1, 1, None, "101", "王芳"], ["B2", "空调", 1, 1, None, "教学楼101", "王芳（数学组）"], skip_bad=True)
    assert {(each.row, each.column, each.value) for each in outcome.problems if each.level == "error"} == {
        (2, "存放地点", "101"), (2, "保管人", "王芳")}
    assert cards()["B2"].draft.keeper_id == second
    assert "B1" not in cards()


def test_rows_that_stay_out_make_no_places(take):
    outcome = take(["A1", "空调", 1, 1, None, "教学楼101", "王敏"], ["A2", None, 1, 1, None, "综合楼201", "李红"],
                   ["A1", "桌", 1, 1, None, "食堂", "赵军"], skip_bad=True)
    assert (outcome.people, [place for place in outcome.places if "综合" in place or "食堂" in place]) == (["王敏"], [])
    assert [row[1] for row in school.people_listing(Wish())] == ["王敏"]


# --- all or nothing ----------------------------------------------------------------------------------------------


ROWS = (["A1", "空调", 1, 100, None, "教学楼101", "王敏"], [None, "桌", 40, 50, None, "教学楼102", "李红"])


def test_rehearsal_says_the_same_and_leaves_every_table_as_it_was(ledger, book):
    source = Source(book(HEADS, *ROWS))
    plan, before = replace(source.propose(), columns={**source.propose().columns, 7: "brand"}), everything()
    rehearsed = run(source, plan, rehearse=True)
    assert everything() == before
    assert rehearsed.step is None
    done = run(source, plan)
    assert replace(done, step=None) == rehearsed
    assert done.step
    assert everything() != before


def test_import_is_one_step_and_undo_brings_everything_back(take):
    before = records()
    outcome = take(*ROWS)
    after = records()
    assert journal.undoable()[0] == outcome.step.id
    assert "导入 2 张卡片、41 件、2,100.00 元" in journal.undoable()[1]
    journal.undo(outcome.step.id)
    assert records() == before
    assert journal.undoable() is None
    journal.redo()
    assert records() == after


def test_refused_import_writes_nothing(ledger, book):
    source = Source(book(HEADS, *ROWS, ["A9", None, 1]))
    before = everything()
    assert run(source, source.propose()).refused
    assert everything() == before


@pytest.mark.parametrize("word", ["检查各行", "写入卡片"])
def test_cancel_in_the_middle_leaves_nothing(ledger, book, word):
    source = Source(book(HEADS, *([f"N{number}", "空调", 1, 100, None, f"教学楼{100 + number % 9}"] for number in range(600))))
    before = everything()

    def stop(done, total, text=""):
        if text == word and done >= 249:
            raise Cancelled

    with pytest.raises(Cancelled):
        run(source, source.propose(), stop)
    assert everything() == before
    assert run(source, source.propose()).imported == 600


def test_progress_counts_up_to_the_end(ledger, book):
    source = Source(book(HEADS, *([f"N{number}", "空调", 1] for number in range(700))))
    told = []
    run(source, source.propose(), lambda done, total, text="": told.append((text, done, total)))
    assert {text for text, *_ in told} == {"检查各行", "写入卡片"}
    assert all(done <= total for _, done, total in told)
    assert told[-1] == ("写入卡片", 700, 700)


def test_good_rows_come_in_and_the_saved_bad_ones_after_mending(ledger, book, tmp_path):
    source = Source(book("台账", HEADS, *ROWS, ["A3", "椅", "2.5", 10], ["A4", None, 1, 10]))
    plan = replace(source.propose(), skip_bad=True)
    outcome = run(source, plan)
    assert (outcome.imported, [row for _, row in outcome.bad_rows], outcome.refused) == (2, [5, 6], False)
    saved = tmp_path / "问题行.xlsx"
    importing.save_bad_rows(outcome, saved)
    mended = openpyxl.load_workbook(saved)
    sheet = mended.active
    assert [cell.value for cell in sheet[1]][:4] == ["问题", "原行号", "资产编号", "资产名称"]
    assert sheet["B2"].value == 5
    assert "数量带小数" in sheet["A2"].value
    sheet["E2"], sheet["D3"] = 2, "凳"
    mended.save(saved)
    again = Source(saved)
    assert run(again, again.propose()).imported == 2
    assert {number: card.draft.name for number, card in cards().items() if number[0] == "A"} == {
        "A1": "空调", "A3": "椅", "A4": "凳"}


def test_twenty_thousand_rows_come_in(ledger, tmp_path):
    path = tmp_path / "大台账.csv"
    lines = ["资产编号,资产名称,数量,单价,存放地点,保管人"]
    lines += [f"N{number:05d},课桌椅,{number % 50 + 1},120.50,教学楼{100 + number % 60},教师{number % 40}" for number in range(20_000)]
    path.write_text("\n".join(lines), "utf-8")
    source = Source(path)
    outcome = run(source, source.propose())
    assert (outcome.imported, outcome.errors, len(outcome.people)) == (20_000, 0, 40)
    assert queries.totals(Wish()).fen == outcome.fen


def test_outcome_speaks_json(take):
    outcome = take(["A1", None, 1])
    assert json.loads(json.dumps([each.as_json() for each in outcome.problems]))[0]["row"] == 2
