"""Items and a term's plan on a real file: copying, writing cells, states, undo, the workbook."""

from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from app.core.errors import Invalid, Refused
from app.core.listing import Wish
from app.fees import rules
from app.fees.board import commands as board_commands
from app.fees.item_fields import ItemDraft
from app.fees.plan import catalogue, commands, queries, sheets
from app.fees.plan.rules import PlanDraft, StandardDraft
from app.school import queries as school
from app.school.commands import add_classes, add_term
from app.school.rules import TermDraft
from app.store import journal
from tests.fee_verbs import write_prices

NAMES = ("作业本费", "课后服务费", "伙食费", "校服费")


@pytest.fixture
def plan(started_ledger):
    """Give a plan of the current term with four items; the first grade pays 60, 300, 970 and 403."""
    add_classes(2026, {1: 2, 2: 1})
    commands.add_shipped_items()
    made = commands.start_plan(school.current_term().id).made[0]
    ids = queries.item_names()
    rows = commands.add_plan_items(made, [ids[name] for name in NAMES]).made
    write_prices(made, {(row, 1): fen for row, fen in zip(rows, (6_000, 30_000, 97_000, 40_300), strict=True)})
    return made


def by_name(plan_id):
    return {item.name: item for item in queries.plan_items(plan_id)}


def next_term():
    return add_term(TermDraft(2026, 2, date(2027, 2, 22), date(2027, 7, 9))).made[0]


# --- items -------------------------------------------------------------------------------------------------------


def test_shipped_items_come_once_and_the_doubtful_say_so(started_ledger):
    assert commands.add_shipped_items().count == len(catalogue.shipped_items())
    assert commands.add_shipped_items().count == 0
    doubtful = queries.item_draft(queries.item_names()["体检费（义务教育学生常规体检）"])
    assert catalogue.UNCHECKED in doubtful.remark
    assert "空调" in catalogue.banned_words()


def test_items_are_found_by_pinyin_and_kind(started_ledger):
    commands.add_shipped_items()
    assert [row[1] for row in queries.items_listing(Wish("khfw"))] == ["课后服务费"]
    banned = queries.items_listing(Wish(filters={"kind": rules.BANNED}))
    assert banned
    assert all(row[2] == rules.BANNED for row in banned)
    assert queries.library().totals(Wish(filters={"kind": rules.BANNED})).records == len(banned)
    assert queries.items_listing(Wish(cells={"voluntary": "自愿"}))


def test_a_grid_writes_items_all_or_none(started_ledger):
    identity = commands.add_item(ItemDraft("书本费", document="甲〔2020〕1号")).made[0]
    with pytest.raises(Invalid) as caught:
        commands.write_items({identity: {"kind": "杂项"}}, [{"name": "书本费"}, {"name": ""}])
    assert {(each.row, each.field) for each in caught.value.problems} == {
        (identity, "kind"), (identity, "name"), (-1, "name"), (-2, "name")}
    commands.write_items({identity: {"unit": "元/本"}}, [{"name": "簿册费"}])
    assert queries.item_draft(identity).unit == "元/本"
    assert "簿册费" in queries.item_names()
    journal.undo()
    assert queries.item_draft(identity).unit == "元/生·学期"
    assert "簿册费" not in queries.item_names()


def test_standards_have_a_history(started_ledger):
    identity = commands.add_item(ItemDraft("课后服务费", rules.SERVICE, document="甲")).made[0]
    commands.add_standard(identity, StandardDraft(30_000, date(2022, 9, 1), document="甲"))
    commands.add_standard(identity, StandardDraft(32_000, date(2026, 9, 1), document="乙"))
    commands.add_standard(identity, StandardDraft(31_000, date(2026, 9, 1), document="丙"))
    assert [(each.fen, each.document) for each in queries.standards(identity)] == [(31_000, "丙"), (30_000, "甲")]
    assert queries.items_listing(Wish())[0][4] == "310.00"
    with pytest.raises(Invalid):
        commands.add_standard(identity, StandardDraft())


