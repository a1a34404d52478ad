"""What people mean when they type: an amount for no item, Enter, a class but for some, a signature alone, an answer on a slip."""

from datetime import date

import pytest

from app.core.errors import Invalid, Refused
from app.fees.letters.replies import ReplyDraft, ReplyRow, agreeing, as_typed
from app.fees.money import commands, settlement
from app.fees.money.facts import Facts
from app.fees.money.paying import GIVE, PAY, all_but, given, nothing_open, paid
from app.fees.money.queries import open_balances
from app.store.database import database, scalar
from tests.money_fixture import FeeSchool

OWED = {7: 500, 8: 300, 9: 200}
DAY, CAME = date(2026, 9, 3), date(2026, 9, 1)
FIRST = "三年级1班"


@pytest.mark.parametrize(("fen", "items", "parts"), [
    (1_000, {}, OWED), (1, {}, {7: 1}), (500, {}, {7: 500}), (501, {}, {7: 500, 8: 1}), (999, {}, {7: 500, 8: 300, 9: 199}),
    (None, {8: 100}, {8: 100}), (None, {}, {}), (None, {8: 999}, {8: 999}),      # too much for an item is found by the receipt's check
])
def test_what_was_paid(fen, items, parts):
    assert paid(OWED, fen, items, "安一") == parts


@pytest.mark.parametrize(("owed", "fen", "items", "told"), [
    (OWED, 1_001, {}, "安一欠 10.00 元，本次收的要大于零、不超过这个数。"), (OWED, 0, {}, "安一欠 10.00 元"), (OWED, -1, {}, "安一欠 10.00 元"),
    ({}, 1, {}, "安一不欠费，不能再收。"), (OWED, 100, {7: 100}, "只填一处")])
def test_what_cannot_be_meant_is_refused_at_its_cell(owed, fen, items, told):
    with pytest.raises(Invalid) as wrong:
        paid(owed, fen, items, "安一")
    assert [each.field for each in wrong.value.problems] == [PAY]
    assert wrong.value.problems[0].text.startswith(told) or told in wrong.value.problems[0].text


def test_all_of_a_class_but_some():
    assert all_but({1: 500, 2: 300, 3: 200}, {}) == {1: 500, 2: 300, 3: 200}
    assert all_but({1: 500, 2: 300, 3: 200}, {2: 0, 3: 150}) == {1: 500, 3: 150}
    assert all_but({}, {4: 0}) == {}
    with pytest.raises(Invalid) as wrong:
        all_but({1: 500}, {1: 100, 4: 50})
    assert [each.row for each in wrong.value.problems] == [4]


@pytest.mark.parametrize(("open_now", "fen", "signer", "hands"), [
    (500, None, "", None), (500, None, "安父", 500), (500, 200, "", 200), (-300, 300, "", -300), (-300, None, "安父", -300),
    (500, -200, "", -200), (0, 100, "", -100), (0, None, "安父", 0)])      # what is wrong is found by the check of a refund
def test_what_was_given(open_now, fen, signer, hands):
    assert given(open_now, fen, signer) == hands


@pytest.mark.parametrize(("settled", "left", "told"), [
    (False, 500, "还没有结算"), (False, -1, "还没有结算"), (False, 0, "没有还要退"), (True, 500, "没有还要退"), (True, 0, "没有还要退")])
def test_why_nothing_is_open(settled, left, told):
    assert told in nothing_open(settled, left)


def test_a_class_pays_but_for_some(fee_school: FeeSchool) -> None:
    first, second, third = (fee_school.pupils[name] for name in ("安一", "白二", "曹三"))
    owed = {pupil: Facts(fee_school.plan).owed(pupil) for pupil in (first, second, third)}
    step = commands.pay_class(fee_school.plan, fee_school.classes[FIRST], DAY.replace(day=9), "现金", "008", {first: 0, second: 1_000})
    assert len(step.made) == 3
    assert database.execute_sql("SELECT pupil_id, number FROM fee_receipt ORDER BY id").fetchall()[:2] == [(second, "008"), (third, "009")]
    after = Facts(fee_school.plan)
    assert after.owed(first) == owed[first]
    assert after.paid_by[second] == {next(iter(owed[second])): 1_000}
    assert after.owed(third) == {}


