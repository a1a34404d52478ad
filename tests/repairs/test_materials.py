"""Material of a job: out of the store and back, in words, and what the store itself does with its slips."""

from datetime import date

import pytest

from app.core.errors import Invalid, Refused
from app.repairs import commands, lists, materials, queries
from app.repairs.materials import Used
from app.repairs.rules import AcceptDraft
from app.school import links
from app.stock import commands as stock
from app.stock import queries as balances
from app.stock.rules import Back
from app.store import journal
from app.store.database import scalar
from tests.repairs.conftest import FRIDAY, MONDAY, TODAY, TUESDAY


def left(tubes):
    return sum(row.quantity for row in balances.balances() if row.item == tubes.item)


def cost(identity):
    return scalar(f"SELECT {lists.COST} FROM repair r WHERE r.id = ?", (identity,))


def test_stock_goes_out_to_the_place_and_costs_what_it_cost(shop, tubes):
    identity = shop.assigned()
    step = materials.use(identity, TUESDAY, [Used(tubes.item, 2_000), Used(name="胶布", unit="卷", quantity=1_000, fen=350)])
    tube, tape = materials.parts(identity)
    assert (tube.name, tube.spec, tube.unit, tube.quantity, tube.fen, tube.slip, tube.stands) == (
        "灯管", "T8", "支", 2_000, 1_600, "CK-2026-00001", True)
    assert (tape.name, tape.quantity, tape.fen, tape.slip) == ("胶布", 1_000, 350, "")
    assert list(step.made) == [tube.id, tape.id]
    slip = balances.slip_numbered("CK-2026-00001")
    assert (slip.receiver, slip.handler, slip.remark) == ("教学楼 3层 304室", "张师傅", "维修 WX-2026-00001")
    assert (left(tubes), cost(identity)) == (8_000, 1_950)
    assert queries.events(identity)[-1].words == "灯管 2支、胶布 1卷"
    journal.undo(step.id)
    assert (left(tubes), materials.parts(identity)) == (10_000, [])


def test_too_little_is_refused_and_named_by_its_line(shop, tubes):
    identity = shop.assigned()
    with pytest.raises(Invalid, match="“灯管 T8”材料库 2026-11-17 只有 10支，不够.*的 11支") as caught:
        materials.use(identity, TUESDAY, [Used(name="胶布", quantity=1_000), Used(tubes.item, 11_000)])
    assert [(problem.row, problem.field) for problem in caught.value.problems] == [(-2, "quantity")]
    assert (materials.parts(identity), left(tubes)) == ([], 10_000)


@pytest.mark.parametrize(("lines", "day", "field"), [
    ([], TUESDAY, "lines"), ([Used(name="胶布")], TUESDAY, "quantity"), ([Used(quantity=1_000)], TUESDAY, "name"),
    ([Used(name="胶布", quantity=1_000, fen=-1)], TUESDAY, "fen"), ([Used(name="长" * 61, quantity=1_000)], TUESDAY, "name"),
    ([Used(name="胶布", quantity=1_000)], date(2026, 11, 13), "used_on"), ([Used(name="胶布", quantity=1_000)], date(2026, 12, 1), "used_on"),
    ([Used(name="胶布", quantity=1_000)], None, "used_on"), ([Used(name="胶布", quantity=1_000)] * 101, TUESDAY, "lines"),
    ([Used(1, 1_000, fen=5)], TUESDAY, "fen"),
])
def test_what_cannot_be_used_is_refused(shop, tubes, lines, day, field):
    identity = shop.assigned()
    with pytest.raises(Invalid) as caught:
        materials.use(identity, day, lines)
    assert [problem.field for problem in caught.value.problems] == [field]
    assert materials.parts(identity) == []


def test_a_good_that_is_gone_is_refused(shop, tubes):
    with pytest.raises(Refused, match="选的物品已经不在了"):
        materials.use(shop.assigned(), TUESDAY, [Used(99, 1_000)])


