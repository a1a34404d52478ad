"""A natural month's money by item, over all terms: what was there, came in, went out, went back. No names are read.

Once a term is settled the closing balance of its items is what pupils still have to get, less what they still owe.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.fees.money.evidence import PAPERS
from app.fees.money.settling import attributed
from app.fees.rules import BY_STANDARD, KINDS
from app.store.database import database

UNNAMED = "（未分项目）"


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One item in one month, 分: opening + received + borne − spent − standard − returned = closing.

    ``spent`` are vouchers by their day, of items that are settled by vouchers; ``standard`` is what goes by its standard and
    ``borne`` what the school bears, both by the day of settlement.
    """

    kind: str
    name: str
    opening: int
    received: int
    spent: int
    returned: int
    borne: int
    standard: int = 0

    @property
    def closing(self) -> int:
        """Give what is left at the month's end."""
        return self.opening + self.received + self.borne - self.spent - self.standard - self.returned


_RECEIVED = """SELECT r.paid_on, l.plan_item_id, sum(l.fen) FROM fee_receipt r JOIN fee_receipt_line l ON l.receipt_id = r.id
    WHERE r.voided_on IS NULL AND r.paid_on <= ? GROUP BY 1, 2"""
_VOUCHERS = f"""SELECT v.dated_on, v.plan_item_id, sum(v.fen) FROM {PAPERS} v JOIN fee_plan_item i ON i.id = v.plan_item_id
    WHERE v.voided_on IS NULL AND v.dated_on <= ? AND i.settled_by <> '{BY_STANDARD}' GROUP BY 1, 2"""
_AT_STANDARD = f"""SELECT s.settled_on, s.plan_item_id, sum(s.spent) FROM fee_settlement s JOIN fee_plan_item i ON i.id = s.plan_item_id
    WHERE s.settled_on <= ? AND i.settled_by = '{BY_STANDARD}' GROUP BY 1, 2"""
_BORNE = "SELECT settled_on, plan_item_id, sum(borne) FROM fee_settlement WHERE settled_on <= ? GROUP BY 1, 2"
# Odd 分 that the school bears: what the vouchers come to beyond all pupils' accounts.
_REMAINDER = f"""SELECT p.settled_on, i.id, coalesce((SELECT sum(v.fen) FROM fee_voucher v
      WHERE v.plan_item_id = i.id AND v.voided_on IS NULL), 0)
      - coalesce((SELECT sum(s.spent) FROM fee_settlement s WHERE s.plan_item_id = i.id), 0)
    FROM fee_plan p JOIN fee_plan_item i ON i.plan_id = p.id WHERE p.settled_on <= ? AND i.settled_by <> '{BY_STANDARD}'"""


def month_of(day: date) -> tuple[date, date]:
    """Give the first and the last day of a day's natural month."""
    following = (day.replace(day=1) + timedelta(32)).replace(day=1)
    return day.replace(day=1), following - timedelta(1)


def report(day: date) -> list[MonthRow]:
    """Give every item that has money in the month of ``day`` or a balance from before, by kind and in the plans' order."""
    first, last = month_of(day)
    sums: dict[int, dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(("opening", "received", "spent", "returned", "borne", "standard"), 0)
    )
    flows = {"received": [_RECEIVED], "spent": [_VOUCHERS], "standard": [_AT_STANDARD], "borne": [_BORNE, _REMAINDER]}
    for column, questions in flows.items():
        for question in questions:
            rows = database.execute_sql(question, (last.isoformat(),)).fetchall()
            _add(sums, column, rows, first, -1 if column in ("spent", "standard") else 1)
    _add(sums, "returned", _returned(last), first, -1)
    items = {0: ("", UNNAMED, 0)} | {row[0]: row[1:] for row in database.execute_sql(
        "SELECT id, kind, name, position FROM fee_plan_item ORDER BY plan_id, position, id").fetchall()}
    order = {kind: at for at, kind in enumerate(KINDS)}
    joined: dict[tuple[int, str, str], list[int]] = {}
    for item, (kind, name, _) in items.items():
        if any(sums[item].values()):
            line = joined.setdefault((order.get(kind, len(order)), kind, name), [0] * 6)
            line[:] = [one + other for one, other in zip(line, sums[item].values(), strict=True)]
    return [MonthRow(kind, name, *line)
            for (_, kind, name), line in sorted(joined.items(), key=lambda each: each[0][0])]


def _add(
    sums: dict[int, dict[str, int]], column: str, rows: Iterable[tuple[str, int, int]], first: date, sign: int
) -> None:
    for day, item, fen in rows:
        if day < first.isoformat():
            sums[item]["opening"] += sign * fen
        else:
            sums[item][column] += fen


def _returned(last: date) -> list[tuple[str, int, int]]:
    """Give what was given back, attributed to the items it was settled for: (day, plan item, 分)."""
    given = database.execute_sql(
        "SELECT paid_on, plan_id, pupil_id, fen FROM fee_refund WHERE voided_on IS NULL AND paid_on <= ? ORDER BY id",
        (last.isoformat(),)).fetchall()
    if not given:
        return []
    refunds: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    for plan, pupil, item, fen in database.execute_sql(
        """SELECT i.plan_id, s.pupil_id, i.id, s.refund FROM fee_settlement s JOIN fee_plan_item i ON i.id = s.plan_item_id
               WHERE s.refund <> 0"""
    ).fetchall():
        refunds[plan, pupil][item] = fen
    return [(day, item, part)
            for day, plan, pupil, fen in given
            for item, part in attributed(fen, refunds[plan, pupil]).items()]


def vouchers(day: date) -> list[tuple[Any, ...]]:
    """Give the vouchers of the month of ``day``: kind, item, kind of paper, code, number, day, supplier, 分, 分 beside.

    The latter of an item that is settled by its standard: it is not in what went out by vouchers.
    """
    first, last = month_of(day)
    return list(database.execute_sql(
        f"""SELECT i.kind, i.name, v.kind, v.code, v.number, v.dated_on, v.supplier, iif(i.settled_by = '{BY_STANDARD}', NULL, v.fen),
                   iif(i.settled_by = '{BY_STANDARD}', v.fen, NULL)
           FROM {PAPERS} v JOIN fee_plan_item i ON i.id = v.plan_item_id
           WHERE v.voided_on IS NULL AND v.dated_on BETWEEN ? AND ? ORDER BY v.dated_on, v.id""",
        (first.isoformat(), last.isoformat())).fetchall())
