"""A store at random: whatever is taken in, handed out, returned, dated back, voided, undone and issued, pieces and 分 agree."""

import shutil
import tempfile
from collections import defaultdict
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import Invalid, Refused
from app.school.tables import Department, Person
from app.stock import checks, commands, costing, counts, months, movements, plans
from app.stock.items import found_or_made
from app.stock.rules import Back, In, Out, PlanDraft, Receiver
from app.stock.tables import StockStoreroom
from app.store import journal, opening
from app.store.database import FILE_NAME, database

TODAY = date(2026, 11, 21)


class Office:
    """Somebody at work in a store of two rooms and three sorts of goods, choosing at random among the real verbs."""

    def __init__(self, seed):
        self.chance = Random(seed)
        with journal.operation("开库") as work:
            Department.insert(name="教导处").execute()
            for name in ("王芳", "李娜"):
                Person.insert(name=name).execute()
            StockStoreroom.insert(name="分保管室").execute()
            self.items = [work.made(found_or_made(name, "", "包")) for name in ("粉笔", "A4纸", "扫帚")]
        self.to = Receiver(department=1)
        self.issued_up_to = ""

    def day(self):
        return TODAY - timedelta(days=self.chance.randint(0, 80))

    def store(self):
        return self.chance.randint(1, 2)

    def quantity(self, most=12):
        return self.chance.randint(1, most) * self.chance.choice((1000, 1000, 500, 333))

    def lines(self, make):
        return [make(item, self.quantity()) for item in self.chance.sample(self.items, self.chance.randint(1, 2))]

    def any(self, *kinds):
        rows = database.execute_sql(
            f"SELECT id FROM stock_movement WHERE stands AND kind IN ({','.join('?' * len(kinds))}) ORDER BY id", kinds).fetchall()
        return self.chance.choice(rows)[0] if rows else 0

    def receive(self):
        commands.receive(self.day(), self.store(), self.lines(lambda item, many: In(item, many, self.chance.randint(0, 5000))))

    def issue(self):
        commands.issue(self.day(), self.store(), self.lines(Out), self.to)

    def hand_out_directly(self):
        day, store, item, many = self.day(), self.store(), self.chance.choice(self.items), self.quantity()
        with journal.operation("直接领用"):
            slip = movements.receive(day, store, [In(item, many, self.chance.randint(0, 9000))])
            movements.issue(day, store, [Out(item, self.chance.choice((many, max(many // 2, 1))), slip.movements[0])], self.to)

    def give_back(self):
        commands.give_back(self.day(), self.store(), [Back(self.any("领用"), self.quantity(4))])

    def return_to_supplier(self):
        commands.return_to_supplier(self.day(), [Back(self.any("入库"), self.quantity(6))])

    def price(self):
        with journal.operation("价差"):
            movements.settle_price(self.any("入库"), self.chance.randint(0, 6000), self.day())

    def transfer(self):
        commands.transfer(self.day(), 1, 2, self.lines(Out))

    def scrap(self):
        commands.scrap(self.day(), self.store(), self.lines(Out), "受潮")

    def count(self):
        made = counts.open_count(self.store(), TODAY, "").made[0]
        for line in counts.lines(made):
            counted = max(line.book + self.chance.choice((0, 0, 1000, -1000, -500)), 0)
            counts.write_counts(made, {line.id: {"counted": counted, "reason": "点错"}})
        counts.finish(made)
        counts.approve(made, "校长", TODAY)

    def hand_out(self):
        made = plans.save_plan(PlanDraft("作业本", "人员", self.store(), {
            (person, item): self.quantity(4) for person in (1, 2) for item in self.items if self.chance.random() < 0.5})).made[0]
        plans.issue_plan(made, self.day())
        lines = plans.plan_lines(made)
        plans.take_surplus(made, {self.chance.choice(lines).id: 500}, TODAY)

    def void(self):
        rows = database.execute_sql("SELECT id FROM stock_slip WHERE voided_on IS NULL").fetchall()
        commands.void_slips([self.chance.choice(rows)[0]] if rows else [1], "开错了")

    def sign(self):
        commands.sign_slips([self.chance.randint(1, 9)])

    def undo(self):
        steps = journal.steps(8, undone=False)
        journal.undo(self.chance.choice(steps[:-1]).id if len(steps) > 1 else None)

    def redo(self):
        journal.undo()
        journal.redo()

    def issue_month(self):
        months.issue_month(self.chance.choice(("2026-08", "2026-09", "2026-10")))

    def retract_month(self):
        with suppress(Refused):
            self.issue_month()
        months.retract_month("漏了一张")


VERBS = ([Office.receive, Office.issue] * 4
         + [Office.hand_out_directly, Office.give_back, Office.return_to_supplier, Office.price, Office.transfer] * 2
         + [Office.void, Office.undo, Office.count, Office.hand_out] * 2
         + [Office.scrap, Office.redo, Office.sign, Office.issue_month, Office.retract_month])


def require_right(issued):
    """All that must hold at any moment."""
    assert list(checks.stock_sound()) == []
    rows = database.execute_sql(
        """SELECT item_id, storeroom_id, booked_on, sum(quantity), sum(fen) FROM stock_movement WHERE stands
           GROUP BY 1, 2, 3 ORDER BY 3""").fetchall()
    closing = defaultdict(lambda: (0, 0))
    for item, store, _day, quantity, fen in rows:
        pieces, value = closing[item, store]
        closing[item, store] = pieces, value = pieces + quantity, value + fen
        assert pieces >= 0, "at the end of a day"
        assert value >= 0 if pieces else value == 0, "at the end of a day"
    for (item,) in database.execute_sql("SELECT id FROM stock_item").fetchall():
        track, lines = movements.load(item, "")
        assert costing.recost(track, lines) == [], "worked out from the very first line"
        for store, pool in track.pools.items():
            assert (pool.quantity, pool.fen) == closing[item, store]
    for month, frozen in issued.items():
        assert frozen == month_of(month), "an issued month stays as it is"


def month_of(month):
    return database.execute_sql(
        "SELECT id, quantity, fen, difference FROM stock_movement WHERE stands AND booked_on < ? ORDER BY id", (f"{month}-32",)).fetchall()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_pieces_and_fen_agree_whatever_happens(stopped_clock, empty_ledger, seed):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "data"
        root.mkdir()
        shutil.copyfile(empty_ledger, root / FILE_NAME)
        store = opening.open_store(root)
        try:
            office = Office(seed)
            for _ in range(45):
                issued = {month: month_of(month) for (month,) in database.execute_sql(
                    "SELECT max(month) FROM stock_month WHERE voided_on IS NULL").fetchall() if month}
                verb = office.chance.choice(VERBS)
                with suppress(Refused, Invalid):
                    verb(office)
                if verb in (Office.undo, Office.redo, Office.retract_month):
                    issued = {}
                require_right(issued)
        finally:
            store.close()


def test_the_verbs_do_happen(stopped_clock, ledger):
    """The example above would prove nothing if everything were refused."""
    office, done = Office(7), defaultdict(int)
    for verb in [Office.retract_month, *office.chance.choices(VERBS, k=600)]:
        try:
            verb(office)
        except (Refused, Invalid):
            continue
        done[verb.__name__] += 1
    assert set(done) == {verb.__name__ for verb in VERBS}
    require_right({})
