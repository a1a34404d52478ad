"""What comes next in a term's fees, in each of its states; what of it wants doing on the first page."""

from datetime import date

from app.fees.dues import dues, next_step
from app.fees.letters import commands as letters
from app.fees.money import commands as money
from app.fees.money import settlement
from app.fees.plan import queries as plans
from app.fees.tables import FeeLetter, FeePlan
from app.school import commands as school
from app.school.rules import TermDraft
from app.store import journal
from tests.fee_verbs import make_shipped

TODAY = date(2026, 11, 21)
TITLE = "2026—2027学年第一学期"


def following(fee_school, day=TODAY):
    return next_step(plans.plan(fee_school.plan), day)


def told(day=TODAY):
    return {due.kind: due for due in dues(day)}


def pay_all(fee_school):
    for room in fee_school.classes.values():
        money.pay_class(fee_school.plan, room, TODAY)


def test_while_money_is_owed_the_next_is_to_collect_it(fee_school):
    step = following(fee_school)
    assert (step.act, step.words, step.tone) == ("collection", "去登记收费", "")
    assert "人欠缴" in step.text
    due = told()["fees/next"]
    assert due.words == f"{TITLE}收费：{step.text}"
    assert (due.act, due.table, due.id) == ("fees:collection", "fee_plan", fee_school.plan)


def test_who_still_owes_after_the_last_day_presses(fee_school):
    with journal.operation("收费截止"):
        FeePlan.update(collect_until=date(2026, 11, 20)).execute()
    assert following(fee_school, date(2026, 11, 20)).tone == ""
    assert following(fee_school, date(2026, 11, 21)).tone == "warning"


def test_a_term_that_is_over_and_not_settled_presses(fee_school):
    school.edit_term(fee_school.term, TermDraft(2026, 1, date(2026, 9, 1), date(2026, 11, 20)))
    due = told()["fees/next"]
    assert due.tone == "warning"
    assert due.words.startswith(f"{TITLE}已经结束，收费：")


def test_collected_then_settled_the_next_is_to_give_back(fee_school):
    pay_all(fee_school)
    step = following(fee_school)
    assert step.act == "spending"       # money was taken for an item that nothing was spent on yet
    assert step.text.startswith("费用已收齐。")
    settlement.settle(fee_school.plan)
    step = following(fee_school)
    assert step.act == "settlement"
    assert "人应退" in step.text
    assert told()["fees/next"].act == "fees:settlement"


def test_slips_that_should_have_come_back_are_due(fee_school):
    identity = make_shipped(fee_school.term, "fee-notice", date(2026, 11, 2), date(2026, 11, 20)).made[0]
    assert "fees/slips" not in told()       # never printed: nobody can have answered
    with journal.operation("印发"):
        FeeLetter.update(printed_on=date(2026, 11, 2)).execute()
    assert "fees/slips" not in told(date(2026, 11, 20))
    due = told()["fees/slips"]
    assert due.count == 8       # the seven who were always there, the one who came later; who left is not asked
    assert due.words.endswith("的回执应在2026年11月20日收齐，还有 8 人没有交。")
    assert due.act == f"fees:replies:letter{identity}"
    for room in fee_school.classes.values():
        letters.record_class(identity, room)
    assert "fees/slips" not in told()
