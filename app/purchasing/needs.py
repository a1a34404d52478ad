"""开学用品: how much each class gets of what is bought, by the class or by its pupils; later the store's 分发表, not typed again."""

from collections.abc import Collection, Sequence
from datetime import date

from app.core import clock
from app.core.errors import Refused
from app.purchasing import queries
from app.purchasing.rules import Need
from app.school import roster
from app.stock import plans
from app.stock.rules import TO_CLASSES, PlanDraft
from app.store import journal
from app.store.database import database
from app.store.journal import Step


def by_class(classes: Sequence[int], quantity: int) -> tuple[Need, ...]:
    """Give so much (thousandths) to each class."""
    return tuple(Need(each, quantity) for each in classes)


def by_pupils(classes: Collection[int], quantity: int, day: date | None = None) -> tuple[Need, ...]:
    """Give so much (thousandths) for each pupil to each class, by who is there on a day (today); empty classes get nothing."""
    sizes = roster.class_sizes(roster.current_year(), day or clock.today())
    return tuple(Need(size.class_id, quantity * size.pupils, size.pupils) for size in sizes if size.class_id in classes and size.pupils)


def plan_hand_out(purchase: int, title: str = "") -> Step:
    """Make the 分发表 of what was accepted into the store, as the purchase's lines say for each class; its ``made`` is that.

    ``Refused`` where no line says so, or nothing of those lines lies in the store, or they lie in several storerooms.
    """
    row, wanted = queries.purchase(purchase), queries.needs(purchase)
    goods = {line: (item, room) for line, item, room in database.execute_sql(
        """SELECT DISTINCT l.line_id, m.item_id, m.storeroom_id FROM purchase_intake i
           JOIN purchase_acceptance_line l ON l.id = i.acceptance_line_id
           JOIN purchase_acceptance a ON a.id = l.acceptance_id AND a.voided_on IS NULL JOIN stock_movement m ON m.id = i.movement
           WHERE a.purchase_id = ? AND i.issue IS NULL""", (purchase,)).fetchall()}
    cells = {(need.school_class, goods[line][0]): need.quantity for line, needs in wanted.items() if line in goods for need in needs
             if need.quantity}
    rooms = {goods[line][1] for line in wanted if line in goods}
    if not cells:
        raise Refused(f"采购 {row.number} 没有写各班用量，或者写了用量的还没有验收入库，不能编分发表。")
    if len(rooms) > 1:
        raise Refused("这些东西入在不同的保管室，请到“库存”里分开编分发表。")
    with journal.operation(f"按采购 {row.number} 编分发表") as work:
        what = queries.titles([purchase])[purchase].partition(" ")[2]
        work.made(plans.write_plan(PlanDraft(title.strip() or f"{what}（{row.number}）"[:60], TO_CLASSES, rooms.pop(), cells, f"采购 {row.number}")))
    return work.done