def test_an_item_that_was_charged_is_not_removed(plan):
    ids = queries.item_names()
    with pytest.raises(Refused, match="停用"):
        commands.remove_items([ids["作业本费"]])
    commands.remove_items([ids["保证金、押金"]])
    assert "保证金、押金" not in queries.item_names()


# --- the plan ----------------------------------------------------------------------------------------------------


def test_a_copy_differs_in_nothing_and_each_change_is_marked(plan):
    other = commands.copy_plan(next_term(), school.current_term().id).made[0]
    assert queries.differences(other) == []
    assert queries.totals(other) == queries.totals(plan)
    items = by_name(other)
    commands.write_cells(other, {items["作业本费"].id: {"grade1": 7_000, "basis": "丁〔2027〕1号"}, items["校服费"].id: {"grade1": None}})
    assert [each.sentence for each in queries.differences(other)] == [
        "作业本费：收费依据由“（无）”变更为“丁〔2027〕1号”", "作业本费：一年级标准由“60.00”提高为“70.00”", "校服费：一年级标准由“403.00”取消为“不收”"]
    assert queries.copied_from(other) == plan
    with pytest.raises(Refused, match="已经有"):
        commands.copy_plan(queries.plan(other).term_id, school.current_term().id)


def test_totals_are_computed_and_cannot_be_typed(plan):
    commands.write_cells(plan, {by_name(plan)["伙食费"].id: {"measure": "学期"}})
    assert queries.totals(plan)[1].fen == 173_300
    with pytest.raises(Refused, match="合计由程序"):
        commands.write_cells(plan, {by_name(plan)["伙食费"].id: {"total": 173_000}})


def test_cells_are_one_step_and_wrong_ones_stop_all(plan):
    items = by_name(plan)
    with pytest.raises(Invalid) as caught:
        commands.write_cells(plan, {items["作业本费"].id: {"grade1": -1, "kind": "杂费"}, items["校服费"].id: {"grade2": 100}},
                             [{"name": "作业本费"}, {"grade1": 5}])
    assert {(each.row, each.field) for each in caught.value.problems} == {
        (items["作业本费"].id, "grade1"), (items["作业本费"].id, "kind"), (-1, "name"), (-2, "name")}
    before = queries.matrix(plan)
    commands.write_cells(plan, {items["作业本费"].id: {"grade1": 6_500, "grade2": 6_500}},
                         [{"name": "校车服务费", "grade2": 50_000}, {"name": "游泳费", "basis": "戊", "grade2": 100}])
    assert by_name(plan)["游泳费"].basis == "戊"
    assert queries.item_names()["游泳费"]
    assert queries.totals(plan)[2].fen == 6_500 + 50_000 + 100
    journal.undo()
    assert queries.matrix(plan) == before
    assert "游泳费" not in by_name(plan)


def test_the_grid_shows_what_was_written(plan):
    keys = [column.key for column in queries.plan_columns(plan)]
    assert keys[:5] == ["name", "kind", "unit", "grade1", "grade2"]
    rows = dict(queries.plan_rows(plan))
    assert rows[by_name(plan)["校服费"].id]["grade1"] == 40_300
    assert rows[by_name(plan)["校服费"].id]["grade2"] is None


def test_words_of_a_plan_stand_though_the_item_changes(plan):
    ids = queries.item_names()
    draft = queries.item_draft(ids["作业本费"])
    draft = replace(draft, document="青发改价〔2019〕88号", issued_on=date(2019, 8, 1))
    commands.edit_item(ids["作业本费"], draft)
    assert by_name(plan)["作业本费"].basis == ""
    commands.refresh_words([by_name(plan)["作业本费"].id])
    assert by_name(plan)["作业本费"].basis == "青发改价〔2019〕88号（2019年8月1日）"


def step(plan, act, *more):
    with journal.operation("示例"):
        commands.step_to(plan, act, *more)


