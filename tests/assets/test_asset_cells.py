"""Cells written over many cards and cards added below: one step, all problems at once, and undo gives back what was."""

import shutil
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.assets import alike, bulk, cells, commands, queries
from app.assets.commands import ExtraDraft
from app.assets.fields import AssetDraft
from app.core import clock
from app.core.errors import Invalid, Refused
from app.core.listing import Wish
from app.school import commands as school_commands
from app.school import place_commands
from app.school import queries as school
from app.school.rules import PersonDraft, SchoolDraft
from app.store import journal, opening, triggers
from app.store.database import database

started = pytest.mark.usefixtures("started_ledger")


def register(count=3, **fields):
    return [commands.register_asset(AssetDraft(**({"name": "学生课桌", "unit_price": 14_800} | fields))).made[0] for _ in range(count)]


def rows():
    return database.execute_sql("SELECT * FROM asset ORDER BY id").fetchall()


def draft(identity):
    return queries.card(identity).draft


def wrong(changed, added=()):
    before = rows()
    with pytest.raises(Invalid) as caught:
        cells.write_cells(changed, list(added))
    assert rows() == before
    assert journal.undoable()[1] != "修改资产"
    return [(problem.row, problem.field, problem.text) for problem in caught.value.problems]


@started
def test_cells_of_many_cards_are_one_step_with_its_name_and_undo_and_redo_are_exact():
    place_commands.add_places("教学楼 1层 101室 教室")
    room, keeper = school.find_places("101")[0].id, school_commands.add_person(PersonDraft("王敏")).made[0]
    ids, before = register(supplier=" 老供应商"), rows()
    assert cells.write_cells({ids[0]: {"place_id": room, "keeper_id": keeper}, ids[1]: {"keeper_id": keeper, "remark": " 已贴标 "}}, []).made == ()
    assert (draft(ids[0]).place_id, draft(ids[0]).keeper_id, draft(ids[1]).remark) == (room, keeper, "已贴标")
    assert journal.undoable()[1] == "修改 2 张卡片的 存放地点、保管人、备注"
    assert queries.totals(Wish("已贴标")).records == 1
    after = rows()
    journal.undo()
    assert rows() == before
    journal.redo()
    assert rows() == after


@started
def test_the_title_tells_one_card_and_new_cards():
    ids = register(2)
    cells.write_cells({ids[0]: {"remark": "好"}}, [])
    assert journal.undoable()[1] == "修改资产 ZC-2026-00001 备注"
    cells.write_cells({ids[0]: {"remark": "坏"}}, [{"name": "钢琴"}, {"name": "风琴"}])
    assert journal.undoable()[1] == "修改资产 ZC-2026-00001 备注；登记 2 张卡片"
    cells.write_cells({}, [{"name": "钢琴"}])
    assert journal.undoable()[1] == "登记资产 ZC-2026-00005 钢琴"
    cells.write_cells({each: {"brand": "甲", "model": "乙", "serial": str(each), "voucher": "丙", "funding": "捐赠"} for each in ids}, [])
    assert journal.undoable()[1] == "修改 2 张卡片的 品牌、规格型号、序列号、凭证号等 5 项"


@started
def test_what_is_already_so_leaves_no_step():
    ids, steps = register(2), len(journal.steps(-1))
    assert cells.write_cells({ids[0]: {"status": "在用", "remark": None, "place_id": None, "quantity": 1}}, []) is None
    assert cells.write_cells({}, []) is None
    assert len(journal.steps(-1)) == steps


