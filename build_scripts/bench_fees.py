"""A term of fees of a large school, all paid and spent, and how long settling it takes."""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from bench_ledger import output

ROUNDS = 5
ENTER = """
import statistics, sys, time
from itertools import groupby
from pathlib import Path
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
import ui
from app import demo, features
from app.fees.letters import commands as letters
from app.fees.letters import queries as slips
from app.fees.letters.replies import ReplyDraft
from app.fees.money import commands, lists
from app.fees.plan import queries
from app.fees.rules import COLLECTING
from app.store.database import database
from app.store.opening import open_store
from ui.base import style
from ui.main import Office
application = QApplication(sys.argv[:1])
style.apply(application)
features.join()
store = open_store(Path(sys.argv[1]))
demo.build_demo()
plan = next(each for each in queries.plans() if each.state == COLLECTING)
register = lists.register(plan.id)
room = register[0].who.class_id
mine = [row for row in register if row.who.class_id == room]
commands.void_receipts([each for (each,) in database.execute_sql(
    "SELECT id FROM fee_receipt WHERE plan_id = ? AND voided_on IS NULL AND pupil_id IN (SELECT value FROM json_each(?))",
    (plan.id, str([row.who.pupil for row in mine]))).fetchall()], "bench")
letter = next(each for each in slips.letters(plan.term_id) if each.by_item)
letters.set_replies(letter.id, {row.pupil: ReplyDraft() for row in slips.reply_rows(letter.id, room)})
office = Office(store)
office.window.resize(1366, 768)
office.window.show()
page = office.window.show_page("fees")
page.show_term(plan.term_id)
print(len(register), sum(len(row.charges) for row in register))
connection = database.connection()
def enter(step, name, working):
    shown = page.show_key(step)
    shown.groups.choose(room)
    typed = working(shown)
    typed.grid.setFocus()
    application.processEvents()
    times, counts = [], []
    for number in range(12):
        heard = []
        connection.set_trace_callback(heard.append if number % 2 else None)
        begin = time.perf_counter()
        QTest.keyClick(typed.grid, Qt.Key.Key_Return)
        application.processEvents()
        if number % 2:      # a trigger is told as a comment, or as its statement once more
            counts.append(sum(1 for _ in groupby(text for text in heard if not text.lstrip().startswith("--"))))
        elif number > 1:
            times.append((time.perf_counter() - begin) * 1000)
    connection.set_trace_callback(None)
    print(name, statistics.median(times), max(counts[1:]))
enter("replies", "slip", lambda shown: shown.list)
enter("collection", "receipt", lambda shown: shown.payments)
sys.stdout.flush()
import os
os._exit(0)
"""
CLASS, ITEMS, VOUCHERS = 40, 12, 60     # pupils in a class; items of the plan; vouchers of the term
FIRST, LAST = date(2026, 2, 23), date(2026, 7, 3)


def measure(folder: Path, pupils: int) -> dict[str, float]:
    """Give seconds by name for charging and settling ``pupils`` pupils, settling for the first time and again."""
    from app.store import journal
    from app.store.opening import open_store

    store = open_store(folder)
    try:
        plan = _make(pupils)
        from app.fees.money import queries as money_queries
        from app.fees.money import settlement
        from app.fees.money.facts import Facts

        charging = _median(lambda: money_queries.charges(plan))
        working_out = _median(lambda: Facts(plan).settled)
        settling = []
        for _ in range(ROUNDS):
            settling.append(_seconds(lambda: settlement.settle(plan)))
            journal.undo()
        settlement.settle(plan)
        again = _median(lambda: settlement.settle(plan))
        sums = _median(lambda: money_queries.sums(plan, "class"))
        return {"charging": charging, "working it out": working_out, "settling and freezing it": statistics.median(settling),
                "settling it again": again, "sums by class": sums}
    finally:
        store.close()


def entering(folder: Path) -> tuple[int, dict[str, tuple[float, int]]]:
    """Give the pupils of the demo school, and for a slip and a receipt by Enter in the window its ms and SQL statements."""
    first, *lines = [line.split() for line in output([sys.executable, "-c", ENTER, str(folder)]).splitlines()
                     if line.split()[:1] and (line.split()[0].isdigit() or line.split()[0] in ("slip", "receipt"))]
    return int(first[0]), {name: (float(ms), int(count)) for name, ms, count in lines}