def test_a_class_of_which_nobody_paid_leaves_no_receipt(fee_school: FeeSchool) -> None:
    facts = Facts(fee_school.plan)
    nobody = {child.id: 0 for child in facts.children}
    with pytest.raises(Refused, match="没有还要缴费"):
        commands.pay_class(fee_school.plan, fee_school.classes[FIRST], DAY.replace(day=9), but=nobody)
    with pytest.raises(Invalid) as wrong:
        commands.pay_class(fee_school.plan, fee_school.classes[FIRST], DAY.replace(day=9), but={fee_school.pupils["安一"]: 99_999_99})
    assert [each.row for each in wrong.value.problems] == [fee_school.pupils["安一"]]
    with pytest.raises(Invalid, match="以数字结尾"):
        commands.pay_class(fee_school.plan, fee_school.classes[FIRST], DAY.replace(day=9), first_number="收据")
    assert scalar("SELECT count(*) FROM fee_receipt") == 0


def test_a_class_gets_its_money_but_for_some(fee_school: FeeSchool) -> None:
    for each in fee_school.classes.values():
        commands.pay_class(fee_school.plan, each, DAY.replace(day=30))
    settlement.settle(fee_school.plan)
    before = open_balances(Facts(fee_school.plan))
    first, third = fee_school.pupils["安一"], fee_school.pupils["曹三"]
    step = settlement.refund_class(fee_school.plan, fee_school.classes[FIRST], date(2026, 11, 20), but={first: 0, third: 100})
    after = open_balances(Facts(fee_school.plan))
    assert after[first] == before[first] > 0
    assert after[third] == before[third] - 100
    assert scalar("SELECT count(*) FROM fee_refund") == len(step.made)
    with pytest.raises(Invalid) as wrong:
        settlement.refund_class(fee_school.plan, fee_school.classes[FIRST], date(2026, 11, 20), but={third: before[third]})
    assert [each.row for each in wrong.value.problems] == [third]
    assert GIVE == "give"


OUT = ReplyRow(1, 1, "安一", None, {7: None, 8: None})
BACK = ReplyRow(1, 1, "安一", CAME, {7: True, 8: False}, "来电")


def test_enter_agrees_to_all_and_keeps_the_day_of_a_slip_that_is_back():
    assert agreeing(OUT, DAY) == ReplyDraft(DAY, {7: True, 8: True})
    assert agreeing(BACK, DAY) == ReplyDraft(CAME, {7: True, 8: True}, "来电")


@pytest.mark.parametrize(("row", "answers", "typed", "meant"), [
    (OUT, {8: False}, {}, ReplyDraft(DAY, {7: True, 8: False})),            # an answer says that the slip came back
    (OUT, {}, {"returned_on": CAME}, ReplyDraft(CAME, {7: True, 8: True})),
    (OUT, {8: None}, {}, ReplyDraft(None, {}, "")),                          # no answer is none
    (OUT, {8: True}, {"returned_on": None}, ReplyDraft(None, {8: True}, "")),  # two meanings: the verb refuses it
    (BACK, {8: True}, {}, ReplyDraft(CAME, {7: True, 8: True}, "来电")),
    (BACK, {7: None}, {"remark": ""}, ReplyDraft(CAME, {7: None, 8: False}, "")),
    (BACK, {}, {"returned_on": None}, ReplyDraft(None, {}, "")),            # the slip is taken back
])
def test_what_was_typed_on_a_slip(row, answers, typed, meant):
    assert as_typed(row, answers, typed, lambda: DAY) == meant


def test_a_remark_has_no_place_on_a_slip_that_is_out():
    with pytest.raises(Invalid, match="请先登记收回日期"):
        as_typed(OUT, {}, {"remark": "来电"}, lambda: DAY)