@started
@pytest.mark.parametrize(("typed", "sums"), [
    ({"unit_price": 20_000}, (3, 20_000, 60_000)),
    ({"quantity": 4}, (4, 14_800, 59_200)),
    ({"quantity": 4, "value": 50_000}, (4, 14_800, 50_000)),
    ({"value": 44_401}, (3, 14_800, 44_401)),
    ({"unit_price": None}, (3, 14_800, 44_400)),      # reckoned again from the value
    ({"value": None}, (3, 14_800, 44_400)),           # reckoned again from the price
    ({"unit_price": None, "value": 30_000}, (3, 10_000, 30_000)),
])
def test_the_value_follows_price_and_pieces_unless_it_is_typed(typed, sums):
    identity = register(1, quantity=3)[0]
    cells.write_cells({identity: typed}, [])
    assert (draft(identity).quantity, draft(identity).unit_price, draft(identity).value) == sums


@started
def test_a_card_with_a_value_but_no_price_keeps_it_when_pieces_are_counted_anew():
    identity = register(1, quantity=3, unit_price=0, value=90_000)[0]
    cells.write_cells({identity: {"quantity": 4}}, [])
    assert (draft(identity).quantity, draft(identity).unit_price, draft(identity).value) == (4, 0, 90_000)


@started
def test_a_class_brings_its_name_and_the_rest_stays():
    identity = register(1, unit="套")[0]
    cells.write_cells({identity: {"class_code": "A02010105"}}, [])
    assert (draft(identity).class_name, draft(identity).unit, draft(identity).life_months) == ("台式计算机", "套", None)
    cells.write_cells({identity: {"class_code": None}}, [])
    assert (draft(identity).class_code, draft(identity).class_name) == ("", "")


@started
def test_new_cards_get_number_value_class_and_category_as_in_the_form():
    made = cells.write_cells({}, [
        {"name": "台式电脑", "class_code": "A02010105", "unit_price": 459_900, "quantity": 2, "status": None},
        {"name": "钢琴", "number": "校-7", "value": 100_000, "acquired_on": date(2026, 9, 1), "category": ""},
        {"name": "扫把", "unit_price": 1_500, "remark": "走廊"},
    ]).made
    first, second, third = [card.draft for card in queries.cards(made)]
    assert (first.number, first.class_name, first.life_months, first.value, first.category, first.status) == (
        "ZC-2026-00001", "台式计算机", 72, 919_800, "固定资产", "在用")
    assert (second.number, second.unit_price, second.acquired_on, second.category) == ("校-7", 100_000, date(2026, 9, 1), "固定资产")
    assert (third.number, third.category, third.quantity, third.remark) == ("ZC-2026-00002", "低值易耗品", 1, "走廊")


@started
def test_numbers_given_by_hand_are_not_given_again():
    made = cells.write_cells({}, [{"name": "钢琴", "number": "ZC-2026-00007"}, {"name": "风琴"}]).made
    assert [draft(each).number for each in made] == ["ZC-2026-00007", "ZC-2026-00001"]
    assert draft(register(1)[0]).number == "ZC-2026-00008"


@started
def test_all_problems_are_told_with_their_rows_and_nothing_is_written():
    ids = register(3)
    assert wrong({ids[0]: {"quantity": 0, "name": ""}, ids[2]: {"status": "", "category": "家具"}},
                 [{"name": "钢琴"}, {"remark": "没有名称"}]) == [
        (ids[0], "name", "请填写资产名称。"), (ids[0], "quantity", "数量请填 1 到 1,000,000 的整数。"),
        (ids[2], "category", "资产类别只能是“固定资产”或“低值易耗品”。"), (ids[2], "status", "使用状况不能为空。"),
        (-2, "name", "请填写资产名称。")]


@started
def test_numbers_twice_taken_retired_or_blank_are_told_at_once():
    ids = register(4)
    commands.delete_assets(ids[3:])
    assert wrong({ids[0]: {"number": "校-1"}, ids[1]: {"number": "ZC-2026-00003"}, ids[2]: {"number": ""}},
                 [{"name": "钢琴", "number": "校-1"}, {"name": "钢琴", "number": "ZC-2026-00004"}]) == [
        (ids[0], "number", "编号 校-1 在这次填写的卡片里重复了，请改成不同的编号。"),
        (ids[1], "number", "编号 ZC-2026-00003 已被另一张卡片使用，请换一个，或留空由系统编号。"),
        (ids[2], "number", "资产编号不能为空。"),
        (-1, "number", "编号 校-1 在这次填写的卡片里重复了，请改成不同的编号。"),
        (-2, "number", "编号 ZC-2026-00004 属于已删除的卡片，编号不能重复使用。可在回收站恢复那张卡片。")]


