"""开学用品: what a request says of each class becomes the 分发表 of the store, without typing it again."""

from app.core.errors import Refused
from app.purchasing import queries
from app.stock import plans
from app.stock.rules import LONGEST, TO_CLASSES, PlanDraft
from app.store import journal
from app.store.database import by_name
from app.store.journal import Step


def hand_out(purchase: int) -> Step:
    """Make the 分发表 of what a purchase brought into the store for its classes; its ``made`` is the new one.

    ``Refused`` where no line says what each class gets, or what they say is not in the store yet.
    """
    row, needs = queries.purchase(purchase), queries.needs(purchase)
    if not needs:
        raise Refused("请购单上没有写各班用量。请在“修改请购”里选中一行，点“分到各班…”。")
    rows = by_name(
        """SELECT DISTINCT x.line_id AS line, m.item_id AS item, m.storeroom_id AS storeroom
           FROM purchase_intake i JOIN purchase_acceptance_line x ON x.id = i.acceptance_line_id
           JOIN purchase_acceptance a ON a.id = x.acceptance_id AND a.voided_on IS NULL
           JOIN stock_movement m ON m.id = i.movement AND m.stands
           WHERE a.purchase_id = ? AND i.issue IS NULL ORDER BY x.line_id""", (purchase,))
    stored = {each["line"]: each for each in rows if each["line"] in needs}
    if not stored:
        raise Refused("写了各班用量的东西还没有入库。请先验收、入库，再分发。")
    cells = {(need.school_class, stored[line]["item"]): need.quantity for line in stored for need in needs[line] if need.quantity}
    storeroom = next(iter(stored.values()))["storeroom"]
    title = f"{row.purpose or queries.what_of([line.name for line in queries.lines(purchase) if line.id in stored])} {row.number}"
    with journal.operation(f"编分发表 {title[:LONGEST]}") as work:
        work.made(plans.write(PlanDraft(title[:LONGEST], TO_CLASSES, storeroom, cells, f"采购 {row.number}")))
    return work.done
