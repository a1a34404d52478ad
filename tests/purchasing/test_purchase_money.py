"""Where the money comes from: several sources at once, vouchers of the fees, the budget, the office's monthly report."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from app.core.errors import Invalid, Refused
from app.fees.money import commands as money
from app.fees.money import evidence, office, settlement
from app.fees.money.facts import Facts
from app.fees.money.rules import VoucherDraft
from app.fees.tables import FeeVoucher, OfficeExpense
from app.purchasing import budget, budgets, checking, claims, paying, queries, rules, small
from app.purchasing.paying import PaperDraft
from app.purchasing.rules import LineDraft
from app.purchasing.small import SmallDraft
from app.school import invoices
from app.school.signing_rules import Signer
from app.school.tables import Invoice
from app.store import journal
from tests.fee_verbs import record_voucher
from tests.money_fixture import BOOKS, UNIFORM

DAY = date(2026, 11, 20)
BROOM = LineDraft("扫帚", "", "把", 10_000, 860)


@pytest.fixture
def buying(fee_school):
    """Give a school with fees that are being collected, and a way to buy exercise books out of one of its items."""
    people = fee_school.people

    def buy(*lines, number="04415501", **more):
        values = {"bought_on": DAY, "approved_on": DAY, "supplier": "印刷厂", "paper": PaperDraft(number=number, code="36"),
                  "buyers": (Signer(people["经手甲"]),), "acceptors": (Signer(people["验收乙"]),)}
        return small.save(SmallDraft(lines=lines, **{**values, **more})).made[0]

    room = next(iter(fee_school.classes.values()))
    books = LineDraft("作业本", "", "本", 100_000, 90, source=rules.AGENCY, plan_item=fee_school.items[BOOKS], school_class=room)
    return SimpleNamespace(school=fee_school, buy=buy, books=books, room=room, people=people)


def test_the_share_is_the_voucher_itself_and_counts_once(buying):
    purchase = buying.buy(buying.books)
    voucher = FeeVoucher.get()
    assert (voucher.fen, voucher.plan_item_id, voucher.auditor_id) == (9_000, buying.school.items[BOOKS], None)
    share, = paying.shares(purchase)
    assert (share.voucher, share.fen, share.number, share.supplier) == (voucher.id, 9_000, "04415501", "印刷厂")
    assert [(each.table, each.fen) for each in invoices.shares([share.invoice])[share.invoice]] == [("fee_voucher", 9_000)]
    assert invoices.invoices_sound() == []
    assert checking.invoiced(purchase) == 9_000


def test_one_purchase_mixes_sources_and_their_shares_come_to_the_invoice(buying):
    line = budget.write_lines({}, [{"year": 2026, "name": "公用经费", "fen": 1_000_000}]).made[0]
    purchase = buying.buy(buying.books, replace(BROOM, school_class=buying.room, budget_line=line),
                          replace(BROOM, name="奖状", school_class=buying.room, source="捐赠", fund="校友会"))
    shares = paying.shares(purchase)
    assert [(share.source, share.money_words, share.fen) for share in shares] == [
        ("预算", "公用经费", 8_600), ("捐赠", "校友会", 8_600), ("代收费", BOOKS, 9_000)]
    assert Invoice.get().fen == 26_200
    assert len(invoices.shares([1])[1]) == 3
    assert checking.findings(purchase) == []


def test_a_settled_term_refuses_and_says_what_to_do(buying):
    settlement_of(buying)
    with pytest.raises(Refused, match=r"已结算，代收费不能再记支出。请把资金来源改为公用经费（预算），或在“收费公示—结算清退”里先撤销结算"):
        buying.buy(buying.books)
    assert not FeeVoucher.select().exists()


def settlement_of(buying):
    settlement.settle(buying.school.plan)


def test_who_audits_the_claim_signs_the_voucher_and_voiding_goes_both_ways(buying):
    purchase = buying.buy(buying.books)
    share = paying.shares(purchase)[0].id
    outsider = replace(claims.proposed([share]), auditor=Signer(None, "外人"))
    with pytest.raises(Invalid, match="请从名单里选审核人"):
        claims.claim([share], outsider)
    claim = claims.claim([share], replace(outsider, auditor=Signer(buying.people["审核丙"]))).made[0]
    assert FeeVoucher.get().auditor_id == buying.people["审核丙"]
    claims.void(claim, "错")
    paying.void([share], "退货")
    assert FeeVoucher.get().voided_on is not None
    assert Invoice.get().voided_on is not None
    assert invoices.invoices_sound() == []


def test_a_voucher_voided_in_the_fees_is_gone_in_the_purchase(buying):
    purchase = buying.buy(buying.books)
    money.void_voucher(FeeVoucher.get().id, "改号")
    assert paying.shares(purchase) == []
    assert checking.invoiced(purchase) is None


def test_an_invoice_of_the_fees_is_known_to_a_purchase_and_the_other_way(buying):
    signers = {key: buying.people[name] for key, name in (("handler", "经手甲"), ("acceptor", "验收乙"), ("auditor", "审核丙"))}
    record_voucher(buying.school.plan, VoucherDraft(buying.school.items[UNIFORM], "04415501", DAY, 9_000, code="36", supplier="印刷厂", **signers))
    with pytest.raises(Invalid, match="已经登记过.*不能重复报销"):
        buying.buy(buying.books)
    buying.buy(replace(BROOM, school_class=buying.room), number="04415502")
    with pytest.raises(Invalid, match="采购 QG-2026-0000"):
        record_voucher(buying.school.plan, VoucherDraft(buying.school.items[UNIFORM], "04415502", DAY, 5_000, code="36", **signers))


def test_fees_still_ask_for_three_signers_when_a_voucher_is_typed(buying):
    with pytest.raises(Invalid, match="请选择审核人"):
        record_voucher(buying.school.plan, VoucherDraft(
            buying.school.items[UNIFORM], "1", DAY, 9_000, handler=buying.people["经手甲"], acceptor=buying.people["验收乙"]))


@given(prices=st.lists(st.integers(1, 30_000), min_size=1, max_size=3), quantity=st.integers(1_000, 60_000))
@hypothesis(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_purchase_changes_the_settlement_exactly_as_a_typed_voucher_does(buying, prices, quantity):
    plan, items = buying.school.plan, [buying.school.items[name] for name in (BOOKS, UNIFORM, BOOKS)]
    lines = [LineDraft(f"本{at}", "", "本", quantity, price, source=rules.AGENCY, plan_item=items[at], school_class=buying.room)
             for at, price in enumerate(prices)]
    bought = journal.undoable()
    purchase = buying.buy(*lines, number="0441", buyers=(Signer(buying.people["经手甲"]), Signer(None, "外甲")),
                          acceptors=(Signer(buying.people["验收乙"]), Signer(None, "外乙")))
    sums: dict[int, int] = {}
    for line in queries.lines(purchase):
        sums[line.plan_item] = sums.get(line.plan_item, 0) + line.accepted_fen
    by_purchase = Facts(plan).settled
    while journal.undoable() != bought:
        journal.undo()
    signers = {"handler": buying.people["经手甲"], "acceptor": buying.people["验收乙"], "auditor": buying.people["审核丙"]}
    rows = [{"plan_item": item, "number": f"9{at}", "dated_on": DAY, "fen": fen, **signers} for at, (item, fen) in enumerate(sums.items()) if fen]
    if rows:
        money.write_vouchers(plan, {}, rows)
    assert Facts(plan).settled == by_purchase
    while journal.undoable() != bought:
        journal.undo()


# --- budget ------------------------------------------------------------------------------------------------------


def test_planned_committed_spent_left(buying):
    line = budget.write_lines({}, [{"year": 2026, "name": "公用经费", "fen": 10_000}]).made[0]
    purchase = buying.buy(replace(BROOM, school_class=buying.room, budget_line=line), paper=PaperDraft())
    row, = budgets.lines(2026)
    assert (row.fen, row.committed, row.spent, row.left) == (10_000, 8_600, 0, 1_400)
    paying.enter(purchase, PaperDraft(number="1", code="36", dated_on=DAY))
    row, = budgets.lines(2026)
    assert (row.committed, row.spent, row.left, row.share) == (0, 8_600, 1_400, "86%")
    second = buying.buy(replace(BROOM, name="拖把", school_class=buying.room, budget_line=line), number="2")
    assert [(each.rule, each.level) for each in checking.findings(second)] == [("over_budget", "warning")]
    with pytest.raises(Refused, match="还有"):
        budget.remove_lines([line])


def test_the_budget_is_off_until_a_line_exists(buying):
    first = buying.buy(replace(BROOM, school_class=buying.room))
    assert checking.findings(first) == []
    budget.write_lines({}, [{"year": 2026, "name": "公用经费", "fen": 10_000}])
    assert [each.rule for each in checking.findings(first)] == ["no_source"]


def test_a_budget_is_copied_into_the_next_year_once(buying):
    made = budget.write_lines({}, [{"year": 2026, "name": "公用经费", "fen": 10_000}, {"year": 2026, "name": "维修", "fen": 5, "office": "是"}]).made
    assert len(budget.copy_year(2026, 2027).made) == 2
    with pytest.raises(Refused, match="没有可以复制"):
        budget.copy_year(2026, 2027)
    with pytest.raises(Invalid, match="已经有“公用经费”"):
        budget.write_lines({}, [{"year": 2026, "name": "公用经费 ", "fen": 1}])
    with pytest.raises(Invalid, match="已经有“维修”"):       # exchanged in one step: more often a slip of the paste than meant
        budget.write_lines({made[0]: {"name": "维修"}, made[1]: {"name": "公用经费"}}, [])


def test_claims_of_the_office_enter_the_months_report_and_a_number_met_twice_is_told(buying):
    line = budget.write_lines({}, [{"year": 2026, "name": "办公费", "fen": 10_000, "office": "是"}]).made[0]
    purchase = buying.buy(replace(BROOM, school_class=buying.room, budget_line=line))
    assert office.lines_of(DAY) == []
    share = paying.shares(purchase)[0].id
    claims.claim([share], replace(claims.proposed([share]), claimed_on=DAY, auditor=Signer(buying.people["审核丙"])))
    figure, = office.lines_of(DAY)
    assert (figure.dated_on, figure.purpose, figure.fen, figure.number, figure.handler, figure.remark) == (
        DAY, "扫帚", 8_600, "04415501", "经手甲", office.FROM_ELSEWHERE)
    assert office.lines_of(date(2026, 10, 1)) == []
    assert "8,600" not in office.report_words(DAY)
    assert "86.00" in office.report_words(DAY)
    office.write_lines({}, [{"dated_on": DAY, "purpose": "扫帚", "fen": 8_600, "number": "04415501"}])
    assert OfficeExpense.select().count() == 1
    assert [each.rule for each in checking.findings(purchase)] == ["number_twice"]


# --- papers ------------------------------------------------------------------------------------------------------


def test_invoice_and_acceptance_differ_until_it_is_explained(buying):
    purchase = buying.buy(replace(BROOM, school_class=buying.room), paper=PaperDraft(number="3", code="36", fen=8_000))
    assert [each.rule for each in checking.findings(purchase, "claim")] == ["unpaid_for"]
    paying.enter(purchase, PaperDraft(number="4", code="36", dated_on=DAY, fen=500, differs_reason="抹零 1 元"))
    assert checking.findings(purchase, "claim") == []
    assert evidence.known(VoucherDraft(number="3", code="36")).row.fen == 8_000


def test_a_red_invoice_takes_back_a_part(buying):
    purchase = buying.buy(replace(BROOM, school_class=buying.room))
    with pytest.raises(Invalid, match="冲的是哪一张"):
        paying.enter(purchase, PaperDraft(number="9", code="36", dated_on=DAY, fen=-600))
    paying.enter(purchase, PaperDraft(number="9", code="36", dated_on=DAY, fen=-600, red_of="04415501"))
    assert checking.invoiced(purchase) == 8_000
    with pytest.raises(Refused, match="红字"):
        paying.void([paying.shares(purchase)[0].id], "退")


@given(st.integers(-10**9, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=8))
def test_portions_come_to_the_whole(fen, weights):
    parts = rules.portions(fen, weights)
    assert sum(parts) == fen
    assert len(parts) == len(weights)


@given(st.integers(0, 10**9), st.integers(1, 500))
def test_cards_come_to_what_was_accepted(fen, pieces):
    values = rules.card_values(fen, pieces)
    assert (sum(values), len(values)) == (fen, pieces)
    assert all(value >= 0 for value in values)
    assert len(set(values[:-1])) <= 1


@given(st.integers(1, 10**7), st.integers(0, 10**6))
def test_amount_and_price_belong_together(quantity, price):
    fen = rules.amount_of(quantity, price)
    assert abs(rules.price_of(quantity, fen) - price) * quantity <= 1_000
