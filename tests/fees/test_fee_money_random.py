"""Terms lived at random on a real file: whatever happens, the books balance, in every order that people do things."""

from collections.abc import Callable, Collection
from datetime import date, timedelta
from random import Random

import pytest

from app.core.errors import Invalid, Refused
from app.fees.money import commands as money_commands
from app.fees.money import facts as facts_of
from app.fees.money import lists as money_lists
from app.fees.money import monthly, settlement
from app.fees.money import progress as money_progress
from app.fees.money import queries as money_queries
from app.fees.money import settings as money_settings
from app.fees.money.checks import money_sound
from app.fees.money.facts import Facts, head
from app.fees.money.rules import ReceiptDraft, RefundDraft, VoucherDraft
from app.fees.rules import CLOSED, COLLECTING, SETTLED
from app.fees.tables import FeeChoice, FeePlan
from app.school.pupil_rules import pupil_keys
from app.school.tables import Enrolment, Pupil
from app.store import check, journal, settings
from app.store.database import database, scalar
from app.store.opening import Store
from tests.fee_verbs import record_voucher
from tests.money_fixture import CARE, CLUB, FeeSchool

FIRST, TODAY = date(2026, 9, 1), date(2026, 11, 21)


class _Term:
    """A term in which anything may happen next; what is refused leaves everything as it was."""

    def __init__(self, school: FeeSchool, chance: Random) -> None:
        self.school, self.chance, self.plan = school, chance, school.plan
        self.numbers = 0

    def fill(self) -> None:
        """Add pupils who come, go, change class, are waived, agree or do not."""
        chance = self.chance
        with journal.operation("学生"):
            FeePlan.update(shortage=chance.choice(["补", "不补"])).execute()
            for n in range(chance.randint(0, 12)):
                joined = FIRST + timedelta(chance.choice([0, 0, 0, chance.randint(1, 70)]))
                left = joined + timedelta(chance.randint(0, 60)) if chance.random() < 0.3 else None
                pupil = Pupil.create(name=f"学生{n}", waiver=chance.choice(["", "", "低保", "孤儿"]), keys=pupil_keys(f"学生{n}", "", "", ""))
                classes = list(self.school.classes.values())
                Enrolment.create(pupil=pupil, school_class=chance.choice(classes), seat=chance.randint(1, 40), joined_on=joined,
                                 left_on=left, reason="转出" if left else "")
                if left and chance.random() < 0.3:
                    Enrolment.create(pupil=pupil, school_class=chance.choice(classes), joined_on=left + timedelta(chance.choice([0, 9])))
                for item in (CARE, CLUB):
                    if chance.random() < 0.8:
                        FeeChoice.create(plan_item=self.school.items[item], pupil=pupil, agreed=chance.random() < 0.7, chosen_on=FIRST)
        settings.change({money_settings.REMAINDER: chance.choice([money_settings.BY_PUPILS, money_settings.BY_SCHOOL]),
                         money_settings.LEAVER: chance.choice([money_settings.AT_STANDARD, money_settings.AT_VOUCHERS]),
                         money_settings.PART_TERM: chance.choice(list(money_settings.PART_TERM.choices))})

    def step(self) -> None:
        """Do one thing of those that people do; a refusal is an answer as well."""
        acts: list[Callable[[], object]] = [self._pay, self._pay_class, self._spend, self._spend, self._count, self._settle, self._leave,
                                            self._refund, self._void, self._undo]
        try:
            self.chance.choice(acts)()
        except (Refused, Invalid):
            return

    def _day(self) -> date:
        return FIRST + timedelta(self.chance.randint(0, (TODAY - FIRST).days))

    def _item(self) -> int:
        return self.chance.choice(list(self.school.items.values()))

    def _pupil(self) -> int:
        return self.chance.choice([child.id for child in Facts(self.plan).children])

    def _pay(self) -> None:
        pupil = self._pupil()
        owed = Facts(self.plan).owed(pupil)
        part = {item: self.chance.randint(1, fen) for item, fen in owed.items() if self.chance.random() < 0.7}
        money_commands.record_receipts(self.plan, [ReceiptDraft(pupil, self._day(), part)])

    def _pay_class(self) -> None:
        money_commands.pay_class(self.plan, self.chance.choice(list(self.school.classes.values())), self._day())

    def _spend(self) -> None:
        self.numbers += 1
        handler, acceptor, auditor = self.school.people.values()
        fen = self.chance.choice([self.chance.randint(1, 900_000), -self.chance.randint(1, 5_000)])
        record_voucher(self.plan, VoucherDraft(
            self._item(), str(self.numbers), self._day(), fen, handler=handler, acceptor=acceptor, auditor=auditor))

    def _count(self) -> None:
        money_commands.write_usage(self.plan, {self._pupil(): {self._item(): self.chance.randint(0, 100)}})

    def _settle(self) -> None:
        settlement.settle(self.plan)

    def _leave(self) -> None:
        settlement.settle_leavers(self.plan, [self._pupil()])

    def _refund(self) -> None:
        pupil, fen = self.chance.choice(list(money_queries.open_balances(Facts(self.plan)).items()) or [(self._pupil(), 1)])
        settlement.record_refunds(self.plan, [RefundDraft(pupil, fen if self.chance.random() < 0.7 else fen // 2, self._day())])

    def _void(self) -> None:
        table, verb = self.chance.choice([
            ("fee_receipt", lambda row: money_commands.void_receipts([row], "错")),
            ("fee_voucher", lambda row: money_commands.void_voucher(row, "错")), ("fee_refund", lambda row: settlement.void_refund(row, "错"))])
        row = scalar(f"SELECT max(id) FROM {table}")
        if row:
            verb(row)

    def _undo(self) -> None:
        title = (journal.undoable() or (0, ""))[1]
        if not title.startswith(("学生", "示例", "修改设置", "建")):
            journal.undo()


def _same_narrowed(plan: int, pupils: Collection[int]) -> None:
    """Ask about some pupils only, and for the whole school out of memory: each has the charges and the account he has there."""
    whole, some = Facts(plan), Facts(plan, pupils)
    assert whole.ground == facts_of._read_ground(facts_of.head(plan), None)       # what is remembered still holds
    assert [child for child in whole.children if child.id in pupils] == some.children
    for pupil in pupils:
        assert some.ground.by_pupil.get(pupil) == whole.ground.by_pupil.get(pupil)
        assert some.places.get(pupil) == whole.places.get(pupil)
        assert some.paid_by.get(pupil) == whole.paid_by.get(pupil)
        assert some.receipts.get(pupil) == whole.receipts.get(pupil)
        assert some.owed(pupil) == whole.owed(pupil)
    assert set(some.frozen) == {account for account in whole.frozen if account.pupil in pupils}
    assert money_queries.open_balances(some) == {
        pupil: fen for pupil, fen in money_queries.open_balances(whole).items() if pupil in pupils}
    assert all(each.pupil in pupils for found in some.charges.values() for each in found)


def _balances(plan: int) -> None:
    """Ask every identity of the term as it stands."""
    facts = Facts(plan)
    accounts, remainders = facts.settled
    for item in facts.items:
        spent = sum(each.spent for each in accounts if each.plan_item == item.id)
        if not item.fixed:
            assert spent + remainders[item.id] == facts.vouchers.get(item.id, 0)
        assert sum(each.paid for each in accounts if each.plan_item == item.id) == sum(facts.paid.get(item.id, {}).values())
    assert all(each.paid - each.spent - each.refund + each.borne == 0 for each in accounts)
    assert money_sound() == []
    by = [money_queries.sums(plan, way) for way in ("item", "grade", "class")]
    for field in ("charged", "paid", "spent", "refund", "shortage", "borne"):
        assert len({sum(getattr(each, field) for each in found) for found in by}) == 1
    assert sum(each.paid for each in money_progress.by_class(plan)) == sum(sum(each.values()) for each in facts.paid.values())
    for row in money_lists.settlements(plan):
        assert row.paid - row.own == row.refund
    if facts.head.state == SETTLED and not facts.stale:
        assert sum(row.closing for row in monthly.report(TODAY)) == sum(money_queries.open_balances(facts).values())
    if facts.head.state == COLLECTING:
        assert {each.pupil for each in facts.frozen} <= {each.pupil for each in facts.frozen if each.at_leaving}


@pytest.mark.parametrize("seed", range(8))
def test_a_term_at_random_balances(fee_school: FeeSchool, seed: int) -> None:
    term = _Term(fee_school, Random(seed))
    term.fill()
    for _ in range(20):
        term.step()
        _balances(term.plan)
        everybody = [pupil for (pupil,) in database.execute_sql("SELECT id FROM pupil").fetchall()]
        _same_narrowed(term.plan, term.chance.sample(everybody, term.chance.randint(0, 4)))
    settlement.settle(term.plan)
    for class_id in fee_school.classes.values():
        try:
            settlement.refund_class(term.plan, class_id, TODAY)
        except Refused:
            continue
    _balances(term.plan)
    settlement.close_term(term.plan, "随机")
    _balances(term.plan)
    assert database.execute_sql("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("seed", range(6))
def test_any_step_taken_back_or_brought_back_leaves_the_books_in_order(fee_school: FeeSchool, started_ledger: Store, seed: int) -> None:
    """Undo by id, not of the latest; a step that the rules hold fast is refused and stays as it is."""
    term = _Term(fee_school, Random(100 + seed))
    term.fill()
    first = journal.undoable()[0]
    known, refused, taken = set(check.run(started_ledger.folder).problems), 0, 0
    acts = [lambda: settlement.unsettle(term.plan), lambda: settlement.close_term(term.plan, "随机"),
            lambda: settlement.reopen_term(term.plan), journal.redo]
    for _ in range(45):
        chosen = [each.id for each in journal.steps(25, undone=False) if each.id > first]
        before = (head(term.plan).state, scalar("SELECT count(*) FROM operation WHERE undone = 1"))
        try:
            if chosen and term.chance.random() < 0.4:
                journal.undo(term.chance.choice(chosen))
                taken += 1
            elif term.chance.random() < 0.3:
                term.chance.choice(acts)()
            else:
                term.step()
        except (Refused, Invalid):
            refused += 1
            assert before == (head(term.plan).state, scalar("SELECT count(*) FROM operation WHERE undone = 1"))
        _balances(term.plan)
        _in_order(Facts(term.plan))
    assert set(check.run(started_ledger.folder).problems) <= known
    assert refused > 3
    assert taken > 3


def _in_order(facts: Facts) -> None:
    """Ask what no replay may break: a closed term stays as it was settled, money given back rests on a settlement."""
    given = scalar("SELECT count(*) FROM fee_refund WHERE voided_on IS NULL")
    if facts.head.state == CLOSED:
        assert set(facts.frozen) == set(facts.settled[0])
    if facts.head.state == COLLECTING and given:
        leavers = {account.pupil for account in facts.frozen if account.at_leaving}
        assert {pupil for (pupil,) in database.execute_sql(
            "SELECT pupil_id FROM fee_refund WHERE voided_on IS NULL").fetchall()} <= leavers
    assert all(sum(fen for (fen,) in database.execute_sql(
        "SELECT fen FROM fee_voucher WHERE voided_on IS NULL AND plan_item_id = ?", (item.id,)).fetchall()) >= 0 for item in facts.items)
