"""Goods found or made while something else is written: inside an operation that is open already."""

from app.core import pinyin
from app.core.errors import Invalid, Problem, require_valid
from app.core.quantity import format_quantity
from app.school.rules import GENERAL_STORE, tidy
from app.stock import rules
from app.stock.rules import ItemDraft
from app.stock.settings import CATEGORIES
from app.stock.tables import StockItem, StockStoreroom
from app.store import settings
from app.store.database import database


def found_or_made(name: str, spec: str, unit: str) -> int:
    """Give the id of the item of that name, spec and unit (folded), making it where there is none.

    ``Invalid`` where one of that name and spec is counted in another unit and has this one as its pack: the quantity must be
    worked out first, it would else be silently wrong.
    """
    row = database.execute_sql("SELECT id FROM stock_item WHERE key = ?", (rules.item_key(name, spec, unit),)).fetchone()
    if row:
        return int(row[0])
    packs = database.execute_sql(
        "SELECT name, unit, pack_unit, pack_size FROM stock_item WHERE folded(name) = ? AND folded(spec) = ? AND folded(pack_unit) = ?",
        tuple(map(pinyin.fold, (name, spec, unit)))).fetchone()
    if packs and unit.strip():
        raise Invalid([Problem("unit", f"“{packs[0]}”在仓库按“{packs[1]}”记账（1{packs[2]}={format_quantity(packs[3])}{packs[1]}），"
                                       f"请把数量折成{packs[1]}。")])
    return write(ItemDraft(tidy(name), tidy(spec), tidy(unit)))


def usual_storeroom() -> int:
    """Give the first storeroom in use, where nobody says which; the 总保管室 is made where there is none at all."""
    row = database.execute_sql("SELECT id FROM stock_storeroom WHERE active = 1 ORDER BY id LIMIT 1").fetchone()
    return int(row[0]) if row else int(StockStoreroom.insert(name=GENERAL_STORE).execute())


def write(draft: ItemDraft, identity: int = 0) -> int:
    """Add an item, or write one anew; gives its id. ``Invalid`` with everything that is wrong."""
    require_valid(check(draft, identity))
    values = values_of(draft)
    if identity:
        StockItem.update(values).where(StockItem.id == identity).execute()
        return identity
    return int(StockItem.insert(values).execute())


def check(draft: ItemDraft, identity: int = 0) -> list[Problem]:
    """Give everything wrong with an item beside those that stand already."""
    key = rules.item_key(draft.name, draft.spec, draft.unit)
    taken = database.execute_sql("SELECT 1 FROM stock_item WHERE key = ? AND id <> ?", (key, identity)).fetchone() is not None
    return rules.check_item(draft, taken, settings.value(CATEGORIES))


def values_of(draft: ItemDraft) -> dict[str, object]:
    """Give an item as its row holds it."""
    words = {key: tidy(getattr(draft, key)) for key in ("name", "spec", "unit", "pack_unit", "category", "remark")}
    return {**words, "pack_size": draft.pack_size or 0, "minimum": draft.minimum, "storeroom": draft.storeroom, "active": int(draft.active),
            "key": rules.item_key(draft.name, draft.spec, draft.unit), "keys": pinyin.keys(words["name"], words["spec"], words["category"])}