def test_taking_back_an_acceptance_leaves_the_parts_and_they_can_be_returned(shop, tubes):
    identity = shop.assigned()
    materials.use(identity, TUESDAY, [Used(tubes.item, 3_000), Used(name="胶布", unit="卷", quantity=3_000, fen=1_000)])
    commands.accept([identity], AcceptDraft(FRIDAY))
    with pytest.raises(Refused, match="不能登记用料"):
        materials.use(identity, FRIDAY, [Used(tubes.item, 1_000)])
    commands.take_back([identity])
    tube, tape = materials.parts(identity)
    assert (tube.quantity, tape.quantity) == (3_000, 3_000)
    step = materials.give_back({tube.id: 1_000, tape.id: 1_000}, TODAY)
    tube, tape = materials.parts(identity)
    assert (tube.used, tube.quantity, tube.fen, tape.quantity, tape.fen) == (3_000, 2_000, 1_600, 2_000, 667)
    assert left(tubes) == 8_000
    materials.give_back({tube.id: 2_000, tape.id: 2_000}, TODAY)
    assert [(each.quantity, each.fen, each.stands) for each in materials.parts(identity)] == [(0, 0, False)] * 2
    assert (left(tubes), cost(identity)) == (10_000, 0)
    with pytest.raises(Refused):
        journal.undo(step.id)


def test_more_than_is_left_does_not_come_back(shop, tubes):
    identity = shop.assigned()
    materials.use(identity, TUESDAY, [Used(tubes.item, 2_000)])
    part, = materials.parts(identity)
    for quantity, day, said in ((3_000, TODAY, "灯管只剩 2支 没有退，写了 3"), (1_000, MONDAY, "早于用料日期"), (-1, TODAY, "只剩")):
        with pytest.raises(Invalid, match=said) as caught:
            materials.give_back({part.id: quantity}, day)
        assert [problem.row for problem in caught.value.problems] == [part.id]
    for wrong in ({}, {part.id: 0}, {99: 1_000}, {part.id: 1_000, 99: 1_000}):
        with pytest.raises(Refused):
            materials.give_back(wrong, TODAY)
    materials.give_back({part.id: 2_000}, TODAY)
    with pytest.raises(Invalid, match="已经全退了"):
        materials.give_back({part.id: 1_000}, TODAY)


def test_what_the_store_voids_or_takes_back_counts_no_more(shop, tubes):
    identity = shop.assigned()
    materials.use(identity, TUESDAY, [Used(tubes.item, 4_000)])
    part, = materials.parts(identity)
    back = stock.give_back(TODAY, tubes.storeroom, [Back(part.movement, 1_000)])
    assert materials.parts(identity)[0].quantity == 3_000
    stock.void_slips(back.made, "退错")
    stock.void_slips([balances.slip_numbered(part.slip).id], "开错")
    assert (materials.parts(identity)[0].quantity, cost(identity), left(tubes)) == (0, 0, 10_000)
    commands.void([identity], "报错")


def test_a_job_with_parts_is_not_voided_and_names_them(shop, tubes):
    identity = shop.assigned()
    materials.use(identity, TUESDAY, [Used(tubes.item, 1_000), Used(name="胶布", quantity=1_000)])
    with pytest.raises(Refused, match="还有用料（灯管、胶布），不能作废。请先退料"):
        commands.void([identity], "报错")
    materials.give_back({each.id: each.quantity for each in materials.parts(identity)}, TODAY)
    commands.void([identity], "报错")


def test_slip_and_job_are_seen_from_each_other(shop, tubes):
    identity = shop.assigned(assets=((shop.fan, 1),))
    materials.use(identity, TUESDAY, [Used(tubes.item, 1_000)])
    slip = balances.slip_numbered("CK-2026-00001").id
    assert [(each.table, each.id, each.why) for each in links.of("repair", identity)] == [
        ("asset", shop.fan, "报修"), ("stock_slip", slip, "维修用料")]
    assert [(each.id, each.title, each.page) for each in links.of("stock_slip", slip)] == [(identity, "WX-2026-00001 304室 灯管不亮", "repairs")]
    assert [each.id for each in links.of("asset", shop.fan)] == [identity]
