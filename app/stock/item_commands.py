"""What a person can do with goods and storerooms themselves: add, change, switch off, remove. One verb is one operation."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from app.core.drafts import drafts_of, require_right
from app.core.errors import Invalid, Problem, Refused
from app.school.rules import tidy
from app.stock import items, queries, rules
from app.stock.rules import ItemDraft
from app.stock.tables import StockItem, StockStoreroom
from app.store.database import database, scalar
from app.store.journal import Step, operation


def write_items(changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]]) -> Step | None:
    """Change fields of goods (id → attribute of ``ItemDraft`` → value) and add new ones, as one step; its ``made`` are the new ones.

    Raises ``Invalid`` with every problem (``Problem.row`` the id, or -1, -2 …). The unit of goods that moved already stays as it
    is: their quantities are counted in it.
    """
    drafts = drafts_of(changed, added, queries.item_draft, ItemDraft())
    first = next(iter(drafts.values())).name if drafts else ""
    with operation(f"登记物品 {first}" + (f" 等 {len(drafts)} 种" if len(drafts) > 1 else "")) as work:
        keys = {row: rules.item_key(draft.name, draft.spec, draft.unit) for row, draft in drafts.items()}
        require_right(drafts, lambda row, draft: [*items.check(draft, max(row, 0)), *_unit_stays(row, draft), *(
            [Problem("name", "这次填的有两行品名、规格、单位都相同。")] if list(keys.values()).count(keys[row]) > 1 else [])])
        for row, draft in drafts.items():
            if row > 0:
                StockItem.update(items.values_of(draft)).where(StockItem.id == row).execute()
            else:
                work.made(int(StockItem.insert(items.values_of(draft)).execute()))
    return work.step


def _unit_stays(row: int, draft: ItemDraft) -> list[Problem]:
    if row < 0 or queries.item_draft(row).unit == tidy(draft.unit):
        return []
    moved = scalar("SELECT EXISTS (SELECT 1 FROM stock_movement WHERE item_id = ?)", (row,))
    return [Problem("unit", "已经有收发的物品不能改单位：数量是按原单位记的。请另建一种。")] if moved else []


def switch_items(identities: Collection[int], on: bool) -> Step | None:
    """Offer goods again, or no more. ``Refused`` where any lies there still."""
    found = queries.items(identities)
    left = [item.title for item in found.values() if item.quantity]
    if left and not on:
        raise Refused(f"“{left[0]}”{f'等 {len(left)} 种' if len(left) > 1 else ''}还有库存，不能停用。请先领用、调出或报损。")
    with operation(f"{'启用' if on else '停用'}物品 {len(found)} 种") as work:
        StockItem.update(active=int(on)).where(StockItem.id.in_(list(identities)) & (StockItem.active != int(on))).execute()
    return work.step


def remove_items(identities: Collection[int]) -> Step | None:
    """Remove goods that never moved, as those typed by mistake; ``Refused`` for any other."""
    moved = [name for (name,) in database.execute_sql(
        f"""SELECT name FROM stock_item i WHERE id IN ({','.join('?' * len(identities))})
            AND (EXISTS (SELECT 1 FROM stock_movement m WHERE m.item_id = i.id) OR EXISTS (SELECT 1 FROM stock_count_line c WHERE c.item_id = i.id)
                 OR EXISTS (SELECT 1 FROM stock_plan_line p WHERE p.item_id = i.id))""", tuple(identities)).fetchall()]
    if moved:
        raise Refused(f"“{moved[0]}”{f'等 {len(moved)} 种' if len(moved) > 1 else ''}有收发、盘点或分发记录，不能删除。可以停用。")
    with operation(f"删除物品 {len(identities)} 种") as work:
        StockItem.delete().where(StockItem.id.in_(list(identities))).execute()
    return work.step


def write_storeroom(name: str, place: int | None, keeper: int | None, identity: int = 0, active: bool = True) -> Step | None:
    """Add a storeroom, or change one; ``Invalid`` where the name is missing or another's.

    One that is not ``active`` is not offered any more; ``Refused`` while anything lies there, and for the last one in use.
    """
    plain = tidy(name)
    if not plain or len(plain) > rules.LONGEST:
        raise Invalid([Problem("name", f"请填写保管室名称，最多 {rules.LONGEST} 个字。")])
    if scalar("SELECT EXISTS (SELECT 1 FROM stock_storeroom WHERE name = ? AND id <> ?)", (plain, identity)):
        raise Invalid([Problem("name", f"已经有保管室“{plain}”了。")])
    if not active and queries.balances(None, identity):
        raise Refused(f"{plain}还有库存，不能停用。请先调到别的保管室。")
    if not active and [room.id for room in queries.storerooms()] == [identity]:
        raise Refused("只有这一个保管室在用，不能停用。")
    with operation(f"登记保管室 {plain}") as work:
        values = {"name": plain, "place": place, "keeper": keeper, "active": int(active)}
        if identity:
            StockStoreroom.update(values).where(StockStoreroom.id == identity).execute()
        else:
            work.made(int(StockStoreroom.insert(values).execute()))
    return work.step
