"""Undo and redo of a term's fees obey the verbs' rules: what a settlement counted stays, what comes back fits."""

from datetime import date

import pytest

from app.core.errors import Refused
from app.fees.letters import commands as letter_commands
from app.fees.letters.kinds import shipped_draft
from app.fees.money import commands, settlement
from app.fees.money.facts import Facts, head
from app.fees.money.rules import ReceiptDraft, RefundDraft, VoucherDraft
from app.fees.plan import commands as plan_commands
from app.school.pupil_commands import transfer_out
from app.store import check, journal
from tests.fee_verbs import record_voucher
from tests.money_fixture import BOOKS, MEALS

PAID, SPENT, BACK = date(2026, 9, 10), date(2026, 11, 2), date(2026, 11, 20)


@pytest.fixture
def books(fee_school, started_ledger):
    """The money fixture with everybody paid; ``spend(fen)`` records a voucher for 作业本费 and gives its step."""
    fee_school.paid = [commands.pay_class(fee_school.plan, each, PAID if name != "四年级1班" else date(2026, 9, 11))
                       for name, each in fee_school.classes.items()]

    def spend(fen, number="1", **more):
        return record_voucher(fee_school.plan, VoucherDraft(fee_school.items[BOOKS], number, SPENT, fen, **{
            "kind": "收据", "supplier": "书店", **dict(zip(("handler", "acceptor", "auditor"), fee_school.people.values(), strict=True)), **more}))

    fee_school.spend = spend
    before = check.run(started_ledger.folder).problems      # the fixture never hung a board
    yield fee_school
    assert set(check.run(started_ledger.folder).problems) <= set(before)


def test_a_voucher_that_was_counted_stays_until_the_settlement_goes(books):
    voucher = books.spend(9_000)
    settled = settlement.settle(books.plan).step
    with pytest.raises(Refused, match="已经按它结算。请先撤销结算"):
        journal.undo(voucher.id)
    assert head(books.plan).state == "settled"
    assert not Facts(books.plan).stale
    with pytest.raises(Refused, match="已经按它结算"):
        journal.undo(books.paid[0].id)
    journal.undo(settled.id)
    journal.undo(voucher.id)
    assert Facts(books.plan).vouchers == {}


def test_what_came_after_the_settlement_may_go_again(books):
    books.spend(9_000)
    settlement.settle(books.plan)
    late = books.spend(99, "2")
    journal.undo(late.id)
    assert not Facts(books.plan).stale
    journal.redo(late.id)
    assert Facts(books.plan).stale
    again = settlement.settle(books.plan).step
    with pytest.raises(Refused, match="已经按它结算"):
        journal.undo(late.id)
    journal.undo(again.id)
    journal.undo(late.id)


def test_a_settlement_goes_back_after_steps_that_have_nothing_to_do_with_it(books):
    books.spend(9_000)
    settled = settlement.settle(books.plan).step
    plan_commands.add_item(plan_commands.ItemDraft("另一项", document="甲〔2026〕1号"))
    assert journal.undo(settled.id).startswith("结算")
    assert head(books.plan).state == "collecting"


def test_nothing_of_a_closed_term_moves(books):
    usage = commands.write_usage(books.plan, {books.pupils["安一"]: {books.items[MEALS]: 80}}).step
    voucher = books.spend(9_000)
    settlement.settle(books.plan)
    late = books.spend(99, "2")
    settlement.settle(books.plan)
    settlement.close_term(books.plan, "都清楚了")
    for step in (usage, voucher, late, books.paid[1]):
        with pytest.raises(Refused, match="已经结账，收费、票据和方案都不能再变"):
            journal.undo(step.id)


def test_prices_and_answers_that_were_settled_stay(books):
    priced = plan_commands.write_cells(books.plan, {books.items[BOOKS]: {"grade3": 1_400}}).step
    settlement.settle(books.plan)
    with pytest.raises(Refused, match="已经按它结算"):
        journal.undo(priced.id)


def test_a_settlement_comes_back_only_while_it_is_true(books):
    books.spend(9_000)
    settlement.settle(books.plan)
    opened = settlement.unsettle(books.plan).step
    late = books.spend(99, "2")
    with pytest.raises(Refused, match="那时的结算已经不对。请重新结算"):
        journal.undo(opened.id)
    journal.undo(late.id)
    journal.undo(opened.id)
    assert head(books.plan).state == "settled"
    journal.redo(opened.id)
    assert head(books.plan).state == "collecting"


