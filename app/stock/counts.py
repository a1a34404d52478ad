"""Counting a storeroom: frozen book figures, what was found, and the correction, which only an approval writes.

「盘点溢缺走单据，不直接改库存」：差异查明原因，批准以后（批准人、日期）才调账。
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.core import clock
from app.core.errors import Invalid, Problem, Refused
from app.stock import costing, movements, rules
from app.stock.rules import COUNT_STEPS, CountDraft, In, Out
from app.stock.settings import COUNT_NUMBERS
from app.stock.tables import StockCount, StockCountLine
from app.store import numbering, voiding
from app.store.database import by_name, database, insert_rows, scalar
from app.store.journal import Counted, Step, operation


@dataclass(frozen=True, slots=True)
class CountRow:
    """A count: how far it is, how many of its lines are counted, and how many differ from the book."""

    id: int
    number: str
    storeroom_id: int
    storeroom: str
    base_date: date
    category: str
    team: str
    state: str
    approver: str
    approval_no: str
    approved_on: date | None
    slip_id: int | None
    remark: str
    lines: int
    counted: int
    differing: int

    @property
    def state_words(self) -> str:
        """Give the state as people read it."""
        return COUNT_STEPS.words[self.state]

    def after(self, act: str) -> str:
        """Give the state after an act; ``Refused`` where it may not be done now."""
        return COUNT_STEPS.after(self.state, act, f"盘点 {self.number}")


@dataclass(frozen=True, slots=True)
class CountLine:
    """A line of a count; ``fen`` of a difference is worked out by ``worth``."""

    id: int
    item: int
    name: str
    spec: str
    unit: str
    category: str
    book: int
    book_fen: int
    counted: int | None
    price: int | None
    reason: str
    last_price: int | None

    @property
    def difference(self) -> int:
        """Give how much more (or, below zero, less) there is than the book says; 0 where nobody counted."""
        return 0 if self.counted is None else self.counted - self.book

    def worth(self) -> int | None:
        """Give what the difference is worth in 分: at the book's average, or for what is found at its price; None where nobody knows."""
        if self.difference > 0 and self.price is not None:
            return costing.amount_at(self.price, self.difference)
        if self.book:
            share = costing.part(self.book_fen, abs(self.difference), self.book)
            return share if self.difference > 0 else -share
        return None if self.last_price is None else costing.amount_at(self.last_price, self.difference)


_COUNT = """SELECT c.id, c.number, c.storeroom_id, r.name AS storeroom, c.base_date, c.category, c.team, c.state, c.approver, c.approval_no,
                   c.approved_on, c.slip_id, c.remark, count(l.id) AS lines, count(l.counted) AS counted,
                   coalesce(sum(l.counted <> l.book), 0) AS differing
            FROM stock_count c JOIN stock_storeroom r ON r.id = c.storeroom_id LEFT JOIN stock_count_line l ON l.count_id = c.id"""


def counts() -> list[CountRow]:
    """Give all counts, the latest first."""
    return _counts(f"{_COUNT} GROUP BY c.id ORDER BY c.id DESC", ())


def require(identity: int) -> CountRow:
    """Give a count; ``Refused`` where it is gone."""
    found = _counts(f"{_COUNT} WHERE c.id = ? GROUP BY c.id", (identity,))
    if not found:
        raise Refused("这次盘点已经不在了。请刷新后再试。")
    return found[0]


def _counts(sql: str, parameters: tuple[Any, ...]) -> list[CountRow]:
    rows = by_name(sql, parameters)
    for row in rows:
        row["base_date"] = date.fromisoformat(row["base_date"])
        row["approved_on"] = date.fromisoformat(row["approved_on"]) if row["approved_on"] else None
    return [CountRow(**row) for row in rows]


def lines(identity: int) -> list[CountLine]:
    """Give the lines of a count by item."""
    rows = by_name(
        """SELECT l.id, l.item_id AS item, i.name, i.spec, i.unit, i.category, l.book, l.book_fen, l.counted, l.price, l.reason,
                  (SELECT cast(round(1000.0 * m.fen / m.quantity) AS INTEGER) FROM stock_movement m
                   WHERE m.item_id = i.id AND m.stands AND m.kind IN ('入库', '期初') AND m.quantity > 0
                   ORDER BY m.booked_on DESC, m.id DESC LIMIT 1) AS last_price
           FROM stock_count_line l JOIN stock_item i ON i.id = l.item_id WHERE l.count_id = ? ORDER BY i.id""", (identity,))
    return [CountLine(**row) for row in rows]


# --- opening and counting ----------------------------------------------------------------------------------------


def open_count(storeroom: int, base_date: date | None, category: str = "", team: str = "", remark: str = "") -> Step:
    """Freeze what the book says lies in a storeroom at the end of a day as a new count, of one ``category`` where named.

    ``Refused`` where nothing lies there. Its ``made`` is the count.
    """
    if base_date is None or base_date > clock.today():
        raise Invalid([Problem("base_date", "请填写账面日期，不能晚于今天。")])
    with operation("开始库存盘点") as work:
        rows = database.execute_sql(
            """SELECT m.item_id, sum(m.quantity), sum(m.fen) FROM stock_movement m JOIN stock_item i ON i.id = m.item_id
               WHERE m.stands AND m.storeroom_id = ? AND m.booked_on <= ? AND (? = '' OR i.category = ?)
               GROUP BY m.item_id HAVING sum(m.quantity) <> 0""", (storeroom, base_date.isoformat(), category, category)).fetchall()
        if not rows:
            raise Refused("这个保管室那一天没有库存，没有可盘的。请改选保管室、类别或日期。")
        number = numbering.take(COUNT_NUMBERS, clock.today().year)[0]
        identity = work.made(int(StockCount.insert(number=number, storeroom=storeroom, base_date=base_date, category=category, team=team.strip(),
                                                   remark=remark.strip()).execute()))
        insert_rows(StockCountLine, ("count_id", "item_id", "book", "book_fen", "reason"), [(identity, *row, "") for row in rows])
        work.rename(f"开始库存盘点 {number}")
    return work.done


