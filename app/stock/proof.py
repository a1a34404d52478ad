"""Whether the costs that stand are those that the rules give: asked by the check of the ledger and before an undo is kept."""

from collections.abc import Iterator

from app.stock import costing, movements
from app.stock.costing import Short
from app.store.database import database, scalar


def wrong_since(item: int, day: str) -> str:
    """Give what is wrong with an item's lines from a day (ISO) on, "" where nothing is."""
    track, lines = movements.load(item, day)
    try:
        changed = costing.recost(track, lines)
    except Short as short:
        return f"“{name_of(item)}”{short.line.day} 的{short.line.kind} {_number(short.line.id)} 会不够"
    if changed:
        return f"“{name_of(item)}”{changed[0].day} 的{changed[0].kind} {_number(changed[0].id)} 等 {len(changed)} 行是按它算的成本"
    return ""


def name_of(item: int) -> str:
    """Give name and spec of an item."""
    return str(scalar("SELECT trim(name || ' ' || spec) FROM stock_item WHERE id = ?", (item,)))


def _number(movement: int) -> str:
    return str(scalar("SELECT s.number FROM stock_movement m JOIN stock_slip s ON s.id = m.slip_id WHERE m.id = ?", (movement,)))


def unsound() -> Iterator[str]:
    """Give a sentence for every item whose open lines disagree with the rules, and for lines that disagree with their slips."""
    first = movements.first_open_day()
    for (item,) in database.execute_sql("SELECT DISTINCT item_id FROM stock_movement ORDER BY 1").fetchall():
        if said := wrong_since(item, first.isoformat() if first else ""):
            yield f"库存成本对不上：{said}。"
    for number, in database.execute_sql(
            """SELECT DISTINCT s.number FROM stock_movement m JOIN stock_slip s ON s.id = m.slip_id
               WHERE m.stands <> (s.voided_on IS NULL) OR m.booked_on <> s.booked_on OR s.booked_on < s.dated_on LIMIT 20""").fetchall():
        yield f"库存单据 {number} 与它的明细对不上（作废或日期）。"
    for name, store in database.execute_sql(
            """SELECT i.name, r.name FROM stock_movement m JOIN stock_item i ON i.id = m.item_id JOIN stock_storeroom r ON r.id = m.storeroom_id
               WHERE m.stands GROUP BY m.item_id, m.storeroom_id
               HAVING sum(m.quantity) < 0 OR sum(m.fen) < 0 OR (sum(m.quantity) = 0 AND sum(m.fen) <> 0) LIMIT 20""").fetchall():
        yield f"“{name}”在{store}的数量与金额不可能：没有数量就没有金额，都不能小于零。"
