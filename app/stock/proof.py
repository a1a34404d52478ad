"""Whether the costs that stand are those that the rules give: asked by the check of the ledger (``checks``) and before an undo is kept."""

from app.stock import costing, movements
from app.stock.costing import Short
from app.store.database import scalar


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
