"""What a person does with the store: one verb is one slip, one operation, one step of undo; its ``made`` is the slip.

The inner verbs are in ``movements``; what they raise is raised here. Where later lines cost something else now, the step's
title says how many.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date

from app.core import clock
from app.core.errors import Invalid, Problem, Refused
from app.stock import items, movements
from app.stock.movements import Slip
from app.stock.rules import Back, In, NamedIn, Out, Receiver
from app.store import voiding
from app.store.database import database
from app.store.journal import Step, operation


def receive(day: date | None, storeroom: int, lines: Sequence[In], supplier: str = "", handler: str = "", remark: str = "") -> Step:
    """Take goods into a store (入库)."""
    return _one("入库", lambda: movements.receive(day, storeroom, lines, supplier, handler, remark))


def receive_named(day: date | None, storeroom: int, lines: Sequence[NamedIn], supplier: str = "", handler: str = "", remark: str = "") -> Step:
    """Take goods in that are named by words; those not known yet are made in the same step."""
    def write() -> Slip:
        known, problems = list[In](), list[Problem]()
        for at, line in enumerate(lines, 1):
            try:
                known.append(In(items.found_or_made(line.name, line.spec, line.unit), line.quantity, line.fen, line.remark))
            except Invalid as wrong:
                problems += [replace(each, row=-at) for each in wrong.problems]
        if problems:
            raise Invalid(problems)
        return movements.receive(day, storeroom, known, supplier, handler, remark)

    return _one("入库", write)


def issue(day: date | None, storeroom: int, lines: Sequence[Out], to: Receiver, handler: str = "", remark: str = "") -> Step:
    """Hand goods out (领用)."""
    return _one("领用", lambda: movements.issue(day, storeroom, lines, to, handler, remark))


def give_back(day: date | None, storeroom: int, lines: Sequence[Back], handler: str = "", remark: str = "") -> Step:
    """Take back what was handed out and not used (退库)."""
    return _one("退库", lambda: movements.give_back(day, storeroom, lines, handler, remark))


def return_to_supplier(day: date | None, lines: Sequence[Back], handler: str = "", remark: str = "") -> Step:
    """Give goods back to the supplier (退供应商)."""
    return _one("退供应商", lambda: movements.return_to_supplier(day, lines, handler, remark))


def transfer(day: date | None, storeroom: int, target: int, lines: Sequence[Out], handler: str = "", remark: str = "") -> Step:
    """Move goods from one storeroom to another (调库)."""
    return _one("调库", lambda: movements.transfer(day, storeroom, target, lines, handler, remark))


def scrap(day: date | None, storeroom: int, lines: Sequence[Out], reason: str, handler: str = "") -> Step:
    """Write goods off (报损)."""
    return _one("报损", lambda: movements.scrap(day, storeroom, lines, reason, handler))


def _one(word: str, write: Callable[[], Slip]) -> Step:
    with operation(word) as work:
        slip = write()
        work.made(slip.id)
        work.rename(f"{word} {slip.number}{told(slip.recosted)}")
    return work.done


def told(recosted: int) -> str:
    """Say how many later lines cost something else now, nothing for none."""
    return f"（之后 {recosted} 行的成本随之重算）" if recosted else ""


def void_slips(identities: Collection[int], reason: str) -> Step:
    """Void slips with a reason, the latest first; numbers stay used, later costs are worked out anew."""
    reason = voiding.require_reason(reason)
    chosen = sorted(identities, reverse=True)
    with operation("作废单据") as work:
        recosted = sum(movements.void_slip(each, reason) for each in chosen)
        work.rename(f"作废 {_named(chosen)}{told(recosted)}")
    return work.done


def sign_slips(identities: Collection[int], day: date | None = None) -> Step | None:
    """Note that slips came back signed (签回), today unless a day is given; from then on they can only be voided."""
    signed = day or clock.today()
    if signed > clock.today():
        raise Refused("签回日期还没有到，请检查。")
    with operation(f"签回 {_named(identities)}") as work:
        for identity in identities:
            database.execute_sql("UPDATE stock_slip SET signed_on = ? WHERE id = ? AND signed_on IS NULL AND voided_on IS NULL",
                                 (signed.isoformat(), identity))
    return work.step


def _named(identities: Collection[int]) -> str:
    numbers = [number for identity in identities
               for (number,) in database.execute_sql("SELECT number FROM stock_slip WHERE id = ?", (identity,)).fetchall()]
    return "、".join(numbers[:3]) + (f" 等 {len(numbers)} 张" if len(numbers) > 3 else "")  # noqa: PLR2004  as many as are read at a glance
