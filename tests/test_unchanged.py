"""Saving what is so already gives no step: nothing stands in the journal that could be taken back by mistake."""

from datetime import date

import pytest

from app.assets import commands as cards
from app.assets import queries as assets
from app.assets import settings as asset_settings
from app.assets.fields import AssetDraft
from app.fees.letters import commands as letter_commands
from app.fees.letters import queries as letters
from app.fees.money import commands as money
from app.fees.money import settlement, vouchers
from app.fees.money.rules import VoucherDraft
from app.fees.plan import commands as plans
from app.fees.plan import queries as plan_queries
from app.school import commands, place_commands, pupil_commands, queries, roster
from app.school.rules import PersonDraft
from app.stocktake import commands as stocktakes
from app.stocktake import queries as counts
from app.stocktake.rules import FindDraft, StocktakeDraft
from app.store import journal, numbering, settings
from tests.fee_verbs import make_shipped, record_voucher
from tests.money_fixture import BOOKS

DAY = date(2026, 11, 3)


@pytest.fixture
def office(fee_school):
    """One record of every sort that people edit, by name."""
    place_commands.add_places("教学楼 1层 101室")
    fee_school.room = queries.rooms()[0].id
    fee_school.person = commands.add_person(PersonDraft("王敏")).made[0]
    fee_school.department = commands.add_department("教务处").made[0]
    fee_school.card = cards.register_asset(AssetDraft(name="课桌", quantity=45, place_id=fee_school.room)).made[0]
    fee_school.field = cards.save_extra_field(cards.ExtraDraft("层高")).made[0]
    fee_school.stocktake = stocktakes.open_stocktake(StocktakeDraft(queries.current_term().id, base_date=date(2026, 11, 20))).made[0]
    fee_school.line = counts.lines(fee_school.stocktake)[0].id
    stocktakes.edit_lines(fee_school.stocktake, {fee_school.line: {"counted": 44, "reason": "少一张"}})
    fee_school.find = stocktakes.record_find(fee_school.stocktake, FindDraft(name="屏风")).made[0]
    fee_school.letter = make_shipped(fee_school.term, "fee-notice", DAY).made[0]
    for each in fee_school.classes.values():
        letter_commands.record_class(fee_school.letter, each, day=DAY)
    fee_school.voucher = record_voucher(fee_school.plan, VoucherDraft(
        fee_school.items[BOOKS], "0441", DAY, 1_200, "收据", "", "文具店", *fee_school.people.values())).made[0]
    money.write_usage(fee_school.plan, {fee_school.pupils["安一"]: {fee_school.items["伙食费"]: 80}})
    settlement.settle_leavers(fee_school.plan, [fee_school.pupils["冯七"]])
    return fee_school


def replies(office, class_id):
    return {row.pupil: letter_commands.ReplyDraft(row.returned_on, row.choices, row.remark)
            for row in letters.reply_rows(office.letter, class_id)}


VERBS = {
    "人员": lambda it: commands.edit_person(it.person, queries.person_draft(it.person)),
    "返岗": lambda it: commands.person_returns(it.person),
    "部门": lambda it: commands.rename_department(it.department, "教务处"),
    "部门顺序": lambda it: commands.order_departments([row[0] for row in queries.departments_listing()]),
    "班级": lambda it: commands.edit_class(it.classes["三年级1班"], queries.class_draft(it.classes["三年级1班"])),
    "学期": lambda it: commands.edit_term(it.term, queries.term_draft(it.term)),
    "当前学期": lambda it: commands.make_current(it.term),
    "地点": lambda it: place_commands.edit_place(it.room, queries.place_draft(it.room)),
    "保管人": lambda it: place_commands.set_keeper([it.room], None),
    "启用地点": lambda it: place_commands.reopen_place(it.room).step,
    "批量地点": lambda it: place_commands.add_places("教学楼 1层 101室"),
    "批量班级": lambda it: commands.add_classes(2026, {3: 2}),
    "学生": lambda it: pupil_commands.edit_pupil(it.pupils["安一"], roster.pupil_draft(it.pupils["安一"], 2026)),
    "减免": lambda it: pupil_commands.set_waiver([it.pupils["安一"]], "").step,
    "设置": lambda it: settings.change({asset_settings.BULK_PIECES: settings.value(asset_settings.BULK_PIECES)}).step,
    "编号规则": lambda it: numbering.change_rule(asset_settings.ASSET_NUMBERS, "ZC", True, 5),
    "卡片": lambda it: cards.edit_asset(it.card, assets.card(it.card).draft),
    "附加字段": lambda it: cards.save_extra_field(cards.ExtraDraft("层高"), it.field),
    "启用字段": lambda it: cards.retire_extra_field(it.field, active=True),
    "盘点": lambda it: stocktakes.edit_lines(it.stocktake, {it.line: {"counted": 44, "reason": "少一张"}}, "另一个人").step,
    "盘盈": lambda it: stocktakes.edit_finds(it.stocktake, {it.find: {"name": "屏风"}}).step,
    "收费项目": lambda it: plans.edit_item(plan_queries.item_names()[BOOKS], plan_queries.item_draft(plan_queries.item_names()[BOOKS])),
    "启用项目": lambda it: plans.set_active([plan_queries.item_names()[BOOKS]], True),
    "收费安排": lambda it: plans.edit_plan(it.plan, plan_queries.plan_draft(it.plan)),
    "收费标准": lambda it: plans.write_cells(it.plan, {it.items[BOOKS]: {"grade3": 1_500}}).step,
    "项目顺序": lambda it: plans.order_plan_items(it.plan, [row.id for row in plan_queries.plan_items(it.plan)]),
    "告家长书": lambda it: letter_commands.edit_letter(it.letter, letters.draft_of(letters.letter(it.letter))),
    "回执": lambda it: letter_commands.set_replies(it.letter, replies(it, it.classes["三年级1班"])),
    "票据": lambda it: money.write_vouchers(it.plan, {it.voucher: {"fen": 1_200, "supplier": "文具店"}}, []),
    "票据表单": lambda it: vouchers.save_voucher(None, it.plan, vouchers.draft_of(it.voucher), it.voucher),
    "实际数量": lambda it: money.write_usage(it.plan, {it.pupils["安一"]: {it.items["伙食费"]: 80}}).step,
    "离校结算": lambda it: settlement.settle_leavers(it.plan, [it.pupils["冯七"]]),
}


BY_HAND = {"班级", "部门顺序", "项目顺序", "收费项目"}


@pytest.mark.parametrize("verb", VERBS)
def test_what_is_so_already_is_no_step(office, verb):
    if verb in BY_HAND:
        VERBS[verb](office)     # the fixtures wrote these rows without their verb: order and search words are put right once
    steps, latest = len(journal.steps(-1)), journal.undoable()
    assert VERBS[verb](office) is None
    assert (len(journal.steps(-1)), journal.undoable()) == (steps, latest)