@started
def test_what_is_wrong_in_a_field_not_typed_is_told_at_one_that_was():
    identity = register(1, quantity=3, opening_depreciation=40_000)[0]
    assert wrong({identity: {"unit_price": 10_000, "remark": "改价"}}) == [
        (identity, "unit_price", "期初累计折旧不能大于价值，请改正。")]


@started
def test_gone_places_and_people_and_unfit_fields_of_ones_own_are_told():
    floor = commands.save_extra_field(ExtraDraft("层高", "数字")).made[0]
    day = commands.save_extra_field(ExtraDraft("年检", "日期")).made[0]
    ids = register(2)
    assert wrong({ids[0]: {"place_id": 999}, ids[1]: {f"extra:{floor}": "高"}}, [{"name": "钢琴", "keeper_id": 888, f"extra:{floor}": "低"}]) == [
        (ids[0], "place_id", "选的地点、人员或部门已经不在了，请重新选。"),
        (-1, "keeper_id", "选的地点、人员或部门已经不在了，请重新选。"),
        (ids[1], f"extra:{floor}", "层高应填数字，“高”不是数字。"), (-1, f"extra:{floor}", "层高应填数字，“低”不是数字。")]
    made = cells.write_cells({ids[0]: {f"extra:{floor}": "3.5", f"extra:{day}": date(2026, 9, 1)}}, [{"name": "钢琴", f"extra:{floor}": "4"}]).made
    assert (draft(ids[0]).extras, draft(made[0]).extras) == ({floor: "3.5", day: "2026-09-01"}, {floor: "4"})


@started
def test_a_card_that_is_gone_refuses_all():
    ids = register(2)
    commands.delete_assets(ids[1:])
    before = rows()
    with pytest.raises(Refused, match="有 1 张已经被删除了，没有保存"):
        cells.write_cells({each: {"remark": "好"} for each in ids}, [])
    assert rows() == before


@started
def test_thousands_are_written_with_progress_and_may_be_cancelled():
    ids, heard = register(600), []
    cells.write_cells({each: {"funding": "捐赠"} for each in ids}, [{"name": "钢琴"}], lambda done, total, text="": heard.append((done, total, text)))
    assert heard == [(0, 601, "核对卡片"), (500, 601, "核对卡片"), (500, 600, "写入卡片"), (600, 600, "写入卡片"), (1, 1, "登记卡片")]


@started
def test_the_bulk_edit_and_the_cells_write_the_same():
    first, second = register(2, class_name="旧名", remark=" 留着 ")
    values = {"class_code": "A02010105", "status": "闲置", "warranty_until": date(2027, 1, 1), "life_months": 60}
    bulk.edit_many([first], bulk.Change(values))
    cells.write_cells({second: values}, [])
    one, other = rows()
    differ = {"ZC-2026-00001", "ZC-2026-00002", first, second}
    assert [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1] and pair[0] not in differ and "zc-2026" not in str(pair[0])] == []


