"""Receipts as they are printed for parents: which of a term, what each says, and the note that one was handed out."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core import clock
from app.core.errors import Refused
from app.fees.money import lists
from app.fees.money.facts import Facts
from app.fees.money.lists import Name
from app.fees.money.rules import same_number
from app.store import journal
from app.store.database import database
from app.store.journal import Step


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What a receipt took for one item, 分."""

    item: str
    kind: str
    unit: str
    fen: int


@dataclass(frozen=True)
class PrintedReceipt:
    """A receipt as it is printed. ``printed_on`` is the day it was first printed, ``voided_on`` the day it was voided."""

    id: int
    number: str
    who: Name
    paid_on: date
    method: str
    remark: str
    lines: Sequence[ReceiptLine]
    printed_on: date | None
    voided_on: date | None

    @property
    def fen(self) -> int:
        """Give what it took."""
        return sum(line.fen for line in self.lines)


def to_print(plan_id: int, receipts: Collection[int] = (), classes: Collection[int] = (), grades: Collection[int] = ()) -> list[PrintedReceipt]:
    """Give the receipts that an order is about, by class, seat and number.

    Chosen ones (``receipts``) are given whatever they are: one printed before is a reprint. Else those of the classes that
    stand and were never printed, so that printing a class again prints what is new. ``Refused`` where there is none.
    """
    facts = Facts(plan_id)
    names = lists.names(facts, classes, grades)
    found = [_receipt(row, names[row[1]]) for row in _rows(plan_id) if row[1] in names]
    if receipts:
        wanted = [each for each in found if each.id in receipts]
        if not wanted:
            raise Refused("选中的收据不在这个学期里，没有可打印的内容。请刷新后再选。")
    else:
        standing = [each for each in found if each.voided_on is None]
        wanted = [each for each in standing if each.printed_on is None]
        if not standing:
            raise Refused("选定的班级里还没有收据，没有可打印的内容。")
        if not wanted:
            raise Refused("选定的班级里的收据都打印过了。要补打的，请在“收费登记—收据”里选中再打印，会印上“补打”。")
    order = {pupil: at for at, pupil in enumerate(names)}
    return sorted(wanted, key=lambda each: (order[each.who.pupil], each.paid_on, each.id))


def _rows(plan_id: int) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = database.execute_sql(
        """SELECT r.id, r.pupil_id, r.number, r.paid_on, r.method, r.remark, r.printed_on, r.voided_on,
                  (SELECT json_group_array(json_array(i.name, i.kind, i.unit, l.fen)) FROM
                   (SELECT * FROM fee_receipt_line WHERE receipt_id = r.id) l JOIN fee_plan_item i ON i.id = l.plan_item_id)
           FROM fee_receipt r WHERE r.plan_id = ? ORDER BY r.id""", (plan_id,)).fetchall()
    return rows


def _receipt(row: tuple[Any, ...], who: Name) -> PrintedReceipt:
    identity, _, number, paid_on, method, remark, printed_on, voided_on, lines = row
    return PrintedReceipt(
        identity, number, who, date.fromisoformat(paid_on), method, remark, tuple(ReceiptLine(*each) for each in json.loads(lines)),
        date.fromisoformat(printed_on) if printed_on else None, date.fromisoformat(voided_on) if voided_on else None)


def by_number(number: str) -> int | None:
    """Give the receipt that has a number, None where there is none."""
    wanted = same_number(number)
    rows = database.execute_sql("SELECT id, number FROM fee_receipt ORDER BY id DESC").fetchall()
    return next((identity for identity, given in rows if same_number(given) == wanted), None)


def note_printed(receipts: Collection[int], day: date | None = None) -> Step | None:
    """Note that receipts were printed; those noted before keep their day. None where all were."""
    with journal.operation(f"打印收据 {len(receipts)} 张") as work:
        database.execute_sql(
            "UPDATE fee_receipt SET printed_on = ? WHERE printed_on IS NULL AND id IN (SELECT value FROM json_each(?))",
            ((day or clock.today()).isoformat(), json.dumps(sorted(receipts))))
    return work.step