def write_counts(identity: int, edits: Mapping[int, Mapping[str, Any]]) -> Counted:
    """Write what was found (line → attribute of ``CountDraft`` → value) as one step; gives how many lines changed.

    Raises ``Invalid`` with every problem (``Problem.row`` is the line); ``Refused`` where the count takes no more figures.
    """
    row = require(identity)
    row.after("count")
    now = {line.id: CountDraft(line.counted, line.price, line.reason) for line in lines(identity)}
    if not edits.keys() <= now.keys():
        raise Refused("有一行不在这次盘点里，没有录入。请刷新后再试。")
    drafts = {line: replace(now[line], **values) for line, values in edits.items()}
    problems = [replace(problem, row=line) for line, draft in drafts.items() for problem in rules.check_count(draft)]
    if problems:
        raise Invalid(problems)
    changed = {line: draft for line, draft in drafts.items() if draft != now[line]}
    with operation(f"库存盘点录入 {len(changed)} 行") as work:
        database.cursor().executemany("UPDATE stock_count_line SET counted = ?, price = ?, reason = ? WHERE id = ?",
                                      [(draft.counted, draft.price, draft.reason.strip(), line) for line, draft in changed.items()])
    return Counted(len(changed), work.step)


def count_as_booked(identity: int) -> Counted:
    """Count all lines that are not counted yet as the book says (其余相符)."""
    found = {line.id: {"counted": line.book} for line in lines(identity) if line.counted is None}
    if not found:
        raise Refused("没有还未盘的物品。")
    return write_counts(identity, found)


def add_found(identity: int, item: int | None, counted: int | None = None) -> Step:
    """Add an item that the book says is not there (账面 0) to a count. ``Refused`` where it is in it already."""
    require(identity).after("count")
    if item is None:
        raise Invalid([Problem("item", "请选择是哪一种物品。")])
    if scalar("SELECT 1 FROM stock_count_line WHERE count_id = ? AND item_id = ?", (identity, item)):
        raise Refused("这种物品已经在盘点表里了，请直接填实盘数量。")
    with operation("盘点表加一种物品") as work:
        work.made(int(StockCountLine.insert(count=identity, item=item, book=0, book_fen=0, counted=counted).execute()))
    return work.done


def finish(identity: int) -> Step:
    """End the counting. ``Refused`` while anything is not counted."""
    row = require(identity)
    after = row.after("finish")
    if row.counted < row.lines:
        raise Refused(f"还有 {row.lines - row.counted} 种没有盘。请补盘，或用“其余相符”。")
    return _turn(row, after, "清点完毕")


def reopen(identity: int) -> Step:
    """Go on counting after the end of it."""
    row = require(identity)
    return _turn(row, row.after("reopen"), "重新打开")


def void_count(identity: int, reason: str) -> Step:
    """Give a count up, with a reason; its number stays used. One that is approved is undone, not voided."""
    row = require(identity)
    after, reason = row.after("void"), voiding.require_reason(reason)
    with operation(f"作废库存盘点 {row.number}：{reason}") as work:
        voiding.void("stock_count", [identity], reason)
        StockCount.update(state=after).where(StockCount.id == identity).execute()
    return work.done


def _turn(row: CountRow, state: str, word: str) -> Step:
    with operation(f"{word} {row.number}") as work:
        StockCount.update(state=state).where(StockCount.id == row.id).execute()
    return work.done


# --- approval ----------------------------------------------------------------------------------------------------


def approve(identity: int, approver: str, day: date | None, number: str = "") -> Step:
    """Write the approved differences as a correction dated on the day of the approval.

    Asks for the approver and the day; ``number`` is the 批准文号 where there is one. Raises ``Invalid`` with every line that has no
    reason, or is found besides and nobody knows what it is worth; ``Refused`` where less lies there now than is to go.
    """
    row = require(identity)
    after = row.after("approve")
    problems = rules.check_day(day, clock.today())
    problems += [] if approver.strip() else [Problem("approver", "请填写批准人，例如 校长。")]
    if day is not None and day < row.base_date:
        problems.append(Problem("dated_on", "批准日期不能早于账面日期。"))
    differing = [line for line in lines(identity) if line.difference]
    problems += [Problem("reason", f"“{line.name}”差 {rules.quantity_words(line.difference, line.unit)}，没有写原因。", row=line.id)
                 for line in differing if not line.reason.strip()]
    problems += [Problem("price", f"“{line.name}”盘盈，没有账面单价可用，请填单价。", row=line.id) for line in differing if line.worth() is None]
    if problems:
        raise Invalid(problems)
    with operation(f"批准库存盘点 {row.number}") as work:
        slip = None
        if differing:
            written = movements.correct(day, row.storeroom_id, row.number, corrections(differing), f"盘点 {row.number}，{approver.strip()}批准")
            slip = written.id
        StockCount.update(state=after, approver=approver.strip(), approval_no=number.strip(), approved_on=day, slip=slip).where(
            StockCount.id == identity).execute()
        work.rename(f"批准库存盘点 {row.number}，调账 {len(differing)} 行")
    return work.done


def corrections(differing: Sequence[CountLine]) -> list[In | Out]:
    """Give the lines of the correction for lines that differ."""
    return [In(line.item, line.difference, line.worth() or 0, line.reason) if line.difference > 0
            else Out(line.item, -line.difference, remark=line.reason) for line in differing]
