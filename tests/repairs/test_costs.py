"""What jobs cost outside: one bill for many, bounded by its invoice, counted in the budget; warranty and 先赔后修."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assets import commands as assets
from app.assets import queries as cards
from app.core.errors import Invalid, Refused
from app.purchasing import budget, budgets
from app.repairs import commands, costs, lists, queries, rules
from app.repairs.costs import BillDraft, Part
from app.repairs.rules import AcceptDraft
from app.repairs.tables import Works
from app.school import figures, invoices, supplier_commands
from app.school.invoices import invoices_sound
from app.school.rules import SupplierDraft
from app.store import journal
from app.store.database import scalar
from tests.repairs.conftest import FRIDAY, MONDAY, TODAY, TUESDAY


def bill(*parts, **more):
    return BillDraft(**{"number": "04410001", "code": "3600224130", "dated_on": FRIDAY, "supplier": "蓝天维修", "parts": parts, **more})


def cost(identity):
    return scalar(f"SELECT {lists.COST} FROM repair r WHERE r.id = ?", (identity,))


@pytest.fixture
def line(shop):
    """A line of the budget that counts as 办公费."""
    return budget.write_lines({}, [{"year": 2026, "name": "维修费", "fen": 500_000, "office": "是"}]).made[0]


def test_one_bill_of_a_month_for_thirty_jobs(shop, line):
    jobs = [shop.report(what=f"第{at}处") for at in range(30)]
    parts = [Part(fen, job) for fen, job in zip(costs.divided(100_000, 30), jobs, strict=True)]
    step = costs.enter(bill(*parts, budget_line=line))
    assert [cost(job) for job in jobs] == [3_333] * 29 + [3_343]
    assert len(invoices.shares([1])[1]) == 30
    assert next(row for row in budgets.lines(2026)).spent == 100_000
    assert [(each.fen, each.purpose, each.number) for each in figures.office_spending(FRIDAY, FRIDAY)] == [(100_000, "维修费（30 件）", "04410001")]
    assert figures.office_spending(TODAY, TODAY) == []
    assert {each.source for each in costs.shares(jobs)} == {"预算"}
    assert lists.REPAIRS.totals(lists_wish()).fen == 100_000
    journal.undo(step.id)
    assert (costs.shares(jobs), next(row for row in budgets.lines(2026)).spent) == ([], 0)
    assert scalar("SELECT count(*) FROM invoice") == 0


def lists_wish():
    from app.core.listing import Wish

    return Wish()


@given(st.integers(-10**9, 10**9), st.integers(1, 60))
def test_divided_equally_the_rest_to_the_last(fen, count):
    parts = costs.divided(fen, count)
    assert sum(parts) == fen
    assert len(parts) == count
    assert len(set(parts[:-1])) <= 1
    assert abs(parts[-1] - fen / count) < count


def test_a_bill_may_be_entered_in_parts_but_never_more_than_it_is(shop):
    one, other = shop.report(), shop.report()
    costs.enter(bill(Part(10_000, one), total=30_000))
    costs.enter(bill(Part(20_000, other), supplier=""))
    with pytest.raises(Invalid, match="已经登记过.*不够再记 0.01 元"):
        costs.enter(bill(Part(1, other)))
    for more, said in (({"dated_on": TODAY}, "那里的日期是"), ({"supplier": "别家"}, "那里的收款单位是"), ({"total": 1}, "登记的总额是")):
        with pytest.raises(Invalid, match=said):
            costs.enter(bill(Part(1, other), **more))
    assert list(invoices_sound()) == []


def test_a_receipt_without_number_and_a_red_one(shop):
    job = shop.report()
    costs.enter(bill(Part(5_000, job), kind="收据", number="", code=""))
    with pytest.raises(Invalid, match="红字票据请填写"):
        costs.enter(bill(Part(-5_000, job), number="0002"))
    costs.enter(bill(Part(8_000, job)))
    costs.enter(bill(Part(-8_000, job), number="0002", red_of="04410001"))
    assert cost(job) == 5_000
    first = next(each for each in costs.shares([job]) if each.fen == 8_000)
    with pytest.raises(Refused, match="请先作废红字发票"):
        costs.void([first.id], "记错")


@pytest.mark.parametrize(("more", "fields"), [
    ({"parts": ()}, ["parts"]), ({"dated_on": None}, ["dated_on"]), ({"dated_on": date(2026, 12, 1)}, ["dated_on"]),
    ({"kind": " "}, ["kind"]), ({"number": "", "code": ""}, ["number"]),
    ({"paid_on": date(2026, 12, 1)}, ["paid_on"]), ({"source": "私房钱"}, ["source"]),
    ({"source": "捐赠", "budget_line": 1}, ["source"]), ({"supplier": "长" * 201}, ["supplier"]), ({"total": 0}, ["total"]),
    ({"kind": "收据", "number": "", "code": "", "total": 1}, ["total"]), ({"total": 5_000}, ["fen"]),
])
def test_what_cannot_be_is_refused_and_nothing_kept(shop, more, fields):
    job = shop.report()
    with pytest.raises(Invalid) as caught:
        costs.enter(replace(bill(Part(10_000, job)), **more))
    assert [problem.field for problem in caught.value.problems] == fields
    assert scalar("SELECT (SELECT count(*) FROM repair_share) + (SELECT count(*) FROM invoice)") == 0


def test_what_is_wrong_with_its_parts_is_told_by_part(shop):
    one, other = shop.report(), shop.report()
    with pytest.raises(Invalid) as caught:
        costs.enter(bill(Part(100, one), Part(0, other), Part(1, one), Part(-5, other), Part(5), Part(5, one, 1)))
    assert [(problem.row, problem.field) for problem in caught.value.problems] == [
        (-2, "fen"), (-3, "repair"), (-4, "repair"), (-4, "fen"), (-5, "repair"), (-6, "repair")]


def test_a_work_bears_costs_as_well_and_a_voided_one_does_not(shop):
    with journal.operation("大修"):
        works = Works.insert(number="DX-2026-00001", title="屋面防水", planned_on=MONDAY).execute()
    costs.enter(bill(Part(10_000, works=works)))
    assert [(each.bearer, each.fen) for each in costs.shares(works=[works])] == [("DX-2026-00001 屋面防水", 10_000)]
    with pytest.raises(Refused, match="大修工程已经不在了"):
        costs.enter(bill(Part(10_000, works=99), number="2"))


def test_a_job_with_costs_is_not_voided_until_they_are(shop):
    job = shop.report()
    costs.enter(bill(Part(10_000, job)))
    with pytest.raises(Refused, match="还有费用（发票 04410001），不能作废"):
        commands.void([job], "报错")
    share, = costs.shares([job])
    costs.pay([share.id], FRIDAY)
    assert costs.shares([job])[0].paid_on == FRIDAY
    with pytest.raises(Invalid, match="还没有到"):
        costs.pay([share.id], date(2026, 12, 1))
    with pytest.raises(Invalid, match="请写明原因"):
        costs.void([share.id], " ")
    costs.void([share.id], "记错")
    assert (cost(job), invoices.known("3600224130", "04410001")) == (0, None)
    commands.void([job], "报错")
    with pytest.raises(Refused, match="已作废"):
        costs.enter(bill(Part(1, job)))


def test_an_accepted_job_takes_its_bill_later(shop):
    job = shop.accepted()
    costs.enter(bill(Part(10_000, job), dated_on=TODAY))
    assert cost(job) == 10_000


def test_the_cost_of_a_job_is_shared_by_its_cards(shop):
    job = shop.report(assets=((shop.fan, 1), (shop.chairs, 3)))
    costs.enter(bill(Part(1_001, job)))
    assert costs.by_card(job) == {shop.fan: 500, shop.chairs: 501}
    assert costs.by_card(shop.report()) == {}


def test_a_card_under_warranty_is_told_before_paying(shop):
    draft = cards.card(shop.fan).draft
    draft.warranty_until, draft.supplier = MONDAY, "华灯电器"
    assets.edit_asset(shop.fan, draft)
    within, late = shop.report(assets=((shop.fan, 1),)), shop.report(assets=((shop.fan, 1),), reported_on=TUESDAY)
    assert "吊扇保修到2026年11月16日（华灯电器），还在保修期内" in costs.warranty(within)
    assert costs.hints(within) == [costs.warranty(within)]
    assert costs.warranty(late) == ""
    assert costs.hints(shop.report()) == []


def test_who_broke_it_pays_first(shop):
    job = shop.report(bearer=rules.PERSON, bearer_words="学生家长")
    assert costs.hints(job) == ["费用由个人承担（学生家长），先赔后修：请先确认已经赔偿。"]
    commands.accept([job], AcceptDraft(FRIDAY))
    assert costs.hints(job) == []


def test_a_supplier_gets_another_name(shop):
    job = shop.report()
    commands.send(job, MONDAY, "蓝天维修")
    costs.enter(bill(Part(100, job), kind="收据", number="", code=""))
    kept = supplier_commands.add_supplier(SupplierDraft("蓝天维修部")).made[0]
    gone = supplier_commands.add_supplier(SupplierDraft("蓝天维修")).made[0]
    supplier_commands.merge_suppliers(kept, [gone], unify=True)
    assert (queries.repair(job).vendor, costs.shares([job])[0].supplier) == ("蓝天维修部", "蓝天维修部")
