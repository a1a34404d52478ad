"""What a check of the ledger asks of the store: costs as the rules give them, nothing below nothing, lines as their slips."""

from collections.abc import Iterator

from app.stock import movements, proof
from app.store.database import database


def stock_sound() -> Iterator[str]:
    """Give a sentence for every item whose open lines disagree with the rules, and for lines that disagree with their slips."""
    first = movements.first_open_day()
    for (item,) in database.execute_sql("SELECT DISTINCT item_id FROM stock_movement ORDER BY 1").fetchall():
        if said := proof.wrong_since(item, first.isoformat() if first else ""):
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
