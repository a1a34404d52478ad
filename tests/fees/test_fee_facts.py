"""What a plan's money stands on: remembered for the whole school until something it was read from changes, narrowed for verbs."""

from datetime import date, timedelta

import pytest

from app.fees.money import commands as money_commands
from app.fees.money import facts as facts_of
from app.fees.money import lists, settling
from app.fees.money import settings as money_settings
from app.fees.money.facts import Facts
from app.fees.money.rules import ReceiptDraft, VoucherDraft
from app.fees.tables import FeeChoice, FeePlan, FeePrice
from app.school.tables import Enrolment, Pupil, Term
from app.store import journal, settings
from tests.fee_verbs import record_voucher
from tests.ledger_fixture import statements
from tests.money_fixture import BOOKS, CARE, FeeSchool

PAID = date(2026, 9, 9)


@pytest.fixture
def worked_out(monkeypatch):
    """Gather the pupils whose charges are worked out, one entry a charge."""
    pupils, charge = [], settling.charge

    def count(item, child, *more):
        pupils.append(child.id)
        return charge(item, child, *more)

    monkeypatch.setattr(settling, "charge", count)
    return pupils


def fresh(plan: int) -> facts_of.Ground:
    return facts_of._read_ground(facts_of._read_head(plan), None)


def test_a_receipt_works_out_the_charges_of_its_pupil_only(fee_school: FeeSchool, worked_out) -> None:
    ground = Facts(fee_school.plan).ground
    worked_out.clear()
    first = fee_school.pupils["安一"]
    money_commands.record_receipts(fee_school.plan, [ReceiptDraft(first, PAID, {fee_school.items[BOOKS]: 500})])
    assert set(worked_out) == {first}
    worked_out.clear()
    after = Facts(fee_school.plan)
    assert after.ground is ground
    assert worked_out == []
    assert after.owed(first)[fee_school.items[BOOKS]] == 1_000


@pytest.mark.parametrize("change", [
    lambda school: FeePrice.update(fen=9_900).where(FeePrice.plan_item == school.items[BOOKS]).execute(),
    lambda school: FeeChoice.update(agreed=0).where(FeeChoice.plan_item == school.items[CARE]).execute(),
    lambda school: Pupil.update(waiver="低保").where(Pupil.id == school.pupils["安一"]).execute(),
    lambda school: Enrolment.update(left_on=date(2026, 10, 1)).where(Enrolment.pupil == school.pupils["安一"]).execute(),
    lambda school: Term.update(starts_on=date(2026, 10, 12)).where(Term.id == school.term).execute(),
    lambda school: FeePlan.update(shortage="不补").where(FeePlan.id == school.plan).execute(),
    lambda school: settings.put({money_settings.PART_TERM: money_settings.WHOLE}),
], ids=["price", "choice", "waiver", "leaving", "term", "plan", "setting"])
def test_what_decides_charges_is_read_anew_when_it_changes_and_when_that_is_undone(fee_school: FeeSchool, change) -> None:
    before = Facts(fee_school.plan).ground
    lists.register(fee_school.plan)
    with journal.operation("示例"):
        change(fee_school)
    assert Facts(fee_school.plan).ground == fresh(fee_school.plan)
    assert Facts(fee_school.plan).head == facts_of._read_head(fee_school.plan)
    journal.undo()
    assert Facts(fee_school.plan).ground == before == fresh(fee_school.plan)


def test_vouchers_and_usage_are_part_of_it(fee_school: FeeSchool) -> None:
    handler, acceptor, auditor = fee_school.people.values()
    Facts(fee_school.plan).ground  # noqa: B018  worked out and remembered
    record_voucher(fee_school.plan, VoucherDraft(fee_school.items[CARE], "1", PAID, 5_000, handler=handler,
                                                                acceptor=acceptor, auditor=auditor))
    assert Facts(fee_school.plan).ground == fresh(fee_school.plan)
    assert Facts(fee_school.plan).vouchers == {fee_school.items[CARE]: 5_000}
    assert next(item for item in Facts(fee_school.plan).items if item.id == fee_school.items[CARE]).fixed     # as the plan says, not the paper


def test_a_name_that_changes_is_told_anew(fee_school: FeeSchool) -> None:
    first = fee_school.pupils["安一"]
    assert lists.names(Facts(fee_school.plan))[first].name == "安一"
    with journal.operation("改名"):
        Pupil.update(name="安壹").where(Pupil.id == first).execute()
    assert lists.names(Facts(fee_school.plan))[first].name == "安壹"


def test_nothing_is_remembered_inside_an_operation_that_is_rolled_back(fee_school: FeeSchool) -> None:
    before = Facts(fee_school.plan).ground
    with journal.operation("示例") as work:
        FeePrice.update(fen=1).execute()
        assert Facts(fee_school.plan).ground != before
        work.discard()
    assert Facts(fee_school.plan).ground == before == fresh(fee_school.plan)


def test_some_pupils_cannot_be_settled_without_the_others(fee_school: FeeSchool) -> None:
    with pytest.raises(RuntimeError, match="whole school"):
        _ = Facts(fee_school.plan, [fee_school.pupils["安一"]]).settled


def test_rows_that_are_still_right_are_given_as_they_are(fee_school: FeeSchool) -> None:
    before = {row.who.pupil: row for row in lists.register(fee_school.plan)}
    first = fee_school.pupils["安一"]
    money_commands.record_receipts(fee_school.plan, [ReceiptDraft(first, PAID, {fee_school.items[BOOKS]: 500}),
                                                     ReceiptDraft(first, PAID + timedelta(1), {fee_school.items[BOOKS]: 300})])
    after = lists.register(fee_school.plan, before=before)
    assert after == lists.register(fee_school.plan)
    assert [row.who.pupil for row in after if before[row.who.pupil] is not row] == [first]
    mine = next(row for row in after if row.who.pupil == first)
    assert (mine.paid, mine.paid_on) == ({fee_school.items[BOOKS]: 800}, PAID + timedelta(1))


def test_a_receipt_asks_few_questions_however_many_items_it_has(fee_school: FeeSchool) -> None:
    money_commands.record_receipts(fee_school.plan, [     # the first of a year begins the year's numbers
        ReceiptDraft(fee_school.pupils["曹三"], PAID, Facts(fee_school.plan).owed(fee_school.pupils["曹三"]))])
    owed = Facts(fee_school.plan).owed(fee_school.pupils["安一"])
    assert len(owed) > 2
    with statements() as asked:
        money_commands.record_receipts(fee_school.plan, [ReceiptDraft(fee_school.pupils["安一"], PAID, owed)])
    assert len(asked) <= 18, "\n".join(asked)     # one of them says in the step's title which class paid how much