def test_money_given_back_needs_its_settlement(books):
    books.spend(1_000)
    settled = settlement.settle(books.plan).step
    given = settlement.refund_class(books.plan, books.classes["三年级1班"], BACK)
    with pytest.raises(Refused, match="笔清退，没有结算就没有依据"):
        journal.undo(settled.id)
    journal.undo(given.id)
    journal.undo(settled.id)


def test_a_voided_refund_does_not_come_back_beside_its_successor(books):
    books.spend(1_000)
    settlement.settle(books.plan)
    pupil = books.pupils["安一"]
    due = sum(each.refund for each in Facts(books.plan).frozen if each.pupil == pupil)
    wrong = settlement.record_refunds(books.plan, [RefundDraft(pupil, due, BACK)]).made[0]
    voided = settlement.void_refund(wrong, "写错")
    right = settlement.record_refunds(books.plan, [RefundDraft(pupil, due, BACK)])
    with pytest.raises(Refused, match="会多退或多补"):
        journal.undo(voided.id)
    journal.undo(right.id)
    journal.undo(voided.id)


def test_a_voided_receipt_does_not_come_back_beside_its_successor(books):
    pupil, item = books.pupils["安一"], books.items[BOOKS]
    voided = commands.void_receipts(books.paid[0].made, "重开")
    again = commands.record_receipts(books.plan, [ReceiptDraft(pupil, PAID, {item: 100})])
    with pytest.raises(Refused, match="有 1 名学生会多收：后来又缴过"):
        journal.undo(voided.id)
    journal.undo(again.id)
    journal.undo(voided.id)


def test_a_voucher_does_not_come_back_twice_nor_leave_less_than_nothing(books):
    black = books.spend(500)
    voided = commands.void_voucher(black.made[0], "抄错")
    again = books.spend(600)
    with pytest.raises(Refused, match="同一张票据不能重复报销"):
        journal.undo(voided.id)
    red = books.spend(-200, "2")
    with pytest.raises(Refused, match="票据合计会小于零"):
        journal.undo(again.id)
    journal.undo(red.id)
    journal.undo(again.id)
    journal.undo(voided.id)


def test_shares_of_an_invoice_never_exceed_it(books):
    invoice = {"kind": "发票", "code": "3200"}
    first = books.spend(400, "0441", **invoice, total=1_000)
    books.spend(100, "0441", **invoice)
    voided = commands.void_voucher(first.made[0], "算错")
    books.spend(900, "0441", **invoice)
    with pytest.raises(Refused, match="总额 10.00 元，记的合起来却有 14.00 元"):
        journal.undo(voided.id)


def test_collecting_does_not_go_back_under_receipts(fee_school):
    with journal.operation("开始收费"):
        journal.database.execute_sql("UPDATE fee_plan SET state = 'posted'")
    with journal.operation("开始收费") as work:
        journal.database.execute_sql("UPDATE fee_plan SET state = 'collecting'")
    commands.pay_class(fee_school.plan, fee_school.classes["三年级1班"], PAID)
    with pytest.raises(Refused, match="已经收了 4 张收据的钱"):
        journal.undo(work.done.id)


def test_a_letter_goes_on_asking_what_it_asked(fee_school):
    letter = letter_commands.make_letter(fee_school.term, shipped_draft("traffic", PAID, None)).made[0]
    draft = shipped_draft("drowning", PAID, None)
    changed = letter_commands.edit_letter(letter, draft)
    letter_commands.record_class(letter, fee_school.classes["三年级1班"])
    with pytest.raises(Refused, match="份回执，种类和逐项征求意见不能再变"):
        journal.undo(changed.id)


def test_a_roster_that_moved_on_makes_the_old_settlement_wrong(books):
    books.spend(9_000)
    settlement.settle(books.plan)
    opened = settlement.unsettle(books.plan).step
    transfer_out([books.pupils["安一"]], date(2026, 10, 8))
    with pytest.raises(Refused, match="名册"):
        journal.undo(opened.id)