def test_states_go_one_step_at_a_time(plan):
    with pytest.raises(Refused, match="现在是“拟定”，不能开始收费。请先公示。"):
        board_commands.begin_collecting(plan)
    with pytest.raises(Refused, match="不能结算。请先公示。"):
        step(plan, "settle")
    step(plan, "post")
    with pytest.raises(Refused, match="现在是“公示中”，不能删除。请先撤下公示。"):
        commands.remove_plan(plan)
    with pytest.raises(Refused, match="还不能开始收费，有"):
        board_commands.begin_collecting(plan)
    assert queries.plan(plan).state == rules.POSTED
    step(plan, "take_down")
    commands.remove_plan(plan)
    assert queries.plans() == []


def test_a_settled_plan_takes_no_changes(plan):
    step(plan, "post")
    step(plan, "collect")
    step(plan, "settle", date(2026, 11, 20))
    assert queries.plan(plan).settled_on == date(2026, 11, 20)
    for verb in (lambda: commands.edit_plan(plan, PlanDraft()), lambda: write_prices(plan, {}),
                 lambda: commands.remove_plan_items(plan, [])):
        with pytest.raises(Refused, match="已结算"):
            verb()
    step(plan, "close", date(2026, 11, 21), "挂账待领")
    step(plan, "reopen")
    assert (queries.plan(plan).state, queries.plan(plan).closed_on) == (rules.SETTLED, None)
    step(plan, "unsettle")
    assert (queries.plan(plan).state, queries.plan(plan).settled_on) == (rules.COLLECTING, None)


def test_items_are_put_in_order_and_taken_out(plan):
    items = by_name(plan)
    commands.order_plan_items(plan, [items["校服费"].id, items["伙食费"].id])
    assert [item.name for item in queries.plan_items(plan)] == ["校服费", "伙食费", "作业本费", "课后服务费"]
    commands.remove_plan_items(plan, [items["校服费"].id])
    assert "校服费" not in by_name(plan)
    with pytest.raises(Refused, match="已经在"):
        commands.add_plan_items(plan, [items["伙食费"].item_id])


# --- the workbook ------------------------------------------------------------------------------------------------


def test_the_matrix_goes_out_and_comes_back_as_it_was(plan, tmp_path):
    path = tmp_path / "标准.xlsx"
    sheets.write_matrix(plan, path)
    reading = sheets.look(plan, path)
    assert (reading.changed, reading.added, reading.problems) == ({}, [], [])
    assert sheets.take(plan, reading).step is None


def test_a_wrong_sum_in_a_workbook_is_told_and_never_taken(plan, tmp_path):
    """The real sheet: 60 + 970 + 300 + 403 with 1730 under it."""
    commands.write_cells(plan, {by_name(plan)["伙食费"].id: {"measure": "学期"}})
    path = tmp_path / "公示表.xlsx"
    book = openpyxl.Workbook()
    for row in (("收费项目", "计费单位", "一年级"), ("作业本费", "元/生·学期", 60), ("伙食费", "元/生·学期", 970),
                ("课后服务费", "元/生·学期", 300), ("校服费", "元/套", 403), ("合计", "", 1730)):
        book.active.append(row)
    book.save(path)
    reading = sheets.look(plan, path)
    assert [problem.text for problem in reading.problems] == [
        "一年级合计写的是 1,730.00，各项相加是 1,733.00。合计由程序计算，请核对各项金额。"]
    with pytest.raises(Refused, match="1,733.00"):
        sheets.take(plan, reading)


def test_a_workbook_changes_prices_and_adds_items(plan, tmp_path):
    path = tmp_path / "标准.xlsx"
    book = openpyxl.Workbook()
    for row in (("项目", "依据", "自愿", "一年级（元）", "二年级"), ("作业本费", "己", "否", 65, "—"), ("游泳费", "庚", "自愿", None, "12.50"),
                ("合计", "", "", 65, 12.5)):
        book.active.append(row)
    book.save(path)
    reading = sheets.look(plan, path)
    assert reading.problems == []
    assert reading.sentence() == "改动 1 项，新增 1 项"
    sheets.take(plan, reading)
    items = by_name(plan)
    prices = queries.matrix(plan)
    assert (items["作业本费"].basis, prices[items["作业本费"].id, 1], prices[items["游泳费"].id, 2]) == ("己", 6_500, 1_250)
    assert items["游泳费"].voluntary
    assert not items["作业本费"].voluntary