VALUES = st.fixed_dictionaries({}, optional={
    "name": st.sampled_from(("钢琴", "", " 风琴 ")), "number": st.sampled_from(("校-1", "校-2", "", "ZC-2026-00002", "ZC-2026-00009")),
    "quantity": st.sampled_from((None, 0, 1, 45)), "unit_price": st.sampled_from((None, 0, 14_833)), "value": st.sampled_from((None, 0, 99_999)),
    "class_code": st.sampled_from((None, "", "A02010105", "私-1")), "status": st.sampled_from(("在用", "闲置", "")),
    "place_id": st.sampled_from((None, 1, 999)), "acquired_on": st.sampled_from((None, date(2019, 9, 1))), "remark": st.text(max_size=4),
})


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(st.tuples(st.dictionaries(st.integers(1, 4), VALUES, max_size=4), st.lists(VALUES, max_size=3)), min_size=1, max_size=4))
def test_written_and_undone_is_as_before_and_what_is_refused_changes_nothing(empty_ledger, stopped_clock, steps):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "data"
        root.mkdir()
        shutil.copyfile(empty_ledger, root / "zongwu.db")
        opening.open_store(root)
        school_commands.start_school(SchoolDraft("青禾小学", term="2026-2027-1"))
        for quantity in (1, 1, 45, 7):
            register(1, quantity=quantity)
        seen = [rows()]
        for changed, added in steps:
            try:
                step, problems = cells.write_cells(changed, added), ()
                made = step.made if step else ()
            except Invalid as refused:
                made, problems = [], refused.problems
            if problems:
                assert all(each.row in changed or -len(added) <= each.row < 0 for each in problems)
                assert all(each.field in changed[each.row] for each in problems if each.row > 0)
                assert rows() == seen[-1]
                continue
            now = rows()
            assert len(made) == len(added)
            assert len(now) == len(seen[-1]) + len(added)
            for identity, typed in changed.items():  # what was typed is there, and what was not typed has not moved
                card = draft(identity)
                assert all((held.strip() if isinstance(held, str) else held) == (getattr(card, key) or held) for key, held in typed.items() if held)
            if now != seen[-1]:
                seen.append(now)
        for before in reversed(seen[:-1]):
            journal.undo()
            assert rows() == before
        for after in seen[1:]:
            journal.redo()
            assert rows() == after
        database.close_everywhere()


def test_a_day_that_has_not_come_is_refused_where_it_is_written_and_no_bar_where_it_stands(started_ledger):
    later, soon = date(2099, 1, 1), clock.today() + timedelta(1)
    card = commands.register_asset(AssetDraft(name="课桌", acquired_on=clock.today())).made[0]
    draft = queries.card(card).draft
    for write in (lambda: cells.write_cells({card: {"acquired_on": later}}, []), lambda: cells.write_cells({}, [{"name": "凳", "booked_on": soon}]),
                  lambda: commands.register_asset(AssetDraft(name="凳", acquired_on=later)),
                  lambda: commands.edit_asset(card, replace(draft, acquired_on=later)),
                  lambda: alike.register_alike(replace(draft, acquired_on=later), alike.Batch(2)),
                  lambda: bulk.edit_many([card], bulk.Change({"acquired_on": later}))):
        with pytest.raises((Invalid, Refused), match="在今天之后，请核对"):
            write()
    assert [card.draft for card in queries.cards(queries.matching_ids(Wish()))] == [draft]
    triggers.drop()
    database.execute_sql("UPDATE asset SET acquired_on = '2099-01-01'")     # as an earlier release took it
    triggers.install()
    assert cells.write_cells({card: {"remark": "买了"}}, []).id
    assert commands.edit_asset(card, replace(queries.card(card).draft, remark="到了"))
    assert bulk.edit_many([card], bulk.Change({"status": "闲置"})).count == 1


def test_a_name_has_one_line_and_a_remark_may_have_several(started_ledger):
    card = commands.register_asset(AssetDraft(name="课桌\n（双人）", remark="一楼\n二楼")).made[0]
    assert (draft(card).name, draft(card).remark) == ("课桌 （双人）", "一楼\n二楼")
    cells.write_cells({card: {"model": " 700×500\r\n×760 ", "remark": "三楼\n四楼 "}}, [])
    assert (draft(card).model, draft(card).remark) == ("700×500 ×760", "三楼\n四楼")
