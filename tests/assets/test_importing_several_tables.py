"""Several tables of several heads: on one sheet below one another, on several sheets; what their heads leave open is asked."""

from dataclasses import replace

import openpyxl
import pytest

from app.assets import queries
from app.assets.importing import Doubtful, Source, run
from app.core.listing import Wish

FIRST = [["整机物料："], ["物料名称", "物料数量", "备注"], ["螺丝", "12个", "平头"], ["螺母", 3, None]]
SECOND = [
    ["电路板上的："], ["型号", "数量", "位号", "备注"], ["印制板", 1, "P1", "两层"], ["电容100nF", 31, "C1,C2", None], ["芯片", 2, "U1,U2", None]]


@pytest.fixture
def book(ledger, tmp_path):
    """Give a function that saves sheets (name to rows) as a workbook and opens it."""

    def save(**sheets):
        made = openpyxl.Workbook()
        made.remove(made.active)
        for name, rows in sheets.items():
            page = made.create_sheet(name)
            for row in rows:
                page.append(row)
        made.save(tmp_path / "台账.xlsx")
        return Source(tmp_path / "台账.xlsx")

    return save


def cards():
    return [(card.draft.name, card.draft.quantity) for card in queries.cards(queries.matching_ids(Wish(sort="number")))]


def texts(outcome):
    return [problem.text for problem in outcome.problems]


def test_a_second_head_without_a_name_is_asked_about_and_read_by_the_answer(book):
    source = book(表=[*FIRST, *SECOND])
    plan = source.propose()
    with pytest.raises(Doubtful) as asked:
        run(source, plan)
    [question] = asked.value.questions
    assert "第 6 行是另一张表的表头（型号、数量、位号、备注），哪一列是资产名称？" in question.text
    assert (question.heads, question.elsewhere) == (("型号", "位号"), True)
    assert cards() == []
    outcome = run(source, replace(plan, words={"型号#1": "name", "位号#1": ""}))
    assert outcome.errors == 0
    assert cards() == [("螺丝", 12), ("螺母", 3), ("印制板", 1), ("电容100nF", 31), ("芯片", 2)]


def test_a_second_table_that_is_none_of_things_is_left_out_and_told(book):
    source = book(表=[*FIRST, *SECOND, *FIRST[1:3]])
    outcome = run(source, replace(source.propose(), words={"型号#1": "", "位号#1": ""}))
    assert cards() == [("螺丝", 12), ("螺母", 3), ("螺丝", 12)]
    assert any("第 6 行是另一张表的表头" in text and "3 行没有导入" in text for text in texts(outcome))


def test_the_same_word_may_be_the_name_under_one_head_and_not_under_the_other(book):
    source = book(表=[["物料名称", "型号", "数量", "备注"], ["螺丝", "M3", 12, "平头"], *SECOND])
    plan = source.propose()
    [question] = source.questions(plan)
    assert question.heads == ("型号", "位号")
    run(source, replace(plan, words={"型号#1": "name"}))
    assert cards() == [("螺丝", 12), ("印制板", 1), ("电容100nF", 31), ("芯片", 2)]


def test_a_doubtful_column_under_a_second_head_is_asked_about_too(book):
    second = [["物料名称", "型号", "东校区地点", "数量"], ["灯", "A", "一楼教室", 1], ["桌", "B", "二楼教室", 2], ["椅", "C", "三楼教室", 3]]
    source = book(表=[["物料名称", "型号", "数量"], ["螺丝", "M3", 12], *second])
    [question] = source.questions(source.propose())
    assert (question.key, question.heads, question.text) == ("place", ("东校区地点",), "第 3 行的表头里，“东校区地点”这一列是不是存放地点？")
    outcome = run(source, replace(source.propose(), words={"东校区地点#1": ""}))
    assert (outcome.imported, outcome.places) == (4, [])


def test_what_only_a_second_sheet_asks_can_be_answered(book):
    """Its columns were named by the first sheet's headings: no answer ever fitted, and a wider sheet failed."""
    rooms = [["灯", 1, "x", "一楼教室"], ["桌", 2, "y", "二楼教室"], ["椅", 3, "z", "三楼教室"]]
    source = book(甲=[["资产名称", "数量"], ["柜", 4]], 乙=[["资产名称", "数量", "附", "东校区地点"], *rooms])
    plan = replace(source.propose("甲"), also=("乙",))
    [question] = source.questions(plan)
    assert (question.heads, question.elsewhere) == (("东校区地点",), True)
    assert "工作表“乙”里" in question.text
    assert source.questions(replace(plan, words={question.names[0]: ""})) == []
    outcome = run(source, replace(plan, words={question.names[0]: "place"}))
    assert outcome.imported == 4
    assert [card.place for card in queries.cards(queries.matching_ids(Wish(sort="number")))] == ["", "1层 教室", "2层 教室", "3层 教室"]


def test_of_two_columns_of_one_heading_the_chosen_one_counts_on_other_sheets_too(book):
    source = book(甲=[["资产名称", "数量", "型号", "数量"], ["柜", 4, "a", 4]], 乙=[["资产名称", "数量", "品牌"], ["桌", 7, "b"]])
    run(source, replace(source.propose("甲"), also=("乙",), answered=frozenset({"数量"})))
    assert cards() == [("柜", 4), ("桌", 7)]


def numbered(first, last, **changes):
    return [[f"ZC{at:03d}", f"东西{at}", changes.get("quantity", 1)] for at in range(first, last)]


HEADS = ["资产编号", "资产名称", "数量"]


def test_a_summary_beside_its_parts_is_asked_about(book):
    """Every row of the parts was refused as a number used twice, 1,700 lines of it."""
    source = book(A座=[HEADS, *numbered(0, 6)], 全院=[HEADS, *numbered(0, 30)], B座=[HEADS, *numbered(6, 14), *numbered(40, 44)],
                  C座=[HEADS, *numbered(60, 70)])
    plan = source.propose()
    [question] = source.questions(plan)
    assert (question.sheets, "“B座”“A座”里的内容，大多在“全院”里" in question.text) == (("B座", "A座"), True)
    smaller = source.without(plan, question.sheets)
    assert (smaller.sheets, source.questions(smaller)) == (("全院", "C座"), [])
    assert run(source, smaller, rehearse=True).imported == 40
    assert source.questions(source.without(plan, ())) == []
    assert run(source, source.without(plan, ()), rehearse=True).errors == 14


@pytest.mark.parametrize(("names", "asked"), [(("TTL", "Sheet1"), True), (("301", "302"), False)])
def test_sheets_that_list_the_same_without_numbers_are_asked_about_and_rooms_alike_are_not(book, names, asked):
    rows = [[at, f"白酒{at}", at + 1, 100 + at] for at in range(24)]
    first, second = names
    source = book(**{first: [["序号", "资产名称", "数量", "单价"], *rows, *([at, f"红酒{at}", 3, 7] for at in range(9))],
                     second: [["单价", "资产名称", "产地", "数量"], *([price, name, "黔", count] for _, name, count, price in reversed(rows))]})
    assert [question.sheets for question in source.questions(source.propose())] == ([(second,)] if asked else [])


def test_a_report_of_what_stood_twice_is_not_taken_but_told(book):
    source = book(合并数据=[HEADS, *numbered(0, 3)], 重复记录=[HEADS, *numbered(2, 3), *numbered(2, 3)])
    outcome = run(source, source.propose())
    assert (outcome.sheets, outcome.imported, outcome.errors) == (("合并数据",), 3, 0)
    assert any("重复记录" in text for text in texts(outcome))