def _make(pupils: int) -> int:
    """Fill the ledger: classes, pupils (some with a waiver, leaving, refusing), a plan, receipts, vouchers."""
    from app.fees.tables import FeeItem, FeePlan, FeePlanItem, FeePrice
    from app.school.tables import Person, SchoolClass, Term
    from app.store import journal

    with journal.operation("示例收费"):
        term = Term.create(school_year=2025, half=2, starts_on=FIRST, ends_on=LAST, is_current=1)
        classes = [SchoolClass.create(school_year=2025, grade=at % 6 + 1, number=at // 6 + 1, name=f"{at % 6 + 1}年级{at // 6 + 1}班")
                   for at in range(-(-pupils // CLASS))]
        plan = FeePlan.create(term=term, state="collecting")
        items = []
        for at in range(ITEMS):
            measure = ("学期", "份", "月", "天")[at % 4]
            facts = {"name": f"收费项目{at + 1}", "kind": "代收费", "measure": measure, "voluntary": int(at % 5 == 0), "waived": "低保"}
            item = FeeItem.create(**facts)
            items.append(FeePlanItem.create(plan=plan, item=item, position=at, unit=f"元/生·{measure}", **facts))
            for grade in range(1, 7):
                FeePrice.create(plan_item=items[-1], grade=grade, fen=1_000 + 37 * at + grade)
        signers = [Person.create(name=name) for name in ("经手", "验收", "审核")]
        _pupils(pupils, [each.id for each in classes])
        _choices(pupils, [each.id for at, each in enumerate(items) if at % 5 == 0])
        _money(plan.id, pupils, [each.id for each in items], [each.id for each in signers])
    return int(plan.id)


def _pupils(count: int, classes: Sequence[int]) -> None:
    from app.school.tables import Enrolment, Pupil
    from app.store.database import insert_rows

    insert_rows(Pupil, ("id", "name", "number", "gender", "guardian", "phone", "waiver", "remark", "keys"), [
        (n, f"学生{n}", f"{n:08d}", "", "", "", "低保" if n % 23 == 0 else "", "", f"学生{n}") for n in range(1, count + 1)])
    insert_rows(Enrolment, ("pupil_id", "school_class_id", "seat", "joined_on", "left_on", "reason"), [
        (n, classes[(n - 1) // CLASS], n % CLASS + 1, "2025-09-01" if n % 31 else "2026-04-01",
         "2026-05-04" if n % 37 == 0 else None, "") for n in range(1, count + 1)])


def _choices(count: int, items: Sequence[int]) -> None:
    from app.fees.tables import FeeChoice
    from app.store.database import insert_rows

    insert_rows(FeeChoice, ("plan_item_id", "pupil_id", "agreed", "chosen_on"),
                [(item, n, int(n % 7 > 0), "2026-02-25") for item in items for n in range(1, count + 1)])


def _money(plan: int, count: int, items: Sequence[int], signers: Sequence[int]) -> None:
    """Record that everybody paid what he owes, and the vouchers, a little below what was taken."""
    from app.fees.money import queries as money_queries
    from app.fees.tables import FeeReceipt, FeeReceiptLine, FeeUsage, FeeVoucher
    from app.school.tables import Invoice
    from app.store.database import insert_rows

    insert_rows(FeeUsage, ("plan_item_id", "pupil_id", "units"),
                [(items[3], n, 60 + n % 30) for n in range(1, count + 1)])
    owed: dict[int, list[tuple[int, int]]] = {}
    for each in money_queries.charges(plan):
        if each.fen:
            owed.setdefault(each.pupil, []).append((each.plan_item, each.fen))
    insert_rows(FeeReceipt, ("id", "plan_id", "pupil_id", "number", "paid_on", "method", "remark", "void_reason"),
                [(n, plan, pupil, f"{n:06d}", "2026-03-02", "", "", "") for n, pupil in enumerate(owed, 1)])
    insert_rows(FeeReceiptLine, ("receipt_id", "plan_item_id", "fen"),
                [(n, *line) for n, lines in enumerate(owed.values(), 1) for line in lines])
    insert_rows(Invoice, ("id", "kind", "code", "number", "key", "dated_on", "supplier", "fen", "void_reason"),
                [(n + 1, "发票", "3200", f"{n:08d}", f"3200-{n:08d}", "2026-06-01", "供应商", count * 190 + n, "")
                 for n in range(VOUCHERS)])
    insert_rows(FeeVoucher, ("plan_item_id", "invoice_id", "kind", "number", "supplier", "fen", "handler_id", "acceptor_id", "auditor_id",
                             "remark", "void_reason"),
                [(items[n % ITEMS], n + 1, "", "", "", count * 190 + n, *signers, "", "") for n in range(VOUCHERS)])


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _median(work: Callable[[], object]) -> float:
    work()
    return statistics.median(_seconds(work) for _ in range(ROUNDS))
