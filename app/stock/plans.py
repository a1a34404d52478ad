"""Handing out to many at once (分发表): classes × items or people × items; one slip a receiver; the surplus comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.core import clock
from app.core.errors import Invalid, Problem, Refused
from app.stock import movements, rules
from app.stock.commands import told
from app.stock.rules import TO_CLASSES, Back, Out, PlanDraft, Receiver
from app.stock.tables import StockPlan, StockPlanLine
from app.store.database import by_name, database, insert_rows
from app.store.journal import Step, operation


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A 分发表 with how many get something; ``issued_on`` is None while it is a draft."""

    id: int
    title: str
    kind: str
    storeroom_id: int
    storeroom: str
    made_on: date
    issued_on: date | None
    remark: str
    receivers: int
    lines: int


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What one receiver gets of one item; ``back`` is what he gave back since. ``fen`` is what it cost, None before it is handed out."""

    id: int
    receiver: int
    receiver_name: str
    item: int
    name: str
    spec: str
    unit: str
    quantity: int
    movement: int | None
    fen: int | None
    back: int


def plans() -> list[PlanRow]:
    """Give all, the latest first."""
    rows = by_name(
        """SELECT p.id, p.title, p.kind, p.storeroom_id, r.name AS storeroom, p.made_on, p.issued_on, p.remark,
                  count(DISTINCT coalesce(l.school_class_id, -l.person_id)) AS receivers, count(l.id) AS lines
           FROM stock_plan p JOIN stock_storeroom r ON r.id = p.storeroom_id LEFT JOIN stock_plan_line l ON l.plan_id = p.id
           GROUP BY p.id ORDER BY p.id DESC""")
    for row in rows:
        row["made_on"] = date.fromisoformat(row["made_on"])
        row["issued_on"] = date.fromisoformat(row["issued_on"]) if row["issued_on"] else None
    return [PlanRow(**row) for row in rows]


def require(identity: int) -> PlanRow:
    """Give one; ``Refused`` where it is gone."""
    found = next((row for row in plans() if row.id == identity), None)
    if found is None:
        raise Refused("这张分发表已经不在了。请刷新后再试。")
    return found


def plan_lines(identity: int) -> list[PlanLine]:
    """Give what each is to get, by class or person, in the order of the classes."""
    return [PlanLine(**row) for row in by_name(
        """SELECT l.id, coalesce(l.school_class_id, l.person_id) AS receiver, coalesce(c.name, p.name) AS receiver_name, l.item_id AS item,
                  i.name, i.spec, i.unit, l.quantity, iif(m.stands, l.movement_id, NULL) AS movement, iif(m.stands, -m.fen, NULL) AS fen,
                  coalesce((SELECT sum(b.quantity) FROM stock_movement b WHERE b.origin_id = m.id AND b.stands AND b.kind = '退库'), 0) AS back
           FROM stock_plan_line l JOIN stock_item i ON i.id = l.item_id LEFT JOIN school_class c ON c.id = l.school_class_id
           LEFT JOIN person p ON p.id = l.person_id LEFT JOIN stock_movement m ON m.id = l.movement_id
           WHERE l.plan_id = ? ORDER BY c.grade, c.number, p.id, i.id""", (identity,))]


def save_plan(draft: PlanDraft, identity: int = 0) -> Step | None:
    """Write a 分发表 that is not handed out yet, a new one with ``identity`` 0; its ``made`` is the new one."""
    with operation(f"编分发表 {draft.title.strip()}") as work:
        made = write(draft, identity)
        if not identity:
            work.made(made)
    return work.step


def write(draft: PlanDraft, identity: int = 0) -> int:
    """The same inside an operation that is open already; gives the id. Raises ``Invalid`` with every problem."""
    problems = rules.check_plan(draft)
    if problems:
        raise Invalid(problems)
    who = "school_class_id" if draft.kind == TO_CLASSES else "person_id"
    movements.require_all("stock_storeroom", [draft.storeroom], "保管室")
    movements.require_all("stock_item", [item for _, item in draft.cells], "物品")
    movements.require_all("school_class" if draft.kind == TO_CLASSES else "person", [each for each, _ in draft.cells], draft.kind)
    values = {"title": draft.title.strip(), "kind": draft.kind, "storeroom": draft.storeroom, "remark": draft.remark.strip()}
    if identity:
        _require_draft(identity)
        StockPlan.update(values).where(StockPlan.id == identity).execute()
    else:
        identity = int(StockPlan.insert(**values, made_on=clock.today()).execute())
    standing = {(row[1], row[2]): (row[0], row[3]) for row in database.execute_sql(
        f"SELECT id, {who}, item_id, quantity FROM stock_plan_line WHERE plan_id = ?", (identity,)).fetchall()}
    gone = [standing[key][0] for key in standing.keys() - draft.cells.keys()]
    cursor = database.cursor()
    cursor.executemany("DELETE FROM stock_plan_line WHERE id = ?", [(each,) for each in gone])
    cursor.executemany("UPDATE stock_plan_line SET quantity = ? WHERE id = ? AND quantity <> ?",
                       [(quantity, standing[key][0], quantity) for key, quantity in draft.cells.items() if key in standing])
    insert_rows(StockPlanLine, ("plan_id", who, "item_id", "quantity"),
                [(identity, *key, quantity) for key, quantity in draft.cells.items() if key not in standing])
    return identity


def plan_draft(identity: int) -> PlanDraft:
    """Give a 分发表 as it is typed."""
    row = require(identity)
    return PlanDraft(row.title, row.kind, row.storeroom_id, {(line.receiver, line.item): line.quantity for line in plan_lines(identity)}, row.remark)


def _require_draft(identity: int) -> PlanRow:
    row = require(identity)
    if row.issued_on:
        raise Refused(f"“{row.title}”已经发放了，不能再改。要改请先撤销发放，或登记退库。")
    return row


def remove_plan(identity: int) -> Step:
    """Remove a 分发表 that is not handed out."""
    row = _require_draft(identity)
    with operation(f"删除分发表 {row.title}") as work:
        StockPlanLine.delete().where(StockPlanLine.plan == identity).execute()
        StockPlan.delete().where(StockPlan.id == identity).execute()
    return work.done


def issue_plan(identity: int, day: date | None, handler: str = "") -> Step:
    """Hand out what a 分发表 says, one slip a receiver, as one step; its ``made`` are the slips.

    Raises ``Invalid`` where something is short: the sentence names the item and how much there is for all of them.
    """
    row = _require_draft(identity)
    lines = plan_lines(identity)
    if not lines:
        raise Refused(f"“{row.title}”还没有填数量。请先填好再发放。")
    if problems := rules.check_day(day, clock.today()):
        raise Invalid(problems)
    recosted = 0
    with operation(f"发放 {row.title}") as work:
        _require_enough(lines, row.storeroom_id, day)
        for receiver in dict.fromkeys(line.receiver for line in lines):
            mine = [line for line in lines if line.receiver == receiver]
            to = Receiver(school_class=receiver) if row.kind == TO_CLASSES else Receiver(person=receiver)
            slip = movements.issue(day, row.storeroom_id, [Out(line.item, line.quantity) for line in mine], to, handler, row.title)
            recosted += slip.recosted
            work.made(slip.id)
            database.cursor().executemany("UPDATE stock_plan_line SET movement_id = ? WHERE id = ?",
                                          [(movement, line.id) for movement, line in zip(slip.movements, mine, strict=True)])
        StockPlan.update(issued_on=day).where(StockPlan.id == identity).execute()
        work.rename(f"发放 {row.title}，{len({line.receiver for line in lines})} 张领用单{told(recosted)}")
    return work.done


def _require_enough(lines: Sequence[PlanLine], storeroom: int, day: date | None) -> None:
    """Tell of every item at once of which there is less than all of them are to get."""
    booked = max(day or clock.today(), movements.first_open_day() or date.min).isoformat()
    problems = []
    for item in dict.fromkeys(line.item for line in lines):
        mine = [line for line in lines if line.item == item]
        there = int(database.execute_sql("""SELECT coalesce(sum(quantity), 0) FROM stock_movement WHERE item_id = ? AND storeroom_id = ?
                                            AND booked_on <= ? AND stands""", (item, storeroom, booked)).fetchone()[0])
        wanted = sum(line.quantity for line in mine)
        if wanted > there:
            problems.append(Problem("cells", f"“{f'{mine[0].name} {mine[0].spec}'.strip()}”要发 {rules.quantity_words(wanted, mine[0].unit)}，"
                                             f"库里只有 {rules.quantity_words(there, mine[0].unit)}。"))
    if problems:
        raise Invalid(problems)


def take_surplus(identity: int, back: Mapping[int, int], day: date | None, handler: str = "") -> Step:
    """Take back what was too much (line of the 分发表 → thousandths), each at what it cost, as one slip."""
    row = require(identity)
    by_id = {line.id: line for line in plan_lines(identity)}
    chosen = [(by_id[line], quantity) for line, quantity in back.items() if line in by_id and quantity]
    wrong = [line for line, _ in chosen if line.movement is None]
    if not chosen or wrong:
        raise Refused("请先填要退回的数量；只有发放了的才能退回。")
    with operation(f"退回 {row.title}") as work:
        slip = movements.give_back(day, row.storeroom_id, [Back(line.movement or 0, quantity) for line, quantity in chosen], handler, row.title)
        work.made(slip.id)
        work.rename(f"退回 {row.title} {slip.number}{told(slip.recosted)}")
    return work.done
